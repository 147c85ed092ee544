/* turnout-sync record: everything the centre holds of one learner, to read and to hand over. */
#include <string.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/central/learners.h"
#include "sync/central/record.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/exchange/outfile.h"
#include "sync/exchange/zone.h"
#include "turnout/log.h"

#define KEY_MAX 64
#define GAP 2 /* columns between two of a table */

struct choice {
    const char *central;
    const char *learner;
    const char *out;
    const char *format;
    bool json;
    struct tn_actor actor;
};

/* A record being read: rows become objects, which either form is printed from. */
struct reading {
    struct tn_centre *centre;
    struct tn_zone zone;
    bool is_exact; /* times as machines want them, to the millisecond */
    json_t *rows;
};

static bool ends_with_ms(const char *name)
{
    const size_t len = strlen(name);
    return len > 3 && strcmp(name + len - 3, "_ms") == 0;
}

/* "2026-03-14T09:00:00.123-05:00", or for people "2026-03-14 09:00". */
static json_t *time_of(struct reading *reading, int64_t at_ms)
{
    char text[TN_TIME_TEXT_SIZE];
    tn_zone_time(&reading->zone, reading->centre->tz, at_ms, reading->is_exact, text);
    return reading->is_exact ? json_string(text) : json_sprintf("%.10s %.5s", text, text + 11);
}

/* A value as its column's name says it is. */
static json_t *value_of(struct reading *reading, struct tn_stmt *row, int column)
{
    const char *name = tn_col_name(row, column);
    const bool is_time = ends_with_ms(name);
    const bool is_flag = strncmp(name, "is_", 3) == 0;
    char text[TN_ID_HEX_SIZE];
    struct tn_id id;
    switch (tn_col_kind(row, column)) {
    case TN_COL_INT:
        if (is_time) {
            return time_of(reading, tn_col_int(row, column));
        }
        return is_flag ? json_boolean(tn_col_int(row, column) != 0)
                       : json_integer((json_int_t)tn_col_int(row, column));
    case TN_COL_BYTES:
        tn_col_id(row, column, &id);
        tn_id_hex(&id, text);
        return json_string(text);
    case TN_COL_TEXT:
        return json_string(tn_col_text(row, column));
    case TN_COL_NULL:
        break;
    }
    return json_null();
}

static enum tn_status take_row(void *ctx, struct tn_stmt *row)
{
    struct reading *reading = ctx;
    json_t *object = json_object();
    enum tn_status status = object == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    for (int i = 0; i < tn_col_count(row) && status == TN_OK; i++) {
        char key[KEY_MAX];
        const char *name = tn_col_name(row, i);
        const size_t len = strlen(name) - (ends_with_ms(name) ? 3 : 0);
        (void)snprintf(key, sizeof key, "%.*s", (int)len, name);
        json_t *value = value_of(reading, row, i);
        status = json_object_set_new(object, key, value) == 0 ? TN_OK : TN_ERR_FORMAT;
    }
    if (json_array_append_new(reading->rows, object) != 0 && status == TN_OK) {
        status = TN_ERR_NO_MEMORY;
    }
    return status;
}

/* All sections into one object, a list each. */
static enum tn_status read_sections(struct tn_centre *centre, const struct tn_record_who *who,
                                    bool is_exact, json_t *out)
{
    struct reading reading = {.centre = centre, .is_exact = is_exact};
    enum tn_status status = TN_OK;
    for (size_t i = 0; tn_record_sections[i].key != NULL && status == TN_OK; i++) {
        reading.rows = json_array();
        status = tn_record_each(centre, &tn_record_sections[i], who, take_row, &reading);
        if (json_object_set_new(out, tn_record_sections[i].key, reading.rows) != 0) {
            status = TN_ERR_NO_MEMORY;
        }
    }
    tn_zone_destroy(&reading.zone);
    return status;
}

static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++) {
        columns += (*text & 0xc0) != 0x80;
    }
    return columns;
}

/* A value for people; text holds 32 bytes. */
static const char *words_of(const json_t *value, char *text)
{
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (json_is_boolean(value)) {
        return json_is_true(value) ? "yes" : "no";
    }
    if (json_is_integer(value)) {
        (void)snprintf(text, 32, "%lld", (long long)json_integer_value(value));
        return text;
    }
    return "";
}

