/* Aliases, groups and consent of a learner. Each looks before it writes, so that an import that
 * changes nothing writes nothing. */
#include "sync/exchange/import_learner.h"

#include "sync/central/tombstones.h"

static enum tn_status prepare(struct tn_centre *centre, const char *sql,
                              const struct tn_id *learner, struct tn_stmt **out)
{
    enum tn_status status = tn_db_prepare(centre->db, sql, out);
    if (status == TN_OK) {
        tn_bind_int(*out, 1, centre->no);
        tn_bind_id(*out, 2, learner);
    }
    return status;
}

enum tn_status tn_learner_add_alias(struct tn_centre *centre, const char *source,
                                    const char *source_id, const struct tn_id *learner)
{
    static const char sql[] = "INSERT INTO learner_alias (ecosystem, learner, source, source_id)"
                              " VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT (ecosystem, source, source_id) DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = prepare(centre, sql, learner, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 3, source);
        tn_bind_text(stmt, 4, source_id);
        status = tn_run(stmt);
    }
    return status;
}

enum tn_status tn_learner_is_erased(struct tn_centre *centre, const struct tn_id *learner,
                                    bool *is_erased)
{
    static const char sql[] = "SELECT 1 FROM learner WHERE ecosystem = $1 AND id = $2"
                              " AND erased_at IS NOT NULL";
    struct tn_stmt *stmt = NULL;
    *is_erased = false;
    enum tn_status status = tn_tombstone_has(centre, learner, is_erased);
    if (status != TN_OK || *is_erased) {
        return status;
    }
    status = prepare(centre, sql, learner, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, is_erased);
        tn_reset(stmt);
    }
    return status;
}

static enum tn_status is_buried(struct tn_centre *centre, const char *source, const char *source_id,
                                bool *is_erased)
{
    const struct tn_id id = tn_centre_id(&centre->id, "learner", source, source_id);
    return *is_erased ? TN_OK : tn_tombstone_has(centre, &id, is_erased);
}

/* Sources are few, and whoever was erased has none any more. */
static enum tn_status is_of_a_source(struct tn_centre *centre, const char *name, bool *is_erased)
{
    static const char sql[] = "SELECT min(source) FROM learner_alias WHERE ecosystem = $1 AND"
                              " source > $2";
    char source[256] = "";
    bool has_row = true;
    enum tn_status status = TN_OK;
    while (status == TN_OK && has_row && !*is_erased) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_text(stmt, 2, source);
        status = tn_step(stmt, &has_row);
        has_row = status == TN_OK && has_row && !tn_col_is_null(stmt, 0);
        if (has_row) {
            (void)snprintf(source, sizeof source, "%s", tn_col_text(stmt, 0));
        }
        tn_reset(stmt);
        status = has_row ? is_buried(centre, source, name, is_erased) : status;
    }
    return status;
}

enum tn_status tn_learner_was_erased(struct tn_centre *centre, const char *name, bool *is_erased)
{
    char source[256];
    const char *colon = strchr(name, ':');
    bool any = false;
    *is_erased = false;
    enum tn_status status = tn_tombstones_any(centre, &any);
    if (status != TN_OK || !any) {
        return status;
    }
    status = is_buried(centre, TN_SOURCE_ROSTER, name, is_erased);
    if (status == TN_OK && colon != NULL) {
        (void)snprintf(source, sizeof source, "%.*s", (int)(colon - name), name);
        status = is_buried(centre, source, colon + 1, is_erased);
    }
    return status == TN_OK && !*is_erased ? is_of_a_source(centre, name, is_erased) : status;
}

/* A title within a list, trimmed; not ended by a NUL. */
struct title {
    const char *at;
    size_t len;
};

/* Takes the next title off a list; false at its end. */
static bool next_title(const char **list, struct title *out)
{
    while (**list != '\0') {
        size_t len = strcspn(*list, ";");
        const char *at = *list;
        *list += len + ((*list)[len] == ';');
        while (len > 0 && *at == ' ') {
            at++;
            len--;
        }
        while (len > 0 && at[len - 1] == ' ') {
            len--;
        }
        if (len > 0) {
            *out = (struct title){at, len};
            return true;
        }
    }
    return false;
}

