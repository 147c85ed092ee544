/* What may happen in a simulated fair, as a table of steps with weights. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sync/link/reconcile.h"
#include "tests/sim/sim.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define BURST_MAX 40

static struct tn_sim_station *pick_station(struct tn_sim *sim, int *index)
{
    *index = (int)tn_sim_pick(sim, TN_SIM_STATIONS);
    return &sim->stations[*index];
}

static void note(struct tn_sim *sim, int station, const struct tn_badge *badge,
                 const struct tn_record *record)
{
    if (record->seq != 0 && sim->seen_count < TN_SIM_SEEN_MAX) {
        sim->seen[sim->seen_count++] = (struct tn_sim_seen){.station = station,
                                                            .seq = record->seq,
                                                            .badge = tn_badge_id(badge),
                                                            .result = record->result};
    }
}

static enum tn_status scan_text(struct tn_sim *sim, struct tn_sim_station *at, const char *text,
                                struct tn_record *out)
{
    sim->now_ms += 1 + (int64_t)tn_sim_pick(sim, 60000);
    const struct tn_scan scan = {.at_ms = sim->now_ms + at->clock_ms,
                                 .mono_ms = sim->now_ms,
                                 .method = "scan",
                                 .text = text,
                                 .len = strlen(text)};
    return tn_station_record(at->station, &scan, out);
}

static enum tn_status scan_badge(struct tn_sim *sim, const struct tn_badge *badge)
{
    int index;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    struct tn_sim_station *at = pick_station(sim, &index);
    tn_badge_encode(badge, text);
    enum tn_status status = scan_text(sim, at, text, &record);
    if (status == TN_OK) {
        note(sim, index, badge, &record);
    }
    return status;
}

static enum tn_status step_scan(struct tn_sim *sim)
{
    return scan_badge(sim, &sim->badges[tn_sim_pick(sim, TN_SIM_BADGES)]);
}

/* A badge whose tag is wrong: refused, with an entry. */
static enum tn_status step_forged(struct tn_sim *sim)
{
    struct tn_badge badge = sim->badges[tn_sim_pick(sim, TN_SIM_BADGES)];
    badge.tag = (badge.tag + 1) % 100000000u;
    return scan_badge(sim, &badge);
}

/* A real badge of this event that the stations' packs do not hold: made after them. */
static enum tn_status step_stranger(struct tn_sim *sim)
{
    struct tn_central_event event;
    struct tn_badge badge;
    enum tn_status status = tn_centre_event(&sim->centre, "fair", &event);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_key key = tn_keyring_badge_key(&sim->keyring, &event.id);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &sim->env.random, &badge);
    return scan_badge(sim, &badge);
}

static enum tn_status step_noise(struct tn_sim *sim)
{
    int index;
    struct tn_record record;
    struct tn_sim_station *at = pick_station(sim, &index);
    enum tn_status status = scan_text(sim, at, "https://example.org/", &record);
    return status == TN_OK && record.seq != 0 ? TN_ERR_STATE : status;
}

static enum tn_status step_clock(struct tn_sim *sim)
{
    int index;
    struct tn_sim_station *at = pick_station(sim, &index);
    at->clock_ms =
        ((int64_t)tn_sim_pick(sim, 21) - 10) * (tn_sim_pick(sim, 4) == 0 ? DAY_MS : 60000);
    return TN_OK;
}

static enum tn_status reopen(struct tn_sim *sim, struct tn_sim_station *at)
{
    tn_station_close(at->station);
    at->station = NULL;
    sim->env.boot.b[0]++;
    return tn_station_open(at->dir, &sim->env, &at->station);
}

static enum tn_status step_restart(struct tn_sim *sim)
{
    int index;
    return reopen(sim, pick_station(sim, &index));
}

/* The child's part of a kill: scans as fast as it can, telling the parent of each answer. */
static void burst(struct tn_sim *sim, int index, int fd)
{
    struct tn_sim_station *at = &sim->stations[index];
    struct tn_station *station = NULL;
    if (tn_station_open(at->dir, &sim->env, &station) != TN_OK) {
        _exit(1);
    }
    at->station = station;
    for (int i = 0; i < BURST_MAX; i++) {
        struct tn_sim_seen seen = {.station = index};
        char text[TN_BADGE_TEXT_SIZE];
        struct tn_record record;
        const struct tn_badge *badge = &sim->badges[tn_sim_pick(sim, TN_SIM_BADGES)];
        tn_badge_encode(badge, text);
        if (scan_text(sim, at, text, &record) != TN_OK) {
            _exit(1);
        }
        seen.seq = record.seq;
        seen.badge = tn_badge_id(badge);
        seen.result = record.result;
        if (write(fd, &seen, sizeof seen) != (ssize_t)sizeof seen) {
            _exit(1);
        }
    }
    (void)pause();
}

/* A kiosk that dies by SIGKILL in a burst, after a random number of answers; what it had answered
 * counts as seen, and what it wrote but did not get to say may or may not be there. */
static enum tn_status step_kill(struct tn_sim *sim)
{
    int index;
    int ends[2];
    struct tn_sim_station *at = pick_station(sim, &index);
    uint64_t answers = 1 + tn_sim_pick(sim, BURST_MAX);
    tn_station_close(at->station);
    at->station = NULL;
    if (pipe(ends) != 0) {
        return TN_ERR_IO;
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        burst(sim, index, ends[1]);
        _exit(1);
    }
    (void)close(ends[1]);
    struct tn_sim_seen seen;
    for (uint64_t i = 0; i < answers && read(ends[0], &seen, sizeof seen) == (ssize_t)sizeof seen;
         i++) {
        if (sim->seen_count < TN_SIM_SEEN_MAX) {
            sim->seen[sim->seen_count++] = seen;
        }
    }
    if (pid < 0 || kill(pid, SIGKILL) != 0 || waitpid(pid, NULL, 0) != pid) {
        return TN_ERR_IO;
    }
    (void)close(ends[0]);
    return reopen(sim, at);
}

static enum tn_status step_reconcile(struct tn_sim *sim)
{
    int index;
    struct tn_reconcile done;
    struct tn_sim_station *at = pick_station(sim, &index);
    const struct tn_keyring *keyring = tn_sim_pick(sim, 4) == 0 ? NULL : &sim->keyring;
    return tn_reconcile_run(at->station, at->dir, &sim->centre, keyring, sim->now_ms, NULL, NULL,
                            &done);
}

static const struct {
    uint64_t weight;
    enum tn_status (*run)(struct tn_sim *sim);
} steps[] = {
    {60, step_scan}, {4, step_forged},  {6, step_stranger}, {4, step_noise},
    {4, step_clock}, {3, step_restart}, {2, step_kill},     {10, step_reconcile},
};

enum tn_status tn_sim_step(struct tn_sim *sim)
{
    uint64_t all = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        all += steps[i].weight;
    }
    uint64_t pick = tn_sim_pick(sim, all);
    size_t i = 0;
    while (pick >= steps[i].weight) {
        pick -= steps[i].weight;
        i++;
    }
    return steps[i].run(sim);
}
