/* A found learner is a name and whether they are in, nothing more: the screen faces the queue.
 * Where no directory names a badge it says so and can be checked in all the same. */
#include "kiosk/ui/found.h"

#include <math.h>

#include <sodium.h>

#include "kiosk/ui/screens.h"

static const char *const controls[TN_FOUND_MAX] = {"found-1", "found-2", "found-3", "found-4",
                                                   "found-5"};

static const char *name_of(const struct tn_found *found)
{
    return found->name[0] != '\0' ? found->name : _("A badge without a name");
}

void tn_found_draw(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                   struct tn_area area, struct tn_area spare)
{
    const struct tn_found_list *found = &model->states.search.found;
    if (found->count == 0) {
        return;
    }
    int count = (int)found->count;
    int rows = (int)((area.h + TN_BUTTON_GAP_MM) / (TN_BUTTON_MM + TN_BUTTON_GAP_MM));
    int fit = tn_cells_columns(area.w, TN_FOUND_MAX) * rows;
    fit = spare.w > 0.0f && count > fit ? fit : count;
    struct tn_cells cells = tn_cells_wide(view, area, fit, 24.0f);
    struct tn_cells others = {.area = spare, .columns = count - fit, .rows = 1};
    struct tn_choice choices[TN_FOUND_MAX];
    for (int i = 0; i < count; i++) {
        choices[i] = (struct tn_choice){.control = controls[i],
                                        .label = name_of(&found->items[i]),
                                        /* Translators: under a name: came in before. */
                                        .value = found->items[i].is_in ? _("is in") : NULL};
    }
    struct tn_area least = tn_cell_area(&cells, 0);
    if (fit < count) {
        least.h = fminf(least.h, spare.h);
        least.w = fminf(least.w, tn_cell_area(&others, 0).w);
    }
    tn_choices_even(view, least, choices, count);
    for (int i = 0; i < count; i++) {
        tn_choice_draw(view, draw,
                       i < fit ? tn_cell_area(&cells, i) : tn_cell_area(&others, i - fit),
                       &choices[i]);
    }
}

void tn_found_chosen_draw(const struct tn_model *model, const struct tn_view *view,
                          struct tn_draw *draw)
{
    const struct tn_found *chosen = &model->states.search.chosen;
    tn_staff_title(model, view, draw, _("Is this the one?"));
    struct tn_button buttons[] = {
        {.control = "found-back", .text = _("Back")},
        {.control = "new-badge", .text = _("New badge")},
        {.control = "check-in", .text = _("Check in"), .is_filled = true},
    };
    float top = tn_layout_actions(view, draw, buttons, sizeof buttons / sizeof buttons[0], 1);
    struct tn_say says[] = {
        {name_of(chosen), TN_TYPE_NAME, true, 2, 0.0f},
        {chosen->is_in ? _("Is in already, as far as this station knows.")
                       : _("Not in yet, as far as this station knows."),
         TN_TYPE_LABEL, false, 2, 4.0f},
    };
    tn_layout_stack(view, draw, tn_staff_body(view, top), says, 2, TN_COLOR_INK, TN_ALIGN_CENTRE);
}

static void choose(struct tn_search_state *state, int number)
{
    state->chosen = state->found.items[number - 1];
    state->is_chosen = true;
}

static bool on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    switch (reply->type) {
    case TN_ASK_SEARCH:
    case TN_ASK_CODE:
        state->refused = reply->status;
        sodium_memzero(&state->found, sizeof state->found);
        if (reply->status == TN_OK) {
            state->found = reply->found;
        }
        return true;
    case TN_ASK_ADMIT:
        if (reply->status == TN_OK) {
            sodium_memzero(&state->found, sizeof state->found);
            sodium_memzero(&state->chosen, sizeof state->chosen);
            state->is_chosen = false;
            tn_field_clear(&state->field);
            tn_show_record(model, &reply->record, effects);
        } else {
            state->refused = reply->status;
        }
        return true;
    default:
        return false;
    }
}

bool tn_found_event(struct tn_model *model, const struct tn_event *event, const char *method,
                    struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    int number = tn_tap_number(event, "found");
    if (event->type == TN_EVENT_REPLY) {
        return on_reply(model, event->reply, effects);
    }
    if (number > 0 && number <= (int)state->found.count) {
        choose(state, number);
        return true;
    }
    if (!state->is_chosen) {
        return false;
    }
    if (tn_is_tap(event, "check-in")) {
        struct tn_request *request = tn_ask(effects, TN_ASK_ADMIT);
        request->who = state->chosen;
        request->method = method;
    } else if (tn_is_tap(event, "new-badge")) {
        tn_replace_open_for(model, &state->chosen, effects);
    } else if (tn_is_tap(event, "found-back")) {
        state->is_chosen = false;
    }
    return true;
}
