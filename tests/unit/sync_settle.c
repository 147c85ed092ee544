/* Settling conflicts on a world that has one of each: every way of every type, and back again. What
 * a decision changes is compared in the whole dump, without its own history. */
#include "sync/central/again.h"
#include "sync/central/detect.h"
#include "sync/central/ingest.h"
#include "sync/central/settle.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_settling.h"
#include "tests/unit/sync_world.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */
#define MIN INT64_C(60000)
#define PEOPLE 12
#define SHARED 6 /* entries before the two copies part */
#define COPY 4   /* entries of each copy */

struct scene {
    struct tn_centre centre;
    struct tn_sign_key device;
    struct tn_id log;
    struct tn_id event;
    struct tn_id badges[PEOPLE]; /* in the order of the roster */
};

static const struct tn_id unknown_badge = {{0xee, 1}};

static void enrol(struct scene *s)
{
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) VALUES ($1, 90, $2, $3, 'Extra', 'gate', $4, $5)";
    static const uint8_t zeros[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(&s->centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &s->log);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){s->device.public_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_id(stmt, 4, &s->event);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){zeros, sizeof zeros});
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void scene_open(struct scene *s, const char *uri)
{
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 8);
    *s = (struct scene){.log = {{9}}};
    tn_sign_key_create(&random, &s->device);
    assert_int_equal(tn_centre_open(uri, &s->centre), TN_OK);
    s->event =
        one_id(&s->centre, "SELECT id FROM event WHERE ecosystem = $1 AND code = $2", "fair");
    for (int i = 0; i < PEOPLE; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "L%05d", i + 1);
        s->badges[i] = one_id(&s->centre,
                              "SELECT b.id FROM badge b JOIN learner_alias a ON a.learner ="
                              " b.learner WHERE b.ecosystem = $1 AND a.source_id = $2",
                              id);
    }
}

static void scene_close(struct scene *s)
{
    tn_centre_close(&s->centre);
}

/* The two copies of the station's log: after the shared entries one goes on with people 7 to 10,
 * the other with 9 to 11 and a badge nobody knows. */
static void make_entry(const struct scene *s, uint64_t seq, int story, struct tn_entry *out)
{
    const uint64_t person = seq <= SHARED ? seq - 1 : seq - 1 + (story == 0 ? 0 : 2);
    *out = (struct tn_entry){.seq = seq,
                             .format = TN_ENTRY_FORMAT,
                             .event = s->event,
                             .at_ms = STARTS + (int64_t)seq * MIN + story,
                             .mono_ms = 1};
    (void)snprintf(out->method, sizeof out->method, "scan");
    (void)snprintf(out->kind, sizeof out->kind, "check_in");
    out->badge = story == 1 && seq == SHARED + COPY ? unknown_badge : s->badges[person];
}

static struct tn_ack ingest(struct scene *s, uint64_t first, uint64_t last, int story)
{
    struct tn_bundle_writer writer;
    struct tn_hash hash = {{0}};
    struct tn_entry entry;
    struct tn_buf bundle;
    struct tn_ack ack;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = s->centre.id;
    writer.log = s->log;
    writer.first = first;
    for (uint64_t seq = 1; seq <= last; seq++) {
        make_entry(s, seq, seq <= SHARED ? 0 : story, &entry);
        assert_int_equal(tn_entry_chain(&entry, &hash, &s->log), TN_OK);
        if (seq == first) {
            writer.before = hash;
        }
        if (seq >= first) {
            assert_int_equal(tn_bundle_add(&writer, &entry), TN_OK);
        }
        hash = entry.hash;
    }
    assert_int_equal(tn_bundle_finish(&writer, &s->device, &bundle), TN_OK);
    tn_bundle_writer_destroy(&writer);
    assert_int_equal(tn_ingest_bundle(&s->centre, tn_buf_bytes(&bundle), STARTS, &ack), TN_OK);
    tn_buf_destroy(&bundle);
    return ack;
}

static void derive(struct scene *s)
{
    assert_int_equal(tn_visits_update(&s->centre, STARTS, NULL, NULL), TN_OK);
}

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

/* Entries 4 to 6 wait for those before them. Looked at, the conflict is settled and nothing
 * changes; once 1 to 3 come all six count, and the conflict is gone. */
static void what_is_held_can_be_looked_at_and_counts_once_it_follows_on(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 4, SHARED, 0);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held"), 1);
    goes_there_and_back("gap", "seen", 0);
    id_of("gap", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("seen");
    settle(id, "seen");
    gives(TN_EXIT_DONE, "conflicts --central central.db");
    scene_open(&s, central);
    ingest(&s, 1, 3, 0);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held"), 0);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
}

/* Entries 1 to 3 of a station nobody enrolled: looked at, they still do not count. Once it is
 * enrolled they do, as soon as it brings more. */
static void entries_of_an_unknown_station_count_once_it_is_known(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    ingest(&s, 1, 3, 0);
    derive(&s);
    scene_close(&s);
    id_of("unknown_station", id);
    settle(id, "seen");
    assert_int_equal(ask("SELECT count(*) FROM visit"), 0);
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held"), 0);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
}

/* Another station brings entries of this one's log under its own key: held, also when that was
 * looked at, while the log's own station goes on. */
static void entries_under_a_wrong_key_never_count(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 9);
    scene_open(&s, central);
    enrol(&s);
    const struct tn_sign_key own = s.device;
    tn_sign_key_create(&random, &s.device);
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) SELECT ecosystem, 91, $2, $3, 'Other', role, event,"
                              " head FROM kiosk WHERE ecosystem = $1 AND log_no = 90";
    struct tn_stmt *stmt = NULL;
    const struct tn_id other = {{5}};
    assert_int_equal(tn_centre_prepare(&s.centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &other);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){s.device.public_key.b, TN_PUBLIC_KEY_SIZE});
    assert_int_equal(tn_run(stmt), TN_OK);
    ingest(&s, 1, 3, 1);
    derive(&s);
    scene_close(&s);
    id_of("wrong_key", id);
    settle(id, "seen");
    assert_int_equal(ask("SELECT count(*) FROM visit"), 0);
    scene_open(&s, central);
    s.device = own;
    ingest(&s, 1, SHARED, 0);
    derive(&s);
    scene_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held"), 1);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
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
        TEST(what_is_held_can_be_looked_at_and_counts_once_it_follows_on),
        TEST(entries_of_an_unknown_station_count_once_it_is_known),
        TEST(entries_under_a_wrong_key_never_count),
        TEST(a_way_that_is_none_names_those_there_are),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
