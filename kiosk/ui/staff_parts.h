/* Pieces the staff's places share: the title with the time to the lock, a picture with words, a
 * number on a card, and the mark that says how something is by its shape. All in layout
 * millimetres. */
#ifndef TURNOUT_UI_STAFF_PARTS_H
#define TURNOUT_UI_STAFF_PARTS_H

#include "kiosk/ui/choice.h"

/* "Locks in 1:48"; empty where nothing is unlocked. */
#define TN_LOCK_WORDS_SIZE 64
void tn_staff_lock_words(const struct tn_model *model, char out[TN_LOCK_WORDS_SIZE]);

/* The title bar of a staff's place, with those words at its end. */
void tn_staff_title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    const char *title);

/* What lies between the title bar and a row of actions whose top is at `bottom`. */
struct tn_area tn_staff_body(const struct tn_view *view, float bottom);

/* A picture with a stack of words beside it (upright: below it), in the middle of an area; the
 * words a size smaller where they would not fit. Gives the picture's place; a name of NULL leaves
 * it free for something else. */
struct tn_area tn_staff_message(const struct tn_view *view, struct tn_draw *draw,
                                struct tn_area area, const char *picture, const struct tn_say *says,
                                size_t count);

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
