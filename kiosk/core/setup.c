/* Set-up cards: the signed bytes. How they become digits is setup_digits.c. */
#include "turnout/setup.h"

#include <assert.h>
#include <string.h>

#include "turnout/cbor.h"
#include "turnout/signed.h"

#include "kiosk/core/setup_payload.h"

#define SETUP_FORMAT 1
#define SETUP_PARTS 14
#define SETUP_PARTS_OLD 13 /* without when it was issued */

static const char *const role_names[TN_ROLE_COUNT] = {
    [TN_ROLE_GATE] = "gate",         [TN_ROLE_EXIT] = "exit", [TN_ROLE_BOTH] = "both",
    [TN_ROLE_ACTIVITY] = "activity", [TN_ROLE_DESK] = "desk",
};

const char *tn_role_name(enum tn_role role)
{
    assert((unsigned)role < TN_ROLE_COUNT);
    return role_names[role];
}

enum tn_role tn_role_from_name(const char *name)
{
    for (int i = 0; i < TN_ROLE_COUNT; i++) {
        if (strcmp(role_names[i], name) == 0) {
            return (enum tn_role)i;
        }
    }
    return TN_ROLE_COUNT;
}

static void put_key(struct tn_buf *out, const struct tn_public_key *key)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){key->b, sizeof key->b});
}

void tn_setup_payload_write(struct tn_buf *out, const struct tn_setup *setup)
{
    tn_cbor_put_array(out, SETUP_PARTS);
    tn_cbor_put_uint(out, SETUP_FORMAT);
    tn_cbor_put_id(out, &setup->ecosystem);
    tn_cbor_put_text(out, setup->ecosystem_name);
    put_key(out, &setup->sign_key);
    put_key(out, &setup->vault_key);
    put_key(out, &setup->transport_key);
    tn_cbor_put_id(out, &setup->event);
    tn_cbor_put_text(out, setup->station_name);
    tn_cbor_put_text(out, tn_role_name(setup->role));
    tn_cbor_put_id(out, &setup->activity);
    tn_cbor_put_text(out, setup->hub);
    if (setup->has_hub_pin) {
        tn_cbor_put_bytes(out, (struct tn_bytes){setup->hub_pin, sizeof setup->hub_pin});
    } else {
        tn_cbor_put_null(out);
    }
    tn_cbor_put_id(out, &setup->token);
    tn_cbor_put_int(out, setup->issued_ms);
}

/* The pin is 32 bytes or null; null is the one byte f6. */
static void read_pin(struct tn_cbor *cbor, struct tn_setup *out)
{
    out->has_hub_pin = cbor->status == TN_OK && cbor->at < cbor->end && *cbor->at != 0xf6;
    if (out->has_hub_pin) {
        tn_cbor_get_fixed(cbor, out->hub_pin, sizeof out->hub_pin);
    } else {
        tn_cbor_skip(cbor);
    }
}

enum tn_status tn_setup_payload_read(struct tn_bytes payload, struct tn_setup *out)
{
    char role[TN_KEY_SIZE];
    struct tn_cbor cbor;
    *out = (struct tn_setup){0};
    tn_cbor_init(&cbor, payload);
    uint64_t parts = tn_cbor_get_array(&cbor, SETUP_PARTS_OLD, SETUP_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_id(&cbor, &out->ecosystem);
    tn_cbor_get_text(&cbor, out->ecosystem_name, sizeof out->ecosystem_name);
    tn_cbor_get_fixed(&cbor, out->sign_key.b, sizeof out->sign_key.b);
    tn_cbor_get_fixed(&cbor, out->vault_key.b, sizeof out->vault_key.b);
    tn_cbor_get_fixed(&cbor, out->transport_key.b, sizeof out->transport_key.b);
    tn_cbor_get_id(&cbor, &out->event);
    tn_cbor_get_text(&cbor, out->station_name, sizeof out->station_name);
    tn_cbor_get_text(&cbor, role, sizeof role);
    tn_cbor_get_id(&cbor, &out->activity);
    tn_cbor_get_text(&cbor, out->hub, sizeof out->hub);
    read_pin(&cbor, out);
    tn_cbor_get_id(&cbor, &out->token);
    out->issued_ms = parts == SETUP_PARTS ? tn_cbor_get_int(&cbor) : 0;
    enum tn_status status = tn_cbor_end(&cbor);
    if (status != TN_OK) {
        return status;
    }
    out->role = tn_role_from_name(role);
    return format == SETUP_FORMAT && out->role < TN_ROLE_COUNT ? TN_OK : TN_ERR_FORMAT;
}

void tn_setup_write(struct tn_buf *out, const struct tn_setup *setup, const struct tn_sign_key *key)
{
    struct tn_buf payload;
    tn_buf_init(&payload, TN_SETUP_SIZE_MAX);
    tn_setup_payload_write(&payload, setup);
    if (payload.status != TN_OK && out->status == TN_OK) {
        out->status = payload.status;
    }
    tn_signed_write(out, TN_SETUP_LABEL, tn_buf_bytes(&payload), key);
    tn_buf_destroy(&payload);
}

enum tn_status tn_setup_read(struct tn_bytes bytes, const struct tn_public_key *expected,
                             struct tn_setup *out)
{
    struct tn_public_key signer;
    struct tn_bytes payload;
    *out = (struct tn_setup){0};
    if (bytes.len > TN_SETUP_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_signed_open(bytes, TN_SETUP_LABEL, expected, &signer, &payload);
    if (status == TN_OK) {
        status = tn_setup_payload_read(payload, out);
    }
    if (status == TN_OK && memcmp(signer.b, out->sign_key.b, sizeof signer.b) != 0) {
        status = TN_ERR_FORGED;
    }
    return status;
}
