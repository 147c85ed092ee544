/* What the centre is measured on: stations whose logs are full, and centres that know them. The
 * same folders serve every centre of a run, since an ecosystem's id follows from its keyring. */
#ifndef TURNOUT_BENCH_CENTRE_WORLD_H
#define TURNOUT_BENCH_CENTRE_WORLD_H

#include "sync/central/centre.h"
#include "tests/bench/bench.h"

#define WORLD_EVENTS 10
#define WORLD_STARTS_MS INT64_C(1773478800000) /* 2026-03-14T09:00:00Z */
#define WORLD_URI_SIZE 4096

struct world {
    struct tn_bench *bench;
    struct tn_keyring keyring;
    size_t stations;
    size_t entries; /* of each station */
    size_t people;  /* of each event; every one has a badge */
    /* Badge i of an event, and whose it is. */
    void (*person)(size_t event, size_t i, struct tn_id *badge, struct tn_id *learner);
};

/* BENCH_STATIONS, BENCH_ENTRIES and BENCH_PEOPLE stand in for 100, 10,000 and 10,000. */
enum tn_status world_make(struct tn_bench *bench, struct world *out);

/* The folder of a station. */
void world_dir(const struct world *world, size_t station, char out[WORLD_URI_SIZE]);

/* Makes a centre that knows every event, learner, badge and station, and holds no entry. The first
 * one makes the stations' folders. */
enum tn_status world_centre(const struct world *world, const char *uri);

/* As if the station had never met a centre. */
enum tn_status world_forget_receipts(const struct world *world);

/* Makes events and stations known to a centre that knows the people already. */
enum tn_status world_join(const struct world *world, struct tn_centre *centre);

/* The number that a variable of the environment holds, or another. */
size_t world_number(const char *variable, size_t otherwise);

#endif
