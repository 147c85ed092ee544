/* What the staff panel shows: counts, the roll, passports, lists, the PIN, the clock, the close. */
#include "tests/unit/core_desk.h"

#define QUARTER_MS 900000
#define DAY_MS INT64_C(86400000)

static struct tn_tally tally(struct desk *d)
{
    struct tn_tally out;
    const struct tn_when when = desk_when(d);
    assert_int_equal(tn_station_tally(d->station, &when, &out), TN_OK);
    return out;
}

static void a_tally_counts_each_once_and_by_quarter_hours(void **state)
{
    (void)state;
    struct desk d;
    uint64_t seq = 0;
    desk_init(&d, TN_ROLE_GATE); /* 09:00 */
    (void)desk_scan(&d, &d.learners[0]);
    (void)desk_scan(&d, &d.learners[0]);
    desk_wait(&d, QUARTER_MS + 1000);
    (void)desk_scan(&d, &d.learners[1]);
    (void)desk_scan(&d, &d.learners[2]);
    uint64_t wrong = desk_scan(&d, &d.learners[3]).seq;
    const struct tn_when when = desk_when(&d);
    assert_int_equal(tn_station_headcount(d.station, 3, &when, &seq), TN_OK);
    assert_int_equal(tn_station_headcount(d.station, 4, &when, &seq), TN_OK);
    assert_int_equal(tn_station_undo(d.station, wrong, &when, &seq), TN_OK);
    struct tn_tally out = tally(&d);
    assert_int_equal(out.today, 3);
    assert_int_equal(out.present, 3);
    assert_int_equal(out.adults, 7);
    assert_int_equal(out.quarters, TN_QUARTERS_MAX);
    assert_int_equal(out.first_ms, FIXTURE_AT_MS - (TN_QUARTERS_MAX - 2) * QUARTER_MS);
    assert_int_equal(out.quarter[TN_QUARTERS_MAX - 1], 2);
    assert_int_equal(out.quarter[TN_QUARTERS_MAX - 2], 1);
    assert_int_equal(out.quarter[TN_QUARTERS_MAX - 3], 0);
    desk_wait(&d, DAY_MS);
    out = tally(&d);
    assert_int_equal(out.today, 0);
    assert_int_equal(out.adults, 0);
    assert_int_equal(out.present, 3);
    (void)desk_scan(&d, &d.learners[0]);
    assert_int_equal(tally(&d).today, 1);
    desk_destroy(&d);
}

/* 23:30 and 00:30 of the event's zone are two days, also where UTC calls them one. */
static void a_day_is_the_events(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(setenv("TZ", "EST5", 1), 0);
    tzset();
    desk_wait(&d, -9 * 4 * QUARTER_MS + 18 * QUARTER_MS); /* 04:30 UTC, 23:30 the day before */
    (void)desk_scan(&d, &d.learners[0]);
    assert_int_equal(tally(&d).today, 1);
    desk_wait(&d, 4 * QUARTER_MS);
    assert_int_equal(tally(&d).today, 0);
    (void)desk_scan(&d, &d.learners[1]);
    assert_int_equal(tally(&d).today, 1);
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    tzset();
    desk_destroy(&d);
}

static void a_blank_badge_and_its_learner_are_one_in_the_tally(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    const struct tn_walkin form = {.given = "Noor"};
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    (void)desk_scan(&d, &d.learners[5]);
    tn_badge_encode(&d.learners[5], text);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_OK);
    assert_int_equal(tally(&d).today, 1);
    desk_destroy(&d);
}

/* What is kept between two looks is what counting anew gives. */
static void assert_tally_as_anew(struct desk *d)
{
    const struct tn_tally kept = tally(d);
    desk_reopen(d);
    const struct tn_tally anew = tally(d);
    assert_memory_equal(&kept, &anew, sizeof kept);
}

