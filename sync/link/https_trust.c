/* A pin is the SHA-256 of the key's SubjectPublicKeyInfo, as libcurl and GnuTLS both make it. */
#include "sync/link/https_trust.h"

#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "sync/link/hub_key.h"
#include "sync/link/sibling_key.h"

static void put_pin(struct tn_buf *out, const uint8_t pin[TN_HASH_SIZE])
{
    char text[TN_HUB_PIN_TEXT_SIZE];
    tn_hub_pin_write(pin, text);
    (void)tn_buf_printf(out, "%s%s", out->len == 0 ? "" : ";", text);
}

/* "sha256//...;sha256//...", ended by a NUL. False where there is nobody to trust. */
static bool write_pins(const struct tn_https_params *params, struct tn_buf *out)
{
    tn_buf_init(out, (params->sibling_count + 1) * (TN_HUB_PIN_TEXT_SIZE + 1) + 1);
    if (!params->lacks_pin) {
        put_pin(out, params->pin);
    }
    for (size_t i = 0; i < params->sibling_count; i++) {
        uint8_t pin[TN_HASH_SIZE];
        tn_sibling_pin(&params->siblings[i], pin);
        put_pin(out, pin);
    }
    bool has_any = out->len > 0;
    return tn_buf_append(out, "", 1) == TN_OK && has_any;
}

/* The pin is the trust: a certificate that signs itself has no issuer, and a hub in a hall has an
 * address and no name. */
bool tn_https_trust_set(CURL *curl, const struct tn_https_params *params)
{
    struct tn_buf pins;
    bool is_ready = write_pins(params, &pins);
    is_ready = is_ready &&
               curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, (const char *)pins.data) == CURLE_OK;
    tn_buf_destroy(&pins);
    return is_ready &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAINFO, NULL) == CURLE_OK && /* nor read for nothing */
           curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK;
}

bool tn_https_trust_is_pinned(CURL *curl, const uint8_t wanted[TN_HASH_SIZE])
{
    const struct curl_tlssessioninfo *info = NULL;
    uint8_t pin[TN_HASH_SIZE];
    size_t size = sizeof pin;
    unsigned count = 0;
    gnutls_x509_crt_t certificate = NULL;
    if (curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || info == NULL ||
        info->backend != CURLSSLBACKEND_GNUTLS || info->internals == NULL ||
        gnutls_x509_crt_init(&certificate) != 0) {
        return false;
    }
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(info->internals, &count);
    bool has = chain != NULL && count > 0 &&
               gnutls_x509_crt_import(certificate, chain, GNUTLS_X509_FMT_DER) == 0 &&
               gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, pin, &size) == 0 &&
               size == sizeof pin && memcmp(pin, wanted, sizeof pin) == 0;
    gnutls_x509_crt_deinit(certificate);
    return has;
}
