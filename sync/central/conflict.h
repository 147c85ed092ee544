/* Conflicts: what a person has to settle. One table says what each type means and what to do, and
 * one rule says which of them are a station's; whoever tells a person asks here. */
#ifndef TURNOUT_CENTRAL_CONFLICT_H
#define TURNOUT_CENTRAL_CONFLICT_H

#include "sync/central/centre.h"

struct tn_conflict_type {
    const char *name;
    const char *what; /* half a sentence without a full stop, as todo */
    const char *todo;
    bool is_badge; /* `a` is a badge, not a log */
};

/* What a type means. One that this version does not know says so; never NULL. */
const struct tn_conflict_type *tn_conflict_type(const char *name);

/* Notes a conflict, once: its id derives from type, a and b. */
enum tn_status tn_conflict_note(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b, int64_t now_ms);

/* Takes one that settled itself away again. */
enum tn_status tn_conflict_drop(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b);

/* The open conflicts that are a station's, counted by type: those about one of its logs, and those
 * about a badge that one of its entries names. */
enum tn_status tn_conflicts_of_station(struct tn_centre *centre, const struct tn_public_key *key,
                                       void (*each)(void *ctx, const char *type, uint64_t count),
                                       void *ctx);

#endif
