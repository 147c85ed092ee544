/* The words of `correct`, and what they name. */
#ifndef TURNOUT_CMD_CORRECT_BUILD_H
#define TURNOUT_CMD_CORRECT_BUILD_H

#include "sync/central/correct.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"

/* As they were given; NULL: not. */
struct tn_correct_choice {
    const char *central;
    const char *event;
    const char *station;
    const char *from;
    const char *to;
    const char *activity;
    const char *group;
    const char *learner;
    const char *to_event;
    const char *to_activity;
    const char *shift;
    const char *at;
    const char *after;
    const char *starts;
    const char *ends;
    struct tn_actor actor;
    bool is_dry;
    bool is_json;
};

/* A correction as it is being put together. */
struct tn_correct_building {
    const struct tn_correct_choice *c;
    struct tn_centre *centre;
    struct tn_central_event event;
    struct tn_correction_row row;
    struct tn_chosen learners;
};

/* Finds everything that the words name, for a verb that is set and a centre that is open. What is
 * wrong is said. */
enum tn_exit tn_correct_build(struct tn_correct_building *b);

#endif
