/* A centre's answers as somebody reads them who only carries: what the session's centre writes is
 * what is read, and what is cut short or goes on is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sync/wire/answer.h"

#define LOGS 3
#define RECEIPT "a receipt"
#define PACK "a pack"

static struct tn_ack next_ack;
static bool gives; /* receipts and packs */

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    (void)ctx;
    /* The centre lacks some of the first, has all of the others, and the last one's station knows.
     */
    *out =
        (struct tn_want){.next = log == 0 ? 5 : hello->logs[log].last + 1, .has_receipt = log == 2};
    return TN_OK;
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    (void)ctx;
    assert_int_equal(bundle.len, 6);
    assert_memory_equal(bundle.data, "bundle", 6);
    *out = next_ack;
    return TN_OK;
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    (void)ctx;
    (void)log;
    (void)seq;
    (void)hash;
    return gives ? tn_buf_text(out, RECEIPT) : TN_OK;
}

static enum tn_status pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    (void)ctx;
    (void)hello;
    return gives ? tn_buf_text(out, PACK) : TN_OK;
}

static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    (void)ctx;
    (void)hello;
    *out = (struct tn_cursor){.at_ms = -7, .has_pack = true};
    return TN_OK;
}

static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    (void)ctx;
    (void)bytes;
    return TN_OK;
}

static const struct tn_session_centre_ops ops = {want, ingest, receipt, pack, say, show};
static struct tn_session_centre centre;
static struct tn_buf answer;

/* Has the centre answer a message. */
static struct tn_bytes ask(const struct tn_buf *message)
{
    tn_buf_clear(&answer);
    assert_int_equal(tn_session_centre_step(&centre, tn_buf_bytes(message), &answer), TN_OK);
    return tn_buf_bytes(&answer);
}

static struct tn_bytes ask_hello(void)
{
    static struct tn_hello hello;
    struct tn_buf message;
    hello = (struct tn_hello){.ecosystem = {{1}}, .device_key = {{2}}, .count = LOGS};
    for (size_t i = 0; i < LOGS; i++) {
        hello.logs[i] = (struct tn_session_log){.log = {{(uint8_t)(i + 1)}}, .last = 9};
    }
    tn_buf_init(&message, 4096);
    tn_hello_write(&message, &hello);
    tn_session_centre_init(&centre, &ops, NULL);
    const struct tn_bytes out = ask(&message);
    tn_buf_destroy(&message);
    return out;
}

static struct tn_bytes ask_bundle(void)
{
    struct tn_buf message;
    (void)ask_hello();
    tn_buf_init(&message, 64);
    tn_answer_put_bundle(&message, (struct tn_bytes){(const uint8_t *)"bundle", 6});
    const struct tn_bytes out = ask(&message);
    tn_buf_destroy(&message);
    return out;
}

static struct tn_bytes ask_pack(void)
{
    struct tn_buf message;
    (void)ask_hello();
    tn_buf_init(&message, 64);
    tn_session_put_done(&message);
    const struct tn_bytes out = ask(&message);
    tn_buf_destroy(&message);
    return out;
}

struct heard {
    size_t count;
    uint64_t next[LOGS];
    bool has_receipt[LOGS];
    size_t stop_at; /* LOGS: never */
};

static enum tn_status hear(void *ctx, size_t log, uint64_t next, struct tn_bytes bytes)
{
    struct heard *heard = ctx;
    assert_int_equal(log, heard->count);
    heard->next[log] = next;
    heard->has_receipt[log] = bytes.data != NULL;
    if (bytes.data != NULL) {
        assert_int_equal(bytes.len, strlen(RECEIPT));
    }
    heard->count++;
    return log == heard->stop_at ? TN_ERR_FULL : TN_OK;
}

static void a_cursor_says_of_each_log_what_the_centre_wants(void **state)
{
    (void)state;
    struct heard heard = {.stop_at = LOGS};
    struct tn_cursor cursor;
    gives = true;
    assert_int_equal(tn_answer_cursor(ask_hello(), LOGS, hear, &heard, &cursor), TN_OK);
    assert_int_equal(cursor.at_ms, -7);
    assert_true(cursor.has_pack);
    assert_int_equal(heard.count, LOGS);
    assert_int_equal(heard.next[0], 5);
    assert_int_equal(heard.next[1], 10);
    assert_true(!heard.has_receipt[0] && heard.has_receipt[1] && !heard.has_receipt[2]);
    struct heard stopped = {.stop_at = 1};
    assert_int_equal(tn_answer_cursor(tn_buf_bytes(&answer), LOGS, hear, &stopped, &cursor),
                     TN_ERR_FULL);
    assert_int_equal(stopped.count, 2);
}

