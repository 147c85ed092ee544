/* Wrapping, shrinking and drawing of text in boxes. Lines break at spaces and hyphens; between the
 * characters of scripts that write without spaces; and, when the smallest size does not help,
 * inside the words that are wider than a line, then wherever the box ends. Capitals, not font
 * boxes, are centred in the height, because that is what eyes see. */
#include "kiosk/sys/text.h"

#include <math.h>
#include <string.h>

#include "kiosk/sys/runs.h"

/* A name at the last of these is still as large as a label; other text ends at the half. */
static const float scales[] = {1.0f,  0.92f, 0.85f, 0.78f, 0.72f, 0.66f,
                               0.60f, 0.55f, 0.5f,  0.45f, 0.40f, 0.36f};
#define SCALES (sizeof scales / sizeof scales[0])
#define SCALES_TO_HALF 9

#define DOTS "\xE2\x80\xA6"

/* Where a line may break: between words; inside words too wide for a line as well; anywhere. */
enum breaks { BREAKS_WORDS, BREAKS_WIDE_WORDS, BREAKS_ANYWHERE, BREAKS_COUNT };

/* Tells HarfBuzz what it would otherwise not know: letters join and marks move by script. */
static void set_shaping(TTF_Font *font, const struct tn_run *run)
{
    (void)TTF_SetFontDirection(font, run->level % 2 ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
    (void)TTF_SetFontScriptName(font, run->script);
}

/* The width of a stretch of text at a size of em. */
static int width_of(struct tn_fonts *fonts, const char *text, size_t len, bool is_bold, int em_px)
{
    struct tn_run runs[TN_RUNS_MAX];
    size_t count = tn_runs_split(fonts, text, len, is_bold, runs);
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        char piece[TN_DRAW_TEXT_MAX + 1];
        size_t n = runs[i].len < TN_DRAW_TEXT_MAX ? runs[i].len : TN_DRAW_TEXT_MAX;
        memcpy(piece, runs[i].at, n);
        piece[n] = '\0';
        TTF_Font *font = tn_fonts_open(fonts, runs[i].face, em_px);
        int w = 0;
        if (font != NULL) {
            set_shaping(font, &runs[i]);
            (void)TTF_SizeUTF8(font, piece, &w, NULL);
        }
        width += w;
    }
    return width;
}

/* Tells whether a line may break before and after this character without a space. */
static bool stands_alone(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFF60) || c >= 0x20000;
}

/* The length of the next piece that does not break, without the space after it. */
static size_t piece_len(const char *at, size_t len, bool breaks_anywhere)
{
    size_t n = 0;
    while (n < len) {
        uint32_t c;
        size_t step = tn_utf8_read(at + n, len - n, &c);
        if (c == ' ' || c == '\n') {
            break;
        }
        bool is_alone = breaks_anywhere || stands_alone(c);
        if (is_alone && n > 0) {
            break;
        }
        n += step;
        if (is_alone || (c == '-' && n > 1)) {
            break;
        }
    }
    return n;
}

/* What lines are made for. */
struct lines {
    int w_px;
    int em_px;
    int most;
    enum breaks breaks;
};

static void close_line(struct tn_fit *fit, const char *start, const char *end, int w_px)
{
    fit->line[fit->lines].at = start;
    fit->line[fit->lines].len = (size_t)(end - start);
    fit->line[fit->lines].w_px = w_px;
    fit->w_px = w_px > fit->w_px ? w_px : fit->w_px;
    fit->lines++;
}

/* As much of a piece as goes on a line of its own: a character at least. */
static size_t fitting_len(struct tn_fonts *fonts, const struct tn_item *item, const char *at,
                          size_t len, const struct lines *lines)
{
    size_t fits = 0;
    while (fits < len) {
        uint32_t c;
        size_t step = tn_utf8_read(at + fits, len - fits, &c);
        if (fits > 0 &&
            width_of(fonts, at, fits + step, item->is_bold, lines->em_px) > lines->w_px) {
            break;
        }
        fits += step;
    }
    return fits;
}

/* Breaks the text into lines; false where lines_max are not enough or a piece is wider than a
 * line. */
static bool wrap(struct tn_fonts *fonts, const struct tn_item *item, const struct lines *lines,
                 struct tn_fit *fit)
{
    const char *end = item->text + strlen(item->text);
    const char *start = item->text;
    const char *line_end = start; /* the text of the line so far */
    bool breaks_anywhere = lines->breaks == BREAKS_ANYWHERE;
    int line_w = 0;
    fit->lines = 0;
    fit->w_px = 0;
    for (const char *p = start; p < end;) {
        bool must_break = *p == '\n';
        p += *p == ' ' || *p == '\n' ? 1 : 0;
        size_t n = piece_len(p, (size_t)(end - p), breaks_anywhere);
        if (n == 0) {
            continue;
        }
        if (lines->breaks == BREAKS_WIDE_WORDS) {
            n = fitting_len(fonts, item, p, n, lines);
        }
        int with = width_of(fonts, start, (size_t)(p + n - start), item->is_bold, lines->em_px);
        if (line_end > start && (with > lines->w_px || must_break)) {
            close_line(fit, start, line_end, line_w);
            if (fit->lines >= lines->most) {
                return false;
            }
            start = p;
            with = width_of(fonts, start, n, item->is_bold, lines->em_px);
        }
        if (with > lines->w_px) {
            close_line(fit, start, breaks_anywhere ? line_end : p + n, lines->w_px);
            return false;
        }
        line_w = with;
        p += n;
        line_end = p;
    }
    close_line(fit, start, line_end, line_w);
    return true;
}

