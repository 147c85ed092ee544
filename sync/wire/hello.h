/* The message `hello`: how far a station's logs go, what it has of the centre, and who it is
 * (session.h says where it stands in a session).
 *
 *     [1, ecosystem id, device key, pack epoch, pack version, at (ms, the station's clock),
 *      program version, token proof or null, forgot, [log, ...]]
 *
 *     forgot   the version of the newest pack whose marks were carried out whole
 *              (turnout/forget.h); 0 where none of this epoch was
 *     log      [log id, last, hash of last, receipt epoch, receipt seq]
 *
 * A token proof is what a station shows of the token of its set-up card, so that the token itself
 * never travels, and so that nobody else can show it: 8 bytes of the token's hash, by which the
 * centre finds the card, and BLAKE2b-256("turnout token proof v1" || hash || device key). The hash,
 * BLAKE2b-256("turnout token v1" || token), is what the centre keeps.
 */
#ifndef TURNOUT_WIRE_HELLO_H
#define TURNOUT_WIRE_HELLO_H

#include <stdbool.h>

#include "turnout/crypto.h"

#define TN_HELLO_KIND 1
#define TN_SESSION_LOGS_MAX 1024
#define TN_SESSION_PROGRAM_MAX 31
#define TN_TOKEN_NAME_SIZE 8
#define TN_TOKEN_PROOF_SIZE (TN_TOKEN_NAME_SIZE + TN_HASH_SIZE)

struct tn_session_log {
    struct tn_id log;
    uint64_t last;
    struct tn_hash hash;
    uint64_t receipt_epoch; /* of the newest receipt the station has; 0: none */
    uint64_t receipt_seq;
};

/* Few stations have more than one log, so of the room for many no more is touched than `count`. */
struct tn_hello {
    struct tn_id ecosystem;
    struct tn_public_key device_key;
    uint64_t epoch;
    uint64_t pack_version;
    int64_t at_ms;                            /* by the station's clock */
    char program[TN_SESSION_PROGRAM_MAX + 1]; /* its version of Turnout */
    bool has_token;
    uint8_t token[TN_TOKEN_PROOF_SIZE]; /* the proof of it */
    uint64_t forgot; /* the version of the pack whose marks were carried out; 0: none */
    size_t count;
    struct tn_session_log logs[TN_SESSION_LOGS_MAX];
};

/* Appends the message. Failures stick in out->status. */
void tn_hello_write(struct tn_buf *out, const struct tn_hello *hello);

/* Reads it: TN_ERR_FORMAT, TN_ERR_LIMIT. */
enum tn_status tn_hello_read(struct tn_bytes message, struct tn_hello *out);

/* How many of its entries no receipt covers. */
uint64_t tn_hello_waiting(const struct tn_hello *hello);

/* What a centre keeps of a token, and what its station shows of it. */
struct tn_hash tn_token_hash(const struct tn_id *token);
void tn_token_prove(const struct tn_hash *token_hash, const struct tn_public_key *device,
                    uint8_t out[TN_TOKEN_PROOF_SIZE]);

#endif
