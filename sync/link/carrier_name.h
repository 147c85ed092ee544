/* What files on a carrier are called. A name is for finding and for people; what a file is, its
 * content decides.
 *
 *     DEVICE.hello                         DEVICE: the station's device key, 64 hexadecimal digits
 *     LOG-FIRST-LAST-MARK.bundle           LOG: the log's id, 32 digits; FIRST and LAST: seqs, 12
 *     LOG-MARK.receipt                     decimal digits or more; MARK: the first 8 digits of the
 *     DEVICE.pack                          hash of entry LAST, so that of two copies of one log
 *                                          neither lies on the other's files
 *
 * Sticks are FAT: names are plain ASCII, and are read whatever case they come back in. */
#ifndef TURNOUT_LINK_CARRIER_NAME_H
#define TURNOUT_LINK_CARRIER_NAME_H

#include <stdbool.h>

#include "turnout/crypto.h"

/* The longest name that is written or looked at, and its NUL. */
#define TN_CARRIER_NAME_SIZE 128
#define TN_CARRIER_MARK_SIZE 4

enum tn_carrier_kind {
    TN_CARRIER_HELLO,
    TN_CARRIER_BUNDLE,
    TN_CARRIER_RECEIPT,
    TN_CARRIER_PACK,
    TN_CARRIER_KIND_COUNT
};

struct tn_carrier_name {
    enum tn_carrier_kind kind;
    struct tn_public_key device; /* hello, pack */
    struct tn_id log;            /* bundle, receipt */
    uint64_t first;              /* bundle, from 1 */
    uint64_t last;
    uint8_t mark[TN_CARRIER_MARK_SIZE]; /* bundle, receipt */
};

/* "bundles": the folder that a kind lies in; and ".bundle". */
const char *tn_carrier_folder(enum tn_carrier_kind kind);
const char *tn_carrier_suffix(enum tn_carrier_kind kind);

/* Tells whether a file of that folder is one of the kind, by the end of its name; what was left
 * unfinished, hidden files and longer names are not. */
bool tn_carrier_is_named(enum tn_carrier_kind kind, const char *file);

/* The name of a file. */
void tn_carrier_name_write(const struct tn_carrier_name *name, char out[TN_CARRIER_NAME_SIZE]);

/* Reads one; TN_ERR_FORMAT for any that tn_carrier_name_write would not write, but for case. */
enum tn_status tn_carrier_name_read(const char *file, struct tn_carrier_name *out);

#endif
