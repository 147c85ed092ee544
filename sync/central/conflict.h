/* Conflicts: what a person has to settle. One table says what each type means and what to do, and
 * one rule says which of them are a station's; whoever tells a person asks here. settle.h says how
 * one is settled. */
#ifndef TURNOUT_CENTRAL_CONFLICT_H
#define TURNOUT_CENTRAL_CONFLICT_H

#include "sync/central/centre.h"

/* What `a` of a conflict names. */
enum tn_conflict_about {
    TN_ABOUT_LOG,
    TN_ABOUT_BADGE,
    TN_ABOUT_LEARNER,
    TN_ABOUT_PERSON, /* a learner, or a badge that is nobody's */
    TN_ABOUT_ACTIVITY,
};

struct tn_conflict_type {
    const char *name;
    enum tn_conflict_about about;
    const char *what; /* half a sentence without a full stop, as todo */
    const char *todo;
};

/* What a type means. One that this version does not know says so; never NULL. */
const struct tn_conflict_type *tn_conflict_type(const char *name);

/* Whether a type of this name is one that this version knows. */
bool tn_conflict_type_is_known(const char *name);

/* What a conflict is about; b and c may be none. */
struct tn_conflict_key {
    const char *type;
    struct tn_id a;
    struct tn_id b;
    struct tn_id c;
};

/* The id of a conflict derives from what it is about. */
struct tn_id tn_conflict_id(const struct tn_centre *centre, const struct tn_conflict_key *key);

/* Notes a conflict, once; none about somebody who was erased. */
enum tn_status tn_conflict_put(struct tn_centre *centre, const struct tn_conflict_key *key,
                               int64_t now_ms);
enum tn_status tn_conflict_note(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b, int64_t now_ms);

/* Takes one that settled itself away again; one that a person settled stays. */
enum tn_status tn_conflict_take(struct tn_centre *centre, const struct tn_conflict_key *key);
enum tn_status tn_conflict_drop(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b);

/* Whether it is there and nobody settled it. */
enum tn_status tn_conflict_is_open(struct tn_centre *centre, const struct tn_conflict_key *key,
                                   bool *is_open);

/* The open conflicts that are a station's, counted by type: those about one of its logs, and those
 * about a badge that one of its entries names. */
enum tn_status tn_conflicts_of_station(struct tn_centre *centre, const struct tn_public_key *key,
                                       void (*each)(void *ctx, const char *type, uint64_t count),
                                       void *ctx);

#endif
