/* Handouts. Reading an entry trusts nothing of its body; settling asks the tables anew each time,
 * since a sibling's entries may have come first. */
#include "sync/central/handouts.h"

#include <string.h>

#include "sync/central/ingest.h"
#include "turnout/cbor.h"

#define CBOR_NULL 0xf6
#define BODY_PARTS_MAX 8

/* A byte string of exactly this size, or null. */
static bool read_fixed(struct tn_cbor *cbor, uint8_t *out, size_t size)
{
    if (cbor->status == TN_OK && cbor->at < cbor->end && *cbor->at == CBOR_NULL) {
        tn_cbor_skip(cbor);
        return false;
    }
    tn_cbor_get_fixed(cbor, out, size);
    return cbor->status == TN_OK;
}

static void read_register(struct tn_cbor *cbor, uint64_t parts, struct tn_handout *out)
{
    (void)parts;
    out->has_form = read_fixed(cbor, out->form, sizeof out->form);
    out->has_card = read_fixed(cbor, out->card, sizeof out->card);
}

/* A fourth part is the new badge's sealed card, where the kiosk wrote one. */
static void read_replace(struct tn_cbor *cbor, uint64_t parts, struct tn_handout *out)
{
    tn_cbor_get_id(cbor, &out->old);
    tn_cbor_get_text(cbor, out->why, sizeof out->why);
    out->has_card = parts > 3 && read_fixed(cbor, out->card, sizeof out->card);
}

static struct tn_hash hash_of(const struct tn_handout *h, struct tn_bytes body)
{
    uint8_t at[8];
    for (int i = 0; i < 8; i++) {
        at[i] = (uint8_t)((uint64_t)h->at_ms >> (56 - 8 * i));
    }
    const char *kind = tn_kind_name(h->kind);
    const struct tn_bytes parts[] = {
        {(const uint8_t *)kind, strlen(kind) + 1},
        {at, sizeof at},
        {h->event.b, TN_ID_SIZE},
        {h->badge.b, TN_ID_SIZE},
        {h->learner.b, TN_ID_SIZE},
        {body.data, body.len},
    };
    return tn_hash_of(parts, body.data == NULL ? 5 : 6);
}

/* A body that is gone or makes no sense leaves a register that says only that the badge is
 * somebody's, and of a replace nothing, unless the entry itself names the learner. */
bool tn_handout_read(const struct tn_handout *facts, struct tn_bytes body, struct tn_handout *out)
{
    struct tn_cbor cbor;
    *out = *facts;
    if (tn_id_is_none(&out->badge) || tn_id_is_none(&out->event)) {
        return false;
    }
    out->hash = hash_of(facts, body);
    tn_cbor_init(&cbor, body);
    uint64_t parts = body.data == NULL ? 0 : tn_cbor_get_array(&cbor, 3, BODY_PARTS_MAX);
    if (parts > 0) {
        (void)tn_cbor_get_uint(&cbor);
        (out->kind == TN_KIND_REGISTER ? read_register : read_replace)(&cbor, parts, out);
    }
    if (cbor.status != TN_OK) {
        out->has_form = out->has_card = false;
        out->old = (struct tn_id){{0}};
        out->why[0] = '\0';
    }
    if (out->kind == TN_KIND_REGISTER) {
        out->learner = tn_walkin_learner(&out->badge);
        return true;
    }
    return !tn_id_equal(&out->old, &out->badge) &&
           !(tn_id_is_none(&out->old) && tn_id_is_none(&out->learner));
}

static enum tn_status put_form(struct tn_centre *centre, const struct tn_handout *handout)
{
    static const char sql[] = "INSERT INTO sealed (ecosystem, badge, hash, at_ms, form) VALUES"
                              " ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &handout->badge);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){handout->hash.b, TN_HASH_SIZE});
    tn_bind_int(stmt, 4, handout->at_ms);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){handout->form, sizeof handout->form});
    return tn_run(stmt);
}

enum tn_status tn_handout_put(struct tn_centre *centre, const struct tn_handout *handout)
{
    static const char sql[] =
        "INSERT INTO handout (ecosystem, badge, hash, kind, at_ms, event, learner, old, why, card)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &handout->badge);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){handout->hash.b, TN_HASH_SIZE});
    tn_bind_text(stmt, 4, tn_kind_name(handout->kind));
    tn_bind_int(stmt, 5, handout->at_ms);
    tn_bind_id(stmt, 6, &handout->event);
    tn_bind_id(stmt, 7, &handout->learner);
    tn_bind_id(stmt, 8, &handout->old);
    tn_bind_text(stmt, 9, handout->why[0] == '\0' ? NULL : handout->why);
    tn_bind_bytes(stmt, 10,
                  (struct tn_bytes){handout->has_card ? handout->card : NULL,
                                    handout->has_card ? sizeof handout->card : 0});
    status = tn_run(stmt);
    return status == TN_OK && handout->has_form ? put_form(centre, handout) : status;
}

static bool add(struct tn_id out[TN_HANDOUT_CHAIN_MAX], size_t *count, const struct tn_id *badge)
{
    for (size_t i = 0; i < *count; i++) {
        if (tn_id_equal(&out[i], badge)) {
            return true;
        }
    }
    if (*count < TN_HANDOUT_CHAIN_MAX) {
        out[(*count)++] = *badge;
    }
    return *count <= TN_HANDOUT_CHAIN_MAX;
}

enum tn_status tn_handout_chain(struct tn_centre *centre, const struct tn_handout *handout,
                                struct tn_id out[TN_HANDOUT_CHAIN_MAX], size_t *count)
{
    static const char sql[] =
        "SELECT DISTINCT badge FROM handout WHERE ecosystem = $1 AND old = $2 ORDER BY badge";
    enum tn_status status = TN_OK;
    *count = 0;
    if (!tn_id_is_none(&handout->old)) {
        (void)add(out, count, &handout->old);
    }
    (void)add(out, count, &handout->badge);
    for (size_t i = 0; i < *count && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_id(stmt, 2, &out[i]);
        while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
            struct tn_id badge;
            tn_col_id(stmt, 0, &badge);
            (void)add(out, count, &badge);
        }
        tn_reset(stmt);
    }
    return status;
}
