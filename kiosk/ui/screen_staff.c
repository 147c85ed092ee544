/* The staff panel: who is here, what is safe, how the devices are, and everything staff may do. It
 * stays the same on every page of its actions, so that a volunteer always sees the numbers.
 * Controls: lock, more, and one for each action by the name of its place: search, code, register,
 * past, roll, replace, headcount, selftest, switch, settings, clean, close. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_panel.h"
#include "kiosk/ui/sync_words.h"

#define TALLY_MS 60000
#define NOTICE_MS 6000
#define PAGES_MAX 1000
#define COLUMNS_MAX 4
/* Lower than this many lines the title bar has room for one. */
#define LOW_BAR_LINES 1.5f
#define TITLE_SIZE (2 * TN_TITLE_MAX + 200)

static void open_past(struct tn_model *model, struct tn_effects *effects)
{
    tn_past_open(model, false, effects);
}

struct action {
    const char *control;
    const char *text;
    void (*go)(struct tn_model *model, struct tn_effects *effects);
};

/* In the order of how often a volunteer at a door needs them. */
static const struct action actions[] = {
    {"search", N_("Find a name"), tn_search_open},
    {"code", N_("Type a code"), tn_code_open},
    {"register", N_("New learner"), tn_register_open},
    {"past", N_("Undo"), open_past},
    {"roll", N_("Who is here"), tn_roll_open},
    {"replace", N_("New badge"), tn_replace_open},
    {"headcount", N_("Count adults"), tn_headcount_open},
    {"selftest", N_("Test scanner"), tn_selftest_open},
    {"switch", N_("Switch activity"), tn_switch_open},
    {"settings", N_("Settings"), tn_settings_open},
    {"clean", N_("Clean screen"), tn_clean_open},
    {"close", N_("Close for today"), tn_close_open},
};
#define ACTIONS ((int)(sizeof actions / sizeof actions[0]))
/* Behind the actions stand two buttons more. */
#define MORE ACTIONS
#define LOCK (ACTIONS + 1)

void tn_staff_ask(struct tn_model *model, struct tn_effects *effects)
{
    model->states.staff.tally_mono_ms = model->mono_ms;
    (void)tn_ask(effects, TN_ASK_TALLY);
}

void tn_staff_open(struct tn_model *model, struct tn_effects *effects)
{
    model->states.staff = (struct tn_staff_state){0};
    tn_go(model, TN_SCREEN_STAFF, effects);
    tn_staff_ask(model, effects);
}

void tn_staff_notice(struct tn_model *model, const char *words, struct tn_effects *effects)
{
    if (model->info.is_unlocked) {
        tn_staff_open(model, effects);
    } else {
        tn_pin_panel_open(model, effects);
    }
    struct tn_staff_state *staff = &model->states.staff;
    snprintf(staff->notice, sizeof staff->notice, "%s", words);
    staff->notice_mono_ms = model->mono_ms;
    staff->is_trouble = false;
}

void tn_staff_trouble(struct tn_model *model, const char *words, struct tn_effects *effects)
{
    tn_staff_notice(model, words, effects);
    model->states.staff.is_trouble = true;
}

void tn_staff_enter(struct tn_model *model, struct tn_effects *effects)
{
    if (tn_sync_is_trouble(model)) {
        tn_staff_trouble(model, tn_sync_fault_advice(&model->sync), effects);
    } else {
        tn_staff_open(model, effects);
    }
}

void tn_staff_tick(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_staff_state *staff = &model->states.staff;
    if (staff->notice[0] != '\0' && model->mono_ms - staff->notice_mono_ms >= NOTICE_MS) {
        staff->notice[0] = '\0';
    }
    if (staff->tally_mono_ms == 0 || model->mono_ms - staff->tally_mono_ms >= TALLY_MS) {
        tn_staff_ask(model, effects);
    }
}

void tn_staff_reply(struct tn_model *model, const struct tn_reply *reply)
{
    if (reply->type == TN_ASK_TALLY && reply->status == TN_OK) {
        model->states.staff.tally = reply->tally;
        model->states.staff.has_tally = true;
    }
}

static void on_tap(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_staff_state *staff = &model->states.staff;
    if (tn_is_tap(event, "lock")) {
        tn_go_home(model, effects);
        return;
    }
    if (tn_is_tap(event, "more")) {
        staff->page = (staff->page + 1) % PAGES_MAX;
        return;
    }
    for (int i = 0; i < ACTIONS; i++) {
        if (tn_is_tap(event, actions[i].control)) {
            actions[i].go(model, effects);
            return;
        }
    }
}

void tn_staff_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    if (event->type == TN_EVENT_TAP) {
        on_tap(model, event, effects);
    } else if (event->type == TN_EVENT_TICK) {
        tn_staff_tick(model, effects);
    } else if (event->type == TN_EVENT_REPLY) {
        tn_staff_reply(model, event->reply);
    }
}