static void a_tally_that_is_kept_is_as_one_counted_anew(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    struct tn_record record;
    char text[TN_BADGE_TEXT_SIZE];
    uint64_t seq = 0;
    const struct tn_walkin form = {.given = "Noor"};
    desk_init(&d, TN_ROLE_BOTH);
    uint64_t first = desk_scan(&d, &d.learners[0]).seq;
    uint64_t blank = desk_scan(&d, &d.learners[5]).seq;
    assert_int_equal(tally(&d).today, 2);
    desk_wait(&d, TN_UNDO_MS / 2);
    const struct tn_when when = desk_when(&d);
    tn_badge_encode(&d.learners[5], text);
    assert_int_equal(tn_station_undo(d.station, first, &when, &seq), TN_OK);
    assert_int_equal(tally(&d).today, 1);
    /* Taken back before it becomes somebody's, and looked at after. */
    assert_int_equal(tn_station_undo(d.station, blank, &when, &seq), TN_OK);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_OK);
    assert_int_equal(tally(&d).today, 1);
    assert_tally_as_anew(&d);
    desk_unlock(&d);
    (void)desk_scan(&d, &d.learners[1]);
    (void)tally(&d);
    const struct tn_found found = desk_found(&d, 1);
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    (void)desk_scan_text(&d, handed.digits, false);
    seq = desk_scan(&d, &d.learners[1]).seq;
    assert_int_equal(tn_station_admit_refused(d.station, seq, &when, &record), TN_OK);
    assert_int_equal(tally(&d).today, 2);
    assert_tally_as_anew(&d);
    desk_wait(&d, 3 * QUARTER_MS);
    (void)desk_scan_text(&d, handed.digits, false);
    assert_int_equal(tally(&d).quarter[TN_QUARTERS_MAX - 1], 1);
    assert_tally_as_anew(&d);
    desk_destroy(&d);
}

static void a_tally_holds_thousands_and_a_badge_that_became_somebodys(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    struct tn_badge badge;
    char text[TN_BADGE_TEXT_SIZE];
    const struct tn_walkin form = {.given = "Noor"};
    desk_init(&d, TN_ROLE_GATE);
    for (int i = 0; i < 1200; i++) {
        fixture_mint(&d.f, TN_BADGE_LEARNER, &badge);
        (void)desk_scan(&d, &badge);
        if (i % 100 == 0) {
            assert_int_equal(tally(&d).today, i + 1);
        }
    }
    const struct tn_when when = desk_when(&d);
    tn_badge_encode(&badge, text);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_OK);
    assert_int_equal(tally(&d).today, 1200);
    assert_int_equal(tally(&d).quarter[TN_QUARTERS_MAX - 1], 1200);
    assert_tally_as_anew(&d);
    desk_destroy(&d);
}

static void the_roll_is_by_name_and_those_without_one_last(void **state)
{
    (void)state;
    struct desk d;
    struct tn_roll roll;
    struct tn_badge stranger;
    uint64_t seq = 0;
    desk_init(&d, TN_ROLE_BOTH);
    const struct tn_when when = desk_when(&d);
    fixture_mint(&d.f, TN_BADGE_LEARNER, &stranger);
    struct tn_id blank = desk_scan(&d, &d.learners[5]).badge;
    struct tn_id other = desk_scan(&d, &stranger).badge;
    (void)desk_scan(&d, &d.learners[3]);
    (void)desk_scan(&d, &d.learners[0]);
    (void)desk_scan(&d, &d.learners[1]);
    (void)desk_scan(&d, &d.learners[1]); /* and out again */
    assert_int_equal(tn_station_headcount(d.station, 5, &when, &seq), TN_OK);
    assert_int_equal(tn_station_roll(d.station, 0, TN_ROLL_MAX, &roll), TN_ERR_STATE);
    desk_unlock(&d);
    assert_int_equal(tn_station_roll(d.station, 0, TN_ROLL_MAX, &roll), TN_OK);
    assert_int_equal(roll.total, 4);
    assert_int_equal(roll.unnamed, 2);
    assert_int_equal(roll.adults, 5);
    assert_int_equal(roll.count, 4);
    assert_string_equal(roll.rows[0].name, "Ana Ruiz");
    assert_string_equal(roll.rows[1].name, "Dia Umarov");
    assert_string_equal(roll.rows[2].name, "");
    char codes[2][TN_BADGE_CODE_SIZE];
    tn_badge_code(&blank, codes[0]);
    tn_badge_code(&other, codes[1]);
    bool is_first = strcmp(codes[0], codes[1]) < 0;
    assert_string_equal(roll.rows[2].code, codes[is_first ? 0 : 1]);
    assert_string_equal(roll.rows[3].code, codes[is_first ? 1 : 0]);
    assert_int_equal(tn_station_roll(d.station, 3, 2, &roll), TN_OK);
    assert_int_equal(roll.count, 1);
    assert_int_equal(roll.total, 4);
    assert_int_equal(tn_station_roll(d.station, 4, 2, &roll), TN_OK);
    assert_int_equal(roll.count, 0);
    desk_destroy(&d);
}

