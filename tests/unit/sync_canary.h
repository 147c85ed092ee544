/* A learner whose names are nowhere else in a world, and looking for them in every byte of its
 * database: what tests of erasure share. */
#ifndef TURNOUT_TESTS_SYNC_CANARY_H
#define TURNOUT_TESTS_SYNC_CANARY_H

#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1773500400000)
#define DAY INT64_C(86400000)
#define MIN INT64_C(60000)

static const char *const canaries[] = {
    "Canarygiven", "Canaryfamily", "Canarypref",   "Canarygroup", "canary@contact",
    "Canaryvalue", "Canarymother", "Canarysource", "Canarywhy",   "CanaryId",
};

#define CANARIES (sizeof canaries / sizeof canaries[0])

/* A learner with names that are nowhere else, in every place that takes one, and a badge. */
__attribute__((unused)) static void plant(void)
{
    shell("printf 'id,given_name,family_name,preferred_name,grade,group,language,zip3,consent\\n"
          "CanaryId-7,Canarygiven,Canaryfamily,Canarypref,5,Canarygroup;Class~5,en,981,yes\\n"
          "Other-8,Olga,Other,,5,Class~5,en,981,yes\\n' | tr '~' ' ' >canary.csv");
    gives(TN_EXIT_DONE, "import roster canary.csv --central central.db");
    central_sql(central, "UPDATE learner_pii SET contact = 'canary@contact' WHERE given ="
                         " 'Canarygiven'; INSERT INTO learner_demo (ecosystem, id, learner,"
                         " dimension, value, consent) SELECT ecosystem, learner, learner, 'x',"
                         " 'Canaryvalue', 'y' FROM learner_pii WHERE given = 'Canarygiven'; UPDATE"
                         " consent SET given_by = 'Canarymother' WHERE learner IN (SELECT learner"
                         " FROM learner_pii WHERE given = 'Canarygiven')");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out again.csv");
}

/* Whether any of the texts lies in any byte of the database: of a file and its journals; of a
 * server, in the files of its tables. */
__attribute__((unused)) static bool is_in_the_bytes(const char *const *texts, size_t count)
{
    char line[4096];
    char words[1024] = "";
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(words);
        snprintf(words + len, sizeof words - len, " -e '%s'", texts[i]);
    }
    if (central_is_server()) {
        snprintf(line, sizeof line,
                 "psql -q '%s' -c CHECKPOINT && d=$(psql -q -A -t '%s' -c \"SELECT"
                 " current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE"
                 " datname = current_database()\") && grep -rqaF %s \"$d\"",
                 central, central, words);
    } else {
        snprintf(line, sizeof line, "cat central.db* | grep -qaF %s", words);
    }
    return system(line) == 0;
}

__attribute__((unused)) static void assert_no_canary(void)
{
    bool any = is_in_the_bytes(canaries, CANARIES);
    for (size_t i = 0; any && i < CANARIES; i++) {
        if (is_in_the_bytes(&canaries[i], 1)) {
            fail_msg("%s is still in the database", canaries[i]);
        }
    }
}

/* The digits of the badge that `badges` wrote for somebody. */
__attribute__((unused)) static void badge_of(const char *name, char out[TN_BADGE_TEXT_SIZE])
{
    char line[512] = "";
    FILE *file = fopen("again.csv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && strstr(line, name) == NULL) {
        line[0] = '\0';
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    const char *digits = strrchr(line, ',');
    assert_non_null(digits);
    snprintf(out, TN_BADGE_TEXT_SIZE, "%s", digits + 1);
}

/* The station's two clocks go alike. */
__attribute__((unused)) static void scan_digits(const char *dir, const char *digits, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_record record;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    const struct tn_scan one = {at_ms, at_ms - NOON + DAY, "scan", digits, strlen(digits), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
}

__attribute__((unused)) static void scan_person(const char *dir, const char *name, int64_t at_ms)
{
    char digits[TN_BADGE_TEXT_SIZE];
    badge_of(name, digits);
    scan_digits(dir, digits, at_ms);
}

__attribute__((unused)) static void dump_to(const char *path)
{
    gives(TN_EXIT_DONE, "dump --central central.db");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fwrite(said, 1, said_len, file) == said_len);
    fclose(file);
}

/* Derives everything anew; what follows from the facts is the same as before. */
__attribute__((unused)) static void assert_follows_from_facts(void)
{
    struct tn_centre centre;
    dump_to("before");
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_visits_rebuild(&centre, NOON), TN_OK);
    tn_centre_close(&centre);
    dump_to("after");
    shell("diff before after >&2");
}

/* The id of the only conflict of a type. */
__attribute__((unused)) static void conflict_of(const char *type, char out[TN_ID_HEX_SIZE])
{
    static const char sql[] = "SELECT id FROM conflict WHERE ecosystem = $1 AND type = $2";
    struct tn_centre centre;
    struct tn_stmt *stmt = NULL;
    struct tn_id id;
    bool has_row = false;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_prepare(&centre, sql, &stmt), TN_OK);
    tn_bind_text(stmt, 2, type);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    if (!has_row) {
        fail_msg("there is no conflict of type %s", type);
    }
    tn_col_id(stmt, 0, &id);
    tn_reset(stmt);
    tn_centre_close(&centre);
    tn_id_hex(&id, out);
}

__attribute__((unused)) static void settle(const char *type, const char *how)
{
    char id[TN_ID_HEX_SIZE];
    conflict_of(type, id);
    gives(TN_EXIT_DONE, "conflicts settle %.8s %s --central central.db --why Canarywhy", id, how);
}

/* What stands for them wherever ids are: none of it may be left, in any table. */
struct leads {
    char hex[12][TN_ID_HEX_SIZE];
    size_t count;
};

__attribute__((unused)) static void add_lead(struct leads *leads, const struct tn_id *id)
{
    assert_true(leads->count < sizeof leads->hex / sizeof leads->hex[0]);
    tn_id_hex(id, leads->hex[leads->count++]);
}

__attribute__((unused)) static struct tn_id badge_id(const char *digits)
{
    struct tn_badge badge;
    assert_int_equal(tn_badge_decode(digits, strlen(digits), &badge), TN_OK);
    const struct tn_id id = tn_badge_id(&badge);
    tn_badge_wipe(&badge);
    return id;
}

/* Every table, as text with bytes in hexadecimal, but for the two that may keep some: badges that
 * stations must turn away, and statements to be taken back. */
__attribute__((unused)) static void dump_all(void)
{
    if (central_is_server()) {
        shell("pg_dump --inserts '%s' | grep -v -e erased_badge -e export_sent >all.sql", central);
    } else {
        shell("sqlite3 central.db .dump | grep -v -e erased_badge -e export_sent >all.sql");
    }
}

__attribute__((unused)) static void assert_leads(const struct leads *leads, bool are_there)
{
    dump_all();
    for (size_t i = 0; i < leads->count; i++) {
        char line[128];
        snprintf(line, sizeof line, "%sgrep -i %s all.sql %s", are_there ? "" : "! ", leads->hex[i],
                 are_there ? ">/dev/null" : ">&2");
        if (system(line) != 0) {
            fail_msg("lead %zu (%s) is %s", i, leads->hex[i], are_there ? "not there" : "there");
        }
    }
}

#endif
