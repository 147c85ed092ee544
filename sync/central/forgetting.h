/* What packs tell stations to forget: the marks of whom the centre has erased (turnout/forget.h). A
 * mark is the beginning of a tombstone (tombstones.h), so a centre restored from a backup gives the
 * same ones as soon as it has the file beside its keyring. */
#ifndef TURNOUT_CENTRAL_FORGETTING_H
#define TURNOUT_CENTRAL_FORGETTING_H

#include "sync/central/centre.h"

/* Appends the section: nothing where nobody was erased, or where the key of tombstones is not at
 * hand; else the key and the newest TN_FORGET_MARKS_MAX marks, in order. */
enum tn_status tn_forgetting_put(struct tn_centre *centre, struct tn_buf *out);

#endif
