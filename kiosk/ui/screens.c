/* The table of screens: what each is called, who draws it, how long it stays and how it sounds.
 * Holds no behaviour; model.c reads the times, the runner's sink plays the sounds. */
#include "kiosk/ui/screens.h"

#include <assert.h>

const struct tn_screen_row tn_screens[TN_SCREEN_COUNT] = {
    [TN_SCREEN_IDLE] = {.name = "idle", .draw = tn_screen_idle},
    [TN_SCREEN_WELCOME] = {.name = "welcome",
                           .draw = tn_screen_welcome,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_WELCOME},
    [TN_SCREEN_ALREADY] = {.name = "already",
                           .draw = tn_screen_already,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_ALREADY},
    [TN_SCREEN_GOODBYE] = {.name = "goodbye",
                           .draw = tn_screen_goodbye,
                           .hold_ms = TN_RESULT_MS,
                           .has_sound = true,
                           .sound = TN_SOUND_GOODBYE},
    [TN_SCREEN_VISIT] = {.name = "visit",
                         .draw = tn_screen_visit,
                         .hold_ms = TN_RESULT_MS,
                         .has_sound = true,
                         .sound = TN_SOUND_WELCOME},
    [TN_SCREEN_HELP] = {.name = "help",
                        .draw = tn_screen_help,
                        .hold_ms = TN_HELP_MS,
                        .has_sound = true,
                        .sound = TN_SOUND_HELP},
    [TN_SCREEN_FAULT] = {.name = "fault",
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
    tn_draw_clear(draw);
    tn_screens[model->screen].draw(model, view, draw);
}
