/* Both ends of the session against whoever does not keep to it: cut, garbled, repeated and endless
 * messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/wire/session.h"
#include "turnout/cbor.h"

#define MESSAGE_MAX 65536
#define STEPS_MAX 1000

/* A station of two logs and a centre that takes what it is told to. */
struct ends {
    struct tn_session_station near;
    struct tn_session_centre far;
    enum tn_verdict verdict;
    uint64_t step; /* how far an ack moves on */
    uint64_t bundles;
    int shown;
    uint64_t receipt_seq; /* of the first log */
};

static enum tn_status hello(void *ctx, struct tn_hello *out)
{
    struct ends *ends = ctx;
    *out = (struct tn_hello){.epoch = 1, .pack_version = 2, .count = 2};
    out->logs[0] = (struct tn_session_log){
        .log = {{1}}, .last = 10, .receipt_epoch = 1, .receipt_seq = ends->receipt_seq};
    out->logs[1] = (struct tn_session_log){.log = {{2}}, .last = 3};
    return TN_OK;
}

static enum tn_status bundle(void *ctx, const struct tn_id *log, uint64_t first, struct tn_buf *out)
{
    struct ends *ends = ctx;
    (void)log;
    (void)first;
    ends->bundles++;
    return tn_buf_append(out, "bundle", 6);
}

static enum tn_status take(void *ctx, struct tn_bytes bytes)
{
    (void)ctx;
    (void)bytes;
    return TN_OK;
}

static enum tn_status want(void *ctx, const struct tn_hello *said, size_t log, struct tn_want *out)
{
    (void)ctx;
    assert_true(log < said->count);
    *out = (struct tn_want){.next = 1};
    return TN_OK;
}

static enum tn_status ingest(void *ctx, struct tn_bytes bytes, struct tn_ack *out)
{
    struct ends *ends = ctx;
    assert_int_equal(bytes.len, 6);
    *out = (struct tn_ack){
        .verdict = ends->verdict, .next = 1 + ends->step * ends->bundles, .added = ends->step};
    return TN_OK;
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    (void)ctx;
    (void)log;
    (void)hash;
    return seq > 0 ? tn_buf_append(out, "receipt", 7) : TN_OK;
}

static enum tn_status pack(void *ctx, const struct tn_hello *said, struct tn_buf *out)
{
    (void)ctx;
    (void)said;
    return tn_buf_append(out, "pack", 4);
}

static enum tn_status say(void *ctx, const struct tn_hello *said, struct tn_cursor *out)
{
    (void)ctx;
    (void)said;
    *out = (struct tn_cursor){.at_ms = 7, .has_pack = true};
    return TN_OK;
}

static enum tn_status proof(void *ctx, const struct tn_id *log, struct tn_buf *out)
{
    (void)ctx;
    (void)log;
    return tn_buf_append(out, "proof", 5);
}

static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    struct ends *ends = ctx;
    assert_int_equal(bytes.len, 5);
    ends->shown++;
    return TN_OK;
}

static const struct tn_session_station_ops station_ops = {hello, bundle, take, take, proof};
static const struct tn_session_centre_ops centre_ops = {want, ingest, receipt, pack, say, show};

static struct ends *begin(enum tn_verdict verdict, uint64_t step)
{
    struct ends *ends = calloc(1, sizeof *ends);
    assert_non_null(ends);
    ends->verdict = verdict;
    ends->step = step;
    tn_session_station_init(&ends->near, &station_ops, ends);
    tn_session_centre_init(&ends->far, &centre_ops, ends);
    return ends;
}

/* Runs to the end; returns the number of messages the station sent. */
static int run(struct ends *ends)
{
    struct tn_buf there;
    struct tn_buf back;
    int steps = 0;
    tn_buf_init(&there, MESSAGE_MAX);
    tn_buf_init(&back, MESSAGE_MAX);
    while (!ends->near.is_done && steps < STEPS_MAX) {
        tn_buf_clear(&there);
        assert_int_equal(tn_session_station_step(&ends->near, tn_buf_bytes(&back), &there), TN_OK);
        if (!ends->near.is_done) {
            tn_buf_clear(&back);
            assert_int_equal(tn_session_centre_step(&ends->far, tn_buf_bytes(&there), &back),
                             TN_OK);
        }
        steps++;
    }
    tn_buf_destroy(&there);
    tn_buf_destroy(&back);
    return steps;
}

