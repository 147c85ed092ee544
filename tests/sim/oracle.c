/* The oracle: what must be true once all stations have come home, checked with the plainest
 * questions to the centre's tables, and not with the code that filled them. */
#include <stdio.h>

#include "sync/link/reconcile.h"
#include "tests/sim/sim.h"

static bool broken(const struct tn_sim *sim, const char *what, uint64_t a, uint64_t b)
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
            return broken(sim, "a reconcile failed", i, 0);
        }
        if (i >= 2 * TN_SIM_STATIONS && (done.added != 0 || done.got_pack)) {
            return broken(sim, "nothing was new, and yet something came", done.added, i);
        }
    }
    return true;
}

static bool count_at_centre(struct tn_sim *sim, const struct tn_sim_seen *seen, int64_t *out)
{
    static const char sql[] = "SELECT count(*) FROM entry JOIN kiosk ON"
                              " kiosk.ecosystem = entry.ecosystem AND kiosk.log_no = entry.log_no"
                              " WHERE entry.ecosystem = $1 AND kiosk.log_id = $2"
                              " AND entry.seq = $3 AND entry.badge = $4 AND entry.kind = $5";
    static const char *const kinds[TN_SIM_STATIONS] = {"check_in", "visit", "check_out", "pass"};
    struct tn_station_info info;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    if (tn_station_info(sim->stations[seen->station].station, &info) != TN_OK ||
        tn_db_prepare(sim->centre.db, sql, &stmt) != TN_OK) {
        return false;
    }
    tn_bind_int(stmt, 1, sim->centre.no);
    tn_bind_id(stmt, 2, &info.log);
    tn_bind_int(stmt, 3, (int64_t)seen->seq);
    tn_bind_id(stmt, 4, &seen->badge);
    tn_bind_text(stmt, 5, seen->result == TN_RESULT_REFUSED ? "refused" : kinds[seen->station]);
    bool is_fine = tn_step(stmt, &has_row) == TN_OK && has_row;
    *out = is_fine ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return is_fine;
}

/* Every scan that was answered is at the centre once, as what the screen said. */
static bool all_are_there(struct tn_sim *sim)
{
    for (size_t i = 0; i < sim->seen_count; i++) {
        int64_t count = 0;
        if (!count_at_centre(sim, &sim->seen[i], &count) || count != 1) {
            return broken(sim, "an answered scan is not there once", sim->seen[i].seq,
                          (uint64_t)count);
        }
    }
    return true;
}

/* Nothing else is: the centre has as many entries as the stations, which all have receipts. */
static bool nothing_else_is(struct tn_sim *sim)
{
    struct tn_stmt *stmt = NULL;
    uint64_t entries = 0;
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        struct tn_station_info info;
        if (tn_station_info(sim->stations[i].station, &info) != TN_OK || info.waiting != 0) {
            return broken(sim, "a station still waits", (uint64_t)i, info.waiting);
        }
        entries += info.entries;
    }
    bool has_row = false;
    if (tn_db_prepare(sim->centre.db, "SELECT count(*) FROM entry WHERE ecosystem = $1", &stmt) !=
        TN_OK) {
        return broken(sim, "the centre cannot be asked", 0, 0);
    }
    tn_bind_int(stmt, 1, sim->centre.no);
    bool is_same =
        tn_step(stmt, &has_row) == TN_OK && has_row && (uint64_t)tn_col_int(stmt, 0) == entries;
    uint64_t found = has_row ? (uint64_t)tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return is_same ? true : broken(sim, "entries differ", entries, found);
}

static bool chains_hold(struct tn_sim *sim)
{
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        struct tn_verify verify = {0};
        while (!verify.is_done) {
            if (tn_station_verify(sim->stations[i].station, &verify, 1000) != TN_OK) {
                return broken(sim, "a chain does not hold", (uint64_t)i, verify.bad_seq);
            }
        }
    }
    return true;
}

bool tn_sim_holds(struct tn_sim *sim)
{
    return come_home(sim) && all_are_there(sim) && nothing_else_is(sim) && chains_hold(sim);
}
