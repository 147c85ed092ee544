/* Both ends of the reconcile session. Each step reads one message, checks that it is the one the
 * protocol has next, acts through the table of calls, and writes one message. */
#include "sync/wire/session.h"

#include <stddef.h>
#include <string.h>

#include "turnout/cbor.h"
#include "turnout/receipt.h"

enum message { HELLO = TN_HELLO_KIND, CURSOR, BUNDLE, ACK, DONE, PACK, SHOW, SEEN };

void tn_session_station_init(struct tn_session_station *session,
                             const struct tn_session_station_ops *ops, void *ctx)
{
    memset(session, 0, offsetof(struct tn_session_station, hello));
    session->ops = ops;
    session->ctx = ctx;
    session->hello.count = 0;
}

void tn_session_centre_init(struct tn_session_centre *session,
                            const struct tn_session_centre_ops *ops, void *ctx)
{
    session->ops = ops;
    session->ctx = ctx;
    session->has_hello = false;
    session->is_blank = false;
    session->hello.count = 0;
}

/* Bytes, or none where null stands. */
static struct tn_bytes get_optional(struct tn_cbor *cbor)
{
    if (cbor->at < cbor->end && *cbor->at == 0xf6) {
        tn_cbor_skip(cbor);
        return (struct tn_bytes){NULL, 0};
    }
    return tn_cbor_get_bytes(cbor);
}

static void put_optional(struct tn_buf *out, const struct tn_buf *value)
{
    if (value->len == 0) {
        tn_cbor_put_null(out);
    } else {
        tn_cbor_put_bytes(out, tn_buf_bytes(value));
    }
}

static void get_kind(struct tn_cbor *cbor, enum message kind)
{
    if (tn_cbor_get_uint(cbor) != (uint64_t)kind && cbor->status == TN_OK) {
        cbor->status = TN_ERR_FORMAT;
    }
}

static void get_message(struct tn_cbor *cbor, uint64_t fields, enum message kind)
{
    tn_cbor_get_array(cbor, fields, fields);
    get_kind(cbor, kind);
}

static enum tn_status take_receipt(struct tn_session_station *s, struct tn_bytes receipt)
{
    if (receipt.data == NULL) {
        return TN_OK;
    }
    enum tn_status status = s->ops->receipt(s->ctx, receipt);
    s->receipts += status == TN_OK;
    return status;
}

static enum tn_status say_hello(struct tn_session_station *s, struct tn_buf *out)
{
    enum tn_status status = s->ops->hello(s->ctx, &s->hello);
    if (status != TN_OK) {
        return status;
    }
    tn_hello_write(out, &s->hello);
    s->expects = CURSOR;
    return out->status;
}

void tn_session_put_done(struct tn_buf *out)
{
    tn_cbor_put_array(out, 1);
    tn_cbor_put_uint(out, DONE);
}

void tn_session_station_stop(struct tn_session_station *s)
{
    s->expects = PACK;
    s->has_sent_all = true;
}

/* A centre that asks for what it gave a receipt for has lost it: it is shown its own word first.
 * *is_said: there was something to show. */
static enum tn_status say_show(struct tn_session_station *s, struct tn_buf *out, bool *is_said)
{
    const struct tn_session_log *log = &s->hello.logs[s->at];
    struct tn_buf receipt;
    *is_said = false;
    if (s->was_shown || s->next[s->at] > log->receipt_seq) {
        return TN_OK;
    }
    s->was_shown = true;
    tn_buf_init(&receipt, TN_RECEIPT_SIZE_MAX);
    enum tn_status status = s->ops->proof(s->ctx, &log->log, &receipt);
    if (status == TN_OK && receipt.len > 0) {
        tn_cbor_put_array(out, 2);
        tn_cbor_put_uint(out, SHOW);
        tn_cbor_put_bytes(out, tn_buf_bytes(&receipt));
        status = out->status;
        s->expects = SEEN;
        *is_said = true;
    }
    tn_buf_destroy(&receipt);
    return status;
}

/* The next bundle, or done where every log is through. */
static enum tn_status say_next(struct tn_session_station *s, struct tn_buf *out)
{
    while (s->at < s->hello.count && s->next[s->at] > s->hello.logs[s->at].last) {
        s->at++;
        s->was_restarted = false;
        s->was_shown = false;
    }
    if (s->at == s->hello.count) {
        tn_session_put_done(out);
        tn_session_station_stop(s);
        return out->status;
    }
    bool is_said = false;
    enum tn_status status = say_show(s, out, &is_said);
    if (status != TN_OK || is_said) {
        return status;
    }
    struct tn_buf bundle;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX + 1024);
    status = s->ops->bundle(s->ctx, &s->hello.logs[s->at].log, s->next[s->at], &bundle);
    if (status == TN_OK) {
        tn_cbor_put_array(out, 2);
        tn_cbor_put_uint(out, BUNDLE);
        tn_cbor_put_bytes(out, tn_buf_bytes(&bundle));
        status = out->status;
        s->expects = ACK;
    }
    tn_buf_destroy(&bundle);
    return status;
}

