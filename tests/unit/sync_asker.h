/* Stations of a test that ask in threads of their own, and what the hub says of itself meanwhile.
 */
#ifndef TURNOUT_TESTS_SYNC_ASKER_H
#define TURNOUT_TESTS_SYNC_ASKER_H

#include "tests/unit/sync_hub.h"
#include "tests/unit/sync_tls.h"

#define CLOSE "Host: hub\r\nConnection: close\r\n"

/* A message of `size` bytes that begins with a letter. */
static enum tn_status ask_size(struct tn_https *https, enum tn_ask what, char letter, size_t size,
                               struct tn_buf *answer)
{
    struct tn_far far = tn_https_far(https);
    char *message = malloc(size);
    assert_non_null(message);
    memset(message, letter, size);
    enum tn_status status =
        far.ask(far.ctx, what, (struct tn_bytes){(const uint8_t *)message, size}, answer);
    free(message);
    return status;
}

/* Until /metrics has this line. */
__attribute__((unused)) static void await_metric(struct test_hub *t, const char *line)
{
    char text[TLS_TEXT_SIZE] = "";
    while (strstr(text, line) == NULL) {
        tls_ask(t->port, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n", text);
    }
}

struct asker {
    pthread_t thread;
    const struct test_hub *t;
    enum tn_ask what;
    char letter;
    size_t size;
    int times;
    /* what became of it; read once the thread has ended */
    enum tn_status status;
    struct tn_https_last last;
    int whole;
};

static void *ask_in_thread(void *ctx)
{
    struct asker *asker = ctx;
    struct tn_buf answer;
    struct tn_https *https = client_of(asker->t->url, asker->t->key.pin);
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    for (int i = 0; i < asker->times; i++) {
        asker->status = ask_size(https, asker->what, asker->letter, asker->size, &answer);
        asker->whole += asker->status == TN_OK && answer.len == asker->size + 2 ? 1 : 0;
    }
    asker->last = *tn_https_last(https);
    tn_buf_destroy(&answer);
    tn_https_free(https);
    return NULL;
}

__attribute__((unused)) static void start_asker(struct asker *asker)
{
    assert_int_equal(pthread_create(&asker->thread, NULL, ask_in_thread, asker), 0);
}

__attribute__((unused)) static void end_asker(struct asker *asker)
{
    assert_int_equal(pthread_join(asker->thread, NULL), 0);
}

#endif
