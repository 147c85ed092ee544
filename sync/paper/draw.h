/* What badges and cards are drawn with, on any cairo surface, and their faces. Units are
 * millimetres; the origin is the top left of the badge. */
#ifndef TURNOUT_PAPER_DRAW_H
#define TURNOUT_PAPER_DRAW_H

#include "sync/paper/badges.h"

#define TN_PAPER_MODULE_MIN 0.8 /* mm; the least that a cheap camera reads at arm's length */
#define TN_PAPER_QUIET 4        /* modules of white around a symbol */

/* A symbol and its quiet zone, in modules. */
#define TN_PAPER_QR_SPAN (TN_PAPER_QR_SIDE + 2 * TN_PAPER_QUIET)

enum tn_paper_colour {
    TN_PAPER_INK,
    TN_PAPER_QUIET_INK,
    TN_PAPER_INDIGO,
    TN_PAPER_GREEN,
    TN_PAPER_ORANGE,
    TN_PAPER_SUN,
    TN_PAPER_WHITE,
    TN_PAPER_COLOUR_COUNT,
};

/* A box that text must fit into; sizes of the font in mm. */
struct tn_paper_box {
    double x, y, w, h;
    double size_max, size_min;
    int lines;
    bool is_bold, is_centred;
};

/* What is drawn next has this colour. */
void tn_paper_use(cairo_t *cr, enum tn_paper_colour colour);

/* Writes text as large as the box lets it be, in the middle of its height; what does not fit at the
 * smallest is cut with an ellipsis. Characters that no font here has are left out. */
void tn_paper_text(cairo_t *cr, const char *text, enum tn_paper_colour colour,
                   const struct tn_paper_box *box);

/* A badge's name in a box; without one a line to write it on. */
void tn_paper_name(cairo_t *cr, const struct tn_paper_badge *badge, const struct tn_paper_box *box);

/* A badge's code in groups of three; nothing for a card that has none. */
void tn_paper_draw_code(cairo_t *cr, const char *code, const struct tn_paper_box *box);

/* A rectangle with round corners, as a path. */
void tn_paper_round_rect(cairo_t *cr, double x, double y, double w, double h, double r);

/* The house's sign, 10 mm wide, and its base line's y. */
void tn_paper_logo(cairo_t *cr, double x, double y);

/* The day that lies ahead: the gate is lit, the stops are still open. w wide, 8.4 mm high. */
void tn_paper_path(cairo_t *cr, double x, double y, double w);

/* A dark shape with a white word: what a card is. Gives its width. */
double tn_paper_label(cairo_t *cr, const char *label, double x, double y, double height);

/* A badge's symbol with its quiet zone, whose top left is x, y. TN_ERR_FORMAT: see tn_paper_qr. */
enum tn_status tn_paper_draw_qr(cairo_t *cr, const char *text, double x, double y, double module);

/* The faces: of a badge on a sheet, of the back of one that is folded over, of a label, and of a
 * page with one set-up card. */
enum tn_status tn_paper_draw_front(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge);
enum tn_status tn_paper_draw_back(cairo_t *cr, const struct tn_paper_layout *layout,
                                  const struct tn_paper_badge *badge);
enum tn_status tn_paper_draw_label(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge);
enum tn_status tn_paper_draw_setup(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *card);

/* One place of a page: the badge, and upside down above it its back where it is folded over. */
enum tn_status tn_paper_draw_place(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge);

/* Marks in the margins to cut along, and those to fold along. */
void tn_paper_cut_marks(cairo_t *cr, const struct tn_paper_layout *layout);

#endif
