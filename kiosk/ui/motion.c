/* Motion is a function of the model's time and nothing else, so a flow sees the same frames. */
#include "kiosk/ui/motion.h"

#include <math.h>

static bool is_attracting(const struct tn_model *model)
{
    return model->screen == TN_SCREEN_IDLE && !model->look.is_still;
}

int64_t tn_motion_began(const struct tn_model *model)
{
    if (!is_attracting(model)) {
        return model->screen_mono_ms;
    }
    int64_t shown_ms = model->mono_ms - model->screen_mono_ms;
    return model->screen_mono_ms + shown_ms / TN_ATTRACT_MS * TN_ATTRACT_MS;
}

int64_t tn_motion_next(const struct tn_model *model)
{
    return is_attracting(model) ? tn_motion_began(model) + TN_ATTRACT_MS : INT64_MAX;
}

float tn_motion_left(const struct tn_model *model)
{
    if (model->look.is_still) {
        return 0.0f;
    }
    float passed = (float)(model->mono_ms - tn_motion_began(model)) / (float)TN_MOTION_MS;
    float left = 1.0f - fminf(fmaxf(passed, 0.0f), 1.0f);
    return left * left * left;
}

bool tn_motion_is_seen(const struct tn_model *model)
{
    return model->seen_mono_ms > 0 && model->mono_ms - model->seen_mono_ms < TN_SEEN_MS;
}

int64_t tn_motion_seen_until(const struct tn_model *model)
{
    return tn_motion_is_seen(model) ? model->seen_mono_ms + TN_SEEN_MS : INT64_MAX;
}
