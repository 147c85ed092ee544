/* The look of a badge: a card with round corners; the event and the path that branches on the left,
 * the symbol on the right, and below them, as large as it goes, the name. A badge without a name
 * has a line to write one on. Colours carry no meaning: each shape has an ink outline or is dark
 * enough, so that a black-and-white print says as much. */
#include "sync/paper/draw.h"

#include <math.h>
#include <pango/pangocairo.h>

#define FONT "Andika, Noto Sans"
#define QUIET 4
#define BADGE_W 95.0
#define BADGE_H 66.0
#define MODULE 1.0       /* of the badge's symbol, in mm */
#define LABEL_MODULE 0.8 /* the least that reads well */

struct colour {
    double r, g, b;
};
static const struct colour ink = {0.102, 0.114, 0.227};
static const struct colour quiet_ink = {0.290, 0.306, 0.412};
static const struct colour indigo = {0.169, 0.165, 0.549};
static const struct colour green = {0.043, 0.420, 0.271};
static const struct colour orange = {0.878, 0.478, 0.122};
static const struct colour sun = {1.0, 0.820, 0.400};

static enum tn_status draw_sheet_badge(cairo_t *cr, const struct tn_paper_badge *badge);
static enum tn_status draw_label(cairo_t *cr, const struct tn_paper_badge *badge);

static const struct tn_paper_layout layouts[TN_PAPER_SETUP + 1] = {
    [TN_PAPER_A4] = {"a4", 210, 297, BADGE_W, BADGE_H, 2, 4, draw_sheet_badge},
    [TN_PAPER_LETTER] = {"letter", 215.9, 279.4, BADGE_W, BADGE_H, 2, 4, draw_sheet_badge},
    [TN_PAPER_LABEL_62X29] = {"label-62x29", 62, 29, 62, 29, 1, 1, draw_label},
    [TN_PAPER_SETUP] = {NULL, 210, 297, 210, 297, 1, 1, tn_paper_draw_setup},
};

const struct tn_paper_layout *tn_paper_layout(enum tn_paper_size size)
{
    return &layouts[size];
}

enum tn_paper_size tn_paper_size_from_name(const char *name)
{
    for (int i = 0; i < TN_PAPER_COUNT; i++) {
        if (strcmp(layouts[i].name, name) == 0) {
            return (enum tn_paper_size)i;
        }
    }
    return TN_PAPER_COUNT;
}

static void use(cairo_t *cr, const struct colour *colour)
{
    cairo_set_source_rgb(cr, colour->r, colour->g, colour->b);
}

static void round_rect(cairo_t *cr, double x, double y, double w, double h, double r)
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
static enum tn_status draw_qr(cairo_t *cr, const char *text, double x, double y, double module)
{
    bool modules[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE];
    enum tn_status status = tn_paper_qr(text, modules);
    if (status != TN_OK) {
        return status;
    }
    const double side = (TN_PAPER_QR_SIDE + 2 * QUIET) * module;
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
                cairo_rectangle(cr, x + (QUIET + from) * module, y + (QUIET + row) * module,
                                (to - from) * module, module);
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

/* Writes text as large as the box lets it be; what does not fit at the smallest is cut with an
 * ellipsis. The text stands in the middle of the box's height. */
static void draw_text(cairo_t *cr, const char *text, const struct tn_paper_box *box)
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
    cairo_move_to(cr, box->x, box->y + (box->h - extents.height / (double)PANGO_SCALE) / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

void tn_paper_text(cairo_t *cr, const char *text, const struct tn_paper_box *box)
{
    use(cr, &ink);
    draw_text(cr, text, box);
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
    round_rect(cr, x, y, box.w, height, height / 2);
    use(cr, &indigo);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    draw_text(cr, label, &box);
    return box.w;
}

static void node(cairo_t *cr, double x, double y, double r, const struct colour *fill)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    use(cr, fill);
    cairo_fill(cr);
}

/* An open node: a stop that is still to come. */
static void open_node(cairo_t *cr, double x, double y, double r)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill_preserve(cr);
    use(cr, &ink);
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
    use(cr, &indigo);
    cairo_move_to(cr, x + 1.2, y);
    cairo_line_to(cr, x + 8.8, y);
    cairo_stroke(cr);
    branch(cr, x + 2.6, y, 5.4, 4.2);
    cairo_stroke(cr);
    node(cr, x + 1.2, y, 1.25, &indigo);
    node(cr, x + 8.8, y, 1.25, &orange);
    node(cr, x + 8.2, y - 4.2, 1.25, &green);
}

