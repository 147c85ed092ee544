/* What badges and cards are drawn with: text that is shaped and fitted by Pango, the symbol, and
 * the house's own shapes. Colours carry no meaning: each shape has an ink outline or is dark
 * enough, so that a black-and-white print says as much. */
#include "sync/paper/draw.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#define FONT "Andika, Noto Sans"

static const struct {
    double r, g, b;
} colours[TN_PAPER_COLOUR_COUNT] = {
    [TN_PAPER_INK] = {0.102, 0.114, 0.227},
    [TN_PAPER_QUIET_INK] = {0.290, 0.306, 0.412},
    [TN_PAPER_INDIGO] = {0.169, 0.165, 0.549},
    [TN_PAPER_GREEN] = {0.043, 0.420, 0.271},
    [TN_PAPER_ORANGE] = {0.878, 0.478, 0.122},
    [TN_PAPER_SUN] = {1.0, 0.820, 0.400},
    [TN_PAPER_WHITE] = {1, 1, 1},
};

void tn_paper_use(cairo_t *cr, enum tn_paper_colour colour)
{
    cairo_set_source_rgb(cr, colours[colour].r, colours[colour].g, colours[colour].b);
}

void tn_paper_round_rect(cairo_t *cr, double x, double y, double w, double h, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
    cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
    cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
    cairo_arc(cr, x + r, y + r, r, M_PI, 3 * M_PI / 2);
    cairo_close_path(cr);
}

/* The symbol with its quiet zone, one path: runs of a row become one box, and one fill leaves no
 * seams between them. */
enum tn_status tn_paper_draw_qr(cairo_t *cr, const char *text, double x, double y, double module)
{
    bool modules[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE];
    enum tn_status status = tn_paper_qr(text, modules);
    if (status != TN_OK) {
        return status;
    }
    const double side = TN_PAPER_QR_SPAN * module;
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_rectangle(cr, x, y, side, side);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    for (int row = 0; row < TN_PAPER_QR_SIDE; row++) {
        for (int from = 0; from < TN_PAPER_QR_SIDE;) {
            int to = from;
            while (to < TN_PAPER_QR_SIDE && modules[row][to]) {
                to++;
            }
            if (to > from) {
                cairo_rectangle(cr, x + (TN_PAPER_QUIET + from) * module,
                                y + (TN_PAPER_QUIET + row) * module, (to - from) * module, module);
            }
            from = to + 1;
        }
    }
    cairo_fill(cr);
    memset(modules, 0, sizeof(modules));
    return TN_OK;
}

