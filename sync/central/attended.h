/* The visits as they leave the centre: each with its event, its activity and how its learner is
 * named, event by event in the order they start, read in pages so that memory stays the same
 * however many there are. Visits of learners who were erased are left out. */
#ifndef TURNOUT_CENTRAL_ATTENDED_H
#define TURNOUT_CENTRAL_ATTENDED_H

#include "sync/central/learners.h"

#define TN_ATTENDED_PAGE 1000
#define TN_ATTENDED_EVENTS_MAX 1000000

#define TN_ATTENDED_TEXT_SIZE 160

/* Which visits: those of one event (none: all) that start in [from_ms, to_ms); 0: open. */
struct tn_attended_filter {
    struct tn_id event;
    int64_t from_ms;
    int64_t to_ms;
};

struct tn_attended_event {
    struct tn_id id;
    int64_t starts;
    int64_t ends;
    char code[TN_ATTENDED_TEXT_SIZE];
    char title[TN_ATTENDED_TEXT_SIZE];
    char tz[64];
};

struct tn_attended {
    struct tn_id visit;
    struct tn_id who;
    struct tn_id learner; /* none: whose badge it is nobody knows */
    struct tn_id activity;
    int64_t starts;
    int64_t ends;
    int64_t minutes;
    bool imputed;
    int64_t activity_starts; /* 0: unknown */
    int64_t activity_ends;
    char ref[TN_LEARNER_REF_SIZE]; /* how the learner is named; "" where none is known */
    char activity_code[TN_ATTENDED_TEXT_SIZE];
    char activity_title[TN_ATTENDED_TEXT_SIZE];
    char partner[TN_ATTENDED_TEXT_SIZE]; /* the code of the one that ran the activity */
    char badge[16];                      /* the code on it */
    char in_station[TN_ATTENDED_TEXT_SIZE];
    char out_station[TN_ATTENDED_TEXT_SIZE];
    char source[TN_ATTENDED_TEXT_SIZE]; /* "scan", "added" by a correction, or what a sheet says */
};

/* A walk over them. Zero it to start; its members are its own. */
struct tn_attended_walk {
    struct tn_centre *centre;
    struct tn_attended_filter filter;
    struct tn_attended_event *events;
    size_t event_count;
    size_t at;
    struct tn_attended *rows;
    struct tn_id last_who;
    struct tn_id last_visit;
    uint64_t visits; /* about how many there are in all */
};

/* Finds the events. TN_ERR_LIMIT past TN_ATTENDED_EVENTS_MAX. */
enum tn_status tn_attended_start(struct tn_centre *centre, const struct tn_attended_filter *filter,
                                 struct tn_attended_walk *walk);

/* The next rows, all of one event, by who; *count 0 at the end. Borrowed until the next call. */
enum tn_status tn_attended_next(struct tn_attended_walk *walk,
                                const struct tn_attended_event **event,
                                const struct tn_attended **rows, size_t *count);

/* Frees what a walk holds. */
void tn_attended_end(struct tn_attended_walk *walk);

#endif
