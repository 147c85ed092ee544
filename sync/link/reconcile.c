/* A reconcile between stations' folders and the centre, in one process. What all stations bring is
 * taken first, many bundles to a transaction, with the next bundle made on a second thread
 * meanwhile; then they get receipts, in one transaction too; then visits are derived once and packs
 * are given. Everything goes through the same two sessions that would talk over a wire. */
#include "sync/link/reconcile.h"

#include <stdlib.h>

#include "sync/central/conflict.h"
#include "sync/central/visits.h"
#include "sync/link/ahead.h"
#include "turnout/log.h"

/* Bundles to a transaction. More would keep other writers waiting for longer and spare little. */
#define GROUP_BUNDLES 24
#define ROUNDS_MAX 3 /* of bringing: the first, what came meanwhile, and one to spare */

/* One station while it reconciles. */
struct party {
    struct tn_reconcile_station *at;
    struct tn_station_link link;
    struct tn_session_station near;
    struct tn_session_centre far;
    struct tn_buf cursor; /* the centre's answer to hello, until receipts in it are durable */
    bool is_in;           /* takes part in what goes on */
    bool has_sent;        /* something, in this round */
    bool has_asked;       /* for a pack */
};

struct gathering {
    struct party *parties;
    size_t count;
    struct tn_centre_link centre;
    struct tn_packing packing;
    struct tn_ahead *ahead;
    struct tn_buf there;
    struct tn_buf back;
    uint64_t done; /* entries the centre has taken */
    uint64_t all;
    void (*progress)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
};

static void tell(struct gathering *g, uint64_t more)
{
    g->done += more;
    if (g->progress != NULL) {
        g->progress(g->ctx, g->done, g->all);
    }
}

/* Commits what the bundles since the last commit brought. */
static enum tn_status end_group(struct gathering *g)
{
    if (!g->centre.is_open) {
        return TN_OK;
    }
    g->centre.is_open = false;
    g->centre.bundles = 0;
    return tn_db_commit(g->centre.centre->db);
}

static void drop_group(struct gathering *g)
{
    if (g->centre.is_open) {
        g->centre.is_open = false;
        g->centre.bundles = 0;
        tn_db_rollback(g->centre.centre->db);
    }
}

/* Hello, and the centre's answer, which is kept. */
static enum tn_status greet(struct gathering *g, struct party *p)
{
    tn_session_station_init(&p->near, &tn_station_link_ops, &p->link);
    tn_session_centre_init(&p->far, &tn_centre_link_ops, &g->centre);
    tn_buf_clear(&g->there);
    tn_buf_clear(&p->cursor);
    enum tn_status status = tn_session_station_say(&p->near, &g->there);
    return status == TN_OK ? tn_session_centre_step(&p->far, tn_buf_bytes(&g->there), &p->cursor)
                           : status;
}

/* Hears what the centre wants. A station that had entries refused has said all it can. */
static enum tn_status hear_cursor(struct party *p)
{
    enum tn_status status = tn_session_station_hear(&p->near, tn_buf_bytes(&p->cursor));
    bool were_waiting = p->link.waiting > 0;
    p->at->out.got_receipt = p->at->out.got_receipt || (p->near.receipts > 0 && were_waiting);
    if (status == TN_OK && p->at->out.left > 0) {
        tn_session_station_stop(&p->near);
    }
    return status;
}

/* Stations say hello and hear what the centre wants of them: all that are in, or those that have
 * just sent something. The answers to the latter hold new receipts, and one transaction keeps them
 * before any station hears of its own. */
static enum tn_status greet_all(struct gathering *g, bool has_receipts)
{
    enum tn_status status = has_receipts ? tn_db_begin(g->centre.centre->db) : TN_OK;
    g->centre.is_open = has_receipts && status == TN_OK;
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        if (g->parties[i].is_in && (!has_receipts || g->parties[i].has_sent)) {
            status = greet(g, &g->parties[i]);
        }
    }
    if (status == TN_OK) {
        status = end_group(g);
    } else {
        drop_group(g);
    }
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        if (g->parties[i].is_in && (!has_receipts || g->parties[i].has_sent)) {
            status = hear_cursor(&g->parties[i]);
        }
    }
    return status;
}

/* One station sends until it has nothing more. */
static enum tn_status bring(struct gathering *g, struct party *p)
{
    enum tn_status status = TN_OK;
    while (status == TN_OK) {
        tn_buf_clear(&g->there);
        tn_buf_clear(&g->back);
        status = tn_session_station_say(&p->near, &g->there);
        if (status != TN_OK || p->near.has_sent_all) {
            break;
        }
        const uint64_t before = p->near.added;
        p->has_sent = true;
        status = tn_session_centre_step(&p->far, tn_buf_bytes(&g->there), &g->back);
        if (status == TN_OK) {
            status = tn_session_station_hear(&p->near, tn_buf_bytes(&g->back));
        }
        if (status == TN_OK && g->centre.bundles >= GROUP_BUNDLES) {
            status = end_group(g);
        }
        tell(g, p->near.added - before);
    }
    return status;
}

