/* Entries, the chain, receipts and times. */
#include "tests/unit/core_fixture.h"

#include "turnout/timefmt.h"

static struct tn_entry sample(void)
{
    static const uint8_t body[] = {0x81, 0x01};
    return (struct tn_entry){
        .seq = 2,
        .format = TN_ENTRY_FORMAT,
        .kind = "check_in",
        .at_ms = FIXTURE_AT_MS,
        .mono_ms = 5,
        .boot = {{1}},
        .event = {{2}},
        .method = "scan",
        .badge = {{3}},
        .learner = {{4}},
        .body = {body, sizeof body},
        .salt = {6},
    };
}

static const struct tn_id log_id = {{9}};
static const struct tn_hash previous = {{8}};

static void kinds_and_names_are_one_to_one(void **state)
{
    (void)state;
    for (int i = 0; i < TN_KIND_COUNT; i++) {
        const char *name = tn_kind_name((enum tn_kind)i);
        assert_true(strlen(name) <= TN_KIND_MAX);
        assert_int_equal(tn_kind_from_name(name), i);
    }
    assert_int_equal(tn_kind_from_name("dance"), TN_KIND_COUNT);
    for (int i = 0; i < TN_ROLE_COUNT; i++) {
        assert_int_equal(tn_role_from_name(tn_role_name((enum tn_role)i)), i);
    }
    assert_int_equal(tn_role_from_name(""), TN_ROLE_COUNT);
}

static enum tn_status check(const struct tn_entry *entry)
{
    return tn_entry_check(entry, &previous, &log_id);
}

static void every_change_breaks_the_chain(void **state)
{
    (void)state;
    struct tn_entry entry = sample();
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_OK);
    assert_int_equal(check(&entry), TN_OK);
    const struct tn_entry whole = entry;
    static const uint8_t other_body[] = {0x81, 0x02};
#define CHANGED(change)                                                                            \
    do {                                                                                           \
        entry = whole;                                                                             \
        change;                                                                                    \
        assert_int_equal(check(&entry), TN_ERR_DAMAGED);                                           \
    } while (0)
    CHANGED(entry.seq++);
    CHANGED(entry.format++);
    CHANGED(entry.kind[0] = 'C');
    CHANGED(entry.at_ms++);
    CHANGED(entry.mono_ms--);
    CHANGED(entry.boot.b[15]++);
    CHANGED(entry.event.b[0]++);
    CHANGED(entry.activity.b[0]++);
    CHANGED(entry.method[0] = 't');
    CHANGED(entry.badge.b[0]++);
    CHANGED(entry.learner.b[0]++);
    CHANGED(entry.body.data = other_body);
    CHANGED(entry.body = (struct tn_bytes){0});
    CHANGED(entry.salt[15]++);
    CHANGED(entry.who_hash.b[0]++);
    CHANGED(entry.hash.b[31]++);
    struct tn_hash other = {{7}};
    struct tn_id elsewhere = {{7}};
    assert_int_equal(tn_entry_check(&whole, &other, &log_id), TN_ERR_DAMAGED);
    assert_int_equal(tn_entry_check(&whole, &previous, &elsewhere), TN_ERR_DAMAGED);
}

static void an_erased_entry_still_proves_its_facts(void **state)
{
    (void)state;
    struct tn_entry entry = sample();
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_OK);
    entry.is_erased = true;
    entry.badge = entry.learner = (struct tn_id){{0}};
    entry.body = (struct tn_bytes){0};
    memset(entry.salt, 0, sizeof entry.salt);
    assert_int_equal(check(&entry), TN_OK);
    entry.at_ms++;
    assert_int_equal(check(&entry), TN_ERR_DAMAGED);
}

static void a_body_has_a_maximum(void **state)
{
    (void)state;
    static uint8_t body[TN_BODY_MAX + 1];
    struct tn_entry entry = sample();
    entry.body = (struct tn_bytes){body, TN_BODY_MAX};
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_OK);
    struct tn_hash of_empty = entry.hash;
    entry.body.len++;
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_ERR_LIMIT);
    entry.body.len = 0;
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_OK);
    of_empty = entry.hash;
    entry.body.data = NULL;
    assert_int_equal(tn_entry_chain(&entry, &previous, &log_id), TN_OK);
    assert_false(tn_hash_equal(&of_empty, &entry.hash));
}

