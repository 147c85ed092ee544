/* The day's end: today's numbers, and two actions that have nothing to do with each other, each
 * confirmed. Closing for today is an entry, and the next check-in opens again by itself; leaving
 * ends the program, and only whoever unlocked it may. Controls: back, day, leave; not-yet, yes. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"
#include "kiosk/ui/sync_words.h"

#define WORDS_SIZE 32
#define CARDS 4

void tn_close_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_close_wipe(model);
    tn_go(model, TN_SCREEN_CLOSE, effects);
    tn_close_ask(model, effects);
}

void tn_close_ask(struct tn_model *model, struct tn_effects *effects)
{
    (void)model;
    (void)tn_ask(effects, TN_ASK_TALLY);
}

void tn_close_wipe(struct tn_model *model)
{
    model->states.close = (struct tn_close_state){0};
}

/* The day's question stays until the store has answered: after a fault the same tap closes. */
static void confirm(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_close_state *state = &model->states.close;
    if (state->asks == TN_CLOSE_ASKS_DAY) {
        (void)tn_ask(effects, TN_ASK_CLOSE);
    } else if (state->asks == TN_CLOSE_ASKS_LEAVE && tn_ui_is_unlocked(model)) {
        state->asks = TN_CLOSE_ASKS_NONE;
        tn_effect_add(effects, TN_EFFECT_QUIT);
    }
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    if (reply->type == TN_ASK_TALLY && reply->status == TN_OK) {
        model->states.close.tally = reply->tally;
        model->states.close.has_tally = true;
    } else if (reply->type == TN_ASK_CLOSE && reply->status == TN_OK) {
        /* Locked, too: whoever closes walks away. Idle says that it is closed. */
        tn_go_home(model, effects);
    } else if (reply->type == TN_ASK_CLOSE) {
        tn_staff_trouble(model, _("Not closed. Scan your staff card and try again."), effects);
    }
}

void tn_close_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    struct tn_close_state *state = &model->states.close;
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
    } else if (tn_is_tap(event, "day") && !model->info.is_closed) {
        state->asks = TN_CLOSE_ASKS_DAY;
    } else if (tn_is_tap(event, "leave")) {
        state->asks = TN_CLOSE_ASKS_LEAVE;
    } else if (tn_is_tap(event, "not-yet")) {
        state->asks = TN_CLOSE_ASKS_NONE;
    } else if (tn_is_tap(event, "yes")) {
        confirm(model, effects);
    }
}

static void draw_confirm(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw)
{
    bool is_day = model->states.close.asks == TN_CLOSE_ASKS_DAY;
    struct tn_say says[] = {
        {is_day ? _("Close for today?") : _("Leave the program?"), TN_TYPE_HEADLINE, true, 3, 0.0f},
        {is_day ? _("The centre will know this kiosk is home. The next badge opens it again.")
                : _("No badge is taken until somebody starts it again."),
         TN_TYPE_BODY, false, 5, 3.0f},
    };
    struct tn_button buttons[] = {
        {.control = "not-yet", .text = _("Not yet")},
        {.control = "yes", .text = is_day ? _("Yes, close") : _("Yes, leave"), .is_filled = true},
    };
    tn_staff_title(model, view, draw, _("Close"));
    float bottom = tn_layout_actions(view, draw, buttons, 2, 1);
    tn_staff_message(view, draw, tn_staff_body(view, bottom), is_day ? "moon" : "door", says, 2);
}

struct words {
    char today[WORDS_SIZE];
    char present[WORDS_SIZE];
    char adults[WORDS_SIZE];
    char waiting[WORDS_SIZE];
};

static void put(char words[WORDS_SIZE], uint64_t number, bool is_known)
{
    snprintf(words, WORDS_SIZE, is_known ? "%llu" : "–", (unsigned long long)number);
}

