/* What rulings say of a log. A branch that does not count is looked for along the path of each log
 * of its family, so that a copy that comes later and shares the branch's first entry is a part of
 * it, whichever of them got which id. */
#include "sync/central/ruling.h"

#include "sync/central/ingest.h"
#include "sync/central/logs.h"

struct tn_id tn_ruling_stay(const struct tn_id *who, const struct tn_id *event)
{
    const struct tn_bytes parts[] = {{who->b, TN_ID_SIZE}, {event->b, TN_ID_SIZE}};
    return tn_id_of(parts, 2);
}

struct tn_id tn_ruling_boot(const struct tn_id *log, const struct tn_id *boot)
{
    const struct tn_bytes parts[] = {{log->b, TN_ID_SIZE}, {boot->b, TN_ID_SIZE}};
    return tn_id_of(parts, 2);
}

/* A log, and the first entry of a branch of its family that does not count. */
struct void_branch {
    struct tn_id family;
    struct tn_id branch;
    int64_t seq;
};

/* Where the log's revocation ends what counts, and whose family it is. */
static enum tn_status read_log(struct tn_centre *centre, int64_t log_no, struct tn_id *family,
                               int64_t *last, int64_t *out)
{
    static const char sql[] =
        "SELECT coalesce(k.origin, k.log_id), k.last_seq, CASE WHEN r.does IS NULL THEN"
        " k.revoked_seq END FROM kiosk k LEFT JOIN ruling r ON r.ecosystem = k.ecosystem AND r.does"
        " = 'trust_log' AND r.about = k.log_id WHERE k.ecosystem = $1 AND k.log_no = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, family);
        *last = tn_col_int(stmt, 1);
        *out = tn_col_is_null(stmt, 2) ? INT64_MAX : tn_col_int(stmt, 2);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

static enum tn_status read_branches(struct tn_centre *centre, const struct tn_id *family,
                                    struct void_branch *out, size_t *count)
{
    static const char sql[] = "SELECT about, amount FROM ruling WHERE ecosystem = $1 AND does ="
                              " 'void_log' AND target = $2 ORDER BY about LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, family);
    tn_bind_int(stmt, 3, TN_RULINGS_OF_LOG_MAX);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct void_branch *one = &out[(*count)++];
        one->family = *family;
        tn_col_id(stmt, 0, &one->branch);
        one->seq = tn_col_int(stmt, 1);
    }
    tn_reset(stmt);
    return status;
}

/* Whether a log's path runs through the first entry of a branch. */
static enum tn_status runs_through(struct tn_centre *centre, int64_t log_no,
                                   const struct void_branch *branch, bool *out)
{
    int64_t owner = log_no;
    struct tn_hash hash;
    *out = false;
    enum tn_status status = tn_logs_owner(centre, log_no, branch->seq, &owner);
    if (status == TN_OK) {
        status = tn_logs_hash(centre, owner, (uint64_t)branch->seq, &hash);
    }
    if (status == TN_OK) {
        const struct tn_id id = tn_ingest_branch(&branch->family, (uint64_t)branch->seq, &hash);
        *out = tn_id_equal(&id, &branch->branch);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_ruling_counted_to(struct tn_centre *centre, int64_t log_no, int64_t *out)
{
    struct void_branch branches[TN_RULINGS_OF_LOG_MAX];
    struct tn_id family = {{0}};
    size_t count = 0;
    int64_t last = 0;
    *out = INT64_MAX;
    enum tn_status status = read_log(centre, log_no, &family, &last, out);
    if (status == TN_OK) {
        status = read_branches(centre, &family, branches, &count);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        bool is_void = false;
        if (branches[i].seq <= last && branches[i].seq <= *out) {
            status = runs_through(centre, log_no, &branches[i], &is_void);
            *out = is_void ? branches[i].seq - 1 : *out;
        }
    }
    return status;
}