/* The width of a column: that of its widest value, or 0 where no row has any. */
static size_t width_of(const json_t *rows, const char *key)
{
    size_t width = 0;
    size_t i = 0;
    json_t *row = NULL;
    char text[32];
    json_array_foreach(rows, i, row)
    {
        const size_t columns = columns_of(words_of(json_object_get(row, key), text));
        width = columns > width ? columns : width;
    }
    return width == 0 ? 0 : width > strlen(key) ? width : strlen(key);
}

/* A cell of a table; what fills it up comes with the next one, so that no line ends in spaces. */
static void print_cell(FILE *file, const char *text, size_t width, size_t *owed)
{
    if (text[0] != '\0') {
        fprintf(file, "%*s%s", (int)*owed, "", text);
        *owed = 0;
    }
    *owed += width - columns_of(text) + GAP;
}

/* A column's name without what stands for spaces. */
static void print_head(FILE *file, const char *key, size_t width, size_t *owed)
{
    char words[KEY_MAX];
    (void)snprintf(words, sizeof words, "%s", strncmp(key, "is_", 3) == 0 ? key + 3 : key);
    for (char *c = words; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    print_cell(file, words, width, owed);
}

/* One thing is a list of its values; several are a table. */
static void print_one(FILE *file, json_t *row)
{
    const char *key = NULL;
    json_t *value = NULL;
    char text[32];
    json_object_foreach(row, key, value)
    {
        const char *words = words_of(value, text);
        if (words[0] != '\0') {
            size_t owed = GAP;
            print_head(file, key, 24, &owed);
            print_cell(file, words, columns_of(words), &owed);
            fprintf(file, "\n");
        }
    }
}

static void print_table(FILE *file, json_t *rows)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_t *row = NULL;
    size_t i = 0;
    char text[32];
    size_t owed = GAP;
    json_object_foreach(json_array_get(rows, 0), key, value)
    {
        const size_t width = width_of(rows, key);
        if (width > 0) {
            print_head(file, key, width, &owed);
        }
    }
    fprintf(file, "\n");
    json_array_foreach(rows, i, row)
    {
        owed = GAP;
        json_object_foreach(row, key, value)
        {
            const size_t width = width_of(rows, key);
            if (width > 0) {
                print_cell(file, words_of(value, text), width, &owed);
            }
        }
        fprintf(file, "\n");
    }
}

static void print_title(FILE *file, const struct tn_centre *centre, const json_t *record)
{
    char title[512];
    const json_t *id = json_object_get(json_array_get(json_object_get(record, "ids"), 0), "id");
    id = id == NULL ? json_object_get(record, "id") : id;
    (void)snprintf(title, sizeof title, "What %s holds of learner %s", centre->name,
                   json_string_value(id));
    fprintf(file, "%s\n", title);
    for (size_t i = columns_of(title); i > 0; i--) {
        fputc('=', file);
    }
    fprintf(file, "\nMade at %s. Times are those of %s.\n",
            json_string_value(json_object_get(record, "made_at")), centre->tz);
}

static void print_text(FILE *file, const struct tn_centre *centre, json_t *record)
{
    size_t empty = 0;
    print_title(file, centre, record);
    for (size_t i = 0; tn_record_sections[i].key != NULL; i++) {
        json_t *rows = json_object_get(record, tn_record_sections[i].key);
        if (json_array_size(rows) > 0) {
            fprintf(file, "\n%s\n", tn_record_sections[i].title);
            (json_array_size(rows) == 1 ? print_one : print_table)(
                file, json_array_size(rows) == 1 ? json_array_get(rows, 0) : rows);
        }
    }
    for (size_t i = 0; tn_record_sections[i].key != NULL; i++) {
        if (json_array_size(json_object_get(record, tn_record_sections[i].key)) == 0) {
            fprintf(file, "%s  %s\n", empty++ == 0 ? "\nNothing is held under\n" : "",
                    tn_record_sections[i].title);
        }
    }
    fprintf(file,
            "\nThe secrets of badges, and forms that are still sealed, are not in this record:"
            "\nthey are keys, and tell nothing about anybody.\n");
}

