/* The form's question about a school or club: a page of the pack's list, a few letters to make the
 * list shorter, or its name typed where it is not there. The list lies with the store; each page
 * of it is asked for when it is shown. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/keyboard.h"
#include "kiosk/ui/register.h"

static const char *const partner_controls[TN_PARTNERS_PAGE] = {
    "partner-1", "partner-2", "partner-3", "partner-4", "partner-5", "partner-6"};

void tn_register_school_ask(const struct tn_register_state *reg, struct tn_effects *effects)
{
    struct tn_request *request = tn_ask(effects, TN_ASK_PARTNERS);
    request->first = reg->first;
    (void)snprintf(request->text, sizeof request->text, "%s", reg->find);
}

void tn_register_ask(struct tn_model *model, struct tn_effects *effects)
{
    const struct tn_register_state *reg = &model->states.reg;
    if (reg->step == TN_STEP_PARTNER && reg->way != TN_PARTNER_TYPE) {
        tn_register_school_ask(reg, effects);
    }
}

/* The field opens on what was typed for this way before. */
static void open_way(struct tn_register_state *reg, enum tn_partner_way way)
{
    const char *typed = way == TN_PARTNER_FIND ? reg->find : reg->form.partner_text;
    enum tn_lang lang = reg->keyboard.lang;
    unsigned langs = reg->keyboard.langs;
    reg->way = way;
    sodium_memzero(&reg->field, sizeof reg->field);
    reg->field.kind = TN_FIELD_TEXT;
    reg->field.chars_max = TN_FIELD_MAX;
    (void)tn_field_insert(&reg->field, typed);
    tn_keyboard_open(&reg->keyboard, lang, &reg->field);
    reg->keyboard.langs = langs;
}

static void show_list(struct tn_register_state *reg, const char *find, struct tn_effects *effects)
{
    char text[TN_FIELD_MAX + 1];
    (void)snprintf(text, sizeof text, "%s", find);
    (void)snprintf(reg->find, sizeof reg->find, "%s", text);
    reg->way = TN_PARTNER_LIST;
    reg->first = 0;
    tn_register_school_ask(reg, effects);
}

void tn_register_school_list(struct tn_register_state *reg, struct tn_effects *effects)
{
    show_list(reg, "", effects);
}

static void on_list(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    int number = tn_tap_number(event, "partner");
    if (number > 0 && (size_t)number <= reg->partners.count) {
        reg->form.partner = reg->partners.items[number - 1].id;
        sodium_memzero(reg->form.partner_text, sizeof reg->form.partner_text);
        tn_register_next(model, effects);
    } else if (tn_is_tap(event, "page")) {
        reg->first += TN_PARTNERS_PAGE;
        reg->first *= reg->first < reg->partners.total ? 1 : 0;
        tn_register_school_ask(reg, effects);
    } else if (tn_is_tap(event, "find")) {
        open_way(reg, TN_PARTNER_FIND);
    } else if (tn_is_tap(event, "all")) {
        show_list(reg, "", effects);
    } else if (tn_is_tap(event, "other")) {
        open_way(reg, TN_PARTNER_TYPE);
    }
}

static void go_on(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    if (reg->way == TN_PARTNER_FIND) {
        (void)tn_keyboard_settle(&reg->keyboard, &reg->field);
        show_list(reg, reg->field.text, effects);
        return;
    }
    reg->form.partner = (struct tn_id){0};
    tn_register_next(model, effects);
}

void tn_register_school_event(struct tn_model *model, const struct tn_event *event,
                              struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    bool is_enter = event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ENTER;
    if (reg->way == TN_PARTNER_LIST) {
        on_list(model, event, effects);
    } else if (tn_is_tap(event, "next")) {
        go_on(model, effects);
    } else if (tn_keyboard_event(&reg->keyboard, &reg->field, event, effects)) {
        /* The list follows what is typed, so that the button can say how many are left. */
        if (reg->way == TN_PARTNER_FIND) {
            (void)snprintf(reg->find, sizeof reg->find, "%s", reg->field.text);
            reg->first = 0;
            tn_register_school_ask(reg, effects);
        }
    } else if (is_enter) {
        go_on(model, effects);
    }
}

