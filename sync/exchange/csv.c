/* The CSV reader. libcsv splits; this file counts rows and lines, finds columns by header, and
 * checks every field before anybody sees it. The file is fed to libcsv a line at a time, because
 * libcsv itself does not say on which line a field stands. */
#include "sync/exchange/csv.h"

#include <csv.h>
#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "sync/exchange/csv_header.h"
#include "turnout/log.h"

#define CHUNK_SIZE 65536

struct reader {
    const struct tn_csv_reading *what;
    struct csv_parser parser;
    enum tn_status status;
    bool has_header;
    bool was_cr;
    size_t header_count;
    int map[TN_CSV_COLUMNS_MAX]; /* a field's place to a place in the table of columns */
    char *headers[TN_CSV_COLUMNS_MAX];
    size_t field_count; /* of the row being read */
    bool row_is_bad;
    bool row_has_text;
    uint64_t line;   /* the line being fed, from 1 */
    uint64_t breaks; /* line breaks inside fields so far */
    uint64_t rows;
    struct tn_csv_row row;
    size_t text_len;
    char text[TN_CSV_ROW_SIZE];
};

static enum tn_status read_source(const struct tn_csv_reading *reading,
                                  const struct tn_csv_source *source);
static enum tn_status feed_source(struct reader *reader, const struct tn_csv_source *source);
static enum tn_status feed_chunk(struct reader *reader, const char *chunk, size_t len);
static enum tn_status feed_piece(struct reader *reader, const char *piece, size_t len);
static enum tn_status finish(struct reader *reader);
static void take_field(void *data, size_t len, void *ctx);
static void take_row(int end, void *ctx);
static void take_header(struct reader *reader);

/* A file as a source; ctx of read. */
struct file_source {
    const char *path;
    FILE *file;
};

static enum tn_status read_file(void *ctx, char *out, size_t size, size_t *len)
{
    const struct file_source *from = ctx;
    *len = fread(out, 1, size, from->file);
    if (ferror(from->file) != 0) {
        tn_log(TN_LOG_ERROR, "%s: reading failed: %s", from->path, strerror(errno));
        return TN_ERR_IO;
    }
    return TN_OK;
}

enum tn_status tn_csv_read(const struct tn_csv_reading *reading)
{
    if (reading->source != NULL) {
        return read_source(reading, reading->source);
    }
    FILE *file = fopen(reading->path, "rbe");
    struct stat stat = {0};
    if (file == NULL || fstat(fileno(file), &stat) != 0 || S_ISDIR(stat.st_mode)) {
        const int why = file != NULL && S_ISDIR(stat.st_mode) ? EISDIR : errno;
        tn_problem_unread(reading->problems, reading->path, why);
        if (file != NULL) {
            (void)fclose(file);
        }
        return TN_ERR_IO;
    }
    struct file_source from = {reading->path, file};
    const struct tn_csv_source source = {read_file, &from, (uint64_t)stat.st_size};
    enum tn_status status = read_source(reading, &source);
    (void)fclose(file);
    return status;
}

static enum tn_status read_source(const struct tn_csv_reading *reading,
                                  const struct tn_csv_source *source)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL || csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(reader);
        return TN_ERR_NO_MEMORY;
    }
    reader->what = reading;
    reader->line = 1;
    reader->row.place = (struct tn_place){1, 1, NULL};
    enum tn_status status = feed_source(reader, source);
    csv_free(&reader->parser);
    for (size_t i = 0; i < reader->header_count; i++) {
        free(reader->headers[i]);
    }
    free(reader);
    return status;
}

/* A problem with the whole file, after which there is nothing more to read. */
static enum tn_status refuse(struct reader *reader, const char *why)
{
    tn_problem(reader->what->problems, &(struct tn_place){0}, "%s", why);
    return TN_ERR_FORMAT;
}

static bool is_zip_name(const char *path)
{
    const size_t len = strlen(path);
    return len > 4 && strcasecmp(path + len - 4, ".zip") == 0;
}

/* What is no CSV and begins so, with what to do: that helps more than a thousand bad rows.
 * Spreadsheets save UTF-16 as "Unicode text"; an .xlsx is a zip. */
