/* Papers that badges and cards are printed on: a table of pages, and how many places of which size
 * lie on each. Everything is in millimetres. Sheets are to be cut; labels are one a page. */
#ifndef TURNOUT_PAPER_LAYOUT_H
#define TURNOUT_PAPER_LAYOUT_H

#include <stdbool.h>

#include <cairo.h>

#include "turnout/status.h"

struct tn_paper_badge;
struct tn_paper_layout;

/* Draws one badge with its top left at the origin. */
typedef enum tn_status (*tn_paper_face)(cairo_t *cr, const struct tn_paper_layout *layout,
                                        const struct tn_paper_badge *badge);

struct tn_paper_layout {
    const char *name;
    double page_w, page_h;
    double badge_w, badge_h;
    int columns, rows; /* of places */
    tn_paper_face front;
    tn_paper_face back; /* of a badge that is folded over: a place is two badges high; else NULL */
};

/* What --paper takes, apart by commas, for help and errors. */
#define TN_PAPER_NAMES                                                                             \
    "a4, letter, a4-10, letter-10, a4-fold, letter-fold, label-62x29, label-62x100, label-89x28, " \
    "label-89x36, label-102x51, or label-WxH in whole millimetres"

/* The layout of a name; for label-WxH any label from 57 x 28 mm to 210 x 297 mm, or upright from
 * 29 x 60 mm, that has room for a symbol that reads. False where there is none of the name. */
bool tn_paper_layout_find(const char *name, struct tn_paper_layout *out);

/* Sheets of eight on A4, which cards are printed on too. */
extern const struct tn_paper_layout tn_paper_a4;

/* A page with one set-up card; not a paper that badges are asked for on. */
extern const struct tn_paper_layout tn_paper_setup;

/* How high a place is: a badge, or two where it is folded. */
double tn_paper_place_h(const struct tn_paper_layout *layout);

/* Where a place of a page begins; 0 is the top left one. */
void tn_paper_place_at(const struct tn_paper_layout *layout, int place, double *x, double *y);

#endif
