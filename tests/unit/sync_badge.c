/* One badge: looked up, revoked, restored and given anew, and printed by name. */
#include "tests/unit/sync_world.h"

#define DAY_MS INT64_C(1773496800000) /* of the demo's fair, with a seed */

static char code[TN_BADGE_CODE_SIZE]; /* of the badge in row 1 of badges.csv */

/* The code of the first badge, and the gate home with one scan of it. */
static void scan_first(void)
{
    char line[512] = "";
    FILE *file = fopen("badges.csv", "r");
    assert_non_null(file);
    for (int i = 0; i < 2; i++) {
        assert_non_null(fgets(line, sizeof line, file));
    }
    fclose(file);
    char *rest = line;
    for (int i = 0; i < 2; i++) {
        (void)strsep(&rest, ",");
    }
    snprintf(code, sizeof code, "%s", strsep(&rest, ","));
    scan("gate", 1, 1, DAY_MS);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
}

static void it_is_found_by_its_code_and_by_its_learner(void **state)
{
    (void)state;
    scan_first();
    gives(TN_EXIT_DONE, "badge show %s --central central.db --event fair", code);
    assert_said("active");
    assert_said("1 scan");
    gives(TN_EXIT_DONE, "badge show %.3s~%.3s~%.3s --central central.db --event fair --json", code,
          code + 3, code + 6);
    assert_said("\"scans\": 1");
    gives(TN_EXIT_DONE, "badge show L00001 --central central.db --event fair");
    assert_said("L00001");
    gives(TN_EXIT_PERSON, "badge show L9 --central central.db --event fair");
    assert_said("neither the code on a badge of fair nor the id of a learner");
    gives(TN_EXIT_USAGE, "badge show --central central.db --event fair");
    gives(TN_EXIT_USAGE, "badge show L00001 --central central.db");
    gives(TN_EXIT_USAGE, "badge burn L00001 --central central.db --event fair");
}

/* What the gate answers when row 1's badge is scanned once more. */
static enum tn_result answer(int minute)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_record record;
    char text[TN_BADGE_TEXT_SIZE];
    badge_text("badges.csv", 1, text);
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    struct tn_scan one = {
        DAY_MS + minute * INT64_C(60000), minute * 1000, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
    return record.result;
}

static void a_revoked_badge_gets_help_until_it_is_restored(void **state)
{
    (void)state;
    scan_first();
    int64_t visits = central_ask(central, "SELECT count(*) FROM visit");
    gives(TN_EXIT_DONE, "badge revoke %s --central central.db --event fair --by Rivera --why found",
          code);
    assert_said("revoked");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), visits);
    gives(TN_EXIT_PERSON, "badge revoke %s --central central.db --event fair", code);
    assert_said("revoked or replaced already");
    (void)turnout("reconcile gate central.db");
    assert_int_equal(answer(90), TN_RESULT_REFUSED);
    gives(TN_EXIT_DONE, "badge restore %s --central central.db --event fair", code);
    assert_said("active");
    gives(TN_EXIT_PERSON, "badge restore %s --central central.db --event fair", code);
    (void)turnout("reconcile gate central.db");
    assert_int_equal(answer(180), TN_RESULT_ALREADY);
    gives(TN_EXIT_DONE, "audit --central central.db");
    assert_said("Rivera");
    assert_said("badge_restore");
}

static void a_new_badge_replaces_the_old_one_and_is_its_learners(void **state)
{
    (void)state;
    char old[TN_BADGE_TEXT_SIZE];
    char text[TN_BADGE_TEXT_SIZE];
    scan_first();
    gives(TN_EXIT_DONE, "badge reissue %s --central central.db --event fair --why lost", code);
    gives(TN_EXIT_DONE, "badge show %s --central central.db --event fair", code);
    assert_said("replaced by");
    gives(TN_EXIT_PERSON, "badge reissue %s --central central.db --event fair", code);
    assert_said("replaced already");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --only %s --out only.csv", code);
    badge_text("badges.csv", 1, old);
    badge_text("only.csv", 1, text);
    assert_string_not_equal(old, text);
    (void)turnout("reconcile gate central.db");
    assert_int_equal(answer(90), TN_RESULT_REFUSED);
    assert_int_equal(central_ask(central,
                                 "SELECT count(DISTINCT learner) FROM badge WHERE learner ="
                                 " (SELECT learner FROM badge WHERE status = 'replaced')"),
                     1);
}

static void only_those_that_are_named_are_printed_all_or_none(void **state)
{
    (void)state;
    scan_first();
    shell("printf 'L00002\\r\\n\\n%s\\n' >some.txt", code);
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --only @some.txt --out a.csv");
    assert_said("2 badges");
    gives(TN_EXIT_DONE,
          "badges --central central.db --event fair --only L00002,~L00003 --out b.csv");
    assert_said("2 badges");
    gives(TN_EXIT_PERSON, "badges --central central.db --event fair --only L00002,L9 --out c.csv");
    assert_int_not_equal(access("c.csv", F_OK), 0);
    gives(TN_EXIT_WORLD, "badges --central central.db --event fair --only @none --out c.csv");
    gives(TN_EXIT_USAGE,
          "badges --central central.db --event fair --only L00002 --blank 1 --out c.csv");
}

static void cards_are_pictures_too_and_never_written_over(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "staff-card new --central central.db --event fair --name R --out r.svg");
    gives(TN_EXIT_DONE,
          "station new --central central.db --event fair --name E --role gate --out e.png");
    assert_int_equal(access("r.svg", F_OK) | access("e.png", F_OK), 0);
    gives(TN_EXIT_PERSON, "staff-card new --central central.db --event fair --name R --out r.svg");
    assert_said("not there yet");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(it_is_found_by_its_code_and_by_its_learner),
        TEST(a_revoked_badge_gets_help_until_it_is_restored),
        TEST(a_new_badge_replaces_the_old_one_and_is_its_learners),
        TEST(only_those_that_are_named_are_printed_all_or_none),
        TEST(cards_are_pictures_too_and_never_written_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
