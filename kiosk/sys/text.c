/* Wrapping, shrinking and placing of text in boxes. Lines break where the language lets them; and,
 * when the smallest size does not help, inside the words that are wider than a line, then wherever
 * the box ends, but never inside a letter. Capitals, not font boxes, are centred in the height,
 * because that is what eyes see, and moved only as far as keeps high marks and deep strokes in
 * their box. Lines whose marks would touch stand further apart, and where the box has no room for
 * that the text is shrunk as for any other reason. */
#include "kiosk/sys/text.h"

#include <math.h>
#include <string.h>

#include "kiosk/sys/pieces.h"

/* A name at the last of these is still as large as a label; other text ends at the half. */
static const float scales[] = {1.0f,  0.92f, 0.85f, 0.78f, 0.72f, 0.66f,
                               0.60f, 0.55f, 0.5f,  0.45f, 0.40f, 0.36f};
#define SCALES (sizeof scales / sizeof scales[0])
#define SCALES_TO_HALF 9

#define DOTS "\xE2\x80\xA6"
#define LINE_BYTES_MAX (TN_DRAW_TEXT_MAX + sizeof DOTS)
_Static_assert(LINE_BYTES_MAX <= TN_UNICODE_TEXT_MAX, "a line and its dots are laid out whole");

/* In capital heights: the air between the ink of two lines; what marks may reach over either end of
 * the box; the room around a drawn block for marks above, strokes below and letters that lean over.
 */
#define AIR_CAPS 0.05f
#define OVERHANG_CAPS 0.1f
#define PAD_ABOVE_CAPS 1.2f
#define PAD_BELOW_CAPS 0.8f
#define PAD_SIDE_CAPS 1.0f

/* Rounding may cost that much before anything is said not to fit. */
#define SLACK_PX 2

/* A text being fitted. Everything is measured at the nominal size; a smaller one is tried by
 * widening the box instead, so that no font is opened that will not be drawn. */
struct setting {
    struct tn_fonts *fonts;
    const struct tn_item *item;
    const struct tn_view *view;
    struct tn_ink ink;
    struct tn_pieces pieces;
    int reach_px; /* from the highest mark to the lowest; 0: not measured yet */
    int most;     /* lines */
};

static int cap_px(const struct tn_item *item, const struct tn_view *view, float scale)
{
    return (int)lroundf(tn_type_cap_px(view, item->size) * scale);
}

/* Makes lines of the pieces; false where there are too many or one is wider than w_px. */
static bool wrap(const struct setting *setting, int w_px, struct tn_fit *fit)
{
    const struct tn_pieces *pieces = &setting->pieces;
    bool fits = true;
    fit->lines = 0;
    fit->w_px = 0;
    for (size_t first = 0; first < pieces->count;) {
        if (fit->lines >= setting->most) {
            return false;
        }
        int line_px = 0;
        size_t end = tn_pieces_line(pieces, first, w_px, &line_px);
        const struct tn_piece *last = &pieces->piece[end - 1];
        size_t at = pieces->piece[first].at;
        fit->line[fit->lines].at = setting->item->text + at;
        fit->line[fit->lines].len = (size_t)last->at + last->len - at;
        fit->line[fit->lines].w_px = line_px;
        fit->w_px = line_px > fit->w_px ? line_px : fit->w_px;
        fit->lines++;
        fits = fits && line_px <= w_px;
        first = end;
    }
    return fits;
}

/* Makes the lines about equally long: the narrowest box that takes no more lines than this one. A
 * single word left over on the last line is harder to read, and looks like a slip. */
static void balance(const struct setting *setting, int w_px, struct tn_fit *fit)
{
    int count = fit->lines;
    int low = w_px / 2;
    int high = w_px;
    while (count > 1 && high - low > 4) {
        int middle = (low + high) / 2;
        bool is_same = wrap(setting, middle, fit) && fit->lines == count;
        low = is_same ? low : middle;
        high = is_same ? middle : high;
    }
    (void)wrap(setting, high, fit);
}

/* The text of a line, with dots where something is left out behind it. */
static size_t line_text(const struct tn_fit *fit, int line, char out[LINE_BYTES_MAX])
{
    size_t len = fit->line[line].len;
    memcpy(out, fit->line[line].at, len);
    if (fit->is_cut && line == fit->lines - 1) {
        memcpy(out + len, DOTS, sizeof DOTS - 1);
        len += sizeof DOTS - 1;
    }
    return len;
}

static struct tn_ink ink_of(const struct tn_item *item, const struct tn_fit *fit, const char *text,
                            size_t len)
{
    return (struct tn_ink){.text = text,
                           .len = len,
                           .is_bold = item->is_bold,
                           .is_rtl = fit->is_rtl,
                           .em_px = fit->em_px};
}

