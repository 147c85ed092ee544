/* What the kiosk tells the service manager that started it (sd_notify): that it is ready, that its
 * main loop still turns, what it is doing, that it is about to end. Where nobody asked, every call
 * does nothing. Main thread, and only the main loop: a watchdog fed by a thread of its own would
 * prove nothing. */
#ifndef TURNOUT_SYS_WATCHDOG_H
#define TURNOUT_SYS_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#define TN_WATCHDOG_TEXT_MAX 255

struct tn_watchdog {
    int64_t every_ms; /* how often to feed: a third of what was asked for; 0: nobody asked */
    int64_t fed_ms;   /* boot time */
    bool is_ready;
    char told[TN_WATCHDOG_TEXT_MAX + 1]; /* the newest status line */
};

/* Reads WATCHDOG_USEC and WATCHDOG_PID once. */
void tn_watchdog_init(struct tn_watchdog *watchdog);

/* The first frame is on the screen: READY=1, and the watchdog's first feed. */
void tn_watchdog_ready(struct tn_watchdog *watchdog, int64_t mono_ms);

/* Feeds the watchdog where it is due. Call it once every turn of the loop. */
void tn_watchdog_feed(struct tn_watchdog *watchdog, int64_t mono_ms);

/* One line for `systemctl status`: the station, and the entries that wait for a receipt. Sent only
 * when it differs from the one before. */
void tn_watchdog_tell(struct tn_watchdog *watchdog, const char *station, uint64_t waiting);

/* The kiosk is leaving: STOPPING=1. */
void tn_watchdog_stopping(struct tn_watchdog *watchdog);

/* The boot time by which tn_watchdog_feed has to be called; INT64_MAX where nobody asked. */
int64_t tn_watchdog_deadline(const struct tn_watchdog *watchdog);

#endif
