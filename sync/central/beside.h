/* Signed files beside the keyring: what must outlive the database and its backups.
 *
 * KEYS.CODE.WORD, mode 0600, where KEYS is the keyring's path and CODE the ecosystem's: the
 * envelope of signed.h. Written whole or not at all. */
#ifndef TURNOUT_CENTRAL_BESIDE_H
#define TURNOUT_CENTRAL_BESIDE_H

#include "sync/central/centre.h"

#define TN_BESIDE_SIZE_MAX (512u * 1024 * 1024)

struct tn_beside {
    const char *word;  /* "erased" */
    const char *label; /* "turnout erasures v1" */
};

/* Both log their errors. */
enum tn_status tn_beside_write(const struct tn_centre *centre, const struct tn_beside *which,
                               const char *keys_path, const struct tn_sign_key *key,
                               struct tn_bytes payload);

/* The payload, copied into out. TN_ERR_NOT_FOUND (not logged) where there is no such file;
 * TN_ERR_FORGED where it was not signed by the ecosystem's key. */
enum tn_status tn_beside_read(const struct tn_centre *centre, const struct tn_beside *which,
                              const char *keys_path, struct tn_buf *out);

#endif