static size_t skip_mark(struct reader *reader, const char *chunk, size_t len)
{
    static const char zipped[] = "PK\x03\x04";
    static const struct {
        const char *mark;
        const char *why;
    } others[] = {
        {"\xff\xfe", "is UTF-16; save it as \"CSV UTF-8\" and import that"},
        {"\xfe\xff", "is UTF-16; save it as \"CSV UTF-8\" and import that"},
        {zipped, "is an Excel workbook or another spreadsheet and no CSV; save it there as \"CSV "
                 "UTF-8\" and import that"},
        {"\xd0\xcf\x11\xe0", "is an old Excel workbook (.xls) and no CSV; save it there as \"CSV "
                             "UTF-8\" and import that"},
        {"%PDF-", "is a PDF and no CSV; export the table that it was made of as \"CSV UTF-8\""},
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        const size_t mark_len = strlen(others[i].mark);
        if (len >= mark_len && memcmp(chunk, others[i].mark, mark_len) == 0) {
            const bool is_zip = others[i].mark == zipped && is_zip_name(reader->what->path);
            reader->status = refuse(
                reader, is_zip ? "is a zip and no CSV; take the files out of it and import those"
                               : others[i].why);
        }
    }
    return len >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static enum tn_status feed_source(struct reader *reader, const struct tn_csv_source *source)
{
    char chunk[CHUNK_SIZE];
    uint64_t done = 0;
    size_t len = 0;
    reader->status = source->read(source->ctx, chunk, sizeof(chunk), &len);
    size_t from = reader->status == TN_OK ? skip_mark(reader, chunk, len) : 0;
    while (len > 0 && reader->status == TN_OK) {
        reader->status = feed_chunk(reader, chunk + from, len - from);
        done += len;
        if (reader->what->progress != NULL) {
            reader->what->progress(reader->what->ctx, done, source->size);
        }
        from = 0;
        if (reader->status == TN_OK) {
            reader->status = source->read(source->ctx, chunk, sizeof(chunk), &len);
        }
    }
    return reader->status == TN_OK ? finish(reader) : reader->status;
}

/* Hands libcsv one line at a time, its end included, so that `line` is right in the callbacks. */
static enum tn_status feed_chunk(struct reader *reader, const char *chunk, size_t len)
{
    size_t start = 0;
    for (size_t i = 0; i < len && reader->status == TN_OK; i++) {
        const char c = chunk[i];
        if (c != '\n' && c != '\r') {
            reader->was_cr = false;
            continue;
        }
        reader->status = feed_piece(reader, chunk + start, i + 1 - start);
        start = i + 1;
        reader->line += c == '\r' || !reader->was_cr ? 1 : 0;
        reader->was_cr = c == '\r';
    }
    if (reader->status == TN_OK && start < len) {
        reader->status = feed_piece(reader, chunk + start, len - start);
    }
    return reader->status;
}

static enum tn_status parse_failed(struct reader *reader)
{
    if (csv_error(&reader->parser) == CSV_ENOMEM) {
        return TN_ERR_NO_MEMORY;
    }
    reader->row.place.column = NULL;
    tn_problem(reader->what->problems, &reader->row.place,
               "a quote mark is out of place: a field with quotes, commas or line breaks stands "
               "between \" and \", and a \" inside it is written twice");
    return TN_ERR_FORMAT;
}

/* An unclosed quote would swallow the rest of the file, so a field is stopped while it grows. */
static enum tn_status feed_piece(struct reader *reader, const char *piece, size_t len)
{
    if (reader->field_count == 0 && reader->parser.entry_pos == 0) {
        reader->row.place.line = reader->line;
        reader->row.place.row = reader->line - reader->breaks;
    }
    if (csv_parse(&reader->parser, piece, len, take_field, take_row, reader) != len) {
        return parse_failed(reader);
    }
    if (reader->status == TN_OK && reader->parser.entry_pos > TN_CSV_FIELD_MAX + CHUNK_SIZE) {
        tn_problem(reader->what->problems, &reader->row.place,
                   "a field is longer than %d bytes; is a closing quote missing?",
                   TN_CSV_FIELD_MAX);
        return TN_ERR_FORMAT;
    }
    return reader->status;
}

static enum tn_status finish(struct reader *reader)
{
    if (csv_fini(&reader->parser, take_field, take_row, reader) != 0) {
        tn_problem(reader->what->problems, &reader->row.place,
                   "a quote that opens in this row is never closed");
        return TN_ERR_FORMAT;
    }
    if (reader->status == TN_OK && !reader->has_header) {
        return refuse(reader, "is empty; its first row must name the columns");
    }
    return reader->status;
}

/* The name of the column a field stands in, for a message. */
static const char *column_name(const struct reader *reader, size_t field)
{
    return reader->has_header && field < reader->header_count ? reader->headers[field] : NULL;
}

static void field_problem(struct reader *reader, const char *what)
{
    reader->row.place.column = column_name(reader, reader->field_count);
    tn_problem(reader->what->problems, &reader->row.place, "%s", what);
    reader->row_is_bad = true;
}

static const char *field_fault(const struct reader *reader, const char *text, size_t len)
{
    if (len > TN_CSV_FIELD_MAX) {
        return "is longer than 4096 bytes; is a closing quote missing?";
    }
    if (len > 0 && memchr(text, 0, len) != NULL) {
        return "holds a NUL byte; save the file again as \"CSV UTF-8\"";
    }
    if (len > 0 && !g_utf8_validate_len(text, len, NULL)) {
        return "is not UTF-8; save the file again as \"CSV UTF-8\"";
    }
    return reader->text_len + len + 1 > TN_CSV_ROW_SIZE ? "makes the row longer than 64 KiB" : NULL;
}

/* Line breaks inside a field are lines that are no rows. */
static uint64_t count_breaks(const char *text, size_t len)
{
    uint64_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'));
    }
    return count;
}

