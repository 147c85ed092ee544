/* Filling a station: core's own way of writing entries, with its chain and its presence, only in
 * one transaction instead of thousands. It knows core's insides, and so nothing of sync. */
#include <stdio.h>

#include "kiosk/core/station_impl.h"
#include "tests/bench/centre/fill.h"

#define STARTS_MS INT64_C(1773478800000)
#define SCAN_MS 2000

static enum tn_status put_all(struct tn_station *station, const struct fill *fill)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < fill->count && status == TN_OK; i++) {
        const size_t who = (fill->turn / 2 * fill->count + i) % fill->people;
        const int64_t after = (int64_t)i * SCAN_MS + (int64_t)fill->turn * 3600 * 1000;
        struct tn_entry entry = {
            .at_ms = STARTS_MS + after,
            .mono_ms = after,
            .boot = station->boot,
            .event = fill->event,
            .badge = fill->badges[who],
            .learner = fill->learners[who],
        };
        (void)snprintf(entry.kind, sizeof entry.kind, "%s",
                       fill->turn % 2 == 0 ? "check_in" : "check_out");
        (void)snprintf(entry.method, sizeof entry.method, "scan");
        status = tn_station_put(station, &entry, NULL);
    }
    return status;
}

enum tn_status fill_station(const char *dir, const struct fill *fill)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open(dir, &env, &station);
    if (status == TN_OK) {
        status = tn_station_begin(station);
    }
    if (status == TN_OK) {
        status = put_all(station, fill);
        if (status == TN_OK) {
            status = tn_station_commit(station);
        } else {
            tn_station_rollback(station);
        }
    }
    if (status == TN_OK) {
        status = tn_station_tidy(station);
    }
    tn_station_close(station);
    return status;
}

enum tn_status fill_forget(const char *dir)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open(dir, &env, &station);
    if (status == TN_OK) {
        status = tn_sql_exec(station->db, "DELETE FROM receipt");
    }
    if (status == TN_OK) {
        status = tn_station_tidy(station);
    }
    tn_station_close(station);
    return status;
}
