/* Sightings: the entries that say somebody was somewhere, as visits are derived from them. */
#ifndef TURNOUT_CENTRAL_SIGHTINGS_H
#define TURNOUT_CENTRAL_SIGHTINGS_H

#include "sync/central/clock.h"
#include "sync/central/visits.h"

struct tn_sighting_row {
    struct tn_id event;
    struct tn_id badge;
    int64_t log_no;
    int64_t seq;
    int64_t at_ms; /* as the station had it, until its clock is settled */
    int64_t mono_ms;
    enum tn_clock clock;
    char kind[TN_KIND_MAX + 1];
    struct tn_id activity;
    struct tn_id learner;
    bool is_refused;
    bool is_told;          /* who the badge is, whatever sightings say; noted by whoever asked */
    struct tn_id from_log; /* of a salvaged entry: its first place; none for others */
    int64_t from_seq;
};

struct tn_person {
    struct tn_id event;
    struct tn_id who;
};

/* Who a badge is at an event, as far as badges and sightings tell now. *is_told: the badge table or
 * a ruling says so, whatever the event saw. */
enum tn_status tn_sightings_who(struct tn_centre *centre, const struct tn_id *event,
                                const struct tn_id *badge, struct tn_id *who, bool *is_told);

/* Lays one down, unless an undo has taken it away. */
enum tn_status tn_sightings_insert(struct tn_centre *centre, const struct tn_sighting_row *row);

/* Points an undo, whose log_no and seq say what it takes back as its own log counts, at the entry
 * itself: log_no becomes the log that holds it, event and badge are filled; none where it is not
 * there. */
enum tn_status tn_sightings_find_undone(struct tn_centre *centre, struct tn_sighting_row *undo);

/* Takes away every open conflict about a badge that was scanned after it was replaced or revoked,
 * where no such scan is left: undone, moved in time, or a replacement that turned out otherwise. */
enum tn_status tn_sightings_drop_late(struct tn_centre *centre);

/* Takes one away for good, whether it is laid down yet or not, and the open conflict it may have
 * made. */
enum tn_status tn_sightings_undo(struct tn_centre *centre, const struct tn_sighting_row *undo);

/* Notes what a salvaged undo takes back: entry undo->from_seq of log undo->from_log, wherever it or
 * a salvaged copy of it is or comes to be. Those there already are handed to each, with event and
 * badge, since their people are to be derived again. */
enum tn_status
tn_sightings_undo_salvaged(struct tn_centre *centre, const struct tn_sighting_row *undo,
                           void (*each)(void *ctx, const struct tn_sighting_row *row), void *ctx);

/* Forgets what was derived from a log and its branches, or from every log (family NULL), so that
 * the next update derives it anew. */
enum tn_status tn_sightings_forget(struct tn_centre *centre, const struct tn_id *family);

/* One person's sightings at one event, in the order that counts, each once: of an entry and its
 * salvaged copies (same first place, same badge) only the entry, or where it is not here the copy
 * with the smallest (log id, seq), and none where any of them was taken back. out holds
 * TN_SIGHTINGS_MAX + 1. Badges the centre does not know become conflicts. */
enum tn_status tn_sightings_read(struct tn_centre *centre, const struct tn_person *person,
                                 int64_t now_ms, struct tn_sighting *out, size_t *count);

#endif
