/* Finds fonts by fontconfig and keeps the opened ones, and the tools for text with them. Andika is
 * asked for by name; where it is not installed fontconfig's nearest serves. A missing script costs
 * one search, whose answer is kept with its character set, so that the next character of that
 * script costs nothing. */
#include "kiosk/sys/font.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "turnout/log.h"

#define FACES_MAX 80 /* two weights of every script in script.c */
#define OPEN_MAX 32
#define PATH_MAX_BYTES 512
#define CAP_PROBE_PX 500
#define MISSING_MAX 64

struct face {
    char path[PATH_MAX_BYTES];
    int index; /* within a collection */
    FcCharSet *characters;
    bool is_bold;
    const struct tn_script *script; /* it was found for; NULL for none of the table */
};

struct open_font {
    TTF_Font *font;
    int face;
    int em_px;
    uint64_t used;
};

struct tn_fonts {
    struct tn_unicode *unicode;
    struct face faces[FACES_MAX];
    int face_count;
    struct open_font open[OPEN_MAX];
    uint64_t clock;
    float em_per_cap;
    uint32_t missing[MISSING_MAX]; /* characters no font has: asking again costs milliseconds */
    size_t missing_count;          /* in all; the oldest make room */
};

/* Asks fontconfig for a family (or the nearest) in a weight that has a character (or 0). */
static bool find_face(const char *family, bool is_bold, uint32_t character, struct face *out)
{
    bool is_found = false;
    FcPattern *pattern = FcPatternCreate();
    FcCharSet *wanted = FcCharSetCreate();
    FcPattern *match = NULL;
    FcResult result = FcResultNoMatch;
    FcChar8 *path = NULL;
    FcCharSet *characters = NULL;
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)family);
    if (character != 0) {
        FcCharSetAddChar(wanted, character);
        FcPatternAddCharSet(pattern, FC_CHARSET, wanted);
    }
    FcPatternAddInteger(pattern, FC_WEIGHT, is_bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcPatternAddBool(pattern, FC_COLOR, FcFalse);
    FcConfigSubstitute(NULL, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    match = FcFontMatch(NULL, pattern, &result);
    if (match != NULL && FcPatternGetString(match, FC_FILE, 0, &path) == FcResultMatch &&
        FcPatternGetCharSet(match, FC_CHARSET, 0, &characters) == FcResultMatch &&
        (character == 0 || FcCharSetHasChar(characters, character)) &&
        strlen((const char *)path) < sizeof out->path) {
        int index = 0;
        (void)FcPatternGetInteger(match, FC_INDEX, 0, &index);
        snprintf(out->path, sizeof out->path, "%s", (const char *)path);
        out->index = index & 0xFFFF;
        out->characters = FcCharSetCopy(characters);
        out->is_bold = is_bold;
        out->script = NULL;
        is_found = true;
    }
    if (match != NULL) {
        FcPatternDestroy(match);
    }
    FcCharSetDestroy(wanted);
    FcPatternDestroy(pattern);
    return is_found;
}

/* How many em a capital takes, from the H of the regular face. */
static float measure_cap(struct tn_fonts *fonts)
{
    TTF_Font *font = tn_fonts_open(fonts, TN_FACE_REGULAR, CAP_PROBE_PX);
    int cap = 0;
    if (font == NULL || TTF_GlyphMetrics32(font, 'H', NULL, NULL, NULL, &cap, NULL) != 0 ||
        cap <= 0) {
        return 1.4f;
    }
    return (float)CAP_PROBE_PX / (float)cap;
}

enum tn_status tn_fonts_create(struct tn_fonts **out)
{
    *out = NULL;
    if (TTF_Init() != 0) {
        tn_log(TN_LOG_ERROR, "text cannot be drawn: %s", TTF_GetError());
        return TN_ERR_STATE;
    }
    struct tn_fonts *fonts = calloc(1, sizeof *fonts);
    if (fonts == NULL) {
        TTF_Quit();
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = tn_unicode_create(&fonts->unicode);
    if (status != TN_OK) {
        tn_fonts_free(fonts);
        return status;
    }
    if (!find_face("Andika", false, 0, &fonts->faces[TN_FACE_REGULAR]) ||
        !find_face("Andika", true, 0, &fonts->faces[TN_FACE_BOLD])) {
        tn_log(TN_LOG_ERROR, "no font is installed; install fonts-sil-andika");
        fonts->face_count = TN_FACE_FIRST_OTHER;
        tn_fonts_free(fonts);
        return TN_ERR_NOT_FOUND;
    }
    fonts->face_count = TN_FACE_FIRST_OTHER;
    fonts->em_per_cap = measure_cap(fonts);
    *out = fonts;
    return TN_OK;
}

void tn_fonts_free(struct tn_fonts *fonts)
{
    if (fonts == NULL) {
        return;
    }
    for (int i = 0; i < OPEN_MAX; i++) {
        if (fonts->open[i].font != NULL) {
            TTF_CloseFont(fonts->open[i].font);
        }
    }
    for (int i = 0; i < fonts->face_count; i++) {
        if (fonts->faces[i].characters != NULL) {
            FcCharSetDestroy(fonts->faces[i].characters);
        }
    }
    tn_unicode_free(fonts->unicode);
    free(fonts);
    TTF_Quit();
}

static bool is_missing(const struct tn_fonts *fonts, uint32_t character)
{
    for (size_t i = 0; i < fonts->missing_count && i < MISSING_MAX; i++) {
        if (fonts->missing[i] == character) {
            return true;
        }
    }
    return false;
}

bool tn_fonts_has(const struct tn_fonts *fonts, int face, uint32_t character)
{
    return FcCharSetHasChar(fonts->faces[face].characters, character);
}

/* Latin and its kin, and the digits of all of them, stay in Andika whatever stands before them has
 * many of its own: words and numbers look the same in every language. */
static bool is_andikas(uint32_t character)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)character, &error);
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC ||
           (character >= '0' && character <= '9');
}

