/* Fuzz: the session's messages as a stranger could send them, a centre's answers as somebody in its
 * place could, names of files as they may lie on a stick, a hub's address and pin as typed, and the
 * bodies of entries as a station that was taken over could make them. Nothing may crash. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "sync/central/handouts.h"
#include "sync/link/carrier_name.h"
#include "sync/link/hub_key.h"
#include "sync/link/hub_url.h"
#include "sync/wire/answer.h"
#include "sync/wire/session.h"
#include "sync/wire/siblings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX (1u << 20)

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    (void)ctx;
    assert(log < hello->count);
    *out = (struct tn_want){.next = 1};
    return TN_OK;
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    (void)ctx;
    (void)bundle;
    *out = (struct tn_ack){.verdict = TN_VERDICT_TAKEN, .next = 2, .added = 1};
    return TN_OK;
}

static enum tn_status pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    (void)ctx;
    (void)out;
    assert(hello->count <= TN_SESSION_LOGS_MAX);
    return TN_OK;
}

static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    (void)ctx;
    assert(memchr(hello->program, 0, sizeof hello->program) != NULL);
    *out = (struct tn_cursor){.has_pack = true};
    return TN_OK;
}

static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    (void)ctx;
    (void)bytes;
    return TN_OK;
}

/* The input is messages, each behind its length in one byte. */
static void try_session(struct tn_bytes in)
{
    static const struct tn_session_centre_ops ops = {
        .want = want, .ingest = ingest, .pack = pack, .say = say, .show = show};
    static struct tn_session_centre centre;
    tn_session_centre_init(&centre, &ops, NULL);
    for (size_t at = 0; at < in.len;) {
        size_t len = in.data[at++];
        len = len < in.len - at ? len : in.len - at;
        struct tn_buf out;
        tn_buf_init(&out, OUT_MAX);
        (void)tn_session_centre_step(&centre, (struct tn_bytes){in.data + at, len}, &out);
        tn_buf_destroy(&out);
        at += len;
    }
}

/* The body of a `register` or a `replace` entry, whose chain a station that was taken over can
 * make. */
static void try_handout(struct tn_bytes in)
{
    static const enum tn_kind kinds[] = {TN_KIND_REGISTER, TN_KIND_REPLACE};
    for (size_t i = 0; i < 2; i++) {
        struct tn_handout facts = {.kind = kinds[i], .badge = {{1}}, .event = {{2}}};
        struct tn_handout out;
        if (tn_handout_read(&facts, in, &out)) {
            assert(!tn_id_equal(&out.old, &out.badge));
            assert(!tn_id_is_none(&out.learner) || !tn_id_is_none(&out.old));
        }
    }
}

#define LOGS 2

static enum tn_status hear_log(void *ctx, size_t log, uint64_t next, struct tn_bytes bytes)
{
    (void)next;
    assert(log < LOGS && (bytes.data != NULL || bytes.len == 0));
    ++*(size_t *)ctx;
    return TN_OK;
}

/* All of a cursor is read before any of it counts. */
static void try_answers(struct tn_bytes in)
{
    struct tn_cursor cursor;
    struct tn_ack ack;
    struct tn_bytes bytes;
    size_t heard = 0;
    bool is_good = tn_answer_cursor(in, LOGS, hear_log, &heard, &cursor) == TN_OK;
    assert(heard == (is_good ? LOGS : 0));
    if (tn_answer_ack(in, &ack, &bytes) == TN_OK) {
        assert(ack.verdict < TN_VERDICT_COUNT && ack.next > 0);
    }
    (void)tn_answer_pack(in, &bytes);
}

/* What somebody types, as text. */
static const char *text_of(struct tn_bytes in, char *out, size_t out_size)
{
    size_t len = in.len < out_size - 1 ? in.len : out_size - 1;
    memcpy(out, in.data, len);
    out[len] = '\0';
    return out;
}

/* A name that reads is written as it was, but for case. */
static void try_name(struct tn_bytes in)
{
    char file[2 * TN_CARRIER_NAME_SIZE];
    char again[TN_CARRIER_NAME_SIZE];
    struct tn_carrier_name name;
    if (tn_carrier_name_read(text_of(in, file, sizeof file), &name) == TN_OK) {
        tn_carrier_name_write(&name, again);
        assert(strcasecmp(file, again) == 0);
    }
}

static enum tn_status hear_bundle(void *ctx, struct tn_bytes bundle, struct tn_bytes receipt)
{
    assert(bundle.len > 0 && (receipt.data != NULL || receipt.len == 0));
    ++*(size_t *)ctx;
    return TN_OK;
}

/* All of an answer is read before any of it counts. */
static void try_others(struct tn_bytes in)
{
    size_t heard = 0;
    bool has_more = false;
    bool is_good = tn_others_read(in, hear_bundle, &heard, &has_more) == TN_OK;
    assert(is_good ? heard <= TN_OTHERS_COUNT_MAX : heard == 0);
}

/* An address that reads is the same one when it is written out and read again. */
static void try_address(struct tn_bytes in)
{
    char text[2 * TN_HUB_URL_SIZE];
    char again[TN_HUB_URL_SIZE];
    struct tn_hub_url url;
    struct tn_hub_url other;
    if (tn_hub_url_read(text_of(in, text, sizeof text), &url) == TN_OK) {
        assert(url.host[0] != '\0' && url.port != 0);
        tn_hub_url_write(&url, "https", url.port, again);
        assert(strlen(again) > TN_HUB_MAX ||
               (tn_hub_url_read(again, &other) == TN_OK && strcmp(url.host, other.host) == 0 &&
                url.is_v6 == other.is_v6 && url.port == other.port));
    }
}

/* A pin has one way to be written. */
static void try_pin(struct tn_bytes in)
{
    char text[2 * TN_HUB_PIN_TEXT_SIZE];
    char again[TN_HUB_PIN_TEXT_SIZE];
    uint8_t pin[TN_HASH_SIZE];
    if (tn_hub_pin_read(text_of(in, text, sizeof text), pin) == TN_OK) {
        tn_hub_pin_write(pin, again);
        assert(strcmp(text, again) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {
        try_session, try_handout, try_answers, try_name, try_others, try_address, try_pin};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tries[data[0] % (sizeof tries / sizeof tries[0])]((struct tn_bytes){data + 1, size - 1});
    return 0;
}
