/* Salvaged entries: what a damaged station.db still told, written anew.
 *
 * A row that can be read but no longer proves itself by the chain, and that no receipt covers, is
 * appended to the station's new log as an entry of its own with the facts it had (format, kind,
 * times, boot, event, activity, method, badge, learner), so that it is chained, signed, sent and
 * counted like any other. Its body says where it comes from:
 *
 *     CBOR [2, "salvaged", log id, seq, body]
 *
 * log id and seq are the row's first place, also where it was salvaged more than once. body is a
 * byte string with the body it had there, or null where it had none or where it would not fit any
 * more. A seq inside that body (an undo's) means that first log, not the new one. */
#ifndef TURNOUT_SALVAGED_H
#define TURNOUT_SALVAGED_H

#include <stdbool.h>

#include "turnout/entry.h"

struct tn_salvaged {
    struct tn_id log;
    uint64_t seq;
    struct tn_bytes body; /* borrowed; data NULL where there is none */
};

/* Appends the body of a salvaged entry to out, which must hold TN_BODY_MAX; an inner body that
 * would not fit is left out. Failures stick in out->status. */
void tn_salvaged_write(struct tn_buf *out, const struct tn_salvaged *salvaged);

/* True where body is that of a salvaged entry; out borrows from it. Any thread. */
bool tn_salvaged_read(struct tn_bytes body, struct tn_salvaged *out);

#endif
