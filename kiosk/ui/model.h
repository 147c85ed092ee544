/* The model: everything a screen needs to draw itself, and nothing else. Plain data, owned by the
 * main thread, changed only by tn_ui_event. No I/O, no clock, no threads, no allocation. */
#ifndef TURNOUT_UI_MODEL_H
#define TURNOUT_UI_MODEL_H

#include <stdbool.h>

#include "kiosk/ui/draw.h"
#include "kiosk/ui/event.h"
#include "turnout/station.h"

#define TN_DEMO_BADGES_MAX 6

/* The screens: one file each, one row each in screens.c. */
enum tn_screen {
    TN_SCREEN_IDLE,
    TN_SCREEN_WELCOME,
    TN_SCREEN_ALREADY,
    TN_SCREEN_GOODBYE,
    TN_SCREEN_VISIT,
    TN_SCREEN_HELP,
    TN_SCREEN_FAULT,
    TN_SCREEN_COUNT
};

/* One of the demo badges on the strip (--demo). The digits are a demo's, not a person's. */
struct tn_demo_badge {
    char name[TN_NAME_MAX + 1];
    char digits[TN_BADGE_TEXT_SIZE];
};

struct tn_model {
    enum tn_screen screen;
    int64_t now_ms;          /* wall time of the newest event */
    int64_t mono_ms;         /* and its boot time */
    int64_t screen_mono_ms;  /* when the screen was entered */
    int64_t probe_mono_ms;   /* when the store was last asked, on the fault screen */
    bool is_recording;       /* a scan is with the store */
    struct tn_record record; /* what the result screen shows; wiped when it leaves */
    enum tn_status fault;
    bool is_unsaved; /* FAULT: a scan was lost to it; false where it was found first */
    struct tn_station_info info;
    size_t demo_count;
    struct tn_demo_badge demo[TN_DEMO_BADGES_MAX];
};

/* How long a result with a name stays, at most (privacy: 4 s on a public screen). */
#define TN_RESULT_MS 3500
#define TN_HELP_MS 6000
/* How long the one moving thing moves. */
#define TN_MOTION_MS 180
/* How often a fault asks the store again. */
#define TN_PROBE_MS 1000

void tn_model_init(struct tn_model *model, int64_t at_ms, int64_t mono_ms);

/* Takes one event: changes the model, appends effects (cleared first). */
void tn_ui_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);

/* Draws the model's screen (cleared first). */
void tn_ui_draw(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* The next boot time (mono_ms) at which a TICK would change what is seen; INT64_MAX where nothing
 * moves and only the clock's next minute matters is never returned: the minute is. */
int64_t tn_ui_deadline(const struct tn_model *model);

/* "idle", "welcome" ...: the names flows, shots and the headless protocol use. */
const char *tn_screen_name(enum tn_screen screen);

#endif
