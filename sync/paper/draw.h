/* How one badge looks, on any cairo surface. Units are millimetres; the origin is the top left of
 * the badge. */
#ifndef TURNOUT_PAPER_DRAW_H
#define TURNOUT_PAPER_DRAW_H

#include <cairo.h>

#include "sync/paper/badges.h"

/* The size of one badge, and of the page it stands on. */
struct tn_paper_layout {
    const char *name;
    double page_w, page_h;
    double badge_w, badge_h;
    int columns, rows;
    enum tn_status (*draw)(cairo_t *cr, const struct tn_paper_badge *badge);
};

const struct tn_paper_layout *tn_paper_layout(enum tn_paper_size size);

/* A box that text must fit into; sizes of the font in mm. */
struct tn_paper_box {
    double x, y, w, h;
    double size_max, size_min;
    int lines;
    bool is_bold, is_centred;
};

/* Writes text in ink as large as the box lets it be, in the middle of its height. */
void tn_paper_text(cairo_t *cr, const char *text, const struct tn_paper_box *box);

/* The house's sign, 10 mm wide, and its base line's y. */
void tn_paper_logo(cairo_t *cr, double x, double y);

/* A dark shape with a white word: what a card is. Gives its width. */
double tn_paper_label(cairo_t *cr, const char *label, double x, double y, double height);

/* A whole page with one set-up card. */
enum tn_status tn_paper_draw_setup(cairo_t *cr, const struct tn_paper_badge *card);

/* Marks in the margins to cut along. */
void tn_paper_cut_marks(cairo_t *cr, const struct tn_paper_layout *layout);

#endif
