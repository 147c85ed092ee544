/* Badges, cards, staff cards and set-up cards: what people carry. */
#include "tests/unit/core_fixture.h"

#include "turnout/staff.h"

#define ROUNDS 200

static struct tn_random seeded_random(struct tn_random_seeded *seeded, struct tn_key *key)
{
    assert_int_equal(tn_crypto_init(), TN_OK);
    struct tn_random random = tn_random_from_seed(seeded, FIXTURE_SEED);
    random.fill(random.ctx, key->b, sizeof key->b);
    return random;
}

static void a_badge_comes_back_from_its_digits(void **state)
{
    (void)state;
    static const enum tn_badge_type types[] = {TN_BADGE_LEARNER, TN_BADGE_STAFF, TN_BADGE_GROUP};
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_random random = seeded_random(&seeded, &key);
    for (int i = 0; i < ROUNDS; i++) {
        struct tn_badge badge;
        struct tn_badge back;
        char text[TN_BADGE_TEXT_SIZE];
        char spaced[64];
        tn_badge_mint(types[i % 3], &key, &random, &badge);
        tn_badge_encode(&badge, text);
        assert_int_equal(strlen(text), TN_BADGE_DIGITS);
        assert_int_equal(tn_badge_decode(text, TN_BADGE_DIGITS, &back), TN_OK);
        assert_int_equal(back.type, badge.type);
        assert_memory_equal(back.secret, badge.secret, sizeof badge.secret);
        assert_int_equal(back.tag, badge.tag);
        assert_true(tn_badge_verify(&back, &key));
        (void)snprintf(spaced, sizeof spaced, " \t%s\r\n", text);
        assert_int_equal(tn_badge_decode(spaced, strlen(spaced), &back), TN_OK);
    }
}

static void every_changed_digit_is_found(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_badge badge;
    struct tn_badge back;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_random random = seeded_random(&seeded, &key);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &badge);
    tn_badge_encode(&badge, text);
    for (int at = 1; at < TN_BADGE_DIGITS; at++) {
        char was = text[at];
        for (char digit = '0'; digit <= '9'; digit++) {
            text[at] = digit;
            bool is_same = digit == was;
            bool is_good = tn_badge_decode(text, TN_BADGE_DIGITS, &back) == TN_OK &&
                           tn_badge_verify(&back, &key);
            assert_int_equal(is_good, is_same);
        }
        text[at] = was;
    }
}

static void garbage_is_not_a_badge(void **state)
{
    (void)state;
    struct tn_badge back;
    char nines[TN_BADGE_DIGITS + 2];
    static char noise[10240];
    memset(nines, '9', sizeof nines);
    nines[0] = '1';
    assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS, &back), TN_ERR_FORMAT);
    memset(nines + 1, '0', sizeof nines - 1);
    assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS, &back), TN_OK);
    assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS - 1, &back), TN_ERR_FORMAT);
    assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS + 1, &back), TN_ERR_FORMAT);
    assert_int_equal(tn_badge_decode(nines, 0, &back), TN_ERR_FORMAT);
    static const char types[] = "0356789a";
    for (size_t i = 0; i < sizeof types; i++) {
        nines[0] = types[i];
        assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS, &back), TN_ERR_FORMAT);
    }
    nines[0] = '1';
    nines[20] = '\0';
    assert_int_equal(tn_badge_decode(nines, TN_BADGE_DIGITS, &back), TN_ERR_FORMAT);
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_random random = seeded_random(&seeded, &key);
    random.fill(random.ctx, noise, sizeof noise);
    assert_int_equal(tn_badge_decode(noise, sizeof noise, &back), TN_ERR_FORMAT);
    memset(noise, ' ', sizeof noise);
    assert_int_equal(tn_badge_decode(noise, sizeof noise, &back), TN_ERR_FORMAT);
    assert_int_equal(tn_badge_decode(NULL, 0, &back), TN_ERR_FORMAT);
}

static void a_secret_of_two_to_the_128_is_refused_and_one_less_is_not(void **state)
{
    (void)state;
    struct tn_badge back;
    const char *most = "1"
                       "340282366920938463463374607431768211455"
                       "00000000";
    const char *over = "1"
                       "340282366920938463463374607431768211456"
                       "00000000";
    assert_int_equal(tn_badge_decode(most, TN_BADGE_DIGITS, &back), TN_OK);
    for (size_t i = 0; i < sizeof back.secret; i++) {
        assert_int_equal(back.secret[i], 0xff);
    }
    assert_int_equal(tn_badge_decode(over, TN_BADGE_DIGITS, &back), TN_ERR_FORMAT);
}

