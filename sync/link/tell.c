/* One row of station.db, which costs a sync of the disk each time. */
#include "sync/link/tell.h"

#include <time.h>

#define GAP_MS 500
#define SECOND_MS 1000
#define MS_NS 1000000

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / MS_NS;
}

static void write_row(struct tn_tell *tell, struct tn_sync_state state)
{
    if (tell->station == NULL) {
        return;
    }
    state.via = tell->via;
    state.done = tell->done;
    state.all = tell->all;
    state.at_ms = clock_ms(CLOCK_REALTIME);
    tell->told_ms = clock_ms(CLOCK_MONOTONIC);
    (void)tn_station_set_sync_state(tell->station, &state);
}

void tn_tell_begin(struct tn_tell *tell, struct tn_station *station, enum tn_sync_via via,
                   uint64_t all)
{
    *tell = (struct tn_tell){.station = station, .via = via, .all = all};
    write_row(tell, (struct tn_sync_state){.phase = TN_SYNC_COPYING, .waiting = all});
}

void tn_tell_more(struct tn_tell *tell, uint64_t done)
{
    tell->done += done;
    tell->all = tell->done > tell->all ? tell->done : tell->all;
    if (clock_ms(CLOCK_MONOTONIC) - tell->told_ms >= GAP_MS) {
        write_row(tell, (struct tn_sync_state){.phase = TN_SYNC_COPYING, .waiting = tell->all});
    }
}

void tn_tell_end(struct tn_tell *tell, enum tn_sync_phase phase, enum tn_sync_fault fault,
                 uint64_t waiting)
{
    if (phase != TN_SYNC_FAILED) {
        tell->all = tell->done;
    }
    write_row(tell, (struct tn_sync_state){.phase = phase, .fault = fault, .waiting = waiting});
}
