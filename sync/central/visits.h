/* Visits: attendance derived from entries, by a rule that is a pure function of one person's
 * sightings at one event in their order (time, then log id, then seq).
 *
 * At the event: a check_in or a pass while out opens a visit, a check_out or a pass while in closes
 * it, a check_in while in changes nothing. A check_out of somebody who was not in is a visit of no
 * length, imputed: they were there, for how long nobody knows. A visit still open at the end gets
 * the event's end, imputed. At an activity: one visit a stay; it ends after the activity's default
 * minutes (60 where it has none) or with the activity, whichever is first, imputed; another scan
 * before that end is the same visit. A refused scan counts where its badge proves real. */
#ifndef TURNOUT_CENTRAL_VISITS_H
#define TURNOUT_CENTRAL_VISITS_H

#include "sync/central/clock.h"
#include "turnout/entry.h"

#define TN_SIGHTINGS_MAX 20000 /* of one person at one event */
#define TN_DEFAULT_MINUTES 60

struct tn_sighting {
    struct tn_id log;
    uint64_t seq;
    int64_t at_ms; /* corrected */
    enum tn_clock clock;
    enum tn_kind kind; /* check_in, check_out, pass or visit */
    struct tn_id badge;
    struct tn_id activity;
    int64_t activity_ends; /* 0: unknown */
    int64_t default_min;   /* 0: unknown */

    /* Where the entry stood first, by which an entry and its salvaged copies are known as one. */
    struct tn_id from_log;
    uint64_t from_seq;
    bool is_copy;   /* salvaged: from_log and from_seq are of another entry */
    bool is_undone; /* taken back */
    bool is_void;   /* does not count: refused for good, undone, or a copy of another */
    bool is_moved;  /* in time, by a correction */

    struct tn_id station; /* tn_station_id of its station */
    uint32_t first_met;   /* stay.h: the corrections it was met by; 0: none */
    uint32_t last_met;
};

/* How a visit is known. Of two that tell of one stay the first of these keeps its name. */
enum tn_visit_source { TN_VISIT_SCAN, TN_VISIT_PAPER, TN_VISIT_ADDED };

struct tn_visit {
    struct tn_id id; /* of the entry it is due to: 4 bytes of the log id, then 12 of
                        BLAKE2b-128(log id || seq, 8 bytes big-endian) */
    struct tn_id badge;
    struct tn_id activity;
    struct tn_id in_log;
    uint64_t in_seq;
    struct tn_id out_log;
    uint64_t out_seq;
    int64_t starts;
    int64_t ends;
    bool imputed;
    enum tn_clock clock; /* the less certain of its ends */
    enum tn_visit_source source;
    bool is_moved; /* by corrections, in time or place; or ended, or void: it is kept to be counted
                    */
    bool is_ended;
    bool is_void;

    struct tn_id station; /* where it began; none on paper */
    uint32_t first_met;   /* as in tn_sighting, of what it begins with */
    uint32_t last_met;
    int64_t moved_by; /* the correction that takes it to another event; 0: none */
};

/* Voids what is there twice: see tn_sightings_read. Then takes out all that is void; returns how
 * many are left, in their order. */
size_t tn_visits_once(struct tn_sighting *sightings, size_t count);

/* out holds as many as there are sightings; returns how many visits there are. event_ends 0: not
 * known. */
size_t tn_visits_derive(const struct tn_sighting *sightings, size_t count, int64_t event_ends,
                        struct tn_visit *out);

/* When a visit of an activity that began with a sighting ends, if nobody says more. */
int64_t tn_visits_activity_end(const struct tn_sighting *s);

/* Brings visits up to date with the entries that came since, in batches of one transaction each.
 * progress may be NULL; done and all count entries. */
enum tn_status tn_visits_update(struct tn_centre *centre, int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all),
                                void *ctx);

/* Forgets everything derived and derives it anew: the same rows. Also what follows when a badge
 * has been given to another learner. */
enum tn_status tn_visits_rebuild(struct tn_centre *centre, int64_t now_ms);

#endif
