/* What the walk-in form holds, and the learner's other small states. */
#ifndef TURNOUT_UI_STATE_REGISTER_H
#define TURNOUT_UI_STATE_REGISTER_H

#include "kiosk/ui/keyboard_state.h"
#include "kiosk/ui/request.h"

/* The form's steps, in order. */
enum tn_register_step {
    TN_STEP_GIVEN,
    TN_STEP_FAMILY,
    TN_STEP_GRADE,
    TN_STEP_PARTNER,
    TN_STEP_CONSENT,
    TN_STEP_COUNT
};

struct tn_register_state {
    enum tn_register_step step;
    struct tn_field field;
    struct tn_keyboard keyboard;
    struct tn_walkin form;
    struct tn_partner_list partners;
    bool is_family; /* another child of the same family: consent, family name, school are kept */
    char blank[TN_BADGE_TEXT_SIZE]; /* the blank badge that gets this name; empty: mint one */
    enum tn_status refused;         /* why the last try did not register; TN_OK: none */
};

/* The stamps of whoever was last seen here. */
struct tn_visit_state {
    struct tn_passport passport;
};

struct tn_setup_state {
    enum tn_status refused; /* why the last card was not taken; TN_OK: none */
    bool is_done;           /* the station was made: it says so for a moment */
    bool is_again;          /* from the staff panel */
};

#endif
