/* Find a name: two letters are enough to begin, of Chinese and the like one. Up to five are shown,
 * never a list to browse. On a panel too small for keys and names together, a button changes
 * between the two. Controls: the keyboard's, found-1 to found-5, show (names or keys), back, and
 * those of found.h. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/found.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/typed.h"

#define GAP_MM 4.0f
/* Names beside the keys, from this width on: a keyboard of ten keys and a column of names. */
#define BESIDE_MM 210.0f
#define KEYS_MM 142.0f
#define SPARE_MM 62.0f

/* What is said where there are no names to show. */
static const char *words(const struct tn_search_state *state)
{
    if (state->refused == TN_ERR_NOT_FOUND) {
        return _("There are no names on this station. Type the code on the badge instead.");
    }
    if (!tn_search_is_enough(state->field.text)) {
        return _("Type two letters of a name.");
    }
    return state->found.count == 0 ? _("Nobody found. Try fewer letters.") : "";
}

static void put_words(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                      const char *text)
{
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_LABEL, TN_COLOR_QUIET, text);
    item->lines_max = 4;
    item->align = TN_ALIGN_CENTRE;
    item->is_spoken = true;
}

static void names(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                  struct tn_area area, struct tn_area spare)
{
    const char *text = words(&model->states.search);
    if (text[0] != '\0') {
        put_words(view, draw, area, text);
    } else {
        tn_found_draw(model, view, draw, area, spare);
    }
}

/* Keys on the start side, names beside them over the whole height. */
static void draw_wide(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, const struct tn_page *page)
{
    const struct tn_search_state *state = &model->states.search;
    float m = page->margin;
    float keys_w = page->w * KEYS_MM / BESIDE_MM;
    keys_w = keys_w > page->w * 0.66f ? page->w * 0.66f : keys_w;
    float back_y = page->h - m - TN_BUTTON_MM;
    struct tn_button back = {
        .area = {m, back_y, 40.0f, TN_BUTTON_MM}, .control = "back", .text = _("Back")};
    tn_layout_button(view, draw, &back);
    struct tn_area keys = {m, page->bar + GAP_MM, keys_w, back_y - page->bar - 2.0f * GAP_MM};
    (void)tn_typing_draw(&state->field, &state->keyboard, view, draw, keys);
    float x = m + keys_w + GAP_MM;
    names(
        model, view, draw,
        (struct tn_area){x, page->bar + GAP_MM, page->w - m - x, page->h - m - page->bar - GAP_MM},
        /* What the column has no room for stands in the row of the way back, nearest to it. */
        (struct tn_area){x - GAP_MM - SPARE_MM, back_y, SPARE_MM, TN_BUTTON_MM});
}

/* Names between the title and the field. */
static void draw_tall(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, const struct tn_page *page)
{
    const struct tn_search_state *state = &model->states.search;
    struct tn_button buttons[] = {{.control = "back", .text = _("Back")}};
    float bottom = tn_layout_actions(view, draw, buttons, 1, 1) - GAP_MM;
    float m = page->margin;
    /* The names keep two rows of cells, the keys get what is left. */
    float y = page->bar + 2.0f * (GAP_MM + TN_BUTTON_MM) + GAP_MM;
    struct tn_area keys = {m, y, page->w - 2.0f * m, bottom - y};
    float top = tn_typing_draw(&state->field, &state->keyboard, view, draw, keys);
    names(model, view, draw,
          (struct tn_area){m, page->bar + GAP_MM, page->w - 2.0f * m,
                           top - page->bar - 2.0f * GAP_MM},
          (struct tn_area){0});
}

/* A small panel: keys, or names in their place. */
static void draw_small(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw, const struct tn_page *page)
{
    const struct tn_search_state *state = &model->states.search;
    float m = page->margin;
    float w = 34.0f;
    bool has_names = state->found.count > 0;
    char found[TN_DRAW_TEXT_MAX + 1];
    snprintf(found, sizeof found,
             ngettext("%u found", "%u found", (unsigned long)state->found.count),
             (unsigned)state->found.count);
    struct tn_button back = {.area = {m, m, w, TN_BUTTON_MM}, .control = "back", .text = _("Back")};
    struct tn_button show = {.area = {page->w - m - w, m, w, TN_BUTTON_MM},
                             .control = "show",
                             /* Translators: back from the list to the keyboard. */
                             .text = state->is_list ? _("Keys") : found,
                             .is_filled = has_names && !state->is_list,
                             .is_off = !has_names && !state->is_list};
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    tn_layout_button(view, draw, &back);
    if (tn_search_is_enough(state->field.text)) {
        tn_layout_button(view, draw, &show); /* before that nothing was looked for */
    }
    struct tn_area field = {m + w + GAP_MM, m + 1.0f, page->w - 2.0f * (m + w + GAP_MM),
                            TN_FIELD_MM};
    tn_field_draw(&state->field, &state->keyboard, view, draw, field);
    float top = m + TN_BUTTON_MM + GAP_MM;
    struct tn_area below = {m, top, page->w - 2.0f * m, page->h - m - top};
    if (state->is_list && has_names) {
        tn_found_draw(model, view, draw, below, (struct tn_area){0});
        return;
    }
    float keys = tn_keyboard_height(&state->keyboard, view, below.w, below.h);
    tn_keyboard_draw(&state->keyboard, view, draw,
                     (struct tn_area){m, page->h - m - keys, below.w, keys});
}

void tn_screen_search(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    if (model->states.search.is_chosen) {
        tn_found_chosen_draw(model, view, draw);
        return;
    }
    if (page.is_compact && !page.is_tall) {
        draw_small(model, view, draw, &page);
        return;
    }
    tn_staff_title(model, view, draw, _("Find a name"));
    if (page.is_tall || page.w < BESIDE_MM) {
        draw_tall(model, view, draw, &page);
    } else {
        draw_wide(model, view, draw, &page);
    }
}

void tn_search_open(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    sodium_memzero(state, sizeof *state);
    tn_typing_open(model, &state->field, &state->keyboard, TN_FIELD_NAME, 40);
    tn_go(model, TN_SCREEN_SEARCH, effects);
}

void tn_search_ask(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    if (state->is_chosen) {
        return;
    }
    state->is_list = false;
    if (!tn_search_is_enough(state->field.text)) {
        sodium_memzero(&state->found, sizeof state->found);
        state->refused = TN_OK;
        return;
    }
    struct tn_request *request = tn_ask(effects, TN_ASK_SEARCH);
    (void)snprintf(request->text, sizeof request->text, "%s", state->field.text);
}

void tn_search_event(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    struct tn_search_state *state = &model->states.search;
    if (tn_found_event(model, event, "search", effects)) {
        return;
    }
    if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
        return;
    }
    if (tn_is_tap(event, "show")) {
        state->is_list = !state->is_list;
        return;
    }
    switch (tn_typing_event(&state->field, &state->keyboard, event, effects)) {
    case TN_TYPED_CHANGED:
        tn_search_ask(model, effects);
        break;
    case TN_TYPED_ENTER:
        if (state->found.count == 1) {
            state->chosen = state->found.items[0];
            state->is_chosen = true;
        }
        break;
    case TN_TYPED_ESCAPE:
        tn_staff_open(model, effects);
        break;
    default:
        break;
    }
}

const struct tn_field *tn_search_field(const struct tn_model *model)
{
    return model->states.search.is_chosen ? NULL : &model->states.search.field;
}

void tn_search_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.search, sizeof model->states.search);
}
