/* What an ecosystem of a million learners and twenty million entries waits for. The visits of it
 * all are derived in earnest, once; then a hundred stations come home from one more fair, whose
 * people are as scattered through the tables as they would be; then every report is made, by the
 * program. */
#include "tests/bench/centre/grown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/report.h"
#include "sync/central/visits.h"
#include "sync/link/reconcile.h"
#include "tests/bench/centre/take.h"

#define LEARNERS 1000000
#define PARTNERS 2000
#define EVENTS 20000
#define FAIR_STATIONS 100
#define FAIR_ENTRIES 1000
#define FAIR_PEOPLE 5000 /* of each of its events */
#define INCREMENT_S_MAX 10
#define REPORT_S_MAX 5
#define NOW_MS (WORLD_STARTS_MS + INT64_C(86400) * 1000)

static size_t learners; /* what fair_person draws from */

/* Anybody may come. */
static void fair_person(size_t event, size_t i, struct tn_id *badge, struct tn_id *learner)
{
    const size_t who = (event * FAIR_PEOPLE + i) * 7919 % learners;
    *badge = grown_badge(who);
    *learner = grown_learner(who);
}

static void add(struct tn_bench *bench, const char *what, double ms, double s_max)
{
    struct tn_bench_row row = {.value = ms / 1000, .unit = "s", .value_max = s_max};
    (void)snprintf(row.name, sizeof row.name, "ecosystem of %zu learners: %.40s", learners, what);
    tn_bench_add(bench, &row);
    fprintf(stderr, "bench: %s: %.1f s\n", row.name, row.value);
}

static enum tn_status make(const struct world *world, const struct grown *grown, const char *path)
{
    const struct tn_centre_new what = {
        .code = "bench", .name = "Bench", .tz = "UTC", .keys_path = "keys", .keys_noted = "keys"};
    const double start = tn_bench_now_ms();
    enum tn_status status = tn_centre_create(path, &what, &world->keyring);
    status = status == TN_OK ? grown_fill(path, grown) : status;
    fprintf(stderr, "bench: ecosystem made in %.0f s\n", (tn_bench_now_ms() - start) / 1000);
    return status;
}

static enum tn_status derive_all(struct tn_bench *bench, struct tn_centre *centre,
                                 const struct grown *grown)
{
    char what[48];
    const double start = tn_bench_now_ms();
    enum tn_status status = tn_visits_update(centre, NOW_MS, NULL, NULL);
    (void)snprintf(what, sizeof what, "visits of %zu entries", grown->events * GROWN_ENTRIES);
    add(bench, what, tn_bench_now_ms() - start, 0);
    return status;
}

/* One more fair comes home, all of it: entries, receipts, packs and visits. */
static enum tn_status take_fair(struct tn_bench *bench, const struct world *world,
                                struct tn_centre *centre)
{
    double ms = 0;
    enum tn_status status = world_join(world, centre);
    status = status == TN_OK ? take_with_visits(world, centre, &ms) : status;
    if (status == TN_OK) {
        add(bench, "100,000 more, with visits and packs", ms, INCREMENT_S_MAX);
    }
    return status;
}

static enum tn_status report(struct tn_bench *bench, const char *path, const char *name)
{
    char line[3 * WORLD_URI_SIZE];
    char what[48];
    (void)snprintf(line, sizeof line, "'%s/turnout-sync' report %s --central '%s' >/dev/null",
                   bench->programs, name, path);
    const double start = tn_bench_now_ms();
    if (system(line) != 0) {
        fprintf(stderr, "bench: failed: %s\n", line);
        return TN_ERR_IO;
    }
    (void)snprintf(what, sizeof what, "report %s", name);
    add(bench, what, tn_bench_now_ms() - start, REPORT_S_MAX);
    return TN_OK;
}

enum tn_status bench_grown(struct tn_bench *bench)
{
    struct world world;
    struct tn_centre centre;
    char path[WORLD_URI_SIZE];
    enum tn_status status = world_make(bench, &world);
    struct grown grown = {world_number("BENCH_LEARNERS", LEARNERS), PARTNERS,
                          world_number("BENCH_EVENTS", EVENTS)};
    learners = grown.learners;
    world.stations = FAIR_STATIONS;
    world.entries = FAIR_ENTRIES;
    world.people = FAIR_PEOPLE;
    world.person = fair_person;
    (void)snprintf(path, sizeof path, "%.4000s/grown.db", bench->work);
    status = status == TN_OK ? make(&world, &grown, path) : status;
    status = status == TN_OK ? tn_centre_open(path, &centre) : status;
    if (status != TN_OK) {
        return status;
    }
    status = derive_all(bench, &centre, &grown);
    status = status == TN_OK ? take_fair(bench, &world, &centre) : status;
    tn_centre_close(&centre);
    for (size_t i = 0; tn_report_kinds[i] != NULL && status == TN_OK; i++) {
        status = report(bench, path, tn_report_kinds[i]->name);
    }
    return status;
}
