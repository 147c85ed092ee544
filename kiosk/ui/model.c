/* The state machine behind the screens: one event in, a changed model and a few effects out. It
 * decides what is shown and for how long, and nothing about how it looks. All timers run on boot
 * time, so a wall clock that jumps changes the clock in the corner and nothing else. */
#include "kiosk/ui/model.h"

#include <assert.h>

#include <sodium.h>

#include "kiosk/ui/motion.h"
#include "kiosk/ui/owed.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/settings.h"
#include "kiosk/ui/sync_words.h"

/* A name leaves a public screen after this long, whatever the screen's own hold says. */
#define NAME_MS_MAX 4000
#define MINUTE_MS 60000
/* One frame of a 60 Hz display. */
#define FRAME_MS 16
#define VOLUME 80
#define SECOND_MS 1000

/* How long the screen stays; 0: until something happens. */
static int64_t hold_ms(const struct tn_model *model)
{
    int64_t hold = tn_screens[model->screen].hold_ms;
    if (model->record.name[0] != '\0' && hold > NAME_MS_MAX) {
        return NAME_MS_MAX;
    }
    return hold;
}

static void probe_again(struct tn_model *model, struct tn_effects *effects)
{
    if (model->mono_ms - model->probe_mono_ms >= TN_PROBE_MS) {
        model->probe_mono_ms = model->mono_ms;
        tn_effect_add(effects, TN_EFFECT_PROBE);
    }
}

/* What silence does to the place: a warning, then it is left for good; also under a result or a
 * fault, which may be there for hours. */
static void rest(struct tn_model *model, struct tn_effects *effects)
{
    const struct tn_screen_row *place = &tn_screens[model->place];
    int64_t silent_ms = model->mono_ms - model->touch_mono_ms;
    if (place->rest_ms > 0 && silent_ms >= place->rest_ms) {
        tn_go_home_under(model, effects);
        return;
    }
    model->is_warning = place->warn_ms > 0 && silent_ms >= place->rest_ms - place->warn_ms;
    if (model->place == TN_SCREEN_IDLE && model->lang != model->home_lang &&
        silent_ms >= TN_LANG_REST_MS) {
        tn_go_home_under(model, effects);
    }
}

/* The place is the staff's, and the station has locked meanwhile: it was opened anew after a fault,
 * or a new pack knows this staff card no more. */
static bool is_locked_out(const struct tn_model *model)
{
    bool is_pin = model->place == TN_SCREEN_PAST && model->states.past.is_pin;
    return tn_screens[model->place].needs_staff && !is_pin && !model->info.is_unlocked;
}

/* The place's own handler, where it has one. */
static void hand_on(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    const struct tn_screen_row *place = &tn_screens[model->place];
    if (place->event != NULL) {
        place->event(model, event, effects);
    }
}

static void on_tick(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    int64_t hold = hold_ms(model);
    if (model->screen == TN_SCREEN_FAULT) {
        probe_again(model, effects);
    } else if (hold > 0 && model->mono_ms - model->screen_mono_ms >= hold) {
        tn_uncover(model, effects);
    }
    if (is_locked_out(model)) {
        tn_go_home_under(model, effects);
        return;
    }
    if (model->screen != TN_SCREEN_FAULT && !tn_owed_pay(model, effects)) {
        hand_on(model, event, effects);
    }
    if (effects->count == 0) {
        rest(model, effects);
    }
}

static void on_scan(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    bool is_cut = event->given_up > 0 && model->place == TN_SCREEN_SELFTEST;
    if (event->len == 0 && !is_cut) {
        return;
    }
    const struct tn_screen_row *place = &tn_screens[model->place];
    if (place->scan != NULL && place->scan(model, event, effects)) {
        model->touch_mono_ms = model->mono_ms;
        return;
    }
    model->is_recording = true;
    tn_effect_add(effects, TN_EFFECT_RECORD);
}

static void on_stored(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    model->is_recording = false;
    model->fault = TN_OK;
    model->is_unsaved = false;
    tn_show_record(model, &event->record, effects);
}

/* A scan that was not stored is shown, and heard, each time; a probe that failed only keeps the
 * fault where it is. */
static void on_store_failed(struct tn_model *model, const struct tn_event *event,
                            struct tn_effects *effects)
{
    bool is_new = model->is_recording || model->screen != TN_SCREEN_FAULT;
    tn_owed_note(model);
    sodium_memzero(&model->record, sizeof model->record);
    model->is_unsaved = model->is_unsaved || model->is_recording;
    model->is_recording = false;
    model->fault = event->status;
    model->probe_mono_ms = model->mono_ms;
    if (is_new) {
        tn_show(model, TN_SCREEN_FAULT, &(struct tn_record){0}, effects);
    }
}

static void on_store_well(struct tn_model *model, const struct tn_event *event,
                          struct tn_effects *effects)
{
    (void)event;
    if (model->screen != TN_SCREEN_FAULT) {
        return;
    }
    tn_uncover(model, effects);
    if (is_locked_out(model)) {
        tn_go_home(model, effects);
    }
}

