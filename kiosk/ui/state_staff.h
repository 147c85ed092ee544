/* What the staff's places hold. */
#ifndef TURNOUT_UI_STATE_STAFF_H
#define TURNOUT_UI_STATE_STAFF_H

#include "kiosk/ui/canary.h"
#include "kiosk/ui/keyboard_state.h"
#include "kiosk/ui/request.h"

#define TN_NOTICE_SIZE 161 /* what a text of a draw list holds */

struct tn_pin_state {
    struct tn_field field;
    struct tn_keyboard keyboard;
    int64_t until_mono_ms; /* no try before this; 0: none was wrong since the program started */
    bool is_open;          /* the small panel that a PIN opens: counts, undo, language, sound */
};

struct tn_staff_state {
    struct tn_tally tally;
    bool has_tally;
    int64_t tally_mono_ms; /* when it was asked for */
    int page;              /* of the panel's actions */
    /* The last action's outcome in the words of the screen's language (tn_staff_notice). */
    char notice[TN_NOTICE_SIZE];
    int64_t notice_mono_ms; /* since when it is shown */
    bool is_trouble;        /* it went wrong: a triangle, not a tick */
};

struct tn_selftest_state {
    enum tn_canary verdict; /* on the last scan */
    unsigned digits;        /* of what arrived */
    bool is_badge;          /* and not the code that was shown */
    unsigned pieces;        /* characters of scans just before that nothing ended */
    int64_t scan_mono_ms;   /* when the last one came */
    int64_t since_mono_ms;
};

struct tn_switch_state {
    struct tn_activity_list activities;
    uint64_t first;
    enum tn_status refused;
};

/* A page of choices over SETTINGS or over the PIN's panel. */
enum tn_settings_pick {
    TN_PICK_NONE,
    TN_PICK_LANGUAGE,
    TN_PICK_THEME,
    TN_PICK_VOLUME,
    TN_PICK_COUNT
};

struct tn_settings_state {
    enum tn_settings_pick pick;
    const char *unsaved; /* the setting that the store has not kept yet, or NULL; outlives the
                            place, for it holds already */
    char value[TN_SETTING_MAX + 1];
};

/* What CLOSE asks to be confirmed. */
enum tn_close_asks { TN_CLOSE_ASKS_NONE, TN_CLOSE_ASKS_DAY, TN_CLOSE_ASKS_LEAVE };

struct tn_close_state {
    enum tn_close_asks asks;
    struct tn_tally tally;
    bool has_tally;
};

struct tn_clock_state {
    bool is_right;    /* the answer that was given */
    bool is_answered; /* and it is on the disk; outlives the place */
};

struct tn_clean_state {
    int64_t until_mono_ms;
};

#endif
