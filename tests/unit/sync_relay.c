/* The messages by which stations hear of siblings, and the hub's memory of what it lately took: at
 * their bounds, and one past them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/link/relay.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

static struct tn_sign_key key_of(uint8_t seed)
{
    struct tn_sign_key key;
    uint8_t bytes[TN_KEY_SIZE];
    memset(bytes, seed, sizeof bytes);
    tn_sign_key_from_seed(bytes, &key);
    return key;
}

static struct tn_siblings *known_of(size_t count)
{
    struct tn_siblings *known = calloc(1, sizeof *known);
    assert_non_null(known);
    known->device_key = key_of(1).public_key;
    known->ecosystem = (struct tn_id){{7}};
    known->count = count;
    for (size_t i = 0; i < count; i++) {
        /* In no order: the writer's business. */
        known->logs[i].log =
            (struct tn_id){{(uint8_t)(i * 7), (uint8_t)(i / 256), (uint8_t)i, 0, 1}};
        known->logs[i].last = i + 1;
    }
    return known;
}

static void a_question_comes_back_in_order_and_at_its_largest(void **state)
{
    (void)state;
    const struct tn_sign_key key = key_of(1);
    struct tn_siblings *known = known_of(TN_SIBLINGS_LOGS_MAX);
    struct tn_siblings *read = calloc(1, sizeof *read);
    struct tn_buf out;
    known->logs[9].last = INT64_MAX - 1;
    const struct tn_id ninth = known->logs[9].log;
    tn_buf_init(&out, TN_SIBLINGS_SIZE_MAX);
    tn_siblings_write(&out, known, &key);
    assert_int_equal(out.status, TN_OK);
    assert_int_equal(tn_siblings_read(tn_buf_bytes(&out), read), TN_OK);
    assert_int_equal(read->count, TN_SIBLINGS_LOGS_MAX);
    assert_int_equal(tn_siblings_last(read, &ninth), INT64_MAX - 1);
    assert_int_equal(tn_siblings_last(read, &(struct tn_id){{3, 3, 3}}), 0);
    assert_memory_equal(read->logs, known->logs, sizeof read->logs);
    tn_buf_destroy(&out);
    free(read);
    free(known);
}

static void every_byte_of_a_question_is_under_its_signature(void **state)
{
    (void)state;
    const struct tn_sign_key key = key_of(1);
    struct tn_siblings *known = known_of(3);
    struct tn_buf out;
    tn_buf_init(&out, TN_SIBLINGS_SIZE_MAX);
    tn_siblings_write(&out, known, &key);
    for (size_t i = 0; i < out.len; i++) {
        out.data[i] ^= 0x01;
        assert_int_not_equal(tn_siblings_read(tn_buf_bytes(&out), known), TN_OK);
        out.data[i] ^= 0x01;
        assert_int_not_equal(tn_siblings_read((struct tn_bytes){out.data, i}, known), TN_OK);
    }
    assert_int_equal(tn_siblings_read(tn_buf_bytes(&out), known), TN_OK);
    tn_buf_destroy(&out);
    free(known);
}

/* Signed well, by a station that was taken over: in another's name, or with a log said twice. */
static void a_question_that_says_what_it_may_not_is_none(void **state)
{
    (void)state;
    const struct tn_sign_key other = key_of(2);
    const struct tn_sign_key key = key_of(1);
    struct tn_siblings *known = known_of(2);
    struct tn_buf out;
    tn_buf_init(&out, TN_SIBLINGS_SIZE_MAX);
    tn_siblings_write(&out, known, &other);
    assert_int_equal(tn_siblings_read(tn_buf_bytes(&out), known), TN_ERR_FORGED);
    known->count = 2;
    known->logs[1].log = known->logs[0].log;
    tn_buf_clear(&out);
    tn_siblings_write(&out, known, &key);
    assert_int_equal(tn_siblings_read(tn_buf_bytes(&out), known), TN_ERR_FORMAT);
    known->count = 1;
    known->logs[0].last = INT64_MAX;
    tn_buf_clear(&out);
    tn_siblings_write(&out, known, &key);
    assert_int_equal(tn_siblings_read(tn_buf_bytes(&out), known), TN_ERR_FORMAT);
    struct tn_bytes large = {calloc(1, TN_SIBLINGS_SIZE_MAX + 1), TN_SIBLINGS_SIZE_MAX + 1};
    assert_int_equal(tn_siblings_read(large, known), TN_ERR_LIMIT);
    free((void *)large.data);
    tn_buf_destroy(&out);
    free(known);
}

