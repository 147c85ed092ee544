/* Badge text and what follows from it. Numbers of 128 bits are worked byte by byte, so that the
 * code is the same on a small ARM board, where there is no wider integer. */
#include "turnout/badge.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define SECRET_DIGITS 39
#define TAG_DIGITS 8
#define TAG_LABEL "turnout badge v1"
#define ID_LABEL "turnout badge id v1"
#define DIGITS_MOD 100000000u

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct tn_bytes secret_of(const struct tn_badge *badge)
{
    return (struct tn_bytes){badge->secret, sizeof badge->secret};
}

static struct tn_bytes label_of(const char *label)
{
    return (struct tn_bytes){(const uint8_t *)label, strlen(label)};
}

/* number = number * 10 + digit; false where it no longer fits. */
static bool times_ten_plus(uint8_t number[TN_BADGE_SECRET_SIZE], unsigned digit)
{
    unsigned carry = digit;
    for (int i = TN_BADGE_SECRET_SIZE - 1; i >= 0; i--) {
        unsigned sum = number[i] * 10u + carry;
        number[i] = (uint8_t)(sum & 0xff);
        carry = sum >> 8;
    }
    return carry == 0;
}

/* number = number / 10; gives the remainder. */
static unsigned over_ten(uint8_t number[TN_BADGE_SECRET_SIZE])
{
    unsigned rest = 0;
    for (int i = 0; i < TN_BADGE_SECRET_SIZE; i++) {
        unsigned value = rest * 256u + number[i];
        number[i] = (uint8_t)(value / 10u);
        rest = value % 10u;
    }
    return rest;
}

static uint64_t load_be64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static bool is_type(unsigned type)
{
    return type == TN_BADGE_LEARNER || type == TN_BADGE_STAFF || type == TN_BADGE_GROUP;
}

/* The digits are already known to be 48 digits. */
static enum tn_status parse(const char *digits, struct tn_badge *out)
{
    unsigned type = (unsigned)(digits[0] - '0');
    if (!is_type(type)) {
        return TN_ERR_FORMAT;
    }
    out->type = (enum tn_badge_type)type;
    for (int i = 0; i < SECRET_DIGITS; i++) {
        if (!times_ten_plus(out->secret, (unsigned)(digits[1 + i] - '0'))) {
            return TN_ERR_FORMAT;
        }
    }
    for (int i = 0; i < TAG_DIGITS; i++) {
        out->tag = out->tag * 10u + (uint32_t)(digits[1 + SECRET_DIGITS + i] - '0');
    }
    return TN_OK;
}

enum tn_status tn_badge_decode(const char *text, size_t len, struct tn_badge *out)
{
    *out = (struct tn_badge){0};
    while (len > 0 && is_space(text[len - 1])) {
        len--;
    }
    while (len > 0 && is_space(text[0])) {
        text++;
        len--;
    }
    if (len != TN_BADGE_DIGITS) {
        return TN_ERR_FORMAT;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return TN_ERR_FORMAT;
        }
    }
    enum tn_status status = parse(text, out);
    if (status != TN_OK) {
        tn_badge_wipe(out);
    }
    return status;
}

void tn_badge_encode(const struct tn_badge *badge, char out[TN_BADGE_TEXT_SIZE])
{
    uint8_t rest[TN_BADGE_SECRET_SIZE];
    memcpy(rest, badge->secret, sizeof rest);
    out[0] = (char)('0' + badge->type);
    for (int i = SECRET_DIGITS; i >= 1; i--) {
        out[i] = (char)('0' + over_ten(rest));
    }
    uint32_t tag = badge->tag;
    for (int i = TN_BADGE_DIGITS - 1; i > SECRET_DIGITS; i--) {
        out[i] = (char)('0' + tag % 10u);
        tag /= 10u;
    }
    out[TN_BADGE_DIGITS] = '\0';
    sodium_memzero(rest, sizeof rest);
}

static uint32_t tag_of(const struct tn_badge *badge, const struct tn_key *badge_key)
{
    struct tn_key mac = tn_key_derive(badge_key, TAG_LABEL, secret_of(badge));
    uint32_t tag = (uint32_t)(load_be64(mac.b) % DIGITS_MOD);
    sodium_memzero(&mac, sizeof mac);
    return tag;
}

void tn_badge_mint(enum tn_badge_type type, const struct tn_key *badge_key,
                   const struct tn_random *random, struct tn_badge *out)
{
    assert(is_type(type));
    *out = (struct tn_badge){.type = type};
    random->fill(random->ctx, out->secret, sizeof out->secret);
    out->tag = tag_of(out, badge_key);
}

bool tn_badge_verify(const struct tn_badge *badge, const struct tn_key *badge_key)
{
    return tag_of(badge, badge_key) == badge->tag;
}

struct tn_id tn_badge_id(const struct tn_badge *badge)
{
    const struct tn_bytes parts[] = {label_of(ID_LABEL), secret_of(badge)};
    return tn_id_of(parts, 2);
}

struct tn_key tn_badge_key(const struct tn_badge *badge, const char *label)
{
    struct tn_key out;
    struct tn_bytes message = label_of(label);
    crypto_generichash(out.b, sizeof out.b, message.data, message.len, badge->secret,
                       sizeof badge->secret);
    return out;
}

/* ISO/IEC 7064 MOD 11,10 over the first eight digits. */
static char check_digit(const char *digits)
{
    unsigned p = 10;
    for (int i = 0; i < TN_BADGE_CODE_DIGITS - 1; i++) {
        unsigned s = (p + (unsigned)(digits[i] - '0')) % 10u;
        p = (s == 0 ? 10u : s) * 2u % 11u;
    }
    return (char)('0' + (11u - p) % 10u);
}

void tn_badge_code(const struct tn_id *badge_id, char out[TN_BADGE_CODE_SIZE])
{
    uint64_t number = load_be64(badge_id->b) % DIGITS_MOD;
    for (int i = TN_BADGE_CODE_DIGITS - 2; i >= 0; i--) {
        out[i] = (char)('0' + number % 10u);
        number /= 10u;
    }
    out[TN_BADGE_CODE_DIGITS - 1] = check_digit(out);
    out[TN_BADGE_CODE_DIGITS] = '\0';
}

bool tn_badge_code_is_valid(const char *text)
{
    char digits[TN_BADGE_CODE_DIGITS];
    size_t count = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ') {
            continue;
        }
        if (*text < '0' || *text > '9' || count == sizeof digits) {
            return false;
        }
        digits[count++] = *text;
    }
    return count == sizeof digits && check_digit(digits) == digits[TN_BADGE_CODE_DIGITS - 1];
}

void tn_badge_wipe(struct tn_badge *badge)
{
    sodium_memzero(badge, sizeof *badge);
}
