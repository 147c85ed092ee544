/* GnuTLS makes and reads the key, since it is also what serves and checks it. Names in the
 * certificate are for people who look at it in a browser. */
#include "sync/link/hub_key.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sodium.h>

#include "sync/central/newfile.h"
#include "turnout/log.h"

#define PIN_PREFIX "sha256//"
#define YEARS 20
#define SERIAL_SIZE 16

/* A key and its certificate while they are made or read. */
struct pair {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
};

enum tn_status tn_hub_key_path(const char *keys_path, char out[TN_HUB_KEY_PATH_SIZE])
{
    int n = snprintf(out, TN_HUB_KEY_PATH_SIZE, "%s.hub.pem", keys_path);
    return n > 0 && n < TN_HUB_KEY_PATH_SIZE ? TN_OK : TN_ERR_LIMIT;
}

void tn_hub_key_free(struct tn_hub_key *key)
{
    tn_buf_destroy(&key->pem);
    *key = (struct tn_hub_key){0};
}

static void pair_free(struct pair *pair)
{
    gnutls_x509_crt_deinit(pair->certificate);
    gnutls_x509_privkey_deinit(pair->key);
}

static bool pair_init(struct pair *pair)
{
    *pair = (struct pair){NULL, NULL};
    return gnutls_x509_privkey_init(&pair->key) == 0 &&
           gnutls_x509_crt_init(&pair->certificate) == 0;
}

/* The same pin of either half, so a file of two that do not belong together is found. */
static enum tn_status take_pin(const struct pair *pair, uint8_t pin[TN_HASH_SIZE])
{
    uint8_t of_key[TN_HASH_SIZE];
    size_t size = TN_HASH_SIZE;
    size_t key_size = sizeof of_key;
    bool is_fine =
        gnutls_x509_crt_get_key_id(pair->certificate, GNUTLS_KEYID_USE_SHA256, pin, &size) == 0 &&
        gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, of_key, &key_size) ==
            0 &&
        size == TN_HASH_SIZE && key_size == TN_HASH_SIZE && memcmp(pin, of_key, TN_HASH_SIZE) == 0;
    return is_fine ? TN_OK : TN_ERR_FORMAT;
}

static bool set_times(gnutls_x509_crt_t certificate, int64_t now_ms)
{
    const time_t now = (time_t)(now_ms / 1000);
    struct tm until;
    (void)gmtime_r(&now, &until);
    until.tm_year += YEARS;
    /* A day early, for whoever looks at it with a clock that is behind. */
    return gnutls_x509_crt_set_activation_time(certificate, now - 86400) == 0 &&
           gnutls_x509_crt_set_expiration_time(certificate, timegm(&until)) == 0;
}

static bool set_names(gnutls_x509_crt_t certificate)
{
    static const char name[] = "Turnout hub";
    static const char host[] = "localhost";
    static const uint8_t addresses[][16] = {{127, 0, 0, 1}, {[15] = 1}};
    return gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                         sizeof name - 1) == 0 &&
           gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host,
                                                sizeof host - 1, GNUTLS_FSAN_SET) == 0 &&
           gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, addresses[0], 4,
                                                GNUTLS_FSAN_APPEND) == 0 &&
           gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, addresses[1], 16,
                                                GNUTLS_FSAN_APPEND) == 0;
}

static bool set_uses(gnutls_x509_crt_t certificate)
{
    return gnutls_x509_crt_set_basic_constraints(certificate, 0, -1) == 0 &&
           gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE) == 0 &&
           gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0) == 0;
}

static bool sign_itself(const struct pair *pair, int64_t now_ms)
{
    uint8_t serial[SERIAL_SIZE];
    randombytes_buf(serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40); /* positive, and of a fixed length */
    return gnutls_x509_privkey_generate2(pair->key, GNUTLS_PK_ECDSA,
                                         GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0, NULL,
                                         0) == 0 &&
           gnutls_x509_crt_set_version(pair->certificate, 3) == 0 &&
           gnutls_x509_crt_set_serial(pair->certificate, serial, sizeof serial) == 0 &&
           gnutls_x509_crt_set_key(pair->certificate, pair->key) == 0 &&
           set_times(pair->certificate, now_ms) && set_names(pair->certificate) &&
           set_uses(pair->certificate) &&
           gnutls_x509_crt_sign2(pair->certificate, pair->certificate, pair->key, GNUTLS_DIG_SHA256,
                                 0) == 0;
}

static void put_pem(struct tn_buf *out, gnutls_datum_t *text, bool is_made)
{
    if (!is_made) {
        out->status = out->status == TN_OK ? TN_ERR_NO_MEMORY : out->status;
        return;
    }
    (void)tn_buf_append(out, text->data, text->size);
    sodium_memzero(text->data, text->size);
    gnutls_free(text->data);
}

