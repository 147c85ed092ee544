/* Makes stations and centres. Ids follow from numbers, so that a second centre, on another
 * database, is the same. */
#include "tests/bench/centre/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/link/enrol.h"
#include "tests/bench/centre/fill.h"
#include "turnout/station.h"

#define STATIONS 100
#define ENTRIES 10000
#define PEOPLE 10000
#define EVENT_MS (INT64_C(12) * 3600 * 1000)

size_t world_number(const char *variable, size_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL || text[0] == '\0' ? otherwise : (size_t)strtoull(text, NULL, 10);
}

static struct tn_id numbered(const char *kind, size_t a, size_t b)
{
    uint64_t numbers[2] = {a, b};
    const struct tn_bytes parts[] = {{(const uint8_t *)kind, strlen(kind)},
                                     {(const uint8_t *)numbers, sizeof numbers}};
    return tn_id_of(parts, 2);
}

static void own_person(size_t event, size_t i, struct tn_id *badge, struct tn_id *learner)
{
    *badge = numbered("badge", event, i);
    *learner = numbered("learner", event, i);
}

void world_dir(const struct world *world, size_t station, char out[WORLD_URI_SIZE])
{
    (void)snprintf(out, WORLD_URI_SIZE, "%s/station-%zu", world->bench->work, station);
}

enum tn_status world_make(struct tn_bench *bench, struct world *out)
{
    struct tn_random random = tn_random_system();
    *out = (struct world){.bench = bench,
                          .stations = world_number("BENCH_STATIONS", STATIONS),
                          .entries = world_number("BENCH_ENTRIES", ENTRIES),
                          .people = world_number("BENCH_PEOPLE", PEOPLE),
                          .person = own_person};
    tn_keyring_create(&random, &out->keyring);
    return TN_OK;
}

static enum tn_status put_event(struct tn_centre *centre, size_t event)
{
    static const char sql[] = "INSERT INTO event (ecosystem, id, code, title, starts, ends, tz)"
                              " VALUES ($1, $2, $3, $3, $4, $5, 'UTC')";
    char code[32];
    struct tn_stmt *stmt = NULL;
    struct tn_id id = numbered("event", event, 0);
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(code, sizeof code, "fair-%zu", event);
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, code);
    tn_bind_int(stmt, 4, WORLD_STARTS_MS);
    tn_bind_int(stmt, 5, WORLD_STARTS_MS + EVENT_MS);
    return tn_run(stmt);
}

static enum tn_status put_person(const struct world *world, struct tn_centre *centre, size_t event,
                                 size_t i)
{
    static const char learner_sql[] =
        "INSERT INTO learner (ecosystem, id, display, grade) VALUES ($1, $2, '', '4')";
    static const char badge_sql[] =
        "INSERT INTO badge (ecosystem, id, learner, event, code, issued, status, secret) VALUES"
        " ($1, $2, $3, $4, $5, 0, 'active', $6)";
    char code[32];
    struct tn_stmt *stmt = NULL;
    struct tn_id learner;
    struct tn_id badge;
    struct tn_id of = numbered("event", event, 0);
    world->person(event, i, &badge, &learner);
    enum tn_status status = tn_centre_prepare(centre, learner_sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &learner);
    status = tn_run(stmt);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, badge_sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(code, sizeof code, "%09zu", event * 1000000 + i);
    tn_bind_id(stmt, 2, &badge);
    tn_bind_id(stmt, 3, &learner);
    tn_bind_id(stmt, 4, &of);
    tn_bind_text(stmt, 5, code);
    tn_bind_bytes(stmt, 6, (struct tn_bytes){(const uint8_t *)"", 0});
    return tn_run(stmt);
}

static enum tn_status put_events(struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    for (size_t event = 0; event < WORLD_EVENTS && status == TN_OK; event++) {
        status = put_event(centre, event);
    }
    return status;
}

