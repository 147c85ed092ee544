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

/* Marks in the margins to cut along. */
void tn_paper_cut_marks(cairo_t *cr, const struct tn_paper_layout *layout);

#endif
