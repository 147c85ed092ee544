/* Whoever answers the questions of far.h with a session of its own (session.h) does it here: each
 * question comes alone, so the session is resumed for it. */
#ifndef TURNOUT_LINK_NEAR_ANSWER_H
#define TURNOUT_LINK_NEAR_ANSWER_H

#include "sync/link/far.h"

/* Whether a station is answered, by its hello, whose signature holds; ctx is the session's. Any
 * status but TN_OK is the answer. */
typedef enum tn_status (*tn_near_admit)(void *ctx, const struct tn_hello *hello);

/* Answers hello, bundle or pack, with a session that was just initialised; the answer is appended
 * to out. Who brings a bundle is known by its signature, and is not asked for here. TN_ERR_FORMAT,
 * TN_ERR_LIMIT, TN_ERR_FORGED: not a question. */
enum tn_status tn_near_answer(struct tn_session_centre *session, enum tn_ask what,
                              struct tn_bytes question, tn_near_admit admit, struct tn_buf *out);

#endif
