/* Welcome: the check-in is on the disk. Green, a tick on a white disc, the name; the sun rolls
 * along the path to the first stop and stays there. Never says more of a learner than the name. */
#include <stdio.h>

#include "kiosk/ui/screens.h"

/* How many of a group are in; false where it was no group. */
static bool words_of_group(const struct tn_group_tally *group, char out[TN_DRAW_TEXT_MAX + 1])
{
    unsigned count = group->members - group->absent;
    if (group->title[0] == '\0') {
        return false;
    }
    snprintf(out, TN_DRAW_TEXT_MAX + 1,
             ngettext("%u learner is checked in.", "%u learners are checked in.", count), count);
    return true;
}

void tn_screen_welcome(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw)
{
    const char *name = model->record.name;
    bool is_named = name[0] != '\0';
    struct tn_page page = tn_page_of(view);
    char checked[TN_DRAW_TEXT_MAX + 1];
    bool is_group = words_of_group(&model->record.group, checked);
    name = is_group ? model->record.group.title : name;
    is_named = is_named || is_group;
    struct tn_say says[] = {
        /* Translators: a name, or a group's, follows on the next line. */
        {is_named ? _("Welcome,") : "", TN_TYPE_HEADLINE, false, 1, 0.0f},
        {is_named ? name : _("Welcome!"), TN_TYPE_NAME, true, 2, page.is_compact ? 0.0f : 2.0f},
        {is_group ? checked : _("You are checked in."), TN_TYPE_BODY, false, 2,
         page.is_compact ? 1.0f : 4.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_WELCOME,
                                               .ink = TN_COLOR_WHITE,
                                               .picture = "tick",
                                               .shape = TN_COLOR_WHITE,
                                               .sign = TN_COLOR_WELCOME,
                                               .foot = tn_path_foot(&page),
                                               .says = says,
                                               .count = 3});
    tn_layout_welcome_path(model, view, draw);
}
