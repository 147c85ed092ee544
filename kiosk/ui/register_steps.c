/* How the steps of the walk-in form look: each one question, its answers as large as the screen
 * allows, the path of steps along the top, and the way on and back along the bottom. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/keyboard.h"
#include "kiosk/ui/register.h"

#define GAP_MM 4.0f
#define CELL_MM_MAX 40.0f
#define CHOICE_RADIUS_MM 5.0f
#define CHOICE_PAD_MM 4.0f

struct tn_area tn_register_cell(struct tn_area area, int columns, int rows, int i)
{
    float w = (area.w - (float)(columns - 1) * GAP_MM) / (float)columns;
    float h = (area.h - (float)(rows - 1) * GAP_MM) / (float)rows;
    h = fminf(h, CELL_MM_MAX);
    return (struct tn_area){area.x + (float)(i % columns) * (w + GAP_MM),
                            area.y + (float)(i / columns) * (h + GAP_MM), w, h};
}

struct tn_area tn_register_grid(const struct tn_view *view, struct tn_area area, int rows)
{
    float h = (float)rows * (TN_BUTTON_MM + GAP_MM) - GAP_MM;
    if (view->is_lower && h < area.h) {
        area.y += area.h - h;
        area.h = h;
    }
    return area;
}

void tn_register_choice(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                        const char *control, const char *words, bool is_chosen)
{
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, CHOICE_RADIUS_MM),
                  is_chosen ? TN_COLOR_SURFACE : TN_COLOR_NONE,
                  is_chosen ? TN_COLOR_ACTION : TN_COLOR_LINE, tn_px(view, is_chosen ? 1.0f : 0.5f))
        ->control = control;
    struct tn_area inner = {area.x + CHOICE_PAD_MM, area.y + 1.0f, area.w - 2.0f * CHOICE_PAD_MM,
                            area.h - 2.0f};
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, inner), TN_TYPE_LABEL, TN_COLOR_INK, words);
    item->is_bold = is_chosen;
    item->lines_max = tn_text_mm(view, words, TN_TYPE_LABEL, is_chosen) > inner.w ? 3 : 1;
    item->align = TN_ALIGN_CENTRE;
}

/* "2 of 5", and the numbers for the path. */
struct place {
    int at, count;
    char end[TN_DRAW_TEXT_MAX + 1];
};

static struct place place_of(const struct tn_register_state *reg)
{
    enum tn_register_step steps[TN_STEP_COUNT];
    struct place place = {.at = (int)tn_register_at(reg) + 1,
                          .count = (int)tn_register_path(reg, steps)};
    (void)snprintf(place.end, sizeof place.end, _("%d of %d"), place.at, place.count);
    return place;
}

static void draw_name(const struct tn_model *model, const struct tn_register_state *reg,
                      const struct tn_view *view, struct tn_draw *draw)
{
    struct place place = place_of(reg);
    bool is_given = reg->step == TN_STEP_GIVEN;
    bool is_empty = reg->field.len == 0 && reg->keyboard.pinyin[0] == '\0';
    (void)model;
    struct tn_button buttons[] = {
        {.control = is_given ? "over" : "back", .text = is_given ? _("Start over") : _("Back")},
        {.control = "next",
         .text = is_given || !is_empty ? _("Next") : _("Skip"),
         .is_filled = true,
         .is_off = is_given && is_empty},
    };
    struct tn_typing typing = {
        .question = !is_given        ? _("Family name, or one letter?")
                    : reg->is_family ? _("What is the next child's first name?")
                                     : _("What is your first name?"),
        .end = place.end,
        .step = place.at,
        .steps = place.count,
        .field = &reg->field,
        .keyboard = &reg->keyboard,
        .buttons = buttons,
        .count = 2,
        .first = 1,
    };
    tn_layout_typing(view, draw, &typing);
}

