/* The first staff unlock of each boot: is the clock right? A kiosk without a network cannot know,
 * and every check-in carries its time. Whatever the answer, check-ins go on: the centre corrects
 * the times of a clock that was wrong. Controls: yes, no. */
#include "kiosk/ui/dates.h"
#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"
#include "turnout/timefmt.h"

/* Once is enough while this program runs, also where the machine gives its boots no names by which
 * the station could tell that it was asked. */
void tn_clock_open(struct tn_model *model, struct tn_effects *effects)
{
    if (model->states.clock.is_answered) {
        tn_staff_enter(model, effects);
        return;
    }
    tn_go(model, TN_SCREEN_CLOCK, effects);
}

/* The answer is told apart by what was asked: the reply says only that it is on the disk. */
static void answer(struct tn_model *model, struct tn_effects *effects, bool is_right)
{
    model->states.clock.is_right = is_right;
    tn_ask(effects, TN_ASK_CLOCK)->is_right = is_right;
}

void tn_clock_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    if (tn_is_tap(event, "yes")) {
        answer(model, effects, true);
    } else if (tn_is_tap(event, "no")) {
        answer(model, effects, false);
    } else if (event->type == TN_EVENT_REPLY && event->reply->type == TN_ASK_CLOCK) {
        model->states.clock.is_answered = event->reply->status == TN_OK;
        if (model->states.clock.is_right) {
            tn_staff_enter(model, effects);
        } else {
            tn_staff_notice(model, _("Noted. Check-ins go on; the centre corrects the times."),
                            effects);
        }
    }
}

/* A clock that shows the time in question, for those who read no figures. Its hands turn the right
 * way round in every language. */
static void dial(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                 struct tn_area area)
{
    struct tn_date date = tn_time_date(model->now_ms);
    struct tn_rect box = tn_area_px(view, area);
    tn_draw_picture(draw, box, "clock-face", TN_COLOR_ACTION, TN_COLOR_INK);
    struct tn_item *hour = tn_draw_picture(draw, box, "clock-hour", TN_COLOR_NEWEST, TN_COLOR_INK);
    hour->turn_deg = date.hour % 12 * 30 + date.minute / 2;
    hour->is_fixed = true;
    struct tn_item *minute =
        tn_draw_picture(draw, box, "clock-minute", TN_COLOR_NEWEST, TN_COLOR_INK);
    minute->turn_deg = date.minute * 6;
    minute->is_fixed = true;
}

void tn_screen_clock(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    char question[TN_DATE_WORDS_SIZE];
    tn_date_question(model->now_ms, question);
    struct tn_say says[] = {
        {question, TN_TYPE_HEADLINE, true, 4, 0.0f},
        {_("Compare it with your phone."), TN_TYPE_BODY, false, 3, 3.0f},
    };
    struct tn_button buttons[] = {
        {.control = "no", .text = _("No, it is wrong")},
        {.control = "yes", .text = _("Yes"), .is_filled = true},
    };
    tn_staff_title(model, view, draw, _("Before you start"));
    float bottom = tn_layout_actions(view, draw, buttons, 2, 1);
    struct tn_area place = tn_staff_message(view, draw, tn_staff_body(view, bottom), NULL, says, 2);
    dial(model, view, draw, place);
}
