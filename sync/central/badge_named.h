/* Badges by what people have of them: the nine digits on one, or its learner's id in the roster. */
#ifndef TURNOUT_CENTRAL_BADGE_NAMED_H
#define TURNOUT_CENTRAL_BADGE_NAMED_H

#include "sync/central/centre.h"
#include "turnout/badge.h"

/* What a word names; none where it names no learner, or the learner has no badge. */
struct tn_badge_named {
    struct tn_id learner;
    struct tn_id badge; /* of a learner: the newest that is in force, else the newest */
};

/* Finds a badge of an event by its code ("677 766 931", spaces or not), or a learner by the id of a
 * roster and with it the badge. TN_ERR_NOT_FOUND, or TN_ERR_EXISTS where a word means several; both
 * are said with what to do. */
enum tn_status tn_badge_named(struct tn_centre *centre, const struct tn_central_event *event,
                              const char *word, struct tn_badge_named *out);

/* What the centre knows of a badge. No secret and no name. */
struct tn_badge_facts {
    char code[TN_BADGE_CODE_SIZE];
    char status[16];
    char replaced_by[TN_BADGE_CODE_SIZE]; /* its code; empty: none */
    char learner[121];                    /* its id in a roster; empty: blank, or nobody's */
    int64_t issued_ms;
    int64_t scans; /* entries that say the badge was seen */
    int64_t last_ms;
};

/* Reads them. TN_ERR_NOT_FOUND. */
enum tn_status tn_badge_facts(struct tn_centre *centre, const struct tn_id *badge,
                              struct tn_badge_facts *out);

#endif
