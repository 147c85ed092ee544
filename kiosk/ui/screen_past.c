/* Undo: what was entered in the last ten minutes, newest first; one tap names it, a second takes it
 * back. Nothing is deleted: a compensating entry says so. By PIN only the last minute, and without
 * names. Controls: past-1 to past-8, take-back, keep, back. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/dates.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"
#include "turnout/timefmt.h"

#define PIN_MS 60000
#define COLUMNS_MAX 4

static const char *const controls[TN_PAST_MAX] = {"past-1", "past-2", "past-3", "past-4",
                                                  "past-5", "past-6", "past-7", "past-8"};

/* What an entry did, in words for staff. */
static const struct {
    enum tn_kind kind;
    const char *words;
} kinds[] = {
    {TN_KIND_CHECK_IN, N_("Checked in")},  {TN_KIND_CHECK_OUT, N_("Went out")},
    {TN_KIND_PASS, N_("In or out")},       {TN_KIND_VISIT, N_("Visit")},
    {TN_KIND_REGISTER, N_("New learner")},
};

static void words_of(const struct tn_past *past, char out[TN_DRAW_TEXT_MAX + 1])
{
    const char *words = past->kind;
    if (tn_kind_from_name(past->kind) == TN_KIND_HEADCOUNT) {
        snprintf(out, TN_DRAW_TEXT_MAX + 1, ngettext("%u adult", "%u adults", past->count),
                 past->count);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (tn_kind_from_name(past->kind) == kinds[i].kind) {
            words = _(kinds[i].words);
        }
    }
    snprintf(out, TN_DRAW_TEXT_MAX + 1, "%s", words);
}

/* "10:42 · Checked in". */
static void line_of(const struct tn_past *past, char out[TN_DRAW_TEXT_MAX + 1])
{
    char clock[TN_TIME_TEXT_SIZE];
    char words[TN_DRAW_TEXT_MAX + 1];
    tn_time_clock(past->at_ms, clock);
    words_of(past, words);
    snprintf(out, TN_DRAW_TEXT_MAX + 1, "%s · %.200s", clock, words);
}

static void draw_list(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    const struct tn_past_state *state = &model->states.past;
    tn_staff_title(model, view, draw, _("Undo"));
    struct tn_button buttons[] = {{.control = "back", .text = _("Back")}};
    struct tn_area body = tn_staff_body(view, tn_layout_actions(view, draw, buttons, 1, 1));
    if (state->past.count == 0) {
        struct tn_say say = {state->is_pin ? _("Nothing was entered in the last minute.")
                                           : _("Nothing was entered in the last ten minutes."),
                             TN_TYPE_BODY, false, 3, 0.0f};
        tn_layout_stack(view, draw, body, &say, 1, TN_COLOR_INK, TN_ALIGN_CENTRE);
        return;
    }
    int columns = tn_cells_columns(body.w, COLUMNS_MAX);
    int rows = (int)((body.h + TN_BUTTON_GAP_MM) / (TN_BUTTON_MM + TN_BUTTON_GAP_MM));
    int most = columns * (rows > 0 ? rows : 1);
    int count = (int)state->past.count < most ? (int)state->past.count : most;
    struct tn_cells cells = tn_cells_wide(view, body, count, 24.0f);
    char lines[TN_PAST_MAX][TN_DRAW_TEXT_MAX + 1];
    struct tn_choice choices[TN_PAST_MAX];
    for (int i = 0; i < count; i++) {
        const struct tn_past *past = &state->past.items[i];
        line_of(past, lines[i]);
        choices[i] = (struct tn_choice){.control = controls[i],
                                        .label = past->name[0] != '\0' ? past->name : lines[i],
                                        .value = past->name[0] != '\0' ? lines[i] : NULL};
    }
    tn_choices_draw(view, draw, &cells, choices, count);
}

static void draw_chosen(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw, const struct tn_past *past)
{
    char line[TN_DRAW_TEXT_MAX + 1];
    line_of(past, line);
    tn_staff_title(model, view, draw, _("Take this back?"));
    /* What was refused once would be again. */
    const bool is_refused = model->states.past.refused != TN_OK;
    struct tn_button buttons[] = {
        {.control = "keep", .text = is_refused ? _("Back") : _("No, keep it")},
        {.control = "take-back", .text = _("Yes, take it back"), .is_filled = true},
    };
    float top = tn_layout_actions(view, draw, buttons, is_refused ? 1 : 2, 1);
    const char *refused = is_refused ? _("It is too late for this one.") : "";
    struct tn_say says[] = {
        {past->name, TN_TYPE_NAME, true, 2, 0.0f},
        {line, TN_TYPE_BODY, false, 2, 2.0f},
        {refused, TN_TYPE_LABEL, true, 2, 4.0f},
    };
    tn_layout_stack(view, draw, tn_staff_body(view, top), says, 3, TN_COLOR_INK, TN_ALIGN_CENTRE);
}

void tn_screen_past(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct tn_past_state *state = &model->states.past;
    if (state->chosen > 0) {
        draw_chosen(model, view, draw, &state->past.items[state->chosen - 1]);
    } else {
        draw_list(model, view, draw);
    }
}

void tn_past_open(struct tn_model *model, bool is_pin, struct tn_effects *effects)
{
    tn_past_wipe(model);
    model->states.past.is_pin = is_pin;
    tn_go(model, TN_SCREEN_PAST, effects);
    tn_past_ask(model, effects);
}

void tn_past_ask(struct tn_model *model, struct tn_effects *effects)
{
    tn_ask(effects, TN_ASK_PAST)->first = model->states.past.is_pin ? PIN_MS : TN_UNDO_MS;
}

/* Where an entry stands on a list, from 1; 0 where it has become too old to be on it. */
static int place_of(const struct tn_past_list *past, uint64_t seq)
{
    for (size_t i = 0; i < past->count; i++) {
        if (past->items[i].seq == seq) {
            return (int)i + 1;
        }
    }
    return 0;
}

/* What was chosen from the list before stays chosen. */
static void take_list(struct tn_past_state *state, const struct tn_past_list *past)
{
    if (state->chosen > 0) {
        state->chosen = place_of(past, state->past.items[state->chosen - 1].seq);
    }
    state->past = *past;
    for (size_t i = 0; state->is_pin && i < state->past.count; i++) {
        sodium_memzero(state->past.items[i].name, sizeof state->past.items[i].name);
    }
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    struct tn_past_state *state = &model->states.past;
    if (reply->type == TN_ASK_PAST && reply->status == TN_OK) {
        take_list(state, &reply->past);
    } else if (reply->type == TN_ASK_UNDO && reply->status == TN_OK) {
        tn_staff_notice(model, _("Taken back"), effects);
    } else if (reply->type == TN_ASK_UNDO) {
        state->refused = reply->status;
    }
}

void tn_past_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_past_state *state = &model->states.past;
    int number = tn_tap_number(event, "past");
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (number > 0 && number <= (int)state->past.count) {
        state->chosen = number;
        state->refused = TN_OK;
    } else if (tn_is_tap(event, "keep")) {
        state->chosen = 0;
    } else if (tn_is_tap(event, "take-back") && state->chosen > 0) {
        tn_ask(effects, TN_ASK_UNDO)->seq = state->past.items[state->chosen - 1].seq;
    } else if (tn_is_tap(event, "back")) {
        tn_staff_notice(model, "", effects);
    }
}

void tn_past_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.past, sizeof model->states.past);
}