static enum tn_status write_record(const struct choice *c, const struct tn_centre *centre,
                                   json_t *record)
{
    struct tn_outfile out;
    enum tn_status status = tn_outfile_begin(c->out, &out);
    if (status == TN_OK && c->json) {
        const bool is_fine =
            json_dumpf(record, out.file, JSON_INDENT(2)) == 0 && fputc('\n', out.file) != EOF;
        status = is_fine ? TN_OK : TN_ERR_IO;
    } else if (status == TN_OK) {
        print_text(out.file, centre, record);
    }
    return tn_outfile_end(&out, status);
}

static json_t *begin_record(struct tn_centre *centre, const struct tn_record_who *who,
                            int64_t now_ms)
{
    char made_at[TN_TIME_TEXT_SIZE];
    struct tn_zone zone = {0};
    tn_zone_time(&zone, centre->tz, now_ms, false, made_at);
    tn_zone_destroy(&zone);
    return json_pack("{s:s, s:s, s:s, s:s}", "ecosystem", centre->code, "ecosystem_name",
                     centre->name, "id", who->refs[0], "made_at", made_at);
}

/* In one transaction that blocks nobody, so that the parts fit together. */
static enum tn_status make_record(struct tn_centre *centre, const struct tn_id *learner,
                                  bool is_exact, int64_t now_ms, json_t **out)
{
    static struct tn_record_who who;
    enum tn_status status = tn_db_begin_read(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_record_find(centre, learner, &who);
    if (status == TN_OK) {
        *out = begin_record(centre, &who, now_ms);
        status = *out == NULL ? TN_ERR_FORMAT : read_sections(centre, &who, is_exact, *out);
    }
    tn_db_rollback(centre->db);
    memset(&who, 0, sizeof who);
    return status;
}

static enum tn_status record(const struct choice *c, struct tn_centre *centre)
{
    struct tn_id learner;
    json_t *made = NULL;
    const int64_t now_ms = tn_now_ms();
    char object[TN_ID_HEX_SIZE];
    enum tn_status status = tn_learners_find(centre, c->learner, &learner);
    if (status == TN_OK) {
        status = tn_common_derive(centre);
    }
    if (status == TN_OK) {
        /* Before it is read: no record leaves without its line, and its own line is in it. */
        tn_id_hex(&learner, object);
        status = tn_audit_record(centre, now_ms, "record", object);
    }
    if (status == TN_OK) {
        status = make_record(centre, &learner, c->json, now_ms, &made);
    }
    if (status == TN_OK) {
        status = write_record(c, centre, made);
    }
    json_decref(made);
    return status;
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    struct tn_centre centre;
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"out", &c.out, NULL},     {"format", &c.format, NULL},
        {"json", NULL, &c.json},       TN_ACTOR_OPTIONS(c.actor), {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_record, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc != 2) {
        return tn_usage_error(&tn_cmd_record, "one learner is expected");
    }
    if (c.format != NULL && strcmp(c.format, "text") != 0 && strcmp(c.format, "json") != 0) {
        return tn_usage_error(&tn_cmd_record, "--format %s: text or json is expected", c.format);
    }
    c.json = c.json || c.format == NULL || strcmp(c.format, "json") == 0;
    c.learner = argv[1];
    code = tn_actor_settle(&tn_cmd_record, &c.actor);
    code = code == TN_EXIT_DONE ? tn_exit_of(tn_outfile_check_folder(c.out)) : code;
    code = code == TN_EXIT_DONE ? tn_common_open(&tn_cmd_record, c.central, &centre) : code;
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c.actor;
    enum tn_status status = record(&c, &centre);
    tn_centre_close(&centre);
    if (status == TN_OK) {
        fprintf(stderr,
                "It holds all there is about one learner: give it to them or their parents, "
                "and to nobody\nelse.%s\n",
                c.out == NULL ? "" : " Only you can read the file (mode 0600).");
    }
    return tn_exit_of(status);
}

const struct tn_cmd tn_cmd_record = {
    .name = "record",
    .summary = "write down all that the centre holds of one learner",
    .usage = "turnout-sync record LEARNER --central C [--out FILE] [--format json|text | --json]\n"
             "\n"
             "LEARNER is the id in the roster, SOURCE:ID of another source, the code on a badge,\n"
             "or the learner id in hexadecimal. The record is what they or their parents may ask\n"
             "for: names, consents, badges, visits, what stations recorded, and what was done\n"
             "about them. Without --out it goes to standard output, as JSON if not "
             "said.\n" TN_ACTOR_USAGE,
    .run = run,
};
