/* Learners who are one: visits follow a merge through chains, in any order, and come back byte for
 * byte when it is taken back. */
#include "sync/central/groups.h"
#include "sync/central/merge.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"
#include "turnout/desk.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */
#define ROUNDS 3

static int64_t ask(const char *sql)
{
    return central_ask(central, sql);
}

/* One section of the dump, or what follows from its heading on to the next; the caller frees. */
static char *section(const char *name)
{
    char heading[64];
    gives(TN_EXIT_DONE, "dump --central central.db");
    (void)snprintf(heading, sizeof heading, "== %s\t", name);
    char *from = strstr(said, heading);
    assert_non_null(from);
    char *to = strstr(from + 1, "\n== ");
    char *text = to == NULL ? strdup(from) : strndup(from, (size_t)(to - from));
    assert_non_null(text);
    return text;
}

static void merge(int from, int into)
{
    gives(TN_EXIT_DONE, "learner merge L%05d L%05d --central central.db --by Ada --why one~child",
          from, into);
}

static void unmerge(int from)
{
    gives(TN_EXIT_DONE, "learner unmerge L%05d --central central.db --by Ada --why two", from);
}

/* Everybody comes at the gate, and half of them to the robotics. */
static void everybody_comes(void)
{
    scan("gate", 1, LEARNERS, STARTS);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan("robotics", 1, LEARNERS / 2, STARTS + 3600000);
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
}

static int64_t visits_of(int learner)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM visit v JOIN learner_alias a ON a.learner = v.who WHERE"
                   " a.source_id = 'L%05d'",
                   learner);
    return ask(sql);
}

static void visits_follow_a_merge_and_come_back(void **state)
{
    (void)state;
    everybody_comes();
    char *before = section("visit");
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit"), LEARNERS);
    const int64_t both = visits_of(1) + visits_of(12);
    merge(12, 1);
    assert_said("L00012 is merged into L00001");
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit"), LEARNERS - 1);
    assert_int_equal(visits_of(12), 0);
    assert_int_equal(visits_of(1), both - 1); /* at the event once: one stay of the two */
    char *merged = section("visit");
    assert_string_not_equal(merged, before);
    unmerge(12);
    char *after = section("visit");
    assert_string_equal(after, before);
    free(before);
    free(merged);
    free(after);
}

static void chains_lead_to_their_end_and_circles_are_refused(void **state)
{
    (void)state;
    everybody_comes();
    merge(3, 2);
    merge(2, 1);
    merge(5, 3); /* into one who is merged already */
    assert_int_equal(ask("SELECT count(*) FROM merged m JOIN learner_alias a ON a.learner = m.root"
                         " WHERE a.source_id = 'L00001'"),
                     3);
    assert_int_equal(visits_of(2) + visits_of(3) + visits_of(5), 0);
    char *before = section("learner");
    gives(TN_EXIT_PERSON, "learner merge L00001 L00005 --central central.db --why x");
    assert_said("is the one that the other was merged into");
    gives(TN_EXIT_PERSON, "learner merge L00002 L00004 --central central.db --why x");
    assert_said("is merged into another already");
    gives(TN_EXIT_PERSON, "learner merge L00004 L00004 --central central.db --why x");
    gives(TN_EXIT_PERSON, "learner unmerge L00004 --central central.db --why x");
    assert_said("not merged into another");
    gives(TN_EXIT_USAGE, "learner merge L00004 --central central.db --why x");
    gives(TN_EXIT_USAGE, "learner merge L00004 L00006 --central central.db");
    char *after = section("learner");
    assert_string_equal(after, before);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
    unmerge(2);
    assert_int_equal(ask("SELECT count(*) FROM merged m JOIN learner_alias a ON a.learner = m.root"
                         " WHERE a.source_id = 'L00002'"),
                     2);
    assert_true(visits_of(2) > 0);
    free(before);
    free(after);
}

/* A small forest of merges, each said once, in orders drawn from a seed. */
static const struct {
    int from;
    int into;
} links[] = {{2, 1}, {3, 2}, {4, 2}, {5, 4}, {7, 6}, {8, 7}, {6, 1}};
#define LINKS (sizeof links / sizeof links[0])

