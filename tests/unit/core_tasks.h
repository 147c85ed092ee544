/* What a desk does that must be all or nothing, for the tests that make something fail in it. */
#ifndef TESTS_UNIT_CORE_TASKS_H
#define TESTS_UNIT_CORE_TASKS_H

#include "tests/unit/core_desk.h"

struct desk_task {
    enum tn_status (*run)(struct desk *d);
    uint64_t entries; /* that it writes */
};

static inline enum tn_status desk_confirm_group(struct desk *d)
{
    struct tn_record record;
    const struct tn_when when = desk_when(d);
    enum tn_status status = tn_station_group_confirm(d->station, 2, &when, &record);
    assert_int_equal(record.seq != 0, status == TN_OK);
    return status;
}

static inline enum tn_status desk_register_walk_in(struct desk *d)
{
    struct tn_handed handed;
    const struct tn_walkin form = {.given = "Noor", .family = "Haddad"};
    const struct tn_when when = desk_when(d);
    enum tn_status status = tn_station_register(d->station, &form, NULL, &when, &handed);
    assert_int_equal(handed.digits[0] != '\0', status == TN_OK);
    return status;
}

static inline enum tn_status desk_undo_newest(struct desk *d)
{
    uint64_t seq = 0;
    size_t count = 0;
    struct tn_past past[TN_PAST_MAX];
    const struct tn_when when = desk_when(d);
    enum tn_status status = tn_station_past(d->station, &when, TN_UNDO_MS, past, &count);
    if (status == TN_OK) {
        assert_true(count > 0);
        status = tn_station_undo(d->station, past[0].seq, &when, &seq);
    }
    assert_int_equal(seq != 0, status == TN_OK);
    return status;
}

#define DESK_TASKS 3
static const struct desk_task desk_tasks[DESK_TASKS] = {
    {desk_confirm_group, 5}, /* four members and the adults */
    {desk_register_walk_in, 2},
    {desk_undo_newest, 1},
};

/* Opens the station anew, with somebody in and the class's card scanned. */
static inline void desk_ready_for_tasks(struct desk *d)
{
    desk_reopen(d);
    (void)desk_scan(d, &d->learners[4]);
    (void)desk_scan(d, &d->group_card);
}

#endif
