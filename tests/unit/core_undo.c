/* Taking entries back: presence and stamps are as if the entry had never been, also for badges that
 * became somebody's, and also after a salvage. */
#include "tests/unit/core_desk.h"

static enum tn_status try_undo(struct desk *d, uint64_t seq, uint64_t *out)
{
    const struct tn_when when = desk_when(d);
    return tn_station_undo(d->station, seq, &when, out);
}

static uint64_t undo_ok(struct desk *d, uint64_t seq)
{
    uint64_t written = 0;
    assert_int_equal(try_undo(d, seq, &written), TN_OK);
    assert_true(written > seq);
    return written;
}

static size_t past(struct desk *d, struct tn_past out[TN_PAST_MAX])
{
    size_t count = 0;
    const struct tn_when when = desk_when(d);
    assert_int_equal(tn_station_past(d->station, &when, TN_UNDO_MS, out, &count), TN_OK);
    return count;
}

static void an_undone_check_in_is_out_again(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t seq = desk_scan(&d, &d.learners[0]).seq;
    assert_int_equal(desk_info(&d).present, 1);
    uint64_t undo = undo_ok(&d, seq);
    assert_int_equal(desk_info(&d).present, 0);
    desk_assert_kind(&d, undo, "undo", "tap");
    const uint8_t body[] = {0x82, 1, (uint8_t)seq};
    desk_assert_body(&d, undo, body, sizeof body);
    assert_int_equal(try_undo(&d, seq, &undo), TN_ERR_STATE); /* once is enough */
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_WELCOME);
    assert_int_equal(fixture_verify(d.station), desk_info(&d).entries);
    desk_destroy(&d);
}

static void an_earlier_entry_keeps_them_in(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t first = desk_scan(&d, &d.learners[0]).seq;
    uint64_t again = desk_scan(&d, &d.learners[0]).seq;
    (void)undo_ok(&d, again);
    assert_int_equal(desk_info(&d).present, 1);
    (void)undo_ok(&d, first);
    assert_int_equal(desk_info(&d).present, 0);
    desk_destroy(&d);
}

static void an_undone_pass_turns_what_came_after_it(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_BOTH);
    uint64_t in = desk_scan(&d, &d.learners[0]).seq;
    uint64_t out = desk_scan(&d, &d.learners[0]).seq;
    assert_int_equal(desk_info(&d).present, 0);
    (void)undo_ok(&d, out);
    assert_int_equal(desk_info(&d).present, 1);
    (void)undo_ok(&d, in);
    assert_int_equal(desk_info(&d).present, 0);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_WELCOME);
    desk_destroy(&d);
}

static void an_undone_visit_takes_its_stamp_unless_there_is_another(void **state)
{
    (void)state;
    struct desk d;
    struct tn_passport passport;
    desk_init(&d, TN_ROLE_ACTIVITY);
    uint64_t first = desk_scan(&d, &d.learners[0]).seq;
    uint64_t second = desk_scan(&d, &d.learners[0]).seq;
    (void)undo_ok(&d, first);
    assert_int_equal(tn_station_passport(d.station, &d.learner_ids[0], &passport), TN_OK);
    assert_int_equal(passport.done, 1);
    (void)undo_ok(&d, second);
    assert_int_equal(tn_station_passport(d.station, &d.learner_ids[0], &passport), TN_OK);
    assert_int_equal(passport.done, 0);
    desk_destroy(&d);
}

/* What a blank badge did before it was somebody's counts on when the check-in of the registration
 * is taken back. */
static void what_a_blank_badge_did_stays_its_learners(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    const struct tn_walkin form = {.given = "Noor"};
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    uint64_t blank = desk_scan(&d, &d.learners[5]).seq;
    tn_badge_encode(&d.learners[5], text);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_OK);
    (void)undo_ok(&d, handed.record.seq);
    assert_int_equal(desk_info(&d).present, 1);
    (void)undo_ok(&d, blank);
    assert_int_equal(desk_info(&d).present, 0);
    desk_destroy(&d);
}

