/* Pieces the staff's places share: the title with the time to the lock, cells in a grid, a choice
 * among several, a number on a card, and the mark that says how something is by its shape. All in
 * layout millimetres. */
#ifndef TURNOUT_UI_STAFF_PARTS_H
#define TURNOUT_UI_STAFF_PARTS_H

#include "kiosk/ui/layout.h"

/* "Locks in 1:48"; empty where nothing is unlocked. */
#define TN_LOCK_WORDS_SIZE 64
void tn_staff_lock_words(const struct tn_model *model, char out[TN_LOCK_WORDS_SIZE]);

/* The title bar of a staff's place, with those words at its end. */
void tn_staff_title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    const char *title);

/* What lies between the title bar and a row of actions whose top is at `bottom`. */
struct tn_area tn_staff_body(const struct tn_view *view, float bottom);

/* A picture with a stack of words beside it (upright: below it), in the middle of an area. Gives
 * the picture's place; a name of NULL leaves it free for something else. */
struct tn_area tn_staff_message(const struct tn_view *view, struct tn_draw *draw,
                                struct tn_area area, const char *picture, const struct tn_say *says,
                                size_t count);

/* Cells of one size, TN_BUTTON_GAP_MM apart, filling their area row by row. */
struct tn_cells {
    struct tn_area area;
    int columns;
    int rows;
};

/* How many columns of buttons with words fit a width, from 1 to columns_max. */
int tn_cells_columns(float w, int columns_max);

/* Cells for `count` buttons in an area: as many columns as fit, rows as needed, none lower than a
 * button and none higher than height_max; at the area's bottom in the lower mode, else its top. */
struct tn_cells tn_cells_for(const struct tn_view *view, struct tn_area area, int count,
                             float height_max);

struct tn_area tn_cell_area(const struct tn_cells *cells, int index);

/* A button for one of several: what it is called, what it says now (NULL: nothing), and whether it
 * is the one that holds (filled, with a check mark). control is static. */
struct tn_choice {
    const char *control;
    const char *label;
    const char *value;
    bool is_chosen;
    bool is_off;
};

void tn_choice_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                    const struct tn_choice *choice);

/* A dot: well. A triangle: look here. A ring: nobody knows, or on its way. */
void tn_mark_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                  enum tn_part_state state);

/* A number on a card, in its size. sub may be empty; has_mark puts the mark before the value. */
struct tn_stat {
    const char *label;
    const char *value;
    const char *sub;
    bool has_mark;
    enum tn_type_size size;
    enum tn_part_state mark;
};

void tn_stat_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                  const struct tn_stat *stat);

/* Cards side by side, their widths by what they say. */
void tn_stat_row(const struct tn_view *view, struct tn_draw *draw, struct tn_area row,
                 const struct tn_stat *stats, size_t count);

/* The panel of a card, and what is free inside it. */
struct tn_area tn_card_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area);

#endif
