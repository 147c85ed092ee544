/* The record of one learner: all that is held of them and nothing of others, by whatever they are
 * called, and no secret. */
#include <jansson.h>
#include <sys/stat.h>

#include "sync/central/record.h"
#include "tests/unit/sync_world.h"

#define FAIR_MS 1773496800000

/* The record of a learner as JSON, from a file. */
static json_t *record_of(const char *learner)
{
    (void)unlink("record.json");
    gives(TN_EXIT_DONE, "record %s --central central.db --out record.json", learner);
    json_error_t error;
    json_t *record = json_load_file("record.json", 0, &error);
    if (record == NULL) {
        fail_msg("%s", error.text);
    }
    return record;
}

static size_t rows_in(const json_t *record, const char *key)
{
    const json_t *rows = json_object_get(record, key);
    assert_true(json_is_array(rows));
    return json_array_size(rows);
}

static const char *value_in(const json_t *record, const char *section, size_t row, const char *key)
{
    const json_t *value =
        json_object_get(json_array_get(json_object_get(record, section), row), key);
    return json_is_string(value) ? json_string_value(value) : "";
}

static void a_record_holds_what_every_table_has_of_a_learner(void **state)
{
    (void)state;
    struct stat at;
    scan("gate", 1, 3, FAIR_MS);
    scan("robotics", 1, 2, FAIR_MS + 3600000);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    gives(TN_EXIT_DONE, "export xapi --for LRS --central central.db --out statements");
    central_sql(central, "UPDATE learner_pii SET contact = 'call Ana' WHERE learner = (SELECT"
                         " learner FROM learner_alias WHERE source_id = 'L00001')");
    json_t *record = record_of("L00001");
    assert_int_equal(stat("record.json", &at), 0);
    assert_int_equal(at.st_mode & 0777, 0600);
    assert_string_equal(value_in(record, "learner", 0, "display"), "Maya R.");
    assert_string_equal(value_in(record, "names", 0, "family_name"), "Rivera");
    assert_string_equal(value_in(record, "names", 0, "contact"), "call Ana");
    assert_string_equal(value_in(record, "ids", 0, "id"), "L00001");
    assert_int_equal(rows_in(record, "groups"), 1);
    assert_int_equal(rows_in(record, "consents"), 1);
    assert_string_equal(value_in(record, "badges", 0, "code"), "963423669");
    assert_int_equal(rows_in(record, "visits"), 2);
    assert_string_equal(value_in(record, "visits", 0, "starts"), "2026-03-14T09:01:00-05:00");
    assert_string_equal(value_in(record, "visits", 1, "activity"), "Robotics");
    assert_string_equal(value_in(record, "visits", 1, "in_station"), "Robotics");
    assert_int_equal(rows_in(record, "entries"), 2);
    assert_string_equal(value_in(record, "entries", 0, "kind"), "check_in");
    assert_string_equal(value_in(record, "sent", 0, "recipient"), "LRS");
    assert_string_equal(value_in(record, "audit", 0, "action"), "record");
    json_decref(record);
}

static void sheets_and_corrections_are_part_of_the_record(void **state)
{
    (void)state;
    shell("printf 'learner,event,starts,ends,source\\nL00001,fair,2026-03-14T09:00:00-05:00,"
          "2026-03-14T10:00:00-05:00,door sheet\\n' >sheet.csv");
    gives(TN_EXIT_DONE, "import attendance sheet.csv --central central.db");
    gives(TN_EXIT_DONE, "correct end --central central.db --event fair --learner L00001 --at"
                        " 2026-03-14T09:30:00-05:00 --by Ana --why bus~left");
    json_t *record = record_of("L00001");
    assert_string_equal(value_in(record, "sheets", 0, "source"), "door sheet");
    assert_string_equal(value_in(record, "sheets", 0, "ends"), "2026-03-14T10:00:00-05:00");
    assert_string_equal(value_in(record, "corrections", 0, "why"), "bus left");
    assert_string_equal(value_in(record, "corrections", 0, "ends"), "2026-03-14T09:30:00-05:00");
    assert_string_equal(value_in(record, "visits", 0, "ends"), "2026-03-14T09:30:00-05:00");
    json_decref(record);
    record = record_of("L00002");
    assert_int_equal(rows_in(record, "corrections") + rows_in(record, "sheets"), 0);
    json_decref(record);
}

static void a_learner_is_found_by_whatever_is_at_hand(void **state)
{
    (void)state;
    char id[64];
    json_t *record = record_of("L00001");
    snprintf(id, sizeof id, "%s", json_string_value(json_object_get(record, "id")));
    json_decref(record);
    const char *const names[] = {"roster:L00001", "963423669", "963~423~669", id};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        record = record_of(names[i]);
        assert_string_equal(json_string_value(json_object_get(record, "id")), id);
        json_decref(record);
    }
    gives(TN_EXIT_PERSON, "record L99999 --central central.db --out none");
    assert_said("L99999: no learner is known by this");
    assert_int_not_equal(access("none", F_OK), 0);
    gives(TN_EXIT_USAGE, "record --central central.db");
    gives(TN_EXIT_USAGE, "record L00001 --central central.db --format pdf");
}

