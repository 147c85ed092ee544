/* Building packs, and the tables of station.db. */
#include "tests/unit/core_desk.h"

#include "kiosk/core/pack_file.h"
#include "kiosk/core/schema.h"

static bool has(const struct fixture *f, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    return access(path, F_OK) == 0;
}

static void a_pack_gives_back_what_was_put_in(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badges[3];
    struct tn_pack_file pack;
    uint8_t sealed[TN_CARD_SIZE];
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    for (int i = 0; i < 3; i++) {
        fixture_mint(&f, TN_BADGE_LEARNER, &badges[i]);
    }
    uint64_t number = fixture_pack(&f, 1, badges, 2, "Ana R.", &badges[1]);
    assert_int_equal(number, 1);
    assert_int_equal(tn_pack_file_open(&pack, f.dir, number), TN_OK);
    assert_string_equal(pack.head.event_title, "Science night");
    assert_string_equal(pack.head.tz, "America/Chicago");
    assert_int_equal(pack.head.repeat_ms, 4000);
    assert_int_equal(pack.badge_keys_count, 1);
    struct tn_id ids[3];
    for (int i = 0; i < 3; i++) {
        ids[i] = tn_badge_id(&badges[i]);
        assert_int_equal(tn_pack_file_card(&pack, &ids[i], sealed),
                         i < 2 ? TN_OK : TN_ERR_NOT_FOUND);
        assert_int_equal(tn_pack_file_revoked(&pack, &ids[i]), i == 1 ? TN_OK : TN_ERR_NOT_FOUND);
    }
    tn_pack_file_close(&pack);
    tn_pack_file_close(&pack);
    fixture_destroy(&f);
}

static void an_unfinished_pack_leaves_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_pack_builder *pack = NULL;
    struct tn_pack_head head = {.role = TN_ROLE_GATE};
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    assert_int_equal(tn_pack_begin(f.dir, &head, &pack), TN_OK);
    assert_true(has(&f, "pack-1.db.new"));
    tn_pack_drop(pack);
    tn_pack_drop(NULL);
    assert_false(has(&f, "pack-1.db.new"));
    assert_false(has(&f, "pack-1.db"));
    fixture_destroy(&f);
}

static void a_switch_removes_the_packs_before(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    for (uint64_t version = 1; version <= 3; version++) {
        uint64_t number = fixture_pack(&f, version, NULL, 0, "", NULL);
        assert_int_equal(number, version);
        assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    }
    assert_false(has(&f, "pack-1.db"));
    assert_false(has(&f, "pack-2.db"));
    assert_true(has(&f, "pack-3.db"));
    tn_station_close(station);
    fixture_destroy(&f);
}

/* Two reconciles at once: neither takes the other's unfinished file away. */
static void two_packs_may_be_built_at_once(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_pack_builder *first = NULL;
    struct tn_pack_builder *second = NULL;
    struct tn_station_info info;
    uint64_t numbers[2];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    struct tn_pack_head head = {.ecosystem = f.setup.ecosystem, .epoch = 1, .version = 1};
    assert_int_equal(tn_pack_begin(f.dir, &head, &first), TN_OK);
    head.version = 2;
    assert_int_equal(tn_pack_begin(f.dir, &head, &second), TN_OK);
    assert_int_equal(tn_pack_finish(first, &numbers[0]), TN_OK);
    assert_int_equal(tn_pack_finish(second, &numbers[1]), TN_OK);
    for (uint64_t i = 0; i < 2; i++) {
        assert_int_equal(tn_station_switch_pack(station, numbers[i], FIXTURE_AT_MS), TN_OK);
        assert_int_equal(tn_station_info(station, &info), TN_OK);
        assert_int_equal(info.pack_version, i + 1);
    }
    tn_station_close(station);
    fixture_destroy(&f);
}

