/* Settling conflicts on a world that has one of each: every way of every type, and back again. What
 * a decision changes is compared in the whole dump, without its own history. */
#include "sync/central/again.h"
#include "sync/central/detect.h"
#include "sync/central/settle.h"
#include "tests/unit/sync_scene.h"
#include "tests/unit/sync_world.h"

/* A sighting of one badge, as one more station would bring it. */
static void see(struct scene *s, const struct tn_id *badge, int64_t seq, int64_t after_ms,
                bool is_refused)
{
    static const char sql[] = "INSERT INTO sighting (ecosystem, event, badge, log_no, seq, at_ms, "
                              "kind, is_refused) VALUES"
                              " ($1, $2, $3, 1, $4, $5, 'check_in', $6)";
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(&s->centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &s->event);
    tn_bind_id(stmt, 3, badge);
    tn_bind_int(stmt, 4, 1000 + seq);
    tn_bind_int(stmt, 5, STARTS + after_ms);
    tn_bind_int(stmt, 6, is_refused);
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void a_forks_copies_count_as_a_person_says(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED + COPY, 0);
    ingest(&s, SHARED + 1, SHARED + COPY, 1);
    derive(&s);
    scene_close(&s);
    /* Six people, then 7 to 10 on one copy, 9 to 11 and a stranger on the other: 12 stays. */
    assert_int_equal(ask("SELECT count(*) FROM visit"), 12);
    goes_there_and_back("fork", "keep-both", 12);
    goes_there_and_back("fork", "void-branch", 10);
    goes_there_and_back("fork", "void-first", 10);
    char id[TN_ID_HEX_SIZE];
    id_of("fork", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("They part");
    assert_said("at entry 7");
    assert_said("4 entries from");
    settle(id, "void-branch");
    gives(TN_EXIT_PERSON, "conflicts settle %.8s keep-both --central central.db --why x", id);
    assert_said("settled already, as void-branch by Ada");
    gives(TN_EXIT_DONE, "conflicts show %.8s --central central.db", id);
    assert_said("settled as void-first by Ada: because so");
    assert_said("opened again by Bo: not so");
}

/* Settles a type's conflict as how, if there is one that is open. */
static void settle_if_open(const char *type, const char *how)
{
    char sql[128];
    char id[TN_ID_HEX_SIZE];
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM conflict WHERE state = 'open' AND type = '%s'", type);
    if (ask(sql) == 1) {
        id_of(type, id);
        settle(id, how);
    }
}

/* Each copy's entries come in two bundles, in an order drawn from a seed; the fork is settled as
 * soon as it is there, after a bundle or two more, or last of all. */
static char *settle_along(uint64_t seed)
{
    static const struct {
        uint64_t first;
        uint64_t last;
        int story;
    } bundles[] = {{SHARED + 1, SHARED + 2, 0},
                   {SHARED + 3, SHARED + COPY, 0},
                   {SHARED + 1, SHARED + 2, 1},
                   {SHARED + 3, SHARED + COPY, 1}};
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, seed);
    struct scene s;
    unsigned done = 0;
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    scene_close(&s);
    while (done != 15) {
        uint8_t draw[2] = {0, 0};
        random.fill(random.ctx, draw, sizeof draw);
        const unsigned i = draw[0] % 4;
        if ((done & (1u << i)) == 0) {
            done |= 1u << i;
            scene_open(&s, central);
            ingest(&s, bundles[i].first, bundles[i].last, bundles[i].story);
            derive(&s);
            scene_close(&s);
        }
        if (draw[1] % 2 == 0) {
            settle_if_open("fork", "void-branch");
        }
    }
    settle_if_open("fork", "void-branch");
    gives(TN_EXIT_DONE, "dump --central central.db");
    char *text = strdup(said);
    assert_non_null(text);
    return text;
}

static void what_comes_later_obeys_the_decision_in_any_order(void **state)
{
    (void)state;
    char *first = NULL;
    central_copy(central, twin_central);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        print_message("seed %d\n", (int)seed);
        central_copy(twin_central, central);
        char *text = settle_along(seed);
        assert_int_equal(ask("SELECT count(*) FROM visit"), 10);
        if (first != NULL) {
            assert_string_equal(text, first);
            free(text);
        } else {
            first = text;
        }
    }
    free(first);
}

