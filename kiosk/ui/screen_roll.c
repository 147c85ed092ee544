/* Who is here, for the day the hall has to be empty: names page by page, headed by what the list
 * rests on, since this station may not have heard of everybody. Controls: earlier, later, back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/dates.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"
#include "kiosk/ui/sync_words.h"

#define LINE_MM 12.0f
#define COLUMN_MM 56.0f /* for a first name and an initial, or most whole names */

/* "Seen by this station and 2 of 4 others, last heard 10:56". */
static void basis_of(const struct tn_model *model, char out[TN_DRAW_TEXT_MAX + 1])
{
    const struct tn_station_info *info = &model->info;
    char heard[TN_DATE_WORDS_SIZE];
    if (info->siblings == 0) {
        snprintf(out, TN_DRAW_TEXT_MAX + 1, "%s", _("Seen by this station alone."));
        return;
    }
    if (info->siblings_heard == 0 || tn_sync_heard_ms(model) == 0) {
        snprintf(out, TN_DRAW_TEXT_MAX + 1,
                 ngettext("Seen by this station alone. Nothing was heard of %llu other.",
                          "Seen by this station alone. Nothing was heard of %llu others.",
                          (unsigned long)info->siblings),
                 (unsigned long long)info->siblings);
        return;
    }
    tn_date_short(tn_sync_heard_ms(model), model->now_ms, heard);
    snprintf(out, TN_DRAW_TEXT_MAX + 1,
             ngettext("Seen by this station and %llu of %llu other, last heard %s.",
                      "Seen by this station and %llu of %llu others, last heard %s.",
                      (unsigned long)info->siblings),
             (unsigned long long)info->siblings_heard, (unsigned long long)info->siblings, heard);
}

/* What the list rests on, at the area's top. Gives the height it takes. */
static float put_head(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area)
{
    const struct tn_roll *roll = &model->states.roll.roll;
    char basis[TN_DRAW_TEXT_MAX + 1];
    char adults[TN_DRAW_TEXT_MAX + 1] = "";
    basis_of(model, basis);
    if (roll->adults > 0) {
        snprintf(adults, sizeof adults,
                 ngettext("And %llu adult was counted.", "And %llu adults were counted.",
                          (unsigned long)roll->adults),
                 (unsigned long long)roll->adults);
    }
    enum tn_type_size size = tn_page_of(view).is_compact ? TN_TYPE_SMALL : TN_TYPE_LABEL;
    struct tn_say says[] = {{basis, size, false, 2, 0.0f}, {adults, size, false, 1, 0.0f}};
    area.h = tn_stack_height(view, says, 2, area.w) + 0.1f;
    tn_layout_stack(view, draw, area, says, 2, TN_COLOR_QUIET, TN_ALIGN_START);
    return area.h;
}

/* Names to a page: what a panel shows large enough to be read aloud; by larger text, small panel.
 */
static unsigned page_size(const struct tn_model *model)
{
    static const unsigned sizes[2][2] = {{TN_ROLL_MAX, 9}, {9, 4}};
    return sizes[model->look.is_larger][model->is_small];
}

/* A name too long for its cell's width is broken in two where that leaves it larger. */
static int lines_for(const struct tn_view *view, const char *words, struct tn_area cell)
{
    float w = tn_text_mm(view, words, TN_TYPE_LABEL, false);
    float whole = cell.w / w;
    float halves = fminf(1.8f * whole, cell.h / (2.0f * tn_line_mm(view, TN_TYPE_LABEL)));
    return whole < 1.0f && halves > whole ? 2 : 1;
}

/* Names down the columns, as a list on paper is read. */
static void put_names(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area)
{
    const struct tn_roll *roll = &model->states.roll.roll;
    int most = (int)(area.w / (COLUMN_MM * view->text_scale));
    int columns = most < 1 ? 1 : most;
    /* Larger text had rather be narrow than low. */
    float high = (float)((int)page_size(model) / columns) * tn_line_mm(view, TN_TYPE_LABEL);
    columns += high > area.h && area.w / (float)(columns + 1) >= COLUMN_MM ? 1 : 0;
    int rows = ((int)page_size(model) + columns - 1) / columns;
    float w = area.w / (float)columns;
    float h = fminf(area.h / (float)rows, LINE_MM * view->text_scale);
    for (size_t i = 0; i < roll->count; i++) {
        char words[TN_DRAW_TEXT_MAX + 1];
        const char *name = roll->rows[i].name;
        if (name[0] != '\0') {
            snprintf(words, sizeof words, "%.250s", name);
        } else {
            /* Translators: three groups of a code's digits, as they stand on the badge. */
            snprintf(words, sizeof words, _("Badge %.3s %.3s %.3s"), roll->rows[i].code,
                     roll->rows[i].code + 3, roll->rows[i].code + 6);
        }
        struct tn_area cell = {area.x + w * (float)((int)i / rows),
                               area.y + h * (float)((int)i % rows), w - 4.0f, h};
        tn_draw_text(draw, tn_area_px(view, cell), TN_TYPE_LABEL, TN_COLOR_INK, words)->lines_max =
            lines_for(view, words, cell);
    }
}

void tn_screen_roll(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct tn_roll_state *state = &model->states.roll;
    char title[TN_DRAW_TEXT_MAX + 1];
    snprintf(title, sizeof title, _("Here now: %llu"), (unsigned long long)state->roll.total);
    tn_staff_title(model, view, draw, title);
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        /* Translators: turns a list of names back by a page, "More names" on. */
        {.control = "earlier", .text = _("Earlier names"), .is_off = state->first == 0},
        {.control = "later",
         .text = _("More names"),
         .is_off = state->first + state->roll.count >= state->roll.total},
    };
    size_t count = state->roll.total > page_size(model) ? 3 : 1;
    struct tn_area body = tn_staff_body(view, tn_layout_actions(view, draw, buttons, count, 1));
    float head = put_head(model, view, draw, body);
    body.y += head + 2.0f;
    body.h -= head + 2.0f;
    if (state->roll.total == 0) {
        struct tn_say say = {_("Nobody is here."), TN_TYPE_BODY, false, 2, 0.0f};
        tn_layout_stack(view, draw, body, &say, 1, TN_COLOR_INK, TN_ALIGN_CENTRE);
        return;
    }
    put_names(model, view, draw, body);
}

void tn_roll_ask(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_request *request = tn_ask(effects, TN_ASK_ROLL);
    request->first = model->states.roll.first;
    request->count = page_size(model);
}

void tn_roll_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_roll_wipe(model);
    tn_go(model, TN_SCREEN_ROLL, effects);
    tn_roll_ask(model, effects);
}

void tn_roll_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    struct tn_roll_state *state = &model->states.roll;
    if (event->type == TN_EVENT_REPLY && event->reply->type == TN_ASK_ROLL) {
        if (event->reply->status == TN_OK) {
            state->roll = event->reply->roll;
        }
    } else if (tn_is_tap(event, "later") && state->first + state->roll.count < state->roll.total) {
        state->first += page_size(model);
        tn_roll_ask(model, effects);
    } else if (tn_is_tap(event, "earlier") && state->first > 0) {
        state->first -= state->first < page_size(model) ? state->first : page_size(model);
        tn_roll_ask(model, effects);
    } else if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
    }
}

void tn_roll_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.roll, sizeof model->states.roll);
}
