/* The steps of a flow: one row each, so that a new step is a function and a row. */
#ifndef TURNOUT_APP_FLOW_STEPS_H
#define TURNOUT_APP_FLOW_STEPS_H

#include "kiosk/app/flow.h"

#define TN_FLOW_WHY_MAX 600

/* A flow while it runs. */
struct tn_flow_run {
    struct tn_flow *flow;
    uint64_t entries_before; /* in the station when the flow began */
    struct tn_draw draw;     /* the screen as it was last drawn */
    char why[TN_FLOW_WHY_MAX];
};

struct tn_flow_step {
    const char *verb;
    /* Runs the step with what follows its verb, trimmed. TN_ERR_STATE where an expect failed,
     * TN_ERR_FORMAT where the step makes no sense; both say so in run->why. */
    enum tn_status (*run)(struct tn_flow_run *run, const char *rest);
};

/* The step of a verb, or NULL. */
const struct tn_flow_step *tn_flow_step_find(const char *verb);

/* Says why a step failed, and gives the status back. */
__attribute__((format(printf, 3, 4))) enum tn_status
tn_flow_fail(struct tn_flow_run *run, enum tn_status status, const char *format, ...);

/* A whole number, and nothing after it. */
bool tn_flow_number(const char *text, long long *out);

/* The step `expect`: a fact, one row each in flow_expect.c. */
enum tn_status tn_flow_expect(struct tn_flow_run *run, const char *rest);

/* Draws the screen as it is now into run->draw. */
void tn_flow_draw(struct tn_flow_run *run);

#endif
