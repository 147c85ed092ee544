/* Already in: nothing is wrong and nothing needs doing, so nothing moves. Blue, the same tick, the
 * same lit stop as when the learner came in. */
#include "kiosk/ui/screens.h"

void tn_screen_already(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    const char *name = model->record.name;
    bool is_named = name[0] != '\0';
    struct tn_page page = tn_page_of(view);
    struct tn_say says[] = {
        {is_named ? _("Already in") : "", TN_TYPE_HEADLINE, false, 1, 0.0f},
        {is_named ? name : _("Already in"), TN_TYPE_NAME, true, 2, page.is_compact ? 0.0f : 2.0f},
        {_("Have fun!"), TN_TYPE_BODY, false, 2, page.is_compact ? 1.0f : 4.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_ALREADY,
                                               .ink = TN_COLOR_WHITE,
                                               .picture = "tick",
                                               .shape = TN_COLOR_WHITE,
                                               .sign = TN_COLOR_ALREADY,
                                               .foot = tn_path_foot(&page),
                                               .says = says,
                                               .count = 3});
    struct tn_path path = tn_path_of_result(&page);
    path.ground = TN_COLOR_ALREADY;
    path.walked_color = TN_COLOR_WHITE;
    path.todo_color = TN_COLOR_ALREADY_TRACK;
    path.lit_color = TN_COLOR_SUN;
    tn_layout_path(view, draw, &path);
}
