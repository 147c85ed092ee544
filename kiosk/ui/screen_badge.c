/* Badge: one was handed out. Its QR as large as the screen allows, to photograph; the name, the
 * code, what the printer does. The only screen that ever shows a badge's secret, so it goes after a
 * minute, and the secret with it. Controls: done, again (another child of the same family). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/screens.h"

#define GAP_MM 4.0f
#define NBSP "\xC2\xA0"

/* "123 456 789"; spaces that do not break, and that keep the groups in order in Arabic. */
static void group_code(const char *code, char out[TN_DRAW_TEXT_MAX + 1])
{
    if (strlen(code) != TN_BADGE_CODE_DIGITS) {
        out[0] = '\0';
        return;
    }
    (void)snprintf(out, TN_DRAW_TEXT_MAX + 1, "%.3s" NBSP "%.3s" NBSP "%.3s", code, code + 3,
                   code + 6);
}

/* A walk-in was let in, too; a replacement is an entry that lets nobody in. */
static bool is_walk_in(const struct tn_model *model)
{
    return model->handed.record.result != TN_RESULT_NOISE;
}

/* What else there is to say, the most urgent of it. */
static const char *last_line(const struct tn_model *model)
{
    if (is_walk_in(model) && model->states.reg.form.consent == TN_CONSENT_NONE) {
        return _("Then please see a helper: a grown-up still has to say yes.");
    }
    if (model->handed.digits[0] == '\0') {
        return _("Keep your badge. It is yours now.");
    }
    if (model->health.printer == TN_PART_WELL) {
        return _("It is being printed, too.");
    }
    if (model->health.printer == TN_PART_TROUBLE) {
        return _("The printer needs a helper. A photo works just as well.");
    }
    return "";
}

static void draw_words(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw, struct tn_area area)
{
    struct tn_page page = tn_page_of(view);
    char code[TN_DRAW_TEXT_MAX + 1];
    bool has_qr = model->handed.digits[0] != '\0';
    float gap = page.is_compact ? 1.0f : 4.0f;
    group_code(model->handed.code, code);
    enum tn_type_size plain = page.is_compact ? TN_TYPE_LABEL : TN_TYPE_BODY;
    enum tn_type_size small = page.is_compact ? TN_TYPE_SMALL : TN_TYPE_LABEL;
    struct tn_say says[] = {
        {is_walk_in(model) ? _("Welcome,") : _("Here is your badge,"), plain, false, 1, 0.0f},
        {model->handed.name, TN_TYPE_HEADLINE, true, 2, 0.0f},
        {has_qr ? _("Take a photo of your badge") : "", plain, true, 2, gap},
        {last_line(model), small, false, 3, gap},
        {code, small, false, 1, gap},
    };
    tn_layout_stack(view, draw, area, says, sizeof says / sizeof says[0], TN_COLOR_INK,
                    page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
}

/* The symbol on its white ground, or a tick where the badge is on paper already. */
static void draw_picture(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area area)
{
    float side = fminf(area.w, area.h);
    struct tn_area square = {area.x + (area.w - side) / 2.0f, area.y + (area.h - side) / 2.0f, side,
                             side};
    if (model->handed.digits[0] == '\0') {
        tn_draw_picture(draw, tn_area_px(view, square), "tick", TN_COLOR_WELCOME, TN_COLOR_WHITE);
        return;
    }
    tn_draw_panel(draw, tn_area_px(view, square), tn_px(view, 8.0f), TN_COLOR_WHITE, TN_COLOR_LINE,
                  tn_px(view, 0.5f));
    struct tn_area inner = {square.x + 3.0f, square.y + 3.0f, side - 6.0f, side - 6.0f};
    (void)tn_draw_qr(draw, tn_area_px(view, inner), model->handed.digits);
}

void tn_screen_badge(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    struct tn_button buttons[2] = {
        {.control = "again", .text = _("Another child, same family")},
    };
    size_t count = is_walk_in(model) && model->states.reg.is_open ? 1 : 0;
    buttons[count++] = (struct tn_button){.control = "done", .text = _("Done"), .is_filled = true};
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    float bottom = tn_layout_actions(view, draw, buttons, count, count - 1) - GAP_MM;
    if (page.is_tall) {
        float words = fminf((bottom - m) * 0.45f, 84.0f);
        draw_picture(model, view, draw,
                     (struct tn_area){m, m, page.w - 2.0f * m, bottom - m - words - GAP_MM});
        draw_words(model, view, draw,
                   (struct tn_area){m, bottom - words, page.w - 2.0f * m, words});
        return;
    }
    float side = fminf(bottom - m, page.w * 0.5f);
    draw_picture(model, view, draw, (struct tn_area){m, m, side, bottom - m});
    float x = m + side + 2.0f * m;
    draw_words(model, view, draw, (struct tn_area){x, m, page.w - m - x, bottom - m});
}

void tn_badge_open(struct tn_model *model, const struct tn_handed *handed,
                   struct tn_effects *effects)
{
    struct tn_handed copy = *handed;
    tn_go(model, TN_SCREEN_BADGE, effects);
    model->handed = copy;
    sodium_memzero(&copy, sizeof copy);
    tn_effect_add(effects, TN_EFFECT_SOUND);
    effects->items[effects->count - 1].sound = TN_SOUND_WELCOME;
    if (model->health.printer == TN_PART_WELL && model->handed.digits[0] != '\0') {
        tn_effect_add(effects, TN_EFFECT_PRINT);
    }
}

void tn_badge_wipe_handed(struct tn_model *model)
{
    sodium_memzero(&model->handed, sizeof model->handed);
}

void tn_badge_forget(struct tn_model *model)
{
    tn_badge_wipe_handed(model);
    if (model->kept != TN_SCREEN_REGISTER) {
        tn_register_wipe(model);
    }
}

static void leave(struct tn_model *model, struct tn_effects *effects)
{
    tn_badge_forget(model);
    if (model->info.is_unlocked) {
        tn_staff_open(model, effects);
    } else {
        tn_go_home(model, effects);
    }
}

void tn_badge_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    bool is_enter = event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ENTER;
    if (tn_is_tap(event, "again") && model->states.reg.is_open) {
        tn_badge_wipe_handed(model);
        tn_register_again(model, effects);
    } else if (tn_is_tap(event, "done") || is_enter) {
        leave(model, effects);
    } else if (event->type == TN_EVENT_TICK &&
               model->mono_ms - model->touch_mono_ms >= tn_screens[model->place].rest_ms) {
        /* Silence ends this place by itself, but may lead back to a form that is kept. */
        tn_badge_wipe_handed(model);
    }
}
