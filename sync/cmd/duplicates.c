/* `duplicates`: looks for learners who are probably one, and lists the pairs that nobody has
 * decided about yet. It merges nobody: each pair is a conflict for a person. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "sync/central/duplicates.h"
#include "sync/central/learners.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"

#define LISTED_MAX 50 /* pairs on a screen; --json has all of them */
#define ID_SHOWN 8

static json_t *make_row(struct tn_centre *centre, struct tn_stmt *stmt)
{
    char label[2][TN_LEARNER_REF_SIZE];
    char hex[TN_ID_HEX_SIZE];
    struct tn_id id;
    for (int i = 0; i < 2; i++) {
        tn_col_id(stmt, i, &id);
        if (tn_learners_label(centre, &id, label[i]) != TN_OK) {
            return NULL;
        }
    }
    tn_col_id(stmt, 4, &id);
    tn_id_hex(&id, hex);
    return json_pack("{s:s, s:s, s:s, s:I, s:s}", "conflict", hex, "one", label[0], "other",
                     label[1], "score", (json_int_t)tn_col_int(stmt, 2), "reasons",
                     tn_col_text(stmt, 3));
}

static enum tn_status read_rows(struct tn_centre *centre, json_t *out)
{
    static const char sql[] =
        "SELECT d.a, d.b, d.score, d.reasons, c.id FROM duplicate d JOIN conflict c ON c.ecosystem "
        "="
        " d.ecosystem AND c.type = 'duplicate' AND c.a = d.a AND c.b = d.b WHERE d.ecosystem = $1"
        " AND c.state = 'open' ORDER BY d.score DESC, d.a, d.b";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        json_t *row = make_row(centre, stmt);
        status = row == NULL || json_array_append_new(out, row) != 0 ? TN_ERR_NO_MEMORY : TN_OK;
    }
    tn_reset(stmt);
    return status;
}

static const char *text_of(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

static void print(const struct tn_duplicates *looked, const json_t *rows)
{
    const size_t open = json_array_size(rows);
    printf("%s looked at: %s to decide about, %" PRIu64 " decided before.\n",
           tn_counted(looked->learners, "learner", "learners").text,
           tn_counted(open, "pair", "pairs").text, looked->settled);
    for (size_t i = 0; i < open && i < LISTED_MAX; i++) {
        const json_t *row = json_array_get(rows, i);
        printf("%s%3lld  %s and %s, conflict %.*s\n     %s\n", i == 0 ? "\n" : "",
               (long long)json_integer_value(json_object_get(row, "score")), text_of(row, "one"),
               text_of(row, "other"), ID_SHOWN, text_of(row, "conflict"), text_of(row, "reasons"));
    }
    if (open > LISTED_MAX) {
        printf("... and %zu more; --json has all of them.\n", open - LISTED_MAX);
    }
    if (open > 0) {
        printf("\n`turnout-sync conflicts show CONFLICT` compares two; settle one with "
               "merge=LEARNER (the one to keep)\nor distinct.\n");
    }
}

static enum tn_exit look(const char *central, bool is_json)
{
    struct tn_centre centre;
    struct tn_duplicates looked;
    struct tn_progress progress;
    enum tn_exit code = tn_common_open(&tn_cmd_duplicates, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    json_t *rows = json_array();
    tn_progress_start(&progress, "Comparing");
    enum tn_status status =
        tn_duplicates_look(&centre, tn_now_ms(), 0, tn_progress_tell, &progress, &looked);
    tn_progress_end(&progress);
    if (status == TN_OK) {
        status = read_rows(&centre, rows);
    }
    const bool is_open = json_array_size(rows) > 0;
    if (status == TN_OK && is_json) {
        tn_common_json(json_pack("{s:I, s:I, s:I, s:I, s:O}", "learners",
                                 (json_int_t)looked.learners, "compared",
                                 (json_int_t)looked.compared, "settled", (json_int_t)looked.settled,
                                 "duplicates", (json_int_t)json_array_size(rows), "pairs", rows));
    } else if (status == TN_OK) {
        print(&looked, rows);
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
    enum tn_exit code = tn_options_take(&tn_cmd_duplicates, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_duplicates, "%s: duplicates takes options only", argv[1]);
    }
    return look(central, is_json);
}

const struct tn_cmd tn_cmd_duplicates = {
    .name = "duplicates",
    .summary = "look for learners who are probably one and the same",
    .usage = "  turnout-sync duplicates --central C [--json]\n"
             "\n"
             "  Compares names (accents, spaces, scripts and the order of names put aside, slips\n"
             "  allowed for), years of birth, partners and grades, and lists pairs with a score\n"
             "  and its reasons, never with names. Each pair is a conflict that a person settles;\n"
             "  looking again keeps what was decided. Exit code 1 while one is open.\n",
    .run = run,
};