static void what_does_not_count_anybody_is_not_undone(void **state)
{
    (void)state;
    struct desk d;
    uint64_t undo = 0;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t before = desk_info(&d).entries;
    assert_int_equal(try_undo(&d, 1, &undo), TN_ERR_STATE); /* boot */
    assert_int_equal(try_undo(&d, 2, &undo), TN_ERR_STATE); /* pack */
    assert_int_equal(try_undo(&d, 0, &undo), TN_ERR_STATE);
    assert_int_equal(try_undo(&d, 99, &undo), TN_ERR_STATE);
    assert_int_equal(try_undo(&d, UINT64_MAX, &undo), TN_ERR_STATE);
    assert_int_equal(desk_info(&d).entries, before);
    uint64_t seq = undo_ok(&d, desk_scan(&d, &d.learners[0]).seq);
    assert_int_equal(try_undo(&d, seq, &undo), TN_ERR_STATE); /* an undo */
    desk_destroy(&d);
}

static void ten_minutes_later_it_is_too_late(void **state)
{
    (void)state;
    struct desk d;
    struct tn_past list[TN_PAST_MAX];
    uint64_t undo = 0;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t first = desk_scan(&d, &d.learners[0]).seq;
    uint64_t second = desk_scan(&d, &d.learners[1]).seq;
    desk_wait(&d, TN_UNDO_MS);
    assert_int_equal(past(&d, list), 2);
    (void)undo_ok(&d, first);
    desk_wait(&d, 1);
    assert_int_equal(past(&d, list), 0);
    assert_int_equal(try_undo(&d, second, &undo), TN_ERR_STATE);
    desk_destroy(&d);
}

/* The wall clock is set by a day in either direction: the boot's own clock says how long ago. */
static void setting_the_clock_changes_no_age(void **state)
{
    (void)state;
    struct desk d;
    struct tn_past list[TN_PAST_MAX];
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.learners[0]);
    d.at_ms += INT64_C(86400000);
    assert_int_equal(past(&d, list), 1);
    d.at_ms -= 2 * INT64_C(86400000);
    assert_int_equal(past(&d, list), 1);
    d.mono_ms += TN_UNDO_MS + 1;
    assert_int_equal(past(&d, list), 0);
    desk_destroy(&d);
}

static void the_newest_come_first_and_names_only_while_unlocked(void **state)
{
    (void)state;
    struct desk d;
    struct tn_past list[TN_PAST_MAX];
    uint64_t adults = 0;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    uint64_t first = desk_scan(&d, &d.learners[0]).seq;
    uint64_t second = desk_scan(&d, &d.learners[1]).seq;
    assert_int_equal(tn_station_headcount(d.station, 7, &when, &adults), TN_OK);
    assert_int_equal(past(&d, list), 3);
    assert_int_equal(list[0].seq, adults);
    assert_string_equal(list[0].kind, "headcount");
    assert_int_equal(list[0].count, 7);
    assert_int_equal(list[1].seq, second);
    assert_int_equal(list[1].count, 1);
    assert_string_equal(list[1].name, "");
    assert_int_equal(list[2].seq, first);
    assert_int_equal(list[2].at_ms, FIXTURE_AT_MS);
    desk_unlock(&d);
    assert_int_equal(past(&d, list), 3);
    assert_string_equal(list[1].name, "Ben Sato");
    (void)undo_ok(&d, second);
    assert_int_equal(past(&d, list), 2);
    assert_int_equal(list[1].seq, first);
    desk_destroy(&d);
}

static void only_so_many_are_listed(void **state)
{
    (void)state;
    struct desk d;
    struct tn_past list[TN_PAST_MAX];
    desk_init(&d, TN_ROLE_GATE);
    uint64_t last = 0;
    for (int i = 0; i < TN_PAST_MAX + 1; i++) {
        last = desk_scan(&d, &d.learners[i % 5]).seq;
    }
    assert_int_equal(past(&d, list), TN_PAST_MAX);
    assert_int_equal(list[0].seq, last);
    assert_int_equal(list[TN_PAST_MAX - 1].seq, last - TN_PAST_MAX + 1);
    desk_destroy(&d);
}

