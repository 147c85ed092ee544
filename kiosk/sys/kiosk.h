/* A kiosk put together: the station's store, the runner and the queue, shared by the loops with a
 * window and without. */
#ifndef TURNOUT_SYS_KIOSK_H
#define TURNOUT_SYS_KIOSK_H

#include "kiosk/app/queue.h"
#include "kiosk/app/runner.h"
#include "kiosk/sys/camera.h"
#include "kiosk/sys/demo.h"
#include "kiosk/sys/dropped.h"
#include "kiosk/sys/options.h"
#include "kiosk/sys/scan_stdin.h"
#include "kiosk/sys/serial.h"
#include "kiosk/sys/signals.h"

/* What the program leaves with, as its manual page says: done, a person has to look at it, the
 * call was wrong, the world failed. */
enum tn_exit { TN_EXIT_DONE, TN_EXIT_PERSON, TN_EXIT_USAGE, TN_EXIT_WORLD };

/* Some 300 KB: keep it static. Main thread, except where a part says otherwise. */
struct tn_kiosk {
    const struct tn_options *options;
    struct tn_station_store station;
    struct tn_store store;
    struct tn_demo_list demo;
    struct tn_queue queue;
    struct tn_signals signals;
    struct tn_line_source lines;
    struct tn_serial serial;
    bool has_serial; /* serial scanners are looked for */
    bool has_lines;  /* scans come by line as well */
    struct tn_dropped dropped;
    struct tn_camera *camera;  /* NULL: none */
    struct tn_preview preview; /* of the camera */
    int source_count;          /* lines, serial and camera: each tells of its end, if it has one */
    const bool *has_fonts;     /* by language: what a window can show; NULL: all */
    struct tn_runner runner;
};

/* Opens the store and the demo badges, and sets the zone clocks are shown in. A station that is
 * there but cannot be opened is no failure here: the fault screen tells, and it is tried again. */
enum tn_exit tn_kiosk_open(struct tn_kiosk *kiosk, const struct tn_options *options);

/* Starts the runner with what it tells to whom. TN_EXIT_PERSON: it started, but the card that
 * --setup names was refused, TN_EXIT_WORLD: or could not be read or written down; both in words. A
 * screen shows that and waits for another card. */
enum tn_exit tn_kiosk_begin(struct tn_kiosk *kiosk, const struct tn_store *store,
                            const struct tn_runner_out *out, int64_t at_ms, int64_t mono_ms);

/* Starts and ends the threads: signals, and scans by line where options ask for them. */
enum tn_exit tn_kiosk_start(struct tn_kiosk *kiosk);
void tn_kiosk_stop(struct tn_kiosk *kiosk);

void tn_kiosk_close(struct tn_kiosk *kiosk);

/* The loops; each returns when the kiosk is done. */
enum tn_exit tn_headless_scans(struct tn_kiosk *kiosk);  /* one answer a line on standard output */
enum tn_exit tn_headless_script(struct tn_kiosk *kiosk); /* a flow */
enum tn_exit tn_window_run(struct tn_kiosk *kiosk);      /* the screen */

#endif