static void badge_keys_have_a_maximum(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_pack_builder *pack = NULL;
    struct tn_pack_head head = {.role = TN_ROLE_GATE};
    struct tn_pack_file file;
    uint64_t number = 0;
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    assert_int_equal(tn_pack_begin(f.dir, &head, &pack), TN_OK);
    for (int i = 0; i < TN_PACK_BADGE_KEYS_MAX; i++) {
        assert_int_equal(tn_pack_add_badge_key(pack, &f.badge_key), TN_OK);
    }
    assert_int_equal(tn_pack_add_badge_key(pack, &f.badge_key), TN_ERR_LIMIT);
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_pack_file_open(&file, f.dir, number), TN_OK);
    assert_int_equal(file.badge_keys_count, TN_PACK_BADGE_KEYS_MAX);
    tn_pack_file_close(&file);
    fixture_destroy(&f);
}

static void a_lost_pack_file_turns_nobody_away(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    struct tn_record record;
    char path[512];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    uint64_t number = fixture_pack(&f, 1, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    tn_station_close(station);
    (void)snprintf(path, sizeof path, "%s/pack-1.db", f.dir);
    assert_int_equal(unlink(path), 0);
    station = fixture_open(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_false(record.is_verified);
    tn_station_close(station);
    fixture_destroy(&f);
}

/* Writes over the first page of a table of the desk's pack. */
static void break_table(const struct desk *d, const char *table)
{
    char path[512];
    char sql[128];
    uint8_t page[65536];
    sqlite3 *db = NULL;
    int64_t number = 0;
    int64_t size = 0;
    (void)snprintf(path, sizeof path, "%s/pack-1.db", d->f.dir);
    (void)snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
    assert_int_equal(tn_sql_open(path, SQLITE_OPEN_READONLY, &db), TN_OK);
    assert_int_equal(tn_sql_number(db, sql, &number), TN_OK);
    assert_int_equal(tn_sql_number(db, "PRAGMA page_size", &size), TN_OK);
    tn_sql_close(&db);
    memset(page, 0x55, sizeof page);
    FILE *file = fopen(path, "r+be");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)((number - 1) * size), SEEK_SET), 0);
    assert_int_equal(fwrite(page, 1, (size_t)size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Everything that reads a pack, on one whose tables are broken: whoever asks is told nothing that
 * would let them set the log aside. */
static void use_broken_pack(struct desk *d)
{
    struct tn_roll roll;
    struct tn_handed handed;
    struct tn_passport passport;
    struct tn_activity_list activities;
    struct tn_partner_list partners;
    struct tn_found found[TN_FOUND_MAX];
    char code[TN_BADGE_CODE_SIZE];
    size_t count = 0;
    const struct tn_walkin form = {.given = "Noor"};
    const struct tn_when when = desk_when(d);
    const struct tn_id activity = desk_activity(1);
    struct tn_record record = desk_scan(d, &d->learners[0]);
    assert_int_equal(record.result, TN_RESULT_VISIT);
    tn_badge_code(&record.badge, code);
    assert_int_equal(tn_station_passport(d->station, &record.who, &passport), TN_OK);
    assert_int_equal(tn_station_activities(d->station, 0, &activities), TN_OK);
    assert_int_equal(tn_station_partners(d->station, "", 0, &partners), TN_OK);
    assert_int_equal(tn_station_register(d->station, &form, NULL, &when, &handed),
                     desk_info(d).has_keys ? TN_OK : TN_ERR_STATE);
    assert_in_range(desk_scan(d, &d->group_card).result, TN_RESULT_REFUSED, TN_RESULT_GROUP);
    enum tn_result staff = desk_scan(d, &d->staff_card).result;
    bool is_open = staff == TN_RESULT_STAFF;
    assert_true(is_open || staff == TN_RESULT_REFUSED);
    enum tn_status status = tn_station_search(d->station, "ana", found, &count);
    assert_true(status == TN_OK || status == (is_open ? TN_ERR_NOT_FOUND : TN_ERR_STATE));
    assert_int_equal(tn_station_find_code(d->station, code, found, &count),
                     is_open ? TN_OK : TN_ERR_STATE);
    assert_int_equal(tn_station_roll(d->station, 0, TN_ROLL_MAX, &roll),
                     is_open ? TN_OK : TN_ERR_STATE);
    status = tn_station_switch(d->station, TN_ROLE_ACTIVITY, &activity, &when);
    assert_true(status == TN_OK || status == (is_open ? TN_ERR_NOT_FOUND : TN_ERR_STATE));
    assert_int_equal(desk_info(d).was_salvaged, false);
}

static void a_damaged_pack_damages_no_station(void **state)
{
    (void)state;
    static const char rows[] = "UPDATE card SET badge = CAST(x'01' || badge AS BLOB);"
                               "UPDATE staff SET wrapped = x'01';"
                               "UPDATE activity SET id = CAST(x'01' || id AS BLOB);"
                               "UPDATE partner SET id = CAST(x'01' || id AS BLOB);"
                               "UPDATE grp SET sealed = x'01'";
    static const char *const tables[] = {"card",    "revoked", "staff",     "activity",
                                         "partner", "grp",     "directory", "station_key"};
    const size_t count = sizeof tables / sizeof tables[0];
    for (size_t i = 0; i <= count; i++) {
        struct desk d;
        desk_init(&d, TN_ROLE_ACTIVITY);
        tn_station_close(d.station);
        if (i < count) {
            break_table(&d, tables[i]);
        } else {
            desk_spoil(&d, "pack-1.db", rows);
        }
        d.station = fixture_open(&d.f);
        use_broken_pack(&d);
        desk_destroy(&d);
    }
}

static void the_schema_migrates_from_every_earlier_version(void **state)
{
    (void)state;
    struct fixture f;
    char path[512];
    fixture_init(&f, TN_ROLE_GATE);
    for (int from = 0; from <= tn_schema_version; from++) {
        sqlite3 *db = NULL;
        int64_t version = 0;
        (void)snprintf(path, sizeof path, "%s/v%d.db", f.root, from);
        assert_int_equal(tn_sql_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), TN_OK);
        /* Version 0 is an empty file; the newest is migrated a second time and stays. */
        for (int i = 0; i <= from; i++) {
            assert_int_equal(tn_schema_migrate(db), TN_OK);
        }
        assert_int_equal(tn_sql_number(db, "PRAGMA user_version", &version), TN_OK);
        assert_int_equal(version, tn_schema_version);
        assert_int_equal(tn_sql_number(db, "SELECT count(*) FROM readable", &version), TN_OK);
        assert_int_equal(tn_sql_exec(db, "PRAGMA user_version = 999"), TN_OK);
        assert_int_equal(tn_schema_migrate(db), TN_ERR_STATE);
        tn_sql_close(&db);
    }
    fixture_destroy(&f);
}

/* The descriptors of this process that stand for a removed pack. */
static int removed_packs_open(void)
{
    int count = 0;
    char path[64];
    char target[512];
    for (int fd = 0; fd < 256; fd++) {
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        const ssize_t len = readlink(path, target, sizeof target - 1);
        if (len > 0) {
            target[len] = '\0';
            count += strstr(target, "/pack-") != NULL && strstr(target, "(deleted)") != NULL;
        }
    }
    return count;
}

/* The blocks of a removed file are freed by whoever closes it last. */
static void a_scan_is_not_what_closes_the_pack_before(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    struct tn_record record;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    struct tn_station *sync = fixture_open(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    uint64_t number = fixture_pack(&f, 1, &badge, 1, "Ana R.", NULL);
    assert_int_equal(tn_station_switch_pack(sync, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    number = fixture_pack(&f, 2, &badge, 1, "Ana Ruiz", NULL);
    assert_int_equal(tn_station_switch_pack(sync, number, FIXTURE_AT_MS), TN_OK);
    tn_station_close(sync);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    assert_string_equal(record.name, "Ana Ruiz");
    assert_true(removed_packs_open() > 0);
    assert_int_equal(tn_station_tidy(station), TN_OK);
    assert_int_equal(removed_packs_open(), 0);
    tn_station_close(station);
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_gives_back_what_was_put_in),
        cmocka_unit_test(an_unfinished_pack_leaves_nothing),
        cmocka_unit_test(a_switch_removes_the_packs_before),
        cmocka_unit_test(a_scan_is_not_what_closes_the_pack_before),
        cmocka_unit_test(two_packs_may_be_built_at_once),
        cmocka_unit_test(badge_keys_have_a_maximum),
        cmocka_unit_test(a_lost_pack_file_turns_nobody_away),
        cmocka_unit_test(a_damaged_pack_damages_no_station),
        cmocka_unit_test(the_schema_migrates_from_every_earlier_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
