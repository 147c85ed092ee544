/* Corrections: the centre's own log of what people set right. A correction is a rule and not a
 * patch of rows: visits are derived by it, so entries that come later obey it too, and a rebuild
 * gives the same. Rows are only ever appended; undoing one appends a row that reverts it.
 *
 * Rules apply in the order of their seq, each to what those before it left. What a rule is about is
 * decided by what a visit begins with: the station that saw it begin, that moment, its activity. To
 * move by an amount of time is the exception: it moves every sighting of the station, in or out,
 * and in and out are paired after it. */
#ifndef TURNOUT_CENTRAL_CORRECTION_H
#define TURNOUT_CENTRAL_CORRECTION_H

#include "sync/central/visits.h"

#define TN_CORRECTIONS_MAX 100000 /* of one ecosystem */
#define TN_CORRECTION_ACTOR_MAX 120
#define TN_CORRECTION_WHY_MAX 500
#define TN_CORRECTION_TITLE_MAX 120 /* a station's name, a group's title */

#define TN_NO_TIME INT64_MIN

enum tn_correct_verb {
    TN_CORRECT_MOVE,
    TN_CORRECT_END,
    TN_CORRECT_ADD,
    TN_CORRECT_VOID,
    TN_CORRECT_UNDO,
    TN_CORRECT_COUNT
};

/* "move" and so on; static storage. */
const char *tn_correct_verb_name(enum tn_correct_verb verb);

struct tn_correction {
    int64_t seq; /* gapless from 1 */
    enum tn_correct_verb verb;
    int64_t reverts; /* UNDO: the seq of another, also of an UNDO */

    /* Which visits: of one event; station "" and activity none: any; [from_ms, to_ms), each
     * TN_NO_TIME: open; has_learners: of the learners that correction_learner lists only. */
    struct tn_id event;
    char station[TN_CORRECTION_TITLE_MAX + 1];
    struct tn_id activity;
    int64_t from_ms;
    int64_t to_ms;
    bool has_learners;

    /* What becomes of them. MOVE: to_event, to_activity (none: stays), by_ms (0: stays). END: at
     * ends_ms, or minutes after the beginning; a visit that is known to have ended before stays.
     * ADD: a stay from starts_ms (at `activity`) to ends_ms; TN_NO_TIME: imputed. */
    struct tn_id to_event;
    struct tn_id to_activity;
    int64_t by_ms;
    int64_t starts_ms;
    int64_t ends_ms;
    int64_t minutes; /* 0: none */

    /* For deriving. */
    struct tn_id station_id; /* tn_station_id of station; none: any */
    bool is_active;          /* not reverted, and no UNDO */
};

/* All of an ecosystem's, in the order of seq. Zero to start. */
struct tn_corrections {
    struct tn_correction *rows;
    size_t count;
    size_t max;
    int64_t *own; /* the seqs that list one person, sorted; of tn_corrections_of */
    size_t own_count;
    size_t own_max;
};

enum tn_status tn_corrections_load(struct tn_centre *centre, struct tn_corrections *out);
void tn_corrections_free(struct tn_corrections *corrections);

/* Notes which of them list a person, or a learner who is merged into them. */
enum tn_status tn_corrections_of(struct tn_centre *centre, struct tn_corrections *corrections,
                                 const struct tn_id *who);

/* Whether a correction is about whoever tn_corrections_of noted last. */
bool tn_correction_is_about(const struct tn_corrections *corrections,
                            const struct tn_correction *correction);

/* Says which of them are active. Pure. */
void tn_corrections_settle(struct tn_corrections *corrections);

/* What stands for a station's name. */
struct tn_id tn_station_id(const char *name);

/* A row as it is written and listed. */
struct tn_correction_row {
    struct tn_correction rule;
    int64_t at_ms;
    char actor[TN_CORRECTION_ACTOR_MAX + 1];
    char why[TN_CORRECTION_WHY_MAX + 1];
    char group_title[TN_CORRECTION_TITLE_MAX + 1]; /* how the learners were chosen; "": otherwise */
};

/* Appends a row with its learners, chained to the one before it, and gives it its seq. Inside a
 * transaction. random makes the salt that the learners' hash is made with. */
enum tn_status tn_correction_append(struct tn_centre *centre, struct tn_correction_row *row,
                                    const struct tn_id *learners, size_t count,
                                    const struct tn_random *random);

/* Each row, the newest first; learners: how many it lists. */
enum tn_status tn_corrections_each(struct tn_centre *centre,
                                   enum tn_status (*each)(void *ctx,
                                                          const struct tn_correction_row *row,
                                                          uint64_t learners),
                                   void *ctx);

/* Checks the chain: *faults counts rows that were altered, or are missing; each is logged. */
enum tn_status tn_corrections_check(struct tn_centre *centre, uint64_t *rows, uint64_t *faults);

#endif
