/* Sealed bundles into a centre, by the hub's own answers. What carries them (TLS, HTTP) is the
 * hub's bench's. */
#include "tests/bench/centre/sealed.h"

#include <stdio.h>
#include <stdlib.h>

#include "sync/link/hub_answer.h"
#include "sync/link/reconcile.h"
#include "turnout/cbor.h"

#define NOW_MS (WORLD_STARTS_MS + INT64_C(86400) * 1000)
#define MESSAGE_BUNDLE 3 /* session.h */
#define TURNS_MAX 1024   /* bundles of one station */

/* A station that makes its bundles. */
struct maker {
    struct tn_station *station;
    struct tn_station_link link;
    struct tn_log_head own;
    uint64_t next;
};

static enum tn_status take_own(void *ctx, const struct tn_log_head *head)
{
    struct tn_log_head *own = ctx;
    *own = head->is_own ? *head : *own;
    return TN_OK;
}

static enum tn_status maker_begin(const struct world *world, size_t station, struct maker *out)
{
    char dir[WORLD_URI_SIZE];
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    world_dir(world, station, dir);
    *out = (struct maker){.next = 1};
    enum tn_status status = tn_station_open(dir, &env, &out->station);
    if (status == TN_OK) {
        status = tn_station_link_begin(&out->link, out->station, "a station", NOW_MS);
        out->link.is_sealed = true;
    }
    return status == TN_OK ? tn_station_logs(out->station, take_own, &out->own) : status;
}

/* The next message of a station; none where it has no more. */
static enum tn_status maker_say(struct maker *maker, struct sealed *out)
{
    struct tn_buf bundle;
    uint64_t last = 0;
    if (maker->next > maker->own.last_seq) {
        return TN_OK;
    }
    struct tn_buf *message = &out->messages[out->count++];
    tn_buf_init(message, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    enum tn_status status = tn_station_link_bundle(&maker->link, &maker->own.log, maker->next,
                                                   TN_ROWS_CHECKED, &bundle, &last);
    tn_cbor_put_array(message, 2);
    tn_cbor_put_uint(message, MESSAGE_BUNDLE);
    tn_cbor_put_bytes(message, tn_buf_bytes(&bundle));
    tn_buf_destroy(&bundle);
    maker->next = last + 1;
    return status == TN_OK ? message->status : status;
}

static enum tn_status make_all(const struct world *world, struct maker *makers, struct sealed *out)
{
    enum tn_status status = TN_OK;
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
        status = maker_begin(world, i, &makers[i]);
    }
    for (size_t turn = 0; turn < TURNS_MAX && status == TN_OK && out->count != before; turn++) {
        before = out->count;
        for (size_t i = 0; i < world->stations && status == TN_OK; i++) {
            status = maker_say(&makers[i], out);
        }
    }
    for (size_t i = 0; i < world->stations; i++) {
        tn_station_link_end(&makers[i].link);
        tn_station_close(makers[i].station);
    }
    return status;
}

enum tn_status sealed_make(const struct world *world, struct sealed *out)
{
    struct maker *makers = calloc(world->stations, sizeof *makers);
    *out = (struct sealed){.world = world};
    out->messages = calloc(world->stations * TURNS_MAX, sizeof *out->messages);
    enum tn_status status =
        makers == NULL || out->messages == NULL ? TN_ERR_NO_MEMORY : make_all(world, makers, out);
    free(makers);
    return status;
}

void sealed_free(struct sealed *sealed)
{
    for (size_t i = 0; i < sealed->count; i++) {
        tn_buf_destroy(&sealed->messages[i]);
    }
    free(sealed->messages);
    *sealed = (struct sealed){0};
}

enum tn_status sealed_take(const struct sealed *sealed, struct tn_centre *centre, double *ms)
{
    static struct tn_hub_answer hub;
    struct tn_buf answer;
    tn_buf_init(&answer, TN_SESSION_MESSAGE_MAX);
    enum tn_status status =
        tn_hub_answer_init(&hub, centre, &sealed->world->keyring, "no mark is written");
    const double start = tn_bench_now_ms();
    for (size_t i = 0; i < sealed->count && status == TN_OK; i++) {
        tn_buf_clear(&answer);
        status =
            tn_hub_answer(&hub, TN_ASK_BUNDLE, tn_buf_bytes(&sealed->messages[i]), NOW_MS, &answer);
    }
    *ms = tn_bench_now_ms() - start;
    tn_hub_answer_destroy(&hub);
    tn_buf_destroy(&answer);
    return status;
}