static void any_order_of_merges_and_arrivals_gives_one_dump(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 41);
    char *first = NULL;
    print_message("seed 41\n");
    scan("gate", 1, LEARNERS, STARTS);
    central_copy(central, twin_central);
    shell("cp -a gate gate.first && cp -a robotics robotics.first");
    scan("robotics", 1, LEARNERS / 2, STARTS + 3600000);
    shell("rm -rf robotics.first && cp -a robotics robotics.first");
    for (int round = 0; round < ROUNDS; round++) {
        bool is_done[LINKS + 2] = {false};
        central_copy(twin_central, central);
        shell("rm -rf gate robotics && cp -a gate.first gate && cp -a robotics.first robotics");
        for (size_t done = 0; done < LINKS + 2;) {
            uint8_t draw = 0;
            random.fill(random.ctx, &draw, 1);
            const size_t step = draw % (LINKS + 2);
            if (is_done[step]) {
                continue;
            }
            is_done[step] = true;
            done++;
            if (step < LINKS) {
                merge(links[step].from, links[step].into);
            } else {
                (void)turnout("reconcile %s central.db", step == LINKS ? "gate" : "robotics");
            }
        }
        char *visits = section("visit");
        char *merged = section("merged");
        char *all = NULL;
        assert_true(asprintf(&all, "%s%s", visits, merged) > 0);
        free(visits);
        free(merged);
        if (first == NULL) {
            first = all;
            continue;
        }
        assert_string_equal(all, first);
        free(all);
    }
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit"), LEARNERS - (int)LINKS);
    free(first);
}

static void a_roster_that_comes_again_splits_nobody(void **state)
{
    (void)state;
    everybody_comes();
    merge(12, 1);
    char *before = section("visit");
    gives(TN_EXIT_DONE, "import roster roster.csv --central central.db");
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE merged_into IS NOT NULL"), 1);
    struct tn_centre centre;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_visits_rebuild(&centre, STARTS), TN_OK);
    tn_centre_close(&centre);
    char *after = section("visit");
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* What the gate says of the badge of a row of badges.csv: the name it greets, and whom it means. */
static void greet(int row, int64_t at_ms, char name[TN_NAME_MAX + 1], struct tn_id *who)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    char digits[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    badge_text("badges.csv", row, digits);
    struct tn_scan one = {at_ms, at_ms - STARTS, "scan", digits, strlen(digits), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    snprintf(name, TN_NAME_MAX + 1, "%s", record.name);
    *who = record.who;
    tn_station_close(station);
}

static void a_merged_badge_greets_the_kept_learner_until_they_are_two_again(void **state)
{
    char kept[TN_NAME_MAX + 1];
    char merged[TN_NAME_MAX + 1];
    char again[TN_NAME_MAX + 1];
    struct tn_id learners[3];
    (void)state;
    greet(1, STARTS, kept, &learners[0]);
    greet(2, STARTS + 60000, merged, &learners[1]);
    assert_string_not_equal(kept, merged);
    merge(2, 1);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    greet(2, STARTS + 3600000, again, &learners[2]);
    assert_string_equal(again, kept);
    assert_true(tn_id_equal(&learners[2], &learners[0]));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(ask("SELECT max(version) FROM pack_sent"), 2); /* nothing new, no new pack */
    unmerge(2);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    greet(2, STARTS + 7200000, again, &learners[2]);
    assert_string_equal(again, merged);
    assert_true(tn_id_equal(&learners[2], &learners[1]));
}

/* How many names the gate's helper finds by the first letters of one. */
static size_t found_by(const char *name, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_found found[TN_FOUND_MAX];
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    size_t count = 0;
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    badge_text("cards.csv", 1, text);
    struct tn_scan one = {at_ms, at_ms - STARTS, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_STAFF);
    assert_int_equal(tn_station_search(station, name, found, &count), TN_OK);
    tn_station_close(station);
    return count;
}

/* Whether the badges that are printed now say a name. */
static bool is_printed(const char *name)
{
    char line[256];
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out printed.csv");
    snprintf(line, sizeof line, "cut -d, -f2 printed.csv | grep -qxF '%s'", name);
    return system(line) == 0;
}

/* Learner 2 opted out, and is found to be 1: as long as they are one, neither is named. */
static void an_opt_out_of_one_hides_the_name_of_both_until_they_are_two_again(void **state)
{
    char kept[TN_NAME_MAX + 1];
    char name[TN_NAME_MAX + 1];
    char letters[TN_NAME_MAX + 1];
    struct tn_id learners[2];
    (void)state;
    central_sql(central, "UPDATE learner SET directory_opt_out = 1 WHERE id IN (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00002')");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out again.csv");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    greet(2, STARTS, name, &learners[1]);
    assert_string_equal(name, "");
    greet(1, STARTS + 60000, kept, &learners[0]);
    assert_string_not_equal(kept, "");
    snprintf(letters, sizeof letters, "%.4s", kept);
    const size_t before = found_by(letters, STARTS + 120000);
    assert_true(before > 0 && is_printed(kept));
    merge(2, 1);
    assert_false(is_printed(kept));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    for (int row = 1; row <= 2; row++) {
        struct tn_id who;
        greet(row, STARTS + 3600000 * row, name, &who);
        assert_string_equal(name, "");
        assert_true(tn_id_equal(&who, &learners[0]));
    }
    assert_int_equal(found_by(letters, STARTS + 7260000), before - 1);
    gives(TN_EXIT_DONE, "badge reissue L00001 --central central.db --event fair --why lost");
    assert_false(is_printed(kept));
    unmerge(2);
    assert_true(is_printed(kept));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(found_by(letters, STARTS + 10800000), before);
    greet(2, STARTS + 10860000, name, &learners[0]);
    assert_string_equal(name, "");
}

/* A lost badge of whoever was merged is replaced by one of their own, which can be printed, and is
 * theirs when they are two again. */
static void a_badge_of_a_merged_learner_is_replaced_and_printed(void **state)
{
    (void)state;
    central_sql(central, "UPDATE learner SET directory_opt_out = 1 WHERE id IN (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00001')");
    merge(2, 1);
    gives(TN_EXIT_DONE, "badge reissue L00002 --central central.db --event fair --why lost");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out new.csv --only L00002");
    assert_said("1 printed again");
    shell("tail -n 1 new.csv | grep -qE '^[0-9a-f]{32},,[0-9]{9},[0-9]+'"); /* without a name */
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv");
    shell("! grep -qF \"$(tail -n 1 new.csv | cut -d, -f4)\" all.csv");
    unmerge(2);
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv");
    shell("grep -F \"$(tail -n 1 new.csv | cut -d, -f4)\" all.csv | grep -qvE '^[0-9a-f]+,,'");
}

struct seen_group {
    const char *title;
    uint64_t members;
};

static enum tn_status see_group(void *ctx, const struct tn_group_card *card)
{
    struct seen_group *seen = ctx;
    if (strncmp(card->title, seen->title, strlen(seen->title)) == 0) {
        seen->members = card->members;
    }
    return TN_OK;
}

/* How many learners the card of a group brings; -1 where it has none. */
static int64_t members_of(const char *title)
{
    struct tn_centre centre;
    struct tn_central_event event;
    struct tn_keyring keyring;
    struct seen_group seen = {title, UINT64_MAX};
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &keyring), TN_OK);
    assert_int_equal(tn_centre_event(&centre, "fair", &event), TN_OK);
    const struct tn_random random = tn_random_system();
    assert_int_equal(tn_groups_mint(&centre, &keyring, &event.id, &random, STARTS), TN_OK);
    assert_int_equal(tn_groups_each(&centre, &keyring, &event.id, see_group, &seen), TN_OK);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return seen.members == UINT64_MAX ? -1 : (int64_t)seen.members;
}

