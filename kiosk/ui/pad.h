/* A page with a number pad: a title, some words, a field of digits, and two actions. CODE,
 * HEADCOUNT and the adults of a group are this. */
#ifndef TURNOUT_UI_PAD_H
#define TURNOUT_UI_PAD_H

#include "kiosk/ui/typed.h"

struct tn_pad {
    const struct tn_field *field;
    const struct tn_keyboard *keyboard;
    const char *words;       /* above the field, or beside the keys */
    struct tn_button back;   /* areas are filled in */
    struct tn_button action; /* text NULL: none */
};

/* The page's ground and title. A small panel's keys stand over its whole height, so there the title
 * has only the start side, and nothing else. */
void tn_pad_title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                  const char *title);

/* Draws it below a title bar that is drawn already. beside gets what is free for more (on a wide
 * page, next to the keys, under the words; else of no height). */
void tn_pad_draw(const struct tn_view *view, struct tn_draw *draw, const struct tn_pad *pad,
                 struct tn_area *beside);

#endif
