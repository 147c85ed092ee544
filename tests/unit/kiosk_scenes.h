/* Made-up models of every screen, for tests that look for one thing on one of them. The scenes that
 * a kiosk really shows are those of tests/shots. */
#ifndef TURNOUT_TESTS_KIOSK_SCENES_H
#define TURNOUT_TESTS_KIOSK_SCENES_H

#include <stdio.h>

#include "tests/shots/scenes.h"

static const char *const scene_demo[TN_DEMO_BADGES_MAX] = {"Maya R.", "Noah B.", "Sofia G.",
                                                           "Ali K.",  "Ana P.",  "Leo T."};

/* The view of one of those screens. */
static inline struct tn_view scene_view(const struct scene_size *size, enum tn_theme_id theme)
{
    return tn_view_of(size->w, size->h, (float)size->w / size->w_mm, theme);
}

/* A screen as a learner called `name` would meet it, its motion over. */
static inline void scene_model(enum tn_screen screen, const char *name, struct tn_model *model)
{
    *model = (struct tn_model){.screen = screen,
                               .now_ms = 1773484920000,
                               .mono_ms = 10000,
                               .fault = TN_ERR_FULL,
                               .is_unsaved = true,
                               .demo_count = TN_DEMO_BADGES_MAX};
    model->record.result = TN_RESULT_REFUSED;
    /* Number pads, as those places open them. */
    model->states.headcount.keyboard.is_digits = true;
    model->states.search.keyboard.is_digits = screen == TN_SCREEN_CODE;
    struct tn_station_info *info = &model->info;
    snprintf(model->record.name, sizeof model->record.name, "%s", name);
    snprintf(info->event_title, sizeof info->event_title, "City STEM Fair");
    snprintf(info->station_name, sizeof info->station_name, "North gate");
    snprintf(info->activity_title, sizeof info->activity_title, "Robotics");
    info->entries = 213;
    for (size_t i = 0; i < TN_DEMO_BADGES_MAX; i++) {
        snprintf(model->demo[i].name, sizeof model->demo[i].name, "%s", scene_demo[i]);
    }
}

#endif