static void an_empty_house_has_an_empty_roll(void **state)
{
    (void)state;
    struct desk d;
    struct tn_roll roll;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    assert_int_equal(tn_station_roll(d.station, 0, 1000, &roll), TN_OK);
    assert_int_equal(roll.total, 0);
    assert_int_equal(roll.count, 0);
    desk_destroy(&d);
}

static void a_passport_shows_what_was_done_and_where_one_is(void **state)
{
    (void)state;
    struct desk d;
    struct tn_passport passport;
    desk_init(&d, TN_ROLE_ACTIVITY);
    struct tn_record record = desk_scan(&d, &d.learners[0]);
    assert_int_equal(record.result, TN_RESULT_VISIT);
    assert_int_equal(tn_station_passport(d.station, &record.who, &passport), TN_OK);
    assert_int_equal(passport.total, 4);
    assert_int_equal(passport.count, 4);
    assert_int_equal(passport.done, 1);
    assert_false(passport.is_checked_in);
    assert_string_equal(passport.stamps[0].title, "Activity 00");
    assert_true(passport.stamps[0].is_done && passport.stamps[0].is_here);
    assert_false(passport.stamps[1].is_done || passport.stamps[1].is_here);
    assert_int_equal(tn_station_passport(d.station, &d.learner_ids[1], &passport), TN_OK);
    assert_int_equal(passport.done, 0);
    assert_true(passport.stamps[0].is_here);
    desk_destroy(&d);
}

static void a_gate_that_saw_them_is_in_the_passport(void **state)
{
    (void)state;
    struct desk d;
    struct tn_passport passport;
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.learners[0]);
    assert_int_equal(tn_station_passport(d.station, &d.learner_ids[0], &passport), TN_OK);
    assert_true(passport.is_checked_in);
    assert_int_equal(passport.done, 0);
    desk_destroy(&d);
}

static void the_one_here_and_the_done_ones_find_room_first(void **state)
{
    (void)state;
    struct desk d;
    struct tn_passport passport;
    desk_init(&d, TN_ROLE_ACTIVITY);
    d.activities = TN_STAMPS_MAX + 8;
    d.head.activity = desk_activity(d.activities - 1);
    desk_pack(&d);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    for (size_t i = TN_STAMPS_MAX + 2; i < TN_STAMPS_MAX + 5; i++) {
        struct tn_id activity = desk_activity(i);
        assert_int_equal(tn_station_switch(d.station, TN_ROLE_ACTIVITY, &activity, &when), TN_OK);
        (void)desk_scan(&d, &d.learners[0]);
    }
    struct tn_id last = desk_activity(d.activities - 1);
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_ACTIVITY, &last, &when), TN_OK);
    assert_int_equal(tn_station_passport(d.station, &d.learner_ids[0], &passport), TN_OK);
    assert_int_equal(passport.total, TN_STAMPS_MAX + 8);
    assert_int_equal(passport.done, 3);
    assert_int_equal(passport.count, TN_STAMPS_MAX);
    for (size_t i = 0; i < TN_STAMPS_MAX; i++) {
        assert_int_equal(passport.stamps[i].is_done,
                         i >= TN_STAMPS_MAX - 4 && i < TN_STAMPS_MAX - 1);
        assert_int_equal(passport.stamps[i].is_here, i == TN_STAMPS_MAX - 1);
    }
    assert_string_equal(passport.stamps[0].title, "Activity 00");
    assert_string_equal(passport.stamps[TN_STAMPS_MAX - 1].title, "Activity 19");
    desk_destroy(&d);
}

