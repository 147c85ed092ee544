/* The near side of gossip over a network. `carried` is open, and locked, only while an answer is
 * being taken in, never while a network is waited for. */
#include "sync/link/gossip_hear.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/gossip_take.h"
#include "sync/wire/siblings.h"
#include "turnout/log.h"
#include "turnout/receipt.h"
#include "turnout/sibling.h"

#define ROUNDS_MAX 4096 /* 16 GiB */

struct hearing {
    struct tn_station *station;
    const char *dir;
    const struct tn_far *far;
    struct tn_gossip *out;
    struct tn_siblings *known; /* large */
    struct tn_buf question;
    struct tn_buf answer;
    struct tn_gossip_taker taker;
    uint64_t useful; /* bundles of the answer at hand that were new or needed */
};

static enum tn_status add_log(void *ctx, const struct tn_log_head *head)
{
    struct hearing *h = ctx;
    struct tn_siblings *known = h->known;
    struct tn_hash hash;
    if (!head->is_sibling || known->count == TN_SIBLINGS_LOGS_MAX) {
        return TN_OK;
    }
    struct tn_siblings_log *log = &known->logs[known->count];
    enum tn_status status = tn_station_sibling_at(h->station, &head->log, &log->last, &hash);
    log->log = head->log;
    known->count += status == TN_OK;
    return status;
}

static enum tn_status write_question(struct hearing *h)
{
    struct tn_station_info info;
    struct tn_sign_key key = {0};
    tn_buf_clear(&h->question);
    h->known->count = 0;
    enum tn_status status = tn_station_who(h->station, &info);
    if (status == TN_OK) {
        h->known->ecosystem = info.ecosystem;
        h->known->device_key = info.device_key;
        status = tn_station_logs(h->station, add_log, h);
    }
    if (status == TN_OK) {
        status = tn_station_sign_key(h->station, &key);
    }
    if (status == TN_OK) {
        tn_siblings_write(&h->question, h->known, &key);
        status = h->question.status;
    }
    sodium_memzero(&key, sizeof key);
    return status;
}

/* Whether the centre says that it has the bundle's last entry, and so all of it. */
static bool is_covered(const struct hearing *h, const struct tn_bundle_head *head,
                       struct tn_bytes receipt)
{
    struct tn_receipt read;
    return receipt.data != NULL &&
           tn_receipt_read(receipt, &h->taker.info.sign_key, &read) == TN_OK &&
           tn_id_equal(&read.log, &head->log) && read.seq == head->last &&
           tn_hash_equal(&read.hash, &head->after);
}

/* A bundle that is nobody's whom the pack names, or none at all, is passed over. */
static enum tn_status take(void *ctx, struct tn_bytes bytes, struct tn_bytes receipt)
{
    struct hearing *h = ctx;
    struct tn_bundle_head head;
    struct tn_gossip_use use = {.is_new = false};
    uint64_t added = 0;
    enum tn_status status = tn_bundle_peek(bytes, &head);
    if (status == TN_OK) {
        status = tn_gossip_judge(&h->taker, &head, &use);
    } else if (!tn_status_is_world(status)) {
        tn_log(TN_LOG_WARN, "entries of another station that came over the network are passed "
                            "over: they were altered on the way");
        return TN_OK;
    }
    if (status != TN_OK || !use.is_sibling) {
        return status;
    }
    bool is_safe = is_covered(h, &head, receipt);
    use.is_needed = use.is_needed && !is_safe;
    status = tn_gossip_take(&h->taker, &head, bytes, &use, &added);
    h->useful += status == TN_OK && (added > 0 || use.is_needed);
    if (status == TN_OK && is_safe) {
        /* One for another copy of that log is none for the copy here. */
        enum tn_status got = tn_station_take_sibling_receipt(h->station, receipt);
        status = tn_status_is_world(got) && got != TN_ERR_NOT_FOUND ? got : TN_OK;
    }
    return status;
}

static enum tn_status take_answer(struct hearing *h, bool *has_more)
{
    h->useful = 0;
    enum tn_status status = tn_gossip_take_begin(&h->taker, h->station, h->dir, h->out);
    if (status == TN_OK) {
        status = tn_others_read(tn_buf_bytes(&h->answer), take, h, has_more);
    }
    if (status == TN_OK && h->useful > 0) {
        status = tn_gossip_let_go(&h->taker);
    }
    tn_gossip_take_end(&h->taker);
    return status;
}

static enum tn_status ask_all(struct hearing *h)
{
    enum tn_status status = TN_OK;
    bool has_more = true;
    bool is_last = false;
    for (int round = 0; round < ROUNDS_MAX && status == TN_OK && !is_last; round++) {
        is_last = !has_more; /* it only says that all arrived; what is written meanwhile can wait */
        status = write_question(h);
        tn_buf_clear(&h->answer);
        if (status == TN_OK) {
            status =
                h->far->ask(h->far->ctx, TN_ASK_SIBLINGS, tn_buf_bytes(&h->question), &h->answer);
        }
        if (status == TN_OK) {
            status = take_answer(h, &has_more);
        }
        is_last = is_last || h->useful == 0;
    }
    return status;
}

enum tn_status tn_gossip_hear(struct tn_station *station, const char *dir, const struct tn_far *far,
                              struct tn_gossip *out)
{
    struct hearing *h = calloc(1, sizeof *h);
    if (h == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    h->station = station;
    h->dir = dir;
    h->far = far;
    h->out = out;
    h->known = calloc(1, sizeof *h->known);
    tn_buf_init(&h->question, TN_SIBLINGS_SIZE_MAX);
    tn_buf_init(&h->answer, TN_OTHERS_SIZE_MAX);
    enum tn_status status = h->known == NULL ? TN_ERR_NO_MEMORY : ask_all(h);
    tn_buf_destroy(&h->question);
    tn_buf_destroy(&h->answer);
    free(h->known);
    free(h);
    return status;
}
