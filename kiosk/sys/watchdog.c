/* libsystemd's notifications, which are datagrams to a Unix socket: they never wait, and one that
 * is lost is made good by the next. A third and not half of the time that was asked for, so that
 * one long turn (a slow disk's fsync) does not end a kiosk that works. */
#include "kiosk/sys/watchdog.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "turnout/log.h"

#define FEEDS_A_PERIOD 3

static void notify(const char *what)
{
    int sent = sd_notify(0, what);
    if (sent < 0) {
        tn_log(TN_LOG_WARN, "the service manager cannot be told \"%s\": %s", what, strerror(-sent));
    }
}

void tn_watchdog_init(struct tn_watchdog *watchdog)
{
    uint64_t period_us = 0;
    *watchdog = (struct tn_watchdog){0};
    int asked = sd_watchdog_enabled(0, &period_us);
    if (asked < 0) {
        tn_log(TN_LOG_WARN, "WATCHDOG_USEC is not understood: %s", strerror(-asked));
    } else if (asked > 0) {
        int64_t every_ms = (int64_t)(period_us / (1000 * FEEDS_A_PERIOD));
        watchdog->every_ms = every_ms > 0 ? every_ms : 1;
    }
}

static void feed(struct tn_watchdog *watchdog, int64_t mono_ms)
{
    notify("WATCHDOG=1");
    watchdog->fed_ms = mono_ms;
}

void tn_watchdog_ready(struct tn_watchdog *watchdog, int64_t mono_ms)
{
    notify("READY=1");
    watchdog->is_ready = true;
    if (watchdog->every_ms > 0) {
        feed(watchdog, mono_ms);
    }
}

void tn_watchdog_feed(struct tn_watchdog *watchdog, int64_t mono_ms)
{
    if (mono_ms >= tn_watchdog_deadline(watchdog)) {
        feed(watchdog, mono_ms);
    }
}

void tn_watchdog_tell(struct tn_watchdog *watchdog, const char *station, uint64_t waiting)
{
    char line[TN_WATCHDOG_TEXT_MAX + 1];
    (void)snprintf(line, sizeof line, "STATUS=%s: %" PRIu64 " %s for a receipt",
                   station[0] != '\0' ? station : "no station yet", waiting,
                   waiting == 1 ? "entry waits" : "entries wait");
    if (strcmp(line, watchdog->told) != 0) {
        notify(line);
        (void)snprintf(watchdog->told, sizeof watchdog->told, "%s", line);
    }
}

void tn_watchdog_stopping(struct tn_watchdog *watchdog)
{
    watchdog->every_ms = 0;
    notify("STOPPING=1");
}

int64_t tn_watchdog_deadline(const struct tn_watchdog *watchdog)
{
    bool is_fed = watchdog->is_ready && watchdog->every_ms > 0;
    return is_fed ? watchdog->fed_ms + watchdog->every_ms : INT64_MAX;
}
