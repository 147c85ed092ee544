/* Adults who came without a badge, as one number: an entry, so that reports can tell how many
 * people a hall held. Controls: the number pad's, count, back. */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "kiosk/ui/pad.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"

#define DIGITS_MAX 3

static unsigned adults_of(const struct tn_field *field)
{
    return (unsigned)strtoul(field->text, NULL, 10);
}

void tn_screen_headcount(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw)
{
    const struct tn_headcount_state *state = &model->states.headcount;
    char too_many[TN_DRAW_TEXT_MAX + 1];
    snprintf(too_many, sizeof too_many, _("At most %d at a time."), TN_ADULTS_MAX);
    struct tn_area beside;
    struct tn_pad pad = {
        .field = &state->field,
        .keyboard = &state->keyboard,
        .words = state->refused == TN_ERR_LIMIT ? too_many : _("How many adults without a badge?"),
        .back = {.control = "back", .text = _("Back")},
        .action = {.control = "count",
                   /* Translators: a button: enter this number. */
                   .text = _("Count"),
                   .is_filled = true,
                   .is_off = adults_of(&state->field) == 0},
    };
    tn_pad_title(model, view, draw, _("Count adults"));
    tn_pad_draw(view, draw, &pad, &beside);
}

void tn_headcount_open(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_headcount_state *state = &model->states.headcount;
    tn_headcount_wipe(model);
    tn_typing_open(model, &state->field, &state->keyboard, TN_FIELD_DIGITS, DIGITS_MAX);
    state->keyboard.is_digits = true;
    tn_go(model, TN_SCREEN_HEADCOUNT, effects);
}

static void count(struct tn_headcount_state *state, struct tn_effects *effects)
{
    unsigned adults = adults_of(&state->field);
    if (adults == 0) {
        return;
    }
    if (adults > TN_ADULTS_MAX) {
        state->refused = TN_ERR_LIMIT;
        return;
    }
    tn_ask(effects, TN_ASK_HEADCOUNT)->count = adults;
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    struct tn_headcount_state *state = &model->states.headcount;
    char words[TN_DRAW_TEXT_MAX + 1];
    unsigned adults = adults_of(&state->field);
    if (reply->type != TN_ASK_HEADCOUNT) {
        return;
    }
    state->refused = reply->status;
    if (reply->status == TN_OK) {
        snprintf(words, sizeof words, ngettext("Counted %u adult", "Counted %u adults", adults),
                 adults);
        tn_staff_notice(model, words, effects);
    }
}

void tn_headcount_event(struct tn_model *model, const struct tn_event *event,
                        struct tn_effects *effects)
{
    struct tn_headcount_state *state = &model->states.headcount;
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
        return;
    }
    if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
        return;
    }
    if (tn_is_tap(event, "count")) {
        count(state, effects);
        return;
    }
    switch (tn_typing_event(&state->field, &state->keyboard, event, effects)) {
    case TN_TYPED_CHANGED:
        state->refused = TN_OK;
        break;
    case TN_TYPED_ENTER:
        count(state, effects);
        break;
    case TN_TYPED_ESCAPE:
        tn_staff_open(model, effects);
        break;
    default:
        break;
    }
}

const struct tn_field *tn_headcount_field(const struct tn_model *model)
{
    return &model->states.headcount.field;
}

void tn_headcount_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.headcount, sizeof model->states.headcount);
}
