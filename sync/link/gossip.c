/* A station between its siblings and the centre. Whose signature counts, its pack says; what of a
 * log is new, its database does. A file is only ever copied as it is: nobody signs for another. */
#include "sync/link/gossip.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "sync/link/carrier_bundles.h"
#include "turnout/log.h"
#include "turnout/sibling.h"

static enum tn_status path_of(const char *dir, char out[TN_CARRIER_PATH_SIZE])
{
    int n = snprintf(out, TN_CARRIER_PATH_SIZE, "%s/" TN_GOSSIP_FOLDER, dir);
    return n > 0 && n < TN_CARRIER_PATH_SIZE ? TN_OK : TN_ERR_LIMIT;
}

bool tn_gossip_has_any(const char *dir)
{
    char path[TN_CARRIER_PATH_SIZE];
    struct stat st;
    return path_of(dir, path) == TN_OK && stat(path, &st) == 0;
}

/* A station and what it carries. */
struct gossip {
    struct tn_station *station;
    struct tn_carrier own; /* root -1: there is none yet */
    char path[TN_CARRIER_PATH_SIZE];
    struct tn_station_info info; /* as tn_station_who has it */
    struct tn_id event;
    struct tn_key event_key;
    bool has_event_key;
    struct tn_gossip *out;
};

static enum tn_status begin(struct gossip *g, struct tn_station *station, const char *dir,
                            struct tn_gossip *out)
{
    *g = (struct gossip){.station = station, .own = {.root = -1}, .out = out};
    enum tn_status status = path_of(dir, g->path);
    if (status == TN_OK) {
        status = tn_station_who(station, &g->info);
    }
    if (status == TN_OK) {
        status = tn_station_event_key(station, &g->event, &g->event_key);
        g->has_event_key = status == TN_OK;
        status = status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    if (status == TN_OK && tn_gossip_has_any(dir)) {
        status = tn_carrier_open(&g->own, g->path, TN_CARRIER_WRITE, NULL);
    }
    return status;
}

static void end(struct gossip *g)
{
    if (g->own.root >= 0) {
        tn_carrier_close(&g->own);
    }
    sodium_memzero(g, sizeof *g);
}

static enum tn_status give_event_key(const void *ctx, const struct tn_id *event, struct tn_key *out)
{
    const struct gossip *g = ctx;
    *out = g->event_key;
    return g->has_event_key && tn_id_equal(event, &g->event) ? TN_OK : TN_ERR_NOT_FOUND;
}

static enum tn_status read_run(const struct gossip *g, struct tn_bytes bytes,
                               struct tn_bundle *bundle, struct tn_sibling_run *out)
{
    const struct tn_bundle_keys keys = {.event_key = give_event_key, .ctx = g};
    enum tn_status status = tn_bundle_read(bytes, &keys, bundle);
    if (status == TN_OK && !tn_id_is_none(&bundle->head.origin)) {
        status = TN_ERR_STATE; /* a branch is the centre's business */
    }
    *out = (struct tn_sibling_run){.log = bundle->head.log,
                                   .device_key = bundle->head.device_key,
                                   .before = bundle->head.before,
                                   .entries = bundle->entries,
                                   .count = bundle->count};
    return status;
}

/* Keeps a sibling's bundle for the centre. */
static enum tn_status keep(struct gossip *g, const struct tn_bundle_head *head,
                           struct tn_bytes bytes)
{
    const struct tn_carrier_name name = tn_carrier_bundle_name(head);
    enum tn_status status =
        g->own.root >= 0 ? TN_OK : tn_carrier_open(&g->own, g->path, TN_CARRIER_WRITE, NULL);
    return status == TN_OK ? tn_carrier_put(&g->own, &g->info.ecosystem, &name, bytes) : status;
}

static enum tn_status fold(struct gossip *g, struct tn_bytes bytes)
{
    struct tn_bundle bundle = {0};
    struct tn_sibling_run run;
    uint64_t added = 0;
    enum tn_status status = read_run(g, bytes, &bundle, &run);
    if (status == TN_OK) {
        status = tn_station_add_sibling(g->station, &run, &added);
    }
    if (status == TN_ERR_DAMAGED) {
        tn_log(TN_LOG_WARN,
               "entries of another station do not go on from those that are known here; only the "
               "centre can tell its two copies apart, and gets both");
    }
    tn_bundle_free(&bundle);
    g->out->taken += added;
    bool is_theirs = status == TN_ERR_STATE || status == TN_ERR_DAMAGED ||
                     status == TN_ERR_FORGED || status == TN_ERR_FORMAT || status == TN_ERR_LIMIT;
    return is_theirs ? TN_OK : status;
}

/* What a bundle is good for here. */
struct use {
    bool is_new;    /* it brings entries that are not known here */
    bool is_needed; /* no receipt covers it, and it is not carried yet */
};

/* Whether a carrier has a bundle by that name. */
static bool has_file(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                     const struct tn_bundle_head *head)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_buf bytes;
    const struct tn_carrier_name name = tn_carrier_bundle_name(head);
    tn_carrier_name_write(&name, file);
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    bool has = carrier->root >= 0 &&
               tn_carrier_get(carrier, ecosystem, TN_CARRIER_BUNDLE, file, &bytes) == TN_OK;
    tn_buf_destroy(&bytes);
    return has;
}

