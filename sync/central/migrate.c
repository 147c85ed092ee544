/* Numbered migrations of the central database. Each is a file of assets/sql, embedded at build,
 * and runs in one transaction with the row that records it; none is ever changed once released,
 * only followed by another. A database newer than this program is refused, not guessed at. */
#include <string.h>

#include "sync/central/driver.h"
#include "turnout/asset.h"
#include "turnout/log.h"

static const struct {
    int version;
    const char *asset;
} migrations[] = {
    /* clang-format off */
    {1, "sql/001-centre.sql"},
    {2, "sql/002-salvaged.sql"},
    {3, "sql/003-touchscreen.sql"},
    {4, "sql/004-ecosystem.sql"},
    {5, "sql/005-visits.sql"},
    {6, "sql/006-settling.sql"},
    {7, "sql/007-visited.sql"},
    {8, "sql/008-incoming.sql"},
    {9, "sql/009-sent.sql"},
    {10, "sql/010-audit.sql"},
    {11, "sql/011-logs.sql"},
    {12, "sql/012-class-code.sql"},
    {13, "sql/013-visit-marks.sql"},
    {14, "sql/014-erasure.sql"},
    {15, "sql/015-merged-card.sql"},
    {16, "sql/016-badge-event.sql"},
    {17, "sql/017-setting.sql"},
    {18, "sql/018-index.sql"},
    {19, "sql/019-reconcile.sql"},
    {21, "sql/021-forgotten.sql"},
    /* clang-format on */
};
#define MIGRATIONS (sizeof migrations / sizeof migrations[0])

/* The text with the driver's words in place of the tokens; a NUL is appended. */
static enum tn_status expand(const struct tn_db_driver *driver, const char *text,
                             struct tn_buf *out)
{
    while (*text != '\0') {
        const struct tn_db_token *token = driver->tokens;
        while (token->token != NULL && strncmp(text, token->token, strlen(token->token)) != 0) {
            token++;
        }
        if (token->token != NULL) {
            tn_buf_text(out, token->word);
            text += strlen(token->token);
        } else {
            tn_buf_append(out, text++, 1);
        }
    }
    tn_buf_append(out, "", 1);
    return out->status;
}

static enum tn_status apply(struct tn_db *db, size_t i)
{
    static const char note[] = "INSERT INTO centre_schema (version, name) VALUES ($1, $2)";
    struct tn_stmt *stmt = NULL;
    struct tn_buf text;
    tn_buf_init(&text, TN_DB_SCHEMA_MAX);
    enum tn_status status =
        expand(db->driver, (const char *)tn_asset(migrations[i].asset).data, &text);
    if (status != TN_OK) {
        goto done;
    }
    status = tn_db_begin(db);
    if (status != TN_OK) {
        goto done;
    }
    status = tn_db_exec(db, (const char *)text.data);
    if (status == TN_OK) {
        status = tn_db_prepare(db, note, &stmt);
    }
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, migrations[i].version);
        tn_bind_text(stmt, 2, migrations[i].asset);
        status = tn_run(stmt);
    }
    if (status == TN_OK && i == MIGRATIONS - 1 && db->driver->after != NULL) {
        status = tn_db_exec(db, (const char *)tn_asset(db->driver->after).data);
    }
    if (status == TN_OK) {
        status = tn_db_commit(db);
    } else {
        tn_db_rollback(db);
    }
done:
    tn_buf_destroy(&text);
    return status;
}

static enum tn_status version_of(struct tn_db *db, int64_t *version)
{
    static const char sql[] = "SELECT coalesce(max(version), 0) FROM centre_schema";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, &has_row);
        *version = has_row ? tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    return status;
}

enum tn_status tn_db_migrate(struct tn_db *db, bool is_new)
{
    bool has = false;
    int64_t version = 0;
    enum tn_status status = db->driver->has_table(db, "centre_schema", &has);
    if (status == TN_OK && !has && !is_new) {
        tn_log(TN_LOG_ERROR, "%s: not a Turnout central database; `turnout-sync init` makes one",
               db->name);
        return TN_ERR_FORMAT;
    }
    if (status == TN_OK && !has) {
        status = tn_db_exec(db, "CREATE TABLE centre_schema (version INTEGER NOT NULL PRIMARY KEY, "
                                "name TEXT NOT NULL)");
    }
    if (status == TN_OK) {
        status = version_of(db, &version);
    }
    if (status == TN_OK && version > migrations[MIGRATIONS - 1].version) {
        tn_log(TN_LOG_ERROR,
               "%s: made by a newer Turnout (schema %lld, this one knows %d); use that one",
               db->name, (long long)version, migrations[MIGRATIONS - 1].version);
        return TN_ERR_STATE;
    }
    for (size_t i = 0; i < MIGRATIONS && status == TN_OK; i++) {
        if (migrations[i].version > version) {
            status = apply(db, i);
        }
    }
    return status;
}
