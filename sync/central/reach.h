/* The reach report: whom the ecosystem's events and activities reached, and for how long. It is
 * made to be published, so what must be withheld is withheld here, before any format sees it.
 *
 * The rule. Every figure rests on a set of learners. In the report of one event a figure is
 * withheld where that set, or what is left of the event's learners without it, is small (1 to
 * min_cell - 1), or where two figures that may cover the event overlap by a small number. A total
 * is withheld with any of its parts: visits with a sector's, all partners of a sector with one of
 * them, hours with what they are made of. The report of all events is made of what the events' own
 * reports show, added up, and so says nothing that they do not. Its one figure of its own is the
 * number of learners, each counted once, rounded down where it less any event's learners, or two
 * events' overlap, would be small. With a filter by day, partner or grade the rule is that of one
 * event, what is of fewer than 2 * min_cell or of none is withheld too, and what that leaves is
 * rounded down (report_release.h). Not guarded against: comparing
 * reports of two days, and knowledge from elsewhere of who never met. */
#ifndef TURNOUT_CENTRAL_REACH_H
#define TURNOUT_CENTRAL_REACH_H

#include "sync/central/report.h"

#define TN_REACH_ROWS_MAX 4000               /* of one event */
#define TN_REACH_MARGIN_MS (2 * 3600 * 1000) /* people come early and leave late */

/* A number that may be published. learners is what it rests on and only for the rule: zero once a
 * report is finished. */
struct tn_figure {
    int64_t value; /* zero where withheld */
    int64_t learners;
    int64_t most; /* what one learner has of it; only for rounding, and zero then too */
    bool is_withheld;
    bool is_partial; /* of all events: some events' part is withheld and left out */
};

/* One row: a sector, or a partner of a sector. Numbers of a withheld row are zero. Of all events,
 * learners are counted once at each event. */
struct tn_reach_row {
    const char *sector;  /* "" for activities without a partner */
    const char *partner; /* "" in the table by sector */
    size_t place; /* of the partner, or the sector's first partner, in the list of all; from 1 */
    int64_t learners;
    int64_t visits;
    int64_t minutes;
    int64_t most_visits; /* of one learner; only for rounding */
    int64_t most_minutes;
    bool is_withheld;
    bool is_partial;
};

struct tn_reach {
    bool is_cut;               /* a filter cuts it out of events */
    bool is_withheld;          /* no figure may be shown at all */
    struct tn_figure learners; /* unduplicated; by badge where no learner is known */
    struct tn_figure stays;    /* visits of events */
    struct tn_figure visits;   /* visits of activities */
    struct tn_figure minutes;  /* contact: at events, or at activities where no event was entered */
    struct tn_figure imputed;  /* stays and visits whose end is imputed */
    int64_t imputed_of;        /* the stays and visits that imputed is a part of */
    struct tn_figure unknown_badges;
    struct tn_figure scans_outside; /* scans that lie outside their event's time, and the margin */
    int64_t events_left_out;        /* of all events: those with too few learners to be shown */
    int64_t stations;
    int64_t stations_home;         /* closed for the day, with nobody seen since */
    int64_t stations_heard;        /* heard from after their event's end */
    int64_t adults;                /* counted without badges; no learners, so never withheld */
    int64_t stay_imputed_learners; /* who have a stay that is imputed; for the rule */
    int64_t stay_ended_learners;   /* who have one that is not */
    struct tn_reach_row *sectors;
    size_t sector_count;
    struct tn_reach_row *partners; /* by sector */
    size_t partner_count;
};

/* Texts of rows are kept by the report. The caller frees. TN_ERR_LIMIT: more rows than a report
 * has. */
enum tn_status tn_reach_read(struct tn_centre *centre, const struct tn_report_filter *filter,
                             struct tn_report *texts, struct tn_reach *out);
void tn_reach_free(struct tn_reach *reach);

/* Room for so many rows of each kind in an empty report. */
enum tn_status tn_reach_begin(struct tn_reach *out, size_t rows);

/* The rule for one event's figures. Pure; counts of learners must be filled. */
void tn_reach_withhold(struct tn_reach *reach, int64_t min_cell);

/* Rounds what is left down, as report_release.h says of what a filter cuts out. Sums of which
 * nothing is left then are withheld. */
void tn_reach_round(struct tn_reach *reach, int64_t min_cell);

/* Adds what one event's finished report shows to the report of all, whose rows lie by place until
 * tn_reach_settle puts them together. */
void tn_reach_add(struct tn_reach *all, const struct tn_reach *event);
void tn_reach_settle(struct tn_reach *all, size_t rows);

#endif
