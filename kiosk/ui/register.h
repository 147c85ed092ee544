/* The walk-in form between its files: which steps it takes (screen_register.c), and how each looks
 * (register_steps.c, register_school.c). */
#ifndef TURNOUT_UI_REGISTER_H
#define TURNOUT_UI_REGISTER_H

#include "kiosk/ui/screens.h"

#define TN_GRADES 6

/* The grade bands; names are translated when drawn. */
struct tn_grade_row {
    const char *control; /* "grade-1" and on */
    const char *code;    /* as the form keeps it */
    const char *name;
    uint32_t age_max; /* the oldest usually are, in years */
};
extern const struct tn_grade_row tn_grades[TN_GRADES];

/* Who may say yes; in the order they are shown. */
struct tn_consent_row {
    const char *control; /* "consent-1" and on */
    enum tn_consent consent;
    const char *words;
};
extern const struct tn_consent_row tn_consents[TN_CONSENT_COUNT];

/* Tells whether this answer is offered: a learner's own only where the grade band may hold
 * somebody of the age of consent, others' not to an adult. */
bool tn_register_offers(const struct tn_model *model, enum tn_consent consent);

/* The steps this form takes, in order; gives how many. A further child of a family is asked only
 * for what differs. */
size_t tn_register_path(const struct tn_register_state *reg,
                        enum tn_register_step steps[TN_STEP_COUNT]);

/* Where in those the form is, from 0. */
size_t tn_register_at(const struct tn_register_state *reg);

/* Tells whether a step is typed now. */
bool tn_register_is_typing(const struct tn_register_state *reg);

/* Tells whether badges can be handed out here at all. */
bool tn_register_can(const struct tn_model *model);

/* A form as it begins in a language, for drawing one that nobody has touched yet. */
void tn_register_begin(struct tn_register_state *reg, enum tn_lang lang,
                       const bool has_lang[TN_LANG_COUNT]);

/* Cells of a grid in an area, in rows; `i` counts from 0. */
struct tn_area tn_register_cell(struct tn_area area, int columns, int rows, int i);

/* Where a grid of answers stands in its area: all of it, or in the lower mode its lowest part. */
struct tn_area tn_register_grid(const struct tn_view *view, struct tn_area area, int rows);

/* One of several answers: a large panel, marked where it is the chosen one. */
void tn_register_choice(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                        const char *control, const char *words, bool is_chosen);

/* The step of the school. */
void tn_register_school_draw(const struct tn_model *model, const struct tn_register_state *reg,
                             const struct tn_view *view, struct tn_draw *draw);
void tn_register_school_event(struct tn_model *model, const struct tn_event *event,
                              struct tn_effects *effects);
/* Asks for the list as the state says. */
void tn_register_school_ask(const struct tn_register_state *reg, struct tn_effects *effects);

/* Goes back to the whole list, from typing. */
void tn_register_school_list(struct tn_register_state *reg, struct tn_effects *effects);

/* To the next step, or from the last to the store. */
void tn_register_next(struct tn_model *model, struct tn_effects *effects);

#endif
