/* Whether the database is reached is asked by a statement of its own, before every answer and every
 * few seconds: a driver's own word for a lost connection differs from one to the next, and a
 * statement that works is what counts. */
#include "sync/cmd/serve_centre.h"

#include <stdlib.h>

#include "sync/central/epoch.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/link/hub_answer.h"
#include "turnout/log.h"

static void count(void *ctx, struct tn_hub_counts *out)
{
    const struct tn_serve_centre *serve = ctx;
    *out = (struct tn_hub_counts){serve->before.bundles + serve->answers->bundles,
                                  serve->before.entries + serve->answers->entries};
}

static void let_go(struct tn_serve_centre *serve)
{
    if (serve->is_open) {
        count(serve, &serve->before);
        tn_hub_answer_destroy(serve->answers);
        tn_centre_close(serve->centre);
        serve->is_open = false;
    }
}

/* Who was erased while this database was away, or since the backup that it now is, goes again
 * first. */
static enum tn_status open_again(struct tn_serve_centre *serve)
{
    let_go(serve);
    enum tn_status status = tn_centre_open(serve->uri, serve->centre);
    if (status != TN_OK) {
        return status;
    }
    serve->centre->actor.by = tn_actor_login();
    serve->is_open = true;
    status = tn_common_catch_up(serve->centre, serve->keyring, serve->keys);
    if (status == TN_OK) {
        status = tn_hub_answer_init(serve->answers, serve->centre, serve->keyring,
                                    tn_centre_keys_path(serve->centre, serve->keys));
    }
    if (status != TN_OK) {
        let_go(serve);
    }
    return status;
}

/* Asks for the epoch, because that is worth knowing too: another program may have found that this
 * database is an older copy and taken a new one, and then no word of the one before may be given.
 */
static enum tn_status reach(struct tn_serve_centre *serve)
{
    enum tn_status status = serve->is_open ? tn_epoch_read(serve->centre) : TN_ERR_IO;
    return status == TN_OK || status == TN_ERR_BUSY ? status : open_again(serve);
}

static enum tn_status answer(void *ctx, enum tn_ask what, struct tn_bytes message,
                             struct tn_buf *out)
{
    struct tn_serve_centre *serve = ctx;
    /* Opening a server that is away may take long, and is tried when there is time for it. */
    bool is_reached = serve->is_open && reach(serve) == TN_OK;
    return is_reached ? tn_hub_answer(serve->answers, what, message, tn_now_ms(), out)
                      : TN_ERR_BUSY;
}

static enum tn_status idle(void *ctx)
{
    struct tn_serve_centre *serve = ctx;
    enum tn_status status = reach(serve);
    if (status == TN_OK) {
        status = tn_hub_answer_idle(serve->answers, tn_now_ms());
    }
    return status;
}

const struct tn_hub_ops tn_serve_centre_ops = {answer, idle, count};

enum tn_status tn_serve_centre_begin(struct tn_serve_centre *serve, const char *uri,
                                     const char *keys, struct tn_centre *centre,
                                     const struct tn_keyring *keyring)
{
    *serve = (struct tn_serve_centre){.uri = uri,
                                      .keys = keys,
                                      .centre = centre,
                                      .keyring = keyring,
                                      .answers = calloc(1, sizeof *serve->answers),
                                      .is_open = true};
    if (serve->answers == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    return tn_hub_answer_init(serve->answers, centre, keyring, tn_centre_keys_path(centre, keys));
}

void tn_serve_centre_end(struct tn_serve_centre *serve)
{
    if (serve->is_open && serve->answers != NULL) {
        tn_hub_answer_destroy(serve->answers);
    }
    free(serve->answers);
    serve->answers = NULL;
}