static enum tn_status hear_cursor(struct tn_session_station *s, struct tn_cbor *cbor)
{
    s->cursor.says_siblings = tn_cbor_get_array(cbor, 4, 5) == 5;
    get_kind(cbor, CURSOR);
    s->cursor.at_ms = tn_cbor_get_int(cbor);
    s->cursor.has_pack = tn_cbor_get_bool(cbor);
    tn_cbor_get_array(cbor, s->hello.count, s->hello.count);
    for (size_t i = 0; i < s->hello.count && cbor->status == TN_OK; i++) {
        tn_cbor_get_array(cbor, 2, 2);
        s->next[i] = tn_cbor_get_uint(cbor);
        struct tn_bytes receipt = get_optional(cbor);
        if (cbor->status == TN_OK && s->next[i] == 0) {
            return TN_ERR_FORMAT;
        }
        enum tn_status status = take_receipt(s, receipt);
        if (status != TN_OK) {
            return status;
        }
    }
    s->cursor.has_siblings = s->cursor.says_siblings && tn_cbor_get_bool(cbor);
    return tn_cbor_end(cbor);
}

/* Moves on, or starts a log over once where the centre asks for earlier entries, or leaves it. */
static void follow(struct tn_session_station *s, enum tn_verdict verdict, uint64_t next)
{
    uint64_t asked = s->next[s->at];
    s->needs_person =
        s->needs_person || verdict == TN_VERDICT_FORK || verdict == TN_VERDICT_REFUSED;
    if (verdict != TN_VERDICT_REFUSED && next > asked) {
        s->next[s->at] = next;
    } else if (verdict == TN_VERDICT_GAP && next < asked && !s->was_restarted) {
        s->next[s->at] = next;
        s->was_restarted = true;
    } else {
        s->needs_person = true;
        s->left += s->hello.logs[s->at].last + 1 - asked;
        s->next[s->at] = s->hello.logs[s->at].last + 1;
    }
}

static enum tn_status hear_ack(struct tn_session_station *s, struct tn_cbor *cbor)
{
    get_message(cbor, 5, ACK);
    uint64_t verdict = tn_cbor_get_uint(cbor);
    uint64_t next = tn_cbor_get_uint(cbor);
    uint64_t added = tn_cbor_get_uint(cbor);
    struct tn_bytes receipt = get_optional(cbor);
    enum tn_status status = tn_cbor_end(cbor);
    if (status != TN_OK || verdict >= TN_VERDICT_COUNT || next == 0) {
        return status != TN_OK ? status : TN_ERR_FORMAT;
    }
    s->added += added;
    follow(s, (enum tn_verdict)verdict, next);
    return take_receipt(s, receipt);
}

static enum tn_status hear_pack(struct tn_session_station *s, struct tn_cbor *cbor)
{
    get_message(cbor, 2, PACK);
    struct tn_bytes pack = get_optional(cbor);
    enum tn_status status = tn_cbor_end(cbor);
    if (status == TN_OK && pack.data != NULL) {
        status = s->ops->pack(s->ctx, pack);
        s->got_pack = status == TN_OK;
    }
    s->is_done = status == TN_OK;
    return status;
}

static enum tn_status hear_seen(struct tn_cbor *cbor)
{
    get_message(cbor, 1, SEEN);
    return tn_cbor_end(cbor);
}

enum tn_status tn_session_station_hear(struct tn_session_station *s, struct tn_bytes in)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, in);
    switch (s->expects) {
    case CURSOR:
        return hear_cursor(s, &cbor);
    case ACK:
        return hear_ack(s, &cbor);
    case PACK:
        return hear_pack(s, &cbor);
    case SEEN:
        return hear_seen(&cbor);
    default:
        return TN_ERR_STATE; /* hello comes first */
    }
}

enum tn_status tn_session_station_say(struct tn_session_station *s, struct tn_buf *out)
{
    return s->expects == 0 ? say_hello(s, out) : say_next(s, out);
}

enum tn_status tn_session_station_step(struct tn_session_station *s, struct tn_bytes in,
                                       struct tn_buf *out)
{
    enum tn_status status = s->expects == 0 ? TN_OK : tn_session_station_hear(s, in);
    return status == TN_OK && !s->is_done ? tn_session_station_say(s, out) : status;
}

/* What the centre has to say for itself comes first, since it may be that it knows the station only
 * from then on. */
static enum tn_status give_receipt(struct tn_session_centre *c, const struct tn_id *log,
                                   uint64_t seq, const struct tn_hash *hash, struct tn_buf *out)
{
    return c->ops->receipt == NULL ? TN_OK : c->ops->receipt(c->ctx, log, seq, hash, out);
}

