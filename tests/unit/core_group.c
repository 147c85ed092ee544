/* Groups: sealed and opened, checked in without the absent, all at once or not at all. */
#include "tests/unit/core_desk.h"

#include <time.h>

static void a_group_opens_with_its_card_and_no_other(void **state)
{
    (void)state;
    struct desk d;
    struct tn_group opened;
    struct tn_buf sealed;
    desk_init(&d, TN_ROLE_GATE);
    tn_buf_init(&sealed, TN_GROUP_SIZE_MAX);
    tn_group_seal(&sealed, &d.group, &d.group_card, &d.f.env.random);
    assert_int_equal(tn_group_open(tn_buf_bytes(&sealed), &d.group_card, &opened), TN_OK);
    assert_memory_equal(&opened, &d.group, sizeof opened);
    struct tn_badge other;
    fixture_mint(&d.f, TN_BADGE_GROUP, &other);
    assert_int_equal(tn_group_open(tn_buf_bytes(&sealed), &other, &opened), TN_ERR_FORGED);
    assert_int_equal(opened.count, 0);
    sealed.data[40] ^= 1;
    assert_int_equal(tn_group_open(tn_buf_bytes(&sealed), &d.group_card, &opened), TN_ERR_FORGED);
    tn_buf_destroy(&sealed);
    desk_destroy(&d);
}

/* Fills the group to `count` members that no card names. */
static void fill_group(struct desk *d, size_t count)
{
    for (size_t i = 0; i < count && i < TN_GROUP_MEMBERS_MAX; i++) {
        d->group.members[i] = (struct tn_group_member){
            .badge = {{0xbb, (uint8_t)(i >> 8), (uint8_t)i, 1}},
            .learner = {{0xcc, (uint8_t)(i >> 8), (uint8_t)i, 1}},
        };
    }
    d->group.count = count;
}

static void a_group_has_a_largest_size(void **state)
{
    (void)state;
    struct desk d;
    struct tn_group opened;
    struct tn_buf sealed;
    desk_init(&d, TN_ROLE_GATE);
    fill_group(&d, TN_GROUP_MEMBERS_MAX);
    memset(d.group.title, 'x', TN_TITLE_MAX);
    tn_buf_init(&sealed, TN_GROUP_SIZE_MAX);
    tn_group_seal(&sealed, &d.group, &d.group_card, &d.f.env.random);
    assert_int_equal(sealed.status, TN_OK);
    assert_int_equal(tn_group_open(tn_buf_bytes(&sealed), &d.group_card, &opened), TN_OK);
    assert_int_equal(opened.count, TN_GROUP_MEMBERS_MAX);
    tn_buf_clear(&sealed);
    d.group.count = TN_GROUP_MEMBERS_MAX + 1;
    tn_group_seal(&sealed, &d.group, &d.group_card, &d.f.env.random);
    assert_int_equal(sealed.status, TN_ERR_LIMIT);
    tn_buf_destroy(&sealed);
    desk_destroy(&d);
}

static void a_group_card_opens_its_group_and_writes_nothing(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t before = desk_info(&d).entries;
    struct tn_record record = desk_scan(&d, &d.group_card);
    assert_int_equal(record.result, TN_RESULT_GROUP);
    assert_int_equal(record.seq, 0);
    assert_string_equal(record.group.title, "Lincoln 4B");
    assert_int_equal(record.group.members, 4);
    assert_int_equal(record.group.absent, 0);
    assert_int_equal(desk_info(&d).entries, before);
    desk_destroy(&d);
}

static void an_unknown_group_card_is_refused(void **state)
{
    (void)state;
    struct desk d;
    struct tn_badge other;
    desk_init(&d, TN_ROLE_GATE);
    fixture_mint(&d.f, TN_BADGE_GROUP, &other);
    struct tn_record record = desk_scan(&d, &other);
    assert_int_equal(record.result, TN_RESULT_REFUSED);
    desk_assert_body(&d, record.seq, "\x82\x01\x65group", 8);
    other.tag = (other.tag + 1) % 100000000u;
    record = desk_scan(&d, &other);
    desk_assert_body(&d, record.seq, "\x82\x01\x63tag", 6);
    desk_destroy(&d);
}

