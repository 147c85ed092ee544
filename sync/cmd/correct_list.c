/* Says a correction in words. Events and activities are named by their codes, learners only
 * counted. */
#include "sync/cmd/correct_list.h"

#include <string.h>

#include "sync/central/correction.h"
#include "sync/cmd/common.h"
#include "turnout/timefmt.h"

#define CODE_SIZE 128

struct listing {
    struct tn_centre *centre;
    struct tn_corrections all; /* for what is active */
    json_t *rows;
};

static enum tn_status code_of(struct tn_centre *centre, const struct tn_id *id, bool is_event,
                              char out[CODE_SIZE])
{
    static const char of_event[] = "SELECT code FROM event WHERE ecosystem = $1 AND id = $2";
    static const char of_activity[] = "SELECT code FROM activity WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out[0] = '\0';
    if (tn_id_is_none(id)) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, is_event ? of_event : of_activity, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    status = tn_step(stmt, &has_row);
    (void)snprintf(out, CODE_SIZE, "%s", has_row ? tn_col_text(stmt, 0) : "?");
    tn_reset(stmt);
    return status;
}

static void set_text(json_t *row, const char *key, const char *text)
{
    json_object_set_new(row, key, text[0] == '\0' ? json_null() : json_string(text));
}

static void set_number(json_t *row, const char *key, int64_t number, bool is_there)
{
    json_object_set_new(row, key, is_there ? json_integer((json_int_t)number) : json_null());
}

static void set_time(json_t *row, const char *key, int64_t time)
{
    char text[TN_TIME_TEXT_SIZE] = "";
    if (time != TN_NO_TIME) {
        tn_time_format(time, text);
    }
    set_text(row, key, text);
}

static enum tn_status add_codes(struct tn_centre *centre, const struct tn_correction *rule,
                                json_t *row)
{
    const struct {
        const char *key;
        const struct tn_id *id;
        bool is_event;
    } codes[] = {{"event", &rule->event, true},
                 {"activity", &rule->activity, false},
                 {"to_event", &rule->to_event, true},
                 {"to_activity", &rule->to_activity, false}};
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && status == TN_OK; i++) {
        char code[CODE_SIZE];
        status = code_of(centre, codes[i].id, codes[i].is_event, code);
        set_text(row, codes[i].key, code);
    }
    return status;
}

static enum tn_status take(void *ctx, const struct tn_correction_row *from, uint64_t learners)
{
    struct listing *list = ctx;
    const struct tn_correction *rule = &from->rule;
    json_t *row = json_object();
    const bool is_undo = rule->verb == TN_CORRECT_UNDO;
    const size_t at = (size_t)rule->seq - 1;
    json_object_set_new(row, "correction", json_integer((json_int_t)rule->seq));
    set_time(row, "at", from->at_ms);
    set_number(row, "at_ms", from->at_ms, true);
    set_text(row, "by", from->actor);
    set_text(row, "why", from->why);
    set_text(row, "verb", tn_correct_verb_name(rule->verb));
    json_object_set_new(
        row, "active",
        json_boolean(!is_undo && at < list->all.count && list->all.rows[at].is_active));
    set_number(row, "reverts", rule->reverts, is_undo);
    set_text(row, "station", rule->station);
    set_time(row, "from", rule->from_ms);
    set_time(row, "to", rule->to_ms);
    set_text(row, "group", from->group_title);
    set_number(row, "learners", (int64_t)learners, rule->has_learners);
    set_number(row, "shift_ms", rule->by_ms, rule->by_ms != 0);
    set_time(row, "starts", rule->starts_ms);
    set_time(row, "ends", rule->ends_ms);
    set_number(row, "minutes", rule->minutes, rule->minutes != 0);
    json_array_append_new(list->rows, row);
    return add_codes(list->centre, rule, row);
}

/* ", KEY VALUE" for each that has one. */
static void print_texts(const json_t *row)
{
    static const struct {
        const char *key;
        const char *word;
    } texts[] = {{"event", "at"},          {"station", "station"},
                 {"activity", "activity"}, {"group", "group"},
                 {"from", "from"},         {"to", "to"},
                 {"starts", "beginning"},  {"ends", "ending"},
                 {"to_event", "to event"}, {"to_activity", "to activity"}};
    const char *between = "  ";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = json_string_value(json_object_get(row, texts[i].key));
        if (text != NULL) {
            const bool is_time = strlen(text) == 24 && text[23] == 'Z';
            printf("%s%s %.*s%s", between, texts[i].word, is_time ? 16 : 200, text,
                   is_time ? " UTC" : "");
            between = ", ";
        }
    }
    const json_t *learners = json_object_get(row, "learners");
    if (json_is_integer(learners)) {
        printf("%s%s", between,
               tn_counted((uint64_t)json_integer_value(learners), "learner", "learners").text);
    }
    if (json_is_integer(json_object_get(row, "shift_ms"))) {
        printf("%sby %+.1f min", between,
               (double)json_integer_value(json_object_get(row, "shift_ms")) / 60000);
    }
    if (json_is_integer(json_object_get(row, "minutes"))) {
        printf("%safter %lld min", between,
               (long long)json_integer_value(json_object_get(row, "minutes")));
    }
    printf("\n");
}

static void print_rows(const json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        const json_t *reverts = json_object_get(row, "reverts");
        printf("%lld: %s", (long long)json_integer_value(json_object_get(row, "correction")),
               json_string_value(json_object_get(row, "verb")));
        if (json_is_integer(reverts)) {
            printf(" %lld", (long long)json_integer_value(reverts));
        }
        printf(", %.16s UTC by %s%s\n", json_string_value(json_object_get(row, "at")),
               json_string_value(json_object_get(row, "by")),
               json_is_true(json_object_get(row, "active")) || json_is_integer(reverts)
                   ? ""
                   : " (undone)");
        if (json_is_string(json_object_get(row, "why"))) {
            printf("  \"%s\"\n", json_string_value(json_object_get(row, "why")));
        }
        if (!json_is_integer(reverts)) {
            print_texts(row);
        }
    }
    if (json_array_size(rows) == 0) {
        printf("Nothing was corrected.\n");
    }
}

enum tn_status tn_correct_list(struct tn_centre *centre, bool is_json)
{
    struct listing list = {.centre = centre, .rows = json_array()};
    enum tn_status status = tn_corrections_load(centre, &list.all);
    if (status == TN_OK) {
        status = tn_corrections_each(centre, take, &list);
    }
    if (status == TN_OK && is_json) {
        tn_common_json(json_pack("{s:I, s:O}", "corrections",
                                 (json_int_t)json_array_size(list.rows), "correction_list",
                                 list.rows));
    } else if (status == TN_OK) {
        print_rows(list.rows);
    }
    json_decref(list.rows);
    tn_corrections_free(&list.all);
    return status;
}