/* Takes the hash of entry `seq` a bit away from what proves it, in a closed station's file. */
static void break_at(const struct desk *d, uint64_t seq)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE entry SET who_hash = zeroblob(32) WHERE seq = %llu",
                   (unsigned long long)seq);
    desk_spoil(d, "station.db", sql);
}

/* Everything a desk derives, seen from outside. */
static void assert_as_before_the_salvage(struct desk *d, const char *minted)
{
    char value[TN_SETTING_MAX + 1];
    struct tn_station_info info = desk_info(d);
    assert_int_equal(info.present, 3); /* Ana by her new badge, Dia, Noor */
    assert_int_equal(tn_station_setting(d->station, TN_SETTING_LANG, value), TN_OK);
    assert_string_equal(value, "es");
    assert_int_equal(desk_scan(d, &d->learners[0]).result, TN_RESULT_REFUSED);
    assert_int_equal(desk_scan(d, &d->learners[1]).result, TN_RESULT_WELCOME); /* was undone */
    assert_int_equal(desk_scan(d, &d->learners[3]).result, TN_RESULT_ALREADY);
    struct tn_record record = desk_scan_text(d, minted, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_string_equal(record.name, "Noor H.");
    assert_string_equal(desk_scan(d, &d->learners[5]).name, "Ana R.");
}

/* Scans, an undo, a registration, a replacement and a setting; gives the minted badge. */
static void furnish(struct desk *d, char minted[TN_BADGE_TEXT_SIZE])
{
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    const struct tn_walkin form = {.given = "Noor", .family = "Haddad"};
    const struct tn_when when = desk_when(d);
    (void)desk_scan(d, &d->learners[0]);
    uint64_t seq = desk_scan(d, &d->learners[1]).seq;
    (void)desk_scan(d, &d->learners[3]);
    (void)undo_ok(d, seq);
    assert_int_equal(tn_station_register(d->station, &form, NULL, &when, &handed), TN_OK);
    memcpy(minted, handed.digits, TN_BADGE_TEXT_SIZE);
    desk_unlock(d);
    tn_badge_encode(&d->learners[5], text);
    struct tn_found found = desk_found(d, 0);
    assert_int_equal(tn_station_replace(d->station, &found, text, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    assert_int_equal(tn_station_set_setting(d->station, TN_SETTING_LANG, "es"), TN_OK);
}

static void a_salvage_keeps_what_the_desk_did(void **state)
{
    (void)state;
    /* Where the chain breaks: nowhere, and before each entry that matters. Twice in a row. */
    for (uint64_t broken = 0; broken <= 9; broken++) {
        struct desk d;
        char minted[TN_BADGE_TEXT_SIZE];
        desk_init(&d, TN_ROLE_GATE);
        furnish(&d, minted);
        tn_station_close(d.station);
        if (broken > 0) {
            break_at(&d, broken);
        }
        d.station = fixture_open(&d.f);
        assert_int_equal(tn_station_set_aside(&d.station, &d.f.env), TN_OK);
        assert_int_equal(tn_station_set_aside(&d.station, &d.f.env), TN_OK);
        assert_as_before_the_salvage(&d, minted);
        desk_destroy(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_undone_check_in_is_out_again),
        cmocka_unit_test(an_earlier_entry_keeps_them_in),
        cmocka_unit_test(an_undone_pass_turns_what_came_after_it),
        cmocka_unit_test(an_undone_visit_takes_its_stamp_unless_there_is_another),
        cmocka_unit_test(what_a_blank_badge_did_stays_its_learners),
        cmocka_unit_test(what_does_not_count_anybody_is_not_undone),
        cmocka_unit_test(ten_minutes_later_it_is_too_late),
        cmocka_unit_test(setting_the_clock_changes_no_age),
        cmocka_unit_test(the_newest_come_first_and_names_only_while_unlocked),
        cmocka_unit_test(only_so_many_are_listed),
        cmocka_unit_test(a_salvage_keeps_what_the_desk_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
