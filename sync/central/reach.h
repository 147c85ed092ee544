/* The reach report: whom the ecosystem's events and activities reached, and for how long. Small
 * cells are withheld here, before anything is printed, so that no format can leak them. */
#ifndef TURNOUT_CENTRAL_REACH_H
#define TURNOUT_CENTRAL_REACH_H

#include "sync/central/centre.h"

#define TN_REACH_ROWS_MAX 4000

/* One row: a sector, or a partner of a sector. Numbers of a withheld row are zero. */
struct tn_reach_row {
    char sector[64];
    char partner[121]; /* empty in the table by sector */
    int64_t learners;
    int64_t visits;
    int64_t minutes;
    bool is_withheld;
};

struct tn_reach {
    bool is_withheld; /* even the totals are below the minimum */
    int64_t learners; /* unduplicated; by badge where no learner is known */
    int64_t stays;    /* visits of events */
    int64_t visits;   /* visits of activities */
    int64_t minutes;  /* contact: time at events, or at activities where no event was entered */
    int64_t imputed;  /* stays and visits whose end is imputed */
    int64_t unknown_badges;
    int64_t stations;
    int64_t stations_home; /* heard from after their event's end */
    struct tn_reach_row *sectors;
    size_t sector_count;
    struct tn_reach_row *partners;
    size_t partner_count;
};

/* event none: all events. The caller frees. */
enum tn_status tn_reach_read(struct tn_centre *centre, const struct tn_id *event,
                             struct tn_reach *out);
void tn_reach_free(struct tn_reach *reach);

#endif