void tn_staff_wipe(struct tn_model *model)
{
    model->states.staff = (struct tn_staff_state){0};
}

/* Where everything goes: decided once from the size and the text. */
struct plan {
    struct tn_page page;
    bool has_lock_above; /* in the title bar, where that may be high and hands reach up */
    float head;
    struct tn_area cards;
    struct tn_area line; /* devices, or what was just done */
    struct tn_cells cells;
};

/* As many rows of buttons as leave the cards what they need, three upright, two lying. */
static int rows_for(const struct tn_view *view, const struct plan *plan, float room)
{
    int rows = plan->page.is_tall ? 3 : 2;
    float row = TN_BUTTON_MM + TN_BUTTON_GAP_MM;
    while (rows > 1 && room - (float)rows * row < tn_staff_cards_least(view)) {
        rows--;
    }
    return rows;
}

static struct plan plan_for(const struct tn_model *model, const struct tn_view *view)
{
    struct plan plan = {.page = tn_page_of(view)};
    float m = plan.page.margin;
    float gap = plan.page.is_compact ? 2.0f : 4.0f;
    float w = plan.page.w - 2.0f * m;
    plan.has_lock_above = !plan.page.is_compact && !view->is_lower;
    plan.head = plan.has_lock_above          ? TN_BUTTON_MM
                : plan.page.has_corner_below ? 2.0f * tn_line_mm(view, TN_TYPE_SMALL)
                                             : plan.page.head;
    float line = tn_staff_health_height(model, view, w);
    line = plan.page.is_compact ? line : fmaxf(line, tn_line_mm(view, TN_TYPE_LABEL));
    float top = m + plan.head + gap;
    float room = plan.page.h - m - top - line - 2.0f * gap + TN_BUTTON_GAP_MM;
    int rows = rows_for(view, &plan, room);
    float buttons = (float)rows * (TN_BUTTON_MM + TN_BUTTON_GAP_MM);
    plan.cards = (struct tn_area){m, top, w, room - buttons};
    plan.line = (struct tn_area){m, top + plan.cards.h + gap, w, line};
    plan.cells = (struct tn_cells){
        .area = {m, plan.page.h - m - buttons + TN_BUTTON_GAP_MM, w, buttons - TN_BUTTON_GAP_MM},
        .columns = tn_cells_columns(w, COLUMNS_MAX),
        .rows = rows};
    return plan;
}

/* One line of the title bar; a long one is set small. */
static void title_line(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                       const char *words, bool is_first)
{
    bool is_large = is_first && tn_text_mm(view, words, TN_TYPE_LABEL, true) <= area.w &&
                    area.h >= tn_line_mm(view, TN_TYPE_LABEL);
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), is_large ? TN_TYPE_LABEL : TN_TYPE_SMALL,
                     is_first ? TN_COLOR_INK : TN_COLOR_QUIET, words);
    item->is_bold = is_first;
}

/* As much as one line has room for: the station's name at least. */
static void one_line(const struct tn_model *model, const struct tn_view *view, float w,
                     char out[TITLE_SIZE])
{
    const char *station = model->info.station_name;
    snprintf(out, TITLE_SIZE, _("Staff · %1$s · %2$s"), station, model->info.staff_name);
    if (tn_text_mm(view, out, TN_TYPE_SMALL, true) > w) {
        snprintf(out, TITLE_SIZE, _("Staff · %s"), station);
    }
    if (tn_text_mm(view, out, TN_TYPE_SMALL, true) > w) {
        snprintf(out, TITLE_SIZE, "%s", station);
    }
}

/* "Staff · North gate", whose card it was, and when it locks: side by side where the bar is low or
 * the page is wide, in two lines where there is room for them. */
static void title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                  struct tn_area area)
{
    char first[TITLE_SIZE];
    char second[TITLE_SIZE];
    char lock[TN_LOCK_WORDS_SIZE];
    float small = tn_line_mm(view, TN_TYPE_SMALL);
    tn_staff_lock_words(model, lock);
    float lock_w = tn_text_mm(view, lock, TN_TYPE_SMALL, false) + 1.0f;
    snprintf(first, sizeof first, _("Staff · %s"), model->info.station_name);
    snprintf(second, sizeof second, "%s", model->info.staff_name);
    bool is_low = area.h < LOW_BAR_LINES * small;
    bool is_narrow =
        !is_low && tn_text_mm(view, first, TN_TYPE_SMALL, true) + lock_w + 3.0f > area.w;
    if (is_narrow) {
        snprintf(second, sizeof second, "%s · %s", model->info.staff_name, lock);
    } else {
        struct tn_area end = {area.x + area.w - lock_w, area.y, lock_w, area.h};
        tn_draw_text(draw, tn_area_px(view, end), TN_TYPE_SMALL, TN_COLOR_QUIET, lock)->align =
            TN_ALIGN_END;
        area.w -= lock_w + 3.0f;
    }
    if (is_low || (!is_narrow && area.h < 2.0f * small)) {
        one_line(model, view, area.w, first);
        title_line(view, draw, area, first, true);
        return;
    }
    if (tn_text_mm(view, first, TN_TYPE_SMALL, true) > area.w) {
        snprintf(first, sizeof first, "%s", model->info.station_name);
    }
    float upper = fminf(tn_line_mm(view, TN_TYPE_LABEL), area.h - small);
    float y = area.y + (area.h - upper - small) / 2.0f;
    title_line(view, draw, (struct tn_area){area.x, y, area.w, upper}, first, true);
    title_line(view, draw, (struct tn_area){area.x, y + upper, area.w, small}, second, false);
}