static void a_left_over_badge_is_absent_and_here_after_all(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.group_card);
    uint64_t before = desk_info(&d).entries;
    struct tn_record record = desk_scan_in(&d, &d.learners[2], true);
    assert_int_equal(record.result, TN_RESULT_ABSENT);
    assert_int_equal(record.group.absent, 1);
    assert_string_equal(record.name, "Chi T.");
    assert_true(tn_id_equal(&record.who, &d.learner_ids[2]));
    assert_int_equal(desk_scan_in(&d, &d.learners[0], true).group.absent, 2);
    assert_int_equal(desk_scan_in(&d, &d.learners[2], true).group.absent, 1);
    assert_int_equal(desk_info(&d).entries, before);
    /* The card again, while its group is open, changes nothing. */
    assert_int_equal(desk_scan_in(&d, &d.group_card, true).group.absent, 1);
    desk_destroy(&d);
}

static void somebody_of_no_group_checks_in_beside_an_open_one(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.group_card);
    record = desk_scan_in(&d, &d.learners[4], true);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_true(record.seq > 0);
    assert_int_equal(desk_scan_in(&d, &d.learners[0], true).result, TN_RESULT_ABSENT);
    desk_destroy(&d);
}

static void a_scan_outside_the_group_screen_drops_the_group(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    (void)desk_scan(&d, &d.group_card);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_WELCOME);
    assert_int_equal(tn_station_group_confirm(d.station, 0, &when, &record), TN_ERR_STATE);
    (void)desk_scan(&d, &d.group_card);
    tn_station_group_drop(d.station);
    assert_int_equal(tn_station_group_confirm(d.station, 0, &when, &record), TN_ERR_STATE);
    desk_destroy(&d);
}

