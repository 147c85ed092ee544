/* What the hub does to bound itself: memory that is full, messages that wait too long, stations
 * that are too slow, a worker that stands still. */
#include "tests/unit/sync_asker.h"

static void bodies_that_do_not_fit_into_memory_are_sent_away_with_a_time_to_come_back(void **state)
{
    struct test_hub t;
    const struct tn_hub_limits limits = {.bodies_size = 300000};
    (void)state;
    start_hub(&t, &limits);
    struct asker first = {
        .t = &t, .what = TN_ASK_BUNDLE, .letter = 'w', .size = 200000, .times = 1};
    struct asker second = first;
    second.letter = 'e';
    start_asker(&first);
    await_gate(&t.fake); /* its 200,000 bytes are in memory, and stay there */
    start_asker(&second);
    end_asker(&second);
    assert_int_equal(second.status, TN_ERR_BUSY);
    assert_int_equal(second.last.trouble, TN_HTTPS_BUSY);
    assert_int_equal(second.last.retry_after_ms, 10000);
    open_gate(&t.fake);
    end_asker(&first);
    assert_int_equal(first.whole, 1);
    assert_int_equal(t.fake.asked, 1);
    start_asker(&second); /* and now there is room */
    end_asker(&second);
    assert_int_equal(second.status, TN_OK);
    stop_hub(&t);
}

/* A part of a body. */
static void tls_send_many(struct tls *tls, char letter, size_t size)
{
    char part[5000];
    memset(part, letter, sizeof part);
    for (size_t done = 0; done < size;) {
        const size_t left = size - done;
        ssize_t n = gnutls_record_send(tls->session, part, left < sizeof part ? left : sizeof part);
        assert_true(n > 0);
        done += (size_t)n;
    }
}

static void bodies_that_together_outgrow_memory_while_they_come_are_dropped(void **state)
{
    static const char head[] = "POST /v1/bundle HTTP/1.1\r\n" CLOSE
                               "Content-Type: application/cbor\r\nContent-Length: 200000\r\n\r\nw";
    struct test_hub t;
    struct tls first;
    struct tls second;
    char text[TLS_TEXT_SIZE];
    const struct tn_hub_limits limits = {.bodies_size = 300000};
    (void)state;
    start_hub(&t, &limits);
    tls_open(&first, t.port);
    tls_open(&second, t.port);
    tls_send(&first, head); /* each fits as long as the other has only said that it will come */
    tls_send(&second, head);
    await_metric(&t, "\nturnout_body_bytes 2\n");
    tls_send_many(&first, 'x', 199999);
    await_gate(&t.fake);
    tls_send_many(&second, 'x', 199999);
    tls_receive(&second, NULL, text);
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    assert_non_null(strstr(text, "Retry-After: 10\r\n"));
    await_metric(&t, "\nturnout_body_bytes 200000\n");
    open_gate(&t.fake);
    tls_receive(&first, NULL, text);
    assert_non_null(strstr(text, "HTTP/1.1 200 "));
    await_metric(&t, "\nturnout_body_bytes 0\n");
    assert_int_equal(t.fake.asked, 1);
    tls_close(&first);
    tls_close(&second);
    stop_hub(&t);
}

static void a_message_that_waited_longer_than_its_station_does_is_not_answered(void **state)
{
    struct test_hub t;
    (void)state;
    start_hub(&t, NULL);
    struct asker first = {.t = &t, .what = TN_ASK_HELLO, .letter = 'w', .size = 10, .times = 1};
    struct asker second = first;
    start_asker(&first);
    await_gate(&t.fake);
    start_asker(&second);
    await_metric(&t, "\nturnout_waiting 1\n");
    atomic_fetch_add(&t.fake.now_ms, 30001);
    open_gate(&t.fake);
    end_asker(&first);
    end_asker(&second);
    assert_int_equal(first.status, TN_OK);
    assert_int_equal(second.last.trouble, TN_HTTPS_BUSY);
    assert_int_equal(t.fake.asked, 1);
    stop_hub(&t);
}

