/* What staff change of a station: its role and activity, small settings, and a later set-up card.
 */
#include "tests/unit/core_desk.h"

#include "kiosk/core/station_impl.h"

static void a_switched_station_is_what_staff_made_of_it(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_id activity = desk_activity(2);
    const struct tn_when when = desk_when(&d);
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_EXIT, NULL, &when), TN_ERR_STATE);
    desk_unlock(&d);
    uint64_t before = desk_info(&d).entries;
    struct tn_id nowhere = {{0xdd}};
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_ACTIVITY, &nowhere, &when),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_ACTIVITY, NULL, &when), TN_ERR_NOT_FOUND);
    assert_int_equal(desk_info(&d).entries, before);
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_ACTIVITY, &activity, &when), TN_OK);
    desk_assert_kind(&d, before + 1, "staff", "tap");
    desk_assert_body(&d, before + 1,
                     "\x83\x01\x66switch\x74"
                     "activity Activity 02",
                     30);
    desk_reopen(&d);
    struct tn_station_info info = desk_info(&d);
    assert_int_equal(info.role, TN_ROLE_ACTIVITY);
    assert_true(tn_id_equal(&info.activity, &activity));
    assert_string_equal(info.activity_title, "Activity 02");
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_VISIT);
    desk_destroy(&d);
}

static void a_switch_holds_until_the_centre_says_otherwise(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    assert_int_equal(tn_station_switch(d.station, TN_ROLE_EXIT, NULL, &when), TN_OK);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_GOODBYE);
    desk_pack(&d); /* the same role as before */
    assert_int_equal(desk_info(&d).role, TN_ROLE_EXIT);
    d.head.role = TN_ROLE_BOTH;
    desk_pack(&d);
    assert_int_equal(desk_info(&d).role, TN_ROLE_BOTH);
    desk_reopen(&d);
    assert_int_equal(desk_info(&d).role, TN_ROLE_BOTH);
    desk_destroy(&d);
}

static void settings_are_kept_and_bounded(void **state)
{
    (void)state;
    struct desk d;
    char value[TN_SETTING_MAX + 1];
    char name[TN_SETTING_NAME_MAX + 2] = {0};
    char longest[TN_SETTING_MAX + 2] = {0};
    desk_init(&d, TN_ROLE_GATE);
    uint64_t before = desk_info(&d).entries;
    assert_int_equal(tn_station_setting(d.station, TN_SETTING_THEME, value), TN_OK);
    assert_string_equal(value, "");
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_THEME, "dark"), TN_OK);
    memset(name, 'n', TN_SETTING_NAME_MAX);
    memset(longest, 'v', TN_SETTING_MAX);
    assert_int_equal(tn_station_set_setting(d.station, name, longest), TN_OK);
    desk_reopen(&d);
    assert_int_equal(tn_station_setting(d.station, TN_SETTING_THEME, value), TN_OK);
    assert_string_equal(value, "dark");
    assert_int_equal(tn_station_setting(d.station, name, value), TN_OK);
    assert_string_equal(value, longest);
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_THEME, ""), TN_OK);
    assert_int_equal(tn_station_setting(d.station, TN_SETTING_THEME, value), TN_OK);
    assert_string_equal(value, "");
    longest[TN_SETTING_MAX] = 'v';
    assert_int_equal(tn_station_set_setting(d.station, name, longest), TN_ERR_LIMIT);
    name[TN_SETTING_NAME_MAX] = 'n';
    assert_int_equal(tn_station_set_setting(d.station, name, "v"), TN_ERR_LIMIT);
    assert_int_equal(tn_station_set_setting(d.station, "", "v"), TN_ERR_FORMAT);
    assert_int_equal(tn_station_set_setting(d.station, "x", "\xff"), TN_ERR_FORMAT);
    assert_int_equal(desk_info(&d).entries, before);
    desk_destroy(&d);
}