/* The largest size that all grades' names have room for in a cell. */
static enum tn_type_size grade_size(const struct tn_view *view, float w)
{
    static const enum tn_type_size sizes[] = {TN_TYPE_HEADLINE, TN_TYPE_BODY};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        bool is_room = true;
        for (int i = 0; i < TN_GRADES; i++) {
            is_room = is_room && tn_text_mm(view, _(tn_grades[i].name), sizes[k], true) <= w;
        }
        if (is_room) {
            return sizes[k];
        }
    }
    return TN_TYPE_LABEL;
}

static void draw_grade(const struct tn_model *model, const struct tn_register_state *reg,
                       const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    struct place place = place_of(reg);
    (void)model;
    float top =
        tn_layout_steps(view, draw, _("Which grade are you in?"), place.end, place.at, place.count);
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "over", .text = _("Start over")},
        {.control = "unsure", .text = _("I do not know")},
    };
    float bottom = tn_layout_actions(view, draw, buttons, 3, 2) - GAP_MM;
    int columns = page.is_tall && !view->is_lower ? 2 : 3;
    int rows = TN_GRADES / columns;
    struct tn_area area = {page.margin, top, page.w - 2.0f * page.margin, bottom - top};
    area = tn_register_grid(view, area, rows);
    enum tn_type_size size =
        grade_size(view, tn_register_cell(area, columns, rows, 0).w - 2.0f * CHOICE_PAD_MM);
    for (int i = 0; i < TN_GRADES; i++) {
        bool is_chosen =
            sodium_memcmp(reg->form.grade, tn_grades[i].code, strlen(tn_grades[i].code) + 1) == 0;
        struct tn_area cell = tn_register_cell(area, columns, rows, i);
        tn_register_choice(view, draw, cell, tn_grades[i].control, _(tn_grades[i].name), is_chosen);
        struct tn_item *words = &draw->items[draw->count - 1];
        words->size = size;
        words->is_bold = true;
    }
}

/* How the answers that are offered stand: below each other, or two a row. */
struct answers {
    int count, columns, rows;
};

static struct answers answers_of(const struct tn_model *model, const struct tn_view *view)
{
    struct tn_page page = tn_page_of(view);
    struct answers out = {0};
    for (int i = 0; i < TN_CONSENT_COUNT; i++) {
        out.count += tn_register_offers(model, tn_consents[i].consent) ? 1 : 0;
    }
    bool is_one = page.is_tall || (out.count < 3 && !page.is_compact);
    out.columns = is_one && !view->is_lower ? 1 : 2;
    out.rows = (out.count + out.columns - 1) / out.columns;
    return out;
}

static void draw_answers(const struct tn_model *model, const struct tn_register_state *reg,
                         const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    struct answers answers = answers_of(model, view);
    int at = 0;
    area = tn_register_grid(view, area, answers.rows);
    for (int i = 0; i < TN_CONSENT_COUNT; i++) {
        char words[TN_DRAW_TEXT_MAX + 1];
        if (!tn_register_offers(model, tn_consents[i].consent)) {
            continue;
        }
        if (tn_consents[i].consent == TN_CONSENT_SELF) {
            (void)snprintf(words, sizeof words, _("Yes, I am %u or older"),
                           (unsigned)model->info.consent_age);
        } else {
            (void)snprintf(words, sizeof words, "%s", _(tn_consents[i].words));
        }
        bool is_chosen = reg->has_choice && reg->form.consent == tn_consents[i].consent;
        tn_register_choice(view, draw, tn_register_cell(area, answers.columns, answers.rows, at++),
                           tn_consents[i].control, words, is_chosen);
    }
}

