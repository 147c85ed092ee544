/* Drives the session between every station's folder and a centre, as `reconcile` does. */
#include "tests/bench/centre/take.h"

#include <stdio.h>
#include <stdlib.h>

#include "sync/link/reconcile.h"

#define NOW_MS (WORLD_STARTS_MS + INT64_C(86400) * 1000)

static enum tn_status no_pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    (void)ctx;
    (void)hello;
    (void)out;
    return TN_OK;
}

static enum tn_status carry(struct tn_session_station *near, struct tn_session_centre *far)
{
    struct tn_buf there;
    struct tn_buf back;
    tn_buf_init(&there, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&back, TN_SESSION_MESSAGE_MAX);
    enum tn_status status = TN_OK;
    while (status == TN_OK && !near->is_done) {
        tn_buf_clear(&there);
        status = tn_session_station_step(near, tn_buf_bytes(&back), &there);
        if (status == TN_OK && !near->is_done) {
            tn_buf_clear(&back);
            status = tn_session_centre_step(far, tn_buf_bytes(&there), &back);
        }
    }
    tn_buf_destroy(&there);
    tn_buf_destroy(&back);
    return status;
}

static enum tn_status take_station(const struct world *world, struct tn_centre *centre,
                                   struct tn_station *station, const char *dir)
{
    static struct tn_session_station near;
    static struct tn_session_centre far;
    struct tn_session_centre_ops ops = tn_centre_link_ops;
    struct tn_centre_link there = {centre, &world->keyring, NOW_MS};
    struct tn_station_link link;
    ops.pack = no_pack;
    enum tn_status status = tn_station_link_begin(&link, station, dir, NOW_MS);
    if (status == TN_OK) {
        tn_session_station_init(&near, &tn_station_link_ops, &link);
        tn_session_centre_init(&far, &ops, &there);
        status = carry(&near, &far);
    }
    tn_station_link_end(&link);
    return status;
}

static enum tn_status open_station(const struct world *world, size_t i, struct tn_station **out)
{
    char dir[WORLD_URI_SIZE];
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    world_dir(world, i, dir);
    return tn_station_open(dir, &env, out);
}

enum tn_status take_all(const struct world *world, struct tn_centre *centre, double *ms)
{
    char dir[WORLD_URI_SIZE];
    double start = tn_bench_now_ms();
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        struct tn_station *station = NULL;
        status = open_station(world, i, &station);
        if (status == TN_OK) {
            world_dir(world, i, dir);
            status = take_station(world, centre, station, dir);
        }
        tn_station_close(station);
    }
    *ms = tn_bench_now_ms() - start;
    return status;
}

enum tn_status take_open(const struct world *world, struct tn_centre *centre, double *ms)
{
    char dir[WORLD_URI_SIZE];
    enum tn_status status = TN_OK;
    struct tn_station **stations = calloc(world->stations, sizeof(struct tn_station *));
    if (stations == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        status = open_station(world, i, &stations[i]);
    }
    double start = tn_bench_now_ms();
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        world_dir(world, i, dir);
        status = take_station(world, centre, stations[i], dir);
    }
    *ms = tn_bench_now_ms() - start;
    for (size_t i = 0; i < world->stations; i++) {
        tn_station_close(stations[i]);
    }
    free(stations);
    return status;
}