/* Tells whether a title stands in a list before `end`. */
static bool list_has(const char *list, const char *end, const char *title, size_t len)
{
    struct title one;
    while (next_title(&list, &one) && one.at < end) {
        if (one.len == len && memcmp(one.at, title, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes the next title that did not come before; all is the whole list. */
static bool next_new_title(const char **list, const char *all, struct title *out)
{
    while (next_title(list, out)) {
        if (!list_has(all, out->at, out->at, out->len)) {
            return true;
        }
    }
    return false;
}

bool tn_learner_groups_fit(const char *list)
{
    struct title one;
    int count = 0;
    for (const char *at = list; next_new_title(&at, list, &one);) {
        count++;
        if (count > TN_GROUPS_MAX || one.len > TN_GROUP_TITLE_MAX) {
            return false;
        }
    }
    return true;
}

/* Tells whether the groups that are there are those of the list. */
static enum tn_status compare_groups(struct tn_centre *centre, const struct tn_id *learner,
                                     const char *list, bool *is_same)
{
    static const char sql[] = "SELECT title FROM learner_group"
                              " WHERE ecosystem = $1 AND learner = $2";
    struct tn_stmt *stmt = NULL;
    struct title one;
    int wanted = 0;
    for (const char *at = list; next_new_title(&at, list, &one);) {
        wanted++;
    }
    enum tn_status status = prepare(centre, sql, learner, &stmt);
    bool has_row = status == TN_OK;
    *is_same = true;
    while (status == TN_OK && has_row) {
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            wanted--;
            const char *title = tn_col_text(stmt, 0);
            *is_same = *is_same && list_has(list, list + strlen(list), title, strlen(title));
        }
    }
    tn_reset(stmt);
    *is_same = *is_same && wanted == 0;
    return status;
}

enum tn_status tn_learner_add_groups(struct tn_centre *centre, const struct tn_id *learner,
                                     const char *list)
{
    static const char sql[] = "INSERT INTO learner_group (ecosystem, learner, title)"
                              " VALUES ($1, $2, $3)"
                              " ON CONFLICT (ecosystem, learner, title) DO NOTHING";
    enum tn_status status = TN_OK;
    struct title one;
    for (const char *at = list; status == TN_OK && next_new_title(&at, list, &one);) {
        char title[TN_GROUP_TITLE_MAX + 1];
        struct tn_stmt *stmt = NULL;
        status = prepare(centre, sql, learner, &stmt);
        if (status == TN_OK) {
            (void)snprintf(title, sizeof(title), "%.*s", (int)one.len, one.at);
            tn_bind_text(stmt, 3, title);
            status = tn_run(stmt);
        }
    }
    return status;
}

enum tn_status tn_learner_set_groups(struct tn_centre *centre, const struct tn_id *learner,
                                     const char *list, enum tn_change *change)
{
    static const char sql[] = "DELETE FROM learner_group WHERE ecosystem = $1 AND learner = $2";
    bool is_same = false;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = compare_groups(centre, learner, list, &is_same);
    if (status != TN_OK || is_same) {
        return status;
    }
    *change = TN_CHANGE_CHANGED;
    status = prepare(centre, sql, learner, &stmt);
    if (status == TN_OK) {
        status = tn_run(stmt);
    }
    return status == TN_OK ? tn_learner_add_groups(centre, learner, list) : status;
}

/* 1 given, 0 withdrawn, -1 never said. */
static enum tn_status read_consent(struct tn_centre *centre, const struct tn_id *learner, int *out)
{
    static const char sql[] = "SELECT withdrawn_at FROM consent"
                              " WHERE ecosystem = $1 AND learner = $2 AND purpose = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = prepare(centre, sql, learner, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 3, TN_CONSENT_PURPOSE);
    status = tn_step(stmt, &has_row);
    *out = !has_row ? -1 : tn_col_is_null(stmt, 0) ? 1 : 0;
    tn_reset(stmt);
    return status;
}

static enum tn_status write_consent(struct tn_centre *centre, const struct tn_id *learner,
                                    bool is_given, int64_t now_ms)
{
    static const char sql[] =
        "INSERT INTO consent (ecosystem, learner, purpose, basis, withdrawn_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ecosystem, learner, purpose)"
        " DO UPDATE SET basis = excluded.basis, withdrawn_at = excluded.withdrawn_at";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = prepare(centre, sql, learner, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 3, TN_CONSENT_PURPOSE);
    tn_bind_text(stmt, 4, TN_CONSENT_BASIS);
    if (is_given) {
        tn_bind_null(stmt, 5);
    } else {
        tn_bind_int(stmt, 5, now_ms);
    }
    return tn_run(stmt);
}

enum tn_status tn_learner_add_consent(struct tn_centre *centre, const struct tn_id *learner)
{
    return write_consent(centre, learner, true, 0);
}

enum tn_status tn_learner_set_consent(struct tn_centre *centre, const struct tn_id *learner,
                                      bool is_given, int64_t now_ms, enum tn_change *change)
{
    int state = -1;
    enum tn_status status = read_consent(centre, learner, &state);
    /* A "no" where nothing was ever given leaves nothing to withdraw. */
    if (status != TN_OK || (is_given ? state == 1 : state != 1)) {
        return status;
    }
    *change = TN_CHANGE_CHANGED;
    return write_consent(centre, learner, is_given, now_ms);
}

enum tn_status tn_learner_forget_demo(struct tn_centre *centre, const struct tn_id *learner,
                                      const char *purpose)
{
    static const char sql[] = "DELETE FROM learner_demo WHERE ecosystem = $1 AND learner = $2"
                              " AND consent = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = prepare(centre, sql, learner, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 3, purpose);
        status = tn_run(stmt);
    }
    return status;
}
