/* Runs: directions by ICU's bidirectional algorithm, scripts by its tables, fonts by ours. A mark
 * never leaves its letter: the font is chosen for both. Brackets are not turned round here, since
 * HarfBuzz does that for every run from right to left, and twice would be wrong. */
#include "kiosk/sys/runs.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

struct character {
    size_t at, len; /* bytes in the line */
    int face;
    UScriptCode script;
    bool is_left_out;
};

struct line {
    size_t count;
    uint32_t values[TN_RUNS_TEXT_MAX];
    uint8_t levels[TN_RUNS_TEXT_MAX];
    struct character characters[TN_RUNS_TEXT_MAX];
};

static void read_line(const char *text, size_t len, struct line *line)
{
    line->count = 0;
    for (size_t at = 0; at < len && line->count < TN_RUNS_TEXT_MAX;) {
        struct character *c = &line->characters[line->count];
        c->at = at;
        c->len = tn_utf8_read(text + at, len - at, &line->values[line->count]);
        at += c->len;
        line->count++;
    }
}

static bool is_shared(UScriptCode script)
{
    return script == USCRIPT_COMMON || script == USCRIPT_INHERITED || script <= USCRIPT_COMMON;
}

/* What belongs to every script (spaces, digits, marks) takes the one before it; at the beginning,
 * the first there is. */
static void set_scripts(struct line *line)
{
    UScriptCode script = USCRIPT_LATIN;
    for (size_t i = line->count; i > 0; i--) {
        UErrorCode error = U_ZERO_ERROR;
        UScriptCode own = uscript_getScript((UChar32)line->values[i - 1], &error);
        line->characters[i - 1].script = U_SUCCESS(error) ? own : USCRIPT_COMMON;
        script = is_shared(own) ? script : own;
    }
    for (size_t i = 0; i < line->count; i++) {
        script = is_shared(line->characters[i].script) ? script : line->characters[i].script;
        line->characters[i].script = script;
    }
}

/* What shows nothing of its own wherever it stands: joiners, variation selectors, directions. */
static bool is_unseen(uint32_t character)
{
    return u_hasBinaryProperty((UChar32)character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_mark(uint32_t character)
{
    return (U_GET_GC_MASK(character) & U_GC_M_MASK) != 0 || is_unseen(character);
}

/* Symbols and private characters carry no letter of a name: where no font has one it is left out,
 * since an empty box looks like a fault. */
static bool is_ornament(uint32_t character)
{
    return (U_GET_GC_MASK(character) & (U_GC_SO_MASK | U_GC_SM_MASK | U_GC_SK_MASK | U_GC_CO_MASK |
                                        U_GC_CN_MASK | U_GC_CF_MASK)) != 0;
}

/* The face of a letter and of the marks behind it: one that has them all, where there is one. */
static int face_of_letter(struct tn_fonts *fonts, const uint32_t *values, size_t count,
                          bool is_bold, int near)
{
    int face = tn_fonts_face_of(fonts, values[0], is_bold, near);
    for (size_t i = 1; i < count; i++) {
        if (is_unseen(values[i]) || tn_fonts_has(fonts, face, values[i])) {
            continue;
        }
        int other = tn_fonts_face_of(fonts, values[i], is_bold, -1);
        face = tn_fonts_has(fonts, other, values[0]) ? other : face;
    }
    return face;
}

static void set_faces(struct tn_fonts *fonts, bool is_bold, struct line *line)
{
    int face = -1;
    for (size_t i = 0; i < line->count;) {
        size_t end = i + 1;
        while (end < line->count && is_mark(line->values[end])) {
            end++;
        }
        if (face < 0 || !is_unseen(line->values[i])) {
            face = face_of_letter(fonts, line->values + i, end - i, is_bold, face);
        }
        for (; i < end; i++) {
            line->characters[i].face = face;
            line->characters[i].is_left_out =
                is_ornament(line->values[i]) && !tn_fonts_has(fonts, face, line->values[i]);
        }
    }
}

/* Puts the runs into the order of the screen. */
static void order(struct tn_run *runs, size_t count)
{
    struct tn_run in_reading[TN_RUNS_MAX];
    uint8_t levels[TN_RUNS_MAX];
    int places[TN_RUNS_MAX];
    memcpy(in_reading, runs, count * sizeof runs[0]);
    for (size_t i = 0; i < count; i++) {
        levels[i] = (uint8_t)runs[i].level;
    }
    tn_unicode_order(levels, count, places);
    for (size_t i = 0; i < count; i++) {
        runs[i] = in_reading[places[i]];
    }
}

static bool continues(const struct tn_run *run, const char *at, const struct character *c,
                      int level, const char *script)
{
    return run->face == c->face && run->level == level && run->at + run->len == at &&
           strcmp(run->script, script) == 0;
}

size_t tn_runs_split(struct tn_fonts *fonts, const char *text, size_t len, bool is_bold,
                     bool is_rtl, struct tn_run runs[TN_RUNS_MAX])
{
    struct line line;
    size_t count = 0;
    read_line(text, len, &line);
    tn_unicode_levels(tn_fonts_unicode(fonts), line.values, line.count, is_rtl, line.levels);
    set_scripts(&line);
    set_faces(fonts, is_bold, &line);
    for (size_t i = 0; i < line.count; i++) {
        const struct character *c = &line.characters[i];
        const char *script = uscript_getShortName(c->script);
        if (c->is_left_out) {
            continue;
        }
        if (count > 0 && continues(&runs[count - 1], text + c->at, c, line.levels[i], script)) {
            runs[count - 1].len += c->len;
            continue;
        }
        runs[count++] = (struct tn_run){text + c->at, c->len, c->face, line.levels[i], script};
    }
    if (count > 1) {
        order(runs, count);
    }
    return count;
}
