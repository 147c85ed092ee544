/* Half a minute in which touches do nothing, so that the screen can be wiped. It ends by itself;
 * scans are taken all the while. There is nothing to press. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"

#define CLEAN_MS 30000
#define SECOND_MS 1000
#define WORDS_SIZE 161

void tn_clean_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_go(model, TN_SCREEN_CLEAN, effects);
    model->states.clean.until_mono_ms = model->mono_ms + CLEAN_MS;
}

static int64_t left_ms(const struct tn_model *model)
{
    int64_t left = model->states.clean.until_mono_ms - model->mono_ms;
    return left > 0 ? left : 0;
}

/* A learner's result is not cut short by the end of it. */
void tn_clean_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    if (event->type == TN_EVENT_TICK && left_ms(model) == 0 && model->screen == model->place) {
        tn_staff_notice(model, _("Touch works again."), effects);
    }
}

/* The line at the bottom is walked as the time goes by, a step a second. */
static void time_path(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, const struct tn_page *page)
{
    struct tn_path path = tn_path_of_result(page);
    float left = (float)((left_ms(model) + SECOND_MS - 1) / SECOND_MS);
    path.x = page->margin + path.radius;
    path.w = page->w - 2.0f * path.x;
    path.ground = TN_COLOR_PAPER;
    path.walked_color = TN_COLOR_ACTION;
    path.todo_color = TN_COLOR_TRACK;
    path.lit_color = TN_COLOR_NEWEST;
    path.walked = fminf(fmaxf(1.0f - left * (float)SECOND_MS / (float)CLEAN_MS, 0.0f), 1.0f);
    path.branch = path.branch_end = 0.0f;
    path.count = 2;
    path.stops[0] = (struct tn_stop){.at = 0.0f, .is_walked = true};
    path.stops[1] = (struct tn_stop){.at = 1.0f};
    tn_layout_path(view, draw, &path);
}

void tn_screen_clean(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    char words[WORDS_SIZE];
    int left = (int)((left_ms(model) + SECOND_MS - 1) / SECOND_MS);
    snprintf(words, sizeof words,
             ngettext("Touch works again in %d second.", "Touch works again in %d seconds.", left),
             left);
    struct tn_say says[] = {
        {_("Wipe the screen now"), TN_TYPE_HEADLINE, true, 3, 0.0f},
        {words, TN_TYPE_BODY, false, 3, 3.0f},
        {_("Badges still scan."), TN_TYPE_BODY, false, 2, 2.0f},
    };
    tn_layout_title(view, draw, _("Clean screen"), "");
    tn_staff_message(view, draw,
                     tn_staff_body(view, page.h - tn_path_foot(&page) + TN_BUTTON_GAP_MM), "cloth",
                     says, 3);
    time_path(model, view, draw, &page);
}
