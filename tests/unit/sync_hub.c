/* The hub and its client, with TLS between them and a fake centre behind. */
#include "tests/unit/sync_asker.h"
#include "tests/unit/sync_cut.h"

static void a_message_comes_back_as_it_was_answered(void **state)
{
    struct test_hub t;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    static const char *const wanted[TN_ASK_COUNT] = {"0:echo", "1:echo", "2:echo", "3:echo"};
    for (enum tn_ask what = 0; what < TN_ASK_COUNT; what++) {
        assert_int_equal(ask_text(https, what, "echo", &answer), TN_OK);
        assert_int_equal(answer.len, 6);
        assert_memory_equal(answer.data, wanted[what], 6);
        assert_int_equal(tn_https_last(https)->code, 200);
    }
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void a_hub_with_another_key_is_told_nothing(void **state)
{
    struct test_hub t;
    struct tn_buf answer;
    struct tn_hub_key other;
    (void)state;
    start_hub(&t, NULL);
    get_key("other", &other);
    struct tn_https *https = client_of(t.url, other.pin);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_ERR_FORGED);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_WRONG_CERTIFICATE);
    assert_int_equal(t.fake.asked, 0);
    assert_int_equal(answer.len, 0);
    assert_hub_said("Somebody else answers in the hub's place");
    tn_buf_destroy(&answer);
    tn_https_free(https);
    tn_hub_key_free(&other);
    stop_hub(&t);
}