static int cap_px(const struct tn_item *item, const struct tn_view *view, float scale)
{
    return (int)lroundf(tn_type_cap_mm(item->size) * view->unit_px * scale);
}

/* Makes the lines about equally long: the narrowest box that takes no more lines than this one. A
 * single word left over on the last line is harder to read, and looks like a slip. */
static void balance(struct tn_fonts *fonts, const struct tn_item *item, struct lines *lines,
                    struct tn_fit *fit)
{
    int count = fit->lines;
    int low = lines->w_px / 2;
    int high = lines->w_px;
    while (count > 1 && high - low > 4) {
        lines->w_px = (low + high) / 2;
        bool is_same = wrap(fonts, item, lines, fit) && fit->lines == count;
        low = is_same ? low : lines->w_px;
        high = is_same ? lines->w_px : high;
    }
    lines->w_px = high;
    (void)wrap(fonts, item, lines, fit);
}

static int dots_w(struct tn_fonts *fonts, int em_px)
{
    return width_of(fonts, DOTS, strlen(DOTS), false, em_px);
}

/* Measures the lines at the size they will be drawn at, and makes room for dots in the last one
 * where something is left out. */
static void measure_lines(struct tn_fonts *fonts, const struct tn_item *item, struct tn_fit *fit)
{
    int last = fit->lines - 1;
    fit->w_px = 0;
    for (int i = 0; i < fit->lines; i++) {
        const char *at = fit->line[i].at;
        size_t *len = &fit->line[i].len;
        int room = item->box.w - (fit->is_cut && i == last ? dots_w(fonts, fit->em_px) : 0);
        int w = width_of(fonts, at, *len, item->is_bold, fit->em_px);
        while (fit->is_cut && i == last && w > room && *len > 0) {
            do {
                (*len)--;
            } while (*len > 0 && ((unsigned char)at[*len] & 0xC0) == 0x80);
            w = width_of(fonts, at, *len, item->is_bold, fit->em_px);
        }
        fit->line[i].w_px = w;
        fit->w_px = w > fit->w_px ? w : fit->w_px;
    }
}

/* The last resort, at the smallest size: more and more places to break at, never more lines than go
 * into the box, and dots for what is left. */
static void squeeze(struct tn_fonts *fonts, const struct tn_item *item, struct lines *lines,
                    struct tn_fit *fit)
{
    int fitting = fit->pitch_px > 0 ? (item->box.h + 2) / fit->pitch_px : 1;
    lines->most = fitting < 1 ? 1 : (fitting < lines->most ? fitting : lines->most);
    fit->is_cut = true;
    for (int breaks = BREAKS_WORDS; fit->is_cut && breaks < BREAKS_COUNT; breaks++) {
        lines->breaks = (enum breaks)breaks;
        fit->is_cut = !wrap(fonts, item, lines, fit);
    }
}

void tn_text_fit(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_view *view,
                 struct tn_fit *out)
{
    *out = (struct tn_fit){.scale = 1.0f};
    int em = tn_fonts_em_for_cap(fonts, (float)cap_px(item, view, 1.0f));
    size_t count = item->size == TN_TYPE_NAME ? SCALES : SCALES_TO_HALF;
    /* Measured once at full size; a smaller size is tried by widening the box instead, so that no
     * font is opened that will not be drawn. */
    struct lines lines = {.em_px = em};
    for (size_t i = 0; i < count; i++) {
        float pitch = (float)cap_px(item, view, scales[i]) * TN_TYPE_PITCH;
        lines.w_px = (int)((float)item->box.w / scales[i]) + 1;
        lines.most = item->lines_max < TN_TEXT_LINES_MAX ? item->lines_max : TN_TEXT_LINES_MAX;
        out->scale = scales[i];
        out->pitch_px = (int)lroundf(pitch);
        if (wrap(fonts, item, &lines, out) &&
            (float)out->lines * pitch <= (float)item->box.h + 2.0f) {
            balance(fonts, item, &lines, out);
            break;
        }
        if (i + 1 == count) {
            squeeze(fonts, item, &lines, out);
        }
    }
    out->em_px = out->scale < 1.0f ? (int)floorf((float)em * out->scale) : em;
    if (out->scale < 1.0f || out->is_cut) {
        measure_lines(fonts, item, out);
    }
}