static void a_session_ends_whatever_the_centre_answers(void **state)
{
    (void)state;
    static const uint64_t steps[] = {0, 1, 4, 100, UINT32_MAX};
    for (int verdict = 0; verdict < TN_VERDICT_COUNT; verdict++) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            struct ends *ends = begin((enum tn_verdict)verdict, steps[i]);
            int sent = run(ends);
            assert_true(ends->near.is_done);
            assert_true(sent <= 20);
            assert_true(ends->near.got_pack);
            assert_int_equal(ends->near.needs_person, verdict == TN_VERDICT_FORK ||
                                                          verdict == TN_VERDICT_REFUSED ||
                                                          steps[i] == 0);
            assert_true(verdict != TN_VERDICT_REFUSED || ends->near.left == 13);
            free(ends);
        }
    }
}

/* The messages of a good session; each is cut at every length and bent at every byte. */
static void a_garbled_message_never_passes_for_another(void **state)
{
    (void)state;
    struct ends *ends = begin(TN_VERDICT_TAKEN, 100);
    struct tn_buf said;
    struct tn_buf answer;
    tn_buf_init(&said, MESSAGE_MAX);
    tn_buf_init(&answer, MESSAGE_MAX);
    assert_int_equal(tn_session_station_step(&ends->near, (struct tn_bytes){NULL, 0}, &said),
                     TN_OK);
    for (size_t len = 0; len < said.len; len++) {
        struct tn_session_centre *far = calloc(1, sizeof *far);
        assert_non_null(far);
        tn_session_centre_init(far, &centre_ops, ends);
        tn_buf_clear(&answer);
        assert_int_not_equal(
            tn_session_centre_step(far, (struct tn_bytes){said.data, len}, &answer), TN_OK);
        said.data[len] ^= 0x20;
        tn_session_centre_init(far, &centre_ops, ends);
        tn_buf_clear(&answer);
        (void)tn_session_centre_step(far, tn_buf_bytes(&said), &answer); /* may be another hello */
        said.data[len] ^= 0x20;
        free(far);
    }
    tn_buf_clear(&answer);
    assert_int_equal(tn_session_centre_step(&ends->far, tn_buf_bytes(&said), &answer), TN_OK);
    for (size_t len = 0; len < answer.len; len++) {
        struct tn_session_station *near = malloc(sizeof *near);
        struct tn_buf next;
        assert_non_null(near);
        *near = ends->near;
        tn_buf_init(&next, MESSAGE_MAX);
        assert_int_not_equal(
            tn_session_station_step(near, (struct tn_bytes){answer.data, len}, &next), TN_OK);
        tn_buf_destroy(&next);
        free(near);
    }
    tn_buf_destroy(&said);
    tn_buf_destroy(&answer);
    free(ends);
}

static void a_message_out_of_turn_is_refused(void **state)
{
    (void)state;
    static const uint8_t done[] = {0x81, 0x05};
    static const uint8_t ack[] = {0x85, 0x04, 0x00, 0x02, 0x01, 0xf6};
    struct ends *ends = begin(TN_VERDICT_TAKEN, 100);
    struct tn_buf said;
    struct tn_buf answer;
    tn_buf_init(&said, MESSAGE_MAX);
    tn_buf_init(&answer, MESSAGE_MAX);
    /* Before hello the centre hears nothing else, and no second one after. */
    assert_int_equal(
        tn_session_centre_step(&ends->far, (struct tn_bytes){done, sizeof done}, &answer),
        TN_ERR_FORMAT);
    assert_int_equal(tn_session_station_step(&ends->near, (struct tn_bytes){NULL, 0}, &said),
                     TN_OK);
    assert_int_equal(tn_session_centre_step(&ends->far, tn_buf_bytes(&said), &answer), TN_OK);
    assert_int_equal(tn_session_centre_step(&ends->far, tn_buf_bytes(&said), &answer),
                     TN_ERR_FORMAT);
    /* The station waits for a cursor and gets an ack. */
    assert_int_not_equal(
        tn_session_station_step(&ends->near, (struct tn_bytes){ack, sizeof ack}, &said), TN_OK);
    tn_buf_destroy(&said);
    tn_buf_destroy(&answer);
    free(ends);
}

static void a_centre_that_asks_for_what_it_had_is_shown_its_receipt_once(void **state)
{
    (void)state;
    struct ends *ends = begin(TN_VERDICT_TAKEN, 4);
    ends->receipt_seq = 7;
    (void)run(ends);
    assert_true(ends->near.is_done);
    assert_int_equal(ends->shown, 1);
    free(ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_ends_whatever_the_centre_answers),
        cmocka_unit_test(a_garbled_message_never_passes_for_another),
        cmocka_unit_test(a_message_out_of_turn_is_refused),
        cmocka_unit_test(a_centre_that_asks_for_what_it_had_is_shown_its_receipt_once),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