static void a_code_on_badges_of_two_learners_is_not_guessed_at(void **state)
{
    (void)state;
    central_sql(central, "UPDATE badge SET code = '963423669' WHERE learner = (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00002')");
    gives(TN_EXIT_PERSON, "record 963423669 --central central.db");
    assert_said("badges of several learners have this code");
}

static void a_record_has_nothing_of_others_and_no_secret(void **state)
{
    (void)state;
    char secret[64];
    char digits[TN_BADGE_TEXT_SIZE];
    scan("gate", 1, 3, FAIR_MS);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "record L00001 --central central.db");
    assert_null(strstr(said, "Kofi"));
    assert_null(strstr(said, "L00002"));
    assert_non_null(strstr(said, "\"family_name\": \"Rivera\""));
    badge_text("badges.csv", 1, digits);
    snprintf(secret, sizeof secret, "%.39s", digits + 1);
    assert_null(strstr(said, secret));
    assert_null(strstr(said, "\"secret\""));
    assert_null(strstr(said, "\"card\""));
}

static void the_text_is_for_people(void **state)
{
    (void)state;
    scan("gate", 1, 2, FAIR_MS);
    scan("robotics", 1, 2, FAIR_MS + 3600000);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    gives(TN_EXIT_DONE, "record L00001 --central central.db --format text --by Ana --why asked");
    assert_said("holds of learner L00001\n====");
    assert_said("Times are those of America/Chicago.");
    assert_said("  given name                Maya\n");
    assert_said("2026-03-14 09:01");
    assert_said("Nothing is held under\n");
    assert_said("\n  why                       asked\n");
    assert_null(strstr(said, " \n"));
}

static void who_was_merged_is_part_of_the_record(void **state)
{
    (void)state;
    central_sql(central, "INSERT INTO merged (ecosystem, learner, root) SELECT a.ecosystem,"
                         " a.learner, b.learner FROM learner_alias a, learner_alias b WHERE"
                         " a.source_id = 'L00002' AND b.source_id = 'L00001'");
    json_t *one = record_of("L00001");
    json_t *other = record_of("L00002");
    assert_string_equal(json_string_value(json_object_get(one, "id")),
                        json_string_value(json_object_get(other, "id")));
    assert_int_equal(rows_in(one, "names"), 2);
    assert_int_equal(rows_in(one, "ids"), 2);
    assert_int_equal(rows_in(one, "merges"), 1);
    json_decref(one);
    json_decref(other);
}

/* Tables that say of learners only what others do, which a section reads: sums of visits, whose
 * are to be derived next, and a card made again. */
static bool says_nothing_more(const char *table)
{
    static const char *const tables[] = {"visited", "stale", "merged_card"};
    bool is_one = false;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        is_one = is_one || strcmp(tables[i], table) == 0;
    }
    return is_one;
}

/* A table with a column that names a learner is in a section, or a newcomer forgot it. */
static void no_table_that_names_learners_is_forgotten(void **state)
{
    (void)state;
    char table[128];
    int count = 0;
    if (central_is_server()) {
        return;
    }
    FILE *tables = popen("sqlite3 -readonly central.db \"SELECT DISTINCT m.name FROM sqlite_schema"
                         " m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN"
                         " ('learner', 'who', 'learner_id')\"",
                         "r");
    assert_non_null(tables);
    while (fgets(table, sizeof table, tables) != NULL) {
        char word[160];
        table[strcspn(table, "\n")] = '\0';
        bool is_read = says_nothing_more(table);
        snprintf(word, sizeof word, " %s ", table);
        for (size_t i = 0; tn_record_sections[i].key != NULL; i++) {
            is_read = is_read || strstr(tn_record_sections[i].sql, word) != NULL;
        }
        if (!is_read) {
            fail_msg("%s: has a learner, and no section of record.c reads it", table);
        }
        count++;
    }
    assert_int_equal(pclose(tables), 0);
    assert_true(count >= 12);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_holds_what_every_table_has_of_a_learner),
        TEST(sheets_and_corrections_are_part_of_the_record),
        TEST(a_learner_is_found_by_whatever_is_at_hand),
        TEST(a_code_on_badges_of_two_learners_is_not_guessed_at),
        TEST(a_record_has_nothing_of_others_and_no_secret),
        TEST(the_text_is_for_people),
        TEST(who_was_merged_is_part_of_the_record),
        TEST(no_table_that_names_learners_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
