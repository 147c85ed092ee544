/* Statements sent, by recipient. A statement may be sent again as often as one likes and says the
 * same; that is why a change makes a new revision instead of another text for the old one. */
#include "sync/central/sent.h"

static enum tn_status newest(struct tn_centre *centre, const char *recipient,
                             const struct tn_id *visit, struct tn_sent *out, struct tn_id *content)
{
    static const char sql[] =
        "SELECT revision, content, voided_at FROM export_sent WHERE ecosystem = $1 AND"
        " recipient = $2 AND visit = $3 ORDER BY revision DESC LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_sent){.visit = *visit};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, recipient);
    tn_bind_id(stmt, 3, visit);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->revision = tn_col_int(stmt, 0);
        tn_col_id(stmt, 1, content);
        out->voided_at = tn_col_int(stmt, 2);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status void_one(struct tn_centre *centre, const char *recipient,
                               const struct tn_sent *sent, int64_t now_ms)
{
    static const char sql[] = "UPDATE export_sent SET voided_at = $1 WHERE ecosystem = $2 AND"
                              " recipient = $3 AND visit = $4 AND revision = $5";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, now_ms);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_text(stmt, 3, recipient);
    tn_bind_id(stmt, 4, &sent->visit);
    tn_bind_int(stmt, 5, sent->revision);
    return tn_run(stmt);
}

static enum tn_status insert(struct tn_centre *centre, const char *recipient,
                             const struct tn_id *visit, int64_t revision,
                             const struct tn_id *content)
{
    static const char sql[] = "INSERT INTO export_sent (ecosystem, recipient, visit, revision,"
                              " content) VALUES ($1, $2, $3, $4, $5)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, recipient);
    tn_bind_id(stmt, 3, visit);
    tn_bind_int(stmt, 4, revision);
    tn_bind_id(stmt, 5, content);
    return tn_run(stmt);
}

enum tn_status tn_sent_note(struct tn_centre *centre, const char *recipient,
                            const struct tn_id *visit, const struct tn_id *content, int64_t now_ms,
                            int64_t *revision)
{
    struct tn_sent last;
    struct tn_id had = {0};
    enum tn_status status = newest(centre, recipient, visit, &last, &had);
    *revision = last.revision;
    const bool is_same = last.revision > 0 && tn_id_equal(&had, content);
    if (status != TN_OK || (is_same && last.voided_at == 0)) {
        return status;
    }
    if (last.revision > 0 && last.voided_at == 0) {
        status = void_one(centre, recipient, &last, now_ms);
    }
    *revision = last.revision + 1;
    return status == TN_OK ? insert(centre, recipient, visit, *revision, content) : status;
}

/* Reads a page of what was sent; *gone marks those that stand and should not. */
static enum tn_status read_page(struct tn_centre *centre, const char *recipient,
                                const struct tn_sent *last, struct tn_sent *out, bool *gone,
                                size_t *count)
{
    static const char sql[] =
        "SELECT s.visit, s.revision, s.voided_at, CASE WHEN l.id IS NULL THEN 1 ELSE 0 END FROM"
        " export_sent s LEFT JOIN visit v ON v.ecosystem = s.ecosystem AND v.id = s.visit"
        " LEFT JOIN learner l ON l.ecosystem = v.ecosystem AND l.id = v.learner AND l.erased_at IS"
        " NULL WHERE s.ecosystem = $1 AND s.recipient = $2 AND s.visit >= $3 AND (s.visit > $3 OR"
        " s.revision > $4) ORDER BY s.visit, s.revision LIMIT 1000";
    _Static_assert(TN_SENT_PAGE == 1000, "the LIMIT above");
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, recipient);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){last->visit.b, TN_ID_SIZE});
    tn_bind_int(stmt, 4, last->revision);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row && *count < TN_SENT_PAGE) {
        tn_col_id(stmt, 0, &out[*count].visit);
        out[*count].revision = tn_col_int(stmt, 1);
        out[*count].voided_at = tn_col_int(stmt, 2);
        gone[*count] = out[*count].voided_at == 0 && tn_col_int(stmt, 3) != 0;
        (*count)++;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_sent_voided(struct tn_centre *centre, const char *recipient, int64_t now_ms,
                              struct tn_sent *last, struct tn_sent *out, size_t *count,
                              bool *is_end)
{
    bool gone[TN_SENT_PAGE];
    size_t read = 0;
    *count = 0;
    enum tn_status status = read_page(centre, recipient, last, out, gone, &read);
    *is_end = read < TN_SENT_PAGE;
    if (read > 0) {
        *last = out[read - 1];
    }
    for (size_t i = 0; i < read && status == TN_OK; i++) {
        if (gone[i]) {
            status = void_one(centre, recipient, &out[i], now_ms);
            out[i].voided_at = now_ms;
        }
        if (out[i].voided_at != 0) {
            out[(*count)++] = out[i];
        }
    }
    return status;
}