static void every_wrong_digit_of_a_code_is_found(void **state)
{
    (void)state;
    for (unsigned n = 0; n < ROUNDS; n++) {
        struct tn_id id = {{0}};
        char code[TN_BADGE_CODE_SIZE];
        memcpy(id.b + 4, &n, sizeof n);
        tn_badge_code(&id, code);
        assert_true(tn_badge_code_is_valid(code));
        for (int at = 0; at < TN_BADGE_CODE_DIGITS; at++) {
            char was = code[at];
            for (char digit = '0'; digit <= '9'; digit++) {
                code[at] = digit;
                assert_int_equal(tn_badge_code_is_valid(code), digit == was);
            }
            code[at] = was;
        }
    }
    assert_false(tn_badge_code_is_valid(""));
    assert_false(tn_badge_code_is_valid("12345678x"));
    assert_false(tn_badge_code_is_valid("1234567890"));
}

static void a_card_opens_with_its_badge_alone_and_not_when_touched(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_badge badge;
    struct tn_badge other;
    struct tn_card card = {.learner = {{3}}, .display = "Zo\xc3\xab W.", .lang = "en", .flags = 5};
    struct tn_card back;
    uint8_t sealed[TN_CARD_SIZE];
    struct tn_bytes bytes = {sealed, sizeof sealed};
    struct tn_random random = seeded_random(&seeded, &key);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &badge);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &other);
    assert_int_equal(tn_card_seal(&card, &badge, &random, sealed), TN_OK);
    assert_int_equal(tn_card_open(bytes, &badge, &back), TN_OK);
    assert_string_equal(back.display, card.display);
    assert_string_equal(back.lang, "en");
    assert_int_equal(back.flags, 5);
    assert_true(tn_id_equal(&back.learner, &card.learner));
    assert_int_equal(tn_card_open(bytes, &other, &back), TN_ERR_FORGED);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x40;
        assert_int_equal(tn_card_open(bytes, &badge, &back), TN_ERR_FORGED);
        assert_string_equal(back.display, "");
        sealed[i] ^= 0x40;
    }
    bytes.len--;
    assert_int_equal(tn_card_open(bytes, &badge, &back), TN_ERR_FORGED);
}

static void the_longest_card_fits_its_one_size(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_badge badge;
    struct tn_card card = {.learner = {{3}}, .flags = UINT32_MAX};
    struct tn_card back;
    uint8_t sealed[TN_CARD_SIZE];
    struct tn_random random = seeded_random(&seeded, &key);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &badge);
    memset(card.display, 'n', TN_NAME_MAX);
    memset(card.lang, 'l', TN_LANG_MAX);
    assert_int_equal(tn_card_seal(&card, &badge, &random, sealed), TN_OK);
    assert_int_equal(tn_card_open((struct tn_bytes){sealed, sizeof sealed}, &badge, &back), TN_OK);
    assert_int_equal(strlen(back.display), TN_NAME_MAX);
    memset(card.display, 'n', sizeof card.display);
    assert_int_equal(tn_card_seal(&card, &badge, &random, sealed), TN_ERR_LIMIT);
}

static void a_staff_card_unwraps_for_its_holder_until_its_end(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_key key;
    struct tn_key directory = {{9, 9}};
    struct tn_key out;
    struct tn_badge staff;
    struct tn_badge learner;
    struct tn_random random = seeded_random(&seeded, &key);
    tn_badge_mint(TN_BADGE_STAFF, &key, &random, &staff);
    tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &learner);
    struct tn_staff_card card = {.id = tn_badge_id(&staff), .name = "Kim", .until_ms = 1000};
    tn_staff_wrap(&staff, &directory, &random, card.wrapped);
    assert_int_equal(tn_staff_unwrap(&card, &staff, 1000, &out), TN_OK);
    assert_memory_equal(out.b, directory.b, sizeof out.b);
    assert_int_equal(tn_staff_unwrap(&card, &staff, 1001, &out), TN_ERR_STATE);
    assert_int_equal(tn_staff_unwrap(&card, &learner, 0, &out), TN_ERR_FORGED);
    for (size_t i = 0; i < sizeof card.wrapped; i++) {
        card.wrapped[i] ^= 1;
        assert_int_equal(tn_staff_unwrap(&card, &staff, 0, &out), TN_ERR_FORGED);
        card.wrapped[i] ^= 1;
    }
}