/* Nor does the station begin a new log, or not open at all, for it. */
static void what_is_garbled_counts_as_not_set(void **state)
{
    (void)state;
    static const char *const spoilt[] = {
        "INSERT OR REPLACE INTO setting VALUES ('walk-in', CAST(x'6f6e006f' AS TEXT))",
        "INSERT OR REPLACE INTO setting VALUES ('walk-in', printf('%.63c', '\u00e9'))",
        "UPDATE switched SET station_name = CAST(x'41004200' AS TEXT)",
        "UPDATE switched SET role = 'elsewhere'",
        "UPDATE switched SET activity = x'01'",
    };
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        struct desk d;
        desk_init(&d, TN_ROLE_GATE);
        desk_unlock(&d);
        const struct tn_when when = desk_when(&d);
        assert_int_equal(tn_station_switch(d.station, TN_ROLE_EXIT, NULL, &when), TN_OK);
        uint64_t entries = desk_info(&d).entries;
        tn_station_close(d.station);
        desk_spoil(&d, "station.db", spoilt[i]);
        d.station = fixture_open(&d.f);
        assert_int_equal(desk_info(&d).role, i < 2 ? TN_ROLE_EXIT : TN_ROLE_GATE);
        assert_false(desk_info(&d).has_walk_in);
        assert_false(desk_info(&d).was_salvaged);
        assert_int_equal(desk_info(&d).entries, entries);
        assert_int_equal(tn_station_set_aside(&d.station, &d.f.env), TN_OK);
        assert_int_equal(desk_scan(&d, &d.learners[0]).result,
                         i < 2 ? TN_RESULT_GOODBYE : TN_RESULT_WELCOME);
        desk_destroy(&d);
    }
}

static void walk_ins_are_taken_where_somebody_says_so(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_false(desk_info(&d).has_walk_in);
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_WALK_IN, "on"), TN_OK);
    assert_true(desk_info(&d).has_walk_in);
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_WALK_IN, ""), TN_OK);
    assert_false(desk_info(&d).has_walk_in);
    d.head.has_walk_in = true;
    desk_pack(&d);
    assert_true(desk_info(&d).has_walk_in);
    assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_WALK_IN, "off"), TN_OK);
    assert_false(desk_info(&d).has_walk_in);
    desk_destroy(&d);
    desk_init(&d, TN_ROLE_DESK);
    assert_true(desk_info(&d).has_walk_in);
    desk_destroy(&d);
}

/* A signed set-up card as bytes; the caller destroys it. */
static void write_card(struct tn_buf *out, const struct tn_setup *setup,
                       const struct tn_sign_key *key)
{
    tn_buf_init(out, TN_SETUP_SIZE_MAX);
    tn_setup_write(out, setup, key);
    assert_int_equal(out->status, TN_OK);
}

static enum tn_status set_up(struct desk *d, const struct tn_setup *setup)
{
    struct tn_buf card;
    const struct tn_when when = desk_when(d);
    write_card(&card, setup, &d->f.sign_key);
    enum tn_status status = tn_station_set_up_again(d->station, tn_buf_bytes(&card), &when);
    tn_buf_destroy(&card);
    return status;
}

static void a_later_set_up_card_changes_what_the_station_is_for(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_setup next = d.f.setup;
    struct tn_id log = desk_info(&d).log;
    next.event = (struct tn_id){{0x77}};
    next.role = TN_ROLE_EXIT;
    next.issued_ms++;
    (void)snprintf(next.station_name, sizeof next.station_name, "Library door");
    assert_int_equal(set_up(&d, &next), TN_ERR_STATE); /* locked */
    desk_unlock(&d);
    assert_int_equal(set_up(&d, &next), TN_OK);
    desk_assert_kind(&d, desk_info(&d).entries, "staff", "scan");
    desk_assert_body(&d, desk_info(&d).entries, "\x83\x01\x66set-up\x6cLibrary door", 22);
    desk_reopen(&d);
    struct tn_station_info info = desk_info(&d);
    assert_int_equal(info.role, TN_ROLE_EXIT);
    assert_string_equal(info.station_name, "Library door");
    assert_string_equal(info.event_title, "");
    assert_true(tn_id_equal(&info.event, &next.event));
    assert_true(tn_id_equal(&info.log, &log));
    assert_true(info.has_keys);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_GOODBYE);
    /* The card's own pack comes. */
    d.head.event = next.event;
    d.head.role = TN_ROLE_EXIT;
    (void)snprintf(d.head.station_name, sizeof d.head.station_name, "Library");
    desk_pack(&d);
    info = desk_info(&d);
    assert_string_equal(info.station_name, "Library");
    assert_string_equal(info.event_title, "Science night");
    /* It is known without the database too. */
    assert_int_equal(tn_station_set_aside(&d.station, &d.f.env), TN_OK);
    info = desk_info(&d);
    assert_true(tn_id_equal(&info.event, &next.event));
    desk_destroy(&d);
}

