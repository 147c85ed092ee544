/* Reads demo badges with libcsv (RFC 4180). A demo's badges are in a file on purpose; they are
 * wiped at the end all the same, so that nobody learns the wrong habit from here. */
#include "kiosk/sys/demo.h"

#include <errno.h>

#include <csv.h>
#include <sodium.h>

#include "turnout/log.h"

#define READ_SIZE 16384

enum column { COLUMN_NAME, COLUMN_BADGE, COLUMN_COUNT };

static const char *const columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = "display",
    [COLUMN_BADGE] = "badge",
};

struct reading {
    struct tn_demo_list *list;
    const char *path;
    size_t row;                 /* 1 is the header */
    size_t field;               /* of the row at hand */
    size_t where[COLUMN_COUNT]; /* 1-based; 0: not in the header */
    struct tn_demo_badge badge;
    enum tn_status status; /* the first failure sticks */
};

static void fail(struct reading *reading, enum tn_status status, const char *what)
{
    if (reading->status == TN_OK) {
        reading->status = status;
        tn_log(TN_LOG_ERROR, "%s: row %zu: %s", reading->path, reading->row, what);
    }
}

static bool is_text(const char *data, size_t len, const char *text)
{
    return len == strlen(text) && memcmp(data, text, len) == 0;
}

/* Copies a field; false where it does not fit. */
static bool keep(char *out, size_t size, const char *data, size_t len)
{
    if (len >= size) {
        return false;
    }
    if (len > 0) {
        memcpy(out, data, len);
    }
    out[len] = '\0';
    return true;
}

static void on_field(void *data, size_t len, void *ctx)
{
    struct reading *reading = ctx;
    reading->field++;
    if (reading->row == 1) {
        for (size_t i = 0; i < COLUMN_COUNT; i++) {
            if (is_text(data, len, columns[i])) {
                reading->where[i] = reading->field;
            }
        }
        return;
    }
    struct tn_demo_badge *badge = &reading->badge;
    if (reading->field == reading->where[COLUMN_NAME] &&
        !keep(badge->name, sizeof badge->name, data, len)) {
        fail(reading, TN_ERR_LIMIT, "the display name is too long");
    }
    if (reading->field == reading->where[COLUMN_BADGE] &&
        !keep(badge->digits, sizeof badge->digits, data, len)) {
        fail(reading, TN_ERR_FORMAT, "a badge has 48 digits");
    }
}

static bool grow(struct tn_demo_list *list)
{
    if (list->count < list->cap) {
        return true;
    }
    size_t cap = list->cap == 0 ? 64 : 2 * list->cap;
    struct tn_demo_badge *items = realloc(list->items, cap * sizeof *items);
    if (items == NULL) {
        return false;
    }
    list->items = items;
    list->cap = cap;
    return true;
}

/* A row has ended. A badge without a name is a blank one: it can be scanned, not shown. */
static void on_row(int end, void *ctx)
{
    (void)end;
    struct reading *reading = ctx;
    struct tn_demo_badge *badge = &reading->badge;
    if (reading->row == 1) {
        if (reading->where[COLUMN_NAME] == 0 || reading->where[COLUMN_BADGE] == 0) {
            fail(reading, TN_ERR_FORMAT, "the header needs the columns display and badge");
        }
    } else if (badge->name[0] != '\0' && reading->list->count < TN_DEMO_LIST_MAX) {
        if (strspn(badge->digits, "0123456789") != TN_BADGE_DIGITS) {
            fail(reading, TN_ERR_FORMAT, "a badge has 48 digits");
        } else if (!grow(reading->list)) {
            fail(reading, TN_ERR_NO_MEMORY, "there is no memory for so many badges");
        } else {
            reading->list->items[reading->list->count++] = *badge;
        }
    }
    sodium_memzero(badge, sizeof *badge);
    reading->row++;
    reading->field = 0;
}

/* libcsv takes a byte order mark for text, which would hide the first column's name. */
static size_t skip_mark(const char *bytes, size_t len)
{
    return len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static void parse_file(struct reading *reading, struct csv_parser *parser, FILE *file)
{
    static char bytes[READ_SIZE]; /* main thread only */
    bool is_first = true;
    size_t len;
    while (reading->status == TN_OK && (len = fread(bytes, 1, sizeof bytes, file)) > 0) {
        size_t skip = is_first ? skip_mark(bytes, len) : 0;
        is_first = false;
        if (csv_parse(parser, bytes + skip, len - skip, on_field, on_row, reading) != len - skip) {
            fail(reading, TN_ERR_FORMAT, csv_strerror(csv_error(parser)));
        }
    }
    if (csv_fini(parser, on_field, on_row, reading) != 0) {
        fail(reading, TN_ERR_FORMAT, "the file ends inside a quoted field");
    }
    sodium_memzero(bytes, sizeof bytes);
}

enum tn_status tn_demo_read(struct tn_demo_list *list, const char *path)
{
    struct reading reading = {.list = list, .path = path, .row = 1};
    struct csv_parser parser;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        tn_log(TN_LOG_ERROR, "%s: the demo badges cannot be read: %s", path, strerror(errno));
        return TN_ERR_NOT_FOUND;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_APPEND_NULL) != 0) {
        (void)fclose(file);
        return TN_ERR_NO_MEMORY;
    }
    parse_file(&reading, &parser, file);
    csv_free(&parser);
    (void)fclose(file);
    if (reading.status == TN_OK && list->count == 0) {
        tn_log(TN_LOG_ERROR, "%s: there is no badge with a name in it", path);
        return TN_ERR_FORMAT;
    }
    return reading.status;
}

void tn_demo_destroy(struct tn_demo_list *list)
{
    if (list->items != NULL) {
        sodium_memzero(list->items, list->cap * sizeof *list->items);
    }
    free(list->items);
    *list = (struct tn_demo_list){0};
}

void tn_demo_show(const struct tn_demo_list *list, struct tn_model *model)
{
    model->demo_count = list->count < TN_DEMO_BADGES_MAX ? list->count : TN_DEMO_BADGES_MAX;
    for (size_t i = 0; i < model->demo_count; i++) {
        model->demo[i] = list->items[i];
    }
}