static enum tn_status judge(struct gossip *g, const struct tn_bundle_head *head, struct use *out)
{
    uint64_t seq = 0;
    struct tn_hash hash;
    struct tn_log_head log = {0};
    *out = (struct use){.is_new = false};
    if (!tn_station_has_sibling(g->station, &head->device_key)) {
        return TN_OK;
    }
    enum tn_status status = tn_station_sibling_at(g->station, &head->log, &seq, &hash);
    if (status == TN_OK) {
        status = tn_station_log(g->station, &head->log, &log);
    }
    out->is_new = head->last > seq;
    out->is_needed = head->last > log.receipt_seq && !has_file(&g->own, &g->info.ecosystem, head);
    return status;
}

/* It is kept before its entries count here: what this station greets by, it carries. */
static enum tn_status take_file(struct gossip *g, struct tn_carrier *from,
                                const struct tn_carrier_bundle *bundle)
{
    struct tn_buf bytes;
    struct use use;
    enum tn_status status = judge(g, &bundle->head, &use);
    if (status != TN_OK || (!use.is_new && !use.is_needed)) {
        return status;
    }
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    status = tn_carrier_get(from, &g->info.ecosystem, TN_CARRIER_BUNDLE, bundle->file, &bytes);
    if (status == TN_OK && use.is_needed) {
        status = keep(g, &bundle->head, tn_buf_bytes(&bytes));
    }
    if (status == TN_OK && use.is_new) {
        status = fold(g, tn_buf_bytes(&bytes));
    }
    tn_buf_destroy(&bytes);
    return status;
}

/* They come by log and seq, so that one goes on where the one before ended. */
static enum tn_status take_all(struct gossip *g, struct tn_carrier *from)
{
    struct tn_carrier_bundles bundles;
    enum tn_status status = tn_carrier_bundles_read(from, &g->info.ecosystem, NULL, 0, &bundles);
    struct tn_public_key last = {{0}};
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        const struct tn_public_key *key = &bundles.items[i].head.device_key;
        const uint64_t before = g->out->taken;
        status = take_file(g, from, &bundles.items[i]);
        bool is_other = memcmp(last.b, key->b, sizeof last.b) != 0;
        g->out->stations += g->out->taken > before && is_other;
        last = g->out->taken > before ? *key : last;
    }
    tn_carrier_bundles_free(&bundles);
    return status;
}

/* Receipts that lie on a carrier, for whatever logs are here. One that is not for a log here, or
 * not for this copy of it, is passed over. */
