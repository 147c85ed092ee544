/* An Ed25519 key's SubjectPublicKeyInfo is twelve bytes that never change and the key (RFC 8410).
 */
#include "sync/link/sibling_key.h"

#include <string.h>
#include <time.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sodium.h>

#include "turnout/log.h"

#define SERIAL_SIZE 16
#define PEM_MAX 4096
#define DAYS 3660

static const uint8_t spki_head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

void tn_sibling_pin(const struct tn_public_key *device, uint8_t out[TN_HASH_SIZE])
{
    uint8_t spki[sizeof spki_head + TN_PUBLIC_KEY_SIZE];
    memcpy(spki, spki_head, sizeof spki_head);
    memcpy(spki + sizeof spki_head, device->b, TN_PUBLIC_KEY_SIZE);
    (void)crypto_hash_sha256(out, spki, sizeof spki);
}

static bool import_key(gnutls_x509_privkey_t key, const struct tn_sign_key *device)
{
    uint8_t seed[TN_KEY_SIZE];
    struct tn_public_key public_key = device->public_key;
    memcpy(seed, device->seed, sizeof seed);
    const gnutls_datum_t x = {public_key.b, sizeof public_key.b};
    const gnutls_datum_t k = {seed, sizeof seed};
    bool is_read =
        gnutls_x509_privkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, &x, NULL, &k) == 0;
    sodium_memzero(seed, sizeof seed);
    return is_read;
}

static bool sign_itself(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, int64_t now_ms)
{
    static const char name[] = "Turnout station";
    const time_t now = (time_t)(now_ms / 1000);
    uint8_t serial[SERIAL_SIZE];
    randombytes_buf(serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40); /* positive, and of a fixed length */
    return gnutls_x509_crt_set_version(certificate, 3) == 0 &&
           gnutls_x509_crt_set_serial(certificate, serial, sizeof serial) == 0 &&
           gnutls_x509_crt_set_key(certificate, key) == 0 &&
           gnutls_x509_crt_set_activation_time(certificate, now - 86400) == 0 &&
           gnutls_x509_crt_set_expiration_time(certificate, now + DAYS * INT64_C(86400)) == 0 &&
           gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                         sizeof name - 1) == 0 &&
           gnutls_x509_crt_set_basic_constraints(certificate, 0, -1) == 0 &&
           gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE) == 0 &&
           gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0) == 0 &&
           gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA512, 0) == 0;
}

static void put_pem(struct tn_buf *out, gnutls_datum_t *text)
{
    (void)tn_buf_append(out, text->data, text->size);
    sodium_memzero(text->data, text->size);
    gnutls_free(text->data);
}

static bool make(const struct tn_sign_key *device, int64_t now_ms, struct tn_buf *out)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t certificate = NULL;
    gnutls_datum_t text = {NULL, 0};
    bool is_made = gnutls_x509_privkey_init(&key) == 0 && gnutls_x509_crt_init(&certificate) == 0 &&
                   import_key(key, device) && sign_itself(certificate, key, now_ms) &&
                   gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
                                                     GNUTLS_PKCS_PLAIN, &text) == 0;
    if (is_made) {
        put_pem(out, &text);
        is_made = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &text) == 0;
    }
    if (is_made) {
        put_pem(out, &text);
        (void)tn_buf_append(out, "", 1);
    }
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
    return is_made && out->status == TN_OK;
}

enum tn_status tn_sibling_key_make(const struct tn_sign_key *device, int64_t now_ms,
                                   struct tn_hub_key *out)
{
    *out = (struct tn_hub_key){.is_tls13_only = true};
    tn_buf_init(&out->pem, PEM_MAX);
    if (!make(device, now_ms, &out->pem)) {
        tn_log(TN_LOG_ERROR, "GnuTLS takes this station's key for no key of a server");
        return TN_ERR_NO_MEMORY;
    }
    tn_sibling_pin(&device->public_key, out->pin);
    return TN_OK;
}
