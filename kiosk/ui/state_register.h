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

/* How the school is asked for. */
enum tn_partner_way {
    TN_PARTNER_LIST, /* one of the list */
    TN_PARTNER_FIND, /* a few letters, to make the list shorter */
    TN_PARTNER_TYPE, /* not on the list: typed */
};

struct tn_register_state {
    bool is_open; /* false: nothing was begun, all else is zero */
    enum tn_register_step step;
    enum tn_partner_way way;
    struct tn_field field;
    struct tn_keyboard keyboard;
    struct tn_walkin form;
    struct tn_partner_list partners;
    uint64_t first;                 /* of the list, on its page */
    char find[TN_FIELD_MAX + 1];    /* what the list was made shorter by; empty: all */
    bool has_choice;                /* somebody who may say yes was chosen */
    char blank[TN_BADGE_TEXT_SIZE]; /* a blank badge to tie the learner to; empty: mint one. Set
                                       after tn_register_open; a secret */
    bool is_family; /* another child of the same family: consent, family name, school are kept */
    enum tn_status refused; /* why the last try did not register; TN_OK: none */
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
