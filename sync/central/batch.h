/* A batch: the entries of some logs that came since those were last derived, sorted by what they
 * say. Reading them decides nothing; visits.c lays them down and derives what follows. Logs share a
 * batch so that somebody whom several stations saw is derived once. */
#ifndef TURNOUT_CENTRAL_BATCH_H
#define TURNOUT_CENTRAL_BATCH_H

#include "sync/central/clock.h"
#include "sync/central/handouts.h"
#include "sync/central/sightings.h"
#include "sync/central/stay.h"

#define TN_BATCH_MAX 50000 /* entries */
#define TN_BATCH_LOGS_MAX 1024
#define TN_BATCH_HANDOUTS_MAX 2000 /* they are large; a batch ends early where they are many */

/* Adults without badges; the row's badge, learner and activity are none. */
struct tn_headcount {
    struct tn_sighting_row row;
    int64_t adults;
};

/* A log in a batch, and whether its station is done for the day, as far as the batch tells. */
struct tn_batch_log {
    int64_t log_no;
    struct tn_public_key key;
    int64_t last; /* where it was read to */
    bool is_told; /* something in it tells */
    bool is_closed;
    int64_t closed_ms;
    bool was_active;
    int64_t active_ms; /* of the newest entry that says somebody was there */
};

struct tn_batch {
    struct tn_batch_log *logs;
    size_t log_count;
    size_t entry_count;
    struct tn_sighting_row *rows;
    size_t count;
    struct tn_sighting_row *undos; /* event and badge are those of the entry that is taken back */
    size_t undo_count;
    struct tn_headcount *headcounts;
    size_t headcount_count;
    struct tn_handout *handouts;
    size_t handout_count;
    struct tn_clock_log clock; /* of the log that was read last */
    struct tn_person *people;  /* whose visits are to be derived */
    size_t people_count;
    size_t people_max;
    struct tn_sighting *sightings;
    struct tn_stays stays;
    struct tn_corrections corrections;
};

enum tn_status tn_batch_make(struct tn_batch *batch);
void tn_batch_free(struct tn_batch *batch);

/* Empties a batch. */
void tn_batch_begin(struct tn_batch *batch);

/* Whether nothing more goes into it. */
bool tn_batch_is_full(const struct tn_batch *batch);

/* Adds what came after a log's derived_seq, as much as there is room for, and opens its clock.
 * *is_taken: the log is in the batch. One of a station that has another log in it waits for the
 * next, since the clocks of a station's logs are settled one after another. */
enum tn_status tn_batch_read(struct tn_centre *centre, int64_t log_no, struct tn_batch *batch,
                             bool *is_taken);

/* Notes what the logs were derived to, and what the batch says of their days. */
enum tn_status tn_batch_mark(struct tn_centre *centre, const struct tn_batch *batch);

/* Adds somebody whose visits are to be derived. TN_ERR_NO_MEMORY. */
enum tn_status tn_batch_add_person(struct tn_batch *batch, const struct tn_id *event,
                                   const struct tn_id *who);

#endif
