/* Stations hear of each other through a hub: what one gate brings the next one knows, over the
 * relay in the hub's memory. Without the network between them. */
#include <sodium.h>

#include "tests/unit/sync_gates.h"
#include "tests/unit/sync_near_hub.h"

#define QUESTIONS_MAX 32

/* A hub and the way to it. */
struct way {
    struct near_hub near;
    struct tn_hub_answer *hub; /* near's */
    struct tn_far far;
    int asked[TN_ASK_COUNT];
    size_t bytes; /* there and back */
    bool is_old;  /* it knows no siblings */
};

static enum tn_status ask(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer)
{
    struct way *way = ctx;
    way->asked[what]++;
    assert_in_range(way->asked[what], 1, QUESTIONS_MAX);
    if (what == TN_ASK_SIBLINGS && way->is_old) {
        return TN_ERR_NOT_FOUND;
    }
    enum tn_status status = tn_hub_answer(way->hub, what, message, now_ms, answer);
    way->bytes += message.len + answer->len;
    return status;
}

static void open_way(struct way *way)
{
    *way = (struct way){.far = {.ask = ask, .ctx = way}};
    open_near_hub(&way->near);
    way->hub = way->near.hub;
}

static void close_way(struct way *way)
{
    close_near_hub(&way->near);
}

/* What `reconcile` does with a hub, and what it asked on the way. */
static enum tn_status travel(struct way *way, const char *dir, struct tn_gossip *gossip)
{
    memset(way->asked, 0, sizeof way->asked);
    way->bytes = 0;
    return go_to(&way->far, dir, true, NULL, gossip);
}

static int begin(void **state)
{
    return begin_with(state, (const char *const[]){"west", NULL});
}

static void what_one_gate_brings_the_next_one_knows(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 4, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(gossip.taken, 0);
    assert_int_equal(travel(&way, "west", &gossip), TN_OK);
    assert_int_equal(gossip.stations, 1);
    assert_int_equal(gossip.taken, 5); /* a boot, and four check-ins */
    assert_int_equal(scan_one("west", 2, now_ms), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("west", 7, now_ms), TN_RESULT_WELCOME);
    gives(TN_EXIT_DONE, "verify --station west");
    /* The centre has them, and has said so: nobody need carry them, and they may be purged. */
    shell("test ! -e west/carried");
    shell("test $(sqlite3 west/station.db \"SELECT count(*) FROM receipt JOIN log USING (log_no)"
          " WHERE origin = 'sibling'\") = 1");
    close_way(&way);
}

static void with_nothing_new_it_stays_at_one_question(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 4, NOON);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
        assert_int_equal(travel(&way, "west", &gossip), TN_OK);
    }
    assert_int_equal(way.asked[TN_ASK_HELLO], 1);
    assert_int_equal(way.asked[TN_ASK_BUNDLE] + way.asked[TN_ASK_PACK], 0);
    assert_int_equal(way.asked[TN_ASK_SIBLINGS], 0);
    print_message("nothing new: %zu bytes there and back\n", way.bytes);
    assert_true(way.bytes < 700);
    /* One's own bundles are no news to oneself, but to the other. */
    scan("gate", 5, 5, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(way.asked[TN_ASK_SIBLINGS], 0);
    assert_int_equal(travel(&way, "west", &gossip), TN_OK);
    assert_int_equal(way.asked[TN_ASK_HELLO], 1);
    assert_int_equal(way.asked[TN_ASK_SIBLINGS], 2);
    assert_int_equal(gossip.taken, 1);
    close_way(&way);
}

/* A hub of before is asked in vain, and a cursor of before is understood. */
static void a_hub_that_knows_no_siblings_is_a_hub_all_the_same(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    way.is_old = true;
    scan("gate", 1, 4, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_ERR_NOT_FOUND);
    assert_int_equal(travel(&way, "west", &gossip), TN_ERR_NOT_FOUND);
    assert_int_equal(gossip.taken, 0);
    close_way(&way);
}

/* Whom the hub refuses: who is revoked, who is of another ecosystem, who is nobody. */
static void who_is_revoked_hears_nothing_and_is_not_heard(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 4, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(way.hub->siblings.relay.count, 1);
    gives(TN_EXIT_DONE, "station revoke west --central central.db");
    assert_int_equal(travel(&way, "west", &gossip), TN_ERR_STATE);
    assert_int_equal(gossip.taken, 0);
    assert_int_equal(way.hub->siblings.relay.count, 0);
    scan("west", 5, 6, NOON);
    assert_int_equal(travel(&way, "west", &gossip), TN_ERR_STATE);
    assert_int_equal(way.hub->siblings.relay.count, 0);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(gossip.taken, 0);
    close_way(&way);
}