/* A result is not in the way: a touch beside its own buttons gives the place back at once. */
static void on_touch(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    model->touch_mono_ms = model->mono_ms;
    model->is_warning = false;
    const struct tn_screen_row *screen = &tn_screens[model->screen];
    if (!screen->is_result) {
        hand_on(model, event, effects);
    } else if (screen->event != NULL) {
        screen->event(model, event, effects);
    } else if (model->screen != TN_SCREEN_FAULT && tn_is_tap(event, "ok")) {
        tn_uncover(model, effects);
    }
}

/* Replies, candidates and files concern the place, also while a result covers it; a passport
 * concerns the visit. */
static void on_reply(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    if (event->reply->type == TN_ASK_SETTING) {
        tn_settings_saved(model);
    }
    if (event->reply->type == TN_ASK_PASSPORT) {
        model->states.visit.passport = event->reply->passport;
        return;
    }
    if (event->reply->type == TN_ASK_ADMIT_REFUSED && event->reply->status == TN_OK) {
        tn_show_record(model, &event->reply->record, effects);
        return;
    }
    hand_on(model, event, effects);
}

static void on_health(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    (void)effects;
    model->health = event->health;
}

static void on_camera(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    (void)effects;
    model->health.camera = event->health.camera;
}

static void on_quit(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    (void)model;
    (void)event;
    tn_effect_add(effects, TN_EFFECT_QUIT);
}

/* Events without a row only bring the time: keys are the wedge decoder's, facts are already in
 * model.info, and the end of a finite source concerns whoever runs the loop. */
static void (*const handlers[TN_EVENT_COUNT])(struct tn_model *, const struct tn_event *,
                                              struct tn_effects *) = {
    [TN_EVENT_TICK] = on_tick,
    [TN_EVENT_SCAN] = on_scan,
    [TN_EVENT_TAP] = on_touch,
    [TN_EVENT_TEXT] = on_touch,
    [TN_EVENT_PRESS] = on_touch,
    [TN_EVENT_FILE] = hand_on,
    [TN_EVENT_REPLY] = on_reply,
    [TN_EVENT_SPELT] = hand_on,
    [TN_EVENT_HEALTH] = on_health,
    [TN_EVENT_CAMERA] = on_camera,
    [TN_EVENT_STORED] = on_stored,
    [TN_EVENT_STORE_FAILED] = on_store_failed,
    [TN_EVENT_STORE_WELL] = on_store_well,
    [TN_EVENT_SYNC] = tn_sync_take,
    [TN_EVENT_QUIT] = on_quit,
};

void tn_model_init(struct tn_model *model, int64_t at_ms, int64_t mono_ms)
{
    *model = (struct tn_model){
        .screen = TN_SCREEN_IDLE,
        .now_ms = at_ms,
        .mono_ms = mono_ms,
        .screen_mono_ms = mono_ms,
        .touch_mono_ms = mono_ms,
        .probe_mono_ms = mono_ms,
        .volume = VOLUME,
        .has_lang = {[TN_LANG_EN] = true},
    };
}

bool tn_ui_wants_text(const struct tn_model *model)
{
    const struct tn_screen_row *place = &tn_screens[model->place];
    return model->screen == model->place && place->field != NULL && place->field(model) != NULL;
}

bool tn_ui_is_unlocked(const struct tn_model *model)
{
    return model->info.is_unlocked;
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

/* When silence next changes what is seen: a warning, its next second, or the end. */
static int64_t next_rest(const struct tn_model *model)
{
    const struct tn_screen_row *place = &tn_screens[model->place];
    int64_t end_ms = model->touch_mono_ms + place->rest_ms;
    if (model->place == TN_SCREEN_IDLE && model->lang != model->home_lang) {
        return model->touch_mono_ms + TN_LANG_REST_MS;
    }
    if (place->rest_ms == 0) {
        return INT64_MAX;
    }
    int64_t warn_ms = end_ms - place->warn_ms;
    if (place->warn_ms > 0 && model->mono_ms < warn_ms) {
        return warn_ms;
    }
    int64_t left_ms = end_ms - model->mono_ms;
    return left_ms > 0 ? model->mono_ms + (left_ms - 1) % SECOND_MS + 1 : model->mono_ms;
}

int64_t tn_ui_deadline(const struct tn_model *model)
{
    int64_t deadline = earlier(next_minute(model), next_rest(model));
    deadline = earlier(deadline, tn_motion_next(model));
    deadline = earlier(deadline, tn_motion_seen_until(model));
    deadline = earlier(deadline, tn_setup_due(model));
    deadline = earlier(deadline, tn_owed_due(model));
    deadline = earlier(deadline, tn_sync_due(model));
    int64_t hold = hold_ms(model);
    int64_t moved_ms = tn_motion_began(model) + TN_MOTION_MS;
    if (!model->look.is_still && model->mono_ms < moved_ms) {
        deadline = earlier(deadline, earlier(model->mono_ms + FRAME_MS, moved_ms));
    }
    if (model->screen == TN_SCREEN_FAULT) {
        deadline = earlier(deadline, model->probe_mono_ms + TN_PROBE_MS);
    } else if (hold > 0) {
        deadline = earlier(deadline, model->screen_mono_ms + hold);
    }
    return deadline;
}