static void no_pack_is_made_while_others_fill_the_memory(void **state)
{
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    struct tls slow;
    struct tn_buf answer;
    const struct tn_hub_limits limits = {.answers_size = 1000000};
    (void)state;
    start_hub(&t, &limits);
    t.fake.big = 40 * 1024 * 1024; /* more than sockets hold for one who does not read */
    tls_open(&slow, t.port);
    tls_send(&slow, "POST /v1/pack HTTP/1.1\r\nHost: hub\r\nContent-Type: application/cbor\r\n"
                    "Content-Length: 1\r\n\r\nX");
    tls_receive(&slow, "Turnout-Hub: 1", text);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    assert_int_equal(ask_text(https, TN_ASK_PACK, "echo", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_BUSY);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_OK);
    /* Whoever does not read is cut off in the end, and his memory is free again. */
    atomic_fetch_add(&t.fake.now_ms, 30000 + 40 * 1024 * 1024 / 8 + 1);
    assert_true(tn_hub_tick(t.hub));
    await_metric(&t, "\nturnout_answer_bytes 0\n");
    assert_int_equal(ask_text(https, TN_ASK_PACK, "echo", &answer), TN_OK);
    tls_close(&slow);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void whoever_sends_no_head_is_cut_off(void **state)
{
    struct test_hub t;
    char byte = 0;
    (void)state;
    start_hub(&t, NULL);
    int fd = tcp_connect(t.port);
    await_metric(&t, "\nturnout_connections 2\n");
    atomic_fetch_add(&t.fake.now_ms, 19999);
    assert_true(tn_hub_tick(t.hub));
    await_metric(&t, "\nturnout_connections 2\n"); /* it is still there */
    atomic_fetch_add(&t.fake.now_ms, 1);
    assert_true(tn_hub_tick(t.hub));
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    await_metric(&t, "\nturnout_slow_connections_total 1\n");
    close(fd);
    stop_hub(&t);
}

static void whoever_sends_a_body_drop_by_drop_is_cut_off(void **state)
{
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    struct tls slow;
    (void)state;
    start_hub(&t, NULL);
    tls_open(&slow, t.port);
    tls_send(&slow, "POST /v1/hello HTTP/1.1\r\nHost: hub\r\nContent-Type: application/cbor\r\n"
                    "Content-Length: 800\r\n\r\n");
    for (int i = 0; i < 3; i++) {
        tls_send(&slow, "e");
        snprintf(text, sizeof text, "\nturnout_body_bytes %d\n", i + 1);
        await_metric(&t, text);
        atomic_fetch_add(&t.fake.now_ms, 10000); /* each byte would restart a time-out */
    }
    assert_true(tn_hub_tick(t.hub));
    await_metric(&t, "\nturnout_body_bytes 3\n"); /* 100 ms are left for 800 bytes */
    atomic_fetch_add(&t.fake.now_ms, 100);
    assert_true(tn_hub_tick(t.hub));
    tls_receive(&slow, NULL, text);
    assert_string_equal(text, "");
    await_metric(&t, "\nturnout_body_bytes 0\n");
    assert_int_equal(t.fake.asked, 0);
    tls_close(&slow);
    stop_hub(&t);
}

static void a_worker_that_is_stuck_is_told_to_the_watchdog(void **state)
{
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    (void)state;
    start_hub(&t, NULL);
    struct asker asker = {.t = &t, .what = TN_ASK_HELLO, .letter = 'w', .size = 10, .times = 1};
    start_asker(&asker);
    await_gate(&t.fake);
    atomic_fetch_add(&t.fake.now_ms, 60001);
    assert_true(tn_hub_tick(t.hub));
    tls_ask(t.port, "GET /healthz HTTP/1.1\r\n" CLOSE "\r\n", text);
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    atomic_fetch_add(&t.fake.now_ms, 540001);
    assert_false(tn_hub_tick(t.hub));
    open_gate(&t.fake);
    end_asker(&asker);
    assert_true(tn_hub_tick(t.hub));
    stop_hub(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_that_do_not_fit_into_memory_are_sent_away_with_a_time_to_come_back),
        cmocka_unit_test(bodies_that_together_outgrow_memory_while_they_come_are_dropped),
        cmocka_unit_test(a_message_that_waited_longer_than_its_station_does_is_not_answered),
        cmocka_unit_test(no_pack_is_made_while_others_fill_the_memory),
        cmocka_unit_test(whoever_sends_no_head_is_cut_off),
        cmocka_unit_test(whoever_sends_a_body_drop_by_drop_is_cut_off),
        cmocka_unit_test(a_worker_that_is_stuck_is_told_to_the_watchdog),
    };
    tn_log_to(keep_said, NULL);
    assert_int_equal(tn_crypto_init(), TN_OK);
    make_folder();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder();
    return failed;
}
