/* Names as people write them: pairs that must be found, pairs that must not, and what is known of
 * the two beside their names. Pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/central/alike.h"
#include "sync/central/fold.h"
#include "sync/central/spill.h"
#include "turnout/crypto.h"

static struct tn_fold *fold;

static int open_fold(void **state)
{
    (void)state;
    return tn_fold_open(&fold) == TN_OK ? 0 : 1;
}

static int close_fold(void **state)
{
    (void)state;
    tn_fold_close(fold);
    return 0;
}

static const struct {
    const char *name;
    const char *folded;
} folds[] = {
    {"Zoë", "zoe"},
    {"José-María", "jose maria"},
    {"  van  der Berg ", "van der berg"},
    {"O'Brien", "obrien"},
    {"O’Brien", "obrien"},
    {"D`Angelo", "dangelo"},
    {"St. John", "st john"},
    {"Łukasz", "lukasz"},
    {"Weiß", "weiss"},
    {"Ørsted", "orsted"},
    {"İpek", "ipek"},
    {"NGUYỄN", "nguyen"},
    {"Иванова", "ivanova"},
    {"Παπαδόπουλος", "papadopoulos"},
    {"李", "li"},
    {"", ""},
    {"\xff\xfe", ""},
};

static void names_fold_to_plain_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        char out[64];
        tn_fold_name(fold, folds[i].name, out, sizeof out);
        assert_string_equal(out, folds[i].folded);
    }
}

static void a_long_name_is_cut_and_stays_ended(void **state)
{
    (void)state;
    char name[5000];
    char out[TN_ALIKE_NAME_SIZE];
    for (size_t i = 0; i + 2 < sizeof name; i += 2) {
        memcpy(name + i, "\xc3\xa9", 2); /* e with an acute */
    }
    name[sizeof name - 2] = '\0';
    tn_fold_name(fold, name, out, sizeof out);
    assert_in_range(strlen(out), 1, sizeof out - 1);
}

struct side {
    const char *given;
    const char *family;
    int year;
    const char *grade;
    int partner;
    bool is_walkin;
};

/* found: whether the two score as probably one. */
static const struct {
    struct side a;
    struct side b;
    bool found;
} pairs[] = {
    /* The same child, on a roster and as a walk-in. */
    {{"Zoë", "Nguyễn", 2015, "4", 1, false}, {"Zoe", "Nguyen", 0, "3-5", 1, true}, true},
    {{"Zoë", "Nguyễn", 2015, "4", 1, false}, {"Zoe", "Nguyen", 0, "3-5", 0, true}, true},
    {{"Иван", "Петров", 2014, "5", 1, false}, {"Ivan", "Petrov", 0, "5", 1, true}, true},
    {{"Mary Ann", "Smith", 2013, "6", 1, false}, {"Mary-Ann", "Smith", 2013, "", 0, true}, true},
    {{"Maryann", "Smith", 2013, "6", 1, false}, {"Mary Ann", "Smith", 2013, "", 0, true}, true},
    {{"Kwame", "Mensah", 2014, "5", 1, false}, {"Mensah", "Kwame", 0, "3-5", 1, true}, true},
    {{"Isabella", "García", 2014, "5", 1, false}, {"Isabela", "Garcia", 0, "5", 1, true}, true},
    {{"Ana", "García López", 2014, "5", 1, false}, {"Ana", "Garcia", 2014, "5", 0, true}, true},
    {{"María José", "Pérez", 2014, "5", 1, false}, {"Maria", "Perez", 2014, "5", 1, true}, true},
    {{"Jon", "Schmidt", 2014, "5", 1, false}, {"Jon", "Schmitd", 2014, "", 0, true}, true},
    /* One who moved to another school. */
    {{"Amara", "Okafor", 2013, "6", 1, false}, {"Amara", "Okafor", 2013, "6", 2, false}, true},
    /* Twice on one roster. */
    {{"Amara", "Okafor", 2013, "6", 1, false}, {"Amara", "Okafor", 2013, "6", 1, false}, true},
    /* The same, where the roster does not have a year of birth of both. */
    {{"Amara", "Okafor", 0, "6", 1, false}, {"Amara", "Okafor", 0, "6", 1, false}, true},
    {{"Amara", "Okafor", 2013, "6", 1, false}, {"Ámara", "Okafor", 0, "6", 1, false}, true},
    {{"Okafor", "Amara", 0, "6", 1, false}, {"Amara", "Okafor", 0, "6", 1, false}, true},
    {{"Amara", "Okafor", 0, "6", 1, false}, {"Amara", "Okafor", 0, "6", 2, false}, false},
    {{"Amara", "Okafor", 0, "6", 1, false}, {"Amara", "Okafor", 0, "7", 1, false}, false},
    {{"Amara", "Okafor", 0, "6", 1, false}, {"Amara", "Okafor", 0, "", 1, false}, false},
    {{"Amara", "Okafor", 0, "6", 1, false}, {"Amare", "Okafor", 0, "6", 1, false}, false},
    /* Two children. */
    {{"Ana", "Silva", 2014, "5", 1, false},
     {"Ane", "Silva", 2014, "5", 1, false},
     false}, /* twins */
    {{"Jaden", "Cole", 2014, "5", 1, false}, {"Kaden", "Cole", 2014, "5", 1, false}, false},
    {{"Liam", "Cole", 2014, "5", 1, false}, {"Emma", "Cole", 2014, "5", 1, true}, false},
    {{"Liam", "Cole", 2014, "5", 1, false}, {"Liam", "Baker", 2014, "5", 1, true}, false},
    {{"Liam", "Cole", 2014, "5", 1, false}, {"Liam", "Cole", 2009, "10", 1, true}, false},
    {{"Liam", "Cole", 0, "", 0, false}, {"Liam", "Cole", 0, "", 0, true}, false}, /* too little */
    {{"Liam", "Cole", 0, "K", 1, false}, {"Liam", "Cole", 0, "9-12", 0, true}, false},
    {{"Liam", "", 0, "5", 1, false}, {"Liam", "", 0, "5", 1, true}, false},
    {{"Bo", "Li", 2014, "5", 1, false}, {"Bo", "Le", 2014, "5", 1, true}, false}, /* short names */
    {{"Mohammed", "Ali", 2014, "5", 1, false}, {"Ali", "Hassan", 2014, "5", 1, true}, false},
};

