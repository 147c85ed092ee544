/* The model: everything a screen needs to draw itself, and nothing else. Plain data, owned by the
 * main thread, changed by tn_ui_event, and by the runner where a scan is taken out of a form. No
 * I/O, no clock, no threads, no allocation. */
#ifndef TURNOUT_UI_MODEL_H
#define TURNOUT_UI_MODEL_H

#include <stdbool.h>

#include "kiosk/ui/draw.h"
#include "kiosk/ui/event.h"
#include "kiosk/ui/lang.h"
#include "kiosk/ui/state.h"
#include "turnout/station.h"

#define TN_DEMO_BADGES_MAX 6

/* The screens: one file each, one row each in screens.c. */
enum tn_screen {
    /* for learners */
    TN_SCREEN_IDLE,
    TN_SCREEN_LANGUAGE,
    TN_SCREEN_WELCOME,
    TN_SCREEN_ALREADY,
    TN_SCREEN_GOODBYE,
    TN_SCREEN_VISIT,
    TN_SCREEN_HELP,
    TN_SCREEN_GROUP,
    TN_SCREEN_REGISTER,
    TN_SCREEN_BADGE, /* a badge that was handed out: its QR to photograph */
    /* for staff */
    TN_SCREEN_PIN,
    TN_SCREEN_STAFF,
    TN_SCREEN_CLOCK,
    TN_SCREEN_SEARCH, /* by name, and what to do with whom was found */
    TN_SCREEN_CODE,   /* by the 9-digit code */
    TN_SCREEN_REPLACE,
    TN_SCREEN_HEADCOUNT,
    TN_SCREEN_PAST, /* undo */
    TN_SCREEN_ROLL, /* who is here */
    TN_SCREEN_SELFTEST,
    TN_SCREEN_SWITCH,
    TN_SCREEN_SETTINGS,
    TN_SCREEN_CLEAN, /* the screen does nothing while it is wiped */
    TN_SCREEN_CLOSE, /* the day's end, and leaving the program */
    TN_SCREEN_SETUP,
    TN_SCREEN_FAULT,
    TN_SCREEN_COUNT
};

/* One of the demo badges on the strip (--demo). The digits are a demo's, not a person's. */
struct tn_demo_badge {
    char name[TN_NAME_MAX + 1];
    char digits[TN_BADGE_TEXT_SIZE];
};

/* What a fault left undone (owed.h). */
struct tn_owed {
    bool is_view;         /* the place's own request got no answer */
    uint64_t refused_seq; /* "Let them in" met the fault: which refused entry; 0: none */
};

struct tn_model {
    enum tn_screen screen;  /* what is seen: place, or a result over it */
    enum tn_screen place;   /* where the screen returns to */
    enum tn_screen kept;    /* the form that a card of staff or a group interrupted; IDLE: none */
    int64_t now_ms;         /* wall time of the newest event */
    int64_t mono_ms;        /* and its boot time */
    int64_t screen_mono_ms; /* when the screen was entered */
    int64_t touch_mono_ms;  /* when somebody last touched or typed */
    int64_t seen_mono_ms;   /* when a badge was last seen by the camera; 0: not yet */
    int64_t probe_mono_ms;  /* when the store was last asked, on the fault screen */
    bool is_recording;      /* a scan is with the store */
    bool is_warning;        /* the place is about to be left: "Still there?" lies over it */
    bool is_fresh;          /* there is no station yet: only SETUP */
    bool is_small;          /* a panel that shows less at a time (tn_page_of: is_compact) */
    bool is_windowed;       /* a window among others, whose closing may end the program */
    bool is_foreign; /* the newest scan was a symbol of somebody else: an address, a ticket */
    struct tn_record record; /* what the result screen shows; wiped when it leaves */
    enum tn_status fault;
    bool is_unsaved; /* FAULT: a scan was lost to it; false where it was found first */
    struct tn_owed owed;
    struct tn_station_info info;
    struct tn_health health;
    struct tn_sync_state sync; /* what sync last said (sync_words.h) */
    int64_t sync_mono_ms;      /* and when, by boot time */

    struct tn_look look;
    int volume; /* 0 to 100 */
    bool is_speaking;
    bool has_voice[TN_LANG_COUNT];
    bool has_lang[TN_LANG_COUNT]; /* its font is installed */
    enum tn_lang home_lang;       /* the station's own */
    enum tn_lang lang;            /* picked by whoever stands here; back to home_lang after rest */
    enum tn_lang shown_lang; /* the screen's: lang, or that of the learner's card for a result */

    struct tn_states states; /* what each place holds (state.h) */
    struct tn_handed handed; /* the newest badge handed out here, for BADGE and for printing; wiped
                                when the place is left */
    size_t demo_count;
    struct tn_demo_badge demo[TN_DEMO_BADGES_MAX];
};

/* How long a result with a name stays, at most (privacy: 4 s on a public screen). */
#define TN_RESULT_MS 3500
#define TN_HELP_MS 6000
/* How long the one moving thing moves. */
#define TN_MOTION_MS 180
/* How long the camera's picture is ticked once it has seen a badge. */
#define TN_SEEN_MS 1200
/* How often a fault asks the store again. */
#define TN_PROBE_MS 1000
/* Silence that resets a half-done form, the warning before that, and the staff's lock. */
#define TN_FORM_REST_MS 45000
#define TN_FORM_WARN_MS 20000
#define TN_STAFF_REST_MS 120000
/* Silence on idle after which a language somebody picked is the station's own again. */
#define TN_LANG_REST_MS 45000

void tn_model_init(struct tn_model *model, int64_t at_ms, int64_t mono_ms);

/* Takes one event: changes the model, appends effects (cleared first). */
void tn_ui_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);

/* Draws the model's screen (cleared first), in its language and direction. view is
 * tn_view_for(display, &model->look). */
void tn_ui_draw(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* The next boot time (mono_ms) at which a TICK would change what is seen; INT64_MAX where nothing
 * moves and only the clock's next minute matters is never returned: the minute is. */
int64_t tn_ui_deadline(const struct tn_model *model);

/* Tells whether a field is open that typed text belongs to. */
bool tn_ui_wants_text(const struct tn_model *model);

/* Tells whether staff has unlocked the kiosk: only then may it be left. */
bool tn_ui_is_unlocked(const struct tn_model *model);

/* "idle", "welcome" ...: the names flows, shots and the headless protocol use. */
const char *tn_screen_name(enum tn_screen screen);

#endif
