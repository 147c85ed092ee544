/* Scan to durable while sync works on the same folder: the real `turnout-sync reconcile` brings a
 * new pack of 20,000 cards and takes along what was scanned meanwhile, round after round, each
 * followed by as many scans with nobody else there. Scans come at an even pace in both, faster than
 * any hand could hold badges up. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CARDS 20000
#define BADGES 2000
#define ROUNDS 16
#define PACE_MS 8
#define SETTLE 25
#define SAMPLES_MAX 200000
#define LINE_SIZE 16384

struct beside {
    struct tn_bench *bench;
    char station[4096];
    struct tn_station *open;
    char (*badges)[TN_BADGE_TEXT_SIZE];
    size_t turn;
    int packs;        /* that came; none where the last scan came in between */
    int64_t begun_ms; /* this machine's time, as sync reads it too */
    size_t quiet_count;
    size_t busy_count;
    double *quiet_ms;
    double *busy_ms;
};

/* Runs turnout-sync with W standing for the folder of the work. */
static enum tn_status sync_line(const struct tn_bench *bench, const char *arguments)
{
    char line[LINE_SIZE];
    (void)snprintf(line, sizeof line, "W='%s'; '%s/turnout-sync' %s >\"$W/beside.log\" 2>&1",
                   bench->work, bench->programs, arguments);
    const int code = system(line);
    if (code != 0) {
        fprintf(stderr, "bench: beside: turnout-sync %s: exit %d\n", arguments, WEXITSTATUS(code));
    }
    return code == 0 ? TN_OK : TN_ERR_STATE;
}

static enum tn_status write_files(const struct tn_bench *bench)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/beside-events.csv", bench->work);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return TN_ERR_IO;
    }
    fprintf(file, "code,title,starts,ends,tz\nfair,Fair,2026-03-14T09:00:00Z,"
                  "2026-03-14T17:00:00Z,UTC\n");
    (void)fclose(file);
    (void)snprintf(path, sizeof path, "%s/beside-roster.csv", bench->work);
    file = fopen(path, "we");
    if (file == NULL) {
        return TN_ERR_IO;
    }
    fprintf(file, "id,given_name,family_name,grade\n");
    for (int i = 0; i < CARDS; i++) {
        fprintf(file, "L%05d,Given%d,Family%d,5\n", i, i, i);
    }
    return fclose(file) == 0 ? TN_OK : TN_ERR_IO;
}

/* An ecosystem with one gate, as an organizer makes it. */
static enum tn_status make_world(const struct tn_bench *bench)
{
    static const char *const steps[] = {
        "init --central \"$W/beside.db\" --code bench --name Bench --tz UTC --keys "
        "\"$W/beside.keys\""
        " --no-passphrase",
        "import events \"$W/beside-events.csv\" --central \"$W/beside.db\"",
        "import roster \"$W/beside-roster.csv\" --central \"$W/beside.db\"",
        "badges --central \"$W/beside.db\" --event fair --format csv --out \"$W/beside.csv\"",
        "station new --central \"$W/beside.db\" --event fair --name Gate --role gate --out"
        " \"$W/beside\"",
        "reconcile \"$W/beside\" \"$W/beside.db\"",
    };
    enum tn_status status = write_files(bench);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == TN_OK; i++) {
        status = sync_line(bench, steps[i]);
    }
    return status;
}