static void a_revoked_stations_later_entries_count_if_a_person_says_so(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    derive(&s);
    scene_close(&s);
    gives(TN_EXIT_DONE, "station revoke Extra --central central.db");
    scene_open(&s, central);
    ingest(&s, SHARED + 1, SHARED + COPY, 0);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM visit"), 6);
    goes_there_and_back("revoked_station", "discount", 6);
    goes_there_and_back("revoked_station", "count", 10);
    char id[TN_ID_HEX_SIZE];
    id_of("revoked_station", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db --json", id);
    assert_said("\"4 entries from 2026-03-14 14:07 to 2026-03-14 14:10 UTC, 4 badges\"");
}

static void an_unknown_badge_is_accepted_voided_or_a_learners(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED + COPY, 1);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM visit"), 10);
    goes_there_and_back("unknown_badge", "accept", 10);
    goes_there_and_back("unknown_badge", "void", 9);
    goes_there_and_back("unknown_badge", "learner=L00012", 10);
    goes_there_and_back("unknown_badge", "learner=L00001", 9); /* who was in already */
    char id[TN_ID_HEX_SIZE];
    id_of("unknown_badge", id);
    settle(id, "learner=L00012");
    assert_int_equal(ask("SELECT count(*) FROM visit v JOIN learner_alias a ON a.learner = v.who"
                         " WHERE a.source_id = 'L00012'"),
                     1);
}

