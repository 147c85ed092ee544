/* Tombstones: what is kept of those who were erased, so that they do not come back.
 *
 * A tombstone is a keyed hash of an id. The key derives from the keyring's signing part and lies,
 * with every tombstone, in a signed file beside the keyring (KEYS.CODE.erased, mode 0600): whoever
 * has the database or its backups alone can test no guess, and a database that was restored from an
 * old copy finds there whom to erase again. A ghost stands for somebody erased wherever attendance
 * is counted: it derives from the id under the same key, so an erasure done again, or on another
 * copy, gives the same rows, and nothing leads back.
 *
 *     key       = keyed BLAKE2b-256(signing seed, "turnout erasure key v1" || ecosystem id)
 *     tombstone = keyed BLAKE2b-256(key, "turnout erasure v1" || id)
 *     ghost     = keyed BLAKE2b-256(key, "turnout ghost v1" || id), as long as the id */
#ifndef TURNOUT_CENTRAL_TOMBSTONES_H
#define TURNOUT_CENTRAL_TOMBSTONES_H

#include "sync/central/centre.h"

#define TN_TOMBSTONES_MAX 8000000 /* of one ecosystem */

struct tn_tombstone {
    struct tn_hash hash;
    int64_t at_ms;
};

/* Gives the centre the key: from the keyring, or from the file beside the keyring at keys_path,
 * where there is one. */
void tn_tombstone_key(struct tn_centre *centre, const struct tn_keyring *keyring);
enum tn_status tn_tombstone_find_key(struct tn_centre *centre, const char *keys_path);

/* These want the key. */
struct tn_hash tn_tombstone_of(const struct tn_centre *centre, const struct tn_id *id);
struct tn_hash tn_ghost_of(const struct tn_centre *centre, struct tn_bytes id);

/* Whether there is any. */
enum tn_status tn_tombstones_any(struct tn_centre *centre, bool *any);

/* Whether an id was erased. Where somebody was and the key is not at hand nobody can tell:
 * TN_ERR_STATE, logged with what to do. */
enum tn_status tn_tombstone_has(struct tn_centre *centre, const struct tn_id *id, bool *is_erased);

/* Notes one, once; also where it is there, something of theirs is to be scrubbed again. */
enum tn_status tn_tombstone_add(struct tn_centre *centre, const struct tn_tombstone *tombstone);

/* Writes the file beside the keyring at keys_path from the database; whole or not at all. */
enum tn_status tn_tombstones_save(struct tn_centre *centre, const struct tn_keyring *keyring,
                                  const char *keys_path);

/* The tombstones that the file has and the database lacks, by hash; the caller frees. No file is
 * none. *is_behind: the file lacks some that the database has, or is not there. */
enum tn_status tn_tombstones_missing(struct tn_centre *centre, const char *keys_path,
                                     struct tn_tombstone **out, size_t *count, bool *is_behind);

#endif
