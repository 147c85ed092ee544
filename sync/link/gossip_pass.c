/* The names of files say which logs are carried and how far; the other side says what it lacks.
 * `carried` is locked only while a file is read, never while a network is waited for. */
#include "sync/link/gossip_pass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/carried.h"
#include "sync/wire/answer.h"
#include "sync/wire/request.h"

struct passing {
    struct tn_station *station;
    const char *dir;
    const struct tn_far *far;
    struct tn_station_info info;
    struct tn_carried_names names;
    struct tn_hello *hello; /* large */
    uint64_t *next;         /* of hello's logs */
    struct tn_buf message;
    struct tn_buf answer;
};

/* By log, as the names are. */
static void list_logs(struct passing *p)
{
    struct tn_hello *hello = p->hello;
    for (size_t i = 0; i < p->names.count; i++) {
        const struct tn_carrier_name *name = &p->names.items[i].name;
        struct tn_session_log *log = hello->count == 0 ? NULL : &hello->logs[hello->count - 1];
        if (log == NULL || !tn_id_equal(&log->log, &name->log)) {
            if (hello->count == TN_SESSION_LOGS_MAX) {
                return;
            }
            log = &hello->logs[hello->count++];
            *log = (struct tn_session_log){.log = name->log};
        }
        log->last = name->last > log->last ? name->last : log->last;
    }
}

static enum tn_status take_next(void *ctx, size_t log, uint64_t next, struct tn_bytes receipt)
{
    struct passing *p = ctx;
    (void)receipt;
    p->next[log] = next;
    return TN_OK;
}

static enum tn_status ask_next(struct passing *p)
{
    struct tn_sign_key key = {0};
    struct tn_cursor cursor;
    struct tn_buf hello;
    tn_buf_init(&hello, TN_REQUEST_SIZE_MAX);
    p->hello->ecosystem = p->info.ecosystem;
    p->hello->device_key = p->info.device_key;
    (void)snprintf(p->hello->program, sizeof p->hello->program, "%s", TN_VERSION);
    list_logs(p);
    tn_hello_write(&hello, p->hello);
    enum tn_status status =
        hello.status == TN_OK ? tn_station_sign_key(p->station, &key) : hello.status;
    if (status == TN_OK) {
        tn_request_write(&p->message, tn_buf_bytes(&hello), &key);
        status = p->message.status;
    }
    sodium_memzero(&key, sizeof key);
    if (status == TN_OK) {
        status = p->far->ask(p->far->ctx, TN_ASK_HELLO, tn_buf_bytes(&p->message), &p->answer);
    }
    if (status == TN_OK) {
        status = tn_answer_cursor(tn_buf_bytes(&p->answer), p->hello->count, take_next, p, &cursor);
    }
    tn_buf_destroy(&hello);
    return status;
}

static bool is_lacking(const struct passing *p, const struct tn_carrier_name *name)
{
    for (size_t i = 0; i < p->hello->count; i++) {
        if (tn_id_equal(&p->hello->logs[i].log, &name->log)) {
            return name->last >= p->next[i];
        }
    }
    return false;
}

static enum tn_status hand_over(struct passing *p, const char *file, uint64_t *added)
{
    struct tn_buf bytes;
    struct tn_ack ack;
    struct tn_bytes receipt;
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    tn_buf_clear(&p->message);
    tn_buf_clear(&p->answer);
    enum tn_status status = tn_carried_get(p->dir, &p->info.ecosystem, file, &bytes);
    if (status == TN_OK) {
        tn_answer_put_bundle(&p->message, tn_buf_bytes(&bytes));
        status = p->message.status;
    }
    tn_buf_destroy(&bytes);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status; /* let go meanwhile */
    }
    status = p->far->ask(p->far->ctx, TN_ASK_BUNDLE, tn_buf_bytes(&p->message), &p->answer);
    if (status == TN_OK) {
        status = tn_answer_ack(tn_buf_bytes(&p->answer), &ack, &receipt);
        *added += status == TN_OK ? ack.added : 0;
    }
    return status == TN_ERR_STATE || status == TN_ERR_LIMIT ? TN_OK : status;
}

static enum tn_status pass(struct passing *p, uint64_t *added)
{
    enum tn_status status = ask_next(p);
    for (size_t i = 0; i < p->names.count && status == TN_OK; i++) {
        if (is_lacking(p, &p->names.items[i].name)) {
            status = hand_over(p, p->names.items[i].file, added);
        }
    }
    return status;
}

enum tn_status tn_gossip_pass(struct tn_station *station, const char *dir, const struct tn_far *far,
                              struct tn_hash *passed, struct tn_gossip *out)
{
    struct passing p = {.station = station, .dir = dir, .far = far};
    enum tn_status status = tn_station_who(station, &p.info);
    if (status == TN_OK) {
        status = tn_carried_names(dir, &p.info.ecosystem, &p.names);
    }
    const struct tn_hash now = tn_carried_hash(&p.names);
    if (status != TN_OK || p.names.count == 0 || tn_hash_equal(&now, passed)) {
        tn_carried_names_free(&p.names);
        return status;
    }
    tn_buf_init(&p.message, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&p.answer, TN_SESSION_MESSAGE_MAX);
    p.hello = calloc(1, sizeof *p.hello);
    p.next = calloc(TN_SESSION_LOGS_MAX, sizeof *p.next);
    status = p.hello == NULL || p.next == NULL ? TN_ERR_NO_MEMORY : pass(&p, &out->carried);
    if (status == TN_OK) {
        *passed = now;
    }
    free(p.hello);
    free(p.next);
    tn_buf_destroy(&p.message);
    tn_buf_destroy(&p.answer);
    tn_carried_names_free(&p.names);
    return status;
}