static void note_brought(struct party *p)
{
    struct tn_reconcile *out = &p->at->out;
    out->added += p->near.added;
    out->left += p->near.left;
    out->needs_person = out->needs_person || p->near.needs_person;
    out->is_damaged = p->link.is_damaged;
}

/* Whom the thread turns to when a station has nothing more: the next one that is in. */
static void line_up(struct gathering *g)
{
    struct tn_station_link *after = NULL;
    for (size_t i = g->count; i > 0; i--) {
        struct party *p = &g->parties[i - 1];
        p->has_sent = false;
        p->link.after = after;
        if (p->is_in && !p->near.has_sent_all) {
            after = &p->link;
        }
    }
}

/* Every station that has something sends it. */
static enum tn_status bring_all(struct gathering *g, bool *was_any)
{
    enum tn_status status = TN_OK;
    *was_any = false;
    line_up(g);
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        struct party *p = &g->parties[i];
        if (p->is_in && !p->near.has_sent_all) {
            status = bring(g, p);
            note_brought(p);
            *was_any = *was_any || p->has_sent;
        }
    }
    tn_ahead_settle(g->ahead);
    if (g->centre.has_failed) {
        drop_group(g);
        return status;
    }
    enum tn_status ended =
        end_group(g); /* also where a station failed: what came before is whole */
    return status == TN_OK ? ended : status;
}

/* Entries, cursors and receipts, until nobody has anything new. */
static enum tn_status take_all(struct gathering *g)
{
    bool was_any = true;
    enum tn_status status = greet_all(g, false);
    for (size_t i = 0; i < g->count; i++) {
        g->all += g->parties[i].is_in ? g->parties[i].link.waiting : 0;
    }
    for (int round = 0; round < ROUNDS_MAX && status == TN_OK && was_any; round++) {
        status = bring_all(g, &was_any);
        if (status == TN_OK && was_any) {
            status = greet_all(g, true);
        }
    }
    return status;
}

/* A station asks for a pack. */
static enum tn_status give(struct gathering *g, struct party *p)
{
    tn_buf_clear(&g->there);
    tn_buf_clear(&g->back);
    tn_session_put_done(&g->there);
    enum tn_status status = tn_session_centre_step(&p->far, tn_buf_bytes(&g->there), &g->back);
    if (status == TN_OK) {
        status = tn_session_station_hear(&p->near, tn_buf_bytes(&g->back));
    }
    p->at->out.got_pack = p->at->out.got_pack || p->near.got_pack;
    return status;
}

/* Those of one event follow one another, since their packs have most in common. One that still has
 * entries goes on with the next reconcile. */
static enum tn_status give_all(struct gathering *g)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        const struct tn_id event = g->parties[i].link.info.event;
        for (size_t j = i; j < g->count && status == TN_OK; j++) {
            struct party *p = &g->parties[j];
            if (p->is_in && p->near.has_sent_all && !p->has_asked &&
                tn_id_equal(&p->link.info.event, &event)) {
                p->has_asked = true;
                status = give(g, p);
            }
        }
    }
    return status;
}

static void end(struct gathering *g)
{
    for (size_t i = 0; i < g->count && g->parties != NULL; i++) {
        tn_station_link_end(&g->parties[i].link);
        tn_buf_destroy(&g->parties[i].cursor);
    }
    tn_ahead_free(g->ahead);
    tn_packing_destroy(&g->packing);
    tn_buf_destroy(&g->there);
    tn_buf_destroy(&g->back);
    free(g->parties);
}

static enum tn_status begin(struct gathering *g, struct tn_reconcile_station *stations,
                            size_t count, const struct tn_reconcile_with *with)
{
    *g = (struct gathering){
        .count = count,
        .centre = {.centre = with->centre, .keyring = with->keyring, .now_ms = with->now_ms},
        .progress = with->progress,
        .ctx = with->ctx};
    tn_buf_init(&g->there, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&g->back, TN_SESSION_MESSAGE_MAX);
    g->centre.is_grouped = true;
    if (with->keyring != NULL) {
        with->centre->keyring = with->keyring;
    }
    tn_packing_init(&g->packing, g->centre.centre, g->centre.keyring);
    g->centre.packing = &g->packing;
    g->parties = calloc(g->count, sizeof *g->parties);
    enum tn_status status = g->parties == NULL ? TN_ERR_NO_MEMORY : tn_ahead_create(&g->ahead);
    g->centre.ahead = g->ahead;
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        struct party *p = &g->parties[i];
        p->at = &stations[i];
        p->is_in = true;
        tn_buf_init(&p->cursor, TN_SESSION_MESSAGE_MAX);
        p->at->out = (struct tn_reconcile){0};
        status = tn_station_link_begin(&p->link, p->at->station, p->at->dir, g->centre.now_ms);
        p->link.session = &p->near;
        p->link.ahead = g->ahead;
    }
    return status;
}

