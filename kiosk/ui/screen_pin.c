/* Staff, before a card: where the pack sets a PIN, a number pad; else the words that a card is
 * needed. A right PIN opens a small panel that shows no name and leaves nothing: counts, undo of
 * the last minute, language, sound. Each wrong try doubles the wait for the next, up to five
 * minutes, also for whoever goes away and comes back, or starts the kiosk anew. A staff card works
 * all the time. Controls: back, ok and the pad's keys; on the panel undo, language, volume, done.
 */
#include <math.h>
#include <stdio.h>

#include <sodium.h>

#include "kiosk/ui/pad.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/settings_pick.h"
#include "kiosk/ui/staff_panel.h"

#define SECOND_MS 1000
#define WAIT_MAX_S 300
#define DOUBLED_MAX 9 /* 2^9 is past the longest wait */
#define MASK "\xE2\x80\xA2"
#define WORDS_SIZE 161

static int64_t wait_ms(unsigned wrong)
{
    int64_t s = wrong < DOUBLED_MAX ? INT64_C(1) << wrong : WAIT_MAX_S;
    return (s < WAIT_MAX_S ? s : WAIT_MAX_S) * SECOND_MS;
}

static void hold_off(struct tn_model *model)
{
    model->states.pin.until_mono_ms = model->mono_ms + wait_ms(model->info.pin_wrong);
}

static bool is_waiting(const struct tn_model *model)
{
    return model->mono_ms < model->states.pin.until_mono_ms;
}

/* The pad is there: a PIN is set, it was not given yet, and a try is allowed. */
static bool is_asking(const struct tn_model *model)
{
    return model->info.has_pin && !model->states.pin.is_open && !is_waiting(model);
}

static void open_pad(struct tn_model *model)
{
    struct tn_pin_state *pin = &model->states.pin;
    sodium_memzero(&pin->field, sizeof pin->field);
    pin->is_open = false;
    tn_typing_open(model, &pin->field, &pin->keyboard, TN_FIELD_DIGITS, TN_PIN_DIGITS_MAX);
}

void tn_pin_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_staff_wipe(model);
    tn_settings_wipe(model);
    open_pad(model);
    if (model->info.pin_wrong > 0 && model->states.pin.until_mono_ms == 0) {
        hold_off(model); /* what was wrong before the program started */
    }
    tn_go(model, TN_SCREEN_PIN, effects);
}

void tn_pin_panel_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_staff_wipe(model);
    tn_settings_wipe(model);
    model->states.pin.is_open = true;
    tn_go(model, TN_SCREEN_PIN, effects);
    tn_staff_tick(model, effects);
}

/* How long to wait outlives the place. */
void tn_pin_wipe(struct tn_model *model)
{
    struct tn_pin_state *pin = &model->states.pin;
    sodium_memzero(&pin->field, sizeof pin->field);
    sodium_memzero(&pin->keyboard, sizeof pin->keyboard);
    pin->is_open = false;
}

const struct tn_field *tn_pin_field(const struct tn_model *model)
{
    return is_asking(model) ? &model->states.pin.field : NULL;
}

static void try_pin(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_pin_state *pin = &model->states.pin;
    if (tn_field_chars(&pin->field) < TN_PIN_DIGITS_MIN) {
        return;
    }
    struct tn_request *request = tn_ask(effects, TN_ASK_PIN);
    snprintf(request->text, sizeof request->text, "%s", pin->field.text);
    tn_field_clear(&pin->field);
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    struct tn_pin_state *pin = &model->states.pin;
    if (reply->type != TN_ASK_PIN) {
        tn_staff_reply(model, reply);
    } else if (reply->status == TN_OK) {
        pin->until_mono_ms = 0;
        tn_pin_panel_open(model, effects);
    } else {
        hold_off(model);
    }
}

static void on_panel(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    if (tn_settings_pick_event(model, event, effects)) {
        return;
    }
    if (event->type == TN_EVENT_TICK) {
        tn_staff_tick(model, effects);
    } else if (tn_is_tap(event, "undo")) {
        tn_past_open(model, true, effects);
    } else if (tn_is_tap(event, "language")) {
        model->states.settings.pick = TN_PICK_LANGUAGE;
    } else if (tn_is_tap(event, "volume")) {
        model->states.settings.pick = TN_PICK_VOLUME;
    } else if (tn_is_tap(event, "done")) {
        tn_go_home(model, effects);
    }
}

