/* Fuzz: the session's messages as a stranger could send them, and the bodies of entries as a
 * station that was taken over could. Nothing may crash. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sync/central/handouts.h"
#include "sync/wire/session.h"

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

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    (void)ctx;
    (void)log;
    (void)seq;
    (void)hash;
    (void)out;
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
    static const struct tn_session_centre_ops ops = {want, ingest, receipt, pack, say, show};
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {try_session, try_handout};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tries[data[0] % 2]((struct tn_bytes){data + 1, size - 1});
    return 0;
}
