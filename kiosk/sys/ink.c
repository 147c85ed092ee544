/* Lines as ink, by SDL_ttf and HarfBuzz behind it. A surface that SDL_ttf gives back begins at the
 * font's ascent, unless some mark is higher: then it begins at that mark, which is found out by
 * looking, because there is no call that says it. */
#include "kiosk/sys/ink.h"

#include <string.h>

#include "kiosk/sys/runs.h"

#define INK_ALPHA 40 /* what is fainter is a letter's soft rim */

/* A run ready to be shaped: its font, told what HarfBuzz would otherwise not know (letters join and
 * marks move by script), and its text with an end. */
struct shaped {
    TTF_Font *font;
    char text[TN_UNICODE_TEXT_MAX + 1];
};

static bool shape(struct tn_fonts *fonts, const struct tn_run *run, int em_px, struct shaped *out)
{
    size_t len = run->len < TN_UNICODE_TEXT_MAX ? run->len : TN_UNICODE_TEXT_MAX;
    memcpy(out->text, run->at, len);
    out->text[len] = '\0';
    out->font = tn_fonts_open(fonts, run->face, em_px);
    if (out->font == NULL) {
        return false;
    }
    (void)TTF_SetFontDirection(out->font, run->level % 2 ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
    (void)TTF_SetFontScriptName(out->font, run->script);
    return true;
}

static size_t split(struct tn_fonts *fonts, const struct tn_ink *ink,
                    struct tn_run runs[TN_RUNS_MAX])
{
    return tn_runs_split(fonts, ink->text, ink->len, ink->is_bold, ink->is_rtl, runs);
}

int tn_ink_width(struct tn_fonts *fonts, const struct tn_ink *ink)
{
    struct tn_run runs[TN_RUNS_MAX];
    struct shaped shaped;
    size_t count = split(fonts, ink, runs);
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        int w = 0;
        if (shape(fonts, &runs[i], ink->em_px, &shaped)) {
            (void)TTF_SizeUTF8(shaped.font, shaped.text, &w, NULL);
        }
        width += w;
    }
    return width;
}

bool tn_ink_in_row(const SDL_Surface *surface, int row)
{
    const uint8_t *bytes = (const uint8_t *)surface->pixels + (size_t)row * (size_t)surface->pitch;
    const uint32_t *pixels = (const uint32_t *)(const void *)bytes;
    for (int x = 0; x < surface->w; x++) {
        if (pixels[x] >> 24 > INK_ALPHA) {
            return true;
        }
    }
    return false;
}

/* The row of a run's baseline: the ascent, and as much more as the surface grew for what is higher.
 * It grows for what is lower as well, but then no ink stands in its first row. */
static int baseline_of(TTF_Font *font, const SDL_Surface *surface)
{
    int grown = surface->h - TTF_FontHeight(font);
    return TTF_FontAscent(font) + (grown > 0 && tn_ink_in_row(surface, 0) ? grown : 0);
}

void tn_ink_reach(struct tn_fonts *fonts, const struct tn_ink *ink, int *above_px, int *below_px)
{
    struct tn_run runs[TN_RUNS_MAX];
    struct shaped shaped;
    size_t count = split(fonts, ink, runs);
    *above_px = 0;
    *below_px = 0;
    for (size_t i = 0; i < count; i++) {
        SDL_Surface *surface = NULL;
        if (!shape(fonts, &runs[i], ink->em_px, &shaped) ||
            (surface = TTF_RenderUTF8_Blended(shaped.font, shaped.text, (SDL_Color){0})) == NULL) {
            continue;
        }
        int baseline = baseline_of(shaped.font, surface);
        int top = 0;
        int bottom = surface->h;
        while (top < bottom && !tn_ink_in_row(surface, top)) {
            top++;
        }
        while (bottom > top && !tn_ink_in_row(surface, bottom - 1)) {
            bottom--;
        }
        if (bottom > top) {
            *above_px = baseline - top > *above_px ? baseline - top : *above_px;
            *below_px = bottom - baseline > *below_px ? bottom - baseline : *below_px;
        }
        (void)SDL_FillRect(surface, NULL, 0);
        SDL_FreeSurface(surface);
    }
}

int tn_ink_bearing(struct tn_fonts *fonts, const struct tn_ink *ink)
{
    struct tn_run runs[TN_RUNS_MAX];
    uint32_t first = 0;
    int bearing = 0;
    if (split(fonts, ink, runs) == 0 || runs[0].level % 2 != 0) {
        return 0;
    }
    TTF_Font *font = tn_fonts_open(fonts, runs[0].face, ink->em_px);
    (void)tn_utf8_read(runs[0].at, runs[0].len, &first);
    if (font == NULL || TTF_GlyphMetrics32(font, first, &bearing, NULL, NULL, NULL, NULL) != 0 ||
        bearing < 0) {
        return 0;
    }
    return bearing;
}

void tn_ink_draw(struct tn_fonts *fonts, const struct tn_ink *ink, SDL_Color color,
                 SDL_Surface *onto, SDL_Point at)
{
    struct tn_run runs[TN_RUNS_MAX];
    struct shaped shaped;
    size_t count = split(fonts, ink, runs);
    for (size_t i = 0; i < count; i++) {
        SDL_Surface *surface = NULL;
        if (!shape(fonts, &runs[i], ink->em_px, &shaped) ||
            (surface = TTF_RenderUTF8_Blended(shaped.font, shaped.text, color)) == NULL) {
            continue;
        }
        SDL_Rect to = {at.x, at.y - baseline_of(shaped.font, surface), surface->w, surface->h};
        int advance = surface->w;
        (void)SDL_BlitSurface(surface, NULL, onto, &to);
        (void)TTF_SizeUTF8(shaped.font, shaped.text, &advance, NULL);
        at.x += advance;
        (void)SDL_FillRect(surface, NULL, 0);
        SDL_FreeSurface(surface);
    }
}