static void a_confirmed_group_is_in_without_its_absent_members(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    assert_int_equal(desk_scan(&d, &d.learners[1]).result, TN_RESULT_WELCOME);
    (void)desk_scan(&d, &d.group_card);
    (void)desk_scan_in(&d, &d.learners[3], true);
    uint64_t before = desk_info(&d).entries;
    assert_int_equal(tn_station_group_confirm(d.station, 2, &when, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_int_equal(record.group.members, 4);
    assert_int_equal(record.group.absent, 1);
    assert_string_equal(record.group.title, "Lincoln 4B");
    /* Three members, one of whom was in already, and the adults. */
    assert_int_equal(desk_info(&d).entries, before + 4);
    assert_int_equal(record.seq, before + 4);
    assert_int_equal(desk_info(&d).present, 3);
    desk_assert_kind(&d, record.seq, "headcount", "group");
    desk_assert_body(&d, record.seq, "\x82\x01\x02", 3);
    desk_assert_kind(&d, record.seq - 1, "check_in", "group");
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_ALREADY);
    assert_int_equal(desk_scan(&d, &d.learners[3]).result, TN_RESULT_WELCOME);
    assert_int_equal(fixture_verify(d.station), desk_info(&d).entries);
    desk_destroy(&d);
}

static void a_group_is_never_turned_out_by_a_pass(void **state)
{
    (void)state;
    static const struct {
        enum tn_role role;
        const char *kind;
        enum tn_result result;
        uint64_t present;
    } cases[] = {
        {TN_ROLE_BOTH, "check_in", TN_RESULT_WELCOME, 4},
        {TN_ROLE_DESK, "check_in", TN_RESULT_WELCOME, 4},
        {TN_ROLE_EXIT, "check_out", TN_RESULT_GOODBYE, 0},
        {TN_ROLE_ACTIVITY, "visit", TN_RESULT_VISIT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk d;
        struct tn_record record;
        desk_init(&d, cases[i].role);
        const struct tn_when when = desk_when(&d);
        for (int round = 0; round < 2; round++) {
            (void)desk_scan(&d, &d.group_card);
            assert_int_equal(tn_station_group_confirm(d.station, 0, &when, &record), TN_OK);
            assert_int_equal(record.result, cases[i].result);
            desk_assert_kind(&d, record.seq, cases[i].kind, "group");
            assert_int_equal(desk_info(&d).present, cases[i].present);
        }
        desk_destroy(&d);
    }
}

static void nobody_at_all_is_no_group(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    (void)desk_scan(&d, &d.group_card);
    for (size_t i = 0; i < 4; i++) {
        (void)desk_scan_in(&d, &d.learners[i], true);
    }
    uint64_t before = desk_info(&d).entries;
    assert_int_equal(tn_station_group_confirm(d.station, 0, &when, &record), TN_ERR_LIMIT);
    assert_int_equal(tn_station_group_confirm(d.station, TN_ADULTS_MAX + 1, &when, &record),
                     TN_ERR_LIMIT);
    assert_int_equal(desk_info(&d).entries, before);
    /* It is still open. */
    assert_int_equal(tn_station_group_confirm(d.station, TN_ADULTS_MAX, &when, &record), TN_OK);
    assert_int_equal(desk_info(&d).entries, before + 1);
    desk_destroy(&d);
}

static int64_t now_us(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Prints what it took; the bound is far above it and far below what anybody would notice. */
static void the_largest_group_is_one_quick_transaction(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    fill_group(&d, TN_GROUP_MEMBERS_MAX);
    desk_pack(&d);
    assert_int_equal(desk_scan(&d, &d.group_card).group.members, TN_GROUP_MEMBERS_MAX);
    uint64_t before = desk_info(&d).entries;
    int64_t start = now_us();
    assert_int_equal(tn_station_group_confirm(d.station, 10, &when, &record), TN_OK);
    int64_t took = now_us() - start;
    print_message("a group of %d: %lld us\n", TN_GROUP_MEMBERS_MAX, (long long)took);
    assert_true(took < 1000000);
    assert_int_equal(desk_info(&d).entries, before + TN_GROUP_MEMBERS_MAX + 1);
    assert_int_equal(desk_info(&d).present, TN_GROUP_MEMBERS_MAX);
    desk_destroy(&d);
}

static void adults_are_counted_from_one_to_the_maximum(void **state)
{
    (void)state;
    struct desk d;
    uint64_t seq = 0;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    uint64_t before = desk_info(&d).entries;
    assert_int_equal(tn_station_headcount(d.station, 0, &when, &seq), TN_ERR_LIMIT);
    assert_int_equal(tn_station_headcount(d.station, TN_ADULTS_MAX + 1, &when, &seq), TN_ERR_LIMIT);
    assert_int_equal(seq, 0);
    assert_int_equal(desk_info(&d).entries, before);
    assert_int_equal(tn_station_headcount(d.station, TN_ADULTS_MAX, &when, &seq), TN_OK);
    assert_int_equal(seq, before + 1);
    desk_assert_kind(&d, seq, "headcount", "tap");
    desk_assert_body(&d, seq, "\x82\x01\x19\x01\xf4", 5);
    assert_int_equal(desk_info(&d).present, 0);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_opens_with_its_card_and_no_other),
        cmocka_unit_test(a_group_has_a_largest_size),
        cmocka_unit_test(a_group_card_opens_its_group_and_writes_nothing),
        cmocka_unit_test(an_unknown_group_card_is_refused),
        cmocka_unit_test(a_left_over_badge_is_absent_and_here_after_all),
        cmocka_unit_test(somebody_of_no_group_checks_in_beside_an_open_one),
        cmocka_unit_test(a_scan_outside_the_group_screen_drops_the_group),
        cmocka_unit_test(a_confirmed_group_is_in_without_its_absent_members),
        cmocka_unit_test(a_group_is_never_turned_out_by_a_pass),
        cmocka_unit_test(nobody_at_all_is_no_group),
        cmocka_unit_test(the_largest_group_is_one_quick_transaction),
        cmocka_unit_test(adults_are_counted_from_one_to_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
