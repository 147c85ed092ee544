/* Two clocks read together. Boot time and not monotonic time, because a tablet that slept through
 * lunch must not think that a badge is still before its scanner. */
#include "kiosk/sys/clock.h"

static int64_t read_ms(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void tn_clock_now(int64_t *at_ms, int64_t *mono_ms)
{
    *at_ms = read_ms(CLOCK_REALTIME);
    *mono_ms = read_ms(CLOCK_BOOTTIME);
}

void tn_clock_stamp(struct tn_event *event)
{
    tn_clock_now(&event->at_ms, &event->mono_ms);
}

void tn_clock_set_zone(const char *tz)
{
    const char *now = getenv("TZ");
    bool is_same = now != NULL && strcmp(now, tz) == 0;
    if (tz[0] != '\0' && !is_same && setenv("TZ", tz, 1) == 0) {
        tzset();
    }
}