static struct tn_alike make(const struct side *side)
{
    struct tn_alike out = {.birth_year = (int16_t)side->year,
                           .partner = (uint32_t)side->partner,
                           .is_walkin = side->is_walkin};
    tn_fold_name(fold, side->given, out.given, sizeof out.given);
    tn_fold_name(fold, side->family, out.family, sizeof out.family);
    tn_alike_grade(side->grade, &out.grade_lo, &out.grade_hi);
    return out;
}

static void probable_pairs_are_found_and_others_are_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char reasons[TN_ALIKE_REASONS_SIZE];
        const struct tn_alike a = make(&pairs[i].a);
        const struct tn_alike b = make(&pairs[i].b);
        const int score = tn_alike_score(&a, &b, 2, reasons);
        if ((score >= TN_ALIKE_PROBABLE) != pairs[i].found) {
            fail_msg("%s %s and %s %s score %d (%s)", pairs[i].a.given, pairs[i].a.family,
                     pairs[i].b.given, pairs[i].b.family, score, reasons);
        }
        assert_int_equal(tn_alike_score(&b, &a, 2, NULL), score);
    }
}

static void a_name_that_many_have_says_less(void **state)
{
    (void)state;
    const struct side maria = {"Maria", "Garcia", 2014, "5", 1, false};
    const struct side other = {"Maria", "Garcia", 2014, "5", 2, false};
    const struct tn_alike a = make(&maria);
    const struct tn_alike b = make(&other);
    assert_true(tn_alike_score(&a, &b, 2, NULL) >= TN_ALIKE_PROBABLE);
    assert_true(tn_alike_score(&a, &b, 300, NULL) < TN_ALIKE_PROBABLE);
}

/* Each row of the table in alike.h, told from the one above it by what it changes. */
static void every_part_of_the_score_is_as_the_header_says(void **state)
{
    static const struct {
        struct side a;
        struct side b;
        uint32_t namesakes;
        int score;
    } parts[] = {
        {{"Isabella", "Garcia", 0, "", 0, false}, {"Isabella", "Garcia", 0, "", 0, false}, 2, 60},
        {{"Isabella", "", 0, "", 0, false}, {"Isabella", "", 0, "", 0, false}, 2, 25},
        {{"Isabella", "Garcia", 0, "", 0, false}, {"Garcia", "Isabella", 0, "", 0, false}, 2, 55},
        {{"Isabella", "Garcia", 0, "", 0, false}, {"Isabela", "Garcia", 0, "", 0, false}, 2, 48},
        {{"Ana", "Garcia", 0, "", 0, false}, {"Ana Maria", "Garcia", 0, "", 0, false}, 2, 45},
        {{"Isabella", "Garcia", 0, "", 0, false}, {"Isabela", "Garzia", 0, "", 0, false}, 2, 34},
        {{"Ana", "Garcia", 0, "", 0, false}, {"Ana Maria", "Garzia", 0, "", 0, false}, 2, 30},
        {{"Ana", "Garcia", 0, "", 0, false}, {"Ana Mia", "Garcia Paz", 0, "", 0, false}, 2, 30},
        {{"Ana", "Silva", 2014, "", 0, false}, {"Ana", "Silva", 2014, "", 0, false}, 2, 85},
        {{"Ana", "Silva", 2014, "", 0, false}, {"Ana", "Silva", 2013, "", 0, false}, 2, 65},
        {{"Ana", "Silva", 2014, "", 0, false}, {"Ana", "Silva", 2012, "", 0, false}, 2, 20},
        {{"Ana", "Silva", 0, "", 1, true}, {"Ana", "Silva", 0, "", 1, true}, 2, 75},
        {{"Ana", "Silva", 0, "", 1, true}, {"Ana", "Silva", 0, "", 2, true}, 2, 55},
        {{"Ana", "Silva", 0, "3-5", 0, false}, {"Ana", "Silva", 0, "5", 0, false}, 2, 70},
        {{"Ana", "Silva", 0, "3-5", 0, false}, {"Ana", "Silva", 0, "6", 0, false}, 2, 60},
        {{"Ana", "Silva", 0, "3-5", 0, false}, {"Ana", "Silva", 0, "7", 0, false}, 2, 45},
        {{"Ana", "Silva", 0, "", 0, false}, {"Ana", "Silva", 0, "", 0, true}, 2, 65},
        {{"Ana", "Silva", 2014, "", 1, false}, {"Ana", "Silva", 2014, "", 1, false}, 2, 80},
        {{"Ana", "Silva", 2014, "", 1, false}, {"Ana", "Silva", 0, "", 1, false}, 2, 65},
        {{"Isabella", "Paz", 0, "", 1, false}, {"Isabela", "Paz", 0, "", 1, false}, 2, 33},
        {{"Ana", "Silva", 0, "", 0, false}, {"Ana", "Silva", 0, "", 0, false}, 3, 55},
        {{"Ana", "Silva", 0, "", 0, false}, {"Ana", "Silva", 0, "", 0, false}, 4, 55},
        {{"Ana", "Silva", 0, "", 0, false}, {"Ana", "Silva", 0, "", 0, false}, 5, 50},
        {{"Ana", "Silva", 0, "", 0, false}, {"Ana", "Silva", 0, "", 0, false}, 100000, 30},
    };
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct tn_alike a = make(&parts[i].a);
        const struct tn_alike b = make(&parts[i].b);
        const int score = tn_alike_score(&a, &b, parts[i].namesakes, NULL);
        if (score != parts[i].score) {
            fail_msg("part %zu scores %d, not %d", i, score, parts[i].score);
        }
    }
}

