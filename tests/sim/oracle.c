/* The oracle: what must be true once all stations have come home, checked with the plainest
 * questions to the centre's tables, and not with the code that filled them. */
#include <stdio.h>

#include "sync/link/reconcile.h"
#include "tests/sim/sim.h"
#include "turnout/salvaged.h"

bool tn_sim_broken(const struct tn_sim *sim, const char *what, uint64_t a, uint64_t b)
{
    fprintf(stderr, "sim: seed %llu: %s (%llu, %llu)\n", (unsigned long long)sim->seed, what,
            (unsigned long long)a, (unsigned long long)b);
    return false;
}

/* Every station, twice, starting anywhere: the second round must bring nothing. */
static bool come_home(struct tn_sim *sim)
{
    uint64_t start = tn_sim_pick(sim, TN_SIM_STATIONS);
    for (uint64_t i = 0; i < 3 * TN_SIM_STATIONS; i++) {
        struct tn_sim_station *at = &sim->stations[(start + i) % TN_SIM_STATIONS];
        struct tn_reconcile done;
        if (tn_reconcile_run(at->station, at->dir, &sim->centre, &sim->keyring, sim->now_ms, NULL,
                             NULL, &done) != TN_OK) {
            return tn_sim_broken(sim, "a reconcile failed", i, 0);
        }
        if (i >= 2 * TN_SIM_STATIONS && (done.added != 0 || done.got_pack)) {
            return tn_sim_broken(sim, "nothing was new, and yet something came", done.added, i);
        }
    }
    return true;
}

/* Whether a row of the centre is the entry that was seen, or a salvaged copy of it. */
static bool is_seen(struct tn_stmt *stmt, const struct tn_sim_seen *seen)
{
    struct tn_salvaged from;
    struct tn_id log;
    tn_col_id(stmt, 0, &log);
    if (tn_id_equal(&log, &seen->log) && (uint64_t)tn_col_int(stmt, 1) == seen->seq) {
        return true;
    }
    return tn_salvaged_read(tn_col_bytes(stmt, 2), &from) && tn_id_equal(&from.log, &seen->log) &&
           from.seq == seen->seq;
}

static bool count_at_centre(struct tn_sim *sim, const struct tn_sim_seen *seen, int64_t *out)
{
    static const char by_badge[] =
        "SELECT kiosk.log_id, entry.seq, entry.body FROM entry JOIN kiosk ON kiosk.ecosystem ="
        " entry.ecosystem AND kiosk.log_no = entry.log_no WHERE entry.ecosystem = $1 AND entry.kind"
        " = $2 AND entry.badge = $3";
    static const char by_kind[] =
        "SELECT kiosk.log_id, entry.seq, entry.body FROM entry JOIN kiosk ON kiosk.ecosystem ="
        " entry.ecosystem AND kiosk.log_no = entry.log_no WHERE entry.ecosystem = $1 AND entry.kind"
        " = $2";
    const bool has_badge = !tn_id_is_none(&seen->badge);
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = 0;
    if (tn_db_prepare(sim->centre.db, has_badge ? by_badge : by_kind, &stmt) != TN_OK) {
        return false;
    }
    tn_bind_int(stmt, 1, sim->centre.no);
    tn_bind_text(stmt, 2, seen->kind);
    if (has_badge) {
        tn_bind_id(stmt, 3, &seen->badge);
    }
    enum tn_status status = TN_OK;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        *out += is_seen(stmt, seen);
    }
    tn_reset(stmt);
    return status == TN_OK;
}

/* Every scan that was answered is at the centre, as what the screen said: once, or where a database
 * was damaged after its entries had come and before the receipt had, as a salvaged copy too. */
static bool all_are_there(struct tn_sim *sim)
{
    for (size_t i = 0; i < sim->seen_count; i++) {
        int64_t count = 0;
        if (!count_at_centre(sim, &sim->seen[i], &count) || count < 1 ||
            (sim->damages == 0 && count != 1)) {
            return tn_sim_broken(sim, "an answered scan is not there once", sim->seen[i].seq,
                                 (uint64_t)count);
        }
    }
    return true;
}

bool tn_sim_count(struct tn_sim *sim, const char *sql, uint64_t *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    if (tn_db_prepare(sim->centre.db, sql, &stmt) != TN_OK) {
        return false;
    }
    tn_bind_int(stmt, 1, sim->centre.no);
    bool is_fine = tn_step(stmt, &has_row) == TN_OK && has_row;
    *out = is_fine ? (uint64_t)tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return is_fine;
}

/* A copy that counted beside its original would make a second visit at the same moment. */
static bool none_counts_twice(struct tn_sim *sim)
{
    uint64_t twice = 0;
    bool is_fine =
        tn_sim_count(sim,
                     "SELECT count(*) FROM (SELECT 1 FROM visit WHERE ecosystem = $1"
                     " GROUP BY who, event, activity, starts HAVING count(*) > 1) AS same",
                     &twice);
    return is_fine && twice == 0 ? true : tn_sim_broken(sim, "something counts twice", twice, 0);
}

/* Nothing else is: the centre has as many entries as the stations, which all have receipts. */
static bool nothing_else_is(struct tn_sim *sim)
{
    uint64_t entries = 0;
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        struct tn_station_info info;
        if (tn_station_info(sim->stations[i].station, &info) != TN_OK || info.waiting != 0) {
            return tn_sim_broken(sim, "a station still waits", (uint64_t)i, info.waiting);
        }
        entries += info.entries;
    }
    uint64_t found = 0;
    if (!tn_sim_count(sim, "SELECT count(*) FROM entry WHERE ecosystem = $1", &found)) {
        return tn_sim_broken(sim, "the centre cannot be asked", 0, 0);
    }
    /* Of a damaged log a station keeps what proves itself; the centre may have had more. */
    bool is_right = sim->damages == 0 ? found == entries : found >= entries;
    return is_right ? true : tn_sim_broken(sim, "entries differ", entries, found);
}

static bool chains_hold(struct tn_sim *sim)
{
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        struct tn_verify verify = {0};
        while (!verify.is_done) {
            if (tn_station_verify(sim->stations[i].station, &verify, 1000) != TN_OK) {
                return tn_sim_broken(sim, "a chain does not hold", (uint64_t)i, verify.bad_seq);
            }
        }
    }
    return true;
}

bool tn_sim_holds(struct tn_sim *sim)
{
    return come_home(sim) && all_are_there(sim) && none_counts_twice(sim) && nothing_else_is(sim) &&
           chains_hold(sim) && tn_sim_desk_holds(sim) && tn_sim_routes_hold(sim) &&
           tn_sim_bundles_hold(sim);
}