static void draw_typing(const struct tn_register_state *reg, const struct tn_view *view,
                        struct tn_draw *draw, const char *end, int step, int steps)
{
    bool is_find = reg->way == TN_PARTNER_FIND;
    char show[TN_DRAW_TEXT_MAX + 1];
    (void)snprintf(show, sizeof show,
                   ngettext("Show %zu", "Show %zu", (unsigned long)reg->partners.total),
                   reg->partners.total);
    bool is_empty = reg->field.len == 0 && reg->keyboard.pinyin[0] == '\0';
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "next",
         .text = is_find    ? show
                 : is_empty ? _("Skip")
                            : _("Next"),
         .is_filled = true,
         .is_off = is_find && reg->partners.total == 0},
    };
    struct tn_typing typing = {
        .question = is_find ? _("How does its name begin?") : _("What is your school or club?"),
        .end = end,
        .step = step,
        .steps = steps,
        .field = &reg->field,
        .keyboard = &reg->keyboard,
        .buttons = buttons,
        .count = 2,
        .first = 1,
    };
    tn_layout_typing(view, draw, &typing);
}

static float draw_list_buttons(const struct tn_register_state *reg, const struct tn_view *view,
                               struct tn_draw *draw)
{
    struct tn_button buttons[5] = {{.control = "back", .text = _("Back")},
                                   {.control = "over", .text = _("Start over")}};
    size_t count = 2;
    if (reg->find[0] != '\0') {
        buttons[count++] = (struct tn_button){.control = "all", .text = _("Show all")};
    } else if (reg->partners.total > TN_PARTNERS_PAGE) {
        buttons[count++] = (struct tn_button){.control = "find", .text = _("Find")};
    }
    if (reg->partners.total > TN_PARTNERS_PAGE) {
        buttons[count++] = (struct tn_button){.control = "page", .text = _("More")};
    }
    buttons[count++] = (struct tn_button){.control = "other", .text = _("Not on the list")};
    return tn_layout_actions(view, draw, buttons, count, 2);
}

void tn_register_school_draw(const struct tn_model *model, const struct tn_register_state *reg,
                             const struct tn_view *view, struct tn_draw *draw)
{
    enum tn_register_step steps[TN_STEP_COUNT];
    int count = (int)tn_register_path(reg, steps);
    int at = (int)tn_register_at(reg) + 1;
    char end[TN_DRAW_TEXT_MAX + 1];
    (void)model;
    /* Translators: which step of the form this is, and of how many. */
    (void)snprintf(end, sizeof end, _("%d of %d"), at, count);
    if (reg->way != TN_PARTNER_LIST) {
        draw_typing(reg, view, draw, end, at, count);
        return;
    }
    struct tn_page page = tn_page_of(view);
    float top = tn_layout_steps(view, draw, _("Which school or club?"), end, at, count);
    float bottom = draw_list_buttons(reg, view, draw) - TN_BUTTON_GAP_MM;
    int columns = view->is_lower || (page.is_compact && !page.is_tall) ? 3 : 2;
    int rows = TN_PARTNERS_PAGE / columns;
    struct tn_area area = {page.margin, top, page.w - 2.0f * page.margin, bottom - top};
    area = tn_register_grid(view, area, rows);
    for (size_t i = 0; i < reg->partners.count && i < TN_PARTNERS_PAGE; i++) {
        const struct tn_pack_partner *partner = &reg->partners.items[i];
        bool is_chosen = memcmp(&partner->id, &reg->form.partner, sizeof partner->id) == 0;
        tn_register_choice(view, draw, tn_register_cell(area, columns, rows, (int)i),
                           partner_controls[i], partner->name, is_chosen);
    }
}
