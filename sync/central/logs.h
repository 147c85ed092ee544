/* The centre's logs: rows of `kiosk` and their entries, as ingest and verify see them. */
#ifndef TURNOUT_CENTRAL_LOGS_H
#define TURNOUT_CENTRAL_LOGS_H

#include "sync/central/centre.h"
#include "turnout/entry.h"

/* One log of the centre. */
struct tn_central_log {
    int64_t no;
    struct tn_id id;
    struct tn_public_key device_key;
    uint64_t last;
    struct tn_hash head;
};

/* A log by its id. TN_ERR_NOT_FOUND. */
enum tn_status tn_logs_get(struct tn_centre *centre, const struct tn_id *id,
                           struct tn_central_log *out);

/* Any log of a device key: which station it is. TN_ERR_NOT_FOUND for a key nobody enrolled. */
enum tn_status tn_logs_by_key(struct tn_centre *centre, const struct tn_public_key *key,
                              struct tn_central_log *out);

/* A new, empty log like another (station, role, event, revocation), with its own id; it stands
 * after seq `last` with that hash. origin: none, or what its chain is hashed with. */
enum tn_status tn_logs_add(struct tn_centre *centre, const struct tn_central_log *like,
                           const struct tn_id *id, const struct tn_id *origin,
                           struct tn_central_log *out);

/* Writes last and head; the entries are there. */
enum tn_status tn_logs_move(struct tn_centre *centre, const struct tn_central_log *log,
                            int64_t now_ms);

/* When a station closed for the day, of its rows k in a GROUP BY k.pubkey; NULL where it has not,
 * or where another of its logs says that somebody was there since. Part of an SQL text. */
#define TN_HOME_SQL                                                                                \
    "max(CASE WHEN NOT EXISTS (SELECT 1 FROM kiosk o WHERE o.ecosystem = k.ecosystem AND o.pubkey" \
    " = k.pubkey AND o.closed_at IS NULL AND o.active_at > k.closed_at) THEN k.closed_at END)"

/* The hash of an entry; zero bytes for seq 0. TN_ERR_NOT_FOUND. */
enum tn_status tn_logs_hash(struct tn_centre *centre, int64_t log_no, uint64_t seq,
                            struct tn_hash *out);

/* The log of this family (id itself and its branches) that holds hash at seq. TN_ERR_NOT_FOUND. */
enum tn_status tn_logs_holding(struct tn_centre *centre, const struct tn_id *id, uint64_t seq,
                               const struct tn_hash *hash, struct tn_central_log *out);

/* The number of the log that holds the entry a log calls `seq`: the log itself, or the one it (or
 * that one) branched off. */
enum tn_status tn_logs_owner(struct tn_centre *centre, int64_t log_no, int64_t seq, int64_t *owner);

/* Moves the entries of a log from seq on to another log. */
enum tn_status tn_logs_move_entries(struct tn_centre *centre, int64_t from, int64_t to,
                                    uint64_t seq);

/* Inserts entries as they are. */
enum tn_status tn_logs_append(struct tn_centre *centre, int64_t log_no,
                              const struct tn_entry *entries, size_t count);

/* The event of a station; is_trusted: it is enrolled and not revoked, else there may be none. */
enum tn_status tn_logs_event(struct tn_centre *centre, const struct tn_public_key *key,
                             struct tn_id *event, bool *is_trusted);

/* Whether a kiosk is a guest: set up with a card that another had used before. */
enum tn_status tn_logs_is_guest(struct tn_centre *centre, const struct tn_public_key *key,
                                bool *is);

#endif
