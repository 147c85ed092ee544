/* Goodbye: the way out. The green of the welcome, softer, and an arrow that waves out of the disc;
 * the path is walked and leads off the screen. */
#include "kiosk/ui/screens.h"

void tn_screen_goodbye(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    const char *name = model->record.name;
    bool is_named = name[0] != '\0';
    struct tn_page page = tn_page_of(view);
    struct tn_say says[] = {
        {is_named ? _("Goodbye,") : "", TN_TYPE_HEADLINE, false, 1, 0.0f},
        {is_named ? name : _("Goodbye!"), TN_TYPE_NAME, true, 2, page.is_compact ? 0.0f : 2.0f},
        {_("See you soon!"), TN_TYPE_BODY, false, 2, page.is_compact ? 1.0f : 4.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_GOODBYE,
                                               .ink = TN_COLOR_GOODBYE_INK,
                                               .picture = "wave-out",
                                               .shape = TN_COLOR_GOODBYE_INK,
                                               .sign = TN_COLOR_GOODBYE,
                                               .foot = tn_path_foot(&page),
                                               .says = says,
                                               .count = 3});
    struct tn_path path = tn_path_of_result(&page);
    path.ground = TN_COLOR_GOODBYE;
    path.walked_color = TN_COLOR_GOODBYE_INK;
    path.todo_color = TN_COLOR_GOODBYE_TRACK;
    path.lit_color = TN_COLOR_GOODBYE_INK;
    path.walked = 0.88f;
    path.stops[0].is_walked = true;
    path.stops[1] = (struct tn_stop){.at = 0.36f, .is_walked = true};
    path.shift_x = -24.0f * tn_motion_left(model);
    tn_layout_path(view, draw, &path);
}
