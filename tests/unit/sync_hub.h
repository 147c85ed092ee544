/* A hub on loopback with a fake centre behind it, whose clock stands where the test puts it, and a
 * client that trusts its key: what the tests of both ends share. */
#ifndef TURNOUT_TESTS_SYNC_HUB_H
#define TURNOUT_TESTS_SYNC_HUB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/link/https.h"
#include "sync/link/hub.h"
#include "sync/link/hub_listen.h"
#include "sync/link/hub_url.h"
#include "sync/wire/session.h"
#include "turnout/log.h"

/* The fake centre. By the first byte of a message: 'e' echoes it, with the ask before it; 'w' waits
 * at the gate first; 'F', 'S', 'L', 'B', 'I' give a status; 'X' gives an answer of `big` bytes. */
struct fake {
    atomic_int now_ms;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by mutex */
    bool is_gate_open;
    int at_gate;
    int at_once;     /* calls under way */
    int at_once_max; /* the most there ever were */
    int asked;
    size_t big;
    enum tn_status reached;
};

static char hub_folder[64];
static char hub_said[8192]; /* what was logged */
static pthread_mutex_t said_mutex = PTHREAD_MUTEX_INITIALIZER;

static void keep_said(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)pthread_mutex_lock(&said_mutex);
    size_t len = strlen(hub_said);
    (void)snprintf(hub_said + len, sizeof hub_said - len, "%s\n", line);
    (void)pthread_mutex_unlock(&said_mutex);
}

__attribute__((unused)) static void assert_hub_said(const char *text)
{
    (void)pthread_mutex_lock(&said_mutex);
    bool was_said = strstr(hub_said, text) != NULL;
    (void)pthread_mutex_unlock(&said_mutex);
    if (!was_said) {
        fail_msg("\"%s\" was not said, but:\n%s", text, hub_said);
    }
}

static void fake_init(struct fake *fake)
{
    memset(fake, 0, sizeof *fake);
    atomic_init(&fake->now_ms, 1000);
    assert_int_equal(pthread_mutex_init(&fake->mutex, NULL), 0);
    assert_int_equal(pthread_cond_init(&fake->changed, NULL), 0);
}

static void fake_destroy(struct fake *fake)
{
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->mutex);
}

static int64_t fake_now(void *ctx)
{
    return atomic_load(&((struct fake *)ctx)->now_ms);
}

static void wait_at_gate(struct fake *fake)
{
    fake->at_gate++;
    (void)pthread_cond_broadcast(&fake->changed);
    while (!fake->is_gate_open) {
        (void)pthread_cond_wait(&fake->changed, &fake->mutex);
    }
    fake->at_gate--;
}

__attribute__((unused)) static void open_gate(struct fake *fake)
{
    (void)pthread_mutex_lock(&fake->mutex);
    fake->is_gate_open = true;
    (void)pthread_cond_broadcast(&fake->changed);
    (void)pthread_mutex_unlock(&fake->mutex);
}

__attribute__((unused)) static void await_gate(struct fake *fake)
{
    (void)pthread_mutex_lock(&fake->mutex);
    while (fake->at_gate == 0) {
        (void)pthread_cond_wait(&fake->changed, &fake->mutex);
    }
    (void)pthread_mutex_unlock(&fake->mutex);
}

static void put_big(struct tn_buf *answer, size_t size)
{
    uint8_t *room = tn_buf_room(answer, size);
    if (room != NULL) {
        memset(room, 'x', size);
    }
}

static enum tn_status fake_status(uint8_t letter)
{
    static const struct {
        char letter;
        enum tn_status status;
    } known[] = {{'F', TN_ERR_FORMAT}, {'G', TN_ERR_FORGED}, {'S', TN_ERR_STATE},
                 {'L', TN_ERR_LIMIT},  {'B', TN_ERR_BUSY},   {'I', TN_ERR_IO}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].letter == letter) {
            return known[i].status;
        }
    }
    return TN_OK;
}

