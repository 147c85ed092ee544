/* Retention: what is kept for a time and no longer. The time is the ecosystem's retention_days,
 * counted from the end of the event that something was kept for. One table says what goes; nothing
 * of it takes away what reports count. */
#ifndef TURNOUT_CENTRAL_RETENTION_H
#define TURNOUT_CENTRAL_RETENTION_H

#include "sync/central/erase.h"

/* count and sql have the ecosystem as $1 and a time as $2, before which things are past: now for
 * what has an end of its own (is_own_end), else now less the retention. */
struct tn_retention_rule {
    const char *name; /* one word, as in --json */
    const char *what; /* for people, in the plural */
    bool is_own_end;
    const char *count;
    const char *sql; /* NULL: erased as people, in C */
};
extern const struct tn_retention_rule tn_retention_rules[];
#define TN_RETENTION_RULES 6

struct tn_retention {
    int64_t days;
    uint64_t counts[TN_RETENTION_RULES]; /* in the rules' order */
};

/* What is past now. */
enum tn_status tn_retention_look(struct tn_centre *centre, int64_t now_ms,
                                 struct tn_retention *out);

/* Takes it away, and counts it. In the caller's transaction; centre must have the erasure key. */
enum tn_status tn_retention_run(struct tn_centre *centre, int64_t now_ms, struct tn_retention *out);

/* Sets the days: 1 to 3650. In the caller's transaction. */
enum tn_status tn_retention_set(struct tn_centre *centre, int64_t days);

#endif