static void draw_consent(const struct tn_model *model, const struct tn_register_state *reg,
                         const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    struct place place = place_of(reg);
    float m = page.margin;
    float w = page.w - 2.0f * m;
    float top = tn_layout_steps(view, draw, _("May we write down your visit?"), place.end, place.at,
                                place.count);
    struct tn_say say = {
        _("Your name, grade and school go with it. Only the organizers can read it."),
        page.is_compact ? TN_TYPE_SMALL : TN_TYPE_LABEL, false, 3, 0.0f};
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "over", .text = _("Start over")},
        {.control = "next",
         .text = _("Get my badge"),
         .is_filled = true,
         .is_off = !reg->has_choice},
    };
    float bottom = tn_layout_actions(view, draw, buttons, 3, 2) - GAP_MM;
    /* Where the room is short it is the answers' first. */
    float gap = page.is_compact ? 1.0f : GAP_MM;
    float least = (float)answers_of(model, view).rows * (TN_BUTTON_MM + GAP_MM) - GAP_MM;
    float say_h = fminf(tn_stack_height(view, &say, 1, w), bottom - top - least - gap - 0.2f);
    tn_layout_stack(view, draw, (struct tn_area){m, top, w, say_h}, &say, 1, TN_COLOR_QUIET,
                    TN_ALIGN_START);
    draw_answers(model, reg, view, draw,
                 (struct tn_area){m, top + say_h + gap, w, bottom - top - say_h - gap});
}

/* What went wrong, and what to do about it. */
static void words_of(enum tn_status status, const char **headline, const char **what)
{
    static const struct {
        enum tn_status status;
        const char *headline, *what;
    } rows[] = {
        {TN_ERR_STATE, N_("No new badges here"),
         N_("Please see a helper. Staff: bring this kiosk up to date with sync.")},
        {TN_ERR_FORGED, N_("This blank badge is not ours"),
         N_("Please see a helper. Staff: take another blank badge.")},
        {TN_ERR_EXISTS, N_("This badge is taken"),
         N_("Please see a helper. Staff: take another blank badge.")},
        {TN_ERR_LIMIT, N_("That is too long"), N_("Go back and type a shorter name.")},
    };
    *headline = N_("That did not work");
    *what = N_("Please see a helper, or start over.");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].status == status) {
            *headline = rows[i].headline;
            *what = rows[i].what;
        }
    }
}

static void draw_refused(const struct tn_view *view, struct tn_draw *draw, enum tn_status status,
                         bool can_go_back)
{
    struct tn_page page = tn_page_of(view);
    const char *headline = NULL;
    const char *what = NULL;
    words_of(status, &headline, &what);
    struct tn_say says[] = {
        {_(headline), TN_TYPE_HEADLINE, true, 2, 0.0f},
        {_(what), TN_TYPE_BODY, false, 4, page.is_compact ? 2.0f : 6.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_PAPER,
                                               .ink = TN_COLOR_INK,
                                               .picture = "triangle",
                                               .shape = TN_COLOR_HELP,
                                               .sign = TN_COLOR_HELP_INK,
                                               .foot = TN_BUTTON_MM + page.margin + GAP_MM,
                                               .says = says,
                                               .count = 2});
    struct tn_button buttons[] = {
        {.control = "over", .text = _("OK"), .is_filled = true},
        {.control = "back", .text = _("Back")},
    };
    if (can_go_back) {
        buttons[0] = (struct tn_button){.control = "over", .text = _("Start over")};
        buttons[1].is_filled = true;
    }
    (void)tn_layout_actions(view, draw, buttons, can_go_back ? 2 : 1, can_go_back ? 1 : 0);
}

static void (*const step_draws[TN_STEP_COUNT])(const struct tn_model *,
                                               const struct tn_register_state *,
                                               const struct tn_view *, struct tn_draw *) = {
    [TN_STEP_GIVEN] = draw_name,      [TN_STEP_FAMILY] = draw_name,
    [TN_STEP_GRADE] = draw_grade,     [TN_STEP_PARTNER] = tn_register_school_draw,
    [TN_STEP_CONSENT] = draw_consent,
};

void tn_screen_register(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    const struct tn_register_state *reg = &model->states.reg;
    struct tn_register_state fresh = {0};
    if (!reg->is_open) {
        tn_register_begin(&fresh, model->lang, model->has_lang);
        reg = &fresh;
    }
    if (!tn_register_can(model)) {
        draw_refused(view, draw, TN_ERR_STATE, false);
    } else if (reg->refused != TN_OK) {
        draw_refused(view, draw, reg->refused, true);
    } else {
        step_draws[reg->step](model, reg, view, draw);
    }
}
