/* A station and a hub that are not one process, without the network between them: what is asked and
 * answered, how often, who is refused, and that whatever breaks off goes on from there. */
#include <sodium.h>

#include "sync/wire/request.h"
#include "tests/unit/sync_near_hub.h"
#include "turnout/cbor.h"

#define NOON INT64_C(1800000000000)
#define QUESTIONS_MAX 64

/* A hub and the way to it. */
struct way {
    struct near_hub near;
    struct tn_hub_answer *hub; /* near's */
    struct tn_far far;
    int64_t hub_ahead_ms; /* how far its clock is ahead of the station's */
    int asked[TN_ASK_COUNT];
    int questions;
    size_t there; /* bytes */
    size_t back;
    int cut_at;      /* the question whose answer is lost; 0: none */
    bool has_clock;  /* the boot is known to be right: nothing is measured */
    bool is_bending; /* every question has each of its bytes altered first, and is refused */
};

static int64_t station_ms;
static int64_t station_mono_ms;

static void clocks(int64_t *at_ms, int64_t *mono_ms)
{
    *at_ms = station_ms;
    *mono_ms = station_mono_ms;
}

static char *dump_now(void)
{
    gives(TN_EXIT_DONE, "dump --central central.db");
    char *text = strdup(said);
    assert_non_null(text);
    return text;
}

/* A question with any byte altered is no question, or one that the hub takes for nothing. */
static void bend(struct way *way, enum tn_ask what, struct tn_bytes message)
{
    struct tn_buf bent;
    struct tn_buf answer;
    tn_buf_init(&bent, message.len);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    tn_buf_append(&bent, message.data, message.len);
    for (size_t i = 0; i < bent.len; i++) {
        struct tn_ack ack = {.verdict = TN_VERDICT_REFUSED};
        bent.data[i] ^= 0x08;
        tn_buf_clear(&answer);
        enum tn_status status = tn_hub_answer(way->hub, what, tn_buf_bytes(&bent),
                                              station_ms + way->hub_ahead_ms, &answer);
        if (status == TN_OK) {
            struct tn_cbor cbor;
            tn_cbor_init(&cbor, tn_buf_bytes(&answer));
            tn_cbor_get_array(&cbor, 5, 5);
            assert_int_equal(tn_cbor_get_uint(&cbor), 4);
            ack.verdict = (enum tn_verdict)tn_cbor_get_uint(&cbor);
            assert_int_equal(ack.verdict, TN_VERDICT_REFUSED);
            assert_int_equal(what, TN_ASK_BUNDLE);
        }
        bent.data[i] ^= 0x08;
    }
    tn_buf_destroy(&bent);
    tn_buf_destroy(&answer);
}

static enum tn_status ask(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer)
{
    struct way *way = ctx;
    way->asked[what]++;
    assert_in_range(++way->questions, 1, QUESTIONS_MAX);
    if (way->is_bending) {
        bend(way, what, message);
    }
    enum tn_status status =
        tn_hub_answer(way->hub, what, message, station_ms + way->hub_ahead_ms, answer);
    way->there += message.len;
    way->back += answer->len;
    if (way->questions == way->cut_at) {
        tn_buf_clear(answer);
        return TN_ERR_BUSY;
    }
    return status;
}

static void open_way(struct way *way)
{
    *way = (struct way){.far = {.ask = ask, .ctx = way}, .has_clock = true};
    open_near_hub(&way->near);
    way->hub = way->near.hub;
}

static void close_way(struct way *way)
{
    assert_int_equal(tn_hub_answer_idle(way->hub, station_ms + way->hub_ahead_ms), TN_OK);
    close_near_hub(&way->near);
}

static enum tn_status travel(struct way *way, const char *dir, struct tn_reconcile *out)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_far_with with = {
        .far = &way->far, .clocks = clocks, .has_clock_known = way->has_clock};
    memset(way->asked, 0, sizeof way->asked);
    way->questions = 0;
    way->there = way->back = 0;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    enum tn_status status = tn_far_reconcile(station, dir, &with, out);
    tn_station_close(station);
    station_ms += 60000;
    station_mono_ms += 60000;
    return status;
}