static void reasons_are_words_and_no_names(void **state)
{
    (void)state;
    char reasons[TN_ALIKE_REASONS_SIZE];
    const struct side one = {"Isabella", "Garcia", 2014, "5", 1, false};
    const struct side two = {"Isabela", "Garcia", 2014, "3-5", 1, true};
    const struct tn_alike a = make(&one);
    const struct tn_alike b = make(&two);
    assert_int_equal(tn_alike_score(&a, &b, 2, reasons), 100);
    assert_string_equal(reasons,
                        "the given name differs by a slip, born in the same year, the same "
                        "partner, grades meet, a walk-in beside a roster");
}

static void grades_are_read_as_rosters_and_forms_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int lo;
        int hi;
    } grades[] = {{"PK", -1, -1},  {"K", 0, 0},     {"12", 12, 12}, {"K-2", 0, 2},
                  {"9-12", 9, 12}, {"PK-2", -1, 2}, {"", 1, 0},     {"x", 1, 0},
                  {"5-3", 1, 0},   {"3-", 1, 0},    {"99", 1, 0}};
    for (size_t i = 0; i < sizeof grades / sizeof grades[0]; i++) {
        int8_t lo = 0;
        int8_t hi = 0;
        tn_alike_grade(grades[i].text, &lo, &hi);
        assert_int_equal(lo, grades[i].lo);
        assert_int_equal(hi, grades[i].hi);
    }
}

/* More pieces than fit in memory come back in one order, none lost. */
static void records_beyond_memory_come_back_sorted(void **state)
{
    (void)state;
    struct {
        uint8_t key[4];
        uint8_t rest[28];
    } record = {{0}, {0}};
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 12);
    for (int count = 0; count <= 3000; count += 750) {
        struct tn_spill *spill = NULL;
        uint64_t sum = 0;
        uint8_t last[4] = {0};
        assert_int_equal(tn_spill_open(sizeof record, 4, 16384, &spill), TN_OK);
        for (int i = 0; i < count; i++) {
            random.fill(random.ctx, record.key, sizeof record.key);
            record.rest[27] = record.key[0];
            sum += record.key[3];
            assert_int_equal(tn_spill_add(spill, &record), TN_OK);
        }
        assert_int_equal(tn_spill_sort(spill), TN_OK);
        const void *next = NULL;
        int got = 0;
        while (tn_spill_next(spill, &next) == TN_OK && next != NULL) {
            const uint8_t *bytes = next;
            assert_true(memcmp(last, bytes, 4) <= 0);
            assert_int_equal(bytes[31], bytes[0]);
            memcpy(last, bytes, 4);
            sum -= bytes[3];
            got++;
        }
        assert_int_equal(got, count);
        assert_int_equal(sum, 0);
        tn_spill_close(spill);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_fold_to_plain_words),
        cmocka_unit_test(a_long_name_is_cut_and_stays_ended),
        cmocka_unit_test(probable_pairs_are_found_and_others_are_not),
        cmocka_unit_test(a_name_that_many_have_says_less),
        cmocka_unit_test(every_part_of_the_score_is_as_the_header_says),
        cmocka_unit_test(reasons_are_words_and_no_names),
        cmocka_unit_test(grades_are_read_as_rosters_and_forms_write_them),
        cmocka_unit_test(records_beyond_memory_come_back_sorted),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, open_fold, close_fold) : 1;
}
