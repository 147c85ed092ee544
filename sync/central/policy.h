/* An event's policy: a few words in the column `policy` of its table.
 *
 *     walk-in     walk-ins are taken at every gate, not at desks only
 *     pin=DIGITS  4 to 8 digits that open counts and undo on a station, and no names
 *
 * The database never holds the PIN: `pin=` is followed by libsodium's Argon2id text of it there,
 * with a salt that derives from ecosystem and event, so that the same PIN is the same text and a
 * table that is imported again changes nothing. Four digits are no secret from whoever can try them
 * all; that is why the PIN opens no names. */
#ifndef TURNOUT_CENTRAL_POLICY_H
#define TURNOUT_CENTRAL_POLICY_H

#include <stdbool.h>

#include "turnout/pack.h"

#define TN_POLICY_MAX 255 /* bytes of a policy as it is kept */

struct tn_policy {
    bool has_walk_in;
    char pin[TN_PIN_HASH_MAX + 1]; /* the Argon2id text; empty: none */
};

/* What is wrong with the words somebody wrote: NULL, or a phrase for what was expected. */
const char *tn_policy_check(const char *words, int64_t *number);

/* The words as they are kept, the PIN hashed. words must have passed tn_policy_check.
 * TN_ERR_NO_MEMORY where Argon2id finds no room. */
enum tn_status tn_policy_keep(const char *words, const struct tn_id *ecosystem,
                              const struct tn_id *event, char out[TN_POLICY_MAX + 1]);

/* Reads what is kept; words it does not know mean nothing. */
void tn_policy_read(const char *kept, struct tn_policy *out);

#endif
