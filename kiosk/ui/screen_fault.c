/* The fault: the store takes no entries, so there is no tick anywhere. Says what happened, whom to
 * call and, in small type, what staff can do about it. It tells a learner that a check-in was lost
 * only where one was: a kiosk may find its disk full before anybody came. It leaves by itself when
 * the store is well. */
#include <stdio.h>

#include "kiosk/ui/screens.h"

struct cause {
    const char *what;   /* for everybody: 2 to 4 words */
    const char *remedy; /* for staff */
};

static const struct cause causes[TN_STATUS_COUNT] = {
    [TN_ERR_FULL] = {N_("The disk is full"),
                     N_("Staff: free some space on this kiosk. It goes on by itself.")},
    [TN_ERR_READ_ONLY] = {N_("The disk is locked"),
                          N_("Staff: the station's folder cannot be written. Check the disk and "
                             "its permissions.")},
    [TN_ERR_IO] = {N_("The disk has failed"),
                   N_("Staff: check the disk's cable, or move to another kiosk.")},
    [TN_ERR_DAMAGED] = {N_("The log is damaged"),
                        N_("Staff: restart this kiosk. It sets the log aside and goes on.")},
    [TN_ERR_BUSY] = {N_("The log is busy"),
                     N_("Staff: another program holds the log. It goes on by itself.")},
    [TN_ERR_FORMAT] = {N_("Files are missing"),
                       N_("Staff: keep this kiosk's folder as it is, and call the organizers.")},
    [TN_ERR_NO_MEMORY] = {N_("Out of memory"), N_("Staff: restart this kiosk.")},
};

static const struct cause unknown = {N_("Something went wrong"), N_("Staff: restart this kiosk.")};

void tn_screen_fault(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const struct cause *cause = &unknown;
    if (model->fault < TN_STATUS_COUNT && causes[model->fault].what != NULL) {
        cause = &causes[model->fault];
    }
    char staff[TN_DRAW_TEXT_MAX + 1];
    if (cause == &unknown) {
        snprintf(staff, sizeof staff, "%s (%s)", _(cause->remedy), tn_status_text(model->fault));
    } else {
        snprintf(staff, sizeof staff, "%s", _(cause->remedy));
    }
    const char *lost =
        model->is_unsaved ? _("Your check-in was not saved.") : _("Check-in is not working.");
    struct tn_page page = tn_page_of(view);
    struct tn_say says[] = {
        {_(cause->what), TN_TYPE_HEADLINE, true, 2, 0.0f},
        {_("Please call a helper."), TN_TYPE_BODY, false, 2, page.is_compact ? 0.0f : 2.0f},
        {lost, TN_TYPE_BODY, false, 2, 0.0f},
        {staff, TN_TYPE_SMALL, false, 3, page.is_compact ? 1.0f : 6.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_FAULT,
                                               .ink = TN_COLOR_WHITE,
                                               .picture = "barred",
                                               .shape = TN_COLOR_WHITE,
                                               .sign = TN_COLOR_FAULT,
                                               .foot = page.is_compact ? 4.0f : 12.0f,
                                               .says = says,
                                               .count = 4});
}
