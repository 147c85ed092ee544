/* Rows by id: inserted where new, changed where different, left alone where the same. What every
 * importer writes with, so that importing a file twice changes nothing and says so. */
#ifndef TURNOUT_EXCHANGE_UPSERT_H
#define TURNOUT_EXCHANGE_UPSERT_H

#include <stdbool.h>

#include "sync/central/db.h"

#define TN_CELLS_MAX 16

enum tn_cell_type { TN_CELL_NULL, TN_CELL_INT, TN_CELL_TEXT, TN_CELL_ID };

/* One value. Text is borrowed. is_kept: where the row is there already, its own value stays. */
struct tn_cell {
    enum tn_cell_type type;
    bool is_kept;
    int64_t number;
    const char *text;
    struct tn_id id;
};

/* The two statements of a table, with the cells in one order.
 * select: $1 ecosystem, $2 id; its columns are the cells.
 * write:  $1 ecosystem, $2 id, then the cells from $3; inserts, or on conflict takes them all.
 * Where a row has a word as the third part of its key, that is $3 in both, and cells follow it. */
struct tn_upsert {
    const char *select;
    const char *write;
    int count;
};

/* Left out: the row may not come back. */
enum tn_change {
    TN_CHANGE_NONE,
    TN_CHANGE_CHANGED,
    TN_CHANGE_NEW,
    TN_CHANGE_LEFT_OUT,
    TN_CHANGE_REMOVED,    /* what was there is not any more */
    TN_CHANGE_PASSED_OVER /* not a row that is taken at all */
};

/* What a row becomes. */
struct tn_upsert_row {
    int64_t ecosystem;
    const struct tn_id *id;
    const struct tn_cell *cells;
};

enum tn_status tn_upsert_run(struct tn_db *db, const struct tn_upsert *table,
                             const struct tn_upsert_row *row, enum tn_change *change);

/* Writes a row that cannot be there yet, without looking. */
enum tn_status tn_upsert_insert(struct tn_db *db, const struct tn_upsert *table,
                                const struct tn_upsert_row *row);

/* As tn_upsert_run, where the key has a word as its third part. */
enum tn_status tn_upsert_word(struct tn_db *db, const struct tn_upsert *table,
                              const struct tn_upsert_row *row, const char *word,
                              enum tn_change *change);

#endif
