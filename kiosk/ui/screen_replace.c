/* New badges, by staff: another badge for a learner who lost theirs (the old one is refused from
 * then on), or a name for a blank badge. Asks whose, then why, then for a blank badge to scan or
 * for one to be made here. Controls: find, blank, lost, damaged, other, make, back. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"

#define CELL_MOST_MM 40.0f

static const struct {
    const char *control;
    const char *words;
} reasons[TN_WHY_COUNT] = {
    [TN_WHY_LOST] = {"lost", N_("It is lost")},
    [TN_WHY_DAMAGED] = {"damaged", N_("It is damaged")},
    [TN_WHY_OTHER] = {"other", N_("Another reason")},
};

static bool has_who(const struct tn_replace_state *state)
{
    return !tn_id_is_none(&state->who.learner) || !tn_id_is_none(&state->who.badge);
}

static struct tn_area with_back(const struct tn_model *model, const struct tn_view *view,
                                struct tn_draw *draw, const char *title, const char *action)
{
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "make", .text = action, .is_filled = true},
    };
    tn_staff_title(model, view, draw, title);
    return tn_staff_body(view, tn_layout_actions(view, draw, buttons, action != NULL ? 2 : 1, 1));
}

/* All of a few choices share the page's width. */
static void draw_few(const struct tn_view *view, struct tn_draw *draw, struct tn_area body,
                     struct tn_choice *choices, int count)
{
    struct tn_cells cells = tn_cells_wide(view, body, count, CELL_MOST_MM);
    cells.columns = cells.columns > count ? count : cells.columns;
    tn_choices_draw(view, draw, &cells, choices, count);
}

static void draw_choice(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    struct tn_area body = with_back(model, view, draw, _("New badge"), NULL);
    struct tn_choice choices[] = {
        {.control = "find", .label = _("For a learner who has none any more")},
        {.control = "blank", .label = _("A blank badge gets a name")},
    };
    draw_few(view, draw, body, choices, 2);
}

static void draw_reasons(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw)
{
    struct tn_area body = with_back(model, view, draw, _("What is with the old badge?"), NULL);
    struct tn_choice choices[TN_WHY_COUNT];
    for (int i = 0; i < TN_WHY_COUNT; i++) {
        choices[i] =
            (struct tn_choice){.control = reasons[i].control, .label = _(reasons[i].words)};
    }
    draw_few(view, draw, body, choices, TN_WHY_COUNT);
}

/* Why the last badge or the last try would not do; NULL: nothing went wrong. */
static const char *refusal(enum tn_status status)
{
    switch (status) {
    case TN_OK:
        return NULL;
    case TN_ERR_EXISTS:
        return _("That badge is somebody's already. Scan a blank one.");
    case TN_ERR_STATE:
        return _("This kiosk cannot make badges yet. The organizers have to sync it first.");
    default:
        return _("That is no badge of this event. Scan a blank one.");
    }
}

static void draw_scan(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    const struct tn_replace_state *state = &model->states.replace;
    const char *title = state->is_naming ? _("Name a blank badge") : _("Scan a blank badge");
    const bool can_make = !state->is_naming && state->refused != TN_ERR_STATE;
    struct tn_area body = with_back(model, view, draw, title, can_make ? _("Make one here") : NULL);
    const char *refused = refusal(state->refused);
    struct tn_say says[] = {
        {state->is_naming ? "" : state->who.name, TN_TYPE_HEADLINE, true, 2, 0.0f},
        {refused != NULL ? refused : _("Hold a blank badge before the scanner."), TN_TYPE_BODY,
         refused != NULL, 3, 2.0f},
    };
    struct tn_area place = tn_staff_message(view, draw, body, NULL, says, 2);
    tn_draw_picture(draw, tn_area_px(view, place), "scan-frame", TN_COLOR_ACTION, TN_COLOR_LINE);
    float inset = place.w * 0.14f;
    struct tn_area badge = {place.x + inset, place.y + inset, place.w - 2.0f * inset,
                            place.h - 2.0f * inset};
    tn_draw_picture(draw, tn_area_px(view, badge), "badge", TN_COLOR_LINE, TN_COLOR_INK)->turn_deg =
        -6;
}

void tn_screen_replace(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    const struct tn_replace_state *state = &model->states.replace;
    if (state->is_naming || state->has_why) {
        draw_scan(model, view, draw);
    } else if (has_who(state)) {
        draw_reasons(model, view, draw);
    } else {
        draw_choice(model, view, draw);
    }
}

void tn_replace_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_replace_wipe(model);
    tn_go(model, TN_SCREEN_REPLACE, effects);
}

void tn_replace_open_for(struct tn_model *model, const struct tn_found *who,
                         struct tn_effects *effects)
{
    struct tn_found chosen = *who;
    tn_replace_wipe(model);
    model->states.replace.who = chosen;
    tn_go(model, TN_SCREEN_REPLACE, effects);
    sodium_memzero(&chosen, sizeof chosen);
}

static void ask(struct tn_replace_state *state, const char *blank, struct tn_effects *effects)
{
    struct tn_request *request = tn_ask(effects, TN_ASK_REPLACE);
    request->who = state->who;
    request->why = state->why;
    (void)snprintf(request->text, sizeof request->text, "%s", blank);
}

/* A scan here is meant as the new badge. */
bool tn_replace_scan(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    struct tn_replace_state *state = &model->states.replace;
    if (!state->is_naming && !state->has_why) {
        return false;
    }
    if (event->len != TN_BADGE_DIGITS || event->text[0] != '1') {
        state->refused = TN_ERR_FORMAT;
        /* Staff's own card, held up again, is not a mistake to talk about. */
        return event->text[0] != '2';
    }
    if (state->is_naming) {
        char blank[TN_BADGE_TEXT_SIZE];
        memcpy(blank, event->text, TN_BADGE_DIGITS);
        blank[TN_BADGE_DIGITS] = '\0';
        tn_register_open(model, effects);
        memcpy(model->states.reg.blank, blank, sizeof blank);
        sodium_memzero(blank, sizeof blank);
    } else {
        ask(state, event->text, effects);
    }
    return true;
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    if (reply->type != TN_ASK_REPLACE) {
        return;
    }
    model->states.replace.refused = reply->status;
    if (reply->status != TN_OK) {
        return;
    }
    if (reply->handed.digits[0] == '\0') {
        tn_staff_notice(model, _("The new badge is ready"), effects);
        return;
    }
    tn_badge_open(model, &reply->handed, effects);
}

static void choose_reason(struct tn_replace_state *state, const struct tn_event *event)
{
    for (int i = 0; i < TN_WHY_COUNT; i++) {
        if (tn_is_tap(event, reasons[i].control)) {
            state->why = (enum tn_replace_why)i;
            state->has_why = true;
        }
    }
}

void tn_replace_event(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    struct tn_replace_state *state = &model->states.replace;
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
    } else if (tn_is_tap(event, "make") && state->has_why) {
        ask(state, "", effects);
    } else if (tn_is_tap(event, "find")) {
        tn_search_open(model, effects);
    } else if (tn_is_tap(event, "blank")) {
        state->is_naming = true;
    } else if (has_who(state) && !state->has_why) {
        choose_reason(state, event);
    }
}

void tn_replace_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.replace, sizeof model->states.replace);
}