static int line_width(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_fit *fit,
                      int line)
{
    char text[LINE_BYTES_MAX];
    size_t len = line_text(fit, line, text);
    struct tn_ink ink = ink_of(item, fit, text, len);
    return tn_ink_width(fonts, &ink);
}

/* Measures the lines at the size they will be drawn at; takes letters from the last one where it
 * has to make room for dots. */
static void measure_lines(struct tn_fonts *fonts, const struct tn_item *item, struct tn_fit *fit)
{
    uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
    fit->w_px = 0;
    for (int i = 0; i < fit->lines; i++) {
        bool is_cut = fit->is_cut && i == fit->lines - 1;
        size_t *len = &fit->line[i].len;
        int w = line_width(fonts, item, fit, i);
        if (is_cut) {
            tn_unicode_breaks(tn_fonts_unicode(fonts), fit->line[i].at, *len, breaks);
        }
        while (is_cut && w > item->box.w && *len > 0) {
            do {
                (*len)--;
            } while (*len > 0 && breaks[*len] == TN_BREAK_NONE);
            w = line_width(fonts, item, fit, i);
        }
        fit->line[i].w_px = w;
        fit->w_px = w > fit->w_px ? w : fit->w_px;
    }
}

/* How far the text's ink reaches from its highest mark to its lowest stroke, at nominal size. One
 * answer for all its lines, so that they stand evenly. */
static int reach_of(struct setting *setting)
{
    char text[TN_DRAW_TEXT_MAX + 1];
    struct tn_ink ink = setting->ink;
    int above = 0;
    int below = 0;
    if (setting->reach_px == 0) {
        for (size_t i = 0; i < ink.len; i++) {
            bool is_control = (unsigned char)ink.text[i] < ' ';
            text[i] = is_control ? ' ' : ink.text[i];
        }
        ink.text = text;
        tn_ink_reach(setting->fonts, &ink, &above, &below);
        setting->reach_px = above + below + 1;
    }
    return setting->reach_px;
}

static int pitch_of(struct setting *setting, int lines, float scale)
{
    float cap = (float)cap_px(setting->item, setting->view, scale);
    float pitch = cap * TN_TYPE_PITCH;
    if (lines > 1) {
        pitch = fmaxf(pitch, (float)reach_of(setting) * scale + cap * AIR_CAPS);
    }
    return (int)lroundf(pitch);
}

/* Tells whether so many lines go into the box's height. */
static bool is_low_enough(struct setting *setting, int lines, float scale)
{
    float cap = (float)cap_px(setting->item, setting->view, scale);
    float pitch = (float)pitch_of(setting, lines, scale);
    float plain = (float)lines * cap * TN_TYPE_PITCH;
    float spread = cap + (float)(lines - 1) * pitch + cap * 2.0f * OVERHANG_CAPS;
    return fmaxf(plain, spread) <= (float)(setting->item->box.h + SLACK_PX);
}

/* Sets the fit's size once its lines are known, and sees how wide they really are. */
static void settle(struct setting *setting, float scale, struct tn_fit *fit)
{
    fit->pitch_px = pitch_of(setting, fit->lines, scale);
    fit->em_px = setting->ink.em_px;
    if (scale < 1.0f) {
        fit->em_px = (int)floorf((float)setting->ink.em_px * scale);
    }
    measure_lines(setting->fonts, setting->item, fit);
}

static bool try_scale(struct setting *setting, float scale, struct tn_fit *fit)
{
    int w_px = (int)((float)setting->item->box.w / scale) + 1;
    fit->scale = scale;
    if (!wrap(setting, w_px, fit) || !is_low_enough(setting, fit->lines, scale)) {
        return false;
    }
    balance(setting, w_px, fit);
    settle(setting, scale, fit);
    return fit->w_px <= setting->item->box.w + SLACK_PX;
}

/* The last resort, at the smallest size: more and more places to break at, never more lines than go
 * into the box, and dots for what is left. */
static void squeeze(struct setting *setting, struct tn_fit *fit)
{
    int w_px = (int)((float)setting->item->box.w / fit->scale);
    while (setting->most > 1 && !is_low_enough(setting, setting->most, fit->scale)) {
        setting->most--;
    }
    fit->is_cut = true;
    for (int how = TN_PIECES_WORDS; fit->is_cut && how < TN_PIECES_COUNT; how++) {
        tn_pieces_cut(setting->fonts, &setting->ink, (enum tn_pieces_how)how, w_px,
                      &setting->pieces);
        fit->is_cut = !wrap(setting, w_px, fit);
    }
    settle(setting, fit->scale, fit);
}

