/* Badges that changed hands, laid down in every order: the badge table must come out the same, also
 * where blanks replaced each other and where only one of two kiosks knew whose the old badge was.
 */
#include <sodium.h>

#include "sync/central/handouts.h"
#include "tests/unit/sync_world.h"

#define STARTS INT64_C(1773496800000)
#define FACTS_MAX 4

struct place {
    struct tn_centre centre;
    struct tn_keyring keyring;
};

static struct tn_id one_id(struct tn_centre *centre, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    struct tn_id id;
    bool has_row = false;
    assert_int_equal(tn_centre_prepare(centre, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    tn_col_id(stmt, 0, &id);
    tn_reset(stmt);
    return id;
}

/* What a kiosk says; learner and old may be none, and a card comes where the learner is known. */
static struct tn_handout say(enum tn_kind kind, const struct tn_id *badge,
                             const struct tn_id *learner, const struct tn_id *old, int minute)
{
    struct tn_handout out = {.kind = kind,
                             .badge = *badge,
                             .learner = *learner,
                             .old = *old,
                             .at_ms = STARTS + minute * INT64_C(60000),
                             .has_card = !tn_id_is_none(learner)};
    memset(out.card, minute, sizeof out.card);
    memset(out.hash.b, 0x40 + minute, sizeof out.hash.b);
    return out;
}

/* As visits.c does it; the vault is at hand each time. */
static void apply(struct place *at, const struct tn_handout *handout)
{
    struct tn_id chain[TN_HANDOUT_CHAIN_MAX];
    size_t count = 0;
    assert_int_equal(tn_handout_put(&at->centre, handout), TN_OK);
    assert_int_equal(tn_handout_chain(&at->centre, handout, chain, &count), TN_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tn_handout_settle(&at->centre, &chain[i], STARTS), TN_OK);
    }
    assert_int_equal(tn_handout_cards(&at->centre, &at->keyring), TN_OK);
}

static void open_place(const char *uri, struct place *out)
{
    assert_int_equal(tn_centre_open(uri, &out->centre), TN_OK);
    assert_int_equal(tn_centre_keys(&out->centre, "keys", &out->keyring), TN_OK);
}

static void close_place(struct place *at)
{
    tn_keyring_wipe(&at->keyring);
    tn_centre_close(&at->centre);
}

/* The dump after the facts came in one order; the caller frees. */
static char *dump_after(const struct tn_handout *facts, const int *order, size_t count)
{
    struct place at;
    central_copy(central, twin_central);
    open_place(twin_central, &at);
    for (size_t i = 0; i < count; i++) {
        apply(&at, &facts[order[i]]);
    }
    close_place(&at);
    gives(TN_EXIT_DONE, "dump --central %s", twin_central);
    char *text = strdup(said);
    assert_non_null(text);
    return text;
}

/* Every order of up to four facts, each by its number in base `count`. */
static void assert_no_order_shows(const struct tn_handout *facts, size_t count)
{
    char *first = NULL;
    for (int number = 0; number < 256; number++) {
        int order[FACTS_MAX];
        unsigned seen = 0;
        for (size_t i = 0; i < count; i++) {
            order[i] = (number >> (2 * i)) & 3;
            seen |= 1u << order[i];
        }
        if (seen != (1u << count) - 1 || number >> (2 * count) != 0) {
            continue;
        }
        char *dump = dump_after(facts, order, count);
        if (first == NULL) {
            first = dump;
            continue;
        }
        assert_string_equal(dump, first);
        free(dump);
    }
    assert_non_null(first);
    free(first);
}

static void the_card_of_whoever_knew_the_learner_is_the_badges_in_any_order(void **state)
{
    (void)state;
    static const struct tn_id none = {{0}};
    struct place at;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 1");
    open_place(central, &at);
    const struct tn_id blank =
        one_id(&at.centre, "SELECT id FROM badge WHERE ecosystem = $1 AND learner IS NULL");
    const struct tn_id old = one_id(&at.centre, "SELECT id FROM badge WHERE ecosystem = $1"
                                                " AND learner IS NOT NULL ORDER BY id LIMIT 1");
    const struct tn_id learner =
        one_id(&at.centre, "SELECT learner FROM badge WHERE ecosystem = $1 AND learner IS NOT NULL"
                           " ORDER BY id LIMIT 1");
    const struct tn_id event = one_id(&at.centre, "SELECT id FROM event WHERE ecosystem = $1");
    close_place(&at);
    struct tn_handout facts[] = {say(TN_KIND_REPLACE, &blank, &none, &old, 1),
                                 say(TN_KIND_REPLACE, &blank, &learner, &old, 2)};
    facts[0].event = facts[1].event = event;
    assert_no_order_shows(facts, 2);
}

/* Two blanks that replaced each other at two kiosks, and a form that one of them got later. */
static void blanks_that_replace_each_other_are_the_same_in_any_order(void **state)
{
    (void)state;
    static const struct tn_id none = {{0}};
    struct place at;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 2");
    open_place(central, &at);
    const struct tn_id a =
        one_id(&at.centre,
               "SELECT id FROM badge WHERE ecosystem = $1 AND learner IS NULL ORDER BY id LIMIT 1");
    const struct tn_id b = one_id(
        &at.centre,
        "SELECT id FROM badge WHERE ecosystem = $1 AND learner IS NULL ORDER BY id DESC LIMIT 1");
    const struct tn_id event = one_id(&at.centre, "SELECT id FROM event WHERE ecosystem = $1");
    close_place(&at);
    const struct tn_id walkin = tn_walkin_learner(&a);
    struct tn_handout facts[] = {say(TN_KIND_REPLACE, &a, &none, &b, 1),
                                 say(TN_KIND_REPLACE, &b, &none, &a, 2),
                                 say(TN_KIND_REGISTER, &a, &walkin, &none, 3)};
    for (size_t i = 0; i < 3; i++) {
        facts[i].event = event;
    }
    assert_no_order_shows(facts, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_card_of_whoever_knew_the_learner_is_the_badges_in_any_order),
        TEST(blanks_that_replace_each_other_are_the_same_in_any_order),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
