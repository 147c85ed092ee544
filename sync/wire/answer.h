/* What a centre answers, for whoever is not a station's session but carries between the two: the
 * three answers of session.h taken apart, and the message that a bundle goes in. What is inside
 * them is borrowed from the message. */
#ifndef TURNOUT_WIRE_ANSWER_H
#define TURNOUT_WIRE_ANSWER_H

#include "sync/wire/session.h"

/* Reads `cursor`, the answer to a hello with so many logs; each is called for every log in hello's
 * order, receipt.data NULL where there is none, and may end it with a status of its own.
 * TN_ERR_FORMAT. */
enum tn_status tn_answer_cursor(struct tn_bytes message, size_t logs,
                                enum tn_status (*each)(void *ctx, size_t log, uint64_t next,
                                                       struct tn_bytes receipt),
                                void *ctx, struct tn_cursor *out);

/* Reads `ack`: verdict, next and added of out; receipt->data NULL: there is none. TN_ERR_FORMAT. */
enum tn_status tn_answer_ack(struct tn_bytes message, struct tn_ack *out, struct tn_bytes *receipt);

/* Reads `pack`; pack->data NULL: there is none. TN_ERR_FORMAT. */
enum tn_status tn_answer_pack(struct tn_bytes message, struct tn_bytes *pack);

/* Appends the message `bundle`. */
void tn_answer_put_bundle(struct tn_buf *out, struct tn_bytes bundle);

#endif