/* Three dots where something had to be left out. */
static void draw_dots(struct tn_fonts *fonts, const struct tn_fit *fit, SDL_Color color,
                      SDL_Surface *onto, SDL_Point at)
{
    TTF_Font *font = tn_fonts_open(fonts, TN_FACE_REGULAR, fit->em_px);
    SDL_Surface *ink = font != NULL ? TTF_RenderUTF8_Blended(font, DOTS, color) : NULL;
    if (ink != NULL) {
        SDL_Rect to = {at.x, at.y - TTF_FontAscent(font), ink->w, ink->h};
        (void)SDL_BlitSurface(ink, NULL, onto, &to);
        SDL_FreeSurface(ink);
    }
}

/* Draws one line with its baseline at y onto the surface. */
static void draw_line(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_fit *fit,
                      int line, SDL_Color color, SDL_Surface *onto, SDL_Point at)
{
    struct tn_run runs[TN_RUNS_MAX];
    size_t count =
        tn_runs_split(fonts, fit->line[line].at, fit->line[line].len, item->is_bold, runs);
    for (size_t i = 0; i < count; i++) {
        char piece[TN_DRAW_TEXT_MAX + 1];
        size_t n = runs[i].len < TN_DRAW_TEXT_MAX ? runs[i].len : TN_DRAW_TEXT_MAX;
        memcpy(piece, runs[i].at, n);
        piece[n] = '\0';
        TTF_Font *font = tn_fonts_open(fonts, runs[i].face, fit->em_px);
        if (font == NULL) {
            continue;
        }
        set_shaping(font, &runs[i]);
        SDL_Surface *ink = TTF_RenderUTF8_Blended(font, piece, color);
        if (ink == NULL) {
            continue;
        }
        SDL_Rect to = {at.x, at.y - TTF_FontAscent(font), ink->w, ink->h};
        (void)SDL_BlitSurface(ink, NULL, onto, &to);
        int advance = ink->w;
        (void)TTF_SizeUTF8(font, piece, &advance, NULL);
        at.x += advance;
        SDL_FreeSurface(ink);
    }
}

/* How far the first letter's ink stands in from where its advance begins. Lines of different sizes
 * that begin at one edge begin there with their ink, or the edge looks ragged. */
static int bearing_of(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_fit *fit,
                      int line)
{
    struct tn_run runs[TN_RUNS_MAX];
    uint32_t first = 0;
    int bearing = 0;
    if (item->align != TN_ALIGN_START ||
        tn_runs_split(fonts, fit->line[line].at, fit->line[line].len, item->is_bold, runs) == 0 ||
        runs[0].level % 2 != 0) {
        return 0;
    }
    TTF_Font *font = tn_fonts_open(fonts, runs[0].face, fit->em_px);
    (void)tn_utf8_read(runs[0].at, runs[0].len, &first);
    if (font == NULL || TTF_GlyphMetrics32(font, first, &bearing, NULL, NULL, NULL, NULL) != 0 ||
        bearing < 0) {
        return 0;
    }
    return bearing;
}

static int line_x(const struct tn_item *item, const struct tn_fit *fit, int line)
{
    int spare = fit->w_px - fit->line[line].w_px;
    if (item->align == TN_ALIGN_CENTRE) {
        return spare / 2;
    }
    return item->align == TN_ALIGN_END ? spare : 0;
}

static int box_x(const struct tn_item *item, const struct tn_fit *fit)
{
    int spare = item->box.w - fit->w_px;
    if (item->align == TN_ALIGN_CENTRE) {
        return spare / 2;
    }
    return item->align == TN_ALIGN_END ? spare : 0;
}

SDL_Surface *tn_text_raster(struct tn_fonts *fonts, const struct tn_item *item,
                            const struct tn_view *view, SDL_Point *offset)
{
    struct tn_fit fit;
    if (item->text[0] == '\0') {
        return NULL;
    }
    tn_text_fit(fonts, item, view, &fit);
    /* Room for marks above and strokes below, and for letters that lean over their advance. */
    int cap = cap_px(item, view, fit.scale);
    int pad = cap;
    int block = cap + (fit.lines - 1) * fit.pitch_px;
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(0, fit.w_px + 2 * pad, block + 2 * pad,
                                                          32, SDL_PIXELFORMAT_ARGB8888);
    if (surface == NULL) {
        return NULL;
    }
    uint32_t rgb = tn_theme_rgb(view->theme, item->color);
    SDL_Color color = {(Uint8)(rgb >> 16), (Uint8)(rgb >> 8), (Uint8)rgb, 255};
    /* Transparent in the text's own colour, so that edges blend without a dark rim. */
    (void)SDL_FillRect(surface, NULL, rgb & 0xFFFFFF);
    for (int i = 0; i < fit.lines; i++) {
        SDL_Point at = {pad + line_x(item, &fit, i) - bearing_of(fonts, item, &fit, i),
                        pad + cap + i * fit.pitch_px};
        draw_line(fonts, item, &fit, i, color, surface, at);
        if (fit.is_cut && i == fit.lines - 1) {
            at.x += fit.line[i].w_px;
            draw_dots(fonts, &fit, color, surface, at);
        }
    }
    offset->x = box_x(item, &fit) - pad;
    offset->y = (item->box.h - block) / 2 - pad;
    return surface;
}
