/* Writing and reading the names of a carrier's files. Reading takes a name apart, writes what it
 * understood and compares: so nothing else has to be ruled out piece by piece. */
#include "sync/link/carrier_name.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#define SEQ_DIGITS 12
#define SEQ_MAX (UINT64_MAX / 2) /* SQLite's whole numbers */

struct kind {
    const char *folder;
    const char *suffix;
};

static const struct kind kinds[TN_CARRIER_KIND_COUNT] = {
    [TN_CARRIER_HELLO] = {"hello", ".hello"},
    [TN_CARRIER_BUNDLE] = {"bundles", ".bundle"},
    [TN_CARRIER_RECEIPT] = {"receipts", ".receipt"},
    [TN_CARRIER_PACK] = {"packs", ".pack"},
};

const char *tn_carrier_folder(enum tn_carrier_kind kind)
{
    return kinds[kind].folder;
}

const char *tn_carrier_suffix(enum tn_carrier_kind kind)
{
    return kinds[kind].suffix;
}

/* Macs leave a "._NAME" beside each file of a stick. */
bool tn_carrier_is_named(enum tn_carrier_kind kind, const char *file)
{
    const char *suffix = kinds[kind].suffix;
    size_t len = strlen(file);
    size_t end = strlen(suffix);
    return file[0] != '.' && len > end && len < TN_CARRIER_NAME_SIZE &&
           strcasecmp(file + len - end, suffix) == 0;
}

static bool is_of_device(enum tn_carrier_kind kind)
{
    return kind == TN_CARRIER_HELLO || kind == TN_CARRIER_PACK;
}

void tn_carrier_name_write(const struct tn_carrier_name *name, char out[TN_CARRIER_NAME_SIZE])
{
    char log[TN_ID_HEX_SIZE];
    char mark[2 * TN_CARRIER_MARK_SIZE + 1];
    char device[2 * TN_PUBLIC_KEY_SIZE + 1];
    const char *suffix = kinds[name->kind].suffix;
    tn_id_hex(&name->log, log);
    (void)sodium_bin2hex(mark, sizeof mark, name->mark, sizeof name->mark);
    (void)sodium_bin2hex(device, sizeof device, name->device.b, sizeof name->device.b);
    if (is_of_device(name->kind)) {
        (void)snprintf(out, TN_CARRIER_NAME_SIZE, "%s%s", device, suffix);
    } else if (name->kind == TN_CARRIER_RECEIPT) {
        (void)snprintf(out, TN_CARRIER_NAME_SIZE, "%s-%s%s", log, mark, suffix);
    } else {
        (void)snprintf(out, TN_CARRIER_NAME_SIZE, "%s-%0*llu-%0*llu-%s%s", log, SEQ_DIGITS,
                       (unsigned long long)name->first, SEQ_DIGITS, (unsigned long long)name->last,
                       mark, suffix);
    }
}

/* Takes the hexadecimal digits that *at begins with; false where they are not all there. */
static bool take_hex(const char **at, uint8_t *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < 2 * size; i++) {
        if (!isxdigit((unsigned char)(*at)[i])) {
            return false;
        }
    }
    bool is_taken = sodium_hex2bin(out, size, *at, 2 * size, NULL, &len, NULL) == 0 && len == size;
    *at += 2 * size;
    return is_taken;
}

static bool take_dash(const char **at)
{
    bool is_dash = **at == '-';
    *at += is_dash;
    return is_dash;
}

static bool take_seq(const char **at, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    *out = isdigit((unsigned char)**at) ? strtoull(*at, &end, 10) : 0;
    if (end == NULL || errno != 0 || *out > SEQ_MAX) {
        return false;
    }
    *at = end;
    return true;
}

static bool take_apart(const char *at, struct tn_carrier_name *out)
{
    if (is_of_device(out->kind)) {
        return take_hex(&at, out->device.b, sizeof out->device.b);
    }
    if (!take_hex(&at, out->log.b, sizeof out->log.b) || !take_dash(&at)) {
        return false;
    }
    bool is_bundle = out->kind == TN_CARRIER_BUNDLE;
    if (is_bundle && !(take_seq(&at, &out->first) && take_dash(&at) && take_seq(&at, &out->last) &&
                       take_dash(&at))) {
        return false;
    }
    return take_hex(&at, out->mark, sizeof out->mark);
}

enum tn_status tn_carrier_name_read(const char *file, struct tn_carrier_name *out)
{
    char again[TN_CARRIER_NAME_SIZE];
    *out = (struct tn_carrier_name){0};
    for (size_t kind = 0; kind < TN_CARRIER_KIND_COUNT; kind++) {
        if (tn_carrier_is_named((enum tn_carrier_kind)kind, file)) {
            out->kind = (enum tn_carrier_kind)kind;
            bool is_whole = take_apart(file, out);
            tn_carrier_name_write(out, again);
            bool is_range =
                out->kind != TN_CARRIER_BUNDLE || (out->first >= 1 && out->first <= out->last);
            return is_whole && is_range && strcasecmp(again, file) == 0 ? TN_OK : TN_ERR_FORMAT;
        }
    }
    return TN_ERR_FORMAT;
}
