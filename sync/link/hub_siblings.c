/* Who asks is looked up in the database each time, for a station may have been revoked a second
 * ago; what it gets comes from memory. */
#include "sync/link/hub_siblings.h"

#include <stdlib.h>

#include "sync/central/logs.h"
#include "turnout/log.h"

enum tn_status tn_hub_siblings_init(struct tn_hub_siblings *siblings, struct tn_centre *centre)
{
    *siblings = (struct tn_hub_siblings){.centre = centre, .epoch = centre->epoch};
    tn_relay_init(&siblings->relay, NULL);
    return tn_listeners_init(&siblings->listeners);
}

void tn_hub_siblings_destroy(struct tn_hub_siblings *siblings)
{
    tn_relay_destroy(&siblings->relay);
    tn_listeners_destroy(&siblings->listeners);
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

void tn_hub_siblings_say(const struct tn_hub_siblings *siblings, const struct tn_hello *hello,
                         struct tn_cursor *out)
{
    const struct tn_public_key *key = &hello->device_key;
    const struct tn_listener *listener = tn_listeners_find(&siblings->listeners, key);
    out->says_siblings = listener != NULL;
    out->has_siblings = listener != NULL &&
                        tn_relay_newest(&siblings->relay, &listener->event, key) != listener->heard;
}

void tn_hub_siblings_keep(struct tn_hub_siblings *siblings, struct tn_bytes bundle, int64_t now_ms)
{
    struct tn_bundle_head head;
    struct tn_id event = {{0}};
    bool is_trusted = false;
    if (tn_bundle_peek(bundle, &head) == TN_OK &&
        tn_logs_event(siblings->centre, &head.device_key, &event, &is_trusted) == TN_OK &&
        is_trusted && tn_id_equal(&event, &head.event)) {
        tn_relay_keep(&siblings->relay, &head, bundle, now_ms);
    }
}

static enum tn_status answer(struct tn_hub_siblings *siblings, const struct tn_siblings *known,
                             const struct tn_hash *asked, struct tn_buf *out)
{
    struct tn_others others;
    struct tn_listeners_note note = {.device_key = known->device_key, .asked = *asked};
    bool is_trusted = false;
    if (!tn_id_equal(&known->ecosystem, &siblings->centre->id)) {
        tn_log(TN_LOG_WARN, "a station was refused: it belongs to another ecosystem");
        return TN_ERR_STATE;
    }
    enum tn_status status =
        tn_logs_event(siblings->centre, &known->device_key, &note.event, &is_trusted);
    if (status != TN_OK) {
        return status;
    }
    if (!is_trusted) {
        tn_log(TN_LOG_WARN,
               "a station was refused what its siblings have: it is revoked, or not enrolled here");
        return TN_ERR_STATE;
    }
    tn_others_init(&others);
    tn_relay_collect(&siblings->relay, &note.event, known, &others);
    status = tn_others_write(&others, out);
    note.there = tn_relay_newest(&siblings->relay, &note.event, &known->device_key);
    note.is_all = others.count == 0;
    tn_listeners_note(&siblings->listeners, &note);
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
