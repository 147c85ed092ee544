/* A package of tables: a folder of CSV files, or a zip of them. Tables of a zip are read straight
 * out of it, so nothing is ever unpacked onto a disk; a zip that holds folders, a bomb or something
 * locked is refused in words. */
#ifndef TURNOUT_EXCHANGE_TABLES_H
#define TURNOUT_EXCHANGE_TABLES_H

#include <stdbool.h>
#include <stdio.h>

#include "sync/exchange/csv.h"

#define TN_TABLES_ENTRIES_MAX 1000              /* files in a zip */
#define TN_TABLES_TABLE_MAX (UINT64_C(2) << 30) /* bytes of one table, unpacked */
#define TN_TABLES_RATIO_MAX 300                 /* how much smaller a zip may make a large table */
#define TN_TABLES_NAME_SIZE 512                 /* of what messages call a table */

struct zip;
struct zip_file;

/* Zero it to start; one table is open at a time. */
struct tn_tables {
    const char *path; /* borrowed */
    struct tn_problems *problems;
    struct zip *zip;        /* NULL: a folder */
    struct zip_file *entry; /* the open table of a zip */
    FILE *file;             /* that of a folder */
    uint64_t left;          /* bytes it may still give */
};

/* Opens a folder or a zip. TN_ERR_FORMAT: it is none, or not to be trusted, said as a problem;
 * TN_ERR_IO: logged. The package is closed also then. */
enum tn_status tn_tables_open(const char *path, struct tn_problems *problems,
                              struct tn_tables *out);
void tn_tables_close(struct tn_tables *package);

/* Whether it has a table ("users.csv"). */
bool tn_tables_has(const struct tn_tables *package, const char *table);

/* What messages call a table: "roster.zip!users.csv", "roster/users.csv". */
void tn_tables_name(const struct tn_tables *package, const char *table,
                    char out[TN_TABLES_NAME_SIZE]);

/* Opens a table that is there, to be read through out. Errors as those of tn_tables_open. */
enum tn_status tn_tables_open_table(struct tn_tables *package, const char *table,
                                    struct tn_csv_source *out);
void tn_tables_close_table(struct tn_tables *package);

#endif
