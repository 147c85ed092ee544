/* The parts of the kiosk's window, shared by its three files: the loop (window.c), what comes in
 * (window_input.c) and what is shown (window_frame.c). Nobody else's. Main thread, except where a
 * field says otherwise. */
#ifndef TURNOUT_SYS_WINDOW_H
#define TURNOUT_SYS_WINDOW_H

#include <pthread.h>

#include "kiosk/sys/devices.h"
#include "kiosk/sys/display.h"
#include "kiosk/sys/kiosk.h"
#include "kiosk/sys/watchdog.h"
#include "kiosk/ui/dim.h"

/* What has to be made anew before the next frame. */
enum tn_loss {
    TN_LOSS_NONE,
    TN_LOSS_TEXTURES, /* a GPU was reset */
    TN_LOSS_DISPLAY,  /* the display went, came back or changed: all of it */
};

struct tn_window {
    struct tn_kiosk *kiosk;
    struct tn_display display;
    struct tn_devices devices;
    struct tn_watchdog watchdog;

    pthread_mutex_t bell_lock;
    bool has_bell;   /* bell_lock: SDL's video runs, and an event of ours wakes the loop */
    Uint32 doorbell; /* the type of that event */

    enum tn_loss loss;
    bool has_fonts[TN_LANG_COUNT]; /* what can be shown, by language */
    bool is_dark;                  /* there is no display, and the log has said so */
    int64_t tried_ms; /* boot time at which the display was last opened, or tried to be */

    struct tn_view size;  /* of the display, before anybody's look */
    SDL_FPoint scale;     /* the picture's pixels to a unit of the window's */
    struct tn_draw shown; /* what is on the screen */
    struct tn_look look;  /* and how */
    struct tn_draw next;
    bool needs_paint;
    int dim_percent;       /* how bright the screen is now, of 100 */
    struct tn_shift shift; /* where the picture stands, against burning in */
    int64_t begun_ms;      /* boot time at which the window was first shown */
    int64_t touched_ms;    /* boot time of the last touch, key, scan or movement of a mouse */

    bool has_answer;                  /* a scan was answered since the last frame */
    uint64_t answer_seq;              /* of the entry it became; 0: none */
    unsigned taps;                    /* given to the screens since the start */
    unsigned letters;                 /* typed into fields since the start, Enter among them */
    unsigned told;                    /* both together, as the log knows them */
    enum tn_screen told_screen;       /* the last that the log knows of */
    char pressed[TN_CONTROL_MAX + 1]; /* the control that went down; empty: none */
    bool is_pointer_hidden;
};

/* Stamps an event and gives it to the runner. */
void tn_window_send(struct tn_window *window, struct tn_event *event);

/* Tells whether a key, a gesture or a close button may end the kiosk: in a window among others
 * always, on a whole screen only while staff has unlocked it. SIGTERM may at any time. */
bool tn_window_may_leave(const struct tn_window *window);

/* Wakes the loop of a window, given as void * for whoever rings bells. Any thread. */
void tn_window_ring(void *window);

/* Deals with one of SDL's events. What it cannot mend itself it notes in window->loss. */
void tn_window_handle(struct tn_window *window, const SDL_Event *event);

/* Tells the runner the time, unless keys of a scan under way wait to be taken first. */
void tn_window_tell_time(struct tn_window *window);

/* Text input and the keyboard as the model wants them now: before the loop waits. */
void tn_window_arm(struct tn_window *window);

/* Asks for the keys where another window, or none, has them. */
void tn_window_want_keys(struct tn_window *window);

/* Reads the display's size and density anew. */
void tn_window_measure(struct tn_window *window);

/* Paints what has changed since the last frame. A display that takes no picture is a loss. */
void tn_window_show(struct tn_window *window);

/* Mends what was lost, once a second where it stays lost. Call it before each frame. */
void tn_window_mend(struct tn_window *window);

#endif