static void set_font(PangoLayout *layout, const struct tn_paper_box *box, double size)
{
    PangoFontDescription *font = pango_font_description_from_string(FONT);
    pango_font_description_set_weight(font, box->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

static bool fits(PangoLayout *layout, const struct tn_paper_box *box)
{
    int width = 0;
    int height = 0;
    pango_layout_get_size(layout, &width, &height);
    return pango_layout_get_line_count(layout) <= box->lines && width <= box->w * PANGO_SCALE &&
           height <= box->h * PANGO_SCALE;
}

/* The text without the characters that no font here has, which would print as boxes: an emoji is
 * left out and the name stays. The caller frees. */
static char *drop_unknown(PangoContext *context, const char *text)
{
    PangoFontDescription *font = pango_font_description_from_string(FONT);
    PangoFontset *fonts =
        pango_context_load_fontset(context, font, pango_context_get_language(context));
    GString *out = g_string_new(NULL);
    for (const char *at = text; fonts != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        PangoFont *with = pango_fontset_get_font(fonts, c);
        if (!g_unichar_isprint(c) || (with != NULL && pango_font_has_char(with, c))) {
            (void)g_string_append_unichar(out, c);
        }
        g_clear_object(&with);
    }
    g_clear_object(&fonts);
    pango_font_description_free(font);
    return g_strstrip(g_string_free(out, FALSE));
}

void tn_paper_text(cairo_t *cr, const char *text, enum tn_paper_colour colour,
                   const struct tn_paper_box *box)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    /* A unit is a millimetre here: rounding to whole ones would tear the letters apart. */
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
    char *shown = drop_unknown(context, text);
    pango_layout_set_text(layout, shown, -1);
    g_free(shown);
    pango_layout_set_width(layout, (int)(box->w * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    pango_layout_set_line_spacing(layout, 0.85F);
    pango_layout_set_alignment(layout, box->is_centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    double size = box->size_max;
    set_font(layout, box, size);
    while (!fits(layout, box) && size > box->size_min) {
        size = fmax(size * 0.9, box->size_min);
        set_font(layout, box, size);
    }
    if (!fits(layout, box)) {
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_height(layout, -box->lines);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
    PangoRectangle extents;
    pango_layout_get_extents(layout, NULL, &extents);
    tn_paper_use(cr, colour);
    cairo_move_to(cr, box->x, box->y + (box->h - extents.height / (double)PANGO_SCALE) / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

static double text_width(cairo_t *cr, const char *text, const struct tn_paper_box *box)
{
    int width = 0;
    PangoLayout *layout = pango_cairo_create_layout(cr);
    pango_layout_set_text(layout, text, -1);
    set_font(layout, box, box->size_max);
    pango_layout_get_size(layout, &width, NULL);
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

double tn_paper_label(cairo_t *cr, const char *label, double x, double y, double height)
{
    const double size = height * 0.6;
    struct tn_paper_box box = {x, y, 200, height, size, size, 1, true, true};
    box.w = text_width(cr, label, &box) + height;
    tn_paper_round_rect(cr, x, y, box.w, height, height / 2);
    tn_paper_use(cr, TN_PAPER_INDIGO);
    cairo_fill(cr);
    tn_paper_text(cr, label, TN_PAPER_WHITE, &box);
    return box.w;
}

static void node(cairo_t *cr, double x, double y, double r, enum tn_paper_colour fill)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    tn_paper_use(cr, fill);
    cairo_fill(cr);
}

/* An open node: a stop that is still to come. */
static void open_node(cairo_t *cr, double x, double y, double r)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill_preserve(cr);
    tn_paper_use(cr, TN_PAPER_INK);
    cairo_set_line_width(cr, 0.5);
    cairo_stroke(cr);
}

static void branch(cairo_t *cr, double x, double y, double w, double rise)
{
    cairo_move_to(cr, x, y);
    cairo_curve_to(cr, x + w / 2, y, x + w / 2, y - rise, x + w, y - rise);
}

/* The sign of the house: a track that branches. 10 mm wide. */
void tn_paper_logo(cairo_t *cr, double x, double y)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 1.1);
    tn_paper_use(cr, TN_PAPER_INDIGO);
    cairo_move_to(cr, x + 1.2, y);
    cairo_line_to(cr, x + 8.8, y);
    cairo_stroke(cr);
    branch(cr, x + 2.6, y, 5.4, 4.2);
    cairo_stroke(cr);
    node(cr, x + 1.2, y, 1.25, TN_PAPER_INDIGO);
    node(cr, x + 8.8, y, 1.25, TN_PAPER_ORANGE);
    node(cr, x + 8.2, y - 4.2, 1.25, TN_PAPER_GREEN);
}

/* The day that lies ahead: the gate is lit, the stops are still open. */
void tn_paper_path(cairo_t *cr, double x, double y, double w)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 1.0);
    tn_paper_use(cr, TN_PAPER_INDIGO);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + w, y);
    cairo_stroke(cr);
    branch(cr, x + w * 0.22, y, w * 0.26, 6.5);
    cairo_line_to(cr, x + w * 0.9, y - 6.5);
    cairo_stroke(cr);
    node(cr, x + 1.9, y, 1.9, TN_PAPER_INDIGO);
    node(cr, x + 1.9, y, 0.95, TN_PAPER_SUN);
    open_node(cr, x + w * 0.46, y, 1.4);
    open_node(cr, x + w * 0.74, y, 1.4);
    open_node(cr, x + w, y, 1.4);
    open_node(cr, x + w * 0.62, y - 6.5, 1.4);
    open_node(cr, x + w * 0.9, y - 6.5, 1.4);
}

static void draw_name_line(cairo_t *cr, double x, double y, double w)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 0.5);
    tn_paper_use(cr, TN_PAPER_QUIET_INK);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + w, y);
    cairo_stroke(cr);
}

void tn_paper_name(cairo_t *cr, const struct tn_paper_badge *badge, const struct tn_paper_box *box)
{
    if (badge->display == NULL || badge->display[0] == '\0') {
        draw_name_line(cr, box->x, box->y + box->h * 0.76, box->w);
        return;
    }
    tn_paper_text(cr, badge->display, TN_PAPER_INK, box);
}

void tn_paper_draw_code(cairo_t *cr, const char *code, const struct tn_paper_box *box)
{
    char spaced[TN_BADGE_CODE_SIZE + 2];
    if (code == NULL || code[0] == '\0') {
        return;
    }
    tn_paper_code(code, spaced);
    tn_paper_text(cr, spaced, TN_PAPER_QUIET_INK, box);
}
