/* Fuzz: tables as people send them. Every value handed on is whole, printable as UTF-8, and within
 * its limit; every row is either handed on or said to be wrong. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sync/exchange/csv.h"
#include "tests/fuzz/memfile.h"
#include "turnout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME_MAX_LEN 40

static const struct tn_csv_column columns[] = {
    {"id", true, 20, NULL}, {"name", true, NAME_MAX_LEN, NULL}, {"grade", false, 0, NULL}, {0}};

static void ignore(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    assert(line[0] != '\0');
}

static enum tn_status check(void *ctx, const struct tn_csv_row *row)
{
    uint64_t *last_row = ctx;
    assert(row->place.row > *last_row);
    *last_row = row->place.row;
    assert(row->values[0][0] != '\0' && strlen(row->values[0]) <= 20);
    assert(row->values[1][0] != '\0' && strlen(row->values[1]) <= NAME_MAX_LEN);
    assert(strlen(row->values[2]) <= TN_CSV_FIELD_MAX);
    return TN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[TN_MEMFILE_PATH_SIZE];
    uint64_t last_row = 0;
    int fd = memfile_open(data, size, path);
    if (fd < 0) {
        return 0;
    }
    tn_log_to(ignore, NULL);
    struct tn_problems problems = {.file = "fuzz.csv"};
    const struct tn_csv_reading reading = {
        .path = path, .columns = columns, .problems = &problems, .each = check, .ctx = &last_row};
    enum tn_status status = tn_csv_read(&reading);
    assert(status == TN_OK || problems.count > 0);
    (void)close(fd);
    return 0;
}
