/* The runner: takes events one at a time, lets the gate and the wedge decoder see them first, feeds
 * the ui, and carries out its effects against the store. Everything a kiosk does happens in here,
 * with a window or without, so a flow script drives the very same code. Main thread only. */
#ifndef TURNOUT_APP_RUNNER_H
#define TURNOUT_APP_RUNNER_H

#include "kiosk/app/gate.h"
#include "kiosk/app/store.h"
#include "kiosk/app/taps.h"
#include "kiosk/app/typist.h"
#include "kiosk/ui/model.h"

/* What the runner tells the outside. Any may be NULL. */
struct tn_runner_out {
    void *ctx;
    void (*sound)(void *ctx, enum tn_sound sound);
    /* After each scan was dealt with: the screen now, the entry's seq or 0. */
    void (*answered)(void *ctx, enum tn_screen screen, uint64_t seq);
    /* Candidates for a syllable of pinyin, separated by spaces. */
    void (*spell)(void *ctx, const char *pinyin, char *out, size_t out_size);
    /* Print the badge that was just handed out. */
    void (*print)(void *ctx, const struct tn_handed *handed);
    /* The look, the volume or the speech has changed. */
    void (*look)(void *ctx, const struct tn_model *model);
    /* The station's facts were read anew: a pack may have brought another time zone. */
    void (*facts)(void *ctx, const struct tn_station_info *info);
};

struct tn_runner {
    struct tn_model model;
    struct tn_gate gate;
    struct tn_taps taps;
    struct tn_typist typist;
    struct tn_store store;
    struct tn_runner_out out;
    int depth;                 /* of events that answer events; bounded */
    int64_t quiet_mono_ms;     /* when housekeeping may next take a step */
    int64_t sync_mono_ms;      /* when the store is next asked what sync is doing */
    struct tn_sync_state sync; /* what it last said */
    bool has_chores;           /* housekeeping wants a step */
    bool is_sight_good;        /* what the camera saw last was let in, or known */
    bool is_done;              /* leave the loop */
};

void tn_runner_init(struct tn_runner *runner, const struct tn_store *store,
                    const struct tn_runner_out *out, int64_t at_ms, int64_t mono_ms);

/* Deals with one event wholly, the store's answer included. The event's secret is wiped. */
void tn_runner_event(struct tn_runner *runner, struct tn_event *event);

/* The next boot time at which a TICK should come. */
int64_t tn_runner_deadline(const struct tn_runner *runner);

#endif