static enum tn_status fake_answer(void *ctx, enum tn_ask what, struct tn_bytes message,
                                  struct tn_buf *answer)
{
    struct fake *fake = ctx;
    (void)pthread_mutex_lock(&fake->mutex);
    fake->asked++;
    fake->at_once++;
    fake->at_once_max = fake->at_once > fake->at_once_max ? fake->at_once : fake->at_once_max;
    if (message.data[0] == 'w') {
        wait_at_gate(fake);
    }
    size_t big = fake->big;
    fake->at_once--;
    (void)pthread_mutex_unlock(&fake->mutex);
    if (message.data[0] == 'X') {
        put_big(answer, big);
    } else {
        (void)tn_buf_printf(answer, "%d:", (int)what);
        (void)tn_buf_append(answer, message.data, message.len);
    }
    return fake_status(message.data[0]);
}

static enum tn_status fake_idle(void *ctx)
{
    struct fake *fake = ctx;
    (void)pthread_mutex_lock(&fake->mutex);
    enum tn_status status = fake->reached;
    (void)pthread_mutex_unlock(&fake->mutex);
    return status;
}

static void fake_count(void *ctx, struct tn_hub_counts *out)
{
    struct fake *fake = ctx;
    (void)pthread_mutex_lock(&fake->mutex);
    *out = (struct tn_hub_counts){.bundles = (uint64_t)fake->asked, .entries = 77};
    (void)pthread_mutex_unlock(&fake->mutex);
}

static const struct tn_hub_ops fake_ops = {fake_answer, fake_idle, fake_count};

/* A hub, its key and its address. */
struct test_hub {
    struct fake fake;
    struct tn_hub *hub;
    struct tn_hub_key key;
    uint16_t port;
    char url[TN_HUB_URL_SIZE];
};

static void make_folder(void)
{
    snprintf(hub_folder, sizeof hub_folder, "/tmp/turnout-hub-XXXXXX");
    assert_non_null(mkdtemp(hub_folder));
}

static void remove_folder(void)
{
    char line[96];
    snprintf(line, sizeof line, "rm -rf %s", hub_folder);
    assert_int_equal(system(line), 0);
}

/* The key called `name` in the test's folder, made where it is not there. */
__attribute__((unused)) static void get_key(const char *name, struct tn_hub_key *key)
{
    char path[96];
    bool is_new = false;
    snprintf(path, sizeof path, "%s/%s", hub_folder, name);
    assert_int_equal(tn_hub_key_get(path, 1700000000000, key, &is_new), TN_OK);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

__attribute__((unused)) static void start_hub(struct test_hub *t,
                                              const struct tn_hub_limits *limits)
{
    int fd = -1;
    memset(t, 0, sizeof *t);
    fake_init(&t->fake);
    get_key("keys", &t->key);
    assert_int_equal(tn_hub_listen("127.0.0.1:0", &fd), TN_OK);
    t->port = port_of(fd);
    snprintf(t->url, sizeof t->url, "https://127.0.0.1:%u", t->port);
    struct tn_hub_params params = {.listen_fd = fd,
                                   .key = &t->key,
                                   .ops = &fake_ops,
                                   .ctx = &t->fake,
                                   .mono_ms = fake_now,
                                   .mono_ctx = &t->fake};
    if (limits != NULL) {
        params.limits = *limits;
    }
    assert_int_equal(tn_hub_start(&params, &t->hub), TN_OK);
}

__attribute__((unused)) static void stop_hub(struct test_hub *t)
{
    open_gate(&t->fake);
    tn_hub_stop(t->hub);
    tn_hub_key_free(&t->key);
    fake_destroy(&t->fake);
}

/* A client of the hub at url. Nobody listens at port 1, so nothing there looks like a portal. */
__attribute__((unused)) static struct tn_https *client_of(const char *url,
                                                          const uint8_t pin[TN_HASH_SIZE])
{
    struct tn_https *https = NULL;
    struct tn_https_params params = {.hub = url, .connect_s = 5, .silence_s = 5, .probe_port = 1};
    memcpy(params.pin, pin, TN_HASH_SIZE);
    assert_int_equal(tn_https_create(&params, &https), TN_OK);
    return https;
}

static struct tn_bytes bytes_of(const char *text)
{
    return (struct tn_bytes){(const uint8_t *)text, strlen(text)};
}

__attribute__((unused)) static enum tn_status ask_text(struct tn_https *https, enum tn_ask what,
                                                       const char *text, struct tn_buf *answer)
{
    struct tn_far far = tn_https_far(https);
    return far.ask(far.ctx, what, bytes_of(text), answer);
}

#endif
