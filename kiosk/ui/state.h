/* What the places hold while somebody is in them: one struct a place, in a header of the place's
 * own, gathered here. All of it is plain data and is wiped with the place. */
#ifndef TURNOUT_UI_STATE_H
#define TURNOUT_UI_STATE_H

#include "kiosk/ui/state_desk.h"
#include "kiosk/ui/state_register.h"
#include "kiosk/ui/state_staff.h"

struct tn_states {
    struct tn_group_state group;
    struct tn_register_state reg;
    struct tn_visit_state visit;
    struct tn_setup_state setup;
    struct tn_pin_state pin;
    struct tn_staff_state staff;
    struct tn_search_state search; /* SEARCH and CODE */
    struct tn_replace_state replace;
    struct tn_headcount_state headcount;
    struct tn_past_state past;
    struct tn_roll_state roll;
    struct tn_selftest_state selftest;
    struct tn_switch_state to; /* SWITCH */
    struct tn_clock_state clock;
    struct tn_settings_state settings;
    struct tn_clean_state clean;
    struct tn_close_state close;
};

#endif
