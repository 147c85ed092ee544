/* Erasing people about whom something is not settled, was settled as nothing, or still waits: a
 * badge that two have, a form that does not open, two who are alike and not one, and bundles that
 * are held. */
#include "sync/central/ingest.h"
#include "tests/unit/sync_canary.h"
#include "tests/unit/sync_handing.h"
#include "tests/unit/sync_world.h"
#include "turnout/cbor.h"

#define VARIANTS 3

static void erase(const char *who)
{
    shell("rm -f keys.riverbend.erased");
    gives(TN_EXIT_DONE, "erase %s --central central.db --yes", who);
}

/* What is left follows from the facts, which deriving anew compares, and none of it leads to them.
 */
static void assert_gone(const struct leads *leads)
{
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_follows_from_facts();
    assert_no_canary();
    assert_leads(leads, false);
}

static void add_learner(struct leads *leads, const char *source_id)
{
    struct tn_centre centre;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    const struct tn_id id = tn_centre_id(&centre.id, "learner", "roster", source_id);
    tn_centre_close(&centre);
    add_lead(leads, &id);
}

static void add_badge(struct leads *leads, const char *digits)
{
    const struct tn_id id = badge_id(digits);
    add_lead(leads, &id);
}

static void add_conflict(struct leads *leads, const char *type)
{
    char hex[TN_ID_HEX_SIZE];
    struct tn_id id;
    conflict_of(type, hex);
    assert_int_equal(tn_id_from_hex(hex, &id), TN_OK);
    add_lead(leads, &id);
}

static void reopen(const char *type)
{
    char id[TN_ID_HEX_SIZE];
    conflict_of(type, id);
    gives(TN_EXIT_DONE, "conflicts reopen %.8s --central central.db --why Canarywhy", id);
}

/* Two helpers give one blank badge to the canary and to Olga. */
static void give_to_both(const char *blank)
{
    char lost[TN_BADGE_TEXT_SIZE];
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    badge_of("Canarypref", lost);
    replace_by("desk", lost, blank, 10);
    badge_of("Olga", lost);
    replace_by("robotics", lost, blank, 20);
    struct tn_station *gate = open_station("gate");
    scan_text(gate, blank, 30);
    tn_station_close(gate);
    (void)turnout("reconcile robotics central.db");
    (void)turnout("reconcile desk central.db");
    (void)turnout("reconcile gate central.db");
}

/* The badge is the canary's, who had it first, until a person says otherwise. */
static void a_badge_that_two_have_leads_to_nobody_who_is_erased(void **state)
{
    char digits[TN_BADGE_TEXT_SIZE];
    char blank[TN_BADGE_TEXT_SIZE];
    (void)state;
    plant();
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 1");
    badge_text("all.csv", LEARNERS + 3, blank);
    give_to_both(blank);
    central_copy(central, twin_central);
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct leads leads = {.count = 0};
        const struct tn_id given = badge_id(blank);
        struct leads olgas = {.count = 0};
        central_copy(twin_central, central);
        add_learner(&leads, "CanaryId-7");
        badge_of("Canarypref", digits);
        add_badge(&leads, digits);
        if (variant == 0) { /* open */
            add_lead(&leads, &given);
            add_conflict(&leads, "two_learners");
        } else {
            add_lead(&olgas, &given);
        }
        if (variant == 2) { /* settled the other way before */
            settle("two_learners", "learner=CanaryId-7");
            reopen("two_learners");
        }
        if (variant > 0) {
            settle("two_learners", "learner=Other-8");
        }
        assert_leads(&leads, true);
        erase("CanaryId-7");
        assert_gone(&leads);
        assert_leads(&olgas, true);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM visit v JOIN learner_alias a ON"
                                              " a.learner = v.who WHERE a.source_id = 'Other-8'"),
                         variant > 0);
    }
}

