/* The repeated-scan gate: drops the sightings of a badge that is still before the scanner. Each
 * sighting restarts the window, so a badge must be away for the whole window to count again.
 * Remembers badges by a hash, never by their text. */
#ifndef TURNOUT_APP_GATE_H
#define TURNOUT_APP_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/crypto.h"

#define TN_GATE_MAX 256 /* badges remembered; the oldest sighting makes room */

struct tn_gate {
    size_t count;
    struct {
        struct tn_id who;
        int64_t seen_ms; /* boot time of the newest sighting */
    } seen[TN_GATE_MAX];
};

/* Tells whether a scan is new (true) or a repeat to drop, and remembers the sighting. window_ms of
 * 0 lets everything pass. */
bool tn_gate_admits(struct tn_gate *gate, const char *text, size_t len, int64_t mono_ms,
                    uint32_t window_ms);

/* Forgets one scan again: it was not stored, so showing the badge once more must work. */
void tn_gate_forget(struct tn_gate *gate, const char *text, size_t len);

#endif
