/* Idle: waiting for a badge. One picture that says it without words (a badge slides into the
 * scanner's frame), the same in words, and the path whose first stop is yours. Along the bottom is
 * what a learner may need before a badge: help, or a place in the book for those who have none, a
 * language, the voice. While a stick is copied the words are about that. With demo badges a strip
 * above it stands in for a scanner. Controls: no-badge or help, lang-XX, language, speech, staff
 * (the logo), demo-1 to demo-6. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/demo_strip.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/sync_banner.h"

#define STAFF_MM 20.0f
#define WIDE_MM 200.0f
#define ACTIONS_MAX 12

/* A part of a square, as a square: its left top and its side are shares of the whole. */
static struct tn_area part_of(struct tn_area square, float x, float y, float side)
{
    return (struct tn_area){square.x + x * square.w, square.y + y * square.h, side * square.w,
                            side * square.h};
}

/* What the camera sees in the scanner's frame, with a small badge that says what to show it; the
 * frame is ticked once it has seen one. */
static void mirror(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                   struct tn_area square)
{
    struct tn_area picture = part_of(square, 0.115f, 0.115f, 0.77f);
    float slide = 0.1f * tn_motion_left(model);
    tn_draw_camera(draw, tn_area_px(view, picture), tn_px(view, 0.07f * square.w));
    if (tn_motion_is_seen(model)) {
        tn_draw_picture(draw, tn_area_px(view, square), "scan-frame", TN_COLOR_GOOD, TN_COLOR_LINE);
        tn_draw_picture(draw, tn_area_px(view, part_of(square, 0.32f, 0.32f, 0.36f)), "tick",
                        TN_COLOR_GOOD, TN_COLOR_PAPER);
        return;
    }
    tn_draw_picture(draw, tn_area_px(view, part_of(square, 0.62f, 0.58f + slide, 0.4f)), "badge",
                    TN_COLOR_LINE, TN_COLOR_INK)
        ->turn_deg = -6;
}

/* The scanner's frame on its panel, and the badge that slides in, or the camera's picture. */
static void scan_picture(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area area)
{
    struct tn_area square = tn_layout_scan_frame(view, draw, area);
    float side = square.w;
    if (model->health.camera == TN_PART_WELL) {
        mirror(model, view, draw, square);
        return;
    }
    square.x += side * 0.13f;
    square.w -= side * 0.26f;
    square.y += side * (0.12f + 0.08f * tn_motion_left(model));
    square.h -= side * 0.26f;
    tn_draw_picture(draw, tn_area_px(view, square), "badge", TN_COLOR_LINE, TN_COLOR_INK)
        ->turn_deg = -6;
}

/* The headline with the path below it where there is room for both, in the middle of the area; or,
 * with a stick in the kiosk, what becomes of it. */
static void invitation(const struct tn_model *model, const struct tn_view *view,
                       const struct tn_page *page, struct tn_draw *draw, struct tn_area area)
{
    if (tn_sync_is_shown(model)) {
        tn_sync_banner(model, view, draw, area);
        return;
    }
    struct tn_say say = {_("Hold your badge here"), TN_TYPE_HEADLINE, true, 2, 0.0f};
    float words = fminf(tn_stack_height(view, &say, 1, area.w), area.h);
    float path_h = page->is_compact ? 12.0f : 18.0f;
    float gap = page->is_compact ? 2.0f : 6.0f;
    bool has_path = words + gap + path_h <= area.h;
    path_h = has_path ? path_h : 0.0f;
    gap = has_path ? gap : 0.0f;
    float y = area.y + (area.h - words - gap - path_h) / 2.0f;
    tn_layout_stack(view, draw, (struct tn_area){area.x, y, area.w, words + 0.1f}, &say, 1,
                    TN_COLOR_INK, page->is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    if (!has_path) {
        return;
    }
    float w = fminf(area.w, 76.0f);
    float x = page->is_tall ? area.x + (area.w - w) / 2.0f : area.x;
    tn_layout_path_ahead(view, draw, (struct tn_area){x, y + words + gap, w, path_h});
}

/* What a language's button is called; the names are their own, in every language. */
static const char *const lang_controls[TN_LANG_COUNT] = {
    [TN_LANG_EN] = "lang-en",           [TN_LANG_ES] = "lang-es", [TN_LANG_FR] = "lang-fr",
    [TN_LANG_VI] = "lang-vi",           [TN_LANG_AR] = "lang-ar", [TN_LANG_HI] = "lang-hi",
    [TN_LANG_ZH_HANS] = "lang-zh-Hans",
};

/* Languages that stand on idle by name: as many as there is room for beside the globe. */
static int langs_shown(const struct tn_page *page)
{
    return page->w >= WIDE_MM ? 3 : 0;
}

static size_t add_langs(const struct tn_model *model, const struct tn_page *page,
                        struct tn_button *buttons, size_t count)
{
    int left = langs_shown(page);
    int others = 0;
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        bool is_other = model->has_lang[i] && (enum tn_lang)i != model->lang;
        others += is_other ? 1 : 0;
        if (is_other && left > 0) {
            buttons[count++] =
                (struct tn_button){.control = lang_controls[i], .text = tn_langs[i].name};
            left--;
        }
    }
    if (others > 0) {
        buttons[count++] = (struct tn_button){.control = "language", .picture = "globe"};
    }
    return count;
}

