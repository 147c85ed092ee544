/* Rows go in by INSERT .. SELECT from a virtual table whose rows are the caller's own memory. Half
 * of what one INSERT a row costs is not the row: binding, starting and ending a statement. A
 * virtual table spares all of it, and a value is copied once, into the row. */
#include "sync/central/sqlite_bulk.h"

#include <assert.h>
#include <stdio.h>

#define NAME "turnout_rows"
#define SQL_MAX 2048
/* Its declaration; hidden from nobody, since only bulk inserts name it. */
#define DECLARATION                                                                                \
    "CREATE TABLE x (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16,"   \
    " c17, c18, c19, c20, c21, c22, c23)"

static_assert(TN_BULK_COLUMNS_MAX == 24, "one c for each column");

struct rows {
    sqlite3_vtab base;
    struct sqlite_bulk *state;
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct tn_bulk *what;
    bool is_end;
    sqlite3_int64 row;
    struct tn_value values[TN_BULK_COLUMNS_MAX];
};

static int rows_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                        sqlite3_vtab **out, char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    struct rows *rows = sqlite3_malloc(sizeof *rows);
    if (rows == NULL) {
        return SQLITE_NOMEM;
    }
    *rows = (struct rows){.state = aux};
    *out = &rows->base;
    return sqlite3_declare_vtab(db, DECLARATION);
}

static int rows_disconnect(sqlite3_vtab *vtab)
{
    sqlite3_free(vtab);
    return SQLITE_OK;
}

static int rows_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
    (void)vtab;
    info->estimatedCost = 1e6;
    return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out)
{
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    *cursor = (struct cursor){.what = ((struct rows *)vtab)->state->running};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int rows_close(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

static int rows_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    cursor->is_end = cursor->what == NULL || !cursor->what->next(cursor->what->ctx, cursor->values);
    cursor->row++;
    return SQLITE_OK;
}

static int rows_filter(sqlite3_vtab_cursor *base, int number, const char *name, int argc,
                       sqlite3_value **argv)
{
    (void)number;
    (void)name;
    (void)argc;
    (void)argv;
    return rows_next(base);
}

static int rows_eof(sqlite3_vtab_cursor *base)
{
    return ((struct cursor *)base)->is_end;
}

static int rows_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
    const struct tn_value *value = &((struct cursor *)base)->values[column];
    switch (value->kind) {
    case TN_COL_INT:
        sqlite3_result_int64(ctx, value->number);
        break;
    case TN_COL_TEXT:
        sqlite3_result_text(ctx, (const char *)value->bytes.data, (int)value->bytes.len,
                            SQLITE_STATIC);
        break;
    case TN_COL_BYTES:
        sqlite3_result_blob(ctx, value->bytes.data, (int)value->bytes.len, SQLITE_STATIC);
        break;
    case TN_COL_NULL:
        break; /* what a result is where none is given */
    }
    return SQLITE_OK;
}

static int rows_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((struct cursor *)base)->row;
    return SQLITE_OK;
}

/* Without xCreate: it is there without being made, and never written into a file. */
static const sqlite3_module module = {
    .xConnect = rows_connect,
    .xBestIndex = rows_best_index,
    .xDisconnect = rows_disconnect,
    .xOpen = rows_open,
    .xClose = rows_close,
    .xFilter = rows_filter,
    .xNext = rows_next,
    .xEof = rows_eof,
    .xColumn = rows_column,
    .xRowid = rows_rowid,
};

int sqlite_bulk_init(sqlite3 *handle, struct sqlite_bulk *state)
{
    return sqlite3_create_module_v2(handle, NAME, &module, state, NULL);
}

void sqlite_bulk_end(struct sqlite_bulk *state)
{
    for (size_t i = 0; i < TN_DB_BULKS_MAX; i++) {
        sqlite3_finalize(state->ready[i].stmt);
    }
}

static int prepare(sqlite3 *handle, const struct tn_bulk *what, sqlite3_stmt **out)
{
    char sql[SQL_MAX];
    int len = snprintf(sql, sizeof sql, "INSERT INTO %s (%s) SELECT ", what->table, what->columns);
    for (int i = 0; i < what->count && len > 0 && (size_t)len < sizeof sql; i++) {
        len += snprintf(sql + len, sizeof sql - (size_t)len, "%sc%d", i == 0 ? "" : ", ", i);
    }
    if (len > 0 && (size_t)len < sizeof sql) {
        len += snprintf(sql + len, sizeof sql - (size_t)len, " FROM " NAME);
    }
    assert(len > 0 && (size_t)len < sizeof sql); /* the texts are ours */
    return sqlite3_prepare_v3(handle, sql, len, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

int sqlite_bulk_run(sqlite3 *handle, struct sqlite_bulk *state, const struct tn_bulk *what)
{
    size_t i = 0;
    while (i < TN_DB_BULKS_MAX && state->ready[i].columns != NULL &&
           state->ready[i].columns != what->columns) {
        i++;
    }
    assert(i < TN_DB_BULKS_MAX && what->count <= TN_BULK_COLUMNS_MAX);
    int code = SQLITE_OK;
    if (state->ready[i].stmt == NULL) {
        code = prepare(handle, what, &state->ready[i].stmt);
    }
    if (code != SQLITE_OK) {
        return code;
    }
    state->ready[i].columns = what->columns;
    state->running = what;
    code = sqlite3_step(state->ready[i].stmt);
    state->running = NULL;
    (void)sqlite3_reset(state->ready[i].stmt);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}
