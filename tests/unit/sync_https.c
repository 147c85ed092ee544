/* The client among those who are not its hub: sign-in pages, strangers, and ways that break. */
#include "tests/unit/sync_hub.h"

#include <microhttpd.h>

#include "tests/unit/sync_cut.h"

/* -- a server that says what it is told to -- */

struct page {
    unsigned code;
    const char *body;
    const char *headers[6]; /* name, value, ...; ended by NULL */
    bool has_no_length;
};

struct server {
    struct MHD_Daemon *daemon;
    const struct page *page;
    uint16_t port;
    atomic_int asked;
};

static ssize_t stream_body(void *cls, uint64_t at, char *out, size_t size)
{
    const char *body = cls;
    size_t left = strlen(body) - (size_t)at;
    size_t n = left < size ? left : size;
    memcpy(out, body + at, n);
    return n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static enum MHD_Result serve_page(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct server *server = cls;
    const struct page *page = server->page;
    (void)url, (void)method, (void)version, (void)data;
    if (*context == NULL || *size > 0) {
        *context = server;
        *size = 0;
        return MHD_YES;
    }
    atomic_fetch_add(&server->asked, 1);
    struct MHD_Response *response =
        page->has_no_length ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, stream_body,
                                                                (void *)page->body, NULL)
                            : MHD_create_response_from_buffer(
                                  strlen(page->body), (void *)page->body, MHD_RESPMEM_PERSISTENT);
    for (size_t i = 0; page->headers[i] != NULL; i += 2) {
        (void)MHD_add_response_header(response, page->headers[i], page->headers[i + 1]);
    }
    enum MHD_Result result = MHD_queue_response(connection, page->code, response);
    MHD_destroy_response(response);
    return result;
}

/* key NULL: plain HTTP. */
static void serve(struct server *server, const struct page *page, const struct tn_hub_key *key)
{
    int fd = -1;
    *server = (struct server){.page = page};
    assert_int_equal(tn_hub_listen("127.0.0.1:0", &fd), TN_OK);
    server->port = port_of(fd);
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (key == NULL ? 0 : MHD_USE_TLS);
    const char *pem = key == NULL ? NULL : (const char *)key->pem.data;
    server->daemon = key == NULL
                         ? MHD_start_daemon(flags, 0, NULL, NULL, serve_page, server,
                                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_END)
                         : MHD_start_daemon(flags, 0, NULL, NULL, serve_page, server,
                                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_HTTPS_MEM_KEY,
                                            pem, MHD_OPTION_HTTPS_MEM_CERT, pem, MHD_OPTION_END);
    assert_non_null(server->daemon);
}

static const struct page html = {
    200, "<html>Welcome to the hotel!", {"Content-Type", "text/html"}, false};
static const struct page redirect = {
    302, "", {"Location", "http://sign-in.hotel.example/?to=hub"}, false};

/* What became of one ask of a hub at a port; probe_port is where a portal may show itself. */
static struct tn_https_last last_of(uint16_t port, const uint8_t pin[TN_HASH_SIZE],
                                    unsigned probe_port)
{
    char url[TN_HUB_URL_SIZE];
    struct tn_buf answer;
    struct tn_https *https = NULL;
    struct tn_https_params params = {
        .hub = url, .connect_s = 5, .silence_s = 5, .probe_port = probe_port};
    memcpy(params.pin, pin, TN_HASH_SIZE);
    snprintf(url, sizeof url, "https://127.0.0.1:%u", port);
    assert_int_equal(tn_https_create(&params, &https), TN_OK);
    tn_buf_init(&answer, 100000);
    enum tn_status status = ask_text(https, TN_ASK_HELLO, "hello", &answer);
    const struct tn_https_last last = *tn_https_last(https);
    assert_int_equal(status, tn_https_trouble_status(last.trouble));
    assert_true(last.trouble == TN_HTTPS_NONE || answer.len == 0);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    return last;
}

static const uint8_t no_pin[TN_HASH_SIZE] = {1};

/* -- portals -- */

