/* A batch: the entries of one log that came since it was last derived, sorted by what they say.
 * Reading them decides nothing; visits.c lays them down and derives what follows. */
#ifndef TURNOUT_CENTRAL_BATCH_H
#define TURNOUT_CENTRAL_BATCH_H

#include "sync/central/clock.h"
#include "sync/central/handouts.h"
#include "sync/central/sightings.h"
#include "sync/central/stay.h"

#define TN_BATCH_MAX 50000
#define TN_BATCH_HANDOUTS_MAX 2000 /* they are large; a batch ends early where they are many */

/* Adults without badges; the row's badge, learner and activity are none. */
struct tn_headcount {
    struct tn_sighting_row row;
    int64_t adults;
};

/* Whether the log's station is done for the day, as far as this batch tells. */
struct tn_batch_day {
    bool is_told; /* something in it tells */
    bool is_closed;
    int64_t closed_ms;
    bool was_active;
    int64_t active_ms; /* of the newest entry that says somebody was there */
};

struct tn_batch {
    struct tn_sighting_row *rows;
    size_t count;
    struct tn_sighting_row *undos; /* event and badge are those of the entry that is taken back */
    size_t undo_count;
    struct tn_headcount *headcounts;
    size_t headcount_count;
    struct tn_handout *handouts;
    size_t handout_count;
    struct tn_batch_day day;
    struct tn_clock_log clock;
    struct tn_person *people; /* whose visits are to be derived */
    size_t people_count;
    size_t people_max;
    struct tn_sighting *sightings;
    struct tn_stays stays;
    struct tn_corrections corrections;
};

enum tn_status tn_batch_make(struct tn_batch *batch);
void tn_batch_free(struct tn_batch *batch);

/* Reads what came after a log's derived_seq, at most TN_BATCH_MAX entries, and opens its clock;
 * *last is where it got, 0 where there was nothing. */
enum tn_status tn_batch_read(struct tn_centre *centre, int64_t log_no, struct tn_batch *batch,
                             int64_t *last);

/* Notes that a log was derived to `last`, and what the batch says of its day. */
enum tn_status tn_batch_mark(struct tn_centre *centre, int64_t log_no, int64_t last,
                             const struct tn_batch *batch);

/* Adds somebody whose visits are to be derived. TN_ERR_NO_MEMORY. */
enum tn_status tn_batch_add_person(struct tn_batch *batch, const struct tn_id *event,
                                   const struct tn_id *who);

#endif