/* Whoever the first badge is of, by the code on it. */
static void erase_one(void)
{
    char line[512];
    FILE *file = fopen("badges.csv", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    char *rest = strchr(strchr(line, ',') + 1, ',') + 1;
    const char *code = strsep(&rest, ",");
    (void)turnout("erase %s --central central.db --yes", code);
    assert_said("erased");
}

static void an_erasure_empties_the_relay(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    open_way(&way);
    scan("gate", 1, 4, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(way.hub->siblings.relay.count, 1);
    assert_int_equal(tn_hub_answer_idle(way.hub, now_ms), TN_OK);
    assert_int_equal(way.hub->siblings.relay.count, 1);
    erase_one();
    assert_int_equal(tn_hub_answer_idle(way.hub, now_ms), TN_OK);
    assert_int_equal(way.hub->siblings.relay.count, 0);
    assert_int_equal(way.hub->siblings.relay.size, 0);
    close_way(&way);
}

/* Another event's stations have other keys, and are given nothing of this one's. */
static void a_station_of_another_event_gets_nothing(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    shell("{ head -n 1 events.csv; sed -n 2p events.csv | sed s/^fair,/other,/; } >other.csv");
    gives(TN_EXIT_DONE, "import events other.csv --central central.db");
    gives(TN_EXIT_DONE, "station new --central central.db --event other --name Far --role gate"
                        " --out far");
    open_way(&way);
    scan("gate", 1, 4, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    assert_int_equal(travel(&way, "far", &gossip), TN_OK);
    assert_int_equal(gossip.taken, 0);
    assert_int_equal(way.asked[TN_ASK_SIBLINGS], 1);
    close_way(&way);
}

/* Gives the same answer to whatever it is asked. */
static enum tn_status give_again(void *ctx, enum tn_ask what, struct tn_bytes message,
                                 struct tn_buf *answer)
{
    const struct tn_buf *given = ctx;
    (void)message;
    assert_int_equal(what, TN_ASK_SIBLINGS);
    return tn_buf_append(answer, given->data, given->len);
}

static enum tn_status hear(struct tn_buf *given, struct tn_gossip *gossip)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    const struct tn_far far = {.ask = give_again, .ctx = given};
    *gossip = (struct tn_gossip){0};
    assert_int_equal(tn_station_open("west", &env, &station), TN_OK);
    enum tn_status status = tn_gossip_hear(station, "west", &far, gossip);
    tn_station_close(station);
    return status;
}

static void swallow(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

/* What the hub would answer West now. */
static void record(struct way *way, struct tn_buf *out)
{
    const struct tn_relay_item *item = way->hub->siblings.relay.items[0];
    struct tn_others others;
    tn_others_init(&others);
    assert_int_equal(way->hub->siblings.relay.count, 1);
    assert_true(item->receipt_len > 0);
    assert_true(tn_others_add(&others, (struct tn_bytes){item->bytes, item->len},
                              (struct tn_bytes){item->receipt, item->receipt_len}));
    tn_buf_init(out, TN_OTHERS_SIZE_MAX);
    assert_int_equal(tn_others_write(&others, out), TN_OK);
    tn_others_destroy(&others);
}

/* Whoever alters an answer, or cuts it off, makes a station know nothing that is not so. */
static void an_answer_that_was_altered_or_cut_off_leaves_nothing(void **state)
{
    (void)state;
    struct way way;
    struct tn_gossip gossip;
    struct tn_buf answer;
    open_way(&way);
    scan("gate", 1, 1, NOON);
    assert_int_equal(travel(&way, "gate", &gossip), TN_OK);
    record(&way, &answer);
    const size_t end = answer.len - way.hub->siblings.relay.items[0]->receipt_len - 3;
    tn_log_to(swallow, NULL);
    for (size_t at = 0; at < end; at += 7) {
        answer.data[at] ^= 0x10;
        (void)hear(&answer, &gossip);
        answer.data[at] ^= 0x10;
        if (gossip.taken > 0) {
            fail_msg("entries were taken with byte %zu of %zu altered", at, end);
        }
    }
    const size_t len = answer.len;
    for (answer.len = 0; answer.len < len; answer.len += 7) {
        assert_int_equal(hear(&answer, &gossip), TN_ERR_FORMAT);
        assert_int_equal(gossip.taken, 0);
    }
    answer.len = len;
    shell("test ! -e west/carried");
    /* A receipt that is none covers nothing: the entries are known, and carried on. */
    answer.data[answer.len - 1] ^= 0x10;
    assert_int_equal(hear(&answer, &gossip), TN_OK);
    assert_int_equal(gossip.taken, 2);
    shell("test $(find west/carried -name '*.bundle' | wc -l) = 1");
    answer.data[answer.len - 1] ^= 0x10;
    assert_int_equal(hear(&answer, &gossip), TN_OK);
    tn_buf_destroy(&answer);
    close_way(&way);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_one_gate_brings_the_next_one_knows),
        TEST(with_nothing_new_it_stays_at_one_question),
        TEST(a_hub_that_knows_no_siblings_is_a_hub_all_the_same),
        TEST(who_is_revoked_hears_nothing_and_is_not_heard),
        TEST(an_erasure_empties_the_relay),
        TEST(a_station_of_another_event_gets_nothing),
        TEST(an_answer_that_was_altered_or_cut_off_leaves_nothing),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
