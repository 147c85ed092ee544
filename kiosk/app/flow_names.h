/* The names that a flow's `scan NAME` may give. */
#ifndef TURNOUT_APP_FLOW_NAMES_H
#define TURNOUT_APP_FLOW_NAMES_H

#include "kiosk/app/flow.h"

/* What ends a complaint about an unknown name, whole. */
#define TN_FLOW_NEAR_MAX 330

/* The digits of the badge of that name; NULL where there is none. Borrowed from the flow. */
const char *tn_flow_badge_of(const struct tn_flow *flow, const char *name);

/* Tells whether text can only be meant for a name: letters, spaces and the signs of names, none of
 * which a badge or a link is made of alone. */
bool tn_flow_is_name(const char *text);

/* Writes the names that come nearest to one that is not there, quoted and by commas, the nearest
 * first; empty where none is near. */
void tn_flow_names_near(const struct tn_flow *flow, const char *name, char out[TN_FLOW_NEAR_MAX]);

#endif
