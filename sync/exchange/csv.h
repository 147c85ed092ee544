/* Tables as CSV: a streaming reader over libcsv, and a writer.
 *
 * The reader takes RFC 4180 in UTF-8, with or without a byte order mark, with CRLF, LF or CR, and
 * with quotes around commas, quotes and line breaks. Columns come in any order and are found by
 * their header; a column nobody asked for is noted and ignored. Memory does not grow with the
 * number of rows. Everything wrong is said through tn_problem with its row and column. */
#ifndef TURNOUT_EXCHANGE_CSV_H
#define TURNOUT_EXCHANGE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sync/exchange/problems.h"
#include "turnout/status.h"

#define TN_CSV_FIELD_MAX 4096    /* bytes in one field */
#define TN_CSV_COLUMNS_MAX 64    /* fields in one row */
#define TN_CSV_ROW_SIZE 65536    /* bytes in one row, its NULs included */
#define TN_CSV_ROWS_MAX 2000000  /* rows in one file */
#define TN_CSV_EXPECTED_SIZE 128 /* of a check's words for what it expected */

/* Checks one value that is not empty. Gives a number where the value stands for one (a time, a
 * year); returns NULL, or a phrase for what was expected ("a grade: K, or 1 to 12"). */
typedef const char *(*tn_csv_check)(const char *value, int64_t *number);

/* A column a table may have. A table of them ends with a row of name NULL. */
struct tn_csv_column {
    const char *name;
    bool is_required;   /* the column must be there and every row must fill it */
    size_t len_max;     /* bytes of a value; 0 means TN_CSV_FIELD_MAX */
    tn_csv_check check; /* NULL: any text */
};

/* One row, indexed as the table of columns is. Values are borrowed for the call. */
struct tn_csv_row {
    struct tn_place place;
    const char *values[TN_CSV_COLUMNS_MAX]; /* "" where empty or missing */
    int64_t numbers[TN_CSV_COLUMNS_MAX];    /* what the check gave; 0 where empty */
    bool has[TN_CSV_COLUMNS_MAX];           /* the file has this column */
};

/* Where a table's bytes come from, where they are not those of a file of its own. read gives up to
 * size bytes, none at the end; what fails is said by whoever knows why. */
struct tn_csv_source {
    enum tn_status (*read)(void *ctx, char *out, size_t size, size_t *len);
    void *ctx;
    uint64_t size; /* bytes there are, for the progress */
};

/* Takes one good row. A status other than TN_OK ends the reading. */
typedef enum tn_status (*tn_csv_each)(void *ctx, const struct tn_csv_row *row);

struct tn_csv_reading {
    const char *path; /* also what messages call it */
    const struct tn_csv_column *columns;
    struct tn_problems *problems;
    tn_csv_each each;
    /* May be NULL; told now and then how many bytes of how many are read. */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *ctx;
    const struct tn_csv_source *source; /* NULL: the file at path */
    bool is_foreign; /* a table of somebody else's form: its other columns go without saying */
};

/* Reads a whole file; rows with problems are said and left out. TN_OK also then: the caller looks
 * at problems->count. TN_ERR_FORMAT: no table could be made of it, said as a problem.
 * TN_ERR_IO (also where there is no such file), TN_ERR_NO_MEMORY: logged. Else what each gave. */
enum tn_status tn_csv_read(const struct tn_csv_reading *reading);

/* Who is going to open the file that is written. A spreadsheet takes a cell that starts with
 * = + - @ TAB or CR for a formula, so such a cell gets a leading apostrophe; a file that is meant
 * to be read back must not have that. */
enum tn_csv_for { TN_CSV_FOR_READING_BACK, TN_CSV_FOR_SPREADSHEET };

/* Writes one row, ended with CRLF as RFC 4180 has it. TN_ERR_FULL or TN_ERR_IO. */
enum tn_status tn_csv_write_row(FILE *file, enum tn_csv_for whom, const char *const *values,
                                size_t count);

#endif