static void head(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                 const struct plan *plan)
{
    float m = plan->page.margin;
    float logo = plan->page.head;
    float right = plan->page.w - m;
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    struct tn_area mark = {m, m + (plan->head - logo) / 2.0f, logo, logo};
    tn_draw_picture(draw, tn_area_px(view, mark), "logo", TN_COLOR_ACTION, TN_COLOR_NEWEST)
        ->is_fixed = true;
    if (plan->has_lock_above) {
        float w = fminf(fmaxf(tn_text_mm(view, _("Lock"), TN_TYPE_LABEL, false) + 12.0f, 32.0f),
                        plan->page.w / 4.0f);
        struct tn_button lock = {
            .area = {right - w, m, w, plan->head}, .control = "lock", .text = _("Lock")};
        tn_layout_button(view, draw, &lock);
        right -= w + TN_BUTTON_GAP_MM;
    }
    float x = m + logo + 4.0f;
    title(model, view, draw, (struct tn_area){x, m, right - x, plan->head});
}

void tn_staff_notice_draw(const struct tn_model *model, const struct tn_view *view,
                          struct tn_draw *draw, struct tn_area area)
{
    float d = fminf(area.h, 7.0f);
    struct tn_area mark = {area.x, area.y + (area.h - d) / 2.0f, d, d};
    struct tn_area text = {area.x + d + 3.0f, area.y, area.w - d - 3.0f, area.h};
    bool is_trouble = model->states.staff.is_trouble;
    tn_draw_picture(draw, tn_area_px(view, mark), is_trouble ? "triangle" : "tick",
                    is_trouble ? TN_COLOR_WARN : TN_COLOR_GOOD, TN_COLOR_PAPER);
    bool is_high = area.h + 0.1f >= tn_line_mm(view, TN_TYPE_LABEL) &&
                   tn_text_mm(view, model->states.staff.notice, TN_TYPE_LABEL, true) <= text.w;
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, text), is_high ? TN_TYPE_LABEL : TN_TYPE_SMALL,
                     TN_COLOR_INK, model->states.staff.notice);
    item->lines_max = is_high ? 1 : 2;
    item->is_bold = true;
    item->is_spoken = true;
}

/* The actions of this page, with "More" where there are others, and "Lock" where it is not above.
 */
static void buttons(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    const struct plan *plan)
{
    int cells = plan->cells.columns * plan->cells.rows - (plan->has_lock_above ? 0 : 1);
    bool has_more = ACTIONS > cells;
    int each = has_more ? cells - 1 : ACTIONS;
    each = each > 0 ? each : 1;
    int pages = (ACTIONS + each - 1) / each;
    int first = model->states.staff.page % pages * each;
    struct tn_choice choices[ACTIONS + 2];
    for (int i = 0; i < ACTIONS; i++) {
        choices[i] = (struct tn_choice){
            .control = actions[i].control, .label = _(actions[i].text), .is_main = i == 0};
    }
    const bool is_last = first + each >= ACTIONS;
    choices[MORE] = (struct tn_choice){.control = "more", .label = is_last ? _("Back") : _("More")};
    choices[LOCK] = (struct tn_choice){.control = "lock", .label = _("Lock")};
    /* On every page alike. */
    tn_choices_even(view, tn_cell_area(&plan->cells, 0), choices, ACTIONS + 2);
    for (int i = 0; i < each && first + i < ACTIONS; i++) {
        tn_choice_draw(view, draw, tn_cell_area(&plan->cells, i), &choices[first + i]);
    }
    if (has_more) {
        tn_choice_draw(view, draw, tn_cell_area(&plan->cells, each), &choices[MORE]);
    }
    if (!plan->has_lock_above) {
        int last = has_more ? each + 1 : each;
        tn_choice_draw(view, draw, tn_cell_area(&plan->cells, last), &choices[LOCK]);
    }
}

void tn_screen_staff(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct plan plan = plan_for(model, view);
    head(model, view, draw, &plan);
    tn_staff_cards(model, view, draw, plan.cards);
    if (model->states.staff.notice[0] != '\0') {
        tn_staff_notice_draw(model, view, draw, plan.line);
    } else {
        tn_staff_health(model, view, draw, plan.line);
    }
    buttons(model, view, draw, &plan);
}
