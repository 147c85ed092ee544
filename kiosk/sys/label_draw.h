/* How a label and a badge card look, on any cairo surface. Units are millimetres; the origin is the
 * top left corner. */
#ifndef TURNOUT_SYS_LABEL_DRAW_H
#define TURNOUT_SYS_LABEL_DRAW_H

#include <cairo.h>

#include "kiosk/sys/label.h"

/* A box that text must fit into, in mm; the font shrinks from size_max to size_min, then the text
 * is cut. */
struct tn_label_box {
    double x, y, w, h;
    double size_max, size_min;
    int lines;
    bool is_bold, is_centred;
};

/* Draws a label whose texts are UTF-8. TN_ERR_FORMAT where its digits make no symbol of the right
 * version, TN_ERR_NO_MEMORY. Any thread. */
enum tn_status tn_label_draw(cairo_t *cr, const struct tn_label *label);

/* Writes UTF-8 in the middle of the box's height, as large as the box lets it be, in the current
 * colour. Control characters and those that no font here has are left out. Any thread. */
void tn_label_text(cairo_t *cr, const char *text, const struct tn_label_box *box);

#endif