/* Asks fontconfig for a face nobody had yet; the main one where there is none. */
static int search(struct tn_fonts *fonts, uint32_t character, const struct tn_script *script,
                  bool is_bold)
{
    const char *family = script != NULL ? script->family : "Noto Sans";
    struct face *face = &fonts->faces[fonts->face_count];
    if (!is_missing(fonts, character)) {
        if (fonts->face_count < FACES_MAX && find_face(family, is_bold, character, face)) {
            face->script = script;
            return fonts->face_count++;
        }
        fonts->missing[fonts->missing_count++ % MISSING_MAX] = character;
    }
    return is_bold ? TN_FACE_BOLD : TN_FACE_REGULAR;
}

int tn_fonts_face_of(struct tn_fonts *fonts, uint32_t character, bool is_bold, int near)
{
    int main_face = is_bold ? TN_FACE_BOLD : TN_FACE_REGULAR;
    bool is_mains = tn_fonts_has(fonts, main_face, character);
    if (is_mains && is_andikas(character)) {
        return main_face;
    }
    if (near >= 0 && tn_fonts_has(fonts, near, character)) {
        return near;
    }
    if (is_mains) {
        return main_face;
    }
    /* Only a face of the same script: Chinese must not be set in the Japanese font that a name
     * before it brought in. */
    const struct tn_script *script = tn_script_of(character);
    for (int i = TN_FACE_FIRST_OTHER; i < fonts->face_count; i++) {
        const struct face *face = &fonts->faces[i];
        if (face->is_bold == is_bold && (script == NULL || face->script == script) &&
            tn_fonts_has(fonts, i, character)) {
            return i;
        }
    }
    return search(fonts, character, script, is_bold);
}

bool tn_fonts_covers(struct tn_fonts *fonts, const char *sample)
{
    size_t len = strlen(sample);
    for (size_t at = 0; at < len;) {
        uint32_t character;
        at += tn_utf8_read(sample + at, len - at, &character);
        if (u_isUWhiteSpace((UChar32)character) ||
            u_hasBinaryProperty((UChar32)character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
            continue;
        }
        int face = tn_fonts_face_of(fonts, character, false, -1);
        if (!tn_fonts_has(fonts, face, character)) {
            return false;
        }
    }
    return true;
}

struct tn_unicode *tn_fonts_unicode(struct tn_fonts *fonts)
{
    return fonts->unicode;
}

TTF_Font *tn_fonts_open(struct tn_fonts *fonts, int face, int em_px)
{
    struct open_font *slot = &fonts->open[0];
    for (int i = 0; i < OPEN_MAX; i++) {
        struct open_font *open = &fonts->open[i];
        if (open->font != NULL && open->face == face && open->em_px == em_px) {
            open->used = ++fonts->clock;
            return open->font;
        }
        if (open->font == NULL || (slot->font != NULL && open->used < slot->used)) {
            slot = open;
        }
    }
    if (slot->font != NULL) {
        TTF_CloseFont(slot->font);
    }
    const struct face *file = &fonts->faces[face];
    float scale = file->script != NULL ? file->script->scale : 1.0f;
    int own_px = (int)lroundf((float)em_px * scale);
    *slot = (struct open_font){
        .font = TTF_OpenFontIndex(file->path, own_px, file->index), .face = face, .em_px = em_px};
    if (slot->font == NULL) {
        tn_log(TN_LOG_ERROR, "%s: cannot be opened: %s", file->path, TTF_GetError());
        return NULL;
    }
    slot->used = ++fonts->clock;
    TTF_SetFontHinting(slot->font, TTF_HINTING_LIGHT_SUBPIXEL);
    TTF_SetFontKerning(slot->font, 1);
    return slot->font;
}

int tn_fonts_em_for_cap(const struct tn_fonts *fonts, float cap_px)
{
    int em = (int)ceilf(cap_px * fonts->em_per_cap);
    return em > 4 ? em : 4;
}