static enum tn_status take_receipts(struct gossip *g, struct tn_carrier *from)
{
    struct tn_carrier_list list;
    struct tn_buf bytes;
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_RECEIPT));
    enum tn_status status = tn_carrier_list(from, &g->info.ecosystem, TN_CARRIER_RECEIPT, &list);
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        tn_buf_clear(&bytes);
        enum tn_status got =
            tn_carrier_get(from, &g->info.ecosystem, TN_CARRIER_RECEIPT, list.names[i], &bytes);
        if (got == TN_OK) {
            got = tn_station_take_sibling_receipt(g->station, tn_buf_bytes(&bytes));
        }
        status = tn_status_is_world(got) && got != TN_ERR_NOT_FOUND ? got : TN_OK;
    }
    tn_carrier_list_free(&list);
    tn_buf_destroy(&bytes);
    return status;
}

/* What is carried and a receipt covers is carried no more. */
static enum tn_status let_go(struct gossip *g)
{
    struct tn_carrier_bundles bundles;
    if (g->own.root < 0) {
        return TN_OK;
    }
    enum tn_status status = tn_carrier_bundles_read(&g->own, &g->info.ecosystem, NULL, 0, &bundles);
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        const struct tn_bundle_head *head = &bundles.items[i].head;
        struct tn_log_head log;
        status = tn_station_log(g->station, &head->log, &log);
        if (status == TN_OK && head->last <= log.receipt_seq) {
            status = tn_carrier_remove(&g->own, &g->info.ecosystem, TN_CARRIER_BUNDLE,
                                       bundles.items[i].file);
        }
    }
    tn_carrier_bundles_free(&bundles);
    return status;
}

static enum tn_status leave_all(struct gossip *g, struct tn_carrier *to)
{
    struct tn_carrier_bundles bundles;
    struct tn_buf bytes;
    if (g->own.root < 0) {
        return TN_OK;
    }
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    enum tn_status status = tn_carrier_bundles_read(&g->own, &g->info.ecosystem, NULL, 0, &bundles);
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        const struct tn_carrier_bundle *bundle = &bundles.items[i];
        const struct tn_carrier_name name = tn_carrier_bundle_name(&bundle->head);
        if (has_file(to, &g->info.ecosystem, &bundle->head)) {
            continue;
        }
        tn_buf_clear(&bytes);
        status =
            tn_carrier_get(&g->own, &g->info.ecosystem, TN_CARRIER_BUNDLE, bundle->file, &bytes);
        if (status == TN_OK) {
            status = tn_carrier_put(to, &g->info.ecosystem, &name, tn_buf_bytes(&bytes));
        }
        g->out->carried += status == TN_OK ? tn_carrier_bundle_entries(bundle) : 0;
    }
    tn_carrier_bundles_free(&bundles);
    tn_buf_destroy(&bytes);
    return status;
}

enum tn_status tn_gossip_exchange(struct tn_station *station, const char *dir,
                                  struct tn_carrier *carrier, struct tn_gossip *out)
{
    struct gossip g;
    enum tn_status status = begin(&g, station, dir, out);
    if (status == TN_OK) {
        status = take_all(&g, carrier);
    }
    if (status == TN_OK) {
        status = take_receipts(&g, carrier);
    }
    if (status == TN_OK) {
        status = let_go(&g);
    }
    if (status == TN_OK) {
        status = leave_all(&g, carrier);
    }
    end(&g);
    return status;
}

enum tn_status tn_gossip_bring(struct tn_station *station, const char *dir,
                               const struct tn_far *far, struct tn_gossip *out)
{
    struct gossip g;
    struct tn_carrier_brought brought = {0};
    const struct tn_carrier_bring_with with = {.far = far};
    enum tn_status status = begin(&g, station, dir, out);
    if (status == TN_OK && g.own.root >= 0) {
        status = tn_carrier_bring(&g.own, &g.info.ecosystem, &with, &brought);
        out->carried += brought.added;
        tn_carrier_brought_free(&brought);
        if (status == TN_OK) {
            status = take_receipts(&g, &g.own);
        }
        if (status == TN_OK) {
            status = let_go(&g);
        }
    }
    end(&g);
    return status;
}
