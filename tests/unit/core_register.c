/* Handing out badges: walk-ins, and blank badges tied to somebody; and letting in
 * by hand. */
#include "tests/unit/core_desk.h"

#include "turnout/cbor.h"

static const struct tn_walkin noor = {
    .given = "Noor",
    .family = "haddad",
    .grade = "3-5",
    .partner = {{0x9a, 1}},
    .consent = TN_CONSENT_PARENT,
    .consent_ms = FIXTURE_AT_MS,
    .lang = "ar",
};

static struct tn_handed register_ok(struct desk *d, const char *blank)
{
    struct tn_handed handed;
    const struct tn_when when = desk_when(d);
    assert_int_equal(tn_station_register(d->station, &noor, blank, &when, &handed), TN_OK);
    return handed;
}

static void text_of(const struct tn_badge *badge, char out[TN_BADGE_TEXT_SIZE])
{
    tn_badge_encode(badge, out);
}

static void a_form_opens_with_the_vault_key_only(void **state)
{
    (void)state;
    struct desk d;
    struct tn_walkin form;
    struct tn_badge badge;
    uint8_t sealed[TN_WALKIN_SIZE];
    desk_init(&d, TN_ROLE_DESK);
    const struct tn_public_key *vault = &d.f.setup.vault_key;
    assert_int_equal(tn_walkin_seal(&noor, &d.learners[5], vault, sealed), TN_OK);
    assert_int_equal(tn_walkin_open(sealed, vault, d.vault_secret, &form, &badge), TN_OK);
    assert_memory_equal(&form, &noor, sizeof form);
    assert_memory_equal(badge.secret, d.learners[5].secret, sizeof badge.secret);
    d.vault_secret[5] ^= 1;
    assert_int_equal(tn_walkin_open(sealed, vault, d.vault_secret, &form, &badge), TN_ERR_FORGED);
    assert_string_equal(form.given, "");
    d.vault_secret[5] ^= 1;
    sealed[100] ^= 1;
    assert_int_equal(tn_walkin_open(sealed, vault, d.vault_secret, &form, &badge), TN_ERR_FORGED);
    desk_destroy(&d);
}

static void every_field_may_be_full_and_no_fuller(void **state)
{
    (void)state;
    struct desk d;
    struct tn_walkin form = {.consent = TN_CONSENT_SELF, .consent_ms = INT64_MIN};
    struct tn_walkin opened;
    struct tn_badge badge;
    uint8_t sealed[TN_WALKIN_SIZE];
    desk_init(&d, TN_ROLE_DESK);
    const struct tn_public_key *vault = &d.f.setup.vault_key;
    memset(form.given, 'g', TN_NAME_MAX);
    memset(form.family, 'f', TN_NAME_MAX);
    memset(form.grade, '5', TN_GRADE_MAX);
    memset(form.partner_text, 'p', TN_TITLE_MAX);
    memset(form.lang, 'l', TN_LANG_MAX);
    memset(form.partner.b, 0xff, sizeof form.partner.b);
    assert_int_equal(tn_walkin_seal(&form, &d.learners[5], vault, sealed), TN_OK);
    assert_int_equal(tn_walkin_open(sealed, vault, d.vault_secret, &opened, &badge), TN_OK);
    assert_memory_equal(&opened, &form, sizeof form);
    memset(form.given, 'g', sizeof form.given);
    assert_int_equal(tn_walkin_seal(&form, &d.learners[5], vault, sealed), TN_ERR_LIMIT);
    desk_destroy(&d);
}

static void a_display_name_is_the_given_one_and_an_initial(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *family;
        const char *display;
    } cases[] = {
        {"Noor", "haddad", "Noor H."},
        {"Ana", "", "Ana"},
        {"小明", "李", "小明 李"},
        {"Inés", "álvarez", "Inés Á."},
        {"Moe", "'Ali", "Moe A."},
        {"José", "é", "José É."},
        {"Al", "-", "Al"},
    };
    char out[TN_NAME_MAX + 1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tn_walkin form = {.given = ""};
        (void)snprintf(form.given, sizeof form.given, "%s", cases[i].given);
        (void)snprintf(form.family, sizeof form.family, "%s", cases[i].family);
        tn_walkin_display(&form, out);
        assert_string_equal(out, cases[i].display);
    }
    struct tn_walkin longest = {.family = "Z"};
    for (size_t i = 0; i + 1 < TN_NAME_MAX; i += 2) {
        memcpy(longest.given + i, "é", 2);
    }
    tn_walkin_display(&longest, out);
    assert_int_equal(strlen(out), 92 + 3);
    assert_string_equal(out + 92, " Z.");
}

