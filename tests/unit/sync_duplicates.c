/* Looking for learners who are probably one, and what becomes of the pairs. */
#include "sync/central/duplicates.h"
#include "tests/unit/sync_world.h"

static const char roster[] = "id,given_name,family_name,birth_year,grade,partner\n"
                             "A1,Zoelle,Quartz,2015,4,\n"
                             "A2,Zoëlle,Quartz,2015,4,\n"
                             "A3,Zoele,Quartz,2015,4,\n"
                             "A4,Quill,Ophelia,2014,5,\n"
                             "A5,Ophelia,Quill,2014,5,\n"
                             "A6,Otto,Quill,2014,5,\n";

/* Two rows of one school without a year of birth, among namesakes at other schools. */
static const char yearless[] = "id,given_name,family_name,birth_year,grade,partner\n"
                               "B1,Ottoline,Quartz,,4,star-museum\n"
                               "B2,Ottoliné,Quartz,,4,star-museum\n"
                               "B3,Ottoline,Quartz,,4,public-library\n"
                               "B4,Ottoline,Quartz,,4,brightworks\n"
                               "B5,Ottoline,Quartz,2015,4,makers-club\n"
                               "B6,Ottoline,Quartz,,9,star-museum\n";

static int64_t ask(const char *sql)
{
    return central_ask(central, sql);
}

static char *dump_now(void)
{
    gives(TN_EXIT_DONE, "dump --central central.db");
    char *text = strdup(said);
    assert_non_null(text);
    return text;
}

static void import_rows(const char *rows)
{
    FILE *file = fopen("alike.csv", "w");
    assert_non_null(file);
    assert_true(fputs(rows, file) >= 0);
    assert_int_equal(fclose(file), 0);
    gives(TN_EXIT_DONE, "import roster alike.csv --central central.db");
}

#define PAIR(x, y)                                                                                 \
    "SELECT count(*) FROM conflict c JOIN learner_alias p ON p.learner = c.a JOIN learner_alias q" \
    " ON q.learner = c.b WHERE c.state = 'open' AND ((p.source_id = '" x "' AND q.source_id = '" y \
    "') OR (p.source_id = '" y "' AND q.source_id = '" x "'))"

static void pairs_are_found_once_and_nobody_is_named(void **state)
{
    (void)state;
    import_rows(roster);
    gives(TN_EXIT_PERSON, "duplicates --central central.db");
    assert_said("the same name, born in the same year, grades meet");
    assert_said("given and family name exchanged");
    assert_null(strstr(said, "Quartz"));
    assert_int_equal(ask(PAIR("A1", "A2")), 1);
    assert_int_equal(ask(PAIR("A1", "A3")), 1);
    assert_int_equal(ask(PAIR("A2", "A3")), 1);
    assert_int_equal(ask(PAIR("A4", "A5")), 1);
    assert_int_equal(ask(PAIR("A5", "A6")), 0);
    gives(TN_EXIT_PERSON, "conflicts --central central.db --type duplicate");
    assert_true(strstr(said, "learners A4 and A5,") != NULL ||
                strstr(said, "learners A5 and A4,") != NULL);
    char *before = dump_now();
    gives(TN_EXIT_PERSON, "duplicates --central central.db --json");
    char *after = dump_now();
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void
one_school_s_two_without_a_year_of_birth_are_listed_and_other_schools_are_not(void **state)
{
    (void)state;
    import_rows(yearless);
    gives(TN_EXIT_PERSON, "duplicates --central central.db");
    assert_said(" 70  ");
    assert_said("the same name, the same partner, grades meet, both on one partner's roster, a name"
                " that several have");
    assert_said("1 pair to decide about");
    assert_int_equal(ask(PAIR("B1", "B2")), 1);
    assert_int_equal(ask("SELECT count(*) FROM merged"), 0);
}

static void memory_for_two_records_finds_the_same(void **state)
{
    (void)state;
    struct tn_centre centre;
    struct tn_duplicates looked;
    import_rows(roster);
    (void)turnout("duplicates --central central.db");
    char *before = dump_now();
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_duplicates_look(&centre, 1, 4096, NULL, NULL, &looked), TN_OK);
    assert_int_equal(looked.learners, LEARNERS + 6);
    tn_centre_close(&centre);
    char *after = dump_now();
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* Merged, the other pairs of whoever is gone go too, and come back with them. */
static void a_merge_takes_the_others_pairs_along(void **state)
{
    (void)state;
    import_rows(roster);
    (void)turnout("duplicates --central central.db");
    gives(TN_EXIT_DONE, "learner merge A2 A1 --central central.db --why one");
    gives(TN_EXIT_PERSON, "conflicts list --all --type duplicate --central central.db");
    assert_said("  Settled as merge=A1 by ");
    assert_int_equal(ask(PAIR("A1", "A2")), 0);
    assert_int_equal(ask(PAIR("A2", "A3")), 0);
    assert_int_equal(ask(PAIR("A1", "A3")), 1);
    gives(TN_EXIT_DONE, "learner unmerge A2 --central central.db --why two");
    assert_int_equal(ask(PAIR("A2", "A3")), 1);
    (void)turnout("duplicates --central central.db");
    assert_int_equal(ask(PAIR("A1", "A2")), 0); /* a person said that they are two */
    assert_said("1 decided before");
}

/* One that is not found any more is no conflict, but what was decided stays. */
static void a_pair_that_is_none_any_more_goes(void **state)
{
    (void)state;
    import_rows(roster);
    (void)turnout("duplicates --central central.db");
    central_sql(central, "UPDATE learner_pii SET given = 'Ottilie' WHERE given = 'Zoele'");
    (void)turnout("duplicates --central central.db");
    assert_int_equal(ask(PAIR("A1", "A3")), 0);
    assert_int_equal(ask(PAIR("A1", "A2")), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(pairs_are_found_once_and_nobody_is_named),
        TEST(one_school_s_two_without_a_year_of_birth_are_listed_and_other_schools_are_not),
        TEST(memory_for_two_records_finds_the_same),
        TEST(a_merge_takes_the_others_pairs_along),
        TEST(a_pair_that_is_none_any_more_goes),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