struct heard {
    size_t count;
    size_t bytes;
};

static enum tn_status hear(void *ctx, struct tn_bytes bundle, struct tn_bytes receipt)
{
    struct heard *heard = ctx;
    heard->count++;
    heard->bytes += bundle.len + receipt.len;
    return TN_OK;
}

static void an_answer_is_full_at_its_size_and_one_large_bundle_goes_alone(void **state)
{
    (void)state;
    struct tn_others others;
    struct tn_buf out;
    struct heard heard = {0};
    bool has_more = false;
    static const struct tn_bytes none = {NULL, 0};
    const struct tn_bytes half = {calloc(1, TN_OTHERS_SIZE), TN_OTHERS_SIZE / 2 - 16};
    const struct tn_bytes large = {half.data, TN_OTHERS_SIZE};
    tn_others_init(&others);
    tn_buf_init(&out, TN_OTHERS_SIZE_MAX);
    assert_true(tn_others_add(&others, half, none));
    assert_true(tn_others_add(&others, half, none));
    assert_false(others.has_more);
    assert_false(tn_others_add(&others, half, none));
    assert_false(tn_others_add(&others, (struct tn_bytes){half.data, 1}, none)); /* in order */
    assert_int_equal(tn_others_write(&others, &out), TN_OK);
    assert_int_equal(tn_others_read(tn_buf_bytes(&out), hear, &heard, &has_more), TN_OK);
    assert_true(has_more);
    assert_int_equal(heard.count, 2);
    tn_others_destroy(&others);
    tn_others_init(&others);
    assert_true(tn_others_add(&others, large, none));
    assert_false(tn_others_add(&others, (struct tn_bytes){half.data, 1}, none));
    tn_others_destroy(&others);
    tn_others_init(&others);
    for (int i = 0; i < TN_OTHERS_COUNT_MAX; i++) {
        assert_true(tn_others_add(&others, (struct tn_bytes){half.data, 1}, none));
    }
    assert_false(tn_others_add(&others, (struct tn_bytes){half.data, 1}, none));
    tn_buf_clear(&out);
    assert_int_equal(tn_others_write(&others, &out), TN_OK);
    heard = (struct heard){0};
    assert_int_equal(tn_others_read(tn_buf_bytes(&out), hear, &heard, &has_more), TN_OK);
    assert_int_equal(heard.count, TN_OTHERS_COUNT_MAX);
    tn_others_destroy(&others);
    tn_buf_destroy(&out);
    free((void *)half.data);
}

/* Claims of an answer that its bytes do not hold. */
static void an_answer_that_claims_more_than_it_holds_gives_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum tn_status status;
    } rows[] = {
        {"\x83\x0a\xf4\x80", 4, TN_OK},
        {"\x83\x0a\xf4\x81\x82\x41x\xf6", 8, TN_OK},
        {"\x83\x0a\xf4\x81\x82\x41x", 7, TN_ERR_FORMAT},
        {"\x83\x0a\xf4\x82\x82\x41x\xf6", 8, TN_ERR_FORMAT},
        {"\x83\x0a\xf4\x81\x82\x41x\xf6\x00", 9, TN_ERR_FORMAT},
        {"\x83\x09\xf4\x80", 4, TN_ERR_FORMAT},
        {"\x83\x0a\xf4\x81\x82\x40\xf6", 7, TN_ERR_LIMIT},
        {"\x83\x0a\xf4\x81\x82\x5a\xff\xff\xff\xff\x01", 11, TN_ERR_FORMAT},
        {"\x83\x0a\xf4\x9a\x00\x01\x00\x00", 8, TN_ERR_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct heard heard = {0};
        bool has_more = true;
        const struct tn_bytes in = {(const uint8_t *)rows[i].bytes, rows[i].len};
        enum tn_status status = tn_others_read(in, hear, &heard, &has_more);
        if (status != rows[i].status || (status != TN_OK && heard.count > 0)) {
            fail_msg("row %zu: %d, %zu heard", i, (int)status, heard.count);
        }
    }
}

