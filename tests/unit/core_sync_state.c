/* The row that tells the screen what sync is doing. */
#include "tests/unit/core_desk.h"

#include "turnout/sync_state.h"

#include "kiosk/core/db.h"

static const struct tn_sync_state copying = {
    .phase = TN_SYNC_COPYING,
    .via = TN_SYNC_STICK,
    .done = 120,
    .all = 412,
    .waiting = 412,
    .at_ms = 1700000000000,
};

static struct tn_sync_state state_of(struct desk *d)
{
    struct tn_sync_state state;
    assert_int_equal(tn_station_sync_state(d->station, &state), TN_OK);
    return state;
}

static void a_station_that_was_never_synced_says_nothing(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    desk_destroy(&d);
}

static void what_sync_writes_another_program_reads(void **state)
{
    (void)state;
    struct desk d;
    struct tn_station *sync = NULL;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(tn_station_open(d.f.dir, &d.f.env, &sync), TN_OK);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    assert_int_equal(tn_station_set_sync_state(sync, &copying), TN_OK);
    const struct tn_sync_state seen = state_of(&d);
    assert_int_equal(seen.phase, TN_SYNC_COPYING);
    assert_int_equal(seen.via, TN_SYNC_STICK);
    assert_int_equal(seen.done, 120);
    assert_int_equal(seen.all, 412);
    assert_int_equal(seen.waiting, 412);
    assert_int_equal(seen.at_ms, copying.at_ms);
    struct tn_sync_state failed = copying;
    failed.phase = TN_SYNC_FAILED;
    failed.fault = TN_SYNC_STICK_FULL;
    assert_int_equal(tn_station_set_sync_state(sync, &failed), TN_OK);
    assert_int_equal(state_of(&d).fault, TN_SYNC_STICK_FULL);
    tn_station_close(sync);
    desk_destroy(&d);
}

static void every_word_reads_back(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    for (int phase = 0; phase < TN_SYNC_PHASE_COUNT; phase++) {
        for (int fault = 0; fault < TN_SYNC_FAULT_COUNT; fault++) {
            struct tn_sync_state put = {.phase = (enum tn_sync_phase)phase,
                                        .via = (enum tn_sync_via)(fault % TN_SYNC_VIA_COUNT),
                                        .fault = (enum tn_sync_fault)fault};
            bool is_sound = (phase == TN_SYNC_FAILED) == (fault != TN_SYNC_WELL);
            assert_int_equal(tn_station_set_sync_state(d.station, &put),
                             is_sound ? TN_OK : TN_ERR_FORMAT);
            if (is_sound) {
                const struct tn_sync_state seen = state_of(&d);
                assert_int_equal(seen.phase, phase);
                assert_int_equal(seen.via, put.via);
                assert_int_equal(seen.fault, fault);
            }
        }
    }
    desk_destroy(&d);
}

static void when_the_centre_last_spoke_is_kept_through_what_fails_later(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(tn_station_set_sync_state(d.station, &copying), TN_OK);
    assert_int_equal(state_of(&d).spoke_ms, 0);
    struct tn_sync_state next = copying;
    next.phase = TN_SYNC_DONE_AT_CENTRE;
    next.at_ms = 5000;
    assert_int_equal(tn_station_set_sync_state(d.station, &next), TN_OK);
    assert_int_equal(state_of(&d).spoke_ms, 5000);
    next.phase = TN_SYNC_FAILED;
    next.fault = TN_SYNC_PORTAL;
    next.at_ms = 6000;
    assert_int_equal(tn_station_set_sync_state(d.station, &next), TN_OK);
    assert_int_equal(state_of(&d).at_ms, 6000);
    assert_int_equal(state_of(&d).spoke_ms, 5000);
    desk_destroy(&d);
}

static void copying_from_before_this_boot_is_over(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(tn_station_set_sync_state(d.station, &copying), TN_OK);
    d.f.env.boot.b[0] ^= 1;
    desk_reopen(&d);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    struct tn_sync_state copied = copying;
    copied.phase = TN_SYNC_COPIED;
    assert_int_equal(tn_station_set_sync_state(d.station, &copied), TN_OK);
    d.f.env.boot.b[0] ^= 1;
    desk_reopen(&d);
    assert_int_equal(state_of(&d).phase, TN_SYNC_COPIED);
    desk_destroy(&d);
}

static void a_row_that_cannot_be_understood_says_nothing(void **state)
{
    (void)state;
    struct desk d;
    char path[512];
    sqlite3 *db = NULL;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(tn_station_set_sync_state(d.station, &copying), TN_OK);
    (void)snprintf(path, sizeof path, "%s/station.db", d.f.dir);
    assert_int_equal(tn_sql_open(path, SQLITE_OPEN_READWRITE, &db), TN_OK);
    assert_int_equal(tn_sql_exec(db, "UPDATE sync_state SET phase = 'by pigeon'"), TN_OK);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    assert_int_equal(tn_sql_exec(db, "UPDATE sync_state SET phase = 'copying', done = -1"), TN_OK);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    assert_int_equal(
        tn_sql_exec(db, "UPDATE sync_state SET done = 1, at_ms = -9223372036854775808"), TN_OK);
    assert_int_equal(state_of(&d).phase, TN_SYNC_NONE);
    tn_sql_close(&db);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_station_that_was_never_synced_says_nothing),
        cmocka_unit_test(what_sync_writes_another_program_reads),
        cmocka_unit_test(every_word_reads_back),
        cmocka_unit_test(when_the_centre_last_spoke_is_kept_through_what_fails_later),
        cmocka_unit_test(copying_from_before_this_boot_is_over),
        cmocka_unit_test(a_row_that_cannot_be_understood_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
