/* The look of a badge on a sheet: a card with round corners; the event and the path that branches
 * on the left, the symbol on the right, and below them, as large as it goes, the name. It is drawn
 * for one height and scaled to the others, but for the symbol, whose modules are never smaller than
 * a camera can read. The back of a badge that is folded over has the symbol too, since badges on a
 * lanyard turn round, and no name. */
#include <math.h>

#include "sync/paper/draw.h"

#define HEIGHT 66.0 /* what the numbers below are meant for */
#define MODULE 1.0
#define TENTHS 10.0

#define LOST "Found this badge? Please give it to a helper."

/* A face in its own units: w wide, HEIGHT high, its symbol `side` wide with its quiet zone. */
struct face {
    double w;
    double module;
    double side;
    double qr_x;
    double lower; /* how much further down things stand where the symbol is larger */
};

/* Modules are whole tenths of a millimetre, so whole pixels of a picture. */
static struct face measure(const struct tn_paper_layout *layout, double *scale)
{
    *scale = layout->badge_h / HEIGHT;
    const double tenths = floor(MODULE * *scale * TENTHS + 1e-9) / TENTHS;
    struct face face = {.w = layout->badge_w / *scale};
    face.module = fmax(tenths, TN_PAPER_MODULE_MIN) / *scale;
    face.side = TN_PAPER_QR_SPAN * face.module;
    face.qr_x = face.w - 4.5 - face.side;
    face.lower = fmax(0, face.side - TN_PAPER_QR_SPAN * MODULE);
    return face;
}

static void draw_card(cairo_t *cr, const struct face *face)
{
    tn_paper_round_rect(cr, 2, 2, face->w - 4, HEIGHT - 4, 5);
    tn_paper_use(cr, TN_PAPER_WHITE);
    cairo_fill_preserve(cr);
    tn_paper_use(cr, TN_PAPER_INK);
    cairo_set_line_width(cr, 0.6);
    cairo_stroke(cr);
}

/* What both sides have: whose it is, of which event, the symbol and the code. */
static enum tn_status draw_common(cairo_t *cr, const struct face *face,
                                  const struct tn_paper_badge *badge)
{
    draw_card(cr, face);
    tn_paper_logo(cr, 6, 11.6);
    tn_paper_text(cr, badge->host, TN_PAPER_QUIET_INK,
                  &(struct tn_paper_box){17.5, 6, face->qr_x - 17.5, 7, 3.2, 2.2, 2, false, false});
    tn_paper_text(cr, badge->title, TN_PAPER_INK,
                  &(struct tn_paper_box){6, 14.2, face->qr_x - 6, 12.4, 5.4, 3.2, 2, true, false});
    if (badge->label != NULL) {
        (void)tn_paper_label(cr, badge->label, 6, 30, 8);
    } else {
        tn_paper_path(cr, 6.4, 36.6, fmin(face->qr_x - 11, 55));
    }
    tn_paper_draw_code(cr, badge->code,
                       &(struct tn_paper_box){face->qr_x + 2, 35.4 + face->lower, face->side - 4,
                                              5.6, 4.4, 3.4, 1, false, true});
    return tn_paper_draw_qr(cr, badge->text, face->qr_x, 4.2, face->module);
}

enum tn_status tn_paper_draw_front(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge)
{
    double scale = 1;
    const struct face face = measure(layout, &scale);
    const double top = 41.4 + face.lower;
    const bool has_note = badge->note != NULL && badge->note[0] != '\0';
    const double bottom = has_note ? 57.2 : 62.4;
    cairo_save(cr);
    cairo_scale(cr, scale, scale);
    enum tn_status status = draw_common(cr, &face, badge);
    tn_paper_name(
        cr, badge,
        &(struct tn_paper_box){6, top, face.w - 12, bottom - top, 15, 4.2, 2, true, false});
    if (has_note) {
        tn_paper_text(cr, badge->note, TN_PAPER_QUIET_INK,
                      &(struct tn_paper_box){6, 57.4, face.w - 12, 5, 3.6, 2.6, 1, false, false});
    }
    cairo_restore(cr);
    return status;
}

enum tn_status tn_paper_draw_back(cairo_t *cr, const struct tn_paper_layout *layout,
                                  const struct tn_paper_badge *badge)
{
    double scale = 1;
    const struct face face = measure(layout, &scale);
    cairo_save(cr);
    cairo_scale(cr, scale, scale);
    enum tn_status status = draw_common(cr, &face, badge);
    tn_paper_text(
        cr, LOST, TN_PAPER_INK,
        &(struct tn_paper_box){6, 44 + face.lower, face.w - 12, 16, 5.2, 3.4, 2, false, false});
    cairo_restore(cr);
    return status;
}

/* The back stands on its head above the front: folded backwards along the line between them, both
 * are the right way up. */
static enum tn_status draw_folded(cairo_t *cr, const struct tn_paper_layout *layout,
                                  const struct tn_paper_badge *badge)
{
    cairo_save(cr);
    cairo_translate(cr, layout->badge_w, layout->badge_h);
    cairo_rotate(cr, M_PI);
    enum tn_status status = layout->back(cr, layout, badge);
    cairo_restore(cr);
    if (status != TN_OK) {
        return status;
    }
    cairo_save(cr);
    cairo_translate(cr, 0, layout->badge_h);
    status = layout->front(cr, layout, badge);
    cairo_restore(cr);
    return status;
}

enum tn_status tn_paper_draw_place(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge)
{
    return layout->back == NULL ? layout->front(cr, layout, badge) : draw_folded(cr, layout, badge);
}

/* Short lines in the margins, and small crosses where four badges meet. */
static void draw_cuts(cairo_t *cr, const struct tn_paper_layout *layout)
{
    double left = 0;
    double top = 0;
    tn_paper_place_at(layout, 0, &left, &top);
    for (int row = 0; row <= layout->rows; row++) {
        for (int column = 0; column <= layout->columns; column++) {
            const double x = left + column * layout->badge_w;
            const double y = top + row * tn_paper_place_h(layout);
            cairo_move_to(cr, x - (column == 0 ? 4 : 1), y);
            cairo_line_to(cr, x + (column == layout->columns ? 4 : 1), y);
            cairo_move_to(cr, x, y - (row == 0 ? 4 : 1));
            cairo_line_to(cr, x, y + (row == layout->rows ? 4 : 1));
        }
    }
}

/* A dashed line from margin to margin, in the gap between the two sides' outlines. */
static void draw_folds(cairo_t *cr, const struct tn_paper_layout *layout)
{
    double left = 0;
    double top = 0;
    tn_paper_place_at(layout, 0, &left, &top);
    for (int row = 0; row < layout->rows; row++) {
        const double y = top + row * tn_paper_place_h(layout) + layout->badge_h;
        cairo_move_to(cr, left - 4, y);
        cairo_line_to(cr, left + layout->columns * layout->badge_w + 4, y);
    }
}

void tn_paper_cut_marks(cairo_t *cr, const struct tn_paper_layout *layout)
{
    static const double dash[] = {1.5, 1.5};
    cairo_save(cr);
    cairo_set_line_width(cr, 0.15);
    tn_paper_use(cr, TN_PAPER_QUIET_INK);
    draw_cuts(cr, layout);
    cairo_stroke(cr);
    if (layout->back != NULL) {
        cairo_set_dash(cr, dash, 2, 0);
        draw_folds(cr, layout);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
}
