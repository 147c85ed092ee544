/* The staff's places as a volunteer meets them, for the tests of what they do and of how they
 * look. */
#ifndef TURNOUT_TESTS_KIOSK_STAFF_SCENES_H
#define TURNOUT_TESTS_KIOSK_STAFF_SCENES_H

#include <stdio.h>
#include <string.h>

#include "kiosk/ui/screens.h"

#define STAFF_NOW_MS 1773484920000LL /* 2026-03-14 10:42 UTC, a Saturday */
#define STAFF_MONO_MS 10000000LL

/* A gate with a PIN, unlocked, with a morning of check-ins behind it. */
static inline void staff_model(struct tn_model *model)
{
    static const unsigned quarters[] = {12, 25, 58, 71, 44, 0, 31, 18, 9, 12, 33, 21};
    tn_model_init(model, STAFF_NOW_MS, STAFF_MONO_MS);
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model->has_lang[i] = true;
    }
    struct tn_station_info *info = &model->info;
    snprintf(info->event_title, sizeof info->event_title, "City STEM Fair");
    snprintf(info->station_name, sizeof info->station_name, "North gate");
    snprintf(info->staff_name, sizeof info->staff_name, "Ana Lopez");
    info->entries = 213;
    info->is_unlocked = true;
    info->has_pin = true;
    info->has_clock = true;
    info->last_sync_ms = STAFF_NOW_MS - 46 * 60000LL;
    model->health = (struct tn_health){.printer = TN_PART_TROUBLE,
                                       .scanner = TN_PART_WELL,
                                       .disk = TN_PART_WELL,
                                       .printer_reason = "out of labels"};
    struct tn_staff_state *staff = &model->states.staff;
    staff->has_tally = true;
    staff->tally_mono_ms = STAFF_MONO_MS;
    staff->tally = (struct tn_tally){.today = 213, .present = 187, .adults = 12};
    staff->tally.quarters = sizeof quarters / sizeof quarters[0];
    staff->tally.first_ms = STAFF_NOW_MS / 900000 * 900000 - 11 * 900000LL;
    memcpy(staff->tally.quarter, quarters, sizeof quarters);
}

#endif
