/* The table of screens: what each is called, who draws it, how long it stays and how it sounds.
 * Holds no behaviour; model.c reads the times, the runner's sink plays the sounds. */
#include "kiosk/ui/screens.h"

#include <assert.h>

const struct tn_screen_row tn_screens[TN_SCREEN_COUNT] = {
    [TN_SCREEN_IDLE] = {.name = "idle", .draw = tn_screen_idle, .event = tn_idle_event},
    [TN_SCREEN_WELCOME] = {.name = "welcome",
                           .is_result = true,
                           .draw = tn_screen_welcome,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_WELCOME},
    [TN_SCREEN_ALREADY] = {.name = "already",
                           .is_result = true,
                           .draw = tn_screen_already,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_ALREADY},
    [TN_SCREEN_GOODBYE] = {.name = "goodbye",
                           .is_result = true,
                           .draw = tn_screen_goodbye,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_GOODBYE},
    [TN_SCREEN_VISIT] = {.name = "visit",
                         .is_result = true,
                         .draw = tn_screen_visit,
                         .hold_ms = TN_RESULT_MS,
                         .has_sound = true,
                         .sound = TN_SOUND_WELCOME},
    [TN_SCREEN_HELP] = {.name = "help",
                        .is_result = true,
                        .draw = tn_screen_help,
                        .event = tn_help_event,
                        .hold_ms = TN_HELP_MS,
                        .has_sound = true,
                        .sound = TN_SOUND_HELP},
    [TN_SCREEN_LANGUAGE] = {.name = "language",
                            .draw = tn_screen_language,
                            .event = tn_language_event,
                            .rest_ms = TN_FORM_REST_MS},
    [TN_SCREEN_GROUP] = {.name = "group",
                         .draw = tn_screen_group,
                         .event = tn_group_event,
                         .field = tn_group_field,
                         .wipe = tn_group_leave,
                         .rest_ms = TN_FORM_REST_MS,
                         .warn_ms = TN_FORM_WARN_MS},
    [TN_SCREEN_REGISTER] = {.name = "register",
                            .draw = tn_screen_register,
                            .rest_ms = TN_FORM_REST_MS,
                            .warn_ms = TN_FORM_WARN_MS},
    [TN_SCREEN_BADGE] = {.name = "badge",
                         .draw = tn_screen_badge,
                         .rest_ms = TN_FORM_REST_MS,
                         .warn_ms = TN_FORM_WARN_MS},
    [TN_SCREEN_PIN] = {.name = "pin",
                       .draw = tn_screen_pin,
                       .rest_ms = TN_FORM_REST_MS,
                       .warn_ms = TN_FORM_WARN_MS},
    [TN_SCREEN_STAFF] = {.name = "staff",
                         .draw = tn_screen_staff,
                         .rest_ms = TN_STAFF_REST_MS,
                         .needs_staff = true},
    [TN_SCREEN_CLOCK] = {.name = "clock",
                         .draw = tn_screen_clock,
                         .rest_ms = TN_STAFF_REST_MS,
                         .needs_staff = true},
    [TN_SCREEN_SEARCH] = {.name = "search",
                          .draw = tn_screen_search,
                          .event = tn_search_event,
                          .field = tn_search_field,
                          .wipe = tn_search_wipe,
                          .rest_ms = TN_STAFF_REST_MS,
                          .needs_staff = true},
    [TN_SCREEN_CODE] = {.name = "code",
                        .draw = tn_screen_code,
                        .event = tn_code_event,
                        .field = tn_code_field,
                        .rest_ms = TN_STAFF_REST_MS,
                        .needs_staff = true},
    [TN_SCREEN_REPLACE] = {.name = "replace",
                           .draw = tn_screen_replace,
                           .event = tn_replace_event,
                           .scan = tn_replace_scan,
                           .wipe = tn_replace_wipe,
                           .rest_ms = TN_STAFF_REST_MS,
                           .needs_staff = true},
    [TN_SCREEN_HEADCOUNT] = {.name = "headcount",
                             .draw = tn_screen_headcount,
                             .event = tn_headcount_event,
                             .field = tn_headcount_field,
                             .wipe = tn_headcount_wipe,
                             .rest_ms = TN_STAFF_REST_MS,
                             .needs_staff = true},
    [TN_SCREEN_PAST] = {.name = "past",
                        .draw = tn_screen_past,
                        .event = tn_past_event,
                        .wipe = tn_past_wipe,
                        .rest_ms = TN_STAFF_REST_MS,
                        .needs_staff = true},
    [TN_SCREEN_ROLL] = {.name = "roll",
                        .draw = tn_screen_roll,
                        .event = tn_roll_event,
                        .wipe = tn_roll_wipe,
                        .rest_ms = TN_STAFF_REST_MS,
                        .needs_staff = true},
    [TN_SCREEN_SELFTEST] = {.name = "selftest",
                            .draw = tn_screen_selftest,
                            .rest_ms = TN_STAFF_REST_MS,
                            .needs_staff = true},
    [TN_SCREEN_SWITCH] = {.name = "switch",
                          .draw = tn_screen_switch,
                          .rest_ms = TN_STAFF_REST_MS,
                          .needs_staff = true},
    [TN_SCREEN_SETTINGS] = {.name = "settings",
                            .draw = tn_screen_settings,
                            .rest_ms = TN_STAFF_REST_MS,
                            .needs_staff = true},
    [TN_SCREEN_CLEAN] = {.name = "clean",
                         .draw = tn_screen_clean,
                         .rest_ms = TN_STAFF_REST_MS,
                         .needs_staff = true},
    [TN_SCREEN_CLOSE] = {.name = "close",
                         .draw = tn_screen_close,
                         .rest_ms = TN_STAFF_REST_MS,
                         .needs_staff = true},
    [TN_SCREEN_SETUP] = {.name = "setup", .draw = tn_screen_setup},
    [TN_SCREEN_FAULT] = {.name = "fault",
                         .is_result = true,
                         .draw = tn_screen_fault,
                         .has_sound = true,
                         .sound = TN_SOUND_FAULT},
};

const char *tn_screen_name(enum tn_screen screen)
{
    assert(screen < TN_SCREEN_COUNT);
    return tn_screens[screen].name;
}

void tn_ui_draw(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    assert(model->screen < TN_SCREEN_COUNT);
    struct tn_view seen = *view;
    seen.is_rtl = tn_langs[model->shown_lang].is_rtl;
    tn_draw_clear(draw);
    tn_lang_use(model->shown_lang);
    tn_screens[model->screen].draw(model, &seen, draw);
    if (model->is_warning && model->screen == model->place) {
        int64_t left_ms = model->touch_mono_ms + tn_screens[model->place].rest_ms - model->mono_ms;
        tn_layout_warning(&seen, draw, left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0);
    }
    if (seen.is_rtl) {
        tn_draw_mirror(draw, view->w_px);
    }
}
