/* A station that serves its siblings, and those that ask it, without the network between them: what
 * goes over, who is refused, and that what breaks off goes on from there. */
#include <sodium.h>

#include "sync/link/sibling_answer.h"
#include "sync/link/sibling_key.h"
#include "tests/unit/sync_gates.h"

#define QUESTIONS_MAX 48

/* The station `gate` serves. */
struct way {
    struct tn_sibling_answer *gate;
    struct tn_far far;
    int asked[TN_ASK_COUNT];
    int questions;
    int cut_at;            /* the question whose answer is lost; 0: none */
    bool is_dying;         /* and with it the station that serves, which is then started anew */
    struct tn_hash passed; /* of who visits */
    bool is_writing;       /* the gate scans a badge after every answer */
};

static void start(struct way *way)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    assert_int_equal(tn_sibling_answer_init(way->gate, "gate", &env), TN_OK);
}

static enum tn_status ask(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer)
{
    struct way *way = ctx;
    way->asked[what]++;
    assert_in_range(++way->questions, 1, QUESTIONS_MAX);
    enum tn_status status = tn_sibling_answer(way->gate, what, message, now_ms, answer);
    if (way->is_writing) {
        scan("gate", 1 + way->questions % LEARNERS, 1 + way->questions % LEARNERS, NOON);
    }
    if (way->questions == way->cut_at) {
        tn_buf_clear(answer);
        if (way->is_dying) {
            tn_sibling_answer_destroy(way->gate);
            start(way);
        }
        return TN_ERR_BUSY;
    }
    return status;
}

static bool is_sibling(const void *ctx)
{
    (void)ctx;
    return true;
}

static void open_way(struct way *way)
{
    *way = (struct way){.far = {.ask = ask, .ctx = way, .is_sibling = is_sibling}};
    way->gate = calloc(1, sizeof *way->gate);
    assert_non_null(way->gate);
    start(way);
}

static void close_way(struct way *way)
{
    tn_sibling_answer_destroy(way->gate);
    free(way->gate);
}

/* What `reconcile` does with a station that serves. */
static enum tn_status visit(struct way *way, const char *dir, struct tn_gossip *gossip)
{
    memset(way->asked, 0, sizeof way->asked);
    way->questions = 0;
    return go_to(&way->far, dir, false, &way->passed, gossip);
}

static int begin(void **state)
{
    return begin_with(state, (const char *const[]){"west", "east", NULL});
}

static void who_came_in_at_one_gate_is_known_at_all_without_a_centre(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 2, NOON);
    scan("west", 3, 4, NOON);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    assert_int_equal(gossip.stations, 2);
    assert_int_equal(scan_one("gate", 3, now_ms), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("west", 1, now_ms), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("east", 2, now_ms), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("east", 4, now_ms), TN_RESULT_ALREADY);
    /* Nobody's clock is righter than another's, and nobody has a receipt for it. */
    shell(
        "test $(sqlite3 west/station.db \"SELECT count(*) FROM entry WHERE kind = 'clock'\") = 0");
    shell("test $(sqlite3 gate/station.db \"SELECT count(*) FROM receipt JOIN log USING (log_no)"
          " WHERE origin = 'sibling'\") = 0");
    gives(TN_EXIT_DONE, "verify --station gate");
    gives(TN_EXIT_DONE, "verify --station east");
    close_way(&way);
}