static void a_walk_in_is_registered_and_in(void **state)
{
    (void)state;
    static struct desk_entry entry;
    struct desk d;
    struct tn_walkin form;
    struct tn_badge badge;
    desk_init(&d, TN_ROLE_DESK);
    uint64_t before = desk_info(&d).entries;
    struct tn_handed handed = register_ok(&d, NULL);
    assert_int_equal(desk_info(&d).entries, before + 2);
    assert_int_equal(desk_info(&d).present, 1);
    assert_string_equal(handed.name, "Noor H.");
    assert_true(tn_badge_code_is_valid(handed.code));
    struct tn_id learner = tn_walkin_learner(&handed.badge);
    assert_int_equal(handed.record.result, TN_RESULT_WELCOME);
    assert_int_equal(handed.record.seq, before + 2);
    assert_true(tn_id_equal(&handed.record.who, &learner));
    desk_assert_kind(&d, before + 2, "check_in", "typed");

    desk_entry_at(&d, before + 1, &entry);
    assert_string_equal(entry.entry.kind, "register");
    assert_true(tn_id_equal(&entry.entry.badge, &handed.badge));
    assert_true(tn_id_equal(&entry.entry.learner, &learner));
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, entry.entry.body);
    assert_int_equal(tn_cbor_get_array(&cbor, 3, 3), 3);
    assert_int_equal(tn_cbor_get_uint(&cbor), 1);
    struct tn_bytes sealed = tn_cbor_get_bytes(&cbor);
    assert_int_equal(sealed.len, TN_WALKIN_SIZE);
    assert_int_equal(tn_cbor_get_bytes(&cbor).len, TN_CARD_SIZE);
    assert_int_equal(tn_cbor_end(&cbor), TN_OK);
    assert_int_equal(
        tn_walkin_open(sealed.data, &d.f.setup.vault_key, d.vault_secret, &form, &badge), TN_OK);
    assert_memory_equal(&form, &noor, sizeof form);
    struct tn_id id = tn_badge_id(&badge);
    assert_true(tn_id_equal(&id, &handed.badge));
    desk_destroy(&d);
}

