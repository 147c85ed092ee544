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
#define TN_SIM_FILE_MAX (16u * 1024 * 1024)

struct tn_sim_station *tn_sim_station(struct tn_sim *sim, int *index)
{
    *index = (int)tn_sim_pick(sim, TN_SIM_STATIONS);
    return &sim->stations[*index];
}

void tn_sim_note(struct tn_sim *sim, int station, const struct tn_id *badge, uint64_t seq,
                 const char *kind)
{
    if (seq != 0 && sim->seen_count < TN_SIM_SEEN_MAX) {
        struct tn_sim_seen *seen = &sim->seen[sim->seen_count++];
        *seen = (struct tn_sim_seen){
            .station = station, .log = sim->stations[station].log, .seq = seq, .badge = *badge};
        (void)snprintf(seen->kind, sizeof seen->kind, "%s", kind);
    }
}

/* What an answer to a badge is as an entry, by station. */
static const char *kind_of(int station, enum tn_result result)
{
    static const char *const kinds[TN_SIM_STATIONS] = {"check_in", "visit", "check_out", "pass",
                                                       "check_in"};
    return result == TN_RESULT_REFUSED ? "refused" : kinds[station];
}

enum tn_status tn_sim_scan(struct tn_sim *sim, struct tn_sim_station *at, const char *text,
                           bool in_group, struct tn_record *out)
{
    sim->now_ms += 1 + (int64_t)tn_sim_pick(sim, 60000);
    const struct tn_scan scan = {.at_ms = sim->now_ms + at->clock_ms,
                                 .mono_ms = sim->now_ms,
                                 .method = "scan",
                                 .text = text,
                                 .len = strlen(text),
                                 .in_group = in_group};
    return tn_station_record(at->station, &scan, out);
}

static enum tn_status scan_badge(struct tn_sim *sim, const struct tn_badge *badge)
{
    int index;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    tn_badge_encode(badge, text);
    enum tn_status status = tn_sim_scan(sim, at, text, false, &record);
    if (status == TN_OK) {
        struct tn_id id = tn_badge_id(badge);
        tn_sim_note(sim, index, &id, record.seq, kind_of(index, record.result));
    }
    return status;
}

static enum tn_status step_scan(struct tn_sim *sim)
{
    return scan_badge(sim, &sim->badges[tn_sim_pick(sim, sim->badge_count)]);
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
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    enum tn_status status = tn_sim_scan(sim, at, "https://example.org/", false, &record);
    return status == TN_OK && record.seq != 0 ? TN_ERR_STATE : status;
}

static enum tn_status step_clock(struct tn_sim *sim)
{
    int index;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    at->clock_ms =
        ((int64_t)tn_sim_pick(sim, 21) - 10) * (tn_sim_pick(sim, 4) == 0 ? DAY_MS : 60000);
    return TN_OK;
}

enum tn_status tn_sim_reopen(struct tn_sim *sim, struct tn_sim_station *at)
{
    struct tn_station_info info;
    tn_station_close(at->station);
    at->station = NULL;
    enum tn_status status = tn_station_open(at->dir, &sim->env, &at->station);
    if (status == TN_OK) {
        status = tn_station_info(at->station, &info);
        at->log = info.log;
    }
    return status;
}

static enum tn_status reopen(struct tn_sim *sim, struct tn_sim_station *at)
{
    sim->env.boot.b[0]++;
    return tn_sim_reopen(sim, at);
}

