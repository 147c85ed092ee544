/* When things move: once as a screen is entered, and on idle again every few seconds, so that a
 * kiosk nobody looks at draws the eye and still costs next to nothing. */
#ifndef TURNOUT_UI_MOTION_H
#define TURNOUT_UI_MOTION_H

#include "kiosk/ui/model.h"

/* How often the badge on idle slides in again. */
#define TN_ATTRACT_MS 8000

/* Boot time at which the screen's newest motion began. */
int64_t tn_motion_began(const struct tn_model *model);

/* Boot time at which the next one begins; INT64_MAX where none does. */
int64_t tn_motion_next(const struct tn_model *model);

/* How far the one moving thing still has to go: 1 when it began, 0 once it stands still. Slows
 * down as it arrives; always 0 where nothing is to move. */
float tn_motion_left(const struct tn_model *model);

/* Whether the camera has just seen a badge; and boot time until which it has, INT64_MAX where it
 * has not. */
bool tn_motion_is_seen(const struct tn_model *model);
int64_t tn_motion_seen_until(const struct tn_model *model);

#endif
