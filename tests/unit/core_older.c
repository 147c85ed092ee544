/* What versions before this one left behind: databases without the desk's tables, pack files
 * without partners, set-up cards without when they were issued. Each is made by taking away from a
 * file of today what its version did not have. */
#include "tests/unit/core_desk.h"

#include "turnout/signed.h"

#include "kiosk/core/db.h"
#include "kiosk/core/pack_path.h"
#include "kiosk/core/schema.h"
#include "kiosk/core/setup_payload.h"

static const char without_forget[] =
    "DROP TABLE purged; DROP TABLE forgot; PRAGMA user_version = 4;";
static const char without_sync_state[] = "DROP TABLE sync_state; PRAGMA user_version = 3;";

static const char without_desk[] =
    "DROP INDEX entry_pack; DROP INDEX entry_clock; DROP INDEX entry_headcount;"
    "DROP TABLE setting; DROP TABLE switched; DROP TABLE walkin_card; DROP TABLE retired;"
    "DROP TABLE alias; DROP TABLE undone; DROP TABLE stamp; PRAGMA user_version = 2;";

static const char without_fates[] =
    "ALTER TABLE loose DROP COLUMN fate; ALTER TABLE loose DROP COLUMN new_log_no;"
    "ALTER TABLE loose DROP COLUMN new_seq; DROP TABLE missing; PRAGMA user_version = 1;";

static const char pack_before_desk[] =
    "DROP TABLE forget_key; DROP TABLE forgotten; ALTER TABLE head DROP COLUMN retention_days;"
    "DROP TABLE partner; DROP TABLE grp; ALTER TABLE head DROP COLUMN consent_age;"
    "ALTER TABLE head DROP COLUMN walk_in; ALTER TABLE head DROP COLUMN pin;"
    "PRAGMA user_version = 1;";

/* Runs SQL on a file of the station's folder, which nobody has open. */
static void change(const struct desk *d, const char *name, const char *sql)
{
    char path[512];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", d->f.dir, name);
    assert_int_equal(tn_sql_open(path, SQLITE_OPEN_READWRITE, &db), TN_OK);
    assert_int_equal(tn_sql_exec(db, sql), TN_OK);
    tn_sql_close(&db);
}

static void an_older_database_is_read_as_it_is_and_migrated_when_written(void **state)
{
    (void)state;
    for (int version = 1; version <= 4; version++) {
        struct desk d;
        struct tn_passport passport;
        struct tn_station *reader = NULL;
        struct tn_station_info info;
        desk_init(&d, TN_ROLE_ACTIVITY);
        (void)desk_scan(&d, &d.learners[0]);
        uint64_t entries = desk_info(&d).entries;
        tn_station_close(d.station);
        change(&d, "station.db", without_forget);
        if (version <= 3) {
            change(&d, "station.db", without_sync_state);
        }
        if (version <= 2) {
            change(&d, "station.db", without_desk);
        }
        if (version == 1) {
            change(&d, "station.db", without_fates);
        }
        assert_int_equal(tn_station_open_read(d.f.dir, &reader), TN_OK);
        assert_int_equal(tn_station_info(reader, &info), TN_OK);
        assert_int_equal(info.entries, entries);
        assert_int_equal(info.role, TN_ROLE_ACTIVITY);
        assert_int_equal(fixture_verify(reader), entries);
        tn_station_close(reader);
        d.station = fixture_open(&d.f);
        assert_false(desk_info(&d).was_salvaged);
        assert_int_equal(tn_station_passport(d.station, &d.learner_ids[0], &passport), TN_OK);
        assert_int_equal(passport.done, 1);
        assert_int_equal(tn_station_set_setting(d.station, TN_SETTING_LANG, "es"), TN_OK);
        assert_int_equal(desk_scan(&d, &d.learners[1]).result, TN_RESULT_VISIT);
        assert_int_equal(desk_info(&d).pack_ms, FIXTURE_AT_MS);
        desk_destroy(&d);
    }
}

