/* The visits of one person at one event as they come to be: sightings and attendance that was kept
 * on paper, corrected rule by rule, paired, and joined where two tell of one stay. Pure. */
#ifndef TURNOUT_CENTRAL_STAY_H
#define TURNOUT_CENTRAL_STAY_H

#include "sync/central/correction.h"

/* Visits, growing. Zero to start; tn_stays_free. */
struct tn_stays {
    struct tn_visit *rows;
    size_t count;
    size_t max;
};

/* Room for `more` besides those there are. TN_ERR_NO_MEMORY. */
enum tn_status tn_stays_reserve(struct tn_stays *stays, size_t more);
enum tn_status tn_stays_add(struct tn_stays *stays, const struct tn_visit *visit);
void tn_stays_free(struct tn_stays *stays);

/* Which corrections a sighting or a stay was met by, in the order of seq: what a visit that begins
 * with it gets done. Lists in one array; 0 ends one. */
struct tn_met {
    const struct tn_correction *rule;
    uint32_t next;
};
struct tn_mets {
    struct tn_met *rows; /* from 1 */
    size_t count;
    size_t max;
};
void tn_mets_free(struct tn_mets *mets);

/* What is being derived. */
struct tn_making {
    struct tn_sighting *sightings;
    size_t sighting_count;
    struct tn_stays stays; /* that no sighting made */
    struct tn_mets mets;
    bool is_moved; /* sightings may be out of order */
};

/* Applies one correction to what is there: moves it in time, or notes that it was met. */
enum tn_status tn_making_meet(struct tn_making *making, const struct tn_correction *rule);

/* What became of a visit by what its beginning was met by. One that is void, or went to another
 * event (moved_by), is kept and marked so. */
void tn_stays_apply(const struct tn_mets *mets, struct tn_stays *stays);

/* Joins stays of one activity, or at the gate, that overlap. Of two, the scanned one keeps its
 * name; it begins with the first, and ends with the last end that is known, or with an imputed one
 * only where somebody came after that. Void ones come last and are joined with
 * nothing. */
void tn_stays_join(struct tn_stays *stays);

/* Orders sightings by time, then log, then seq. */
void tn_sightings_sort(struct tn_sighting *sightings, size_t count);

#endif