/* The bottom row; gives its top. */
static float actions(const struct tn_model *model, const struct tn_view *view,
                     const struct tn_page *page, struct tn_draw *draw)
{
    struct tn_button buttons[ACTIONS_MAX];
    size_t count = 0;
    buttons[count++] =
        model->info.has_walk_in
            ? (struct tn_button){.control = "no-badge", .text = _("No badge?"), .is_filled = true}
            : (struct tn_button){.control = "help", .text = _("Help")};
    if (tn_demo_strip_is_shared(page)) {
        size_t shown = tn_demo_strip_shown(page, model->demo_count);
        for (size_t i = 0; i < shown; i++) {
            buttons[count++] = (struct tn_button){.control = tn_demo_strip_control(i),
                                                  .text = model->demo[i].name};
        }
    }
    size_t first = count;
    count = add_langs(model, page, buttons, count);
    if (model->has_voice[model->lang]) {
        buttons[count++] = (struct tn_button){
            .control = "speech", .picture = model->is_speaking ? "speaker" : "speaker-off"};
    }
    return tn_layout_actions(view, draw, buttons, count, first);
}

/* The logo is where staff without their card begin; learners have no use for it. */
static void staff_corner(const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_area corner = {0.0f, 0.0f, STAFF_MM, STAFF_MM};
    tn_draw_panel(draw, tn_area_px(view, corner), 0, TN_COLOR_NONE, TN_COLOR_NONE, 0)->control =
        "staff";
}

void tn_screen_idle(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    float gap = page.is_compact ? 4.0f : 8.0f;
    float top = page.bar + (page.is_compact ? 2.0f : 4.0f);
    tn_layout_bar(model, view, draw);
    staff_corner(view, draw);
    float bottom = actions(model, view, &page, draw) - TN_BUTTON_GAP_MM;
    tn_demo_strip_draw(model, view, draw, bottom);
    float strip = tn_demo_strip_height(&page, model->demo_count);
    bottom -= strip > 0.0f ? strip + gap / 2.0f : 0.0f;
    float room = bottom - top;

    if (page.is_tall) {
        float words = page.is_compact ? (strip > 0.0f ? 36.0f : 52.0f) : 64.0f;
        words = fminf(words, room * 0.5f);
        struct tn_area picture = {m, top, page.w - 2.0f * m, room - words - gap};
        scan_picture(model, view, draw, picture);
        struct tn_area below = {m, bottom - words, page.w - 2.0f * m, words};
        invitation(model, view, &page, draw, below);
        return;
    }
    float picture_w = fminf(room * (page.is_compact ? 1.1f : 1.3f), page.w * 0.46f);
    scan_picture(model, view, draw, (struct tn_area){m, top, picture_w, room});
    float x = m + picture_w + (page.is_compact ? 8.0f : 12.0f);
    invitation(model, view, &page, draw, (struct tn_area){x, top, page.w - m - x, room});
}

/* The language of a control "lang-XX"; COUNT for any other. */
static enum tn_lang lang_of(const struct tn_event *event)
{
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        if (tn_is_tap(event, lang_controls[i])) {
            return (enum tn_lang)i;
        }
    }
    return TN_LANG_COUNT;
}

const char *tn_lang_control(enum tn_lang lang)
{
    return lang_controls[lang];
}

bool tn_lang_tap(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    enum tn_lang lang = lang_of(event);
    if (lang == TN_LANG_COUNT || !model->has_lang[lang]) {
        return false;
    }
    model->lang = lang;
    tn_go(model, TN_SCREEN_IDLE, effects);
    return true;
}

void tn_idle_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    static const struct tn_record nobody = {.result = TN_RESULT_REFUSED};
    if (tn_lang_tap(model, event, effects)) {
        return;
    }
    if (event->type == TN_EVENT_FILE) {
        tn_setup_early_file(model, event, effects);
    } else if (tn_is_tap(event, "no-badge") && model->info.has_walk_in) {
        tn_register_open(model, effects);
    } else if (tn_is_tap(event, "help")) {
        tn_show(model, TN_SCREEN_HELP, &nobody, effects);
    } else if (tn_is_tap(event, "language")) {
        tn_go(model, TN_SCREEN_LANGUAGE, effects);
    } else if (tn_is_tap(event, "staff")) {
        tn_pin_open(model, effects);
    } else if (tn_is_tap(event, "speech")) {
        model->is_speaking = !model->is_speaking;
        tn_effect_add(effects, TN_EFFECT_LOOK);
    }
}
