/* A draw list: a screen as data. One list serves painting, touch hit-testing, speech and the text
 * goldens alike. Fixed size, no allocation; a list that is too long is our bug (assert).
 *
 * Text is placed in boxes: the painter sets it as large as its type size says, wraps it to at most
 * lines_max lines, and shrinks it where it would not fit, never below half. */
#ifndef TURNOUT_UI_DRAW_H
#define TURNOUT_UI_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "kiosk/ui/theme.h"
#include "turnout/buf.h"

#define TN_DRAW_MAX 256
#define TN_DRAW_TEXT_MAX 320

/* Pixels. */
struct tn_rect {
    int x, y, w, h;
};

enum tn_item_type {
    TN_ITEM_FILL,    /* the whole box in one colour, square corners */
    TN_ITEM_PANEL,   /* a rounded box: color inside (may be NONE), line around (may be NONE) */
    TN_ITEM_TEXT,    /* text in a box */
    TN_ITEM_PICTURE, /* an SVG of assets/icons by name, fitted into the box, colours by role */
    TN_ITEM_TRACK,   /* a stretch of the path: from the box's left end to its right end. is_rising:
                        an S-curve from bottom left to top right; is_falling: top left to bottom
                        right; else straight along the middle */
    TN_ITEM_NODE,    /* a round stop on the path: color inside (may be NONE: a ring), line around */
    TN_ITEM_QR, /* a QR symbol of the digits in text, dark on a white ground with its quiet zone,
                   fitted into the box; the same in every theme */
    TN_ITEM_CAMERA, /* what the camera sees, as a mirror shows it: a rounded square. Whoever paints
                       has the picture; a list only says where */
    TN_ITEM_COUNT
};

enum tn_align { TN_ALIGN_START, TN_ALIGN_CENTRE, TN_ALIGN_END };

struct tn_item {
    enum tn_item_type type;
    struct tn_rect box;
    enum tn_color color; /* of text, fill, track; pictures: what the token @color becomes */
    enum tn_color line;  /* outline; pictures: what the token @line becomes */
    int line_px;         /* thickness of outline or track */
    int radius_px;
    enum tn_type_size size;
    enum tn_align align;
    bool is_bold;
    bool is_rising;
    bool is_falling;
    int lines_max;       /* text: 1 for a single line */
    int turn_deg;        /* pictures: turned clockwise */
    const char *control; /* panels that can be pressed: the control's name (static), else NULL */
    bool is_spoken;      /* text that speech may say */
    bool is_rtl;         /* text: the paragraph runs from right to left */
    bool is_fixed;       /* stays as it is when the list is mirrored: a logo, a QR, digits */
    char text[TN_DRAW_TEXT_MAX + 1]; /* text, or the picture's name */
};

struct tn_draw {
    size_t count;
    struct tn_item items[TN_DRAW_MAX];
};

void tn_draw_clear(struct tn_draw *draw);

/* Appends an item and gives it back to be filled further. Text longer than TN_DRAW_TEXT_MAX is cut
 * at a character's border. */
struct tn_item *tn_draw_fill(struct tn_draw *draw, struct tn_rect box, enum tn_color color);
struct tn_item *tn_draw_panel(struct tn_draw *draw, struct tn_rect box, int radius_px,
                              enum tn_color color, enum tn_color line, int line_px);
struct tn_item *tn_draw_text(struct tn_draw *draw, struct tn_rect box, enum tn_type_size size,
                             enum tn_color color, const char *text);
struct tn_item *tn_draw_picture(struct tn_draw *draw, struct tn_rect box, const char *name,
                                enum tn_color color, enum tn_color line);
struct tn_item *tn_draw_track(struct tn_draw *draw, struct tn_rect box, int line_px,
                              enum tn_color color);
struct tn_item *tn_draw_node(struct tn_draw *draw, int x, int y, int radius_px, enum tn_color color,
                             enum tn_color line, int line_px);

struct tn_item *tn_draw_qr(struct tn_draw *draw, struct tn_rect box, const char *digits);
struct tn_item *tn_draw_camera(struct tn_draw *draw, struct tn_rect box, int radius_px);

/* The item that shows what the camera sees, or NULL. */
const struct tn_item *tn_draw_find_camera(const struct tn_draw *draw);

/* Turns a list round for a language that runs from right to left: boxes, alignments, curves and
 * turned pictures change sides within w_px; text gets is_rtl. Items with is_fixed keep their
 * inside, not their place. */
void tn_draw_mirror(struct tn_draw *draw, int w_px);

/* What speech says of a list: its spoken texts in order, each on a line of its own. */
void tn_draw_spoken(const struct tn_draw *draw, struct tn_buf *out);

/* The control under a point, topmost first, or NULL. */
const char *tn_draw_hit(const struct tn_draw *draw, int x, int y);

/* The item that carries a control, or NULL. */
const struct tn_item *tn_draw_control(const struct tn_draw *draw, const char *control);

/* Tells whether some text item holds `text` (a line break in the item counts as a space). */
bool tn_draw_has_text(const struct tn_draw *draw, const char *text);

/* The list as text, one item a line, for goldens and for a failed expect. */
void tn_draw_print(const struct tn_draw *draw, struct tn_buf *out);

#endif