/* Today in numbers, on cards like the panel's. */
static void draw_cards(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw, struct tn_area area)
{
    const struct tn_close_state *state = &model->states.close;
    bool is_waiting = model->info.waiting > 0;
    bool is_trouble = tn_sync_is_trouble(model);
    struct words words;
    put(words.today, state->tally.today, state->has_tally);
    put(words.present, state->tally.present, state->has_tally);
    put(words.adults, state->tally.adults, state->has_tally);
    put(words.waiting, is_waiting ? model->info.waiting : model->info.entries, true);
    enum tn_type_size size = TN_TYPE_HEADLINE;
    struct tn_stat stats[CARDS] = {
        {.label = _("Came today"), .value = words.today, .sub = "", .size = size},
        {.label = _("Still here"), .value = words.present, .sub = "", .size = size},
        {.label = _("Adults"), .value = words.adults, .sub = "", .size = size},
        {.label = is_waiting ? _("To send") : _("Safe at the centre"),
         .value = words.waiting,
         .sub = "",
         .size = size,
         .has_mark = true,
         .mark = is_trouble   ? TN_PART_TROUBLE
                 : is_waiting ? TN_PART_NONE
                              : TN_PART_WELL},
    };
    if (!tn_page_of(view).is_tall) {
        tn_stat_row(view, draw, area, stats, CARDS);
        return;
    }
    struct tn_area row = {area.x, area.y, area.w, (area.h - TN_BUTTON_GAP_MM) / 2.0f};
    tn_stat_row(view, draw, row, stats, 2);
    row.y += row.h + TN_BUTTON_GAP_MM;
    tn_stat_row(view, draw, row, &stats[2], 2);
}

static const char *advice(const struct tn_model *model)
{
    if (tn_sync_is_on_stick(model)) {
        return _("Everything here is on the stick, too. Give both to the organizers.");
    }
    if (tn_sync_is_trouble(model)) {
        return tn_sync_fault_advice(&model->sync);
    }
    if (model->info.waiting > 0) {
        return _("Some entries are on this kiosk only. Give it to the organizers as it is.");
    }
    return model->info.is_closed ? _("It is closed. The next badge opens it again.")
                                 : _("Everything here is safe at the centre.");
}

static void draw_today(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw, struct tn_area area)
{
    bool is_tall = tn_page_of(view).is_tall;
    bool is_low = tn_page_of(view).is_compact && !is_tall;
    const enum tn_type_size size = is_low ? TN_TYPE_LABEL : TN_TYPE_BODY;
    const bool is_trouble = tn_sync_is_trouble(model);
    struct tn_say says[] = {
        {is_trouble ? tn_sync_fault_short(&model->sync) : "", size, true, 2, 0.0f},
        {advice(model), size, false, 4, 1.0f},
    };
    float h = fminf(tn_stack_height(view, says, 2, area.w), area.h * 0.5f);
    float cards = fminf(area.h - h - TN_BUTTON_GAP_MM, is_tall ? 72.0f : 36.0f);
    float gap = (area.h - h - cards) / 3.0f;
    float y = area.y + (view->is_lower ? 2.0f * gap - TN_BUTTON_GAP_MM : 0.0f);
    draw_cards(model, view, draw, (struct tn_area){area.x, y, area.w, cards});
    y += cards + fmaxf(TN_BUTTON_GAP_MM, view->is_lower ? 0.0f : gap);
    tn_layout_stack(view, draw, (struct tn_area){area.x, y, area.w, h + 0.1f}, says, 2,
                    TN_COLOR_INK, is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
}

/* Three buttons of one width along the bottom. Gives their top. */
static float draw_actions(const struct tn_model *model, const struct tn_view *view,
                          struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    struct tn_choice choices[] = {
        {.control = "back", .label = _("Back")},
        {.control = "leave", .label = _("Leave program")},
        {.control = "day",
         .label = _("Close for today"),
         .is_main = true,
         .is_off = model->info.is_closed},
    };
    const int count = sizeof choices / sizeof choices[0];
    struct tn_cells cells = {.area = {page.margin, page.h - page.margin - TN_BUTTON_MM,
                                      page.w - 2.0f * page.margin, TN_BUTTON_MM},
                             .columns = count,
                             .rows = 1};
    tn_choices_draw(view, draw, &cells, choices, count);
    return cells.area.y;
}

void tn_screen_close(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    if (model->states.close.asks != TN_CLOSE_ASKS_NONE) {
        draw_confirm(model, view, draw);
        return;
    }
    bool is_closed = model->info.is_closed;
    tn_staff_title(model, view, draw, is_closed ? _("Closed for today") : _("Today at this kiosk"));
    draw_today(model, view, draw, tn_staff_body(view, draw_actions(model, view, draw)));
}
