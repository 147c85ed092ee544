/* Type a code: the nine digits under a badge's QR symbol. With the ninth the search begins by
 * itself; two badges may share a code, so every match is offered. Controls: the number pad's,
 * found-1 to found-5, back (found-back, where the matches stand in place of the keys), and those of
 * found.h. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/found.h"
#include "kiosk/ui/pad.h"
#include "kiosk/ui/screens.h"

#define DIGITS TN_BADGE_CODE_DIGITS

static const char *words(const struct tn_search_state *state)
{
    if (state->refused == TN_ERR_FORMAT) {
        return _("A digit is wrong. Look at the badge again.");
    }
    if (state->field.len == DIGITS && state->found.count == 0) {
        return _("No badge of this event has that code.");
    }
    return _("The 9 digits under the square on the badge");
}

/* A small panel has no room beside the keys: the badges that share the code take their place. */
static void draw_list(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    struct tn_button back = {.control = "found-back", .text = _("Back")};
    tn_draw_clear(draw);
    tn_staff_title(model, view, draw, _("Type a code"));
    float bottom = tn_layout_actions(view, draw, &back, 1, 1);
    tn_found_draw(model, view, draw, tn_staff_body(view, bottom), (struct tn_area){0});
}

void tn_screen_code(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct tn_search_state *state = &model->states.search;
    if (state->is_chosen) {
        tn_found_chosen_draw(model, view, draw);
        return;
    }
    struct tn_area beside;
    struct tn_pad pad = {.field = &state->field,
                         .keyboard = &state->keyboard,
                         .words = words(state),
                         .back = {.control = "back", .text = _("Back")}};
    tn_pad_title(model, view, draw, _("Type a code"));
    tn_pad_draw(view, draw, &pad, &beside);
    if (beside.h >= TN_BUTTON_MM) {
        tn_found_draw(model, view, draw, beside, (struct tn_area){0});
    } else if (state->found.count > 0) {
        draw_list(model, view, draw);
    }
}

void tn_code_open(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    sodium_memzero(state, sizeof *state);
    tn_typing_open(model, &state->field, &state->keyboard, TN_FIELD_DIGITS, DIGITS);
    state->keyboard.is_digits = true;
    tn_go(model, TN_SCREEN_CODE, effects);
}

void tn_code_ask(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    if (state->is_chosen) {
        return;
    }
    sodium_memzero(&state->found, sizeof state->found);
    state->refused = TN_OK;
    if (state->field.len == DIGITS) {
        struct tn_request *request = tn_ask(effects, TN_ASK_CODE);
        (void)snprintf(request->text, sizeof request->text, "%s", state->field.text);
    }
}

/* A code that only one badge has needs no choosing. */
static void choose_only(struct tn_search_state *state)
{
    if (state->found.count == 1 && !state->is_chosen) {
        state->chosen = state->found.items[0];
        state->is_chosen = true;
    }
}

void tn_code_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    if (tn_is_tap(event, "found-back")) {
        tn_code_open(model, effects);
        return;
    }
    if (tn_found_event(model, event, "typed", effects)) {
        if (event->type == TN_EVENT_REPLY && event->reply->type == TN_ASK_CODE) {
            choose_only(state);
        }
        return;
    }
    if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
        return;
    }
    switch (tn_typing_event(&state->field, &state->keyboard, event, effects)) {
    case TN_TYPED_CHANGED:
        tn_code_ask(model, effects);
        break;
    case TN_TYPED_ESCAPE:
        tn_staff_open(model, effects);
        break;
    default:
        break;
    }
}

const struct tn_field *tn_code_field(const struct tn_model *model)
{
    return model->states.search.is_chosen ? NULL : &model->states.search.field;
}