static void a_setup_card_goes_through_digits_and_back(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_buf bytes;
    struct tn_buf digits;
    struct tn_buf back;
    struct tn_setup setup;
    fixture_init(&f, TN_ROLE_ACTIVITY);
    f.setup.activity = (struct tn_id){{4}};
    f.setup.has_hub_pin = true;
    memset(f.setup.ecosystem_name, 'e', TN_TITLE_MAX);
    memset(f.setup.station_name, 's', TN_TITLE_MAX);
    memset(f.setup.hub, 'h', TN_HUB_MAX);
    tn_buf_init(&bytes, TN_SETUP_SIZE_MAX);
    tn_buf_init(&digits, TN_SETUP_TEXT_MAX);
    tn_buf_init(&back, TN_SETUP_SIZE_MAX);
    tn_setup_write(&bytes, &f.setup, &f.sign_key);
    assert_int_equal(bytes.status, TN_OK);
    tn_setup_to_digits(&digits, tn_buf_bytes(&bytes));
    assert_int_equal(digits.status, TN_OK);
    assert_int_equal(tn_setup_from_digits(&back, (const char *)digits.data, digits.len), TN_OK);
    assert_int_equal(back.len, bytes.len);
    assert_memory_equal(back.data, bytes.data, bytes.len);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&back), NULL, &setup), TN_OK);
    assert_string_equal(setup.hub, f.setup.hub);
    assert_int_equal(setup.role, TN_ROLE_ACTIVITY);
    assert_true(setup.has_hub_pin);
    assert_true(tn_id_equal(&setup.token, &f.setup.token));
    struct tn_public_key stranger = {{1}};
    assert_int_equal(tn_setup_read(tn_buf_bytes(&back), &stranger, &setup), TN_ERR_FORGED);
    f.setup.sign_key = stranger;
    tn_buf_clear(&bytes);
    tn_setup_write(&bytes, &f.setup, &f.sign_key);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&bytes), NULL, &setup), TN_ERR_FORGED);
    tn_buf_destroy(&bytes);
    tn_buf_destroy(&digits);
    tn_buf_destroy(&back);
    fixture_destroy(&f);
}

static void a_setup_card_changed_at_any_byte_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_buf bytes;
    struct tn_setup setup;
    fixture_init(&f, TN_ROLE_GATE);
    tn_buf_init(&bytes, TN_SETUP_SIZE_MAX);
    tn_setup_write(&bytes, &f.setup, &f.sign_key);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&bytes), NULL, &setup), TN_OK);
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.data[i] ^= 1;
        assert_int_not_equal(tn_setup_read(tn_buf_bytes(&bytes), NULL, &setup), TN_OK);
        bytes.data[i] ^= 1;
        const struct tn_bytes cut = {bytes.data, i};
        assert_int_not_equal(tn_setup_read(cut, NULL, &setup), TN_OK);
    }
    tn_buf_destroy(&bytes);
    fixture_destroy(&f);
}

static void digits_of_every_length_come_back_and_bad_ones_do_not(void **state)
{
    (void)state;
    uint8_t full[TN_SETUP_SIZE_MAX + 1];
    memset(full, 0xff, sizeof full);
    for (size_t len = 1; len <= TN_SETUP_SIZE_MAX; len += len < 30 ? 1 : 71) {
        struct tn_buf digits;
        struct tn_buf back;
        tn_buf_init(&digits, TN_SETUP_TEXT_MAX);
        tn_buf_init(&back, TN_SETUP_SIZE_MAX);
        tn_setup_to_digits(&digits, (struct tn_bytes){full, len});
        assert_int_equal(tn_setup_from_digits(&back, (const char *)digits.data, digits.len), TN_OK);
        assert_int_equal(back.len, len);
        assert_memory_equal(back.data, full, len);
        tn_buf_destroy(&digits);
        tn_buf_destroy(&back);
    }
    static const char *const bad[] = {"", "3", "4001", "30", "3256", "300a", "30010"};
    struct tn_buf back;
    tn_buf_init(&back, TN_SETUP_SIZE_MAX);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(tn_setup_from_digits(&back, bad[i], strlen(bad[i])), TN_ERR_FORMAT);
    }
    tn_setup_to_digits(&back, (struct tn_bytes){full, sizeof full});
    assert_int_equal(back.status, TN_ERR_LIMIT);
    tn_buf_destroy(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_badge_comes_back_from_its_digits),
        cmocka_unit_test(every_changed_digit_is_found),
        cmocka_unit_test(garbage_is_not_a_badge),
        cmocka_unit_test(a_secret_of_two_to_the_128_is_refused_and_one_less_is_not),
        cmocka_unit_test(every_wrong_digit_of_a_code_is_found),
        cmocka_unit_test(a_card_opens_with_its_badge_alone_and_not_when_touched),
        cmocka_unit_test(the_longest_card_fits_its_one_size),
        cmocka_unit_test(a_staff_card_unwraps_for_its_holder_until_its_end),
        cmocka_unit_test(a_setup_card_goes_through_digits_and_back),
        cmocka_unit_test(a_setup_card_changed_at_any_byte_is_refused),
        cmocka_unit_test(digits_of_every_length_come_back_and_bad_ones_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
