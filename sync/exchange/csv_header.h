/* Finding the columns of a table by its first row. */
#ifndef TURNOUT_EXCHANGE_CSV_HEADER_H
#define TURNOUT_EXCHANGE_CSV_HEADER_H

#include "sync/exchange/csv.h"

#define TN_CSV_NO_COLUMN (-1)

/* A first row, all of it borrowed. map and has hold TN_CSV_COLUMNS_MAX and are filled: where in the
 * table of columns each field goes, and which columns are there. */
struct tn_csv_header {
    const struct tn_csv_reading *what;
    char *const *headers;
    size_t header_count;
    int *map;
    bool *has;
    enum tn_status status;
};

/* Fills map and has, which starts as all false. TN_ERR_FORMAT: no header of such a table, said as
 * problems. */
enum tn_status tn_csv_header_take(struct tn_csv_header *header);

#endif