static void what_a_lost_kiosk_wrote_comes_home_with_whom_it_visited(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("west", 1, 5, NOON);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    close_way(&way);
    shell("rm -r west gate");
    gives(TN_EXIT_DONE, "reconcile east central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 5);
    shell("test -z \"$(find east/carried -name '*.bundle')\"");
}

/* Nor does it count the same one twice. */
static void who_visits_a_busy_station_is_through_with_it_all_the_same(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    way.is_writing = true;
    scan("gate", 1, 2, NOON);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    assert_int_equal(way.asked[TN_ASK_SIBLINGS], 2);
    assert_int_equal(gossip.stations, 1);
    close_way(&way);
}

static void what_one_carries_of_a_third_goes_on_from_there(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    scan("west", 1, 3, NOON);
    gives(TN_EXIT_DONE, "reconcile west east");
    shell("rm -r west");
    open_way(&way);
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    assert_int_equal(gossip.carried, 3);
    assert_int_equal(scan_one("gate", 2, now_ms), TN_RESULT_ALREADY);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    }
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    assert_int_equal(way.questions, 1);
    /* Whoever starts anew asks once more, and hands over nothing. */
    way.passed = (struct tn_hash){{0}};
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    assert_int_equal(way.asked[TN_ASK_HELLO], 2);
    assert_int_equal(way.asked[TN_ASK_BUNDLE], 0);
    assert_int_equal(gossip.carried, 0);
    close_way(&way);
}

/* Of two copies of a station one is heard; the other's entries are given three times and then not
 * again, until there is something new. */
static void what_cannot_be_used_is_not_given_for_ever(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    scan("west", 1, 1, NOON);
    shell("cp -r west twin");
    scan("west", 2, 4, NOON);
    scan("twin", 5, 9, NOON);
    gives(TN_EXIT_DONE, "reconcile east twin");
    open_way(&way);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    way.passed = (struct tn_hash){{0}};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    }
    assert_int_equal(way.questions, 1);
    close_way(&way);
    (void)turnout("reconcile east central.db");
    (void)turnout("reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 9);
}

static void with_nothing_new_it_stays_at_one_question(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("west", 1, 2, NOON);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    }
    assert_int_equal(way.questions, 1);
    scan("gate", 5, 5, NOON);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    assert_int_equal(gossip.taken, 2); /* a boot, and a check-in */
    assert_int_equal(way.asked[TN_ASK_HELLO], 1);
    close_way(&way);
}

/* A day of exchanges, each with an entry, is no day of files; those of other logs stay. */
static void what_is_carried_grows_by_entries_and_not_by_visits(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    for (int i = 1; i <= 6; i++) {
        scan("west", i, i, NOON);
        scan("gate", i, i, NOON);
        assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    }
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    shell("test $(find gate/carried -name '*.bundle' | wc -l) = 2");
    shell("test $(find west/carried -name '*.bundle' | wc -l) = 1");
    shell("test $(find east/carried -name '*.bundle' | wc -l) = 2");
    close_way(&way);
}

/* Whichever answer is lost, and whether or not the station that serves dies with it. */
static void what_breaks_off_goes_on_from_there_and_loses_nothing(void **state)
{
    (void)state;
    for (int cut_at = 1; cut_at < QUESTIONS_MAX; cut_at++) {
        struct way way;
        struct tn_gossip gossip;
        open_way(&way);
        way.is_dying = cut_at % 2 == 1;
        scan("west", 1 + cut_at % LEARNERS, 1 + cut_at % LEARNERS, NOON);
        scan("gate", 1 + cut_at % LEARNERS, 1 + cut_at % LEARNERS, NOON);
        way.cut_at = cut_at;
        enum tn_status status = visit(&way, "west", &gossip);
        bool is_over = status == TN_OK && way.questions < cut_at;
        way.cut_at = 0;
        assert_int_equal(visit(&way, "west", &gossip), TN_OK);
        close_way(&way);
        if (is_over) {
            assert_true(cut_at > 3);
            break;
        }
    }
    shell(
        "for d in gate west; do sqlite3 $d/station.db 'SELECT lower(hex(hash)) FROM entry ORDER BY"
        " 1' >$d.all; done; cmp gate.all west.all");
}

