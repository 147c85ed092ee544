/* The state machine behind the screens: one event in, a changed model and a few effects out. It
 * decides what is shown and for how long, and nothing about how it looks. All timers run on boot
 * time, so a wall clock that jumps changes the clock in the corner and nothing else. */
#include "kiosk/ui/model.h"

#include <assert.h>

#include <sodium.h>

#include "kiosk/ui/screen.h"

/* A name leaves a public screen after this long, whatever the screen's own hold says. */
#define NAME_MS_MAX 4000
#define MINUTE_MS 60000
/* One frame of a 60 Hz display. */
#define FRAME_MS 16

/* The screen a result is shown on. Noise and refusals look the same from three metres; the record
 * in the model tells them apart for the line below the headline. */
static const enum tn_screen screen_of[TN_RESULT_COUNT] = {
    [TN_RESULT_NOISE] = TN_SCREEN_HELP,      [TN_RESULT_WELCOME] = TN_SCREEN_WELCOME,
    [TN_RESULT_ALREADY] = TN_SCREEN_ALREADY, [TN_RESULT_GOODBYE] = TN_SCREEN_GOODBYE,
    [TN_RESULT_VISIT] = TN_SCREEN_VISIT,     [TN_RESULT_REFUSED] = TN_SCREEN_HELP,
};

static void add(struct tn_effects *effects, enum tn_effect_type type, enum tn_sound sound)
{
    assert(effects->count < TN_EFFECTS_MAX);
    effects->items[effects->count++] = (struct tn_effect){.type = type, .sound = sound};
}

/* Enters a screen, again where it is the same one: a second learner's welcome moves and sounds
 * like the first. */
static void enter(struct tn_model *model, enum tn_screen screen, struct tn_effects *effects)
{
    model->screen = screen;
    model->screen_mono_ms = model->mono_ms;
    if (tn_screens[screen].has_sound) {
        add(effects, TN_EFFECT_SOUND, tn_screens[screen].sound);
    }
}

static void go_idle(struct tn_model *model, struct tn_effects *effects)
{
    sodium_memzero(&model->record, sizeof model->record);
    model->fault = TN_OK;
    model->is_unsaved = false;
    enter(model, TN_SCREEN_IDLE, effects);
}

/* How long the screen stays; 0: until something happens. */
static int64_t hold_ms(const struct tn_model *model)
{
    int64_t hold = tn_screens[model->screen].hold_ms;
    if (model->record.name[0] != '\0' && hold > NAME_MS_MAX) {
        return NAME_MS_MAX;
    }
    return hold;
}

static void on_tick(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    (void)event;
    if (model->screen == TN_SCREEN_FAULT) {
        if (model->mono_ms - model->probe_mono_ms >= TN_PROBE_MS) {
            model->probe_mono_ms = model->mono_ms;
            add(effects, TN_EFFECT_PROBE, 0);
        }
        return;
    }
    int64_t hold = hold_ms(model);
    if (hold > 0 && model->mono_ms - model->screen_mono_ms >= hold) {
        go_idle(model, effects);
    }
}

static void on_scan(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    if (event->len == 0) {
        return;
    }
    model->is_recording = true;
    add(effects, TN_EFFECT_RECORD, 0);
}

static void on_stored(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    assert(event->record.result < TN_RESULT_COUNT);
    model->is_recording = false;
    model->fault = TN_OK;
    model->is_unsaved = false;
    model->record = event->record;
    enter(model, screen_of[event->record.result], effects);
}

/* A scan that was not stored is shown, and heard, each time; a probe that failed only keeps the
 * fault where it is. */
static void on_store_failed(struct tn_model *model, const struct tn_event *event,
                            struct tn_effects *effects)
{
    bool is_new = model->is_recording || model->screen != TN_SCREEN_FAULT;
    sodium_memzero(&model->record, sizeof model->record);
    model->is_unsaved = model->is_unsaved || model->is_recording;
    model->is_recording = false;
    model->fault = event->status;
    model->probe_mono_ms = model->mono_ms;
    if (is_new) {
        enter(model, TN_SCREEN_FAULT, effects);
    }
}

static void on_store_well(struct tn_model *model, const struct tn_event *event,
                          struct tn_effects *effects)
{
    (void)event;
    if (model->screen == TN_SCREEN_FAULT) {
        go_idle(model, effects);
    }
}

static void on_tap(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    if (model->screen == TN_SCREEN_HELP && strcmp(event->control, "ok") == 0) {
        go_idle(model, effects);
    }
}

static void on_quit(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    (void)model;
    (void)event;
    add(effects, TN_EFFECT_QUIT, 0);
}

/* Events without a row only bring the time: keys are the wedge decoder's, facts are already in
 * model.info, and the end of a finite source concerns whoever runs the loop. */
static void (*const handlers[TN_EVENT_COUNT])(struct tn_model *, const struct tn_event *,
                                              struct tn_effects *) = {
    [TN_EVENT_TICK] = on_tick,
    [TN_EVENT_SCAN] = on_scan,
    [TN_EVENT_TAP] = on_tap,
    [TN_EVENT_STORED] = on_stored,
    [TN_EVENT_STORE_FAILED] = on_store_failed,
    [TN_EVENT_STORE_WELL] = on_store_well,
    [TN_EVENT_QUIT] = on_quit,
};

void tn_model_init(struct tn_model *model, int64_t at_ms, int64_t mono_ms)
{
    *model = (struct tn_model){
        .screen = TN_SCREEN_IDLE,
        .now_ms = at_ms,
        .mono_ms = mono_ms,
        .screen_mono_ms = mono_ms,
        .probe_mono_ms = mono_ms,
    };
}

void tn_ui_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    assert(event->type < TN_EVENT_COUNT);
    effects->count = 0;
    model->now_ms = event->at_ms;
    /* Sources stamp their events on threads of their own, so two may arrive a little out of order.
     * A timer must never see time go back. */
    if (event->mono_ms > model->mono_ms) {
        model->mono_ms = event->mono_ms;
    }
    if (handlers[event->type] != NULL) {
        handlers[event->type](model, event, effects);
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Boot time at which the clock in the corner shows its next minute. */
static int64_t next_minute(const struct tn_model *model)
{
    int64_t into = model->now_ms % MINUTE_MS;
    if (into < 0) {
        into += MINUTE_MS;
    }
    return model->mono_ms + (MINUTE_MS - into);
}

int64_t tn_ui_deadline(const struct tn_model *model)
{
    int64_t deadline = next_minute(model);
    int64_t hold = hold_ms(model);
    int64_t moved_ms = model->screen_mono_ms + TN_MOTION_MS;
    if (model->mono_ms < moved_ms) {
        deadline = earlier(deadline, earlier(model->mono_ms + FRAME_MS, moved_ms));
    }
    if (model->screen == TN_SCREEN_FAULT) {
        deadline = earlier(deadline, model->probe_mono_ms + TN_PROBE_MS);
    } else if (hold > 0) {
        deadline = earlier(deadline, model->screen_mono_ms + hold);
    }
    return deadline;
}