static void the_new_badge_greets_by_name_also_after_a_restart(void **state)
{
    (void)state;
    struct desk d;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_handed handed = register_ok(&d, NULL);
    desk_reopen(&d);
    struct tn_record record = desk_scan_text(&d, handed.digits, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_true(record.is_verified);
    assert_string_equal(record.name, "Noor H.");
    assert_string_equal(record.lang, "ar");
    assert_true(tn_id_equal(&record.who, &handed.record.who));
    desk_destroy(&d);
}

static void a_blank_badge_that_was_welcomed_becomes_its_learners(void **state)
{
    (void)state;
    struct desk d;
    char text[TN_BADGE_TEXT_SIZE];
    desk_init(&d, TN_ROLE_BOTH);
    struct tn_record record = desk_scan(&d, &d.learners[5]);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_string_equal(record.name, "");
    assert_int_equal(desk_info(&d).present, 1);
    text_of(&d.learners[5], text);
    struct tn_handed handed = register_ok(&d, text);
    assert_string_equal(handed.digits, "");
    assert_true(tn_id_equal(&handed.badge, &record.badge));
    assert_int_equal(desk_info(&d).present, 1); /* one person, in */
    record = desk_scan(&d, &d.learners[5]);
    assert_string_equal(record.name, "Noor H.");
    assert_int_equal(record.result, TN_RESULT_GOODBYE);
    assert_int_equal(desk_info(&d).present, 0);
    desk_destroy(&d);
}

static void a_badge_that_is_not_free_is_not_given_away(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    desk_init(&d, TN_ROLE_DESK);
    const struct tn_when when = desk_when(&d);
    uint64_t before = desk_info(&d).entries;
    text_of(&d.learners[0], text);
    assert_int_equal(tn_station_register(d.station, &noor, text, &when, &handed), TN_ERR_EXISTS);
    struct tn_badge slip = d.learners[5];
    slip.tag = (slip.tag + 1) % 100000000u;
    text_of(&slip, text);
    assert_int_equal(tn_station_register(d.station, &noor, text, &when, &handed), TN_ERR_FORGED);
    text_of(&d.staff_card, text);
    assert_int_equal(tn_station_register(d.station, &noor, text, &when, &handed), TN_ERR_FORGED);
    assert_int_equal(tn_station_register(d.station, &noor, "12", &when, &handed), TN_ERR_FORGED);
    assert_int_equal(desk_info(&d).entries, before);
    struct tn_handed first = register_ok(&d, NULL);
    assert_int_equal(tn_station_register(d.station, &noor, first.digits, &when, &handed),
                     TN_ERR_EXISTS);
    assert_string_equal(handed.digits, "");
    assert_string_equal(handed.name, "");
    desk_destroy(&d);
}

/* A card that cannot be read is somebody's all the same. */
static void a_badge_whose_card_is_damaged_is_not_given_away(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    const struct tn_walkin form = {.given = "Noor"};
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    tn_station_close(d.station);
    desk_spoil(&d, "pack-1.db", "UPDATE card SET sealed = x'00'");
    d.station = fixture_open(&d.f);
    text_of(&d.learners[0], text);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_ERR_EXISTS);
    text_of(&d.learners[5], text);
    assert_int_equal(tn_station_register(d.station, &form, text, &when, &handed), TN_OK);
    desk_destroy(&d);
}

