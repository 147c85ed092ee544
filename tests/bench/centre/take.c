/* Has the session run between every station's folder and a centre, as `reconcile` does. */
#include "tests/bench/centre/take.h"

#include <stdio.h>
#include <stdlib.h>

#include "sync/link/reconcile.h"

#define NOW_MS (WORLD_STARTS_MS + INT64_C(86400) * 1000)

static enum tn_status open_station(const struct world *world, size_t i, struct tn_station **out)
{
    char dir[WORLD_URI_SIZE];
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    world_dir(world, i, dir);
    return tn_station_open(dir, &env, out);
}

/* Times the last of the rounds. */
static enum tn_status take(const struct world *world, struct tn_centre *centre,
                           enum tn_status (*reconcile)(struct tn_reconcile_station *, size_t,
                                                       const struct tn_reconcile_with *),
                           int rounds, double *open_ms, double *take_ms)
{
    enum tn_status status = TN_OK;
    struct tn_reconcile_station *stations = calloc(world->stations, sizeof *stations);
    char(*dirs)[WORLD_URI_SIZE] = calloc(world->stations, sizeof *dirs);
    if (stations == NULL || dirs == NULL) {
        free(stations);
        free(dirs);
        return TN_ERR_NO_MEMORY;
    }
    const double start = tn_bench_now_ms();
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        world_dir(world, i, dirs[i]);
        stations[i].dir = dirs[i];
        status = open_station(world, i, &stations[i].station);
    }
    double middle = tn_bench_now_ms();
    const double opened = middle;
    for (int i = 0; i < rounds && status == TN_OK; i++) {
        const struct tn_reconcile_with with = {centre, &world->keyring, NOW_MS, NULL, NULL};
        middle = tn_bench_now_ms();
        status = reconcile(stations, world->stations, &with);
    }
    const double end = tn_bench_now_ms();
    for (size_t i = 0; i < world->stations; i++) {
        tn_station_close(stations[i].station);
    }
    *take_ms = end - middle;
    *open_ms = opened - start + tn_bench_now_ms() - end;
    free(stations);
    free(dirs);
    return status;
}

enum tn_status take_all(const struct world *world, struct tn_centre *centre, double *ms)
{
    double open_ms = 0;
    enum tn_status status = take(world, centre, tn_reconcile_take, 1, &open_ms, ms);
    *ms += open_ms;
    return status;
}

enum tn_status take_open(const struct world *world, struct tn_centre *centre, double *ms)
{
    double open_ms = 0;
    return take(world, centre, tn_reconcile_take, 2, &open_ms, ms);
}

enum tn_status take_with_visits(const struct world *world, struct tn_centre *centre, double *ms)
{
    double open_ms = 0;
    enum tn_status status = take(world, centre, tn_reconcile_all, 1, &open_ms, ms);
    *ms += open_ms;
    return status;
}
