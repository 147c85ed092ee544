/* Please see a helper: the badge was not recognised, or what was read is no badge. Never says why
 * somebody was refused: the people in the queue can read it, too. Controls: ok; admit, for
 * staff who unlocked the kiosk: lets in whom it has just refused. */
#include "kiosk/ui/screens.h"

#define BUTTON_H_MM 20.0f

/* A button on the warning's colour: white, or as dark as the sign where it is the one to press. */
static void button(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                   const char *control, const char *text, bool is_dark)
{
    struct tn_rect box = tn_area_px(view, area);
    tn_draw_panel(draw, box, tn_px(view, 4.0f), is_dark ? TN_COLOR_HELP_INK : TN_COLOR_WHITE,
                  TN_COLOR_HELP_INK, tn_px(view, 0.6f))
        ->control = control;
    struct tn_area inner = {area.x + 2.0f, area.y + 1.0f, area.w - 4.0f, area.h - 2.0f};
    struct tn_item *words = tn_draw_text(draw, tn_area_px(view, inner), TN_TYPE_LABEL,
                                         is_dark ? TN_COLOR_HELP : TN_COLOR_HELP_INK, text);
    words->align = TN_ALIGN_CENTRE;
    words->is_bold = true;
    words->lines_max = tn_text_mm(view, text, TN_TYPE_LABEL, true) > inner.w ? 2 : 1;
}

static void ok_button(const struct tn_view *view, const struct tn_page *page, struct tn_draw *draw,
                      bool is_alone)
{
    float w = page->is_tall && is_alone ? 60.0f : 36.0f;
    float x = page->is_tall && is_alone ? (page->w - w) / 2.0f : page->w - page->margin - w;
    button(view, draw, (struct tn_area){x, page->h - page->margin - BUTTON_H_MM, w, BUTTON_H_MM},
           "ok", _("OK"), false);
}

/* Staff's word goes, but only with their card, and for a badge: noise has nobody behind it. */
static bool can_admit(const struct tn_model *model)
{
    return model->info.is_unlocked && model->record.result == TN_RESULT_REFUSED &&
           model->record.seq != 0;
}

/* A badge is never refused by a station that has no pack: this is a card of staff or of a group. */
static bool is_unknown_card(const struct tn_model *model)
{
    return model->record.result == TN_RESULT_REFUSED && model->record.seq != 0 &&
           model->info.epoch == 0;
}

/* Whatever it says is neither shown nor kept. */
static bool is_foreign(const struct tn_model *model)
{
    return model->record.result == TN_RESULT_NOISE && model->is_foreign;
}

static const char *second_line(const struct tn_model *model)
{
    if (is_unknown_card(model)) {
        return _("This kiosk knows no staff cards yet. The organizers have to sync it first.");
    }
    if (is_foreign(model)) {
        return _("Look for the square on your badge, or see a helper.");
    }
    return model->record.result == TN_RESULT_NOISE ? _("Or hold your badge here once more.")
                                                   : _("They will get you in.");
}

void tn_screen_help(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    struct tn_say says[] = {
        {is_foreign(model) ? _("That is not your badge") : _("Please see a helper"),
         TN_TYPE_HEADLINE, true, 3, 0.0f},
        {second_line(model), TN_TYPE_BODY, false, 3, page.is_compact ? 1.0f : 4.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_HELP,
                                               .ink = TN_COLOR_HELP_INK,
                                               .picture = "triangle",
                                               .shape = TN_COLOR_HELP_INK,
                                               .sign = TN_COLOR_HELP,
                                               .foot = BUTTON_H_MM + 2.0f * page.margin,
                                               .says = says,
                                               .count = 2});
    ok_button(view, &page, draw, !can_admit(model));
    if (can_admit(model)) {
        struct tn_area area = {page.margin, page.h - page.margin - BUTTON_H_MM, 60.0f, BUTTON_H_MM};
        button(view, draw, area, "admit", _("Let them in"), true);
    }
}

void tn_help_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    if (tn_is_tap(event, "admit") && can_admit(model)) {
        tn_ask(effects, TN_ASK_ADMIT_REFUSED)->seq = model->record.seq;
    } else if (tn_is_tap(event, "ok")) {
        tn_uncover(model, effects);
    }
}