static void each_status_of_an_answer_reaches_the_client_as_a_trouble_of_its_own(void **state)
{
    static const struct {
        const char *message;
        enum tn_status status;
        enum tn_https_trouble trouble;
        long code;
    } rows[] = {
        {"F", TN_ERR_FORMAT, TN_HTTPS_NOT_UNDERSTOOD, 400},
        {"G", TN_ERR_FORMAT, TN_HTTPS_NOT_UNDERSTOOD, 400},
        {"S", TN_ERR_STATE, TN_HTTPS_REFUSED, 403},
        {"L", TN_ERR_LIMIT, TN_HTTPS_TOO_LARGE, 413},
        {"B", TN_ERR_BUSY, TN_HTTPS_BUSY, 503},
        {"I", TN_ERR_BUSY, TN_HTTPS_HUB_TROUBLE, 500},
    };
    struct test_hub t;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ask_text(https, TN_ASK_BUNDLE, rows[i].message, &answer), rows[i].status);
        assert_int_equal(tn_https_last(https)->trouble, rows[i].trouble);
        assert_int_equal(tn_https_last(https)->code, rows[i].code);
        assert_int_equal(answer.len, 0);
        assert_int_equal(tn_https_last(https)->retry_after_ms > 0, rows[i].code == 503);
    }
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void a_message_at_its_limit_is_taken_and_one_past_it_is_refused(void **state)
{
    struct test_hub t;
    struct tn_buf answer;
    const struct tn_hub_limits limits = {.bundle_size = 300000};
    (void)state;
    start_hub(&t, &limits);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    const struct {
        enum tn_ask what;
        size_t size;
        enum tn_status status;
    } rows[] = {{TN_ASK_BUNDLE, 300000, TN_OK},
                {TN_ASK_BUNDLE, 300001, TN_ERR_LIMIT},
                {TN_ASK_HELLO, 128 * 1024, TN_OK},
                {TN_ASK_HELLO, 128 * 1024 + 1, TN_ERR_LIMIT},
                {TN_ASK_BUNDLE, 300000, TN_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ask_size(https, rows[i].what, 'e', rows[i].size, &answer), rows[i].status);
        assert_int_equal(answer.len, rows[i].status == TN_OK ? rows[i].size + 2 : 0);
    }
    assert_int_equal(t.fake.asked, 3);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void many_stations_are_answered_one_at_a_time_and_all_of_them(void **state)
{
    struct test_hub t;
    struct asker askers[6];
    (void)state;
    start_hub(&t, NULL);
    for (size_t i = 0; i < 6; i++) {
        askers[i] = (struct asker){
            .t = &t, .what = TN_ASK_BUNDLE, .letter = 'e', .size = 1000 + i * 40000, .times = 4};
        start_asker(&askers[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        end_asker(&askers[i]);
        assert_int_equal(askers[i].whole, 4);
    }
    assert_int_equal(t.fake.asked, 24);
    assert_int_equal(t.fake.at_once_max, 1);
    stop_hub(&t);
}

static bool is_listening(uint16_t port)
{
    int fd = cut_connect(port);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static void *stop_in_thread(void *ctx)
{
    tn_hub_stop(((struct test_hub *)ctx)->hub);
    return NULL;
}

static void a_hub_that_is_stopped_finishes_what_is_being_answered(void **state)
{
    struct test_hub t;
    pthread_t stopper;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    struct asker asker = {
        .t = &t, .what = TN_ASK_BUNDLE, .letter = 'w', .size = 100000, .times = 1};
    start_asker(&asker);
    await_gate(&t.fake);
    assert_int_equal(pthread_create(&stopper, NULL, stop_in_thread, &t), 0);
    while (is_listening(t.port)) { /* once it takes no more connections, the worker may go on */
    }
    open_gate(&t.fake);
    end_asker(&asker);
    assert_int_equal(asker.whole, 1);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_NOT_REACHED);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    t.hub = NULL;
    stop_hub(&t);
}

static bool has_said(const char *text)
{
    (void)pthread_mutex_lock(&said_mutex);
    bool has = strstr(hub_said, text) != NULL;
    (void)pthread_mutex_unlock(&said_mutex);
    return has;
}

static void a_hub_that_cannot_wait_sends_away_what_it_had_not_come_to(void **state)
{
    struct test_hub t;
    pthread_t stopper;
    const struct tn_hub_limits limits = {.drain_ms = 1};
    (void)state;
    start_hub(&t, &limits);
    struct asker first = {.t = &t, .what = TN_ASK_HELLO, .letter = 'w', .size = 10, .times = 1};
    struct asker second = first;
    start_asker(&first);
    await_gate(&t.fake);
    start_asker(&second);
    await_metric(&t, "\nturnout_waiting 1\n");
    assert_int_equal(pthread_create(&stopper, NULL, stop_in_thread, &t), 0);
    while (!has_said("2 stations did not take their answer in time")) {
    }
    open_gate(&t.fake);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    end_asker(&first);
    end_asker(&second);
    assert_int_equal(second.status, TN_ERR_BUSY);
    assert_int_equal(t.fake.asked, 1);
    t.hub = NULL;
    stop_hub(&t);
}

static void an_answer_larger_than_it_may_be_is_not_taken(void **state)
{
    struct test_hub t;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    t.fake.big = 1024 * 1024 + 1;
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "X", &answer), TN_ERR_LIMIT);
    assert_int_equal(answer.len, 0);
    assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_OK);
    assert_int_equal(answer.len, 1024 * 1024 + 1);
    tn_buf_destroy(&answer);
    tn_buf_init(&answer, 1000); /* the caller's own limit counts too */
    assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_ERR_LIMIT);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_TOO_LARGE);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

/* -- what is not a station's -- */

static void requests_that_are_no_stations_are_told_what_is_wrong(void **state)
{
    static const struct {
        const char *request;
        const char *code;
        const char *also;
    } rows[] = {
        {"GET / HTTP/1.1\r\n" CLOSE "\r\n", "404", "This is a Turnout hub"},
        {"GET /v1/hello HTTP/1.1\r\n" CLOSE "\r\n", "405", "Allow: POST"},
        {"POST /healthz HTTP/1.1\r\n" CLOSE "Content-Length: 1\r\n\r\nx", "405", "Allow: GET"},
        {"POST /v1/hello HTTP/1.1\r\n" CLOSE "Content-Length: 1\r\n\r\nx", "415", ""},
        {"POST /v1/hello HTTP/1.1\r\n" CLOSE "Content-Type: text/html\r\nContent-Length: 1\r\n"
         "\r\nx",
         "415", ""},
        {"POST /v1/hello HTTP/1.1\r\n" CLOSE "Content-Type: application/cbor\r\n\r\n", "400", ""},
        {"POST /v1/hello HTTP/1.1\r\n" CLOSE "Content-Type: application/cbor\r\n"
         "Transfer-Encoding: chunked\r\n\r\n1\r\ne\r\n0\r\n\r\n",
         "411", ""},
        {"POST /v1/bundle HTTP/1.1\r\n" CLOSE "Content-Type: application/cbor\r\n"
         "Content-Length: 999999999\r\n\r\n",
         "413", ""},
        {"HEAD /healthz HTTP/1.1\r\n" CLOSE "\r\n", "200", ""},
    };
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    (void)state;
    start_hub(&t, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tls_ask(t.port, rows[i].request, text);
        if (strncmp(text, "HTTP/1.1 ", 9) != 0 || strncmp(text + 9, rows[i].code, 3) != 0 ||
            strstr(text, rows[i].also) == NULL || strstr(text, "Turnout-Hub: 1\r\n") == NULL) {
            fail_msg("%s\nwas answered with\n%s", rows[i].request, text);
        }
    }
    assert_int_equal(t.fake.asked, 0);
    stop_hub(&t);
}