static void activities_come_by_the_page(void **state)
{
    (void)state;
    struct desk d;
    struct tn_activity_list list;
    desk_init(&d, TN_ROLE_GATE);
    d.activities = TN_ACTIVITIES_PAGE + 3;
    desk_pack(&d);
    assert_int_equal(tn_station_activities(d.station, 0, &list), TN_OK);
    assert_int_equal(list.total, TN_ACTIVITIES_PAGE + 3);
    assert_int_equal(list.count, TN_ACTIVITIES_PAGE);
    assert_string_equal(list.items[0].title, "Activity 00");
    assert_int_equal(tn_station_activities(d.station, TN_ACTIVITIES_PAGE, &list), TN_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[2].title, "Activity 10");
    assert_int_equal(tn_station_activities(d.station, SIZE_MAX, &list), TN_OK);
    assert_int_equal(list.count, 0);
    desk_destroy(&d);
}

static void partners_are_found_by_how_their_words_begin(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t total;
        const char *first;
    } cases[] = {
        {"", 4, "City Library"},  {"linc", 1, "Lincoln Elementary"}, {"LUM ec", 1, "École Lumière"},
        {"l", 3, "City Library"}, {"mary", 1, "St Mary's Academy"},  {"ary", 0, ""},
    };
    struct desk d;
    struct tn_partner_list list;
    desk_init(&d, TN_ROLE_DESK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(tn_station_partners(d.station, cases[i].text, 0, &list), TN_OK);
        assert_int_equal(list.total, cases[i].total);
        assert_int_equal(list.count, cases[i].total);
        assert_string_equal(list.items[0].name, cases[i].first);
    }
    assert_int_equal(tn_station_partners(d.station, "", 3, &list), TN_OK);
    assert_int_equal(list.total, 4);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].name, "St Mary's Academy");
    desk_destroy(&d);
}

static void the_pin_is_the_packs(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_true(desk_info(&d).has_pin);
    assert_int_equal(desk_info(&d).consent_age, 14);
    assert_int_equal(tn_station_check_pin(d.station, DESK_PIN), TN_OK);
    assert_int_equal(tn_station_check_pin(d.station, "2469"), TN_ERR_FORGED);
    assert_int_equal(tn_station_check_pin(d.station, ""), TN_ERR_FORGED);
    assert_int_equal(tn_station_check_pin(d.station, "246"), TN_ERR_FORGED);
    assert_int_equal(tn_station_check_pin(d.station, "246824682"), TN_ERR_FORGED);
    d.head.pin[0] = '\0';
    d.head.consent_age = 0;
    desk_pack(&d);
    assert_false(desk_info(&d).has_pin);
    assert_int_equal(desk_info(&d).consent_age, 13);
    assert_int_equal(tn_station_check_pin(d.station, DESK_PIN), TN_ERR_NOT_FOUND);
    desk_destroy(&d);
}

/* Also by another program's start, and after a salvage. */
static void wrong_pins_are_counted_until_a_right_one(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t entries = desk_info(&d).entries;
    assert_int_equal(desk_info(&d).pin_wrong, 0);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(tn_station_check_pin(d.station, "2469"), TN_ERR_FORGED);
        assert_int_equal(desk_info(&d).pin_wrong, i);
    }
    desk_reopen(&d);
    assert_int_equal(desk_info(&d).pin_wrong, 3);
    assert_int_equal(tn_station_set_aside(&d.station, &d.f.env), TN_OK);
    assert_int_equal(desk_info(&d).pin_wrong, 3);
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_PIN_WRONG, "4000000000"), TN_OK);
    assert_int_equal(tn_station_check_pin(d.station, "2469"), TN_ERR_FORGED);
    assert_int_equal(desk_info(&d).pin_wrong, 1000);
    assert_int_equal(tn_station_check_pin(d.station, DESK_PIN), TN_OK);
    assert_int_equal(desk_info(&d).pin_wrong, 0);
    assert_int_equal(tn_station_check_pin(d.station, "2469"), TN_ERR_FORGED);
    assert_int_equal(desk_info(&d).pin_wrong, 1);
    assert_int_equal(desk_info(&d).entries, entries);
    desk_destroy(&d);
}