static void a_form_that_does_not_open_goes_with_whoever_filled_it_in(void **state)
{
    char code[TN_BADGE_CODE_SIZE];
    struct tn_id badge;
    struct tn_id learner;
    (void)state;
    walk_in(code);
    (void)turnout("reconcile desk central.db --keys nowhere");
    central_sql(central, "UPDATE sealed SET form = badge");
    (void)turnout("reconcile desk central.db");
    central_copy(central, twin_central);
    for (int is_settled = 0; is_settled < 2; is_settled++) {
        struct leads leads = {.count = 0};
        struct tn_centre centre;
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        central_copy(twin_central, central);
        add_conflict(&leads, "sealed_form");
        assert_int_equal(tn_centre_open(central, &centre), TN_OK);
        assert_int_equal(
            tn_centre_prepare(&centre, "SELECT badge FROM sealed WHERE ecosystem = $1", &stmt),
            TN_OK);
        assert_int_equal(tn_step(stmt, &has_row), TN_OK);
        tn_col_id(stmt, 0, &badge);
        tn_reset(stmt);
        tn_centre_close(&centre);
        learner = tn_walkin_learner(&badge);
        add_lead(&leads, &badge);
        add_lead(&leads, &learner);
        assert_leads(&leads, true);
        if (is_settled) {
            settle("sealed_form", "seen");
        }
        erase(code);
        assert_gone(&leads);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM sealed"), 0);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), is_settled);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), 1);
    }
}

/* Two who are alike, and a person said that they are two. */
static void two_who_are_not_one_are_no_pair_any_more(void **state)
{
    struct leads leads = {.count = 0};
    (void)state;
    plant();
    shell("printf 'id,given_name,family_name,birth_year,grade\\n"
          "CanaryId-7,Canarygiven,Canaryfamily,2015,5\\n"
          "Twin-9,C\303\241narygiven,C\303\241naryfamily,2015,5\n' >alike.csv");
    gives(TN_EXIT_DONE, "import roster alike.csv --central central.db");
    gives(TN_EXIT_PERSON, "duplicates --central central.db");
    settle("duplicate", "distinct");
    add_learner(&leads, "CanaryId-7");
    add_conflict(&leads, "duplicate");
    assert_leads(&leads, true);
    erase("CanaryId-7");
    assert_gone(&leads);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM duplicate"), 0);
    gives(TN_EXIT_DONE, "duplicates --central central.db");
    gives(TN_EXIT_DONE, "import roster alike.csv --central central.db");
    gives(TN_EXIT_DONE, "duplicates --central central.db");
    assert_gone(&leads);
}

/* One entry in a bundle of its own, of a log and under a key. */
struct single {
    struct tn_sign_key key;
    struct tn_id log;
    uint64_t seq;
    struct tn_entry entry;
    bool is_broken; /* the chain does not hold */
};

static struct tn_sign_key key_number(uint64_t seed)
{
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, seed);
    struct tn_sign_key key;
    tn_sign_key_create(&random, &key);
    return key;
}

