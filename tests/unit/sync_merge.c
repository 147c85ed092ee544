/* Learners who are one: visits follow a merge through chains, in any order, and come back byte for
 * byte when it is taken back. */
#include "sync/central/merge.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"

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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(visits_follow_a_merge_and_come_back),
        TEST(chains_lead_to_their_end_and_circles_are_refused),
        TEST(any_order_of_merges_and_arrivals_gives_one_dump),
        TEST(a_roster_that_comes_again_splits_nobody),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
