/* Walk-in forms, sealed to the centre's vault key and opened with it. The plain text is padded to
 * one size, so that no length tells a name; the padding must be zeros when opened, so that one form
 * has one plain text. */
#include "turnout/walkin.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "turnout/cbor.h"

#define WALKIN_FORMAT 1
#define WALKIN_PARTS 10
#define LEARNER_LABEL "turnout walk-in v1"
#define CONSENT_NAME_SIZE 16
#define INITIAL_SIZE 32 /* a letter, its marks, a full stop */

_Static_assert(TN_WALKIN_SIZE - TN_WALKIN_PLAIN_SIZE == crypto_box_SEALBYTES, "a form's layout");
_Static_assert(TN_PUBLIC_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "the vault's key");

static const char *const consent_names[TN_CONSENT_COUNT] = {
    [TN_CONSENT_NONE] = "none",
    [TN_CONSENT_PARENT] = "parent",
    [TN_CONSENT_SCHOOL] = "school",
    [TN_CONSENT_SELF] = "self",
};

const char *tn_consent_name(enum tn_consent consent)
{
    assert((unsigned)consent < TN_CONSENT_COUNT);
    return consent_names[consent];
}

static enum tn_consent consent_of(const char *name)
{
    for (int i = 0; i < TN_CONSENT_COUNT; i++) {
        if (strcmp(consent_names[i], name) == 0) {
            return (enum tn_consent)i;
        }
    }
    return TN_CONSENT_COUNT;
}

/* Every text ends within its field. */
static bool fits(const struct tn_walkin *form)
{
    return strnlen(form->given, sizeof form->given) <= TN_NAME_MAX &&
           strnlen(form->family, sizeof form->family) <= TN_NAME_MAX &&
           strnlen(form->grade, sizeof form->grade) <= TN_GRADE_MAX &&
           strnlen(form->partner_text, sizeof form->partner_text) <= TN_TITLE_MAX &&
           strnlen(form->lang, sizeof form->lang) <= TN_LANG_MAX;
}

static void lay(struct tn_buf *plain, const struct tn_walkin *form, const struct tn_badge *badge)
{
    tn_cbor_put_array(plain, WALKIN_PARTS);
    tn_cbor_put_uint(plain, WALKIN_FORMAT);
    tn_cbor_put_text(plain, form->given);
    tn_cbor_put_text(plain, form->family);
    tn_cbor_put_text(plain, form->grade);
    tn_cbor_put_id(plain, &form->partner);
    tn_cbor_put_text(plain, form->partner_text);
    tn_cbor_put_text(plain, tn_consent_name(form->consent));
    tn_cbor_put_int(plain, form->consent_ms);
    tn_cbor_put_text(plain, form->lang);
    tn_cbor_put_bytes(plain, (struct tn_bytes){badge->secret, sizeof badge->secret});
}