/* Also on a handle that lost its files to a failure and has not looked at the pack again. */
static void once_a_pack_is_here_a_set_up_card_needs_staff(void **state)
{
    (void)state;
    struct desk d;
    char path[512];
    desk_init(&d, TN_ROLE_GATE);
    struct tn_setup next = d.f.setup;
    assert_int_equal(set_up(&d, &next), TN_ERR_STATE);
    tn_station_detach(d.station);
    assert_int_equal(set_up(&d, &next), TN_ERR_STATE);
    tn_station_close(d.station);
    (void)snprintf(path, sizeof path, "%s/pack-1.db", d.f.dir);
    assert_int_equal(unlink(path), 0);
    d.station = fixture_open(&d.f);
    assert_int_equal(set_up(&d, &next), TN_OK);
    desk_destroy(&d);
}

static void a_set_up_card_that_is_not_ours_changes_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct tn_buf card;
    struct tn_sign_key other;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    uint64_t before = desk_info(&d).entries;
    struct tn_setup next = d.f.setup;
    next.issued_ms--;
    assert_int_equal(set_up(&d, &next), TN_ERR_STATE);
    next = d.f.setup;
    next.ecosystem = (struct tn_id){{0x66}};
    assert_int_equal(set_up(&d, &next), TN_ERR_FORGED);
    tn_sign_key_create(&d.f.env.random, &other);
    next = d.f.setup;
    next.sign_key = other.public_key;
    write_card(&card, &next, &other);
    assert_int_equal(tn_station_set_up_again(d.station, tn_buf_bytes(&card), &when), TN_ERR_FORGED);
    const struct tn_bytes rubbish = {(const uint8_t *)"rubbish", 7};
    assert_int_equal(tn_station_set_up_again(d.station, rubbish, &when), TN_ERR_FORMAT);
    assert_int_equal(desk_info(&d).entries, before);
    tn_buf_destroy(&card);
    desk_destroy(&d);
}

static void a_scanned_set_up_card_is_told_from_noise(void **state)
{
    (void)state;
    struct desk d;
    struct tn_buf card;
    struct tn_buf digits;
    struct tn_sign_key other;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t before = desk_info(&d).entries;
    tn_sign_key_create(&d.f.env.random, &other);
    for (int is_foreign = 0; is_foreign < 2; is_foreign++) {
        struct tn_setup setup = d.f.setup;
        setup.sign_key = is_foreign ? other.public_key : setup.sign_key;
        write_card(&card, &setup, is_foreign ? &other : &d.f.sign_key);
        tn_buf_init(&digits, TN_SETUP_TEXT_MAX + 2);
        (void)tn_buf_text(&digits, "");
        tn_setup_to_digits(&digits, tn_buf_bytes(&card));
        assert_int_equal(tn_buf_append(&digits, "\n", 2), TN_OK);
        assert_int_equal(desk_scan_text(&d, (const char *)digits.data, false).result,
                         TN_RESULT_SETUP);
        digits.data[digits.len - 5] = '\0';
        assert_int_equal(desk_scan_text(&d, (const char *)digits.data, false).result,
                         TN_RESULT_NOISE);
        tn_buf_destroy(&digits);
        tn_buf_destroy(&card);
    }
    assert_int_equal(desk_scan_text(&d, "3", false).result, TN_RESULT_NOISE);
    assert_int_equal(desk_scan_text(&d, "3001", false).result, TN_RESULT_NOISE);
    assert_int_equal(desk_scan_text(&d, "3012345678905", false).result, TN_RESULT_NOISE);
    assert_int_equal(desk_info(&d).entries, before);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_switched_station_is_what_staff_made_of_it),
        cmocka_unit_test(a_switch_holds_until_the_centre_says_otherwise),
        cmocka_unit_test(settings_are_kept_and_bounded),
        cmocka_unit_test(what_is_garbled_counts_as_not_set),
        cmocka_unit_test(walk_ins_are_taken_where_somebody_says_so),
        cmocka_unit_test(a_later_set_up_card_changes_what_the_station_is_for),
        cmocka_unit_test(once_a_pack_is_here_a_set_up_card_needs_staff),
        cmocka_unit_test(a_set_up_card_that_is_not_ours_changes_nothing),
        cmocka_unit_test(a_scanned_set_up_card_is_told_from_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