/* The day that lies ahead: the gate is lit, the stops are still open. */
static void draw_path(cairo_t *cr, double x, double y, double w)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 1.0);
    use(cr, &indigo);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + w, y);
    cairo_stroke(cr);
    branch(cr, x + w * 0.22, y, w * 0.26, 6.5);
    cairo_line_to(cr, x + w * 0.9, y - 6.5);
    cairo_stroke(cr);
    node(cr, x + 1.9, y, 1.9, &indigo);
    node(cr, x + 1.9, y, 0.95, &sun);
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
    use(cr, &quiet_ink);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + w, y);
    cairo_stroke(cr);
}

static void draw_name(cairo_t *cr, const struct tn_paper_badge *badge,
                      const struct tn_paper_box *box)
{
    if (badge->display == NULL || badge->display[0] == '\0') {
        draw_name_line(cr, box->x, box->y + box->h * 0.76, box->w);
        return;
    }
    use(cr, &ink);
    draw_text(cr, badge->display, box);
}

static void draw_code(cairo_t *cr, const char *code, const struct tn_paper_box *box)
{
    char spaced[TN_BADGE_CODE_SIZE + 2];
    tn_paper_code(code, spaced);
    use(cr, &quiet_ink);
    draw_text(cr, spaced, box);
}

static enum tn_status draw_sheet_badge(cairo_t *cr, const struct tn_paper_badge *badge)
{
    const double side = (TN_PAPER_QR_SIDE + 2 * QUIET) * MODULE;
    const double qr_x = BADGE_W - 4.5 - side;
    round_rect(cr, 2, 2, BADGE_W - 4, BADGE_H - 4, 5);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill_preserve(cr);
    use(cr, &ink);
    cairo_set_line_width(cr, 0.6);
    cairo_stroke(cr);
    tn_paper_logo(cr, 6, 11.6);
    use(cr, &quiet_ink);
    draw_text(cr, badge->host,
              &(struct tn_paper_box){17.5, 6, qr_x - 17.5, 7, 3.2, 2.2, 2, false, false});
    use(cr, &ink);
    draw_text(cr, badge->title,
              &(struct tn_paper_box){6, 14.2, qr_x - 6, 12.4, 5.4, 3.2, 2, true, false});
    if (badge->label != NULL) {
        (void)tn_paper_label(cr, badge->label, 6, 30, 8);
    } else {
        draw_path(cr, 6.4, 36.6, qr_x - 11);
    }
    enum tn_status status = draw_qr(cr, badge->text, qr_x, 4.2, MODULE);
    draw_name(cr, badge,
              &(struct tn_paper_box){6, 41.4, BADGE_W - 12, 21, 15, 4.2, 2, true, false});
    draw_code(cr, badge->code,
              &(struct tn_paper_box){qr_x + 2, 35.4, side - 4, 5.6, 4.4, 3.4, 1, false, true});
    return status;
}

static enum tn_status draw_label(cairo_t *cr, const struct tn_paper_badge *badge)
{
    const double side = (TN_PAPER_QR_SIDE + 2 * QUIET) * LABEL_MODULE;
    enum tn_status status = draw_qr(cr, badge->text, 1, (29 - side) / 2, LABEL_MODULE);
    use(cr, &ink);
    draw_text(cr, badge->label != NULL ? badge->label : badge->title,
              &(struct tn_paper_box){side + 2, 2, 62 - side - 4, 6, 3, 2.2, 2, false, false});
    draw_name(cr, badge,
              &(struct tn_paper_box){side + 2, 8.2, 62 - side - 4, 12.6, 7.5, 2.8, 2, true, false});
    draw_code(cr, badge->code,
              &(struct tn_paper_box){side + 2, 22, 62 - side - 4, 5, 3.8, 3, 1, false, false});
    return status;
}

/* Short lines in the margins, and small crosses where four badges meet. */
void tn_paper_cut_marks(cairo_t *cr, const struct tn_paper_layout *layout)
{
    const double left = (layout->page_w - layout->badge_w * layout->columns) / 2;
    const double top = (layout->page_h - layout->badge_h * layout->rows) / 2;
    cairo_set_line_width(cr, 0.15);
    use(cr, &quiet_ink);
    for (int row = 0; row <= layout->rows; row++) {
        for (int column = 0; column <= layout->columns; column++) {
            const double x = left + column * layout->badge_w;
            const double y = top + row * layout->badge_h;
            cairo_move_to(cr, x - (column == 0 ? 4 : 1), y);
            cairo_line_to(cr, x + (column == layout->columns ? 4 : 1), y);
            cairo_move_to(cr, x, y - (row == 0 ? 4 : 1));
            cairo_line_to(cr, x, y + (row == layout->rows ? 4 : 1));
        }
    }
    cairo_stroke(cr);
}
