/* Erasing from what stations wrote. An entry loses salt, badge, learner and body; who_hash and hash
 * stay, so that the chain verifies, and the ghost stands in a column beside, which the chain does
 * not cover and visits follow from. Of a salvaged entry's body the place it was first in stays: by
 * that it and its copies count once. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/batch.h"
#include "sync/central/erase.h"
#include "sync/central/handouts.h"
#include "turnout/salvaged.h"

#define AT_ONCE 256 /* entries read before they are written */

/* An entry about them. */
struct hit {
    int64_t log_no;
    int64_t seq;
    struct tn_id badge;
    struct tn_id
        ghost; /* of a badge that is known, else of its learner; none: somebody else's badge */
    bool is_salvaged;
    struct tn_id from_log;
    uint64_t from_seq;
};

static enum tn_status read_hits(struct tn_centre *centre, struct hit out[AT_ONCE], size_t *count)
{
    static const char sql[] =
        "SELECT e.log_no, e.seq, e.badge, CASE WHEN EXISTS (SELECT 1 FROM badge b WHERE"
        " b.ecosystem = e.ecosystem AND b.id IN (e.badge, g.ghost)) THEN g.ghost ELSE"
        " coalesce(l.ghost, g.ghost) END, e.body FROM entry e LEFT JOIN erasing g ON g.ecosystem = "
        "e.ecosystem AND g.id ="
        " e.badge LEFT JOIN erasing l ON l.ecosystem = e.ecosystem AND l.id = e.learner WHERE"
        " e.ecosystem = $1 AND (e.badge IN (SELECT id FROM erasing WHERE ecosystem = $1) OR"
        " e.learner IN (SELECT id FROM erasing WHERE ecosystem = $1)) AND (e.log_no > $2 OR"
        " (e.log_no = $2 AND e.seq > $3)) ORDER BY e.log_no, e.seq LIMIT $4";
    const struct hit last = *count == 0 ? (struct hit){0} : out[*count - 1];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    *count = 0;
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, last.log_no);
    tn_bind_int(stmt, 3, last.seq);
    tn_bind_int(stmt, 4, AT_ONCE);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct hit *hit = &out[(*count)++];
        struct tn_salvaged from;
        *hit = (struct hit){.log_no = tn_col_int(stmt, 0), .seq = tn_col_int(stmt, 1)};
        tn_col_id(stmt, 2, &hit->badge);
        tn_col_id(stmt, 3, &hit->ghost);
        hit->is_salvaged = tn_salvaged_read(tn_col_bytes(stmt, 4), &from);
        if (hit->is_salvaged) {
            hit->from_log = from.log;
            hit->from_seq = from.seq;
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status strip(struct tn_centre *centre, const struct hit *hit)
{
    static const char sql[] =
        "UPDATE entry SET badge = NULL, learner = NULL, salt = NULL, body = $4, ghost = $5 WHERE"
        " ecosystem = $1 AND log_no = $2 AND seq = $3";
    const struct tn_salvaged from = {.log = hit->from_log, .seq = hit->from_seq};
    struct tn_stmt *stmt = NULL;
    struct tn_buf body;
    tn_buf_init(&body, TN_BODY_MAX);
    if (hit->is_salvaged) {
        tn_salvaged_write(&body, &from);
    }
    enum tn_status status = body.status;
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status == TN_OK) {
        tn_bind_int(stmt, 2, hit->log_no);
        tn_bind_int(stmt, 3, hit->seq);
        tn_bind_bytes(stmt, 4, tn_buf_bytes(&body));
        tn_bind_id(stmt, 5, tn_id_is_none(&hit->ghost) ? &hit->badge : &hit->ghost);
        status = tn_run(stmt);
    }
    tn_buf_destroy(&body);
    return status;
}

enum tn_status tn_erase_entries(struct tn_centre *centre, struct tn_erase_sum *out)
{
    struct hit hits[AT_ONCE];
    size_t count = 0;
    enum tn_status status = read_hits(centre, hits, &count);
    while (status == TN_OK && count > 0) {
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            status = strip(centre, &hits[i]);
            out->entries++;
        }
        status = status == TN_OK ? read_hits(centre, hits, &count) : status;
    }
    return status;
}

/* What a new entry says that may be about somebody erased. */
struct late {
    struct tn_id ids[4]; /* badge, learner, and of a handout the old badge and its learner */
};

static void read_late(struct tn_stmt *stmt, struct late *out)
{
    struct tn_handout facts = {.kind = tn_kind_from_name(tn_col_text(stmt, 1))};
    struct tn_handout handout;
    struct tn_salvaged from;
    struct tn_bytes body = tn_col_bytes(stmt, 4);
    *out = (struct late){0};
    tn_col_id(stmt, 2, &facts.badge);
    tn_col_id(stmt, 3, &facts.learner);
    tn_col_id(stmt, 5, &facts.event);
    out->ids[0] = facts.badge;
    out->ids[1] = facts.learner;
    if (facts.kind != TN_KIND_REGISTER && facts.kind != TN_KIND_REPLACE) {
        return;
    }
    if (tn_salvaged_read(body, &from)) {
        body = from.body;
    }
    if (tn_handout_read(&facts, body, &handout)) {
        out->ids[2] = handout.old;
        out->ids[3] = handout.learner;
    }
}

struct found {
    struct tn_id *ids;
    size_t count;
    size_t cap;
};

static enum tn_status keep(struct found *found, const struct tn_id *id)
{
    if (tn_id_is_none(id)) {
        return TN_OK;
    }
    if (found->count == found->cap) {
        const size_t cap = found->cap == 0 ? 256 : 2 * found->cap;
        struct tn_id *ids = realloc(found->ids, cap * sizeof *ids);
        if (ids == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        found->ids = ids;
        found->cap = cap;
    }
    found->ids[found->count++] = *id;
    return TN_OK;
}

/* Whom the entries name who were erased: where any of what an entry names was, its badge is theirs.
 */
static enum tn_status read_new(struct tn_centre *centre, int64_t log_no, struct found *out)
{
    static const char sql[] =
        "SELECT e.seq, e.kind, e.badge, e.learner, e.body, e.event FROM kiosk k JOIN entry e ON"
        " e.ecosystem = k.ecosystem AND e.log_no = k.log_no AND e.seq > k.derived_seq WHERE"
        " k.ecosystem = $1 AND k.log_no = $2 AND e.badge IS NOT NULL ORDER BY e.seq LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, TN_BATCH_MAX);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct late late;
        bool is_theirs = false;
        read_late(stmt, &late);
        for (int i = 0; i < 4 && status == TN_OK; i++) {
            bool is_erased = false;
            status = tn_tombstone_has(centre, &late.ids[i], &is_erased);
            if (status == TN_OK && is_erased) {
                is_theirs = true;
                status = keep(out, &late.ids[i]);
            }
        }
        if (status == TN_OK && is_theirs) {
            status = keep(out, &late.ids[0]);
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_erase_late(struct tn_centre *centre, int64_t log_no, int64_t now_ms)
{
    struct found found = {0};
    struct tn_erase_sum sum;
    bool any = false;
    enum tn_status status = tn_tombstones_any(centre, &any);
    if (status != TN_OK || !any) {
        return status;
    }
    status = read_new(centre, log_no, &found);
    if (status == TN_OK && found.count > 0) {
        status = tn_erase_people(centre, found.ids, found.count, now_ms, &sum);
    }
    free(found.ids);
    return status;
}