static int begin(void **state)
{
    station_ms = NOON;
    station_mono_ms = 5000000;
    return world_setup(state);
}

static void a_station_brings_all_and_then_asks_once(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan("gate", 1, 5, NOON - 7200000);
    open_way(&way);
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    assert_true(out.got_receipt && out.added >= 6 && out.left == 0);
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    /* What the first brought may have changed packs; then nothing is left to say. */
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    assert_int_equal(way.questions, 1);
    assert_int_equal(out.added, 0);
    print_message("nothing new: %zu bytes there, %zu back\n", way.there, way.back);
    assert_true(way.there + way.back < 700);
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 5);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"visits\": 5");
}

static void what_a_hub_takes_is_what_a_reconcile_in_one_process_takes(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan("gate", 1, LEARNERS, NOON - 7200000);
    scan("robotics", 3, 9, NOON - 3600000);
    shell("cp -r gate robotics ../ && cp keys ..");
    central_copy(central, twin_central);
    open_way(&way);
    way.far.ask = ask;
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    assert_int_equal(travel(&way, "robotics", &out), TN_OK);
    close_way(&way);
    char *over_hub = dump_now();
    (void)over_hub;
    (void)turnout("reconcile ../gate %s --keys ../keys", twin_central);
    (void)turnout("reconcile ../robotics %s --keys ../keys", twin_central);
    gives(TN_EXIT_DONE, "report reach --central %s --event fair --format csv", twin_central);
    char *other = strdup(said);
    gives(TN_EXIT_DONE, "report reach --central central.db --event fair --format csv");
    assert_string_equal(said, other);
    free(other);
    free(over_hub);
}

static void an_answer_that_is_lost_costs_nothing_but_time(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    int tries = 0;
    scan("gate", 1, 5, NOON - 7200000);
    open_way(&way);
    for (int cut_at = 1; cut_at < QUESTIONS_MAX; cut_at++, tries++) {
        way.cut_at = cut_at;
        scan("gate", 6, 6, NOON + cut_at * 60000);
        enum tn_status status = travel(&way, "gate", &out);
        if (status == TN_OK && way.questions < cut_at) {
            break;
        }
        way.cut_at = 0;
        assert_int_equal(travel(&way, "gate", &out), TN_OK);
        assert_int_equal(out.left, 0);
    }
    assert_true(tries >= 3);
    close_way(&way);
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     5 + tries + 1);
}

static void swallow(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void a_question_that_was_altered_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan("gate", 1, 2, NOON - 7200000);
    open_way(&way);
    tn_log_to(swallow, NULL);
    way.is_bending = true;
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    assert_int_equal(out.left, 0);
    tn_log_to(NULL, NULL);
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 2);
}

static void a_kiosk_with_a_card_enrols_itself_and_a_second_one_is_a_guest(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name West --role gate"
                        " --out west.txt");
    set_up("west.txt", "west", NOON - 9000000);
    set_up("west.txt", "other", NOON - 9000000);
    scan("west", 1, 3, NOON - 7200000);
    scan("other", 4, 5, NOON - 7200000);
    open_way(&way);
    /* Before its first pack a station has no event key: its bundles go to the centre's. */
    assert_int_equal(travel(&way, "west", &out), TN_OK);
    assert_true(out.got_pack && out.got_receipt && out.left == 0);
    assert_int_equal(travel(&way, "other", &out), TN_OK);
    assert_true(out.needs_person && out.left > 0 && !out.got_pack && !out.got_receipt);
    assert_int_equal(travel(&way, "other", &out), TN_OK);
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM guest"), 1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 3);
    gives(TN_EXIT_DONE, "dump --central central.db");
}

