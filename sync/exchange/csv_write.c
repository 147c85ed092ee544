/* The CSV writer: RFC 4180, and the one rule that keeps a spreadsheet from running what a stranger
 * wrote into a cell. */
#include <csv.h>
#include <errno.h>

#include "sync/exchange/csv.h"

static bool is_formula(const char *value)
{
    return value[0] != '\0' && strchr("=+-@\t\r", value[0]) != NULL;
}

static bool write_quoted(FILE *file, const char *value, bool has_apostrophe)
{
    if (!has_apostrophe) {
        return csv_fwrite(file, value, strlen(value)) == 0;
    }
    bool is_fine = fputs("\"'", file) >= 0;
    for (; is_fine && *value != '\0'; value++) {
        is_fine = (*value != '"' || fputc('"', file) != EOF) && fputc(*value, file) != EOF;
    }
    return is_fine && fputc('"', file) != EOF;
}

/* Quotes are written only where they are needed, so that the common file stays plain to read. */
static bool write_value(FILE *file, enum tn_csv_for whom, const char *value)
{
    const bool has_apostrophe = whom == TN_CSV_FOR_SPREADSHEET && is_formula(value);
    const size_t len = strlen(value);
    const bool has_space = len > 0 && (value[0] == ' ' || value[len - 1] == ' ');
    if (has_apostrophe || has_space || strpbrk(value, ",\"\r\n\t") != NULL) {
        return write_quoted(file, value, has_apostrophe);
    }
    return fputs(value, file) >= 0;
}

enum tn_status tn_csv_write_row(FILE *file, enum tn_csv_for whom, const char *const *values,
                                size_t count)
{
    bool is_fine = true;
    for (size_t i = 0; i < count && is_fine; i++) {
        is_fine = (i == 0 || fputc(',', file) != EOF) && write_value(file, whom, values[i]);
    }
    if (is_fine && fputs("\r\n", file) >= 0) {
        return TN_OK;
    }
    return errno == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}