static void without_a_vault_or_a_badge_key_nobody_is_registered(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_handed handed;
    const struct tn_when when = {FIXTURE_AT_MS, 1000};
    fixture_init(&f, TN_ROLE_DESK);
    struct tn_station *station = fixture_create(&f);
    uint64_t number = fixture_pack(&f, 1, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(tn_station_register(station, &noor, NULL, &when, &handed), TN_ERR_STATE);
    tn_station_close(station);
    fixture_destroy(&f);
    fixture_init(&f, TN_ROLE_DESK);
    f.setup.vault_key.b[0] = 9;
    station = fixture_create(&f);
    assert_int_equal(tn_station_register(station, &noor, NULL, &when, &handed), TN_ERR_STATE);
    tn_station_close(station);
    fixture_destroy(&f);
}

/* A source of random bytes that gives the same secret again until it was asked often enough. */
struct stutter {
    struct tn_random_seeded seeded;
    struct tn_random real;
    unsigned again; /* calls of 16 bytes that give the first ones once more */
    uint8_t first[TN_BADGE_SECRET_SIZE];
};

static void stutter_fill(void *ctx, void *out, size_t len)
{
    struct stutter *stutter = ctx;
    if (len == TN_BADGE_SECRET_SIZE && stutter->again > 0) {
        stutter->again--;
        memcpy(out, stutter->first, len);
        return;
    }
    stutter->real.fill(stutter->real.ctx, out, len);
}

static void a_code_that_is_known_is_drawn_again(void **state)
{
    (void)state;
    struct desk d;
    struct stutter stutter = {.again = 3};
    desk_init(&d, TN_ROLE_DESK);
    stutter.real = tn_random_from_seed(&stutter.seeded, 5);
    memcpy(stutter.first, d.learners[0].secret, sizeof stutter.first);
    tn_station_close(d.station);
    d.f.env.random = (struct tn_random){stutter_fill, &stutter};
    d.station = fixture_open(&d.f);
    struct tn_handed handed = register_ok(&d, NULL);
    struct tn_id taken = tn_badge_id(&d.learners[0]);
    char code[TN_BADGE_CODE_SIZE];
    tn_badge_code(&taken, code);
    assert_int_equal(stutter.again, 0);
    assert_string_not_equal(handed.code, code);
    assert_false(tn_id_equal(&handed.badge, &taken));
    desk_destroy(&d);
}

static void staff_check_in_whom_they_found(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 1);
    assert_int_equal(tn_station_admit(d.station, &found, "search", &when, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_string_equal(record.name, "Ben S.");
    assert_true(tn_id_equal(&record.who, &d.learner_ids[1]));
    desk_assert_kind(&d, record.seq, "check_in", "search");
    assert_int_equal(desk_scan(&d, &d.learners[1]).result, TN_RESULT_ALREADY);
    /* Only a badge is known: the directory says whose. */
    found = (struct tn_found){.badge = tn_badge_id(&d.learners[2])};
    assert_int_equal(tn_station_admit(d.station, &found, "typed", &when, &record), TN_OK);
    assert_true(tn_id_equal(&record.who, &d.learner_ids[2]));
    desk_assert_kind(&d, record.seq, "check_in", "typed");
    desk_destroy(&d);
}

static void the_newest_refusal_is_let_in_once(void **state)
{
    (void)state;
    struct desk d;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    struct tn_badge slip = d.learners[4];
    slip.tag = (slip.tag + 1) % 100000000u;
    uint64_t first = desk_scan(&d, &slip).seq;
    uint64_t second = desk_scan(&d, &slip).seq;
    assert_int_equal(tn_station_admit_refused(d.station, first, &when, &record), TN_ERR_STATE);
    assert_int_equal(tn_station_admit_refused(d.station, second, &when, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_false(record.is_verified);
    desk_assert_kind(&d, record.seq, "check_in", "tap");
    desk_assert_body(&d, record.seq, "\x82\x01\x6aunverified", 13);
    assert_int_equal(desk_info(&d).present, 1);
    assert_int_equal(tn_station_admit_refused(d.station, second, &when, &record), TN_ERR_STATE);
    assert_int_equal(tn_station_admit_refused(d.station, 1, &when, &record), TN_ERR_STATE);
    assert_int_equal(tn_station_admit_refused(d.station, 999, &when, &record), TN_ERR_STATE);
    desk_destroy(&d);
}

static void a_staff_card_unlocks_with_an_entry(void **state)
{
    (void)state;
    struct desk d;
    struct tn_badge other;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_record record = desk_scan(&d, &d.staff_card);
    assert_int_equal(record.result, TN_RESULT_STAFF);
    desk_assert_kind(&d, record.seq, "staff", "scan");
    desk_assert_body(&d, record.seq, "\x83\x01\x66unlock\x65Marta", 15);
    assert_true(desk_info(&d).is_unlocked);
    assert_string_equal(desk_info(&d).staff_name, "Marta");
    tn_station_lock(d.station);
    assert_false(desk_info(&d).is_unlocked);
    assert_string_equal(desk_info(&d).staff_name, "");
    fixture_mint(&d.f, TN_BADGE_STAFF, &other);
    record = desk_scan(&d, &other);
    assert_int_equal(record.result, TN_RESULT_REFUSED);
    desk_assert_body(&d, record.seq, "\x82\x01\x65staff", 8);
    desk_wait(&d, 8 * INT64_C(86400000));
    record = desk_scan(&d, &d.staff_card);
    assert_int_equal(record.result, TN_RESULT_REFUSED);
    desk_assert_body(&d, record.seq, "\x82\x01\x65staff", 8);
    assert_false(desk_info(&d).is_unlocked);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_opens_with_the_vault_key_only),
        cmocka_unit_test(every_field_may_be_full_and_no_fuller),
        cmocka_unit_test(a_display_name_is_the_given_one_and_an_initial),
        cmocka_unit_test(a_walk_in_is_registered_and_in),
        cmocka_unit_test(the_new_badge_greets_by_name_also_after_a_restart),
        cmocka_unit_test(a_blank_badge_that_was_welcomed_becomes_its_learners),
        cmocka_unit_test(a_badge_that_is_not_free_is_not_given_away),
        cmocka_unit_test(a_badge_whose_card_is_damaged_is_not_given_away),
        cmocka_unit_test(without_a_vault_or_a_badge_key_nobody_is_registered),
        cmocka_unit_test(a_code_that_is_known_is_drawn_again),
        cmocka_unit_test(staff_check_in_whom_they_found),
        cmocka_unit_test(the_newest_refusal_is_let_in_once),
        cmocka_unit_test(a_staff_card_unlocks_with_an_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