static void store_field(struct reader *reader, const char *text, size_t len)
{
    char *at = reader->text + reader->text_len;
    if (len > 0) {
        memcpy(at, text, len);
    }
    at[len] = '\0';
    reader->text_len += len + 1;
    reader->row_has_text = reader->row_has_text || len > 0;
    if (!reader->has_header) {
        reader->headers[reader->field_count] = g_strstrip(at);
    } else if (reader->map[reader->field_count] != TN_CSV_NO_COLUMN) {
        reader->row.values[reader->map[reader->field_count]] = g_strstrip(at);
    }
}

static void take_field(void *data, size_t len, void *ctx)
{
    struct reader *reader = ctx;
    const size_t field_max = reader->has_header ? reader->header_count : TN_CSV_COLUMNS_MAX;
    if (reader->status != TN_OK) {
        return;
    }
    reader->breaks += count_breaks(data, len);
    if (reader->field_count < field_max) {
        const char *fault = field_fault(reader, data, len);
        if (fault == NULL) {
            store_field(reader, data, len);
        } else {
            field_problem(reader, fault);
        }
    }
    reader->field_count++;
}

/* Checks one value of a good row against its column. */
static void check_value(struct reader *reader, size_t i)
{
    const struct tn_csv_column *column = &reader->what->columns[i];
    const char *value = reader->row.values[i];
    const size_t len_max = column->len_max == 0 ? TN_CSV_FIELD_MAX : column->len_max;
    const char *expected = NULL;
    if (value[0] != '\0' && column->check != NULL) {
        expected = column->check(value, &reader->row.numbers[i]);
    }
    reader->row.place.column = column->name;
    if (column->is_required && value[0] == '\0') {
        tn_problem(reader->what->problems, &reader->row.place, "is empty; every row needs it");
    } else if (strlen(value) > len_max) {
        tn_problem(reader->what->problems, &reader->row.place, "is longer than %zu bytes", len_max);
    } else if (expected != NULL) {
        tn_problem(reader->what->problems, &reader->row.place, "expected %s", expected);
    } else {
        return;
    }
    reader->row_is_bad = true;
}

static void check_row(struct reader *reader)
{
    reader->row.place.column = NULL;
    if (reader->field_count != reader->header_count) {
        tn_problem(reader->what->problems, &reader->row.place,
                   "has %zu field%s where the header has %zu", reader->field_count,
                   reader->field_count == 1 ? "" : "s", reader->header_count);
        reader->row_is_bad = true;
        return;
    }
    for (size_t i = 0; reader->what->columns[i].name != NULL; i++) {
        check_value(reader, i);
    }
    reader->row.place.column = NULL;
}

static void clear_row(struct reader *reader)
{
    for (size_t i = 0; i < TN_CSV_COLUMNS_MAX; i++) {
        reader->row.values[i] = "";
        reader->row.numbers[i] = 0;
    }
    reader->field_count = 0;
    reader->text_len = 0;
    reader->row_is_bad = false;
    reader->row_has_text = false;
}

static void take_data(struct reader *reader)
{
    /* Spreadsheets leave rows of nothing but commas behind; they mean nothing. */
    if (!reader->row_has_text && !reader->row_is_bad) {
        return;
    }
    reader->rows++;
    if (reader->rows > TN_CSV_ROWS_MAX) {
        reader->status = refuse(reader, "has more than 2,000,000 rows; split it into files");
        return;
    }
    if (!reader->row_is_bad) {
        check_row(reader);
    }
    if (!reader->row_is_bad) {
        reader->status = reader->what->each(reader->what->ctx, &reader->row);
    }
}

static void take_row(int end, void *ctx)
{
    (void)end;
    struct reader *reader = ctx;
    if (reader->status != TN_OK) {
        return;
    }
    if (reader->has_header) {
        take_data(reader);
    } else {
        take_header(reader);
    }
    clear_row(reader);
}

static void take_header(struct reader *reader)
{
    if (!reader->row_has_text && !reader->row_is_bad) {
        return;
    }
    if (reader->field_count > TN_CSV_COLUMNS_MAX) {
        reader->status = refuse(reader, "has more than 64 columns");
        return;
    }
    /* The names outlive the row's text. */
    for (size_t i = 0; i < reader->field_count && !reader->row_is_bad; i++) {
        reader->headers[i] = strdup(reader->headers[i]);
        reader->header_count += reader->headers[i] != NULL ? 1 : 0;
    }
    if (reader->row_is_bad || reader->header_count != reader->field_count) {
        reader->status = reader->row_is_bad ? TN_ERR_FORMAT : TN_ERR_NO_MEMORY;
        return;
    }
    struct tn_csv_header header = {.what = reader->what,
                                   .headers = reader->headers,
                                   .header_count = reader->header_count,
                                   .map = reader->map,
                                   .has = reader->row.has};
    reader->status = tn_csv_header_take(&header);
    reader->has_header = true;
}
