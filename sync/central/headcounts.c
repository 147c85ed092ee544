/* The statements on `headcount`. An undo that comes first leaves a row without adults. */
#include "sync/central/headcounts.h"

enum tn_status tn_headcounts_insert(struct tn_centre *centre, const struct tn_headcount *headcount)
{
    static const char sql[] =
        "INSERT INTO headcount (ecosystem, log_no, seq, event, at_ms, adults, from_log, from_seq)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ecosystem, log_no, seq) DO UPDATE"
        " SET at_ms = excluded.at_ms, adults = excluded.adults, from_log = excluded.from_log,"
        " from_seq = excluded.from_seq";
    const struct tn_sighting_row *row = &headcount->row;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, row->log_no);
    tn_bind_int(stmt, 3, row->seq);
    tn_bind_id(stmt, 4, &row->event);
    tn_bind_int(stmt, 5, row->at_ms);
    tn_bind_int(stmt, 6, headcount->adults);
    tn_bind_id(stmt, 7, &row->from_log);
    tn_bind_int(stmt, 8, row->from_seq);
    return tn_run(stmt);
}

enum tn_status tn_headcounts_undo(struct tn_centre *centre, const struct tn_sighting_row *undo)
{
    static const char sql[] =
        "INSERT INTO headcount (ecosystem, log_no, seq, event, at_ms, adults, is_undone) VALUES"
        " ($1, $2, $3, $4, 0, 0, 1) ON CONFLICT (ecosystem, log_no, seq) DO UPDATE SET is_undone ="
        " 1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, undo->log_no);
    tn_bind_int(stmt, 3, undo->seq);
    tn_bind_id(stmt, 4, &undo->event);
    return tn_run(stmt);
}

enum tn_status tn_headcounts_total(struct tn_centre *centre, const struct tn_id *event,
                                   int64_t *adults)
{
    /* The same place and moment is the same entry: a clone that counted others did so at another.
     */
    static const char sql[] =
        "SELECT coalesce(sum(adults), 0) FROM (SELECT max(h.adults) AS adults, max(h.is_undone +"
        " CASE WHEN u.seq IS NULL THEN 0 ELSE 1 END) AS undone FROM headcount h JOIN kiosk k ON"
        " k.ecosystem = h.ecosystem AND k.log_no = h.log_no LEFT JOIN undone u ON u.ecosystem ="
        " h.ecosystem AND u.log_id = coalesce(h.from_log, k.origin, k.log_id) AND u.seq ="
        " coalesce(CASE WHEN h.from_log IS NULL THEN NULL ELSE h.from_seq END, h.seq) WHERE"
        " h.ecosystem = $1 AND (h.event = $2 OR $2 IS NULL) AND h.adults > 0 GROUP BY"
        " coalesce(h.from_log, k.origin, k.log_id), coalesce(CASE WHEN h.from_log IS NULL THEN NULL"
        " ELSE h.from_seq END, h.seq), h.at_ms) AS each_once WHERE undone = 0";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *adults = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *adults = tn_col_int(stmt, 0);
    }
    tn_reset(stmt);
    return status;
}
