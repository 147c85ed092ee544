/* Corrections as visits are derived by them: read from the table, what was undone taken out, and
 * which of them name one person. */
#include "sync/central/correction.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/correction_row.h"

static const char *const verbs[] = {[TN_CORRECT_MOVE] = "move",
                                    [TN_CORRECT_END] = "end",
                                    [TN_CORRECT_ADD] = "add",
                                    [TN_CORRECT_VOID] = "void",
                                    [TN_CORRECT_UNDO] = "undo"};

const char *tn_correct_verb_name(enum tn_correct_verb verb)
{
    return verbs[verb];
}

struct tn_id tn_station_id(const char *name)
{
    static const char label[] = "turnout station name v1";
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {(const uint8_t *)name, strlen(name)}};
    return name[0] == '\0' ? (struct tn_id){{0}} : tn_id_of(parts, 2);
}

static int64_t time_in(struct tn_stmt *stmt, int column)
{
    return tn_col_is_null(stmt, column) ? TN_NO_TIME : tn_col_int(stmt, column);
}

static enum tn_correct_verb verb_in(struct tn_stmt *stmt, int column)
{
    int verb = 0;
    while (verb < TN_CORRECT_COUNT && strcmp(verbs[verb], tn_col_text(stmt, column)) != 0) {
        verb++;
    }
    return (enum tn_correct_verb)verb;
}

void tn_correction_take_row(struct tn_stmt *stmt, struct tn_correction_row *out)
{
    struct tn_correction *rule = &out->rule;
    *out = (struct tn_correction_row){.at_ms = tn_col_int(stmt, 1)};
    rule->seq = tn_col_int(stmt, 0);
    (void)snprintf(out->actor, sizeof out->actor, "%s", tn_col_text(stmt, 2));
    (void)snprintf(out->why, sizeof out->why, "%s", tn_col_text(stmt, 3));
    rule->verb = verb_in(stmt, 4);
    rule->reverts = tn_col_int(stmt, 5);
    tn_col_id(stmt, 6, &rule->event);
    (void)snprintf(rule->station, sizeof rule->station, "%s", tn_col_text(stmt, 7));
    rule->station_id = tn_station_id(rule->station);
    rule->from_ms = time_in(stmt, 8);
    rule->to_ms = time_in(stmt, 9);
    tn_col_id(stmt, 10, &rule->activity);
    (void)snprintf(out->group_title, sizeof out->group_title, "%s", tn_col_text(stmt, 11));
    rule->has_learners = tn_col_int(stmt, 12) != 0;
    tn_col_id(stmt, 13, &rule->to_event);
    tn_col_id(stmt, 14, &rule->to_activity);
    rule->by_ms = tn_col_int(stmt, 15);
    rule->starts_ms = time_in(stmt, 16);
    rule->ends_ms = time_in(stmt, 17);
    rule->minutes = tn_col_int(stmt, 18);
}

static enum tn_status add_rule(struct tn_corrections *to, const struct tn_correction *rule)
{
    if (to->count == TN_CORRECTIONS_MAX) {
        return TN_ERR_LIMIT;
    }
    if (to->count == to->max) {
        size_t more = to->max == 0 ? 64 : 2 * to->max;
        struct tn_correction *rows = reallocarray(to->rows, more, sizeof *rows);
        if (rows == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        to->rows = rows;
        to->max = more;
    }
    to->rows[to->count++] = *rule;
    return TN_OK;
}

enum tn_status tn_corrections_load(struct tn_centre *centre, struct tn_corrections *out)
{
    static const char sql[] =
        "SELECT " TN_CORRECTION_COLUMNS " FROM correction WHERE ecosystem = $1 ORDER BY seq";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out->count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_correction_row row;
        tn_correction_take_row(stmt, &row);
        status = add_rule(out, &row.rule);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    tn_corrections_settle(out);
    return status;
}

void tn_corrections_free(struct tn_corrections *corrections)
{
    free(corrections->rows);
    free(corrections->own);
    *corrections = (struct tn_corrections){0};
}

void tn_corrections_settle(struct tn_corrections *corrections)
{
    /* What reverts a row comes after it, so walking back every row is settled before it is met. */
    for (size_t i = 0; i < corrections->count; i++) {
        corrections->rows[i].is_active = corrections->rows[i].verb < TN_CORRECT_COUNT;
    }
    for (size_t i = corrections->count; i > 0; i--) {
        struct tn_correction *rule = &corrections->rows[i - 1];
        int64_t back = rule->seq - rule->reverts;
        if (rule->verb == TN_CORRECT_UNDO && rule->is_active && back > 0 && (size_t)back < i) {
            corrections->rows[i - 1 - (size_t)back].is_active = false;
        }
    }
    for (size_t i = 0; i < corrections->count; i++) {
        corrections->rows[i].is_active =
            corrections->rows[i].is_active && corrections->rows[i].verb != TN_CORRECT_UNDO;
    }
}

static enum tn_status add_own(struct tn_corrections *to, int64_t seq)
{
    if (to->own_count == to->own_max) {
        size_t more = to->own_max == 0 ? 64 : 2 * to->own_max;
        int64_t *own = reallocarray(to->own, more, sizeof *own);
        if (own == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        to->own = own;
        to->own_max = more;
    }
    to->own[to->own_count++] = seq;
    return TN_OK;
}

enum tn_status tn_corrections_of(struct tn_centre *centre, struct tn_corrections *corrections,
                                 const struct tn_id *who)
{
    static const char sql[] =
        "SELECT DISTINCT seq FROM correction_learner WHERE ecosystem = $1 AND learner IN (SELECT $2"
        " UNION SELECT learner FROM merged WHERE ecosystem = $1 AND root = $2) AND NOT"
        " EXISTS (SELECT 1 FROM merged WHERE ecosystem = $1 AND learner = $2) ORDER BY seq";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    corrections->own_count = 0;
    if (corrections->count == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, who);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = add_own(corrections, tn_col_int(stmt, 0));
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

static int compare_seqs(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

bool tn_correction_is_about(const struct tn_corrections *corrections,
                            const struct tn_correction *correction)
{
    return !correction->has_learners ||
           (corrections->own_count > 0 &&
            bsearch(&correction->seq, corrections->own, corrections->own_count,
                    sizeof *corrections->own, compare_seqs) != NULL);
}

enum tn_status tn_corrections_each(struct tn_centre *centre,
                                   enum tn_status (*each)(void *ctx,
                                                          const struct tn_correction_row *row,
                                                          uint64_t learners),
                                   void *ctx)
{
    static const char sql[] =
        "SELECT " TN_CORRECTION_COLUMNS
        ", (SELECT count(*) FROM correction_learner l WHERE l.ecosystem ="
        " correction.ecosystem AND l.seq = correction.seq) FROM correction WHERE ecosystem = $1"
        " ORDER BY seq DESC";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_correction_row row;
        tn_correction_take_row(stmt, &row);
        status = each(ctx, &row, (uint64_t)tn_col_int(stmt, 19));
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}