static enum tn_status seal(struct tn_bytes plain, const struct tn_public_key *vault_key,
                           uint8_t out[TN_WALKIN_SIZE])
{
    uint8_t padded[TN_WALKIN_PLAIN_SIZE] = {0};
    memcpy(padded, plain.data, plain.len);
    int rc = crypto_box_seal(out, padded, sizeof padded, vault_key->b);
    sodium_memzero(padded, sizeof padded);
    return rc == 0 ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_walkin_seal(const struct tn_walkin *form, const struct tn_badge *badge,
                              const struct tn_public_key *vault_key, uint8_t out[TN_WALKIN_SIZE])
{
    struct tn_buf plain;
    if (!fits(form)) {
        return TN_ERR_LIMIT;
    }
    tn_buf_init(&plain, TN_WALKIN_PLAIN_SIZE);
    lay(&plain, form, badge);
    enum tn_status status = plain.status;
    if (status == TN_OK) {
        status = seal(tn_buf_bytes(&plain), vault_key, out);
    }
    tn_buf_destroy(&plain);
    return status;
}

static enum tn_status parse(const uint8_t plain[TN_WALKIN_PLAIN_SIZE], struct tn_walkin *form,
                            struct tn_badge *badge)
{
    struct tn_cbor cbor;
    char consent[CONSENT_NAME_SIZE];
    tn_cbor_init(&cbor, (struct tn_bytes){plain, TN_WALKIN_PLAIN_SIZE});
    (void)tn_cbor_get_array(&cbor, WALKIN_PARTS, WALKIN_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_text(&cbor, form->given, sizeof form->given);
    tn_cbor_get_text(&cbor, form->family, sizeof form->family);
    tn_cbor_get_text(&cbor, form->grade, sizeof form->grade);
    tn_cbor_get_id(&cbor, &form->partner);
    tn_cbor_get_text(&cbor, form->partner_text, sizeof form->partner_text);
    tn_cbor_get_text(&cbor, consent, sizeof consent);
    form->consent_ms = tn_cbor_get_int(&cbor);
    tn_cbor_get_text(&cbor, form->lang, sizeof form->lang);
    tn_cbor_get_fixed(&cbor, badge->secret, sizeof badge->secret);
    if (cbor.status != TN_OK) {
        return cbor.status;
    }
    bool is_padded = sodium_is_zero(cbor.at, (size_t)(cbor.end - cbor.at)) == 1;
    enum tn_consent given = consent_of(consent);
    form->consent = given < TN_CONSENT_COUNT ? given : TN_CONSENT_NONE;
    badge->type = TN_BADGE_LEARNER;
    return format == WALKIN_FORMAT && is_padded && given < TN_CONSENT_COUNT ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_walkin_open(const uint8_t sealed[TN_WALKIN_SIZE],
                              const struct tn_public_key *vault_key, const uint8_t secret_key[32],
                              struct tn_walkin *form, struct tn_badge *badge)
{
    uint8_t plain[TN_WALKIN_PLAIN_SIZE];
    *form = (struct tn_walkin){0};
    *badge = (struct tn_badge){0};
    int rc = crypto_box_seal_open(plain, sealed, TN_WALKIN_SIZE, vault_key->b, secret_key);
    enum tn_status status = rc == 0 ? parse(plain, form, badge) : TN_ERR_FORGED;
    sodium_memzero(plain, sizeof plain);
    if (status != TN_OK) {
        tn_walkin_wipe(form);
        tn_badge_wipe(badge);
    }
    return status;
}

struct tn_id tn_walkin_learner(const struct tn_id *badge)
{
    const struct tn_bytes parts[] = {
        {(const uint8_t *)LEARNER_LABEL, sizeof LEARNER_LABEL - 1},
        {badge->b, sizeof badge->b},
    };
    return tn_id_of(parts, 2);
}

/* The initial of a family name with its marks, or "": as the centre writes it, so that a badge made
 * here greets like one made there. Wide letters (Chinese, Japanese, Korean) take no full stop. */
static void write_initial(const char *family, char out[INITIAL_SIZE])
{
    int32_t at = 0;
    int32_t len = 0;
    UChar32 c = 0;
    UBool is_full = false;
    const int32_t end = (int32_t)strnlen(family, TN_NAME_MAX);
    const uint8_t *text = (const uint8_t *)family;
    do {
        c = at < end ? 0 : -1;
        if (at < end) {
            U8_NEXT(text, at, end, c);
        }
    } while (at < end && (c < 0 || !u_isalnum(c)));
    if (c > 0 && u_isalnum(c)) {
        const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
        U8_APPEND((uint8_t *)out, len, INITIAL_SIZE - 2, u_toupper(c), is_full);
        for (int32_t next = at; next < end && !is_full; at = next) {
            U8_NEXT(text, next, end, c);
            if (c < 0 || (U_GET_GC_MASK(c) & U_GC_M_MASK) == 0) {
                break;
            }
            U8_APPEND((uint8_t *)out, len, INITIAL_SIZE - 2, c, is_full);
        }
        if (width != U_EA_WIDE && width != U_EA_FULLWIDTH) {
            out[len++] = '.';
        }
    }
    out[len] = '\0';
}

void tn_walkin_display(const struct tn_walkin *form, char out[TN_NAME_MAX + 1])
{
    char initial[INITIAL_SIZE];
    write_initial(form->family, initial);
    const size_t len = strlen(initial);
    const int32_t room = (int32_t)(TN_NAME_MAX - (len == 0 ? 0 : len + 1));
    int32_t given = (int32_t)strnlen(form->given, TN_NAME_MAX);
    if (given > room) {
        given = room;
        U8_SET_CP_START((const uint8_t *)form->given, 0, given);
    }
    (void)snprintf(out, TN_NAME_MAX + 1, "%.*s%s%s", (int)given, form->given, len == 0 ? "" : " ",
                   initial);
}

void tn_walkin_wipe(struct tn_walkin *form)
{
    sodium_memzero(form, sizeof *form);
}