enum tn_status tn_reconcile_take(struct tn_reconcile_station *stations, size_t count,
                                 const struct tn_reconcile_with *with)
{
    struct gathering g;
    enum tn_status status = begin(&g, stations, count, with);
    if (status == TN_OK) {
        status = take_all(&g);
    }
    end(&g);
    return status;
}

/* Switching to a pack is itself an entry, and so is a purge; they go along now, so that the next
 * reconcile has nothing to do. */
static enum tn_status take_again(struct gathering *g)
{
    bool was_any = false;
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < g->count && status == TN_OK; i++) {
        bool has_purged = false;
        status = tn_station_link_forget(&g->parties[i].link, &has_purged);
        g->parties[i].is_in = g->parties[i].near.got_pack || has_purged;
        was_any = was_any || g->parties[i].is_in;
    }
    return status == TN_OK && was_any ? take_all(g) : status;
}

static enum tn_status run(struct tn_reconcile_station *stations, size_t count,
                          const struct tn_reconcile_with *with)
{
    struct gathering g;
    enum tn_status status = begin(&g, stations, count, with);
    if (status == TN_OK) {
        status = take_all(&g);
    }
    if (status == TN_OK) {
        status = give_all(&g);
    }
    if (status == TN_OK) {
        status = take_again(&g);
    }
    end(&g);
    return status;
}

struct conflict_walk {
    const char *station;
    struct tn_reconcile *out;
};

static void take_conflict(void *ctx, const char *type, uint64_t count)
{
    struct conflict_walk *walk = ctx;
    walk->out->conflicts += count;
    walk->out->needs_person = true;
    const struct tn_conflict_type *known = tn_conflict_type(type);
    tn_log(TN_LOG_WARN, "%s needs a person (%s: %llu): %s. What to do: %s", walk->station, type,
           (unsigned long long)count, known->what, known->todo);
}

static enum tn_status sum_up_of(struct tn_station *station, struct tn_station_info *after,
                                struct tn_reconcile *out)
{
    struct tn_log_head head = {0};
    enum tn_status status = tn_station_info(station, after);
    if (status == TN_OK) {
        out->entries = after->entries;
        out->pack_version = after->pack_version;
        status = tn_station_log(station, &after->log, &head);
        out->receipt_seq = head.receipt_seq;
    }
    return status;
}

enum tn_status tn_reconcile_sum_up(struct tn_station *station, struct tn_reconcile *out)
{
    struct tn_station_info after;
    return sum_up_of(station, &after, out);
}

static enum tn_status sum_up(struct tn_reconcile_station *at, struct tn_centre *centre)
{
    struct tn_station_info after;
    enum tn_status status = sum_up_of(at->station, &after, &at->out);
    if (status == TN_OK) {
        struct conflict_walk walk = {after.station_name, &at->out};
        status = tn_conflicts_of_station(centre, &after.device_key, take_conflict, &walk);
    }
    return status;
}

enum tn_status tn_reconcile_all(struct tn_reconcile_station *stations, size_t count,
                                const struct tn_reconcile_with *with)
{
    bool may_derive = false;
    enum tn_status status = run(stations, count, with);
    /* What was ingested before a failure counts all the same. */
    enum tn_status derived = tn_db_may_insert(with->centre->db, "visit", &may_derive);
    if (derived == TN_OK && may_derive) {
        derived = tn_visits_update(with->centre, with->now_ms, NULL, NULL);
    }
    status = status == TN_OK ? derived : status;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        stations[i].out.is_derived = may_derive;
        status = sum_up(&stations[i], with->centre);
    }
    return status;
}

enum tn_status tn_reconcile_run(struct tn_station *station, const char *dir,
                                struct tn_centre *centre, const struct tn_keyring *keyring,
                                int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                                struct tn_reconcile *out)
{
    struct tn_reconcile_station at = {.station = station, .dir = dir};
    enum tn_status status = tn_reconcile_all(
        &at, 1, &(struct tn_reconcile_with){centre, keyring, now_ms, progress, ctx});
    *out = at.out;
    if (status != TN_OK && status != TN_ERR_STATE && !out->is_damaged) {
        /* whoever answers STATE has said why */
        tn_log(TN_LOG_ERROR, "%s: the reconcile broke off: %s; running it again goes on from there",
               dir, tn_status_text(status));
    }
    return status;
}
