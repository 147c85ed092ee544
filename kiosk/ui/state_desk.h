/* What the places at a desk hold: groups, headcounts, finding and replacing. */
#ifndef TURNOUT_UI_STATE_DESK_H
#define TURNOUT_UI_STATE_DESK_H

#include "kiosk/ui/keyboard_state.h"
#include "kiosk/ui/request.h"

struct tn_group_state {
    struct tn_group_tally tally;
    unsigned adults;
    bool is_counting; /* the number pad for adults is open */
    struct tn_field field;
    struct tn_keyboard keyboard;
};

struct tn_headcount_state {
    struct tn_field field;
    struct tn_keyboard keyboard;
    enum tn_status refused;
};

struct tn_search_state {
    struct tn_field field;
    struct tn_keyboard keyboard;
    struct tn_found_list found;
    enum tn_status refused; /* of the last search */
    bool is_list;           /* on a small panel: the names lie where the keys were */
    bool is_chosen;         /* one was tapped: what to do with them */
    struct tn_found chosen;
};

struct tn_replace_state {
    struct tn_found who;
    enum tn_replace_why why;
    bool has_why;   /* the reason was given: now a blank badge is scanned, or one is made */
    bool is_naming; /* a blank badge is to be tied to a new learner (the form follows) */
    enum tn_status refused;
};

struct tn_past_state {
    struct tn_past_list past;
    bool is_pin; /* by PIN: only the last minute, without names */
    int chosen;  /* the row to confirm, from 1; 0: none */
    enum tn_status refused;
};

struct tn_roll_state {
    struct tn_roll roll;
    uint64_t first;
};

#endif
