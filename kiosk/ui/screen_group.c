/* A group: a teacher showed the card of a class or a bus. The left-over badges of those who stayed
 * away are scanned, the adults are counted, and one tap checks everybody else in. No names, no
 * list: only how many. Controls: check-in, adults, cancel; on the number pad, its keys, set, back.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "kiosk/ui/pad.h"
#include "kiosk/ui/screens.h"

#define DIGITS_MAX 3

static unsigned here(const struct tn_group_tally *tally)
{
    return tally->members - tally->absent;
}

static void draw_adults(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    const struct tn_group_state *state = &model->states.group;
    struct tn_area beside;
    struct tn_pad pad = {.field = &state->field,
                         .keyboard = &state->keyboard,
                         .words = _("How many adults came along?"),
                         .back = {.control = "back", .text = _("Back")},
                         .action = {.control = "set", .text = _("OK"), .is_filled = true}};
    tn_pad_title(model, view, draw, state->tally.title);
    tn_pad_draw(view, draw, &pad, &beside);
}

/* Who is away, and how to say so. */
static void words_of_absent(const struct tn_group_tally *tally, char out[TN_DRAW_TEXT_MAX + 1])
{
    if (tally->absent == 0) {
        snprintf(out, TN_DRAW_TEXT_MAX + 1, "%s", _("Is somebody missing? Scan their badge now."));
        return;
    }
    snprintf(out, TN_DRAW_TEXT_MAX + 1,
             ngettext("%u is missing. Scan a badge again if they are here after all.",
                      "%u are missing. Scan a badge again if they are here after all.",
                      tally->absent),
             tally->absent);
}

void tn_screen_group(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct tn_group_state *state = &model->states.group;
    if (state->is_counting) {
        draw_adults(model, view, draw);
        return;
    }
    char count[TN_DRAW_TEXT_MAX + 1];
    char absent[TN_DRAW_TEXT_MAX + 1];
    char adults[TN_DRAW_TEXT_MAX + 1];
    char check_in[TN_DRAW_TEXT_MAX + 1];
    struct tn_page page = tn_page_of(view);
    snprintf(count, sizeof count, "%u", here(&state->tally));
    snprintf(adults, sizeof adults, _("Adults: %u"), state->adults);
    snprintf(check_in, sizeof check_in, _("Check in %u"), here(&state->tally));
    words_of_absent(&state->tally, absent);
    tn_layout_bar(model, view, draw);
    struct tn_button buttons[] = {
        {.control = "cancel", .text = _("Cancel")},
        {.control = "adults", .text = adults},
        {.control = "check-in",
         .text = check_in,
         .is_filled = true,
         .is_off = here(&state->tally) == 0},
    };
    float bottom = tn_layout_actions(view, draw, buttons, sizeof buttons / sizeof buttons[0], 2);
    struct tn_say says[] = {
        {state->tally.title, TN_TYPE_HEADLINE, true, 2, 0.0f},
        {count, TN_TYPE_NAME, true, 1, page.is_compact ? 0.0f : 4.0f},
        {absent, page.is_compact ? TN_TYPE_LABEL : TN_TYPE_BODY, false, 3,
         page.is_compact ? 1.0f : 4.0f},
    };
    struct tn_area area = {page.margin, page.bar + 2.0f, page.w - 2.0f * page.margin,
                           bottom - page.bar - 6.0f};
    tn_layout_stack(view, draw, area, says, sizeof says / sizeof says[0], TN_COLOR_INK,
                    TN_ALIGN_CENTRE);
}

static void open_pad(struct tn_model *model)
{
    struct tn_group_state *state = &model->states.group;
    tn_typing_open(model, &state->field, &state->keyboard, TN_FIELD_DIGITS, DIGITS_MAX);
    state->keyboard.is_digits = true;
    state->is_counting = true;
}

static void set_adults(struct tn_group_state *state)
{
    unsigned adults = (unsigned)strtoul(state->field.text, NULL, 10);
    state->adults = adults > TN_ADULTS_MAX ? TN_ADULTS_MAX : adults;
    state->is_counting = false;
}

static void on_counting(struct tn_model *model, const struct tn_event *event,
                        struct tn_effects *effects)
{
    struct tn_group_state *state = &model->states.group;
    enum tn_typed typed = tn_typing_event(&state->field, &state->keyboard, event, effects);
    if (tn_is_tap(event, "set") || typed == TN_TYPED_ENTER) {
        set_adults(state);
    } else if (tn_is_tap(event, "back") || typed == TN_TYPED_ESCAPE) {
        state->is_counting = false;
    }
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    if (reply->type == TN_ASK_GROUP_DROP) {
        tn_go_home(model, effects);
    } else if (reply->type == TN_ASK_GROUP_CONFIRM && reply->status == TN_OK) {
        /* A visit of a class has no one's passport to show: it is welcome, wherever it came. */
        tn_go_home(model, effects);
        tn_show(model, TN_SCREEN_WELCOME, &reply->record, effects);
    } else if (reply->type == TN_ASK_GROUP_CONFIRM) {
        /* The card was not held up to this end of the day: show it again. */
        tn_go_home(model, effects);
        tn_show(model, TN_SCREEN_HELP, &(struct tn_record){0}, effects);
    }
}

void tn_group_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    struct tn_group_state *state = &model->states.group;
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (state->is_counting) {
        on_counting(model, event, effects);
    } else if (tn_is_tap(event, "adults")) {
        open_pad(model);
    } else if (tn_is_tap(event, "cancel")) {
        (void)tn_ask(effects, TN_ASK_GROUP_DROP);
    } else if (tn_is_tap(event, "check-in") && here(&state->tally) > 0) {
        tn_ask(effects, TN_ASK_GROUP_CONFIRM)->count = state->adults;
    }
}

const struct tn_field *tn_group_field(const struct tn_model *model)
{
    return model->states.group.is_counting ? &model->states.group.field : NULL;
}

void tn_group_leave(struct tn_model *model)
{
    sodium_memzero(&model->states.group, sizeof model->states.group);
}