void tn_text_fit(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_view *view,
                 struct tn_fit *out)
{
    *out = (struct tn_fit){.is_rtl = tn_unicode_is_rtl(item->text, item->is_rtl)};
    struct setting setting = {.fonts = fonts, .item = item, .view = view};
    size_t count = item->size == TN_TYPE_NAME ? SCALES : SCALES_TO_HALF;
    out->em_px = tn_fonts_em_for_cap(fonts, (float)cap_px(item, view, 1.0f));
    setting.ink = ink_of(item, out, item->text, strlen(item->text));
    setting.most = item->lines_max < TN_TEXT_LINES_MAX ? item->lines_max : TN_TEXT_LINES_MAX;
    tn_pieces_cut(fonts, &setting.ink, TN_PIECES_WORDS, item->box.w, &setting.pieces);
    for (size_t i = 0; i < count; i++) {
        if (try_scale(&setting, scales[i], out)) {
            return;
        }
    }
    squeeze(&setting, out);
}

/* Where something this wide begins in a room. */
static int begin_of(enum tn_align align, int room_px, int w_px)
{
    static const int halves[] = {[TN_ALIGN_START] = 0, [TN_ALIGN_CENTRE] = 1, [TN_ALIGN_END] = 2};
    return (room_px - w_px) * halves[align] / 2;
}

static void draw_line(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_fit *fit,
                      int line, SDL_Color color, SDL_Surface *onto, SDL_Point at)
{
    char text[LINE_BYTES_MAX];
    size_t len = line_text(fit, line, text);
    struct tn_ink ink = ink_of(item, fit, text, len);
    at.x += begin_of(item->align, fit->w_px, fit->line[line].w_px);
    /* Lines of different sizes that begin at one edge begin there with their ink, or the edge looks
     * ragged. */
    at.x -= item->align == TN_ALIGN_START ? tn_ink_bearing(fonts, &ink) : 0;
    tn_ink_draw(fonts, &ink, color, onto, at);
}

/* The first and the last row with ink of a drawn block, seen from its top. */
static void rows_of(const SDL_Surface *surface, int *first, int *last)
{
    *first = 0;
    *last = surface->h - 1;
    while (*first < *last && !tn_ink_in_row(surface, *first)) {
        (*first)++;
    }
    while (*last > *first && !tn_ink_in_row(surface, *last)) {
        (*last)--;
    }
}

/* How far to move a block so that its ink, were it drawn at top_px, reaches no further over one end
 * of the box than over the other, where it would reach over more than marks may. */
static int nudge_of(const SDL_Surface *surface, int top_px, int box_h, int overhang_px)
{
    int first;
    int last;
    rows_of(surface, &first, &last);
    int over_top = -overhang_px - (top_px + first);
    int over_bottom = top_px + last + 1 - (box_h + overhang_px);
    if (over_top <= 0 && over_bottom <= 0) {
        return 0;
    }
    int middle = (over_top - over_bottom) / 2;
    if (over_top > 0) {
        return over_bottom > -over_top ? middle : over_top;
    }
    return over_top > -over_bottom ? middle : -over_bottom;
}

/* Draws the lines, the first baseline at y. */
static void draw_lines(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_fit *fit,
                       enum tn_theme_id theme, SDL_Surface *onto, SDL_Point at)
{
    uint32_t rgb = tn_theme_rgb(theme, item->color);
    SDL_Color color = {(Uint8)(rgb >> 16), (Uint8)(rgb >> 8), (Uint8)rgb, 255};
    /* Transparent in the text's own colour, so that edges blend without a dark rim. */
    (void)SDL_FillRect(onto, NULL, rgb & 0xFFFFFF);
    for (int i = 0; i < fit->lines; i++) {
        draw_line(fonts, item, fit, i, color, onto, at);
        at.y += fit->pitch_px;
    }
}

SDL_Surface *tn_text_raster(struct tn_fonts *fonts, const struct tn_item *item,
                            const struct tn_view *view, SDL_Point *offset)
{
    struct tn_fit fit;
    tn_text_fit(fonts, item, view, &fit);
    if (fit.lines == 0) {
        return NULL;
    }
    int cap = cap_px(item, view, fit.scale);
    int side = (int)lroundf((float)cap * PAD_SIDE_CAPS);
    int above = (int)lroundf((float)cap * PAD_ABOVE_CAPS);
    int below = (int)lroundf((float)cap * PAD_BELOW_CAPS);
    int block = cap + (fit.lines - 1) * fit.pitch_px;
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(
        0, fit.w_px + 2 * side, above + block + below, 32, SDL_PIXELFORMAT_ARGB8888);
    if (surface == NULL) {
        return NULL;
    }
    draw_lines(fonts, item, &fit, view->theme, surface, (SDL_Point){side, above + cap});
    offset->x = begin_of(item->align, item->box.w, fit.w_px) - side;
    offset->y = (item->box.h - block) / 2 - above;
    offset->y +=
        nudge_of(surface, offset->y, item->box.h, (int)lroundf((float)cap * OVERHANG_CAPS));
    return surface;
}