static void a_sign_in_page_on_the_hubs_port_is_told(void **state)
{
    const struct page *const pages[] = {&html, &redirect};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct server portal;
        serve(&portal, pages[i], NULL);
        assert_int_equal(last_of(portal.port, no_pin, 1).trouble, TN_HTTPS_PORTAL);
        MHD_stop_daemon(portal.daemon);
    }
    assert_hub_said("sign-in page");
}

static void a_portal_that_hides_the_hub_is_found_where_browsers_meet_it(void **state)
{
    static const struct page network = {511, "sign in", {NULL}, false};
    static const struct page homely = {
        301, "", {"Location", "https://127.0.0.1/"}, false}; /* a web server beside the hub */
    const struct {
        const struct page *page;
        enum tn_https_trouble trouble;
    } rows[] = {{&redirect, TN_HTTPS_PORTAL},
                {&network, TN_HTTPS_PORTAL},
                {&homely, TN_HTTPS_NOT_REACHED},
                {&html, TN_HTTPS_NOT_REACHED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct server portal;
        uint16_t nobody = 0;
        int fd = cut_listen(&nobody);
        close(fd);
        serve(&portal, rows[i].page, NULL);
        assert_int_equal(last_of(nobody, no_pin, portal.port).trouble, rows[i].trouble);
        MHD_stop_daemon(portal.daemon);
    }
}

static void a_page_under_another_key_is_a_wrong_certificate_or_a_portal(void **state)
{
    struct server stranger;
    struct server portal;
    struct tn_hub_key key;
    (void)state;
    get_key("stranger", &key);
    serve(&stranger, &html, &key);
    serve(&portal, &redirect, NULL);
    assert_int_equal(last_of(stranger.port, no_pin, 1).trouble, TN_HTTPS_WRONG_CERTIFICATE);
    assert_int_equal(last_of(stranger.port, no_pin, portal.port).trouble, TN_HTTPS_PORTAL);
    assert_int_equal(atomic_load(&stranger.asked), 0);
    MHD_stop_daemon(portal.daemon);
    MHD_stop_daemon(stranger.daemon);
    tn_hub_key_free(&key);
}

/* -- what comes under the right key and is no answer all the same -- */

static void only_an_answer_of_a_hub_is_taken_for_one(void **state)
{
#define HUB "Turnout-Hub", "1"
#define CBOR "Content-Type", "application/cbor"
    static const struct {
        struct page page;
        enum tn_https_trouble trouble;
        int64_t retry_after_ms;
    } rows[] = {
        {{200, "answer", {HUB, CBOR}, false}, TN_HTTPS_NONE, 0},
        {{200, "", {HUB, CBOR}, false}, TN_HTTPS_NONE, 0},
        {{200, "answer", {CBOR}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{200, "<html>", {"Content-Type", "text/html"}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{302, "", {"Location", "https://elsewhere.example/"}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{502, "<html>", {"Content-Type", "text/html"}, false}, TN_HTTPS_HUB_TROUBLE, 0},
        {{429, "<html>", {"Retry-After", "3"}, false}, TN_HTTPS_BUSY, 3000},
        {{200, "answer", {HUB, "Content-Type", "text/html"}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{200, "answer", {HUB}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{200, "answer", {HUB, CBOR}, true}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{429, "slow down", {HUB, "Retry-After", "7"}, false}, TN_HTTPS_BUSY, 7000},
        {{503, "later", {HUB, "Retry-After", "999999999"}, false}, TN_HTTPS_BUSY, 3600000},
        {{503, "later", {HUB}, false}, TN_HTTPS_BUSY, 0},
        {{403, "no", {HUB}, false}, TN_HTTPS_REFUSED, 0},
        {{413, "no", {HUB}, false}, TN_HTTPS_TOO_LARGE, 0},
        {{404, "no", {HUB}, false}, TN_HTTPS_NOT_UNDERSTOOD, 0},
        {{500, "oh", {HUB}, false}, TN_HTTPS_HUB_TROUBLE, 0},
        {{418, "tea", {HUB}, false}, TN_HTTPS_OTHER, 0},
    };
#undef HUB
#undef CBOR
    struct tn_hub_key key;
    struct server server;
    (void)state;
    get_key("keys", &key);
    serve(&server, &rows[0].page, &key);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        server.page = &rows[i].page;
        const struct tn_https_last last = last_of(server.port, key.pin, 1);
        if (last.trouble != rows[i].trouble || last.retry_after_ms != rows[i].retry_after_ms) {
            fail_msg("row %zu: %s, %lld ms", i, tn_https_trouble_word(last.trouble),
                     (long long)last.retry_after_ms);
        }
    }
    MHD_stop_daemon(server.daemon);
    tn_hub_key_free(&key);
}

/* -- ways that break -- */

static void a_hub_that_is_not_there_is_told(void **state)
{
    uint16_t nobody = 0;
    struct tn_buf answer;
    (void)state;
    int fd = cut_listen(&nobody);
    close(fd);
    assert_int_equal(last_of(nobody, no_pin, 1).trouble, TN_HTTPS_NOT_REACHED);
    /* A name that no resolver even asks about. */
    struct tn_https *https = client_of("https://no..such:8443", no_pin);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "hello", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_NO_NETWORK);
    tn_buf_destroy(&answer);
    tn_https_free(https);
}

static struct tn_https *client_through(const struct cut *cut, const struct test_hub *t)
{
    char url[TN_HUB_URL_SIZE];
    snprintf(url, sizeof url, "https://127.0.0.1:%u", cut->port);
    return client_of(url, t->key.pin);
}

static void a_connection_that_is_cut_anywhere_gives_no_part_of_an_answer(void **state)
{
    struct test_hub t;
    struct cut cut;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    t.fake.big = 20000;
    cut_start(&cut, t.port);
    tn_buf_init(&answer, 100000);
    struct tn_https *whole = client_through(&cut, &t);
    assert_int_equal(ask_text(whole, TN_ASK_PACK, "X", &answer), TN_OK);
    assert_int_equal(answer.len, 20000);
    const int up = atomic_load(&cut.up);
    const int down = atomic_load(&cut.down);
    tn_https_free(whole);
    int cuts = 0;
    for (int at = 1; at < down; at += at < 2000 ? 333 : 2999) {
        struct tn_https *https = client_through(&cut, &t);
        atomic_store(&cut.down_max, at);
        assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_ERR_BUSY);
        assert_int_equal(answer.len, 0);
        /* Before TLS stands nobody can tell who it was that went silent. */
        assert_true(tn_https_last(https)->trouble == TN_HTTPS_CUT || at < 2000);
        cuts += tn_https_last(https)->trouble == TN_HTTPS_CUT ? 1 : 0;
        tn_https_free(https);
    }
    assert_true(cuts >= 6);
    atomic_store(&cut.down_max, -1);
    atomic_store(&cut.up_max, up - 1);
    struct tn_https *https = client_through(&cut, &t);
    assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_ERR_BUSY);
    tn_https_free(https);
    cut_end(&cut);
    tn_buf_destroy(&answer);
    stop_hub(&t);
}

static void a_connection_that_was_cut_is_made_anew_by_the_next_ask(void **state)
{
    struct test_hub t;
    struct cut cut;
    struct tn_buf answer;
    (void)state;
    start_hub(&t, NULL);
    t.fake.big = 20000;
    cut_start(&cut, t.port);
    tn_buf_init(&answer, 100000);
    struct tn_https *https = client_through(&cut, &t);
    atomic_store(&cut.down_max, 12000);
    assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_CUT);
    atomic_store(&cut.down_max, -1);
    assert_int_equal(ask_text(https, TN_ASK_PACK, "X", &answer), TN_OK);
    assert_int_equal(answer.len, 20000);
    tn_https_free(https);
    cut_end(&cut);
    tn_buf_destroy(&answer);
    stop_hub(&t);
}

/* Is over once it was asked a few times. */
static bool is_over_soon(void *ctx)
{
    return ++*(int *)ctx > 5;
}

static void whoever_waits_for_a_silent_hub_can_be_ended(void **state)
{
    struct cut cut;
    struct tn_buf answer;
    struct tn_https *https = NULL;
    char url[TN_HUB_URL_SIZE];
    int asked = 0;
    (void)state;
    cut_start(&cut, 1);
    atomic_store(&cut.is_silent, true);
    snprintf(url, sizeof url, "https://127.0.0.1:%u", cut.port);
    struct tn_https_params params = {
        .hub = url, .is_over = is_over_soon, .ctx = &asked, .probe_port = 1};
    assert_int_equal(tn_https_create(&params, &https), TN_OK);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "hello", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_STOPPED);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    cut_end(&cut);
}

