/* Taking bundles into the centre: one transaction a bundle, the same end from any order.
 *
 * The copies of one log form a tree of hashes. Where two copies differ, the branch with the
 * smaller first differing hash keeps the log id; each other one is a log of its own, with id
 * BLAKE2b-128(log id || seq, 8 bytes big-endian || hash) and the log id as its origin. */
#ifndef TURNOUT_CENTRAL_INGEST_H
#define TURNOUT_CENTRAL_INGEST_H

#include "sync/central/centre.h"
#include "sync/wire/bundle.h"
#include "sync/wire/session.h"

/* Takes one signed bundle. TN_OK with the verdict in out, also for one that is held or refused
 * (which is stored where its signature holds, and is a conflict); another status means that nothing
 * was changed. From outside this process (centre->is_outside) none in the clear is taken, and of a
 * stranger, whom no set-up card ever brought here, nothing is stored. now_ms stamps what was
 * noticed when. */
enum tn_status tn_ingest_bundle(struct tn_centre *centre, struct tn_bytes bytes, int64_t now_ms,
                                struct tn_ack *out);

/* The same in the caller's transaction, which must be rolled back where the status is not TN_OK.
 * `read` is what tn_bundle_read made of these very bytes, where somebody has had them read; NULL to
 * have them read here. */
enum tn_status tn_ingest_within(struct tn_centre *centre, struct tn_bytes bytes,
                                const struct tn_bundle *read, int64_t now_ms, struct tn_ack *out);

/* The first seq the centre wants of a log whose owner has entries up to last with that hash;
 * last + 1 where it has all of them. */
enum tn_status tn_ingest_want(struct tn_centre *centre, const struct tn_session_log *log,
                              uint64_t *next);

/* The centre's log, of this log's family, that holds that hash at that seq. TN_ERR_NOT_FOUND. */
enum tn_status tn_ingest_find(struct tn_centre *centre, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_id *out);

/* The id of a branch of a log: named by the first entry that the log itself does not have. */
struct tn_id tn_ingest_branch(const struct tn_id *log, uint64_t seq, const struct tn_hash *hash);

#endif
