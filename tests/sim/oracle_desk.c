/* The oracle's part about badges that changed hands and adults; and a second centre, made from a
 * copy of the first as it was in the morning, to which everything comes by another route: it must
 * hold the same learners, badges, visits and adults. */
#include <stdio.h>
#include <string.h>

#include "sync/central/headcounts.h"
#include "sync/link/reconcile.h"
#include "tests/sim/sim.h"

/* One number of a statement about one badge ($2), and another ($3) where it is not none. */
static bool ask(struct tn_sim *sim, const char *sql, const struct tn_id *a, const struct tn_id *b,
                int64_t *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = -1;
    if (tn_db_prepare(sim->centre.db, sql, &stmt) != TN_OK) {
        return false;
    }
    tn_bind_int(stmt, 1, sim->centre.no);
    tn_bind_id(stmt, 2, a);
    if (!tn_id_is_none(b)) {
        tn_bind_id(stmt, 3, b);
    }
    bool is_fine = tn_step(stmt, &has_row) == TN_OK && has_row;
    *out = is_fine ? tn_col_int(stmt, 0) : -1;
    tn_reset(stmt);
    return is_fine;
}

/* A walk-in is a learner by name, whose badge the centre could print. */
static bool is_walkin_there(struct tn_sim *sim, const struct tn_sim_handed *handed)
{
    static const char sql[] =
        "SELECT count(*) FROM badge b JOIN learner l ON l.ecosystem = b.ecosystem AND l.id ="
        " b.learner WHERE b.ecosystem = $1 AND b.id = $2 AND b.handed > 0 AND l.display LIKE"
        " 'Walker%' AND length(b.secret) = 64";
    static const struct tn_id none = {{0}};
    int64_t count = 0;
    return ask(sim, sql, &handed->badge, &none, &count) && count == 1;
}

/* The old badge is retired, and the new one its learner's. */
static bool is_replaced(struct tn_sim *sim, const struct tn_sim_handed *handed)
{
    static const char sql[] =
        "SELECT count(*) FROM badge o JOIN badge n ON n.ecosystem = o.ecosystem AND n.learner ="
        " o.learner WHERE o.ecosystem = $1 AND o.id = $2 AND o.status = 'replaced' AND"
        " o.replaced_by IS NOT NULL AND n.id = $3";
    int64_t count = 0;
    return ask(sim, sql, &handed->old, &handed->badge, &count) && count == 1;
}

bool tn_sim_desk_holds(struct tn_sim *sim)
{
    static const struct tn_id none = {{0}};
    int64_t adults = 0;
    int64_t wanted = 0;
    for (size_t i = 0; i < sim->handed_count; i++) {
        const struct tn_sim_handed *handed = &sim->handed[i];
        if (!(handed->is_walkin ? is_walkin_there : is_replaced)(sim, handed)) {
            return tn_sim_broken(sim, "a badge that changed hands is not its learner's", i,
                                 handed->is_walkin);
        }
    }
    for (size_t i = 0; i < sim->count_count; i++) {
        wanted += sim->counts[i].is_undone ? 0 : sim->counts[i].adults;
    }
    bool is_fine = tn_headcounts_total(&sim->centre, &none, &adults) == TN_OK;
    return is_fine && adults == wanted
               ? true
               : tn_sim_broken(sim, "adults differ", (uint64_t)wanted, (uint64_t)adults);
}

/* The hash of all rows of a statement. */
static enum tn_status hash_rows(struct tn_centre *centre, const char *sql, struct tn_hash *hash)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, centre->no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        for (int i = 0; i < tn_col_count(stmt); i++) {
            char number[32] = "";
            struct tn_bytes value = tn_col_bytes(stmt, i);
            if (tn_col_kind(stmt, i) == TN_COL_INT) {
                (void)snprintf(number, sizeof number, "%lld", (long long)tn_col_int(stmt, i));
                value = (struct tn_bytes){(const uint8_t *)number, strlen(number)};
            }
            const struct tn_bytes parts[] = {
                {hash->b, TN_HASH_SIZE}, value, {(const uint8_t *)"|", 1}};
            *hash = tn_hash_of(parts, 3);
        }
    }
    tn_reset(stmt);
    return status;
}

/* What must not depend on the route; logs differ by the packs that each centre sent. */
static const char *const same[] = {
    "SELECT id, display, grade, lang, rev FROM learner WHERE ecosystem = $1 ORDER BY id",
    "SELECT learner, given, family FROM learner_pii WHERE ecosystem = $1 ORDER BY learner",
    "SELECT learner, given_by, given_at FROM consent WHERE ecosystem = $1 ORDER BY learner",
    "SELECT id, learner, code, issued, status, replaced_by, secret, card, handed FROM badge WHERE"
    " ecosystem = $1 ORDER BY id",
    "SELECT badge, hash, kind, at_ms, learner, old, why, card FROM handout WHERE ecosystem = $1"
    " ORDER BY badge, hash",
    "SELECT badge, hash, at_ms, state FROM sealed WHERE ecosystem = $1 ORDER BY badge, hash",
    "SELECT id, title, sealed FROM group_card WHERE ecosystem = $1 ORDER BY id",
    "SELECT k.log_id, h.seq, h.adults, h.is_undone FROM kiosk k JOIN headcount h ON h.ecosystem ="
    " k.ecosystem AND h.log_no = k.log_no WHERE k.ecosystem = $1 ORDER BY k.log_id, h.seq",
    "SELECT id, who, learner, badge, event, activity, in_log, in_seq, out_log, out_seq, starts,"
    " ends, imputed FROM visit WHERE ecosystem = $1 ORDER BY id",
    "SELECT id, type, a, b, state FROM conflict WHERE ecosystem = $1 ORDER BY id",
    "SELECT log_id, closed_at FROM kiosk WHERE ecosystem = $1 ORDER BY log_id",
};
#define SAME (sizeof same / sizeof same[0])

static enum tn_status bring_home(struct tn_sim *sim, struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    for (int i = 2 * TN_SIM_STATIONS; i > 0 && status == TN_OK; i--) {
        struct tn_sim_station *at = &sim->stations[(i * 2) % TN_SIM_STATIONS];
        struct tn_reconcile done;
        status = tn_reconcile_run(at->station, at->dir, centre, &sim->keyring, sim->now_ms, NULL,
                                  NULL, &done);
    }
    return status;
}

/* Where a database was damaged the centre may have more than the station can still say. */
bool tn_sim_routes_hold(struct tn_sim *sim)
{
    char path[TN_SIM_PATH_MAX + 16];
    struct tn_centre other;
    if (sim->damages > 0) {
        return true;
    }
    (void)snprintf(path, sizeof path, "%s/start.db", sim->dir);
    if (tn_centre_open(path, &other) != TN_OK || bring_home(sim, &other) != TN_OK) {
        return tn_sim_broken(sim, "the second centre cannot be reached", 0, 0);
    }
    bool is_fine = true;
    for (size_t i = 0; i < SAME && is_fine; i++) {
        struct tn_hash a = {{0}};
        struct tn_hash b = {{0}};
        is_fine = hash_rows(&sim->centre, same[i], &a) == TN_OK &&
                  hash_rows(&other, same[i], &b) == TN_OK && tn_hash_equal(&a, &b);
        is_fine = is_fine || tn_sim_broken(sim, "another route gives another centre", i, 0);
    }
    tn_centre_close(&other);
    return is_fine;
}