static void enrol(struct tn_centre *centre, int64_t log_no, const struct single *one)
{
    static const char sql[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, head) SELECT"
        " ecosystem, $2, $3, $4, 'Extra', 'gate', id, $5 FROM event WHERE ecosystem = $1 AND code ="
        " 'fair'";
    static const uint8_t zeros[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(centre, sql, &stmt), TN_OK);
    tn_bind_int(stmt, 2, log_no);
    tn_bind_id(stmt, 3, &one->log);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){one->key.public_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_bytes(stmt, 5, (struct tn_bytes){zeros, sizeof zeros});
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void bring(struct tn_centre *centre, struct single *one)
{
    struct tn_bundle_writer writer;
    struct tn_buf bundle;
    struct tn_ack ack;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = centre->id;
    writer.log = one->log;
    writer.first = one->entry.seq = one->seq;
    writer.before.b[0] = one->seq == 1 ? 0 : 7;
    one->entry.format = TN_ENTRY_FORMAT;
    one->entry.at_ms = NOON;
    assert_int_equal(tn_entry_chain(&one->entry, &writer.before, &one->log), TN_OK);
    assert_int_equal(tn_bundle_add(&writer, &one->entry), TN_OK);
    writer.after.b[0] ^= one->is_broken;
    assert_int_equal(tn_bundle_finish(&writer, &one->key, NULL, &bundle), TN_OK);
    tn_bundle_writer_destroy(&writer);
    assert_int_equal(tn_ingest_bundle(centre, tn_buf_bytes(&bundle), NOON, &ack), TN_OK);
    assert_true(ack.verdict > TN_VERDICT_FORK);
    tn_buf_destroy(&bundle);
}

/* The body of a replace: [1, the badge that was lost, why]. */
static struct tn_bytes put_replace(struct tn_buf *body, const struct tn_id *lost)
{
    tn_buf_init(body, TN_BODY_MAX);
    tn_cbor_put_array(body, 3);
    tn_cbor_put_uint(body, 1);
    tn_cbor_put_id(body, lost);
    tn_cbor_put_text(body, "lost");
    assert_int_equal(body->status, TN_OK);
    return tn_buf_bytes(body);
}

/* Five bundles that are held, of four reasons: the canary's badge, its learner, the badge in the
 * body of a replace, and the badge in one whose chain is broken; the last is Olga's. */
static void bring_all(const struct tn_id *badge, const struct tn_id *learner,
                      const struct tn_id *other, bool is_first)
{
    const struct tn_sign_key known = key_number(21);
    const struct tn_sign_key second = key_number(22);
    const struct tn_id log = {{31}};
    const struct tn_id second_log = {{32}};
    struct tn_buf body;
    struct single all[] = {
        {known, log, 4, {.kind = "check_in", .method = "scan", .badge = *badge}, false},
        {second, log, 2, {.kind = "check_in", .method = "search", .learner = *learner}, false},
        {key_number(23), {{33}}, 1, {.kind = "replace", .badge = {{0xdd, 1}}}, false},
        {known, log, 6, {.kind = "check_in", .method = "scan", .badge = *badge}, true},
        {known, log, 8, {.kind = "check_in", .method = "scan", .badge = *other}, false},
    };
    struct single own = {.key = second, .log = second_log};
    struct tn_centre centre;
    struct tn_keyring keyring;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_keys(&centre, NULL, &keyring), TN_OK);
    all[2].seq = 1;
    all[2].entry.body = put_replace(&body, badge);
    if (is_first) {
        enrol(&centre, 90, &all[0]);
        enrol(&centre, 91, &own);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bring(&centre, &all[i]);
    }
    tn_buf_destroy(&body);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
}

static void a_held_bundle_that_names_them_goes_and_does_not_come_back(void **state)
{
    struct leads leads = {.count = 0};
    struct leads olgas = {.count = 0};
    struct tn_centre centre;
    char digits[TN_BADGE_TEXT_SIZE];
    (void)state;
    plant();
    badge_of("Canarypref", digits);
    const struct tn_id badge = badge_id(digits);
    badge_of("Olga", digits);
    const struct tn_id other = badge_id(digits);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    const struct tn_id learner = tn_centre_id(&centre.id, "learner", "roster", "CanaryId-7");
    tn_centre_close(&centre);
    bring_all(&badge, &learner, &other, true);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 5);
    assert_int_equal(central_ask(central, "SELECT count(DISTINCT why) FROM held"), 4);
    add_lead(&leads, &badge);
    add_lead(&leads, &learner);
    add_lead(&olgas, &other);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    assert_said("Held bundles that name them dropped: 4");
    for (int round = 0; round < 2; round++) {
        assert_gone(&leads);
        assert_leads(&olgas, true);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 1);
        assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), 1);
        bring_all(&badge, &learner, &other, false); /* nobody gave their stations a receipt */
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_badge_that_two_have_leads_to_nobody_who_is_erased),
        TEST(a_form_that_does_not_open_goes_with_whoever_filled_it_in),
        TEST(two_who_are_not_one_are_no_pair_any_more),
        TEST(a_held_bundle_that_names_them_goes_and_does_not_come_back),
    };
    /* Each test has a keyring of its own beside it, and so a file of tombstones; a server's
     * database would note the first one's for all. */
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