static void an_older_database_can_be_salvaged(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.learners[0]);
    uint64_t entries = desk_info(&d).entries;
    tn_station_close(d.station);
    change(&d, "station.db", without_forget);
    change(&d, "station.db", without_sync_state);
    change(&d, "station.db", without_desk);
    change(&d, "station.db", "UPDATE entry SET hash = zeroblob(32) WHERE seq = 3");
    d.station = fixture_open(&d.f);
    assert_true(desk_info(&d).was_salvaged);
    assert_int_equal(desk_info(&d).entries, entries);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_ALREADY);
    desk_destroy(&d);
}

static void an_older_pack_has_nothing_of_the_new(void **state)
{
    (void)state;
    struct desk d;
    char name[64];
    struct tn_partner_list partners;
    uint64_t number = 0;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(tn_pack_newest(d.f.dir, &number), TN_OK);
    (void)snprintf(name, sizeof name, "pack-%llu.db", (unsigned long long)number);
    tn_station_close(d.station);
    change(&d, name, pack_before_desk);
    d.station = fixture_open(&d.f);
    struct tn_station_info info = desk_info(&d);
    assert_true(info.has_keys);
    assert_string_equal(info.event_title, "Science night");
    assert_false(info.has_pin);
    assert_false(info.has_walk_in);
    assert_int_equal(info.consent_age, 13);
    assert_string_equal(desk_scan(&d, &d.learners[0]).name, "Ana R.");
    assert_int_equal(desk_scan(&d, &d.group_card).result, TN_RESULT_REFUSED);
    assert_int_equal(tn_station_partners(d.station, "", 0, &partners), TN_OK);
    assert_int_equal(partners.total, 0);
    assert_int_equal(tn_station_check_pin(d.station, DESK_PIN), TN_ERR_NOT_FOUND);
    desk_unlock(&d);
    desk_destroy(&d);
}

static void an_older_set_up_card_was_issued_at_zero(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_buf payload;
    struct tn_buf card;
    struct tn_setup setup;
    fixture_init(&f, TN_ROLE_GATE);
    f.setup.issued_ms = FIXTURE_AT_MS;
    tn_buf_init(&card, TN_SETUP_SIZE_MAX);
    tn_buf_init(&payload, TN_SETUP_SIZE_MAX);
    tn_setup_write(&card, &f.setup, &f.sign_key);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&card), NULL, &setup), TN_OK);
    assert_int_equal(setup.issued_ms, FIXTURE_AT_MS);
    f.setup.issued_ms = 0; /* one byte, the last of an array of 14 */
    tn_setup_payload_write(&payload, &f.setup);
    assert_int_equal(payload.data[0], 0x8e);
    payload.data[0] = 0x8d;
    tn_buf_clear(&card);
    tn_signed_write(&card, TN_SETUP_LABEL, (struct tn_bytes){payload.data, payload.len - 1},
                    &f.sign_key);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&card), NULL, &setup), TN_OK);
    assert_int_equal(setup.issued_ms, 0);
    assert_string_equal(setup.station_name, "Gate A");
    assert_true(tn_id_equal(&setup.token, &f.setup.token));
    payload.data[0] = 0x8c;
    tn_buf_clear(&card);
    tn_signed_write(&card, TN_SETUP_LABEL, (struct tn_bytes){payload.data, payload.len - 18},
                    &f.sign_key);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&card), NULL, &setup), TN_ERR_FORMAT);
    tn_buf_destroy(&card);
    tn_buf_destroy(&payload);
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_database_is_read_as_it_is_and_migrated_when_written),
        cmocka_unit_test(an_older_database_can_be_salvaged),
        cmocka_unit_test(an_older_pack_has_nothing_of_the_new),
        cmocka_unit_test(an_older_set_up_card_was_issued_at_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
