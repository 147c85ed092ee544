/* The directory: the names of an event on a station, opened only by a staff card.
 *
 *     sealed = nonce (24) | XChaCha20-Poly1305(directory key, nonce, plain, ad = event id)
 *     plain  = CBOR [2, [[learner id, display, full name, language, badge id or null], ...]]
 *     nonce  = the first 24 bytes of the keyed BLAKE2b of the plain text, so that an unchanged
 *              directory is the same bytes
 *
 * The directory key is wrapped for each staff card (staff.h). Rows are by learner id; those who
 * opted out are not in it. */
#ifndef TURNOUT_DIRECTORY_H
#define TURNOUT_DIRECTORY_H

#include "turnout/buf.h"
#include "turnout/card.h"

#define TN_DIRECTORY_FORMAT 2
#define TN_DIRECTORY_ROWS_MAX 1000000
#define TN_FULL_NAME_MAX 200 /* bytes of given (preferred) and family name */

struct tn_directory_row {
    struct tn_id learner;
    char display[TN_NAME_MAX + 1];
    char full[TN_FULL_NAME_MAX + 1];
    char lang[TN_LANG_MAX + 1];
    struct tn_id badge; /* the newest badge that is good; none where there is none */
};

/* Appends one row's array; the caller has begun the arrays around it. Failures stick in
 * out->status. */
void tn_directory_put_row(struct tn_buf *out, const struct tn_directory_row *row);

/* Reads one row. Failures stick in cbor->status. */
struct tn_cbor;
void tn_directory_read_row(struct tn_cbor *cbor, struct tn_directory_row *out);

#endif
