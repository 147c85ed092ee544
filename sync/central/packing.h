/* What the centre gives back: packs and receipts. */
#ifndef TURNOUT_CENTRAL_PACKING_H
#define TURNOUT_CENTRAL_PACKING_H

#include "sync/central/centre.h"
#include "sync/wire/pack.h"

/* How long a badge must be away before it scans again. */
#define TN_REPEAT_MS 10000

/* Packs are made with one of these. It keeps what the packs of an event have in common from one
 * station to the next, so whoever keeps it keeps the centre as it is meanwhile. */
struct tn_packing {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    struct tn_id event;       /* whose body it is */
    struct tn_pack_body body; /* nothing sealed: of none yet */
};
void tn_packing_init(struct tn_packing *packing, struct tn_centre *centre,
                     const struct tn_keyring *keyring);
void tn_packing_destroy(struct tn_packing *packing);

/* Who asks for a pack, and the one it has. */
struct tn_packing_for {
    struct tn_public_key device_key;
    uint64_t epoch;
    uint64_t version;
};

/* Appends the signed pack for a station, or nothing where it already has what the centre holds. A
 * new version is made only where the content differs. TN_ERR_NOT_FOUND: no such station, or its
 * event is gone (logged). */
enum tn_status tn_packing_write(struct tn_packing *packing, const struct tn_packing_for *station,
                                struct tn_buf *out);

/* Makes what the packs of an event have in common, where it is not there yet; body.plain tells one
 * from another. */
enum tn_status tn_packing_make(struct tn_packing *packing, const struct tn_id *event);

/* Whether tn_packing_write would write one, for a station whose event's packs have in common what
 * `plain` stands for; nothing is noted, and nothing of the event is read. */
enum tn_status tn_packing_is_new(struct tn_packing *packing, const struct tn_packing_for *station,
                                 const struct tn_hash *plain, bool *is_new);

/* Appends the signed receipt for a log up to seq, whose hash there is `hash`; the one given before
 * where it is the same. Nothing where the centre does not hold that entry. */
enum tn_status tn_receipts_write(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const struct tn_id *log, uint64_t seq, const struct tn_hash *hash,
                                 int64_t now_ms, struct tn_buf *out);

#endif
