/* A set-up card as digits: `3`, then 17 digits for each 7 bytes, and fewer for a shorter last
 * group. Seven bytes are the group because 2^56 fills 17 digits to 72 %, and because a 64-bit
 * integer holds it. */
#include "turnout/setup.h"

#include <string.h>

#define GROUP_BYTES 7
#define LEAD '3'

/* Digits that n bytes take: those of 256^n - 1. */
static const size_t digits_of[GROUP_BYTES + 1] = {0, 3, 5, 8, 10, 13, 15, 17};

void tn_setup_to_digits(struct tn_buf *out, struct tn_bytes bytes)
{
    char text[20];
    const char lead = LEAD;
    if (bytes.len > TN_SETUP_SIZE_MAX) {
        out->status = out->status == TN_OK ? TN_ERR_LIMIT : out->status;
        return;
    }
    (void)tn_buf_append(out, &lead, 1);
    for (size_t at = 0; at < bytes.len; at += GROUP_BYTES) {
        size_t len = bytes.len - at < GROUP_BYTES ? bytes.len - at : GROUP_BYTES;
        uint64_t value = 0;
        for (size_t i = 0; i < len; i++) {
            value = value << 8 | bytes.data[at + i];
        }
        for (size_t i = digits_of[len]; i-- > 0; value /= 10) {
            text[i] = (char)('0' + value % 10);
        }
        (void)tn_buf_append(out, text, digits_of[len]);
    }
}

/* Bytes in a group of that many digits; 0 where no group has so many. */
static size_t bytes_of(size_t digits)
{
    for (size_t n = 1; n <= GROUP_BYTES; n++) {
        if (digits_of[n] == digits) {
            return n;
        }
    }
    return 0;
}

static enum tn_status read_group(struct tn_buf *out, const char *text, size_t digits)
{
    size_t len = bytes_of(digits);
    uint8_t bytes[GROUP_BYTES];
    uint64_t value = 0;
    if (len == 0) {
        return TN_ERR_FORMAT;
    }
    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return TN_ERR_FORMAT;
        }
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (value >> (8 * len) != 0) {
        return TN_ERR_FORMAT;
    }
    for (size_t i = len; i-- > 0; value >>= 8) {
        bytes[i] = (uint8_t)(value & 0xff);
    }
    return tn_buf_append(out, bytes, len);
}

enum tn_status tn_setup_from_digits(struct tn_buf *out, const char *text, size_t len)
{
    if (len > TN_SETUP_TEXT_MAX) {
        return TN_ERR_LIMIT;
    }
    if (len < 1 + digits_of[1] || text[0] != LEAD) {
        return TN_ERR_FORMAT;
    }
    const size_t full = digits_of[GROUP_BYTES];
    const size_t before = out->len;
    for (size_t at = 1; at < len; at += full) {
        enum tn_status status = read_group(out, text + at, len - at < full ? len - at : full);
        if (status != TN_OK) {
            return status;
        }
    }
    return out->len - before <= TN_SETUP_SIZE_MAX ? TN_OK : TN_ERR_LIMIT;
}
