/* Bridge: learners who were seen both in school and out of it. An activity's own setting counts
 * before its event's. */
#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

enum { BOTH, IN_ONLY, OUT_ONLY, NEITHER, ROWS };

struct bridge {
    int64_t rows[ROWS];
};

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct bridge *b = state;
    bool is_in = false;
    bool is_out = false;
    for (size_t i = 0; i < who->count; i++) {
        const struct tn_attended *visit = &who->visits[i];
        enum tn_setting setting = visit->activity == TN_SCOPE_NONE
                                      ? TN_SETTING_UNKNOWN
                                      : scope->activities[visit->activity].setting;
        setting = setting == TN_SETTING_UNKNOWN ? scope->events[visit->event].setting : setting;
        is_in = is_in || setting == TN_SETTING_IN_SCHOOL;
        is_out = is_out || setting == TN_SETTING_OUT_OF_SCHOOL;
    }
    b->rows[is_in && is_out ? BOTH : is_in ? IN_ONLY : is_out ? OUT_ONLY : NEITHER]++;
    return TN_OK;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    static const char *const labels[ROWS] = {"In school and out of it", "In school only",
                                             "Out of school only", "Setting not known"};
    const struct bridge *b = state;
    (void)tn_release_headline(scope, out, "In school and out of it");
    tn_release_rows(scope, out, "settings", "Where learners were seen", "Setting", labels, b->rows,
                    ROWS);
    tn_report_note(out, "The setting is the activity's, or where it has none the event's, as"
                        " events.csv and activities.csv say: in-school or out-of-school.");
    tn_release_notes(scope, out);
    return out->status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {
        .size = sizeof(struct bridge), .add = add, .finish = finish};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_bridge = {
    .name = "bridge",
    .title = "Bridge",
    .summary = "learners seen both in school and out of it",
    .pillar = "Systems",
    .make = make,
};