static void strangers_and_the_revoked_are_refused(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    add_gate("new");
    gives(TN_EXIT_DONE, "reconcile new central.db");
    gives(TN_EXIT_DONE, "station revoke west --central central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    open_way(&way);
    scan("west", 1, 3, NOON);
    assert_int_equal(visit(&way, "west", &gossip), TN_ERR_STATE);
    assert_int_equal(visit(&way, "new", &gossip), TN_OK);
    gives(TN_EXIT_DONE, "demo stranger --learners 4 --seed 9");
    assert_int_equal(visit(&way, "stranger/gate", &gossip), TN_ERR_STATE);
    assert_int_equal(scan_one("gate", 1, now_ms), TN_RESULT_WELCOME);
    close_way(&way);
}

/* By any way the centre gets the same. */
static void what_came_by_a_sibling_is_what_would_have_come_directly(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 3, NOON);
    scan("west", 2, 6, NOON);
    scan("east", 5, 9, NOON);
    shell("cp -r gate west east keys ..");
    central_copy(central, twin_central);
    assert_int_equal(visit(&way, "west", &gossip), TN_OK);
    assert_int_equal(visit(&way, "east", &gossip), TN_OK);
    close_way(&way);
    shell("rm -r west");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile east central.db");
    (void)turnout("reconcile ../gate %s --keys ../keys", twin_central);
    (void)turnout("reconcile ../west %s --keys ../keys", twin_central);
    (void)turnout("reconcile ../east %s --keys ../keys", twin_central);
    static const char sql[] = "SELECT count(*) FROM entry WHERE badge IS NOT NULL";
    assert_int_equal(central_ask(central, sql), 13);
    assert_int_equal(central_ask(twin_central, sql), 13);
    gives(TN_EXIT_DONE, "report reach --central %s --event fair --format csv", twin_central);
    char *direct = strdup(said);
    gives(TN_EXIT_DONE, "report reach --central central.db --event fair --format csv");
    assert_string_equal(said, direct);
    free(direct);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), 0);
}

/* As OpenSSL sees the certificate: pkey -pubin -outform
 * DER, and the SHA-256 of that. */
static void a_pin_is_the_hash_of_the_key_as_others_write_it(void **state)
{
    (void)state;
    struct tn_sign_key key;
    struct tn_hub_key made;
    uint8_t pin[TN_HASH_SIZE];
    uint8_t seed[TN_KEY_SIZE] = {7};
    tn_sign_key_from_seed(seed, &key);
    assert_int_equal(tn_sibling_key_make(&key, NOON, &made), TN_OK);
    assert_true(made.is_tls13_only);
    FILE *file = fopen("made.pem", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(made.pem.data, 1, made.pem.len - 1, file), made.pem.len - 1);
    fclose(file);
    shell("openssl x509 -in made.pem -noout -pubkey | openssl pkey -pubin -outform DER |"
          " openssl dgst -sha256 -binary >made.pin");
    file = fopen("made.pin", "r");
    assert_non_null(file);
    assert_int_equal(fread(pin, 1, sizeof pin, file), sizeof pin);
    fclose(file);
    assert_memory_equal(pin, made.pin, sizeof pin);
    tn_sibling_pin(&key.public_key, pin);
    assert_memory_equal(pin, made.pin, sizeof pin);
    tn_hub_key_free(&made);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_came_in_at_one_gate_is_known_at_all_without_a_centre),
        TEST(what_a_lost_kiosk_wrote_comes_home_with_whom_it_visited),
        TEST(who_visits_a_busy_station_is_through_with_it_all_the_same),
        TEST(what_one_carries_of_a_third_goes_on_from_there),
        TEST(what_cannot_be_used_is_not_given_for_ever),
        TEST(with_nothing_new_it_stays_at_one_question),
        TEST(what_is_carried_grows_by_entries_and_not_by_visits),
        TEST(what_breaks_off_goes_on_from_there_and_loses_nothing),
        TEST(strangers_and_the_revoked_are_refused),
        TEST(what_came_by_a_sibling_is_what_would_have_come_directly),
        cmocka_unit_test_setup_teardown(a_pin_is_the_hash_of_the_key_as_others_write_it,
                                        world_setup, world_teardown),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
