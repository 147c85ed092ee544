/* Paper is read by learner, with those who are merged into them; a ruling that a stay does not
 * count is about the person at the event, however they were seen. */
#include "sync/central/attendance.h"

#include "sync/central/ruling.h"

static void impute(struct tn_visit *visit, int64_t activity_ends, int64_t default_min,
                   int64_t event_ends)
{
    visit->imputed = true;
    visit->ends = visit->starts;
    if (!tn_id_is_none(&visit->activity)) {
        const struct tn_sighting s = {
            .at_ms = visit->starts, .activity_ends = activity_ends, .default_min = default_min};
        visit->ends = tn_visits_activity_end(&s);
    } else if (event_ends > visit->starts) {
        visit->ends = event_ends;
    }
}

enum tn_status tn_attendance_impute(struct tn_centre *centre, int64_t event_ends,
                                    struct tn_visit *visit)
{
    static const char sql[] =
        "SELECT ends, default_min FROM activity WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &visit->activity);
    status = tn_step(stmt, &has_row);
    impute(visit, has_row ? tn_col_int(stmt, 0) : 0, has_row ? tn_col_int(stmt, 1) : 0, event_ends);
    tn_reset(stmt);
    return status;
}

enum tn_status tn_attendance_read(struct tn_centre *centre, const struct tn_person *person,
                                  int64_t event_ends, struct tn_stays *out)
{
    static const char sql[] =
        "SELECT t.id, t.activity, t.starts, t.ends, a.ends, a.default_min FROM (SELECT $3 AS "
        "learner"
        " UNION ALL SELECT learner FROM merged WHERE ecosystem = $1 AND root = $3) w CROSS JOIN"
        " attendance t LEFT JOIN activity a ON a.ecosystem = t.ecosystem AND a.id = t.activity"
        " WHERE t.ecosystem = $1 AND t.event = $2 AND t.learner = w.learner AND NOT EXISTS (SELECT"
        " 1 FROM merged m WHERE m.ecosystem = $1 AND m.learner = $3) AND NOT EXISTS (SELECT 1 FROM"
        " ruling WHERE ecosystem = $1 AND does = 'void_stay' AND about = $4) ORDER BY t.starts,"
        " t.id";
    const struct tn_id stay = tn_ruling_stay(&person->who, &person->event);
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &person->event);
    tn_bind_id(stmt, 3, &person->who);
    tn_bind_id(stmt, 4, &stay);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_visit visit = {
            .starts = tn_col_int(stmt, 2), .ends = tn_col_int(stmt, 3), .source = TN_VISIT_PAPER};
        tn_col_id(stmt, 0, &visit.id);
        tn_col_id(stmt, 1, &visit.activity);
        if (tn_col_is_null(stmt, 3)) {
            impute(&visit, tn_col_int(stmt, 4), tn_col_int(stmt, 5), event_ends);
        }
        status = tn_stays_add(out, &visit);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}