static void a_database_that_is_not_reached_shows_in_healthz(void **state)
{
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    tls_ask(t.port, "GET /healthz HTTP/1.1\r\n" CLOSE "\r\n", text);
    assert_non_null(strstr(text, "HTTP/1.1 200 "));
    assert_non_null(strstr(text, "\r\n\r\nok\n"));
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, 1000);
    (void)pthread_mutex_lock(&t.fake.mutex);
    t.fake.reached = TN_ERR_IO;
    (void)pthread_mutex_unlock(&t.fake.mutex);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "I", &answer), TN_ERR_BUSY);
    tls_ask(t.port, "GET /healthz HTTP/1.1\r\n" CLOSE "\r\n", text);
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    assert_hub_said("the database is not reached");
    tls_ask(t.port, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n", text);
    assert_non_null(strstr(text, "\nturnout_database_up 0\n"));
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void metrics_count_what_was_done(void **state)
{
    static const char *const wanted[] = {
        "\nturnout_requests_total{path=\"/v1/hello\",code=\"200\"} 2\n",
        "\nturnout_requests_total{path=\"/v1/bundle\",code=\"403\"} 1\n",
        "\nturnout_answer_seconds_count{path=\"/v1/hello\"} 2\n",
        "\nturnout_answer_seconds_bucket{path=\"/v1/hello\",le=\"+Inf\"} 2\n",
        "\nturnout_received_bytes_total 9\n",
        "\nturnout_bundles_total 3\n",
        "\nturnout_entries_total 77\n",
        "\nturnout_database_up 1\n",
        "\nturnout_build_info{version=\"",
        "\nprocess_resident_memory_bytes ",
        "Content-Type: text/plain; version=0.0.4",
    };
    struct test_hub t;
    char text[TLS_TEXT_SIZE];
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    struct tn_https *https = client_of(t.url, t.key.pin);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_OK);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_OK);
    assert_int_equal(ask_text(https, TN_ASK_BUNDLE, "S", &answer), TN_ERR_STATE);
    tls_ask(t.port, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n", text);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strstr(text, wanted[i]) == NULL) {
            fail_msg("\"%s\" is missing in\n%s", wanted[i], text);
        }
    }
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_as_it_was_answered),
        cmocka_unit_test(a_hub_with_another_key_is_told_nothing),
        cmocka_unit_test(each_status_of_an_answer_reaches_the_client_as_a_trouble_of_its_own),
        cmocka_unit_test(a_message_at_its_limit_is_taken_and_one_past_it_is_refused),
        cmocka_unit_test(many_stations_are_answered_one_at_a_time_and_all_of_them),
        cmocka_unit_test(a_hub_that_is_stopped_finishes_what_is_being_answered),
        cmocka_unit_test(a_hub_that_cannot_wait_sends_away_what_it_had_not_come_to),
        cmocka_unit_test(an_answer_larger_than_it_may_be_is_not_taken),
        cmocka_unit_test(requests_that_are_no_stations_are_told_what_is_wrong),
        cmocka_unit_test(a_database_that_is_not_reached_shows_in_healthz),
        cmocka_unit_test(metrics_count_what_was_done),
    };
    tn_log_to(keep_said, NULL);
    assert_int_equal(tn_crypto_init(), TN_OK);
    make_folder();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder();
    return failed;
}
