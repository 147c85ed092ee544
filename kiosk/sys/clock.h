/* The edge where time comes in: the only place of the kiosk that reads a clock. Any thread, except
 * tn_clock_set_zone. */
#ifndef TURNOUT_SYS_CLOCK_H
#define TURNOUT_SYS_CLOCK_H

#include "kiosk/ui/event.h"

/* Wall time (CLOCK_REALTIME) and boot time (CLOCK_BOOTTIME, which counts sleep and never jumps). */
void tn_clock_now(int64_t *at_ms, int64_t *mono_ms);

/* Stamps an event with both. */
void tn_clock_stamp(struct tn_event *event);

/* Sets the zone that clocks on screens are shown in, an IANA name; empty keeps the system's. Main
 * thread; the zone is the environment's, which no other thread of ours reads. */
void tn_clock_set_zone(const char *tz);

#endif
