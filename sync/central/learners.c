/* Finding a learner. People type what lies before them, a roster or a badge, so the forms are told
 * apart by what the centre holds and not by a prefix they would have to know. */
#include "sync/central/learners.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "turnout/badge.h"
#include "turnout/log.h"

/* The first learner of a statement with one or two texts, and whether there was a second. */
static enum tn_status ask(struct tn_centre *centre, const char *sql, const char *const texts[2],
                          struct tn_id *out, int *count)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = true;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    for (int i = 0; i < 2 && texts[i] != NULL; i++) {
        tn_bind_text(stmt, i + 2, texts[i]);
    }
    *count = 0;
    while (*count < 2 && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if ((*count)++ == 0) {
            tn_col_id(stmt, 0, out);
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status by_alias(struct tn_centre *centre, const char *text, struct tn_id *out,
                               int *count)
{
    static const char sql[] = "SELECT learner FROM learner_alias WHERE ecosystem = $1 AND"
                              " source = $2 AND source_id = $3";
    char source[TN_LEARNER_REF_SIZE];
    const char *const plain[] = {TN_LEARNER_SOURCE, text};
    enum tn_status status = ask(centre, sql, plain, out, count);
    const char *colon = strchr(text, ':');
    if (status != TN_OK || *count > 0 || colon == NULL) {
        return status;
    }
    (void)snprintf(source, sizeof source, "%.*s", (int)(colon - text), text);
    const char *const both[] = {source, colon + 1};
    return ask(centre, sql, both, out, count);
}

/* "123 456 789" is how a badge has it. */
static enum tn_status by_code(struct tn_centre *centre, const char *text, struct tn_id *out,
                              int *count)
{
    static const char sql[] = "SELECT DISTINCT learner FROM badge WHERE ecosystem = $1 AND"
                              " code = $2 AND learner IS NOT NULL ORDER BY learner";
    char code[TN_BADGE_CODE_SIZE];
    size_t len = 0;
    for (; *text != '\0' && len + 1 < sizeof code; text++) {
        if (isdigit((unsigned char)*text)) {
            code[len++] = *text;
        } else if (*text != ' ' && *text != '-') {
            return TN_OK;
        }
    }
    code[len] = '\0';
    const char *const texts[] = {code, NULL};
    return *text != '\0' ? TN_OK : ask(centre, sql, texts, out, count);
}

static enum tn_status by_id(struct tn_centre *centre, const char *text, struct tn_id *out,
                            int *count)
{
    static const char sql[] = "SELECT id FROM learner WHERE ecosystem = $1 AND id = $2";
    struct tn_id id;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    if (tn_id_from_hex(text, &id) != TN_OK) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, &id);
        status = tn_step(stmt, &has_row);
        tn_reset(stmt);
    }
    *count = has_row ? 1 : 0;
    *out = id;
    return status;
}

enum tn_status tn_learners_look(struct tn_centre *centre, const char *text, struct tn_id *out,
                                int *count)
{
    enum tn_status status = by_alias(centre, text, out, count);
    if (status == TN_OK && *count == 0) {
        status = by_code(centre, text, out, count);
    }
    if (status == TN_OK && *count == 0) {
        status = by_id(centre, text, out, count);
    }
    return status;
}

enum tn_status tn_learners_find(struct tn_centre *centre, const char *text, struct tn_id *out)
{
    int count = 0;
    enum tn_status status = tn_learners_look(centre, text, out, &count);
    if (status == TN_OK && count == 0) {
        tn_log(TN_LOG_ERROR,
               "%s: no learner is known by this; give the id in the roster, SOURCE:ID of another "
               "source, or the code on the badge",
               text);
        return TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK && count > 1) {
        tn_log(TN_LOG_ERROR, "%s: badges of several learners have this code; give the roster's id",
               text);
        return TN_ERR_STATE;
    }
    return status;
}

enum tn_status tn_learners_merged(struct tn_centre *centre, const struct tn_id *learner,
                                  struct tn_id out[TN_LEARNERS_MERGED_MAX], size_t *count)
{
    static const char sql[] = "SELECT learner FROM merged WHERE ecosystem = $1 AND root = $2"
                              " ORDER BY learner";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out[0] = *learner;
    *count = 1;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == TN_LEARNERS_MERGED_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        tn_col_id(stmt, 0, &out[(*count)++]);
    }
    tn_reset(stmt);
    return status;
}

void tn_learners_ref(struct tn_stmt *stmt, int column, const struct tn_id *learner,
                     char out[TN_LEARNER_REF_SIZE])
{
    if (!tn_col_is_null(stmt, column)) {
        (void)snprintf(out, TN_LEARNER_REF_SIZE, "%s", tn_col_text(stmt, column));
    } else if (!tn_col_is_null(stmt, column + 1)) {
        (void)snprintf(out, TN_LEARNER_REF_SIZE, "%s", tn_col_text(stmt, column + 1));
    } else {
        tn_id_hex(learner, out);
    }
}

enum tn_status tn_learners_label(struct tn_centre *centre, const struct tn_id *learner,
                                 char out[TN_LEARNER_REF_SIZE])
{
    static const char sql[] = "SELECT" TN_LEARNER_REF_SQL(
        "l", "l.id") " FROM learner l WHERE l.ecosystem = $1 AND l.id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    tn_id_hex(learner, out);
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_learners_ref(stmt, 0, learner, out);
    }
    tn_reset(stmt);
    return status;
}