static void a_stranger_is_refused_and_nothing_of_it_is_kept(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name West --role gate"
                        " --out west.txt");
    set_up("west.txt", "west", NOON - 9000000);
    scan("west", 1, 3, NOON - 7200000);
    gives(TN_EXIT_DONE, "station revoke West --central central.db");
    open_way(&way);
    assert_int_equal(travel(&way, "west", &out), TN_ERR_STATE);
    assert_int_equal(way.asked[TN_ASK_BUNDLE], 0);
    /* Nor by a bundle of its own accord. */
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station_link link;
    struct tn_station *station = NULL;
    struct tn_buf bundle;
    struct tn_buf message;
    struct tn_buf answer;
    uint64_t last = 0;
    assert_int_equal(tn_station_open("west", &env, &station), TN_OK);
    assert_int_equal(tn_station_link_begin(&link, station, "west", NOON), TN_OK);
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_buf_init(&message, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    for (int is_sealed = 0; is_sealed < 2; is_sealed++) {
        tn_buf_clear(&bundle);
        tn_buf_clear(&message);
        link.is_sealed = is_sealed == 1;
        assert_int_equal(
            tn_station_link_bundle(&link, &link.info.log, 1, TN_ROWS_CHECKED, &bundle, &last),
            TN_OK);
        tn_cbor_put_array(&message, 2);
        tn_cbor_put_uint(&message, 3);
        tn_cbor_put_bytes(&message, tn_buf_bytes(&bundle));
        assert_int_equal(
            tn_hub_answer(way.hub, TN_ASK_BUNDLE, tn_buf_bytes(&message), NOON, &answer), TN_OK);
    }
    tn_station_link_end(&link);
    tn_station_close(station);
    tn_buf_destroy(&bundle);
    tn_buf_destroy(&message);
    tn_buf_destroy(&answer);
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM guest"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 0);
}

static void another_ecosystems_hub_refuses_and_its_packs_are_refused(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan("gate", 1, 3, NOON - 7200000);
    open_way(&way);
    way.near.centre.id.b[0] ^= 1;
    assert_int_equal(travel(&way, "gate", &out), TN_ERR_STATE);
    way.near.centre.id.b[0] ^= 1;
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 0);
}

static void a_revoked_station_brings_its_entries_and_gets_no_pack(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan("gate", 1, 3, NOON - 7200000);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name New --role gate"
                        " --out new");
    gives(TN_EXIT_DONE, "station revoke North~gate --central central.db");
    scan("gate", 4, 6, NOON - 3600000);
    open_way(&way);
    assert_int_equal(travel(&way, "gate", &out), TN_OK);
    assert_false(out.got_pack);
    assert_int_equal(way.asked[TN_ASK_PACK], 0);
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 6);
    assert_int_equal(
        central_ask(central, "SELECT count(*) FROM conflict WHERE type = 'revoked_station'"), 1);
}

/* A badge is scanned so long before now by both of the station's clocks. */
static void scan_before(const char *dir, int row, int64_t before_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    badge_text("badges.csv", row, text);
    struct tn_scan one = {
        station_ms - before_ms, station_mono_ms - before_ms, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
}

/* The hub's clock is right, and the station's three hours slow. */
static void the_clock_is_measured_once_a_boot(void **state)
{
    (void)state;
    struct way way;
    struct tn_reconcile out;
    scan_before("gate", 1, 3600000);
    scan_before("gate", 2, 1800000);
    open_way(&way);
    way.has_clock = false;
    way.hub_ahead_ms = 3 * 3600000;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(travel(&way, "gate", &out), TN_OK);
    }
    close_way(&way);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE kind = 'clock'"), 1);
    assert_int_equal(
        central_ask(central, "SELECT count(*) FROM kiosk WHERE clock_offset = 10800000"), 1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM kiosk WHERE version IS NOT NULL"),
                     1);
    /* Scans were ten minutes and two hours before noon by the slow clock. */
    assert_true(central_ask(central, "SELECT count(*) FROM visit WHERE starts > 1800000000000") ==
                2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_station_brings_all_and_then_asks_once),
        TEST(what_a_hub_takes_is_what_a_reconcile_in_one_process_takes),
        TEST(an_answer_that_is_lost_costs_nothing_but_time),
        TEST(a_question_that_was_altered_is_refused_and_changes_nothing),
        TEST(a_kiosk_with_a_card_enrols_itself_and_a_second_one_is_a_guest),
        TEST(a_stranger_is_refused_and_nothing_of_it_is_kept),
        TEST(another_ecosystems_hub_refuses_and_its_packs_are_refused),
        TEST(a_revoked_station_brings_its_entries_and_gets_no_pack),
        TEST(the_clock_is_measured_once_a_boot),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