/* The digits of the first badges of the list. */
static enum tn_status read_badges(struct beside *b)
{
    char path[4096];
    char line[1024];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "%s/beside.csv", b->bench->work);
    FILE *file = fopen(path, "re");
    while (file != NULL && count < BADGES && fgets(line, sizeof line, file) != NULL) {
        const char *comma = strrchr(line, ',');
        const char *digits = comma == NULL ? line : comma + 1;
        if (strspn(digits, "0123456789") == TN_BADGE_DIGITS) {
            memcpy(b->badges[count++], digits, TN_BADGE_DIGITS);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return count == BADGES ? TN_OK : TN_ERR_FORMAT;
}

static void pause_a_little(void)
{
    const struct timespec pace = {.tv_nsec = PACE_MS * 1000000L};
    (void)nanosleep(&pace, NULL);
}

static enum tn_status scan_one(struct beside *b, double *samples, size_t *count)
{
    struct tn_record record;
    const double start = tn_bench_now_ms();
    const struct tn_scan scan = {.at_ms = b->begun_ms + (int64_t)start,
                                 .mono_ms = (int64_t)start,
                                 .method = "scan",
                                 .text = b->badges[b->turn++ % BADGES],
                                 .len = TN_BADGE_DIGITS};
    enum tn_status status = tn_station_record(b->open, &scan, &record);
    if (status == TN_OK && *count < SAMPLES_MAX) {
        samples[(*count)++] = tn_bench_now_ms() - start;
    }
    pause_a_little();
    return status;
}

static pid_t start_reconcile(const struct beside *b)
{
    char program[4096];
    char central[4096];
    (void)snprintf(program, sizeof program, "%s/turnout-sync", b->bench->programs);
    (void)snprintf(central, sizeof central, "%s/beside.db", b->bench->work);
    char *argv[] = {program, "reconcile", (char *)b->station, central, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    /* A fork would have the next scan copy whatever pages it writes to. */
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, program, &actions, NULL, argv, environ) != 0) {
        pid = -1;
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return pid;
}

/* Another gate of the event, so that there is a new pack; then the two ways. */
static enum tn_status one_round(struct beside *b, int round)
{
    char line[512];
    int code = -1;
    struct tn_station_info before;
    struct tn_station_info after;
    (void)snprintf(line, sizeof line,
                   "station new --central \"$W/beside.db\" --event fair --name 'Gate %d' --role "
                   "gate --out \"$W/beside-%d\"",
                   round, round);
    enum tn_status status = sync_line(b->bench, line);
    status = status == TN_OK ? tn_station_info(b->open, &before) : status;
    /* What making a station left for the disk to do is no part of this. */
    for (int i = 0; i < SETTLE && status == TN_OK; i++) {
        size_t ignored = SAMPLES_MAX;
        status = scan_one(b, NULL, &ignored);
    }
    status = status == TN_OK ? tn_station_tidy(b->open) : status; /* as a kiosk does in between */
    const size_t was = b->busy_count;
    const pid_t pid = status == TN_OK ? start_reconcile(b) : -1;
    while (status == TN_OK && waitpid(pid, &code, WNOHANG) == 0) {
        status = scan_one(b, b->busy_ms, &b->busy_count);
    }
    status = status == TN_OK ? tn_station_info(b->open, &after) : status;
    if (status == TN_OK && code != 0) {
        fprintf(stderr, "bench: beside: reconcile: exit %d\n", code);
        status = TN_ERR_STATE;
    }
    b->packs += status == TN_OK && after.pack_version > before.pack_version;
    for (size_t i = was; i < b->busy_count && status == TN_OK; i++) {
        status = scan_one(b, b->quiet_ms, &b->quiet_count);
    }
    return status;
}

static void report(const struct beside *b)
{
    static const struct {
        const char *name;
        double quantile;
        double ratio_max;
    } rows[] = {{"scan to durable beside sync, p50 (20,000-card pack in)", 0.50, 0},
                {"scan to durable beside sync, p99 (20,000-card pack in)", 0.99, 3.0},
                {"scan to durable beside sync, worst", 1.0, 0}};
    fprintf(stderr, "bench: beside: %zu scans each, %d packs\n", b->busy_count, b->packs);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn_bench_row row = {
            .value = tn_bench_quantile(b->busy_ms, b->busy_count, rows[i].quantile),
            .unit = "ms",
            .floor = tn_bench_quantile(b->quiet_ms, b->quiet_count, rows[i].quantile),
            .ratio_max = rows[i].ratio_max};
        (void)snprintf(row.name, sizeof row.name, "%s", rows[i].name);
        tn_bench_add(b->bench, &row);
    }
}

static enum tn_status measure(struct beside *b)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    enum tn_status status = make_world(b->bench);
    if (status == TN_OK) {
        status = read_badges(b);
    }
    if (status == TN_OK) {
        status = tn_station_open(b->station, &env, &b->open);
    }
    for (int round = 0; round < ROUNDS && status == TN_OK; round++) {
        status = one_round(b, round);
    }
    tn_station_close(b->open);
    if (status == TN_OK && b->packs < ROUNDS / 2) {
        fprintf(stderr, "bench: beside: only %d packs came\n", b->packs);
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        report(b);
    }
    return status;
}

enum tn_status tn_bench_beside(struct tn_bench *bench)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    struct beside b = {.bench = bench,
                       .badges = calloc(BADGES, sizeof *b.badges),
                       .quiet_ms = calloc(SAMPLES_MAX, sizeof(double)),
                       .busy_ms = calloc(SAMPLES_MAX, sizeof(double))};
    b.begun_ms = (int64_t)now.tv_sec * 1000 - (int64_t)tn_bench_now_ms();
    (void)snprintf(b.station, sizeof b.station, "%s/beside", bench->work);
    enum tn_status status = b.badges != NULL && b.quiet_ms != NULL && b.busy_ms != NULL
                                ? measure(&b)
                                : TN_ERR_NO_MEMORY;
    free(b.badges);
    free(b.quiet_ms);
    free(b.busy_ms);
    return status;
}
