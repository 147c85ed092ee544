/* Who asks is looked up in the database each time, for a station may have been revoked a second
 * ago; what it gets comes from memory. */
#include "sync/link/hub_siblings.h"

#include <stdlib.h>
#include <string.h>

#include "turnout/log.h"

enum tn_status tn_hub_siblings_init(struct tn_hub_siblings *siblings, struct tn_centre *centre)
{
    *siblings = (struct tn_hub_siblings){.centre = centre, .epoch = centre->epoch};
    tn_relay_init(&siblings->relay, NULL);
    siblings->listeners = calloc(TN_HUB_LISTENERS_MAX, sizeof *siblings->listeners);
    return siblings->listeners == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

void tn_hub_siblings_destroy(struct tn_hub_siblings *siblings)
{
    tn_relay_destroy(&siblings->relay);
    free(siblings->listeners);
    *siblings = (struct tn_hub_siblings){.listeners = NULL};
}

/* Erasures, revoked stations, and when the last of them was. */
static enum tn_status read_signs(struct tn_centre *centre, int64_t out[3])
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM erasure WHERE ecosystem = $1), count(*),"
        " coalesce(max(revoked_at), 0) FROM kiosk WHERE ecosystem = $1 AND revoked_at IS NOT NULL";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    for (int i = 0; i < 3; i++) {
        out[i] = status == TN_OK && has_row ? tn_col_int(stmt, i) : 0;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_hub_siblings_refresh(struct tn_hub_siblings *siblings, int64_t now_ms)
{
    int64_t signs[3];
    enum tn_status status = read_signs(siblings->centre, signs);
    bool is_same = status == TN_OK && siblings->erased == signs[0] &&
                   siblings->revoked == signs[1] && siblings->revoked_at == signs[2] &&
                   siblings->epoch == siblings->centre->epoch;
    if (!is_same) {
        tn_relay_drop(&siblings->relay);
    }
    if (status == TN_OK) {
        siblings->erased = signs[0];
        siblings->revoked = signs[1];
        siblings->revoked_at = signs[2];
        siblings->epoch = siblings->centre->epoch;
    }
    tn_relay_age(&siblings->relay, now_ms);
    return status;
}

static struct tn_hub_listener *find_listener(const struct tn_hub_siblings *siblings,
                                             const struct tn_public_key *key)
{
    for (size_t i = 0; i < siblings->listeners_count; i++) {
        if (memcmp(siblings->listeners[i].device_key.b, key->b, TN_PUBLIC_KEY_SIZE) == 0) {
            return &siblings->listeners[i];
        }
    }
    return NULL;
}

void tn_hub_siblings_say(const struct tn_hub_siblings *siblings, const struct tn_hello *hello,
                         struct tn_cursor *out)
{
    const struct tn_hub_listener *listener = find_listener(siblings, &hello->device_key);
    out->says_siblings = listener != NULL;
    out->has_siblings = listener != NULL && tn_relay_newest(&siblings->relay, &listener->event,
                                                            &hello->device_key) > listener->heard;
}

/* The event of a station that may know of its siblings. TN_ERR_STATE: it is revoked, or nobody
 * enrolled it. */
static enum tn_status find_event(struct tn_centre *centre, const struct tn_public_key *key,
                                 struct tn_id *event)
{
    static const char sql[] = "SELECT event, max(CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END)"
                              " FROM kiosk WHERE ecosystem = $1 AND pubkey = $2 GROUP BY event";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_given = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, event);
        is_given = tn_col_int(stmt, 1) == 0;
    }
    tn_reset(stmt);
    return status == TN_OK && !is_given ? TN_ERR_STATE : status;
}

void tn_hub_siblings_keep(struct tn_hub_siblings *siblings, struct tn_bytes bundle, int64_t now_ms)
{
    struct tn_bundle_head head;
    struct tn_id event = {{0}};
    if (tn_bundle_peek(bundle, &head) == TN_OK &&
        find_event(siblings->centre, &head.device_key, &event) == TN_OK &&
        tn_id_equal(&event, &head.event)) {
        tn_relay_keep(&siblings->relay, &head, bundle, now_ms);
    }
}

/* From now on it hears of siblings by its cursor; is_all: it has all that there is. */
static void note_listener(struct tn_hub_siblings *siblings, const struct tn_public_key *key,
                          const struct tn_id *event, const struct tn_hash *asked, bool is_all)
{
    struct tn_hub_listener *listener = find_listener(siblings, key);
    if (listener == NULL) {
        bool is_full = siblings->listeners_count == TN_HUB_LISTENERS_MAX;
        size_t at = is_full ? siblings->listeners_next : siblings->listeners_count++;
        siblings->listeners_next = is_full ? (at + 1) % TN_HUB_LISTENERS_MAX : 0;
        listener = &siblings->listeners[at];
        *listener = (struct tn_hub_listener){.device_key = *key};
    }
    listener->again = tn_hash_equal(&listener->asked, asked) ? listener->again + 1 : 1;
    listener->asked = *asked;
    listener->event = *event;
    if (is_all || listener->again >= TN_HUB_ASKED_MAX) {
        listener->heard = siblings->relay.last;
    }
}

static enum tn_status answer(struct tn_hub_siblings *siblings, const struct tn_siblings *known,
                             const struct tn_hash *asked, struct tn_buf *out)
{
    struct tn_others others;
    struct tn_id event = {{0}};
    if (!tn_id_equal(&known->ecosystem, &siblings->centre->id)) {
        tn_log(TN_LOG_WARN, "a station was refused: it belongs to another ecosystem");
        return TN_ERR_STATE;
    }
    enum tn_status status = find_event(siblings->centre, &known->device_key, &event);
    if (status == TN_ERR_STATE) {
        tn_log(TN_LOG_WARN,
               "a station was refused what its siblings have: it is revoked, or not enrolled here");
    }
    if (status != TN_OK) {
        return status;
    }
    tn_others_init(&others);
    tn_relay_collect(&siblings->relay, &event, known, &others);
    status = tn_others_write(&others, out);
    note_listener(siblings, &known->device_key, &event, asked, others.count == 0);
    tn_others_destroy(&others);
    return status;
}

enum tn_status tn_hub_siblings_answer(struct tn_hub_siblings *siblings, struct tn_bytes question,
                                      int64_t now_ms, struct tn_buf *out)
{
    struct tn_siblings *known = malloc(sizeof *known);
    enum tn_status status = known == NULL ? TN_ERR_NO_MEMORY : tn_siblings_read(question, known);
    if (status == TN_OK) {
        status = tn_hub_siblings_refresh(siblings, now_ms);
    }
    if (status == TN_OK) {
        const struct tn_hash asked = tn_hash_of(&question, 1);
        status = answer(siblings, known, &asked, out);
    }
    free(known);
    return status;
}
