/* Looking badges up for people. A word of nine digits with the right check digit is a code before
 * it is anything else; nothing here opens a secret or shows a name. */
#include "sync/central/badge_named.h"

#include <string.h>

#include "turnout/log.h"

/* The digits of a code that may have spaces between. */
static void squeeze(const char *word, char out[TN_BADGE_CODE_SIZE])
{
    size_t len = 0;
    for (const char *c = word; *c != '\0' && len + 1 < TN_BADGE_CODE_SIZE; c++) {
        if (*c != ' ') {
            out[len++] = *c;
        }
    }
    out[len] = '\0';
}

/* The one row a statement gives, as learner and badge. */
static enum tn_status take_one(struct tn_stmt *stmt, const char *word, struct tn_badge_named *out)
{
    struct tn_id learner = {{0}};
    bool has_row = false;
    enum tn_status status = tn_step(stmt, &has_row);
    if (status == TN_OK && !has_row) {
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        tn_col_id(stmt, 0, &out->learner);
        tn_col_id(stmt, 1, &out->badge);
        status = tn_step(stmt, &has_row);
    }
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &learner);
        if (!tn_id_equal(&learner, &out->learner)) {
            tn_log(TN_LOG_ERROR,
                   "%s means more than one; use the other of the roster's id and the badge's code",
                   word);
            status = TN_ERR_EXISTS;
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status by_code(struct tn_centre *centre, const struct tn_central_event *event,
                              const char *word, struct tn_badge_named *out)
{
    static const char sql[] = "SELECT learner, id FROM badge WHERE ecosystem = $1 AND code = $2 AND"
                              " event = $3 ORDER BY id LIMIT 2";
    char code[TN_BADGE_CODE_SIZE];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    squeeze(word, code);
    tn_bind_text(stmt, 2, code);
    tn_bind_id(stmt, 3, &event->id);
    return take_one(stmt, word, out);
}

static enum tn_status by_learner(struct tn_centre *centre, const struct tn_central_event *event,
                                 const char *word, struct tn_badge_named *out)
{
    static const char sql[] =
        "SELECT a.learner, (SELECT b.id FROM badge b WHERE b.ecosystem = $1 AND b.event = $2 AND"
        " b.learner = a.learner ORDER BY CASE WHEN b.status = 'active' THEN 0 ELSE 1 END,"
        " b.issued DESC, b.id LIMIT 1) FROM learner_alias a WHERE a.ecosystem = $1 AND a.source_id"
        " = $3 ORDER BY a.learner LIMIT 2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &event->id);
    tn_bind_text(stmt, 3, word);
    return take_one(stmt, word, out);
}

enum tn_status tn_badge_named(struct tn_centre *centre, const struct tn_central_event *event,
                              const char *word, struct tn_badge_named *out)
{
    *out = (struct tn_badge_named){0};
    enum tn_status status =
        tn_badge_code_is_valid(word) ? by_code(centre, event, word, out) : TN_ERR_NOT_FOUND;
    if (status == TN_ERR_NOT_FOUND) {
        status = by_learner(centre, event, word, out);
    }
    if (status == TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_ERROR,
               "%s is neither the code on a badge of %s nor the id of a learner in a roster", word,
               event->code);
    }
    return status;
}

/* Counted where entries are kept in an order that finds one badge's. */
static enum tn_status count_scans(struct tn_centre *centre, const struct tn_id *badge,
                                  struct tn_badge_facts *out)
{
    static const char sql[] =
        "SELECT count(*), coalesce(max(s.at_ms), 0) FROM sighting s JOIN badge b ON b.ecosystem ="
        " s.ecosystem AND b.event = s.event AND b.id = s.badge WHERE s.ecosystem = $1 AND b.id = $2"
        " AND s.kind <> 'undo'";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->scans = tn_col_int(stmt, 0);
        out->last_ms = tn_col_int(stmt, 1);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_badge_facts(struct tn_centre *centre, const struct tn_id *badge,
                              struct tn_badge_facts *out)
{
    static const char sql[] =
        "SELECT b.code, b.status, b.issued, r.code, (SELECT min(a.source_id) FROM learner_alias a"
        " WHERE a.ecosystem = b.ecosystem AND a.learner = b.learner) FROM badge b LEFT JOIN badge r"
        " ON r.ecosystem = b.ecosystem AND r.id = b.replaced_by WHERE b.ecosystem = $1 AND b.id ="
        " $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_badge_facts){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        (void)snprintf(out->code, sizeof out->code, "%s", tn_col_text(stmt, 0));
        (void)snprintf(out->status, sizeof out->status, "%s", tn_col_text(stmt, 1));
        out->issued_ms = tn_col_int(stmt, 2);
        (void)snprintf(out->replaced_by, sizeof out->replaced_by, "%s", tn_col_text(stmt, 3));
        (void)snprintf(out->learner, sizeof out->learner, "%s", tn_col_text(stmt, 4));
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        return TN_ERR_NOT_FOUND;
    }
    return status == TN_OK ? count_scans(centre, badge, out) : status;
}