/* Keeps bundle `last` of a log of `size` bytes. */
static void keep(struct tn_relay *relay, uint8_t event, uint8_t device, uint64_t last, size_t size,
                 int64_t now_ms)
{
    const struct tn_bundle_head head = {.recipient = TN_RECIPIENT_EVENT,
                                        .event = {{event}},
                                        .log = {{device}},
                                        .first = last,
                                        .last = last,
                                        .device_key = key_of(device).public_key};
    uint8_t *bytes = calloc(1, size);
    assert_non_null(bytes);
    tn_relay_keep(relay, &head, (struct tn_bytes){bytes, size}, now_ms);
    free(bytes);
}

static void the_relay_is_bounded_in_bytes_in_number_and_in_time(void **state)
{
    (void)state;
    const struct tn_relay_limits limits = {
        .size = 1000, .event_size = 600, .count = 5, .age_ms = 1000};
    struct tn_relay relay;
    tn_relay_init(&relay, &limits);
    keep(&relay, 1, 1, 1, 300, 0);
    keep(&relay, 1, 1, 2, 300, 0);
    assert_int_equal(relay.count, 2);
    keep(&relay, 1, 1, 3, 1, 0); /* one past what an event may have: its oldest goes */
    assert_int_equal(relay.count, 2);
    assert_int_equal(relay.items[0]->head.last, 2);
    keep(&relay, 2, 2, 1, 600, 0);
    assert_int_equal(relay.size, 901);
    keep(&relay, 3, 3, 1, 100, 0); /* one past what all may have: the oldest of all goes */
    assert_int_equal(relay.size, 701);
    keep(&relay, 3, 3, 2, 1001, 0); /* never fits, and takes nobody's room */
    keep(&relay, 3, 3, 2, 601, 0);
    assert_int_equal(relay.size, 701);
    for (uint64_t i = 10; i < 13; i++) {
        keep(&relay, 4, 4, i, 1, 500);
    }
    assert_int_equal(relay.count, 5);
    assert_int_equal(relay.items[4]->head.last, 12);
    tn_relay_age(&relay, 1000);
    assert_int_equal(relay.count, 5);
    tn_relay_age(&relay, 1001);
    assert_int_equal(relay.count, 3);
    tn_relay_age(&relay, -5000); /* a clock that was put back */
    assert_int_equal(relay.count, 3);
    tn_relay_drop(&relay);
    assert_int_equal(relay.size, 0);
    keep(&relay, 4, 4, 13, 1, 0);
    assert_int_equal(relay.items[0]->at, relay.last); /* a number is never given twice */
    assert_int_equal(relay.last, 9);
    tn_relay_destroy(&relay);
}

static void what_is_collected_is_of_the_event_of_others_and_new(void **state)
{
    (void)state;
    struct tn_relay relay;
    struct tn_others others;
    struct tn_siblings *known = known_of(1);
    known->logs[0] = (struct tn_siblings_log){.log = {{2}}, .last = 5};
    tn_relay_init(&relay, NULL);
    keep(&relay, 1, 1, 1, 10, 0); /* one's own */
    keep(&relay, 1, 2, 5, 20, 0); /* known */
    keep(&relay, 1, 2, 6, 40, 0);
    keep(&relay, 2, 3, 1, 80, 0); /* another event's */
    keep(&relay, 1, 4, 1, 160, 0);
    tn_others_init(&others);
    tn_relay_collect(&relay, &(struct tn_id){{1}}, known, &others);
    assert_int_equal(others.count, 2);
    assert_in_range(others.items.len, 200, 220);
    assert_int_equal(tn_relay_newest(&relay, &(struct tn_id){{1}}, &known->device_key), 5);
    assert_int_equal(tn_relay_newest(&relay, &(struct tn_id){{9}}, &known->device_key), 0);
    tn_others_destroy(&others);
    tn_relay_destroy(&relay);
    free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_comes_back_in_order_and_at_its_largest),
        cmocka_unit_test(every_byte_of_a_question_is_under_its_signature),
        cmocka_unit_test(a_question_that_says_what_it_may_not_is_none),
        cmocka_unit_test(an_answer_is_full_at_its_size_and_one_large_bundle_goes_alone),
        cmocka_unit_test(an_answer_that_claims_more_than_it_holds_gives_nothing),
        cmocka_unit_test(the_relay_is_bounded_in_bytes_in_number_and_in_time),
        cmocka_unit_test(what_is_collected_is_of_the_event_of_others_and_new),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