static enum tn_status step_restart(struct tn_sim *sim)
{
    int index;
    return reopen(sim, tn_sim_station(sim, &index));
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
        struct tn_sim_seen seen = {.station = index, .log = at->log};
        char text[TN_BADGE_TEXT_SIZE];
        struct tn_record record;
        const struct tn_badge *badge = &sim->badges[tn_sim_pick(sim, TN_SIM_BADGES)];
        tn_badge_encode(badge, text);
        if (tn_sim_scan(sim, at, text, false, &record) != TN_OK) {
            _exit(1);
        }
        seen.seq = record.seq;
        seen.badge = tn_badge_id(badge);
        (void)snprintf(seen.kind, sizeof seen.kind, "%s", kind_of(index, record.result));
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
    struct tn_sim_station *at = tn_sim_station(sim, &index);
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

/* Changes one byte of a hash wherever it stands in a file. */
static enum tn_status flip(const char *path, const struct tn_hash *hash)
{
    static uint8_t bytes[TN_SIM_FILE_MAX];
    FILE *file = fopen(path, "r+e");
    if (file == NULL) {
        return TN_ERR_IO;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    int flips = 0;
    for (size_t i = 0; i + sizeof hash->b <= len; i++) {
        if (memcmp(bytes + i, hash->b, sizeof hash->b) == 0) {
            flips += fseek(file, (long)i, SEEK_SET) == 0 && fputc(bytes[i] ^ 1, file) != EOF;
        }
    }
    return fclose(file) == 0 && flips > 0 ? TN_OK : TN_ERR_IO;
}

struct own {
    uint64_t log_no;
    uint64_t last;
};

static enum tn_status find_own(void *ctx, const struct tn_log_head *head)
{
    if (head->is_own) {
        *(struct own *)ctx = (struct own){head->log_no, head->last_seq};
    }
    return TN_OK;
}

/* What the kiosk does behind its first frame: it checks all, and sets aside what does not hold. */
static enum tn_status mend(struct tn_sim *sim, struct tn_sim_station *at)
{
    struct tn_verify verify = {0};
    enum tn_status status = reopen(sim, at);
    while (status == TN_OK && !verify.is_done) {
        status = tn_station_verify(at->station, &verify, 1000);
    }
    if (status == TN_ERR_DAMAGED) {
        status = tn_station_set_aside(&at->station, &sim->env);
    }
    return status == TN_OK ? tn_sim_reopen(sim, at) : status;
}

/* An entry of the log that a station writes is no longer what it was. Everything is in station.db
 * once the station is closed; the write-ahead log that is kept for later is empty. */
static enum tn_status step_damage(struct tn_sim *sim)
{
    int index;
    char path[TN_SIM_PATH_MAX + 32];
    struct own own = {0};
    struct tn_hash hash;
    if (sim->seed % 2 == 0) {
        return TN_OK; /* these seeds ask whether another route gives the same centre */
    }
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    enum tn_status status = tn_station_logs(at->station, find_own, &own);
    if (status != TN_OK || own.last == 0) {
        return status;
    }
    status = tn_station_hash_at(at->station, own.log_no, 1 + tn_sim_pick(sim, own.last), &hash);
    tn_station_close(at->station);
    at->station = NULL;
    (void)snprintf(path, sizeof path, "%s/station.db-wal", at->dir);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/station.db-shm", at->dir);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/station.db", at->dir);
    if (status == TN_OK) {
        status = flip(path, &hash);
    }
    sim->damages++;
    return status == TN_OK ? mend(sim, at) : status;
}

static enum tn_status step_reconcile(struct tn_sim *sim)
{
    int index;
    struct tn_reconcile done;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    const struct tn_keyring *keyring = tn_sim_pick(sim, 4) == 0 ? NULL : &sim->keyring;
    return tn_reconcile_run(at->station, at->dir, &sim->centre, keyring, sim->now_ms, NULL, NULL,
                            &done);
}

static const struct {
    uint64_t weight;
    enum tn_status (*run)(struct tn_sim *sim);
} steps[] = {
    {60, step_scan},         {4, step_forged},     {6, step_stranger},    {4, step_noise},
    {4, step_clock},         {3, step_restart},    {2, step_kill},        {3, tn_sim_group},
    {5, tn_sim_register},    {5, tn_sim_replace},  {4, tn_sim_headcount}, {5, tn_sim_undo},
    {2, tn_sim_close_day},   {10, step_reconcile}, {2, step_damage},      {6, tn_sim_stick_load},
    {3, tn_sim_stick_bring},
};
#define STEPS (sizeof steps / sizeof steps[0])
#define STEPS_AWAY (STEPS - 4) /* the last four are no matter of a station alone */

static enum tn_status step(struct tn_sim *sim, size_t count)
{
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++) {
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

enum tn_status tn_sim_step(struct tn_sim *sim)
{
    return step(sim, STEPS);
}

enum tn_status tn_sim_step_away(struct tn_sim *sim)
{
    return step(sim, STEPS_AWAY);
}
