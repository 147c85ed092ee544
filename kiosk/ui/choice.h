/* Buttons in a grid, and the choice of one among several: what it is called, what it says now, and
 * a check mark where it holds, so that colour alone never tells. All in layout millimetres. */
#ifndef TURNOUT_UI_CHOICE_H
#define TURNOUT_UI_CHOICE_H

#include "kiosk/ui/layout.h"

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

/* The same for words that are long, as names are: cells as wide as the area can give and still hold
 * all of them. */
struct tn_cells tn_cells_wide(const struct tn_view *view, struct tn_area area, int count,
                              float height_max);

struct tn_area tn_cell_area(const struct tn_cells *cells, int index);

/* A button for one of several: what it is called, what it says now (NULL: nothing), and whether it
 * is the one that holds (filled, with a check mark). control is static. */
struct tn_choice {
    const char *control;
    const char *label;
    const char *value;
    bool is_chosen;
    bool is_main; /* the one to press: filled, without a mark */
    bool is_off;
    bool is_small;       /* its words: small, though larger ones would fit */
    bool is_value_small; /* and what it says now */
};

/* Sets the words of choices in areas of one size alike: large where all fit, else small; what they
 * are called and what they say now each for themselves. */
void tn_choices_even(const struct tn_view *view, struct tn_area area, struct tn_choice *choices,
                     int count);

/* The choices in the grid's first cells, their words alike. */
void tn_choices_draw(const struct tn_view *view, struct tn_draw *draw, const struct tn_cells *cells,
                     struct tn_choice *choices, int count);

/* One choice in its area. */
void tn_choice_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                    const struct tn_choice *choice);

#endif
