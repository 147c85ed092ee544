/* The near side of a reconcile over a distance. The session decides what is said; here it is said
 * in rounds, each beginning with a hello, so that one question is enough where nothing is new. */
#include "sync/link/far.h"

#include <stdlib.h>

#include <sodium.h>

#include "sync/wire/request.h"
#include "turnout/log.h"

/* The first; after what it brought; after the pack's own entry; and one to spare. */
#define ROUNDS_MAX 4

bool tn_far_is_sibling(const struct tn_far *far)
{
    return far->is_sibling != NULL && far->is_sibling(far->ctx);
}

struct journey {
    struct tn_station_link link;
    struct tn_session_station *session; /* large */
    const char *dir;
    struct tn_far_with *with;
    struct tn_buf request; /* the signed hello of this round */
    struct tn_buf there;
    struct tn_buf back;
    uint64_t done;
    uint64_t all;
    bool has_asked; /* of the far side, at least once */
    struct tn_reconcile *out;
};

static enum tn_status ask(struct journey *j, enum tn_ask what, const struct tn_buf *question)
{
    tn_buf_clear(&j->back);
    const struct tn_far *far = j->with->far;
    return far->ask(far->ctx, what, tn_buf_bytes(question), &j->back);
}

static void tell(struct journey *j, uint64_t more)
{
    j->done += more;
    if (j->with->progress != NULL) {
        j->with->progress(j->with->progress_ctx, j->done, j->all);
    }
}

static enum tn_status sign_hello(struct journey *j)
{
    struct tn_sign_key key;
    tn_buf_clear(&j->there);
    tn_buf_clear(&j->request);
    enum tn_status status = tn_session_station_say(j->session, &j->there);
    if (status == TN_OK) {
        status = tn_station_sign_key(j->link.station, &key);
    }
    if (status == TN_OK) {
        tn_request_write(&j->request, tn_buf_bytes(&j->there), &key);
        status = j->request.status;
    }
    sodium_memzero(&key, sizeof key);
    return status;
}

/* Half the way there and back is taken off: what is left of the error is at most that. */
static enum tn_status note_clock(struct journey *j, int64_t before_ms)
{
    struct tn_station_info info;
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    j->with->clocks(&at_ms, &mono_ms);
    const int64_t offset = j->session->cursor.at_ms - (before_ms + (at_ms - before_ms) / 2);
    const int64_t moved = offset - j->with->clock_known_ms;
    bool has_moved =
        !j->with->has_clock_known || moved > TN_FAR_CLOCK_MS || -moved > TN_FAR_CLOCK_MS;
    enum tn_status status = has_moved ? tn_station_info(j->link.station, &info) : TN_OK;
    if (status != TN_OK || !has_moved) {
        return status;
    }
    if (j->with->has_clock_known || !info.has_clock) {
        status = tn_station_note_clock(j->link.station, offset, at_ms, mono_ms);
    }
    j->with->clock_known_ms = offset;
    j->with->has_clock_known = status == TN_OK;
    return status;
}

/* A pack that came since the last hello is another version by now, and perhaps another event. */
static enum tn_status greet(struct journey *j)
{
    int64_t before_ms = 0;
    int64_t mono_ms = 0;
    tn_session_station_init(j->session, &tn_station_link_ops, &j->link);
    enum tn_status status =
        j->out->got_pack ? tn_station_who(j->link.station, &j->link.info) : TN_OK;
    if (status == TN_OK) {
        status = sign_hello(j);
    }
    j->with->clocks(&before_ms, &mono_ms);
    if (status == TN_OK) {
        status = ask(j, TN_ASK_HELLO, &j->request);
    }
    if (status == TN_OK) {
        status = tn_session_station_hear(j->session, tn_buf_bytes(&j->back));
    }
    if (status == TN_OK) {
        j->with->says_siblings = j->session->cursor.says_siblings;
        j->with->has_siblings = j->session->cursor.has_siblings;
    }
    if (status == TN_OK && !j->has_asked) {
        j->has_asked = true;
        j->all = j->link.waiting;
        status = tn_far_is_sibling(j->with->far) ? TN_OK : note_clock(j, before_ms);
    }
    j->out->got_receipt = j->out->got_receipt || (j->session->receipts > 0 && j->link.waiting > 0);
    return status;
}

/* Everything that is wanted; *was_any: something was. */
static enum tn_status bring(struct journey *j, bool *was_any)
{
    enum tn_status status = TN_OK;
    while (status == TN_OK) {
        tn_buf_clear(&j->there);
        status = tn_session_station_say(j->session, &j->there);
        if (status != TN_OK || j->session->has_sent_all) {
            break;
        }
        const uint64_t before = j->session->added;
        const uint64_t receipts = j->session->receipts;
        *was_any = true;
        status = ask(j, TN_ASK_BUNDLE, &j->there);
        if (status == TN_OK) {
            status = tn_session_station_hear(j->session, tn_buf_bytes(&j->back));
        }
        j->out->got_receipt = j->out->got_receipt || j->session->receipts > receipts;
        tell(j, j->session->added - before);
    }
    j->out->added += j->session->added;
    j->out->left += j->session->left;
    j->out->needs_person = j->out->needs_person || j->session->needs_person;
    j->out->is_damaged = j->link.is_damaged;
    return status;
}

static enum tn_status fetch_pack(struct journey *j)
{
    enum tn_status status = ask(j, TN_ASK_PACK, &j->request);
    if (status == TN_OK) {
        status = tn_session_station_hear(j->session, tn_buf_bytes(&j->back));
    }
    j->out->got_pack = j->out->got_pack || j->session->got_pack;
    return status;
}

static enum tn_status travel(struct journey *j)
{
    bool is_over = false;
    enum tn_status status = TN_OK;
    for (int round = 0; round < ROUNDS_MAX && status == TN_OK && !is_over; round++) {
        bool was_any = false;
        status = greet(j);
        if (status == TN_OK && j->out->left > 0) {
            tn_session_station_stop(j->session); /* it has said all it can */
        }
        if (status == TN_OK && j->out->left == 0) {
            status = bring(j, &was_any);
        }
        bool wants_pack = status == TN_OK && !was_any && j->session->cursor.has_pack;
        if (wants_pack) {
            status = fetch_pack(j);
        }
        bool has_purged = false;
        if (status == TN_OK && !was_any) {
            status = tn_station_link_forget(&j->link, &has_purged);
        }
        is_over = !was_any && !j->session->got_pack && !has_purged;
    }
    return status;
}

enum tn_status tn_far_reconcile(struct tn_station *station, const char *dir,
                                struct tn_far_with *with, struct tn_reconcile *out)
{
    struct journey j = {.dir = dir, .with = with, .out = out};
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    *out = (struct tn_reconcile){0};
    tn_buf_init(&j.request, TN_REQUEST_SIZE_MAX);
    tn_buf_init(&j.there, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&j.back, TN_SESSION_MESSAGE_MAX);
    j.session = malloc(sizeof *j.session);
    with->clocks(&at_ms, &mono_ms);
    enum tn_status status =
        j.session == NULL ? TN_ERR_NO_MEMORY : tn_station_link_begin(&j.link, station, dir, at_ms);
    if (status == TN_OK) {
        j.link.is_sealed = true;
        status = travel(&j);
    }
    if (status == TN_OK) {
        out->is_derived = true;
        status = tn_reconcile_sum_up(station, out);
    }
    tn_station_link_end(&j.link);
    free(j.session);
    tn_buf_destroy(&j.request);
    tn_buf_destroy(&j.there);
    tn_buf_destroy(&j.back);
    return status;
}