static enum tn_status make(const char *path, int64_t now_ms)
{
    struct pair pair;
    struct tn_buf file;
    gnutls_datum_t text = {NULL, 0};
    tn_buf_init(&file, TN_HUB_KEY_SIZE_MAX);
    enum tn_status status =
        pair_init(&pair) && sign_itself(&pair, now_ms) ? TN_OK : TN_ERR_NO_MEMORY;
    if (status == TN_OK) {
        put_pem(&file, &text,
                gnutls_x509_privkey_export2_pkcs8(pair.key, GNUTLS_X509_FMT_PEM, NULL,
                                                  GNUTLS_PKCS_PLAIN, &text) == 0);
        put_pem(&file, &text,
                gnutls_x509_crt_export2(pair.certificate, GNUTLS_X509_FMT_PEM, &text) == 0);
        status = file.status;
    }
    if (status == TN_OK) {
        status = tn_newfile_write(path, tn_buf_bytes(&file));
    }
    tn_buf_destroy(&file);
    pair_free(&pair);
    return status;
}

static enum tn_status read_file(const char *path, struct tn_buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return tn_newfile_errno();
    }
    uint8_t *room = tn_buf_room(out, TN_HUB_KEY_SIZE_MAX);
    ssize_t n = room == NULL ? -1 : read(fd, room, TN_HUB_KEY_SIZE_MAX);
    enum tn_status status = room == NULL ? out->status : n < 0 ? tn_newfile_errno() : TN_OK;
    close(fd);
    out->len = n < 0 ? 0 : (size_t)n;
    return status == TN_OK ? tn_buf_append(out, "", 1) : status;
}

static enum tn_status read_key(const char *path, struct tn_hub_key *out)
{
    struct pair pair;
    tn_buf_init(&out->pem, TN_HUB_KEY_SIZE_MAX + 1);
    enum tn_status status = read_file(path, &out->pem);
    if (status != TN_OK) {
        return status;
    }
    const gnutls_datum_t text = {out->pem.data, (unsigned)out->pem.len - 1};
    status = pair_init(&pair) ? TN_OK : TN_ERR_NO_MEMORY;
    if (status == TN_OK) {
        bool is_read =
            gnutls_x509_privkey_import2(pair.key, &text, GNUTLS_X509_FMT_PEM, NULL, 0) == 0 &&
            gnutls_x509_crt_import(pair.certificate, &text, GNUTLS_X509_FMT_PEM) == 0;
        status = is_read ? take_pin(&pair, out->pin) : TN_ERR_FORMAT;
    }
    pair_free(&pair);
    return status;
}

enum tn_status tn_hub_key_get(const char *keys_path, int64_t now_ms, struct tn_hub_key *out,
                              bool *is_new)
{
    char path[TN_HUB_KEY_PATH_SIZE];
    *out = (struct tn_hub_key){0};
    *is_new = false;
    enum tn_status status = tn_hub_key_path(keys_path, path);
    status = status == TN_OK ? read_key(path, out) : status;
    if (status == TN_ERR_NOT_FOUND) {
        tn_hub_key_free(out);
        status = make(path, now_ms);
        *is_new = status == TN_OK;
        /* Somebody else's, who was faster, is as good. */
        status = status == TN_OK || status == TN_ERR_EXISTS ? read_key(path, out) : status;
    }
    if (status == TN_ERR_FORMAT) {
        tn_log(TN_LOG_ERROR,
               "%s: is no private key with its certificate; put the right file back from where "
               "the keyring's copy is, for stations trust no other key",
               path);
    } else if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the hub's key cannot be %s: %s", path,
               *is_new || status == TN_ERR_FULL ? "written" : "read or written",
               tn_status_text(status));
    }
    return status;
}

void tn_hub_pin_write(const uint8_t pin[TN_HASH_SIZE], char out[TN_HUB_PIN_TEXT_SIZE])
{
    const size_t prefix = sizeof PIN_PREFIX - 1;
    memcpy(out, PIN_PREFIX, prefix);
    (void)sodium_bin2base64(out + prefix, TN_HUB_PIN_TEXT_SIZE - prefix, pin, TN_HASH_SIZE,
                            sodium_base64_VARIANT_ORIGINAL);
}

/* libsodium takes some bytes beyond ASCII for digits, so what was read is written again. */
enum tn_status tn_hub_pin_read(const char *text, uint8_t pin[TN_HASH_SIZE])
{
    char again[TN_HUB_PIN_TEXT_SIZE];
    const size_t prefix = sizeof PIN_PREFIX - 1;
    size_t len = 0;
    if (strlen(text) != TN_HUB_PIN_TEXT_SIZE - 1 || strncmp(text, PIN_PREFIX, prefix) != 0 ||
        sodium_base642bin(pin, TN_HASH_SIZE, text + prefix, strlen(text) - prefix, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return TN_ERR_FORMAT;
    }
    tn_hub_pin_write(pin, again);
    return len == TN_HASH_SIZE && strcmp(text, again) == 0 ? TN_OK : TN_ERR_FORMAT;
}
