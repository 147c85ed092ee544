/* Compare, then write: reading a row by its key costs less than writing it, and tells new from
 * changed, which an upsert alone does not. */
#include "sync/exchange/upsert.h"

#include <assert.h>
#include <string.h>

/* Tells whether the column of the row that is there holds what the cell wants. */
static bool is_same(struct tn_stmt *old, int column, const struct tn_cell *cell)
{
    if (cell->is_kept || cell->type == TN_CELL_NULL) {
        return cell->is_kept || tn_col_is_null(old, column);
    }
    if (tn_col_is_null(old, column)) {
        return false;
    }
    if (cell->type == TN_CELL_INT) {
        return tn_col_int(old, column) == cell->number;
    }
    if (cell->type == TN_CELL_TEXT) {
        return strcmp(tn_col_text(old, column), cell->text) == 0;
    }
    struct tn_id id;
    tn_col_id(old, column, &id);
    return tn_id_equal(&id, &cell->id);
}

static void bind_cell(struct tn_stmt *stmt, int place, const struct tn_cell *cell)
{
    switch (cell->type) {
    case TN_CELL_NULL:
        tn_bind_null(stmt, place);
        break;
    case TN_CELL_INT:
        tn_bind_int(stmt, place, cell->number);
        break;
    case TN_CELL_TEXT:
        tn_bind_text(stmt, place, cell->text);
        break;
    case TN_CELL_ID:
        tn_bind_id(stmt, place, &cell->id);
        break;
    }
}

/* The old row's own value, in its own type: a cell of a column that the file lacks has none.
 * Borrowed from the old row, which is why that statement is reset only after the write. */
static void bind_old(struct tn_stmt *stmt, int place, struct tn_stmt *old, int column)
{
    struct tn_cell kept = {.type = TN_CELL_NULL};
    switch (tn_col_kind(old, column)) {
    case TN_COL_NULL:
        break;
    case TN_COL_INT:
        kept.type = TN_CELL_INT;
        kept.number = tn_col_int(old, column);
        break;
    case TN_COL_TEXT:
        kept.type = TN_CELL_TEXT;
        kept.text = tn_col_text(old, column);
        break;
    case TN_COL_BYTES:
        kept.type = TN_CELL_ID;
        tn_col_id(old, column, &kept.id);
        break;
    }
    bind_cell(stmt, place, &kept);
}

/* Gives the place of the first cell. */
static int bind_key(struct tn_stmt *stmt, const struct tn_upsert_row *row, const char *word)
{
    tn_bind_int(stmt, 1, row->ecosystem);
    tn_bind_id(stmt, 2, row->id);
    if (word == NULL) {
        return 3;
    }
    tn_bind_text(stmt, 3, word);
    return 4;
}

static enum tn_status write_row(struct tn_db *db, const struct tn_upsert *table,
                                const struct tn_upsert_row *row, const char *word,
                                struct tn_stmt *old)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(db, table->write, &stmt);
    if (status != TN_OK) {
        return status;
    }
    const int first = bind_key(stmt, row, word);
    for (int i = 0; i < table->count; i++) {
        if (old != NULL && row->cells[i].is_kept) {
            bind_old(stmt, i + first, old, i);
        } else {
            bind_cell(stmt, i + first, &row->cells[i]);
        }
    }
    return tn_run(stmt);
}

enum tn_status tn_upsert_run(struct tn_db *db, const struct tn_upsert *table,
                             const struct tn_upsert_row *row, enum tn_change *change)
{
    return tn_upsert_word(db, table, row, NULL, change);
}

enum tn_status tn_upsert_word(struct tn_db *db, const struct tn_upsert *table,
                              const struct tn_upsert_row *row, const char *word,
                              enum tn_change *change)
{
    assert(table->count <= TN_CELLS_MAX);
    struct tn_stmt *old = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, table->select, &old);
    if (status != TN_OK) {
        return status;
    }
    (void)bind_key(old, row, word);
    status = tn_step(old, &has_row);
    bool is_equal = has_row;
    for (int i = 0; status == TN_OK && is_equal && i < table->count; i++) {
        is_equal = is_same(old, i, &row->cells[i]);
    }
    *change = !has_row ? TN_CHANGE_NEW : is_equal ? TN_CHANGE_NONE : TN_CHANGE_CHANGED;
    if (status == TN_OK && *change != TN_CHANGE_NONE) {
        status = write_row(db, table, row, word, has_row ? old : NULL);
    }
    tn_reset(old);
    return status;
}

enum tn_status tn_upsert_insert(struct tn_db *db, const struct tn_upsert *table,
                                const struct tn_upsert_row *row)
{
    return write_row(db, table, row, NULL, NULL);
}