static void an_ack_says_what_became_of_a_bundle(void **state)
{
    (void)state;
    struct tn_ack ack;
    struct tn_bytes bytes;
    gives = true;
    for (int verdict = 0; verdict < TN_VERDICT_COUNT; verdict++) {
        next_ack = (struct tn_ack){.verdict = (enum tn_verdict)verdict, .next = 12, .added = 3};
        assert_int_equal(tn_answer_ack(ask_bundle(), &ack, &bytes), TN_OK);
        assert_int_equal(ack.verdict, verdict);
        assert_int_equal(ack.next, 12);
        assert_int_equal(ack.added, 3);
        assert_int_equal(bytes.data != NULL, verdict <= TN_VERDICT_FORK);
    }
    gives = false;
    next_ack.verdict = TN_VERDICT_SAME;
    assert_int_equal(tn_answer_ack(ask_bundle(), &ack, &bytes), TN_OK);
    assert_null(bytes.data);
}

static void a_pack_is_there_or_is_not(void **state)
{
    (void)state;
    struct tn_bytes bytes;
    gives = true;
    assert_int_equal(tn_answer_pack(ask_pack(), &bytes), TN_OK);
    assert_int_equal(bytes.len, strlen(PACK));
    gives = false;
    assert_int_equal(tn_answer_pack(ask_pack(), &bytes), TN_OK);
    assert_null(bytes.data);
}

/* Each answer read as each of the three; only the whole of it as what it is is one. */
static void assert_read(struct tn_bytes bytes, int kind, bool is_whole)
{
    struct heard heard = {.stop_at = LOGS};
    struct tn_cursor cursor;
    struct tn_ack ack;
    struct tn_bytes inside;
    const enum tn_status cursor_status = tn_answer_cursor(bytes, LOGS, hear, &heard, &cursor);
    assert_int_equal(cursor_status == TN_OK, is_whole && kind == 0);
    assert_int_equal(heard.count, cursor_status == TN_OK ? LOGS : 0); /* all or nothing */
    assert_int_equal(tn_answer_ack(bytes, &ack, &inside) == TN_OK, is_whole && kind == 1);
    assert_int_equal(tn_answer_pack(bytes, &inside) == TN_OK, is_whole && kind == 2);
}

static void an_answer_that_is_cut_short_or_goes_on_is_none(void **state)
{
    (void)state;
    static struct tn_bytes (*const asks[])(void) = {ask_hello, ask_bundle, ask_pack};
    uint8_t copy[256];
    gives = true;
    next_ack = (struct tn_ack){.next = 12, .added = 3};
    for (int kind = 0; kind < 3; kind++) {
        const struct tn_bytes whole = asks[kind]();
        assert_in_range(whole.len, 2, sizeof copy - 1);
        memcpy(copy, whole.data, whole.len);
        copy[whole.len] = 0;
        for (size_t len = 0; len <= whole.len + 1; len++) {
            assert_read((struct tn_bytes){copy, len}, kind, len == whole.len);
        }
    }
}

static void a_cursor_about_another_number_of_logs_is_none(void **state)
{
    (void)state;
    struct heard heard = {.stop_at = LOGS};
    struct tn_cursor cursor;
    const struct tn_bytes bytes = ask_hello();
    assert_int_not_equal(tn_answer_cursor(bytes, LOGS - 1, hear, &heard, &cursor), TN_OK);
    assert_int_not_equal(tn_answer_cursor(bytes, LOGS + 1, hear, &heard, &cursor), TN_OK);
    assert_int_equal(heard.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_says_of_each_log_what_the_centre_wants),
        cmocka_unit_test(an_ack_says_what_became_of_a_bundle),
        cmocka_unit_test(a_pack_is_there_or_is_not),
        cmocka_unit_test(an_answer_that_is_cut_short_or_goes_on_is_none),
        cmocka_unit_test(a_cursor_about_another_number_of_logs_is_none),
    };
    tn_buf_init(&answer, 1u << 16);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tn_buf_destroy(&answer);
    return failed;
}