static void a_hub_that_falls_silent_on_a_kept_connection_has_cut_it(void **state)
{
    struct test_hub t;
    struct tn_buf answer;
    struct tn_https *https = NULL;
    (void)state;
    if (getenv("TURNOUT_LONG") == NULL) {
        skip(); /* libcurl takes three seconds to call one second a silence */
    }
    start_hub(&t, NULL);
    struct tn_https_params params = {.hub = t.url, .silence_s = 1, .probe_port = 1};
    memcpy(params.pin, t.key.pin, TN_HASH_SIZE);
    assert_int_equal(tn_https_create(&params, &https), TN_OK);
    tn_buf_init(&answer, 1000);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "echo", &answer), TN_OK);
    assert_int_equal(ask_text(https, TN_ASK_HELLO, "wait", &answer), TN_ERR_BUSY);
    assert_int_equal(tn_https_last(https)->trouble, TN_HTTPS_CUT);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    stop_hub(&t);
}

static void what_the_environment_says_of_proxies_is_left_out(void **state)
{
    struct test_hub t;
    (void)state;
    start_hub(&t, NULL);
    assert_int_equal(setenv("https_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(last_of(t.port, t.key.pin, 1).trouble, TN_HTTPS_NONE);
    unsetenv("https_proxy");
    unsetenv("ALL_PROXY");
    stop_hub(&t);
}

static void an_address_that_is_no_hubs_is_refused_at_once(void **state)
{
    struct tn_https *https = NULL;
    const struct tn_https_params params = {.hub = "http://hub.example"};
    (void)state;
    assert_int_equal(tn_https_create(&params, &https), TN_ERR_FORMAT);
    assert_null(https);
    assert_hub_said("https://HOST");
}

static void each_trouble_has_its_own_word_and_says_what_to_do(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TN_HTTPS_TROUBLE_COUNT; i++) {
        assert_true(strlen(tn_https_trouble_text(i)) > 10);
        assert_int_equal(tn_https_trouble_status(i) == TN_OK, i == TN_HTTPS_NONE);
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(tn_https_trouble_word(i), tn_https_trouble_word(j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sign_in_page_on_the_hubs_port_is_told),
        cmocka_unit_test(a_portal_that_hides_the_hub_is_found_where_browsers_meet_it),
        cmocka_unit_test(a_page_under_another_key_is_a_wrong_certificate_or_a_portal),
        cmocka_unit_test(only_an_answer_of_a_hub_is_taken_for_one),
        cmocka_unit_test(a_hub_that_is_not_there_is_told),
        cmocka_unit_test(a_connection_that_is_cut_anywhere_gives_no_part_of_an_answer),
        cmocka_unit_test(a_connection_that_was_cut_is_made_anew_by_the_next_ask),
        cmocka_unit_test(whoever_waits_for_a_silent_hub_can_be_ended),
        cmocka_unit_test(a_hub_that_falls_silent_on_a_kept_connection_has_cut_it),
        cmocka_unit_test(what_the_environment_says_of_proxies_is_left_out),
        cmocka_unit_test(an_address_that_is_no_hubs_is_refused_at_once),
        cmocka_unit_test(each_trouble_has_its_own_word_and_says_what_to_do),
    };
    tn_log_to(keep_said, NULL);
    assert_int_equal(tn_crypto_init(), TN_OK);
    make_folder();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_folder();
    return failed;
}
