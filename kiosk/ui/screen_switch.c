/* What this station is for: a gate, an exit, both, a desk, or one of the event's activities. A tap
 * switches at once and is an entry; another tap switches back. Roles and activities are one list,
 * eight to a page, whatever the screen's size, since the page asked for must not depend on how it
 * is drawn. Controls: role-gate, role-exit, role-both, role-desk; activity-1 and on, counted over
 * all pages of the list; back, more, set-up. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"

#define PAGE 8
#define ROLES 4
#define CELL_MOST_MM 30.0f
#define WORDS_SIZE (TN_TITLE_MAX + 161)
static_assert(PAGE <= TN_ACTIVITIES_PAGE, "a page of activities is one request");

struct role {
    const char *control;
    enum tn_role role;
    const char *words;
    const char *done;
};

static const struct role roles[ROLES] = {
    /* Translators: what a kiosk is for, chosen from a list. */
    {"role-gate", TN_ROLE_GATE, N_("Way in"), N_("This kiosk now checks people in.")},
    {"role-exit", TN_ROLE_EXIT, N_("Way out"), N_("This kiosk now checks people out.")},
    {"role-both", TN_ROLE_BOTH, N_("In and out"), N_("This kiosk now checks people in and out.")},
    /* Translators: where people without a badge are registered. */
    {"role-desk", TN_ROLE_DESK, N_("Desk"), N_("This kiosk is now a desk for new learners.")},
};

static const char *const activity_controls[PAGE] = {
    "activity-1", "activity-2", "activity-3", "activity-4",
    "activity-5", "activity-6", "activity-7", "activity-8",
};

/* The page's first activity, and how many roles stand before it. */
static uint64_t first_activity(const struct tn_switch_state *state)
{
    return state->first > 0 ? state->first - ROLES : 0;
}

static int roles_here(const struct tn_switch_state *state)
{
    return state->first == 0 ? ROLES : 0;
}

void tn_switch_ask(struct tn_model *model, struct tn_effects *effects)
{
    tn_ask(effects, TN_ASK_ACTIVITIES)->first = first_activity(&model->states.to);
}

void tn_switch_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_switch_wipe(model);
    tn_go(model, TN_SCREEN_SWITCH, effects);
    tn_switch_ask(model, effects);
}

void tn_switch_wipe(struct tn_model *model)
{
    model->states.to = (struct tn_switch_state){0};
}

/* Roles and activities together. */
static uint64_t total_of(const struct tn_switch_state *state)
{
    return ROLES + state->activities.total;
}

static void go_on(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_switch_state *state = &model->states.to;
    state->first = state->first + PAGE < total_of(state) ? state->first + PAGE : 0;
    tn_switch_ask(model, effects);
}

static void choose(struct tn_model *model, struct tn_effects *effects, enum tn_role role,
                   const struct tn_id *activity)
{
    struct tn_request *request = tn_ask(effects, TN_ASK_SWITCH);
    request->role = role;
    if (activity != NULL) {
        request->id = *activity;
    }
    model->states.to.refused = TN_OK;
}

/* How many of the page's activities there is room for behind its roles. */
static size_t shown(const struct tn_switch_state *state)
{
    size_t room = (size_t)(PAGE - roles_here(state));
    return state->activities.count < room ? state->activities.count : room;
}

static void on_tap(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_switch_state *state = &model->states.to;
    for (int i = 0; i < roles_here(state); i++) {
        if (tn_is_tap(event, roles[i].control)) {
            choose(model, effects, roles[i].role, NULL);
            return;
        }
    }
    for (size_t i = 0; i < shown(state); i++) {
        if (tn_is_tap(event, activity_controls[i])) {
            choose(model, effects, TN_ROLE_ACTIVITY, &state->activities.items[i].id);
            return;
        }
    }
    if (tn_is_tap(event, "more")) {
        go_on(model, effects);
    } else if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
    } else if (tn_is_tap(event, "set-up")) {
        tn_setup_open(model, effects);
    }
}

/* The station's facts have been read anew before this reply: they say what it is now. */
static void tell(struct tn_model *model, struct tn_effects *effects)
{
    char words[WORDS_SIZE];
    snprintf(words, sizeof words, _("This kiosk is now at %s."), model->info.activity_title);
    for (int i = 0; i < ROLES; i++) {
        if (roles[i].role == model->info.role) {
            snprintf(words, sizeof words, "%s", _(roles[i].done));
        }
    }
    tn_staff_notice(model, words, effects);
}

void tn_switch_event(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    if (event->type == TN_EVENT_TAP) {
        on_tap(model, event, effects);
    } else if (event->type != TN_EVENT_REPLY) {
        return;
    } else if (event->reply->type == TN_ASK_ACTIVITIES && event->reply->status == TN_OK) {
        model->states.to.activities = event->reply->activities;
    } else if (event->reply->type == TN_ASK_SWITCH && event->reply->status == TN_OK) {
        tell(model, effects);
    } else if (event->reply->type == TN_ASK_SWITCH) {
        model->states.to.refused = event->reply->status;
    }
}

static bool is_here(const struct tn_model *model, const struct tn_pack_activity *activity)
{
    return model->info.role == TN_ROLE_ACTIVITY &&
           memcmp(&activity->id, &model->info.activity, sizeof activity->id) == 0;
}

static void draw_choices(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area body)
{
    const struct tn_switch_state *state = &model->states.to;
    int count = 0;
    struct tn_cells cells = tn_cells_for(view, body, PAGE, CELL_MOST_MM);
    struct tn_choice choices[PAGE];
    for (int i = 0; i < roles_here(state); i++) {
        choices[count++] = (struct tn_choice){.control = roles[i].control,
                                              .label = _(roles[i].words),
                                              .is_chosen = roles[i].role == model->info.role};
    }
    for (size_t i = 0; i < shown(state); i++) {
        const struct tn_pack_activity *activity = &state->activities.items[i];
        choices[count++] = (struct tn_choice){.control = activity_controls[i],
                                              .label = activity->title,
                                              .is_chosen = is_here(model, activity)};
    }
    tn_choices_draw(view, draw, &cells, choices, count);
}

void tn_screen_switch(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    const struct tn_switch_state *state = &model->states.to;
    bool is_refused = state->refused != TN_OK;
    bool has_more = total_of(state) > PAGE;
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "set-up", .text = _("Set-up card")},
        {.control = "more", .text = _("More")},
    };
    if (is_refused) { /* needs the whole bar */
        tn_layout_title(view, draw, _("That did not work. Sync this kiosk, then try again."), "");
    } else {
        tn_staff_title(model, view, draw, _("Switch activity"));
    }
    float bottom = tn_layout_actions(view, draw, buttons, has_more ? 3 : 2, has_more ? 2 : 1);
    draw_choices(model, view, draw, tn_staff_body(view, bottom));
}