static enum tn_status answer_hello(struct tn_session_centre *c, struct tn_bytes in,
                                   struct tn_buf *out)
{
    struct tn_buf receipt;
    struct tn_cursor cursor = {0};
    enum tn_status status = tn_hello_read(in, &c->hello);
    c->has_hello = status == TN_OK;
    if (status == TN_OK) {
        status = c->ops->say(c->ctx, &c->hello, &cursor);
    }
    tn_buf_init(&receipt, TN_RECEIPT_SIZE_MAX);
    tn_cbor_put_array(out, cursor.says_siblings ? 5 : 4);
    tn_cbor_put_uint(out, CURSOR);
    tn_cbor_put_int(out, cursor.at_ms);
    tn_cbor_put_bool(out, cursor.has_pack);
    tn_cbor_put_array(out, c->hello.count);
    for (size_t i = 0; i < c->hello.count && status == TN_OK; i++) {
        const struct tn_session_log *log = &c->hello.logs[i];
        struct tn_want want = {.next = 1};
        tn_buf_clear(&receipt);
        status = c->ops->want(c->ctx, &c->hello, i, &want);
        bool has_all = want.next == log->last + 1 && log->last > 0;
        if (status == TN_OK && has_all && !want.has_receipt) {
            status = give_receipt(c, &log->log, log->last, &log->hash, &receipt);
        } else if (status == TN_OK && want.next <= log->receipt_seq) {
            status = give_receipt(c, &log->log, want.next - 1, NULL, &receipt);
        }
        tn_cbor_put_array(out, 2);
        tn_cbor_put_uint(out, want.next);
        put_optional(out, &receipt);
    }
    if (cursor.says_siblings) {
        tn_cbor_put_bool(out, cursor.has_siblings);
    }
    tn_buf_destroy(&receipt);
    return status == TN_OK ? out->status : status;
}

/* The receipt is asked for after ingest has committed, never before. */
static enum tn_status answer_bundle(struct tn_session_centre *c, struct tn_cbor *cbor,
                                    struct tn_buf *out)
{
    struct tn_ack ack = {.next = 1};
    struct tn_buf receipt;
    tn_buf_init(&receipt, TN_RECEIPT_SIZE_MAX);
    get_message(cbor, 2, BUNDLE);
    struct tn_bytes bytes = tn_cbor_get_bytes(cbor);
    enum tn_status status = tn_cbor_end(cbor);
    if (status == TN_OK) {
        status = c->ops->ingest(c->ctx, bytes, &ack);
    }
    if (status == TN_OK && ack.verdict <= TN_VERDICT_FORK) {
        status = give_receipt(c, &ack.log, ack.next - 1, &ack.hash, &receipt);
    }
    if (status == TN_OK) {
        tn_cbor_put_array(out, 5);
        tn_cbor_put_uint(out, ACK);
        tn_cbor_put_uint(out, (uint64_t)ack.verdict);
        tn_cbor_put_uint(out, ack.next);
        tn_cbor_put_uint(out, ack.added);
        put_optional(out, &receipt);
        status = out->status;
    }
    tn_buf_destroy(&receipt);
    return status;
}

static enum tn_status answer_show(struct tn_session_centre *c, struct tn_cbor *cbor,
                                  struct tn_buf *out)
{
    get_message(cbor, 2, SHOW);
    struct tn_bytes receipt = tn_cbor_get_bytes(cbor);
    enum tn_status status = tn_cbor_end(cbor);
    if (status == TN_OK) {
        status = c->ops->show(c->ctx, receipt);
    }
    if (status == TN_OK) {
        tn_cbor_put_array(out, 1);
        tn_cbor_put_uint(out, SEEN);
        status = out->status;
    }
    return status;
}

static enum tn_status answer_done(struct tn_session_centre *c, struct tn_cbor *cbor,
                                  struct tn_buf *out)
{
    struct tn_buf pack;
    get_message(cbor, 1, DONE);
    enum tn_status status = tn_cbor_end(cbor);
    tn_buf_init(&pack, TN_PACK_SIZE_MAX + 1024);
    if (status == TN_OK) {
        status = c->ops->pack == NULL ? TN_OK : c->ops->pack(c->ctx, &c->hello, &pack);
    }
    if (status == TN_OK) {
        tn_cbor_put_array(out, 2);
        tn_cbor_put_uint(out, PACK);
        put_optional(out, &pack);
        status = out->status;
    }
    tn_buf_destroy(&pack);
    return status;
}

enum tn_status tn_session_centre_resume(struct tn_session_centre *c, struct tn_bytes hello)
{
    c->has_hello = true;
    c->is_blank = hello.len == 0;
    return hello.len == 0 ? TN_OK : tn_hello_read(hello, &c->hello);
}

enum tn_status tn_session_centre_step(struct tn_session_centre *c, struct tn_bytes in,
                                      struct tn_buf *out)
{
    struct tn_cbor peek;
    struct tn_cbor cbor;
    tn_cbor_init(&peek, in);
    tn_cbor_init(&cbor, in);
    tn_cbor_get_array(&peek, 1, 10);
    uint64_t kind = tn_cbor_get_uint(&peek);
    if (peek.status != TN_OK || c->has_hello == (kind == HELLO)) {
        return TN_ERR_FORMAT;
    }
    switch (kind) {
    case HELLO:
        return answer_hello(c, in, out);
    case BUNDLE:
        return answer_bundle(c, &cbor, out);
    case SHOW:
        return answer_show(c, &cbor, out);
    case DONE:
        return c->is_blank ? TN_ERR_FORMAT : answer_done(c, &cbor, out);
    default:
        return TN_ERR_FORMAT;
    }
}