static void a_badge_scanned_after_it_was_replaced_is_a_conflict(void **state)
{
    (void)state;
    struct scene s;
    static const char handout[] =
        "INSERT INTO handout (ecosystem, badge, hash, kind, at_ms, event, old) VALUES ($1, $2, $2,"
        " 'replace', $3, $4, $5)";
    static const char status[] =
        "UPDATE badge SET status = 'replaced' WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    const struct tn_id fresh = {{0xdd, 7}};
    scene_open(&s, central);
    enrol(&s);
    assert_int_equal(tn_centre_prepare(&s.centre, handout, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &fresh);
    tn_bind_int(stmt, 3, STARTS + 3 * MIN);
    tn_bind_id(stmt, 4, &s.event);
    tn_bind_id(stmt, 5, &s.badges[4]);
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(tn_centre_prepare(&s.centre, status, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &s.badges[4]);
    assert_int_equal(tn_run(stmt), TN_OK);
    ingest(&s, 1, SHARED, 0); /* person 5 comes at minute 5 */
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM visit"), 6);
    goes_there_and_back("revoked_badge", "accept", 6);
    goes_there_and_back("revoked_badge", "count", 6);
    goes_there_and_back("revoked_badge", "discount", 5);
    /* A refused scan before it counts only where a person says that it was its learner. */
    scene_open(&s, central);
    see(&s, &s.badges[4], 1, 4 * MIN + 7, true);
    scene_close(&s);
    char id[TN_ID_HEX_SIZE];
    id_of("revoked_badge", id);
    settle(id, "count");
    assert_int_equal(ask("SELECT count(*) FROM visit WHERE starts = 1773497040007"), 1);
    reopen(id);
    assert_int_equal(ask("SELECT count(*) FROM visit WHERE starts = 1773497040007"), 0);
}

/* Another event at another place, the same morning. */
static struct tn_id add_event(struct scene *s)
{
    static const char sql[] =
        "INSERT INTO event (ecosystem, id, code, title, starts, ends, tz, site) VALUES ($1, $2,"
        " 'club', 'Robot club', $3, $4, 'UTC', 'Library')";
    const struct tn_id id = {{0xc1}};
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(&s->centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &id);
    tn_bind_int(stmt, 3, STARTS);
    tn_bind_int(stmt, 4, STARTS + 240 * MIN);
    assert_int_equal(tn_run(stmt), TN_OK);
    return id;
}

/* Derives again whoever carries a badge. */
static void again(struct scene *s, const struct tn_id *badge)
{
    struct tn_again *again = NULL;
    assert_int_equal(tn_db_begin(s->centre.db), TN_OK);
    assert_int_equal(tn_again_begin(&s->centre, &again), TN_OK);
    assert_int_equal(tn_again_badge(again, badge), TN_OK);
    assert_int_equal(tn_again_derive(again, STARTS), TN_OK);
    tn_again_end(again);
    assert_int_equal(tn_db_commit(s->centre.db), TN_OK);
}

static void one_learner_at_two_places_is_an_overlap(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    derive(&s);
    s.event = add_event(&s);
    see(&s, &s.badges[0], 1, 3 * MIN, false);  /* two minutes after the fair's gate */
    see(&s, &s.badges[1], 2, 60 * MIN, false); /* an hour after it: they may have walked */
    again(&s, &s.badges[0]);
    again(&s, &s.badges[1]);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'overlap'"), 1);
    scene_close(&s);
    goes_there_and_back("overlap", "accept", 8);
    goes_there_and_back("overlap", "void=club", 7);
    goes_there_and_back("overlap", "void=fair", 7);
    char id[TN_ID_HEX_SIZE];
    id_of("overlap", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("Robot club (club), Library, 2026-03-14 14:03");
    assert_said("City STEM Fair (fair)");
    gives(TN_EXIT_PERSON, "conflicts settle %.8s void=nowhere --central central.db --why x", id);
    /* The scan is taken back: nobody was at two places. */
    central_sql(central, "DELETE FROM sighting WHERE at_ms = 1773496980000 AND log_no = 1");
    scene_open(&s, central);
    struct tn_again *touch = NULL;
    const struct tn_id club = {{0xc1}};
    const struct tn_id who =
        one_id(&s.centre,
               "SELECT learner FROM learner_alias WHERE ecosystem = $1 AND source_id ="
               " $2",
               "L00001");
    assert_int_equal(tn_db_begin(s.centre.db), TN_OK);
    assert_int_equal(tn_again_begin(&s.centre, &touch), TN_OK);
    assert_int_equal(tn_again_person(touch, &club, &who), TN_OK);
    assert_int_equal(tn_again_derive(touch, STARTS), TN_OK);
    tn_again_end(touch);
    assert_int_equal(tn_db_commit(s.centre.db), TN_OK);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'overlap'"), 0);
}

static void spans_overlap_where_both_were_seen(void **state)
{
    (void)state;
    static const struct {
        struct tn_detect_span a;
        struct tn_detect_span b;
        bool overlaps;
    } cases[] = {
        {{0, 60 * MIN, false}, {30 * MIN, 90 * MIN, false}, true},
        {{0, 60 * MIN, false}, {60 * MIN, 90 * MIN, false}, false},
        {{0, 60 * MIN, false}, {59 * MIN, 90 * MIN, false}, false}, /* minutes are rounded */
        {{0, 600 * MIN, true}, {60 * MIN, 90 * MIN, false}, false}, /* its end is a guess */
        {{70 * MIN, 600 * MIN, true}, {60 * MIN, 90 * MIN, false}, true},
        {{0, 600 * MIN, true}, {2 * MIN, 600 * MIN, true}, true},
        {{0, 600 * MIN, true}, {10 * MIN, 600 * MIN, true}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(tn_detect_overlaps(&cases[i].a, &cases[i].b), cases[i].overlaps);
        assert_int_equal(tn_detect_overlaps(&cases[i].b, &cases[i].a), cases[i].overlaps);
    }
}

static void an_activity_fuller_than_its_room_is_a_conflict(void **state)
{
    (void)state;
    struct scene s;
    central_sql(central, "UPDATE activity SET capacity = 2");
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    derive(&s);
    for (int i = 0; i < 3; i++) {
        see(&s, &s.badges[i], i, (20 + i) * MIN, false);
    }
    central_sql(central, "UPDATE sighting SET kind = 'visit', activity = (SELECT id FROM activity"
                         " ORDER BY id LIMIT 1) WHERE seq >= 1000");
    again(&s, &s.badges[0]);
    again(&s, &s.badges[1]);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'capacity'"), 0);
    again(&s, &s.badges[2]);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'capacity'"), 1);
    goes_there_and_back("capacity", "accept", 9);
    char id[TN_ID_HEX_SIZE];
    id_of("capacity", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("Room for");
    /* A bigger room, and it is none any more. */
    central_sql(central, "UPDATE activity SET capacity = 3");
    scene_open(&s, central);
    again(&s, &s.badges[2]);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'capacity'"), 0);
}

static void a_way_that_is_none_names_those_there_are(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED + COPY, 1);
    derive(&s);
    scene_close(&s);
    id_of("unknown_badge", id);
    char *before = dump(central);
#define REFUSED(how)                                                                               \
    gives(TN_EXIT_PERSON, "conflicts settle %.8s " how " --central central.db --why x", id)
    REFUSED("merge=L00001");
    assert_said("settled as one of: accept, void, learner=LEARNER");
    REFUSED("learner");
    REFUSED("void=5");
    REFUSED("learner=nobody");
    assert_said("no learner is known by this");
    gives(TN_EXIT_PERSON, "conflicts reopen %.8s --central central.db --why x", id);
    assert_said("is open");
    gives(TN_EXIT_PERSON, "conflicts show ffff0 --central central.db");
    assert_said("no conflict has this id");
    gives(TN_EXIT_PERSON, "conflicts show fff --central central.db");
    assert_said("the first four digits of a conflict's id, or more, are expected");
    gives(TN_EXIT_USAGE, "conflicts settle %.8s void --central central.db", id);
    assert_said("--why TEXT is missing");
    gives(TN_EXIT_USAGE, "conflicts --type nonsense --central central.db");
    char *after = dump(central);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_forks_copies_count_as_a_person_says),
        TEST(what_comes_later_obeys_the_decision_in_any_order),
        TEST(a_revoked_stations_later_entries_count_if_a_person_says_so),
        TEST(an_unknown_badge_is_accepted_voided_or_a_learners),
        TEST(a_badge_scanned_after_it_was_replaced_is_a_conflict),
        TEST(one_learner_at_two_places_is_an_overlap),
        cmocka_unit_test(spans_overlap_where_both_were_seen),
        TEST(an_activity_fuller_than_its_room_is_a_conflict),
        TEST(a_way_that_is_none_names_those_there_are),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
