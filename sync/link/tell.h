/* Telling the kiosk's screen what sync is doing with its station (turnout/sync_state.h): not more
 * often than the screen looks, and never in the way: a row that cannot be written is let go. */
#ifndef TURNOUT_LINK_TELL_H
#define TURNOUT_LINK_TELL_H

#include "turnout/sync_state.h"

struct tn_tell {
    struct tn_station *station; /* open to write; NULL: nobody is told */
    enum tn_sync_via via;
    uint64_t done;
    uint64_t all;
    int64_t told_ms; /* by the clock that only goes forward */
};

/* Starts to copy so many entries. */
void tn_tell_begin(struct tn_tell *tell, struct tn_station *station, enum tn_sync_via via,
                   uint64_t all);

/* So many more are over. */
void tn_tell_more(struct tn_tell *tell, uint64_t done);

/* It is over: phase COPIED or DONE_AT_CENTRE with what waits now, or FAILED with a fault. */
void tn_tell_end(struct tn_tell *tell, enum tn_sync_phase phase, enum tn_sync_fault fault,
                 uint64_t waiting);

#endif
