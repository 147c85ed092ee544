/* device.key and the kept set-up card: what makes a folder this station even where its database is
 * gone. The kept card is signed by the device, so that a flipped bit in it is noticed. */
#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/log.h"
#include "turnout/signed.h"

#include "kiosk/core/folder.h"
#include "kiosk/core/setup_payload.h"

#define DEVICE_FORMAT 1
#define DEVICE_PARTS 4
#define DEVICE_SIZE_MAX 256
#define KEPT_LABEL "turnout setup kept v1"

static enum tn_status parse(struct tn_bytes bytes, struct tn_device *out)
{
    uint8_t seed[TN_KEY_SIZE];
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, bytes);
    tn_cbor_get_array(&cbor, DEVICE_PARTS, DEVICE_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_fixed(&cbor, seed, sizeof seed);
    out->incarnation = tn_cbor_get_uint(&cbor);
    tn_cbor_get_id(&cbor, &out->nonce);
    enum tn_status status = tn_cbor_end(&cbor);
    if (status == TN_OK && format != DEVICE_FORMAT) {
        status = TN_ERR_FORMAT;
    }
    if (status == TN_OK) {
        tn_sign_key_from_seed(seed, &out->key);
    }
    sodium_memzero(seed, sizeof seed);
    return status;
}

enum tn_status tn_device_read(const char *dir, struct tn_device *out)
{
    struct tn_buf buf;
    *out = (struct tn_device){0};
    if (tn_folder_has(dir, "") && !tn_folder_has(dir, TN_DEVICE_KEY)) {
        tn_log(TN_LOG_ERROR,
               "%s: without its " TN_DEVICE_KEY " this folder is no station; put the file back, or "
               "set the station up anew in another folder and keep this one",
               dir);
        return TN_ERR_NOT_FOUND;
    }
    tn_buf_init(&buf, DEVICE_SIZE_MAX);
    enum tn_status status = tn_folder_read(dir, TN_DEVICE_KEY, &buf);
    if (status == TN_OK) {
        tn_folder_close_to_others(dir, TN_DEVICE_KEY);
    }
    if (status == TN_OK && parse(tn_buf_bytes(&buf), out) != TN_OK) {
        tn_log(TN_LOG_ERROR,
               "%s/" TN_DEVICE_KEY ": not a device key; set the station up anew in another folder "
               "and keep this one",
               dir);
        status = TN_ERR_FORMAT;
    }
    tn_buf_destroy(&buf);
    return status;
}

enum tn_status tn_device_write(const char *dir, const struct tn_device *device)
{
    struct tn_buf buf;
    tn_buf_init(&buf, DEVICE_SIZE_MAX);
    tn_cbor_put_array(&buf, DEVICE_PARTS);
    tn_cbor_put_uint(&buf, DEVICE_FORMAT);
    tn_cbor_put_bytes(&buf, (struct tn_bytes){device->key.seed, sizeof device->key.seed});
    tn_cbor_put_uint(&buf, device->incarnation);
    tn_cbor_put_id(&buf, &device->nonce);
    enum tn_status status = buf.status;
    if (status == TN_OK) {
        status = tn_folder_write(dir, TN_DEVICE_KEY, tn_buf_bytes(&buf));
    }
    tn_buf_destroy(&buf);
    return status;
}

struct tn_id tn_device_log_id(const struct tn_device *device)
{
    const struct tn_bytes parts[] = {
        {device->key.public_key.b, sizeof device->key.public_key.b},
        {device->nonce.b, sizeof device->nonce.b},
    };
    return tn_id_of(parts, 2);
}

enum tn_status tn_kept_setup_write(struct tn_buf *out, const struct tn_setup *setup,
                                   const struct tn_device *device)
{
    struct tn_buf payload;
    tn_buf_init(&payload, TN_SETUP_SIZE_MAX);
    tn_setup_payload_write(&payload, setup);
    enum tn_status status = payload.status;
    if (status == TN_OK) {
        tn_signed_write(out, KEPT_LABEL, tn_buf_bytes(&payload), &device->key);
        status = out->status;
    }
    tn_buf_destroy(&payload);
    return status;
}

enum tn_status tn_kept_setup_read(struct tn_bytes bytes, const struct tn_device *device,
                                  struct tn_setup *out)
{
    struct tn_bytes payload;
    enum tn_status status =
        tn_signed_open(bytes, KEPT_LABEL, &device->key.public_key, NULL, &payload);
    return status == TN_OK ? tn_setup_payload_read(payload, out) : status;
}

enum tn_status tn_kept_setup_put(const char *dir, const struct tn_setup *setup,
                                 const struct tn_device *device)
{
    struct tn_buf kept;
    tn_buf_init(&kept, TN_SETUP_SIZE_MAX);
    enum tn_status status = tn_kept_setup_write(&kept, setup, device);
    if (status == TN_OK) {
        status = tn_folder_write(dir, TN_SETUP_CARD, tn_buf_bytes(&kept));
    }
    tn_buf_destroy(&kept);
    return status;
}
