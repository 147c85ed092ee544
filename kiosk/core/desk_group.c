/* A group being checked in: who of it is absent, and one transaction for all the others. The open
 * group lives in the handle only; a kiosk that goes dark before the confirmation has written
 * nothing, and the card is scanned again. */
#include <sodium.h>

#include "kiosk/core/desk_impl.h"

void tn_station_group_drop(struct tn_station *station)
{
    if (station->group != NULL) {
        sodium_memzero(station->group, sizeof *station->group);
        free(station->group);
        station->group = NULL;
    }
}

int tn_station_group_member(const struct tn_station *station, const struct tn_id *badge,
                            const struct tn_id *learner)
{
    if (station->group == NULL) {
        return -1;
    }
    const struct tn_group *group = &station->group->group;
    for (size_t i = 0; i < group->count; i++) {
        bool is_learner =
            !tn_id_is_none(learner) && tn_id_equal(&group->members[i].learner, learner);
        if (is_learner || tn_id_equal(&group->members[i].badge, badge)) {
            return (int)i;
        }
    }
    return -1;
}

void tn_station_group_toggle(struct tn_station *station, int member)
{
    bool *is_absent = &station->group->is_absent[member];
    *is_absent = !*is_absent;
    station->group->absent += *is_absent ? 1u : -1u;
}

void tn_station_group_tally(const struct tn_station *station, struct tn_group_tally *out)
{
    const struct tn_open_group *open = station->group;
    *out = (struct tn_group_tally){.members = (unsigned)open->group.count, .absent = open->absent};
    memcpy(out->title, open->group.title, sizeof out->title);
}

static enum tn_status put_members(struct tn_station *station, const struct tn_when *when,
                                  const struct tn_outcome *outcome, uint64_t *seq)
{
    const struct tn_open_group *open = station->group;
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < open->group.count; i++) {
        if (open->is_absent[i]) {
            continue;
        }
        struct tn_entry entry = tn_station_entry(station, outcome->kind, "group", when);
        entry.badge = open->group.members[i].badge;
        entry.learner = open->group.members[i].learner;
        status = tn_station_put(station, &entry, NULL);
        *seq = entry.seq;
    }
    return status;
}

static enum tn_status put_adults(struct tn_station *station, unsigned adults, const char *method,
                                 const struct tn_when *when, uint64_t *seq)
{
    struct tn_buf body;
    struct tn_entry entry = tn_station_entry(station, TN_KIND_HEADCOUNT, method, when);
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_number(&body, adults);
    enum tn_status status = tn_station_put_body(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    *seq = status == TN_OK ? entry.seq : *seq;
    return status;
}

static enum tn_status confirm(struct tn_station *station, unsigned adults,
                              const struct tn_when *when, struct tn_record *out)
{
    uint64_t seq = 0;
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_outcome *outcome = tn_outcome_arrival(tn_station_role(station));
    status = put_members(station, when, outcome, &seq);
    if (status == TN_OK && adults > 0) {
        status = put_adults(station, adults, "group", when, &seq);
    }
    status = tn_station_finish(station, status);
    if (status == TN_OK) {
        out->result = outcome->was_out;
        out->seq = seq;
    }
    return status;
}

enum tn_status tn_station_group_confirm(struct tn_station *station, unsigned adults,
                                        const struct tn_when *when, struct tn_record *out)
{
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    const struct tn_open_group *open = station->group;
    if (open == NULL) {
        return TN_ERR_STATE;
    }
    if (adults > TN_ADULTS_MAX || (adults == 0 && open->absent == open->group.count)) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = confirm(station, adults, when, out);
    if (status == TN_OK) {
        out->is_verified = true;
        out->badge = open->card;
        out->who = open->card;
        tn_station_group_tally(station, &out->group);
        tn_station_group_drop(station);
    }
    return status;
}

enum tn_status tn_station_headcount(struct tn_station *station, unsigned adults,
                                    const struct tn_when *when, uint64_t *seq)
{
    *seq = 0;
    if (adults == 0 || adults > TN_ADULTS_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    uint64_t written = 0;
    status = tn_station_finish(station, put_adults(station, adults, "tap", when, &written));
    *seq = status == TN_OK ? written : 0;
    return status;
}