static void the_clock_is_asked_for_once_a_boot(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    assert_false(desk_info(&d).has_clock);
    assert_int_equal(tn_station_clock(d.station, true, &when), TN_OK);
    assert_true(desk_info(&d).has_clock);
    desk_assert_body(&d, desk_info(&d).entries, "\x82\x01\x65right", 8);
    d.f.env.boot = (struct tn_id){{2}};
    desk_reopen(&d);
    assert_false(desk_info(&d).has_clock);
    assert_int_equal(tn_station_clock(d.station, false, &when), TN_OK);
    desk_assert_body(&d, desk_info(&d).entries, "\x82\x01\x65wrong", 8);
    desk_destroy(&d);
}

static void a_closed_day_opens_with_the_next_check_in(void **state)
{
    (void)state;
    struct desk d;
    uint64_t seq = 0;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    (void)desk_scan(&d, &d.learners[0]);
    assert_false(desk_info(&d).is_closed);
    assert_int_equal(tn_station_close_day(d.station, &when, &seq), TN_OK);
    desk_assert_body(&d, seq, "\x81\x01", 2);
    assert_true(desk_info(&d).is_closed);
    desk_unlock(&d);
    desk_pack(&d);
    assert_true(desk_info(&d).is_closed);
    uint64_t last = desk_scan(&d, &d.learners[1]).seq;
    assert_false(desk_info(&d).is_closed);
    /* Taking somebody back is nobody's coming, at the centre neither. */
    assert_int_equal(tn_station_close_day(d.station, &when, &seq), TN_OK);
    assert_int_equal(tn_station_undo(d.station, last, &when, &seq), TN_OK);
    assert_true(desk_info(&d).is_closed);
    assert_int_equal(tn_station_headcount(d.station, 2, &when, &seq), TN_OK);
    assert_false(desk_info(&d).is_closed);
    desk_destroy(&d);
}

static void siblings_and_syncs_are_told(void **state)
{
    (void)state;
    struct desk d;
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_station_info info = desk_info(&d);
    assert_int_equal(info.siblings, 0);
    assert_int_equal(info.pack_ms, FIXTURE_AT_MS);
    assert_int_equal(info.last_sync_ms, FIXTURE_AT_MS);
    assert_true(info.has_vault);
    desk_wait(&d, 5000);
    d.head.version = ++d.version;
    assert_int_equal(tn_pack_begin(d.f.dir, &d.head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_station_key(pack, &info.device_key, "Gate A"), TN_OK);
    for (uint8_t i = 1; i <= 4; i++) {
        struct tn_public_key key = {{i}};
        assert_int_equal(tn_pack_add_station_key(pack, &key, "Gate B"), TN_OK);
    }
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_station_switch_pack(d.station, number, d.at_ms), TN_OK);
    info = desk_info(&d);
    assert_int_equal(info.siblings, 4);
    assert_int_equal(info.siblings_heard, 0);
    assert_int_equal(info.pack_ms, FIXTURE_AT_MS + 5000);
    assert_int_equal(info.last_sync_ms, FIXTURE_AT_MS + 5000);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_counts_each_once_and_by_quarter_hours),
        cmocka_unit_test(a_day_is_the_events),
        cmocka_unit_test(a_blank_badge_and_its_learner_are_one_in_the_tally),
        cmocka_unit_test(a_tally_that_is_kept_is_as_one_counted_anew),
        cmocka_unit_test(a_tally_holds_thousands_and_a_badge_that_became_somebodys),
        cmocka_unit_test(the_roll_is_by_name_and_those_without_one_last),
        cmocka_unit_test(an_empty_house_has_an_empty_roll),
        cmocka_unit_test(a_passport_shows_what_was_done_and_where_one_is),
        cmocka_unit_test(a_gate_that_saw_them_is_in_the_passport),
        cmocka_unit_test(the_one_here_and_the_done_ones_find_room_first),
        cmocka_unit_test(activities_come_by_the_page),
        cmocka_unit_test(partners_are_found_by_how_their_words_begin),
        cmocka_unit_test(the_pin_is_the_packs),
        cmocka_unit_test(wrong_pins_are_counted_until_a_right_one),
        cmocka_unit_test(the_clock_is_asked_for_once_a_boot),
        cmocka_unit_test(a_closed_day_opens_with_the_next_check_in),
        cmocka_unit_test(siblings_and_syncs_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
