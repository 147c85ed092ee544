/* What a scan does at each kind of station, and what opening, packs and receipts do. */
#include "tests/unit/core_fixture.h"

static struct tn_record scan_ok(struct tn_station *station, const struct tn_badge *badge)
{
    struct tn_record record;
    assert_int_equal(fixture_scan(station, badge, &record), TN_OK);
    return record;
}

static struct tn_station_info info_of(struct tn_station *station)
{
    struct tn_station_info info;
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    return info;
}

static void a_new_station_holds_one_boot_entry(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    struct tn_station_info info = info_of(station);
    assert_int_equal(info.entries, 1);
    assert_int_equal(info.waiting, 1);
    assert_int_equal(info.present, 0);
    assert_false(info.was_salvaged);
    assert_false(info.has_keys);
    assert_string_equal(info.station_name, "Gate A");
    assert_string_equal(info.ecosystem_name, "Riverside STEM");
    assert_int_equal(fixture_verify(station), 1);
    tn_station_close(station);
    struct stat st;
    assert_int_equal(stat(f.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    char path[400];
    (void)snprintf(path, sizeof path, "%s/station.db", f.dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    (void)snprintf(path, sizeof path, "%s/device.key", f.dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(tn_station_create(f.dir, &f.setup, &f.env, 0), TN_ERR_EXISTS);
    fixture_destroy(&f);
}

static void a_gate_welcomes_by_name_and_then_says_already(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    uint64_t number = fixture_pack(&f, 1, &badge, 1, "Ana R.", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    struct tn_record record = scan_ok(station, &badge);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_int_equal(record.seq, 3);
    assert_true(record.is_verified);
    assert_string_equal(record.name, "Ana R.");
    assert_string_equal(record.lang, "es");
    record = scan_ok(station, &badge);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_int_equal(record.seq, 4);
    struct tn_station_info info = info_of(station);
    assert_int_equal(info.present, 1);
    assert_int_equal(info.entries, 4);
    assert_int_equal(info.pack_version, 1);
    assert_int_equal(info.repeat_ms, 4000);
    assert_true(info.has_keys);
    assert_string_equal(info.event_title, "Science night");
    assert_int_equal(fixture_verify(station), 4);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_badge_without_a_card_is_welcome_without_a_name(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    uint64_t number = fixture_pack(&f, 1, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    struct tn_record record = scan_ok(station, &badge);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_true(record.is_verified);
    assert_string_equal(record.name, "");
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_station_without_keys_records_unverified(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    struct tn_record record = scan_ok(station, &badge);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_false(record.is_verified);
    assert_int_equal(record.seq, 2);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_bad_tag_and_a_revoked_badge_are_refused_with_an_entry(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badges[2];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badges[0]);
    fixture_mint(&f, TN_BADGE_LEARNER, &badges[1]);
    uint64_t number = fixture_pack(&f, 1, badges, 2, "Ana R.", &badges[1]);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    badges[0].tag = (badges[0].tag + 1) % 100000000u;
    for (int i = 0; i < 2; i++) {
        struct tn_record record = scan_ok(station, &badges[i]);
        assert_int_equal(record.result, TN_RESULT_REFUSED);
        assert_int_equal(record.seq, 3 + i);
        assert_string_equal(record.name, "");
    }
    assert_int_equal(info_of(station).present, 0);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void noise_writes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_record record;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    uint64_t number = fixture_pack(&f, 1, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    char noise[10240];
    memset(noise, 0, sizeof noise);
    struct tn_scan scan = {.method = "scan", .text = noise, .len = sizeof noise};
    assert_int_equal(tn_station_record(station, &scan, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_NOISE);
    scan.len = 0;
    assert_int_equal(tn_station_record(station, &scan, &record), TN_OK);
    assert_int_equal(record.seq, 0);
    assert_int_equal(info_of(station).entries, 2);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void each_role_writes_its_own_kind(void **state)
{
    (void)state;
    static const struct {
        enum tn_role role;
        enum tn_result first;
        enum tn_result second;
        uint64_t present;
    } cases[] = {
        {TN_ROLE_GATE, TN_RESULT_WELCOME, TN_RESULT_ALREADY, 1},
        {TN_ROLE_DESK, TN_RESULT_WELCOME, TN_RESULT_ALREADY, 1},
        {TN_ROLE_EXIT, TN_RESULT_GOODBYE, TN_RESULT_GOODBYE, 0},
        {TN_ROLE_BOTH, TN_RESULT_WELCOME, TN_RESULT_GOODBYE, 0},
        {TN_ROLE_ACTIVITY, TN_RESULT_VISIT, TN_RESULT_VISIT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        struct tn_badge badge;
        fixture_init(&f, cases[i].role);
        struct tn_station *station = fixture_create(&f);
        fixture_mint(&f, TN_BADGE_LEARNER, &badge);
        assert_int_equal(scan_ok(station, &badge).result, cases[i].first);
        assert_int_equal(scan_ok(station, &badge).result, cases[i].second);
        assert_int_equal(info_of(station).present, cases[i].present);
        assert_int_equal(info_of(station).entries, 3);
        tn_station_close(station);
        fixture_destroy(&f);
    }
}

static void a_new_boot_is_written_before_its_first_entry(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    assert_int_equal(scan_ok(station, &badge).seq, 2);
    tn_station_close(station);
    station = fixture_open(&f);
    assert_int_equal(scan_ok(station, &badge).seq, 3);
    tn_station_close(station);
    f.env.boot = (struct tn_id){{2}};
    station = fixture_open(&f);
    assert_int_equal(scan_ok(station, &badge).seq, 5);
    assert_int_equal(fixture_verify(station), 5);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_kiosk_notices_what_sync_did_beside_it(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *kiosk = fixture_create(&f);
    struct tn_station *sync = fixture_open(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    assert_int_equal(scan_ok(kiosk, &badge).seq, 2);
    uint64_t number = fixture_pack(&f, 3, &badge, 1, "Ana R.", NULL);
    assert_int_equal(tn_station_switch_pack(sync, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(info_of(kiosk).pack_version, 3);
    struct tn_record record = scan_ok(kiosk, &badge);
    assert_int_equal(record.seq, 4);
    assert_string_equal(record.name, "Ana R.");
    assert_int_equal(scan_ok(sync, &badge).seq, 5);
    assert_int_equal(scan_ok(kiosk, &badge).seq, 6);
    assert_int_equal(fixture_verify(kiosk), 6);
    tn_station_close(sync);
    tn_station_close(kiosk);
    fixture_destroy(&f);
}

static void an_older_pack_and_another_ecosystems_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    uint64_t newer = fixture_pack(&f, 5, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, newer, FIXTURE_AT_MS), TN_OK);
    uint64_t older = fixture_pack(&f, 4, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, older, FIXTURE_AT_MS), TN_ERR_STATE);
    f.setup.ecosystem = (struct tn_id){{99}};
    uint64_t foreign = fixture_pack(&f, 6, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, foreign, FIXTURE_AT_MS), TN_ERR_STATE);
    assert_int_equal(tn_station_switch_pack(station, 777, FIXTURE_AT_MS), TN_ERR_NOT_FOUND);
    assert_int_equal(info_of(station).pack_version, 5);
    assert_int_equal(info_of(station).entries, 2);
    tn_station_close(station);
    fixture_destroy(&f);
}

static enum tn_status own_head(void *ctx, const struct tn_log_head *head)
{
    if (head->is_own) {
        *(struct tn_log_head *)ctx = *head;
    }
    return TN_OK;
}

static enum tn_status take(struct fixture *f, struct tn_station *station, uint64_t seq,
                           uint8_t flip)
{
    struct tn_log_head head = {0};
    struct tn_buf out;
    assert_int_equal(tn_station_logs(station, own_head, &head), TN_OK);
    struct tn_receipt receipt = {.ecosystem = f->setup.ecosystem,
                                 .epoch = 1,
                                 .log = head.log,
                                 .seq = seq,
                                 .at_ms = FIXTURE_AT_MS};
    if (tn_station_hash_at(station, head.log_no, seq, &receipt.hash) != TN_OK) {
        receipt.hash.b[0] = 1;
    }
    receipt.hash.b[3] ^= flip;
    tn_buf_init(&out, TN_RECEIPT_SIZE_MAX);
    tn_receipt_write(&out, &receipt, &f->sign_key);
    assert_int_equal(out.status, TN_OK);
    enum tn_status status = tn_station_take_receipt(station, tn_buf_bytes(&out));
    tn_buf_destroy(&out);
    return status;
}

static void a_receipt_counts_only_where_the_hash_is_ours(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    for (int i = 0; i < 4; i++) {
        (void)scan_ok(station, &badge);
    }
    assert_int_equal(take(&f, station, 3, 1), TN_ERR_STATE);
    assert_int_equal(take(&f, station, 99, 0), TN_ERR_STATE);
    assert_int_equal(info_of(station).waiting, 5);
    assert_int_equal(take(&f, station, 3, 0), TN_OK);
    assert_int_equal(info_of(station).waiting, 2);
    assert_int_equal(take(&f, station, 2, 0), TN_OK);
    assert_int_equal(info_of(station).waiting, 2);
    struct tn_sign_key other;
    tn_sign_key_create(&f.env.random, &other);
    f.sign_key = other;
    assert_int_equal(take(&f, station, 5, 0), TN_ERR_FORGED);
    assert_int_equal(info_of(station).waiting, 2);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void two_badges_of_one_learner_are_one_person(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badges[2];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badges[0]);
    fixture_mint(&f, TN_BADGE_LEARNER, &badges[1]);
    struct tn_pack_head head = {.ecosystem = f.setup.ecosystem,
                                .epoch = 1,
                                .version = 1,
                                .event = f.setup.event,
                                .role = TN_ROLE_GATE};
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    assert_int_equal(tn_pack_begin(f.dir, &head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &f.badge_key), TN_OK);
    for (int i = 0; i < 2; i++) {
        struct tn_card card = {.learner = {{42}}, .display = "Ana R."};
        uint8_t sealed[TN_CARD_SIZE];
        struct tn_id id = tn_badge_id(&badges[i]);
        assert_int_equal(tn_card_seal(&card, &badges[i], &f.env.random, sealed), TN_OK);
        assert_int_equal(tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed}),
                         TN_OK);
    }
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(scan_ok(station, &badges[0]).result, TN_RESULT_WELCOME);
    assert_int_equal(scan_ok(station, &badges[1]).result, TN_RESULT_ALREADY);
    assert_int_equal(info_of(station).present, 1);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_probe_and_a_tidy_leave_no_entry(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    for (int i = 0; i < 100; i++) {
        fixture_mint(&f, TN_BADGE_LEARNER, &badge);
        assert_int_equal(scan_ok(station, &badge).seq, 2 + i);
    }
    assert_int_equal(tn_station_probe(station), TN_OK);
    assert_int_equal(tn_station_tidy(station), TN_OK);
    assert_int_equal(info_of(station).entries, 101);
    assert_int_equal(info_of(station).present, 100);
    assert_int_equal(scan_ok(station, &badge).seq, 102);
    assert_int_equal(fixture_verify(station), 102);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void reading_alone_writes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    struct tn_station *reader = NULL;
    struct tn_record record;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    (void)scan_ok(station, &badge);
    assert_int_equal(tn_station_open_read(f.dir, &reader), TN_OK);
    assert_int_equal(info_of(reader).entries, 2);
    assert_int_equal(fixture_verify(reader), 2);
    assert_int_equal(fixture_scan(reader, &badge, &record), TN_ERR_READ_ONLY);
    tn_station_close(reader);
    tn_station_close(station);
    assert_int_equal(tn_station_open_read(f.dir, &reader), TN_OK);
    assert_int_equal(info_of(reader).entries, 2);
    tn_station_close(reader);
    fixture_destroy(&f);
}

static void no_station_is_said_and_not_made(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_station *station = NULL;
    fixture_init(&f, TN_ROLE_GATE);
    assert_int_equal(tn_station_open(f.dir, &f.env, &station), TN_ERR_NOT_FOUND);
    assert_null(station);
    assert_int_equal(mkdir(f.dir, 0700), 0);
    assert_int_equal(tn_station_open(f.dir, &f.env, &station), TN_ERR_NOT_FOUND);
    assert_null(station);
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_station_holds_one_boot_entry),
        cmocka_unit_test(a_gate_welcomes_by_name_and_then_says_already),
        cmocka_unit_test(a_badge_without_a_card_is_welcome_without_a_name),
        cmocka_unit_test(a_station_without_keys_records_unverified),
        cmocka_unit_test(a_bad_tag_and_a_revoked_badge_are_refused_with_an_entry),
        cmocka_unit_test(noise_writes_nothing),
        cmocka_unit_test(each_role_writes_its_own_kind),
        cmocka_unit_test(a_new_boot_is_written_before_its_first_entry),
        cmocka_unit_test(a_kiosk_notices_what_sync_did_beside_it),
        cmocka_unit_test(an_older_pack_and_another_ecosystems_are_refused),
        cmocka_unit_test(a_receipt_counts_only_where_the_hash_is_ours),
        cmocka_unit_test(two_badges_of_one_learner_are_one_person),
        cmocka_unit_test(a_probe_and_a_tidy_leave_no_entry),
        cmocka_unit_test(reading_alone_writes_nothing),
        cmocka_unit_test(no_station_is_said_and_not_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
