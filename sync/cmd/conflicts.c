/* `conflicts`: what a person has to settle, each in words: what it is, where, since when, and what
 * to do. It lists and changes nothing; exit code 1 says that there are some. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "sync/central/conflict.h"
#include "sync/cmd/common.h"
#include "turnout/badge.h"
#include "turnout/timefmt.h"

#define HEX_SHOWN 16 /* enough of an id to tell it from the others */

/* Columns: type, what it is about, since, station or NULL. */
static json_t *make_row(struct tn_stmt *stmt)
{
    struct tn_id about = {{0}};
    char hex[TN_ID_HEX_SIZE];
    const char *type = tn_col_text(stmt, 0);
    const struct tn_conflict_type *known = tn_conflict_type(type);
    tn_col_id(stmt, 1, &about);
    tn_id_hex(&about, hex);
    char derived[TN_BADGE_CODE_SIZE] = "";
    if (known->about == TN_ABOUT_BADGE) {
        tn_badge_code(&about, derived); /* what stands on it, whether the centre knows it or not */
    }
    json_t *row =
        json_pack("{s:s, s:s, s:s, s:s, s:I}", "type", type, "about", hex, "what", known->what,
                  "todo", known->todo, "since_ms", (json_int_t)tn_col_int(stmt, 2));
    json_object_set_new(row, "station",
                        tn_col_is_null(stmt, 3) ? json_null() : json_string(tn_col_text(stmt, 3)));
    json_object_set_new(row, "badge_code",
                        known->about == TN_ABOUT_BADGE ? json_string(derived) : json_null());
    return row;
}

static enum tn_status read_rows(struct tn_centre *centre, json_t *out)
{
    static const char sql[] =
        "SELECT c.type, c.a, coalesce(c.at, 0), k.station FROM conflict c LEFT JOIN kiosk k"
        " ON k.ecosystem = c.ecosystem AND k.log_id = c.a WHERE c.ecosystem = $1 AND c.state = "
        "'open'"
        " ORDER BY c.type, k.station, c.at, c.id";
    return tn_common_rows(centre, sql, make_row, out);
}

static void print_place(const json_t *row)
{
    const char *station = json_string_value(json_object_get(row, "station"));
    const char *hex = json_string_value(json_object_get(row, "about"));
    const char *code = json_string_value(json_object_get(row, "badge_code"));
    if (station != NULL) {
        printf("station %s, log %.*s", station, HEX_SHOWN, hex);
    } else if (code != NULL) {
        printf("badge with the code %s", code);
    } else {
        printf("log %.*s", HEX_SHOWN, hex);
    }
}

static void print_rows(const json_t *rows)
{
    size_t i;
    json_t *row;
    char since[TN_TIME_TEXT_SIZE];
    json_array_foreach(rows, i, row)
    {
        tn_time_format(json_integer_value(json_object_get(row, "since_ms")), since);
        printf("%s: ", json_string_value(json_object_get(row, "type")));
        print_place(row);
        printf(", since %.16s UTC\n  %s.\n  What to do: %s.\n", since,
               json_string_value(json_object_get(row, "what")),
               json_string_value(json_object_get(row, "todo")));
    }
    if (json_array_size(rows) == 0) {
        printf("No conflict is open.\n");
    } else {
        printf("\nSettling one at the centre is not available in this version: it stays listed.\n");
    }
}

static enum tn_exit list(const char *central, bool is_json)
{
    struct tn_centre centre;
    enum tn_exit code = tn_common_open(&tn_cmd_conflicts, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    json_t *rows = json_array();
    enum tn_status status = read_rows(&centre, rows);
    bool is_open = json_array_size(rows) > 0;
    if (status == TN_OK && is_json) {
        tn_common_json(json_pack("{s:I, s:O}", "conflicts", (json_int_t)json_array_size(rows),
                                 "conflict_list", rows));
    } else if (status == TN_OK) {
        print_rows(rows);
    }
    json_decref(rows);
    tn_centre_close(&centre);
    return status != TN_OK ? tn_exit_of(status) : is_open ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

static enum tn_exit run(int argc, char **argv)
{
    const char *central = NULL;
    bool is_json = false;
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &central, NULL}, {"json", NULL, &is_json}, {NULL, NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_conflicts, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_conflicts, "%s: conflicts takes options only", argv[1]);
    }
    return list(central, is_json);
}

const struct tn_cmd tn_cmd_conflicts = {
    .name = "conflicts",
    .summary = "list what a person has to settle, and what to do about it",
    .usage = "turnout-sync conflicts --central C [--json]\n"
             "\n"
             "Exit code 1 as long as one is open.\n",
    .run = run,
};
