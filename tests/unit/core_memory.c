/* A machine without memory: each allocation of opening, recording, checking and salvaging fails in
 * turn. What was acknowledged is there, what was not is not, a healthy database is never taken for
 * a damaged one, and the next try works.
 *
 * The plain build fails every allocation of the process. Under a sanitizer, which owns malloc, only
 * SQLite's fail. With $TURNOUT_LONG every one is tried, else every sixth. */
#include "tests/unit/core_tasks.h"
#include "tests/unit/failing_malloc.h"

/* A salvage makes many and takes its time; every seventeenth is tried. */
#define SALVAGE_STRIDE 17
/* So does a desk's handle, which reads every table anew. */
#define DESK_STRIDE 7
/* Scans of a station that is tried; a boot and a pack come before them. */
#define SCANS 8

/* How far it is from one allocation that is tried to the next. */
static long stride(long at_length)
{
    return getenv("TURNOUT_LONG") != NULL ? at_length : 6 * at_length;
}

static bool is_set_aside(const struct fixture *f)
{
    char path[512];
    struct stat file;
    (void)snprintf(path, sizeof path, "%s/set-aside", f->dir);
    return stat(path, &file) == 0;
}

/* A gate with a pack, a card for the badge, and some entries. */
static void furnish(struct fixture *f, struct tn_badge *badge)
{
    struct tn_record record;
    fixture_init(f, TN_ROLE_BOTH);
    struct tn_station *station = fixture_create(f);
    fixture_mint(f, TN_BADGE_LEARNER, badge);
    uint64_t number = fixture_pack(f, 1, badge, 1, "Ana G.", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    for (int i = 0; i < SCANS; i++) {
        assert_int_equal(fixture_scan(station, badge, &record), TN_OK);
    }
    tn_station_close(station);
}

static uint64_t entries_of(struct tn_station *station)
{
    struct tn_station_info info;
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    return info.entries;
}

static void a_record_without_memory_is_whole_or_not_there(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    furnish(&f, &badge);
    uint64_t expected = SCANS + 2;
    bool was_met = true;
    for (long n = 1; was_met && n < ALLOCATIONS_MAX; n += stride(1)) {
        struct tn_record record;
        struct tn_station *station = fixture_open(&f);
        fail_at(n);
        enum tn_status status = fixture_scan(station, &badge, &record);
        was_met = is_met;
        fail_at(0);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        assert_int_equal(record.seq != 0, status == TN_OK);
        expected += status == TN_OK ? 1 : 0;
        assert_int_equal(entries_of(station), expected);
        assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
        expected++;
        assert_int_equal(record.seq, expected);
        tn_station_close(station);
    }
    assert_false(was_met);
    assert_false(is_set_aside(&f));
    fixture_destroy(&f);
}

static void a_station_that_is_well_is_never_set_aside_for_want_of_memory(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    furnish(&f, &badge);
    bool was_met = true;
    for (long n = 1; was_met && n < ALLOCATIONS_MAX; n += stride(1)) {
        struct tn_station *station = NULL;
        fail_at(n);
        enum tn_status status = tn_station_open(f.dir, &f.env, &station);
        was_met = is_met;
        fail_at(0);
        assert_int_equal(station != NULL, status == TN_OK);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        assert_false(is_set_aside(&f));
        tn_station_close(station);
    }
    assert_false(was_met);
    fixture_destroy(&f);
}

static void a_check_without_memory_finds_no_damage(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    furnish(&f, &badge);
    bool was_met = true;
    for (long n = 1; was_met && n < ALLOCATIONS_MAX; n += stride(1)) {
        struct tn_verify check = {0};
        struct tn_station *station = fixture_open(&f);
        fail_at(n);
        enum tn_status status = tn_station_verify(station, &check, UINT64_MAX);
        was_met = is_met;
        fail_at(0);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        assert_int_equal(check.bad_seq, 0);
        tn_station_close(station);
    }
    assert_false(was_met);
    fixture_destroy(&f);
}

/* How many allocations a salvage makes when none fails. */
static long count_allocations(void)
{
    struct fixture f;
    struct tn_badge badge;
    furnish(&f, &badge);
    struct tn_station *station = fixture_open(&f);
    fail_at(ALLOCATIONS_MAX);
    assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    long count = ALLOCATIONS_MAX - countdown;
    fail_at(0);
    tn_station_close(station);
    fixture_destroy(&f);
    return count;
}

/* Setting aside without memory fails as a whole or keeps every entry. */
static void a_salvage_without_memory_loses_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    long count = count_allocations();
    assert_in_range(count, 100, ALLOCATIONS_MAX - 1);
    furnish(&f, &badge);
    for (long n = 1; n <= count; n += stride(SALVAGE_STRIDE)) {
        struct tn_station *station = fixture_open(&f);
        fail_at(n);
        enum tn_status status = tn_station_set_aside(&station, &f.env);
        fail_at(0);
        assert_int_equal(station != NULL, status == TN_OK);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        if (station == NULL) {
            station = fixture_open(&f);
        }
        assert_int_equal(entries_of(station), SCANS + 2);
        assert_int_equal(fixture_verify(station), SCANS + 2);
        tn_station_close(station);
    }
    fixture_destroy(&f);
}

static void a_desk_without_memory_does_all_or_nothing(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    for (size_t i = 0; i < DESK_TASKS; i++) {
        bool was_met = true;
        for (long n = 1; was_met && n < ALLOCATIONS_MAX; n += stride(DESK_STRIDE)) {
            desk_ready_for_tasks(&d);
            uint64_t before = entries_of(d.station);
            fail_at(n);
            enum tn_status status = desk_tasks[i].run(&d);
            was_met = is_met;
            fail_at(0);
            assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
            assert_int_equal(entries_of(d.station),
                             before + (status == TN_OK ? desk_tasks[i].entries : 0));
            if (status != TN_OK) {
                assert_int_equal(desk_tasks[i].run(&d), TN_OK);
            }
            assert_int_equal(entries_of(d.station), before + desk_tasks[i].entries);
        }
        assert_false(was_met);
    }
    assert_int_equal(fixture_verify(d.station), entries_of(d.station));
    assert_false(is_set_aside(&d.f));
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWICE(a_record_without_memory_is_whole_or_not_there),
        TWICE(a_station_that_is_well_is_never_set_aside_for_want_of_memory),
        TWICE(a_check_without_memory_finds_no_damage),
        TWICE(a_desk_without_memory_does_all_or_nothing),
        TWICE(a_salvage_without_memory_loses_nothing),
    };
    fail_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