/* 1 and 2 are in Twins, 3 in Stars alone; then 2 is 1, and 3 is 4, whose only badge is void. */
static void a_group_lists_whoever_was_merged_once(void **state)
{
    (void)state;
    central_sql(central, "UPDATE learner SET home_partner = NULL");
    central_sql(central,
                "INSERT INTO learner_group (ecosystem, learner, title) SELECT ecosystem, learner,"
                " CASE source_id WHEN 'L00003' THEN 'Stars' ELSE 'Twins' END FROM learner_alias"
                " WHERE source_id IN ('L00001', 'L00002', 'L00003')");
    assert_int_equal(members_of("Twins"), 2);
    assert_int_equal(members_of("Stars"), 1);
    merge(2, 1);
    assert_int_equal(members_of("Twins"), 1);
    central_sql(central, "UPDATE badge SET status = 'revoked' WHERE learner = (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00004')");
    merge(3, 4);
    assert_int_equal(members_of("Stars"), 1);
    central_sql(central, "DELETE FROM group_card");
    assert_int_equal(members_of("Stars"), 1);
    unmerge(2);
    assert_int_equal(members_of("Twins"), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(visits_follow_a_merge_and_come_back),
        TEST(chains_lead_to_their_end_and_circles_are_refused),
        TEST(any_order_of_merges_and_arrivals_gives_one_dump),
        TEST(a_roster_that_comes_again_splits_nobody),
        TEST(a_merged_badge_greets_the_kept_learner_until_they_are_two_again),
        TEST(an_opt_out_of_one_hides_the_name_of_both_until_they_are_two_again),
        TEST(a_badge_of_a_merged_learner_is_replaced_and_printed),
        TEST(a_group_lists_whoever_was_merged_once),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
