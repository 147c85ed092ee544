/* A station in a hub's place. What it takes goes the way of what lies on a stick (gossip_take.h).
 */
#include "sync/link/sibling_answer.h"

#include <stdlib.h>

#include "sync/link/gossip_take.h"
#include "sync/link/near_answer.h"
#include "sync/link/sibling_give.h"
#include "turnout/log.h"
#include "turnout/sibling.h"

static enum tn_status refuse(const char *why)
{
    tn_log(TN_LOG_WARN, "a station was refused: %s", why);
    return TN_ERR_STATE;
}

/* Only for a question whose signature holds: a stranger's noise does not touch the disk. */
static enum tn_status reach(struct tn_sibling_answer *s)
{
    if (s->station != NULL) {
        return TN_OK;
    }
    enum tn_status status = tn_station_open(s->dir, &s->env, &s->station);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", s->dir,
               tn_status_text(status));
    }
    return status == TN_OK ? TN_OK : TN_ERR_BUSY;
}

static enum tn_status admit(struct tn_sibling_answer *s, const struct tn_id *ecosystem,
                            const struct tn_public_key *key)
{
    struct tn_station_info info;
    enum tn_status status = reach(s);
    if (status == TN_OK) {
        status = tn_station_who(s->station, &info);
    }
    if (status == TN_OK && !tn_id_equal(ecosystem, &info.ecosystem)) {
        return refuse("it belongs to another ecosystem");
    }
    if (status == TN_OK && !tn_station_has_sibling(s->station, key)) {
        return refuse("this station's pack names no station of its event by that key");
    }
    return status;
}

/* From the beginning of a block, where the station has more than is here. */
static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    struct tn_sibling_answer *s = ctx;
    const struct tn_session_log *said = &hello->logs[log];
    uint64_t seq = 0;
    struct tn_hash hash;
    enum tn_status status = tn_station_sibling_at(s->station, &said->log, &seq, &hash);
    out->has_receipt = true; /* none is to be had here */
    out->next = seq >= said->last ? said->last + 1 : seq / TN_SIBLING_BLOCK * TN_SIBLING_BLOCK + 1;
    return status;
}

static enum tn_status take(struct tn_sibling_answer *s, struct tn_gossip_taker *taker,
                           const struct tn_bundle_head *head, struct tn_bytes bytes,
                           struct tn_ack *out)
{
    struct tn_gossip_use use;
    enum tn_status status = tn_gossip_judge(taker, head, &use);
    if (status == TN_OK && !use.is_sibling) {
        return refuse("a bundle is signed by nobody whom this station's pack names");
    }
    if (status == TN_OK) {
        status = tn_gossip_take(taker, head, bytes, &use, &out->added);
    }
    if (status == TN_OK) {
        out->verdict = use.is_new || use.is_needed ? TN_VERDICT_TAKEN : TN_VERDICT_SAME;
        out->next = head->last + 1;
        out->log = head->log;
        out->hash = head->after;
        s->bundles++;
        s->entries += out->added;
    }
    return status;
}

static enum tn_status ingest(void *ctx, struct tn_bytes bytes, struct tn_ack *out)
{
    struct tn_sibling_answer *s = ctx;
    struct tn_gossip gossip = {0};
    struct tn_gossip_taker taker;
    struct tn_bundle_head head;
    enum tn_status status = tn_bundle_peek(bytes, &head);
    if (status == TN_OK) {
        status = reach(s);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_gossip_take_begin(&taker, s->station, s->dir, &gossip);
    if (status == TN_OK) {
        status = take(s, &taker, &head, bytes, out);
    }
    tn_gossip_take_end(&taker);
    return status;
}

static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    struct tn_sibling_answer *s = ctx;
    uint64_t there = 0;
    const struct tn_listener *listener = tn_listeners_find(&s->listeners, &hello->device_key);
    *out = (struct tn_cursor){.at_ms = s->now_ms, .says_siblings = listener != NULL};
    enum tn_status status =
        listener == NULL ? TN_OK : tn_sibling_give_state(s->station, s->dir, &there);
    out->has_siblings = listener != NULL && there != listener->heard;
    return status;
}

/* The centre's word for what is here may let it go one day; what it is for else is no trouble. */
static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    struct tn_sibling_answer *s = ctx;
    enum tn_status status = reach(s);
    if (status == TN_OK) {
        (void)tn_station_take_sibling_receipt(s->station, bytes);
    }
    return status;
}

static const struct tn_session_centre_ops ops = {
    .want = want, .ingest = ingest, .say = say, .show = show};

static enum tn_status admit_hello(void *ctx, const struct tn_hello *hello)
{
    return admit(ctx, &hello->ecosystem, &hello->device_key);
}

static enum tn_status answer_siblings(struct tn_sibling_answer *s, struct tn_bytes in,
                                      struct tn_buf *out)
{
    struct tn_others others;
    struct tn_listeners_note note = {.asked = tn_hash_of(&in, 1)};
    enum tn_status status = tn_siblings_read(in, s->known);
    if (status == TN_OK) {
        status = admit(s, &s->known->ecosystem, &s->known->device_key);
    }
    /* What is written meanwhile is news the next time. */
    if (status == TN_OK) {
        status = tn_sibling_give_state(s->station, s->dir, &note.there);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_others_init(&others);
    status = tn_sibling_give(s->station, s->dir, s->known, s->now_ms, &others);
    if (status == TN_OK) {
        status = tn_others_write(&others, out);
        note.device_key = s->known->device_key;
        note.is_all = others.count == 0;
        tn_listeners_note(&s->listeners, &note);
    }
    tn_others_destroy(&others);
    return status;
}

enum tn_status tn_sibling_answer(struct tn_sibling_answer *sibling, enum tn_ask what,
                                 struct tn_bytes question, int64_t now_ms, struct tn_buf *out)
{
    sibling->now_ms = now_ms;
    tn_session_centre_init(sibling->session, &ops, sibling);
    enum tn_status status = what == TN_ASK_SIBLINGS ? answer_siblings(sibling, question, out)
                                                    : tn_near_answer(sibling->session, what,
                                                                     question, admit_hello, out);
    tn_station_close(sibling->station);
    sibling->station = NULL;
    return status;
}

enum tn_status tn_sibling_answer_init(struct tn_sibling_answer *sibling, const char *dir,
                                      const struct tn_station_env *env)
{
    *sibling = (struct tn_sibling_answer){.dir = dir, .env = *env};
    sibling->session = calloc(1, sizeof *sibling->session);
    sibling->known = calloc(1, sizeof *sibling->known);
    enum tn_status status = tn_listeners_init(&sibling->listeners);
    bool has_all = sibling->session != NULL && sibling->known != NULL;
    return status == TN_OK && !has_all ? TN_ERR_NO_MEMORY : status;
}

void tn_sibling_answer_destroy(struct tn_sibling_answer *sibling)
{
    free(sibling->session);
    free(sibling->known);
    tn_listeners_destroy(&sibling->listeners);
    *sibling = (struct tn_sibling_answer){.station = NULL};
}