static enum tn_status put_people(const struct world *world, struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < WORLD_EVENTS * world->people && status == TN_OK; i++) {
        status = put_person(world, centre, i % WORLD_EVENTS, i / WORLD_EVENTS);
    }
    return status;
}

/* One transaction around either of them. */
static enum tn_status all_or_nothing(struct tn_centre *centre, enum tn_status status)
{
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_status make_station(const struct world *world, struct tn_centre *centre,
                                   size_t station)
{
    char dir[WORLD_URI_SIZE];
    char name[32];
    const size_t event = station % WORLD_EVENTS;
    struct tn_enrol what = {.name = name, .role = TN_ROLE_GATE};
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    world_dir(world, station, dir);
    (void)snprintf(name, sizeof name, "Gate %zu", station);
    what.event.id = numbered("event", event, 0);
    enum tn_status status =
        tn_enrol_station(centre, &world->keyring, &what, dir, &env, WORLD_STARTS_MS);
    struct tn_id *ids = calloc(2 * world->people, sizeof *ids);
    if (ids == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < world->people; i++) {
        world->person(event, i, &ids[i], &ids[world->people + i]);
    }
    if (status == TN_OK) {
        status =
            fill_station(dir, &(struct fill){what.event.id, ids, ids + world->people, world->people,
                                             world->entries, station / WORLD_EVENTS});
    }
    free(ids);
    return status;
}

/* A station that another centre of the ecosystem made is made known to this one. */
static enum tn_status know_station(const struct world *world, struct tn_centre *centre,
                                   size_t station)
{
    char dir[WORLD_URI_SIZE];
    struct tn_station *open = NULL;
    struct tn_station_info info;
    struct tn_enrolled what = {.role = "gate"};
    world_dir(world, station, dir);
    what.event = numbered("event", station % WORLD_EVENTS, 0);
    (void)snprintf(what.station, sizeof what.station, "Gate %zu", station);
    enum tn_status status = tn_station_open_read(dir, &open);
    if (status == TN_OK) {
        status = tn_station_info(open, &info);
    }
    if (status == TN_OK) {
        status = tn_enrol_add_log(centre, &what, &info.log, &info.device_key);
    }
    tn_station_close(open);
    return status;
}

static bool has_stations(const struct world *world)
{
    char path[WORLD_URI_SIZE + 16];
    world_dir(world, 0, path);
    (void)snprintf(path + strlen(path), 16, "/station.db");
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        (void)fclose(file);
    }
    return file != NULL;
}

static enum tn_status put_stations(const struct world *world, struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    bool are_there = has_stations(world);
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        status = are_there ? know_station(world, centre, i) : make_station(world, centre, i);
    }
    return status;
}

enum tn_status world_join(const struct world *world, struct tn_centre *centre)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status == TN_OK) {
        status = all_or_nothing(centre, put_events(centre));
    }
    return status == TN_OK ? put_stations(world, centre) : status;
}

enum tn_status world_centre(const struct world *world, const char *uri)
{
    const struct tn_centre_new what = {
        .code = "bench", .name = "Bench", .tz = "UTC", .keys_path = "keys", .keys_noted = "keys"};
    struct tn_centre centre;
    enum tn_status status = tn_centre_create(uri, &what, &world->keyring);
    if (status == TN_OK) {
        status = tn_centre_open(uri, &centre);
    }
    if (status != TN_OK) {
        return status;
    }
    status = world_join(world, &centre);
    if (status == TN_OK) {
        status = tn_db_begin(centre.db);
    }
    if (status == TN_OK) {
        status = all_or_nothing(&centre, put_people(world, &centre));
    }
    tn_centre_close(&centre);
    return status;
}

enum tn_status world_forget_receipts(const struct world *world)
{
    char dir[WORLD_URI_SIZE];
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        world_dir(world, i, dir);
        status = fill_forget(dir);
    }
    return status;
}
