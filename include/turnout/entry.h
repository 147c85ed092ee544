/* Entries: the rows of a station's log, and the hash chain that binds them.
 *
 *     who_hash = H(CBOR [salt, badge, learner, body])
 *     facts    = CBOR [format, kind, at_ms, mono_ms, boot, event, activity, method]
 *     hash_n   = H(CBOR [hash_{n-1}, log id, n, H(facts), who_hash]),  hash_0 = 32 zero bytes
 *
 * H is BLAKE2b-256. Ids that are none are CBOR null; so are a salt and a body that are absent.
 * Erasing takes salt, badge, learner and body away: the attendance stays, and because who_hash is
 * stored the chain still verifies. */
#ifndef TURNOUT_ENTRY_H
#define TURNOUT_ENTRY_H

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_ENTRY_FORMAT 1
#define TN_KIND_MAX 23 /* bytes of a kind's name; unknown kinds are kept verbatim */
#define TN_METHOD_MAX 15
#define TN_SALT_SIZE 16
#define TN_BODY_MAX 4096 /* bytes of CBOR in an entry's body */

enum tn_kind {
    TN_KIND_CHECK_IN,
    TN_KIND_CHECK_OUT,
    TN_KIND_PASS, /* in or out, derived from the merged order */
    TN_KIND_VISIT,
    TN_KIND_REGISTER,  /* a walk-in */
    TN_KIND_REPLACE,   /* an old badge id, a new one, and why */
    TN_KIND_HEADCOUNT, /* adults without a badge */
    TN_KIND_UNDO,      /* names a seq */
    TN_KIND_REFUSED,
    TN_KIND_CLOSE, /* the end of the day */
    TN_KIND_BOOT,
    TN_KIND_CLOCK,
    TN_KIND_PACK,
    TN_KIND_STAFF,
    TN_KIND_PURGE,
    TN_KIND_COUNT
};

/* "check_in" and so on; static storage. kind must be below TN_KIND_COUNT. */
const char *tn_kind_name(enum tn_kind kind);

/* The kind of a name; TN_KIND_COUNT for one this version does not know. */
enum tn_kind tn_kind_from_name(const char *name);

struct tn_entry {
    uint64_t seq;    /* gapless from 1 */
    uint32_t format; /* TN_ENTRY_FORMAT */
    char kind[TN_KIND_MAX + 1];
    int64_t at_ms;     /* wall time as the kiosk had it, Unix milliseconds, UTC */
    int64_t mono_ms;   /* CLOCK_BOOTTIME in milliseconds */
    struct tn_id boot; /* which boot mono_ms counts from */
    struct tn_id event;
    struct tn_id activity;          /* none at a gate */
    char method[TN_METHOD_MAX + 1]; /* "scan", "tap", "group", "typed", "search"; may be empty */
    struct tn_id badge;             /* none after erasure, or where no badge is meant */
    struct tn_id learner;           /* where a card named one */
    struct tn_bytes body;           /* CBOR by kind, borrowed; data NULL where absent */
    uint8_t salt[TN_SALT_SIZE];
    bool is_erased; /* salt, badge, learner and body were taken away */
    struct tn_hash who_hash;
    struct tn_hash hash;
};

/* Fills who_hash and hash from the other columns. previous is the hash of seq - 1, or zero bytes
 * for the first. An erased entry keeps the who_hash it has. TN_ERR_LIMIT for a body past the
 * maximum, TN_ERR_NO_MEMORY. */
enum tn_status tn_entry_chain(struct tn_entry *entry, const struct tn_hash *previous,
                              const struct tn_id *log_id);

/* TN_OK where the entry's hashes are the ones tn_entry_chain would give, else TN_ERR_DAMAGED. */
enum tn_status tn_entry_check(const struct tn_entry *entry, const struct tn_hash *previous,
                              const struct tn_id *log_id);

#endif
