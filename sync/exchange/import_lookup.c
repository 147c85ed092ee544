/* What the rows of one table name in another: partners and events by their codes, activities by
 * theirs within an event, learners by the id of the system they came from. What nobody knows is a
 * problem that says which import would bring it. */
#include <string.h>

#include "sync/exchange/import.h"
#include "sync/exchange/import_learner.h"
#include "turnout/setup.h"

/* Runs a statement whose $1 is the ecosystem and whose first column is an id; out stays of no type
 * where there is no row. */
static enum tn_status find_id(struct tn_stmt *stmt, const struct tn_import *import,
                              struct tn_cell *out)
{
    bool has_row = false;
    tn_bind_int(stmt, 1, import->centre->no);
    enum tn_status status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->type = TN_CELL_ID;
        tn_col_id(stmt, 0, &out->id);
    }
    tn_reset(stmt);
    return status;
}

/* Looks one code up with sql ($2); empty is nothing to look for. */
static enum tn_status find_code(struct tn_import *import, const struct tn_csv_row *row, int column,
                                const char *sql, struct tn_cell *out)
{
    struct tn_stmt *stmt = NULL;
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[column]};
    if (row->values[column][0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = tn_db_prepare(import->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, row->values[column]);
    return find_id(stmt, import, out);
}

enum tn_status tn_import_by_code(struct tn_import *import, const char *sql, const char *code,
                                 struct tn_id *id)
{
    struct tn_cell found = {0};
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(import->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, code);
    status = find_id(stmt, import, &found);
    *id = found.type == TN_CELL_ID ? found.id : *id;
    return status;
}

static bool is_unknown(const struct tn_csv_row *row, int column, const struct tn_cell *cell)
{
    return row->values[column][0] != '\0' && cell->type == TN_CELL_NULL;
}

enum tn_status tn_import_partner(struct tn_import *import, const struct tn_csv_row *row, int column,
                                 struct tn_cell *out)
{
    static const char sql[] = "SELECT id FROM partner WHERE ecosystem = $1 AND code = $2";
    const char *code = row->values[column];
    if (code[0] != '\0' && strcmp(code, import->partner_code) == 0) {
        *out = (struct tn_cell){.type = TN_CELL_ID, .id = import->partner};
        return TN_OK;
    }
    enum tn_status status = find_code(import, row, column, sql, out);
    if (status == TN_OK && out->type == TN_CELL_ID) {
        import->partner = out->id;
        (void)snprintf(import->partner_code, sizeof(import->partner_code), "%s", code);
    }
    if (status == TN_OK && is_unknown(row, column, out)) {
        tn_import_problem(import, row, column,
                          "there is no partner with the code %s; import partners first",
                          row->values[column]);
    }
    return status;
}

enum tn_status tn_import_event(struct tn_import *import, const struct tn_csv_row *row, int column,
                               struct tn_cell *out)
{
    static const char sql[] = "SELECT id FROM event WHERE ecosystem = $1 AND code = $2";
    enum tn_status status = find_code(import, row, column, sql, out);
    if (status == TN_OK && is_unknown(row, column, out)) {
        tn_import_problem(import, row, column,
                          "there is no event with the code %s; import events first",
                          row->values[column]);
    }
    return status;
}

enum tn_status tn_import_activity(struct tn_import *import, const struct tn_csv_row *row,
                                  int column, const struct tn_id *event, struct tn_cell *out)
{
    static const char sql[] = "SELECT id FROM activity WHERE ecosystem = $1 AND event = $2"
                              " AND code = $3";
    struct tn_stmt *stmt = NULL;
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[column]};
    if (row->values[column][0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = tn_db_prepare(import->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_text(stmt, 3, row->values[column]);
    status = find_id(stmt, import, out);
    if (status == TN_OK && is_unknown(row, column, out)) {
        tn_import_problem(import, row, column,
                          "the event has no activity with the code %s; import activities first",
                          row->values[column]);
    }
    return status;
}

static enum tn_status find_alias(struct tn_import *import, const char *source,
                                 const char *source_id, struct tn_cell *out)
{
    static const char sql[] = "SELECT learner FROM learner_alias WHERE ecosystem = $1"
                              " AND source = $2 AND source_id = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(import->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, source);
    tn_bind_text(stmt, 3, source_id);
    return find_id(stmt, import, out);
}

/* A roster's own id may hold a colon, so the whole is tried first. */
enum tn_status tn_import_learner(struct tn_import *import, const struct tn_csv_row *row, int column,
                                 struct tn_cell *out)
{
    const char *name = row->values[column];
    const char *colon = strchr(name, ':');
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[column]};
    enum tn_status status =
        name[0] == '\0' ? TN_OK : find_alias(import, TN_SOURCE_ROSTER, name, out);
    if (status == TN_OK && out->type == TN_CELL_NULL && colon != NULL) {
        char source[TN_TITLE_MAX + 1];
        (void)snprintf(source, sizeof(source), "%.*s", (int)(colon - name), name);
        status = find_alias(import, source, colon + 1, out);
    }
    bool is_erased = false;
    if (status == TN_OK && is_unknown(row, column, out)) {
        status = tn_learner_was_erased(import->centre, name, &is_erased);
    }
    if (status == TN_OK && is_unknown(row, column, out) && !is_erased) {
        tn_import_problem(import, row, column,
                          "there is no learner with this id: give the roster's id, or SOURCE:ID");
    }
    return status;
}