void tn_pin_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_pin_state *pin = &model->states.pin;
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (pin->is_open) {
        on_panel(model, event, effects);
    } else if (tn_is_tap(event, "back")) {
        tn_go_home(model, effects);
    } else if (is_asking(model)) {
        enum tn_typed typed = tn_typing_event(&pin->field, &pin->keyboard, event, effects);
        if (typed == TN_TYPED_ENTER || tn_is_tap(event, "ok")) {
            try_pin(model, effects);
        } else if (typed == TN_TYPED_ESCAPE) {
            tn_go_home(model, effects);
        }
    }
}

static void draw_pad(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct tn_pin_state *pin = &model->states.pin;
    struct tn_field masked = {.kind = TN_FIELD_TEXT, .chars_max = TN_PIN_DIGITS_MAX};
    for (size_t i = 0; i < tn_field_chars(&pin->field); i++) {
        (void)tn_field_insert(&masked, MASK);
    }
    bool is_long = tn_field_chars(&pin->field) >= TN_PIN_DIGITS_MIN;
    struct tn_area beside;
    tn_layout_title(view, draw, _("Staff"), "");
    tn_pad_draw(
        view, draw,
        &(struct tn_pad){
            .field = &masked,
            .keyboard = &pin->keyboard,
            .words = pin->until_mono_ms > 0 ? _("That was not the PIN. Try again.")
                                            : _("Type the PIN, or scan a staff card."),
            .back = {.control = "back", .text = _("Back")},
            .action = {.control = "ok", .text = _("OK"), .is_filled = is_long, .is_off = !is_long}},
        &beside);
}

/* Without a pad: that a card is needed, or how long to wait. */
static void draw_words(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    char wait[WORDS_SIZE];
    int64_t left_s = (model->states.pin.until_mono_ms - model->mono_ms + SECOND_MS - 1) / SECOND_MS;
    snprintf(wait, sizeof wait, _("Wait %d:%02d, then try again."), (int)(left_s / 60),
             (int)(left_s % 60));
    bool has_wait = model->info.has_pin;
    struct tn_say says[] = {
        {has_wait ? _("That was not the PIN") : _("Scan a staff card"), TN_TYPE_HEADLINE, true, 3,
         0.0f},
        {has_wait ? wait : _("It opens the staff panel on this kiosk."), TN_TYPE_BODY, false, 3,
         3.0f},
        {has_wait ? _("Or scan a staff card.") : "", TN_TYPE_BODY, false, 2, 2.0f},
    };
    struct tn_button back = {.control = "back", .text = _("Back")};
    tn_layout_title(view, draw, _("Staff"), "");
    float bottom = tn_layout_actions(view, draw, &back, 1, 1);
    tn_staff_message(view, draw, tn_staff_body(view, bottom), "staff-card", says, 3);
}

/* The panel's buttons along the bottom. Gives their top. */
static float draw_panel_buttons(const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_choice choices[] = {
        {.control = "undo", .label = _("Undo last minute")},
        {.control = "language", .label = _("Language")},
        {.control = "volume", .label = _("Volume")},
        {.control = "done", .label = _("Done"), .is_main = true},
    };
    const int count = sizeof choices / sizeof choices[0];
    struct tn_page page = tn_page_of(view);
    struct tn_cells cells = {.columns = page.is_tall ? 2 : count, .rows = page.is_tall ? 2 : 1};
    float h = (float)cells.rows * (TN_BUTTON_MM + TN_BUTTON_GAP_MM) - TN_BUTTON_GAP_MM;
    cells.area =
        (struct tn_area){page.margin, page.h - page.margin - h, page.w - 2.0f * page.margin, h};
    tn_choices_draw(view, draw, &cells, choices, count);
    return cells.area.y;
}

static void draw_panel(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    char title[TN_TITLE_MAX + WORDS_SIZE];
    snprintf(title, sizeof title, _("Staff · %s"), model->info.station_name);
    tn_layout_title(view, draw, title, "");
    struct tn_area body = tn_staff_body(view, draw_panel_buttons(view, draw));
    float line = tn_line_mm(view, TN_TYPE_LABEL);
    if (model->states.staff.notice[0] != '\0') {
        struct tn_area notice = {body.x, body.y, body.w, line};
        tn_staff_notice_draw(model, view, draw, notice);
    }
    body.y += line + 2.0f;
    body.h -= line + 2.0f;
    tn_staff_cards(model, view, draw, body);
}

void tn_screen_pin(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    if (is_asking(model)) {
        draw_pad(model, view, draw);
    } else if (!model->states.pin.is_open) {
        draw_words(model, view, draw);
    } else if (model->states.settings.pick != TN_PICK_NONE) {
        tn_settings_pick_draw(model, view, draw);
    } else {
        draw_panel(model, view, draw);
    }
}