static void a_receipt_comes_back_from_its_signer_alone(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_sign_key key;
    struct tn_sign_key other;
    struct tn_buf buf;
    struct tn_receipt back;
    struct tn_receipt receipt = {{{1}}, 2, {{3}}, 4, {{5}}, FIXTURE_AT_MS};
    struct tn_random random = tn_random_from_seed(&seeded, FIXTURE_SEED);
    tn_sign_key_create(&random, &key);
    tn_sign_key_create(&random, &other);
    tn_buf_init(&buf, TN_RECEIPT_SIZE_MAX);
    tn_receipt_write(&buf, &receipt, &key);
    assert_int_equal(buf.status, TN_OK);
    assert_int_equal(tn_receipt_read(tn_buf_bytes(&buf), &key.public_key, &back), TN_OK);
    assert_int_equal(back.seq, 4);
    assert_int_equal(back.epoch, 2);
    assert_true(tn_hash_equal(&back.hash, &receipt.hash));
    assert_int_equal(tn_receipt_read(tn_buf_bytes(&buf), &other.public_key, &back), TN_ERR_FORGED);
    for (size_t i = 0; i < buf.len; i++) {
        buf.data[i] ^= 1;
        assert_int_not_equal(tn_receipt_read(tn_buf_bytes(&buf), &key.public_key, &back), TN_OK);
        buf.data[i] ^= 1;
    }
    static uint8_t large[TN_RECEIPT_SIZE_MAX + 1];
    assert_int_equal(
        tn_receipt_read((struct tn_bytes){large, sizeof large}, &key.public_key, &back),
        TN_ERR_LIMIT);
    tn_buf_destroy(&buf);
}

static void times_come_back_from_their_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-03-14T09:00:00.000Z", FIXTURE_AT_MS},
        {"2026-03-14T09:00Z", FIXTURE_AT_MS},
        {"2026-03-14 04:00:00-05:00", FIXTURE_AT_MS},
        {"2026-03-14T14:30:00.5+05:30", FIXTURE_AT_MS + 500},
        {"2024-02-29T00:00:00.1239Z", 1709164800123},
        {"2000-02-29T23:59:59.999Z", 951868799999},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
    };
    static const char *const bad[] = {
        "",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "1900-02-28T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-03-14T24:00:00Z",
        "2026-03-14T09:60:00Z",
        "2026-03-14T09:00:60Z",
        "2026-03-14T09:00:00",
        "2026-03-14T09:00:00.Z",
        "2026-03-14T09:00:00Z ",
        "2026-03-14",
        "2026-3-14T09:00:00Z",
        "1970-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-00:01",
        "2026-03-14T09:00:00+0500",
    };
    char text[TN_TIME_TEXT_SIZE];
    int64_t ms = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(tn_time_parse(good[i].text, &ms), TN_OK);
        assert_true(ms == good[i].ms);
        tn_time_format(ms, text);
        assert_int_equal(tn_time_parse(text, &ms), TN_OK);
        assert_true(ms == good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(tn_time_parse(bad[i], &ms), TN_ERR_FORMAT);
    }
    for (int64_t day = 0; day < 60000; day++) {
        tn_time_format(day * 86400000 + 1, text);
        assert_int_equal(tn_time_parse(text, &ms), TN_OK);
        assert_true(ms == day * 86400000 + 1);
    }
    tn_time_format(INT64_MIN, text);
    assert_string_equal(text + strlen(text) - 5, ".192Z");
    tn_time_format(INT64_MAX, text);
    assert_string_equal(text + strlen(text) - 5, ".807Z");
    tn_time_format(FIXTURE_AT_MS, text);
    assert_string_equal(text, "2026-03-14T09:00:00.000Z");
    tn_time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void a_clock_shows_the_zone_of_the_process(void **state)
{
    (void)state;
    char text[TN_TIME_TEXT_SIZE];
    assert_int_equal(setenv("TZ", "EST5", 1), 0);
    tzset();
    tn_time_clock(FIXTURE_AT_MS, text);
    assert_string_equal(text, "04:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_names_are_one_to_one),
        cmocka_unit_test(every_change_breaks_the_chain),
        cmocka_unit_test(an_erased_entry_still_proves_its_facts),
        cmocka_unit_test(a_body_has_a_maximum),
        cmocka_unit_test(a_receipt_comes_back_from_its_signer_alone),
        cmocka_unit_test(times_come_back_from_their_text),
        cmocka_unit_test(a_clock_shows_the_zone_of_the_process),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
