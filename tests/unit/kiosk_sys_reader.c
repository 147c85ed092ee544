/* The ladder: a badge in each condition is read, each pass has something that it alone brings out
 * or brings out cheaply, what holds nothing says nothing, and without memory a picture is not read
 * and nothing else happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/sys/reader.h"
#include "tests/scan/synth.h"
#include "tests/unit/failing_malloc.h"

#define W 640
#define H 480
#define LARGE_W 1280
#define LARGE_H 960
#define LIVE_TURNS 8 /* after so many frames every turn was taken */
#define NOTHINGS 60

static uint8_t px[W * H];
static struct tn_symbols found;
static const struct tn_grey grey = {.px = px, .w = W, .h = H, .stride = W};

static void draw(enum synth_condition condition, float module_px, uint64_t seed,
                 char digits[SYNTH_DIGITS + 1])
{
    struct synth_frame frame = {W, H, px};
    synth_digits(&seed, digits);
    assert_true(synth_picture(&frame, digits, condition, module_px, seed));
}

static bool says(const char *text)
{
    for (size_t i = 0; i < found.count; i++) {
        if (found.items[i].len == strlen(text) &&
            memcmp(found.items[i].text, text, strlen(text)) == 0) {
            return true;
        }
    }
    return false;
}

/* At four pixels a module most are read in any condition, and none wrongly. */
static void badges_are_read_in_every_condition(void **state)
{
    (void)state;
    struct tn_reader *reader = tn_reader_create();
    assert_non_null(reader);
    for (int i = 0; i < SYNTH_CONDITIONS; i++) {
        int read = 0;
        for (uint64_t seed = 0; seed < 6; seed++) {
            char digits[SYNTH_DIGITS + 1];
            draw((enum synth_condition)i, 4.0f, 50 * (uint64_t)i + seed, digits);
            if (tn_reader_picture(reader, &grey, &found)) {
                assert_true(says(digits));
                read++;
            }
        }
        assert_in_range(read, 3, 6);
    }
    tn_reader_free(reader);
}

/* Frames of one badge, each taking its turn: what a picture's ladder reads, they read soon. */
static void frames_take_turns(void **state)
{
    (void)state;
    static const enum synth_condition conditions[] = {SYNTH_PLAIN, SYNTH_INVERTED,
                                                      SYNTH_LOW_CONTRAST, SYNTH_SHADOW};
    struct tn_reader *reader = tn_reader_create();
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        char digits[SYNTH_DIGITS + 1];
        bool is_read = false;
        draw(conditions[i], 4.0f, 3, digits);
        for (unsigned turn = 0; !is_read && turn < LIVE_TURNS; turn++) {
            is_read = tn_reader_frame(reader, &grey, turn, &found);
        }
        assert_true(is_read && says(digits));
    }
    tn_reader_free(reader);
}

/* No pass is there for nothing: over all conditions each reads some, at some size. */
static void every_pass_reads_something(void **state)
{
    (void)state;
    static uint8_t large[LARGE_W * LARGE_H];
    static const float module_px[] = {5.0f, 9.0f, 16.0f};
    const struct tn_grey photo = {.px = large, .w = LARGE_W, .h = LARGE_H, .stride = LARGE_W};
    struct synth_frame frame = {LARGE_W, LARGE_H, large};
    struct tn_reader *reader = tn_reader_create();
    int left = tn_reader_pass_count();
    bool has_read[64] = {false};
    for (uint64_t seed = 0; left > 0 && seed < 60; seed++) {
        uint64_t next = seed;
        char digits[SYNTH_DIGITS + 1];
        synth_digits(&next, digits);
        assert_true(synth_picture(&frame, digits, (enum synth_condition)(seed % SYNTH_CONDITIONS),
                                  module_px[seed % 3], next));
        for (int pass = 0; pass < tn_reader_pass_count(); pass++) {
            if (!has_read[pass] && tn_reader_pass(reader, pass, &photo, &found)) {
                assert_true(says(digits));
                has_read[pass] = true;
                left--;
            }
        }
    }
    for (int pass = 0; pass < tn_reader_pass_count(); pass++) {
        if (!has_read[pass]) {
            print_error("%s reads nothing\n", tn_reader_pass_name(pass));
        }
        assert_true(has_read[pass]);
    }
    tn_reader_free(reader);
}

static void nothing_says_nothing(void **state)
{
    (void)state;
    struct tn_reader *reader = tn_reader_create();
    struct synth_frame frame = {W, H, px};
    for (unsigned i = 0; i < NOTHINGS; i++) {
        const struct synth_lens lens = {.low = 10, .high = 240, .noise = (float)(i % 4) * 6.0f};
        memset(px, (int)(i * 4), sizeof px);
        if (i % 3 == 0) {
            synth_ground(&frame, i);
        }
        assert_true(synth_expose(&frame, &lens, i));
        found.count = 1;
        assert_false(tn_reader_frame(reader, &grey, i, &found));
        assert_int_equal(found.count, 0);
        assert_true(i % 10 != 0 || !tn_reader_picture(reader, &grey, &found));
    }
    tn_reader_free(reader);
}

/* A poster's symbol does not stand in a badge's way, in a frame or a picture. */
static void a_badge_beside_others_is_among_what_is_read(void **state)
{
    (void)state;
    struct tn_reader *reader = tn_reader_create();
    struct synth_frame frame = {W, H, px};
    const struct synth_pose left = {.x = 160, .y = 220, .module_px = 5};
    const struct synth_pose right = {.x = 480, .y = 230, .module_px = 5};
    const char *badge = "100000000000000000000000000000001234567812345678";
    for (int i = 0; i < 2; i++) {
        memset(px, 120, sizeof px);
        assert_true(synth_card(&frame, "HTTPS://EXAMPLE.ORG/A", i == 0 ? &left : &right));
        assert_true(synth_card(&frame, badge, i == 0 ? &right : &left));
        assert_true(tn_reader_frame(reader, &grey, 0, &found) && says(badge));
        assert_true(tn_reader_picture(reader, &grey, &found) && says(badge));
        const struct tn_symbol *chosen = tn_symbols_choose(&found);
        assert_true(chosen->len == SYNTH_DIGITS && tn_symbol_is_digits(chosen));
    }
    tn_reader_free(reader);
}

static void what_is_no_picture_is_not_read(void **state)
{
    (void)state;
    struct tn_reader *reader = tn_reader_create();
    static uint8_t row[TN_GREY_SIDE_MAX + 1];
    const struct tn_grey wrong[] = {
        {.px = px, .w = 0, .h = 1, .stride = 1},
        {.px = px, .w = 1, .h = 0, .stride = 1},
        {.px = px, .w = -1, .h = 1, .stride = 1},
        {.px = px, .w = 10, .h = 10, .stride = 9},
        {.px = row, .w = TN_GREY_SIDE_MAX + 1, .h = 1, .stride = TN_GREY_SIDE_MAX + 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(tn_reader_picture(reader, &wrong[i], &found));
        assert_false(tn_reader_frame(reader, &wrong[i], 0, &found));
    }
    const struct tn_grey thin = {
        .px = row, .w = TN_GREY_SIDE_MAX, .h = 1, .stride = TN_GREY_SIDE_MAX};
    const struct tn_grey one = {.px = row, .w = 1, .h = 1, .stride = 1};
    assert_false(tn_reader_picture(reader, &thin, &found));
    assert_false(tn_reader_picture(reader, &one, &found));
    tn_reader_free(reader);
    tn_reader_free(NULL);
}

/* The passes of libzxing and our own planes; ZBar looks at no allocation, which is one of the
 * reasons for the process around it. */
static void without_memory_nothing_is_read(void **state)
{
    (void)state;
    char digits[SYNTH_DIGITS + 1];
    draw(SYNTH_BLUR, 4.0f, 3, digits);
    for (int pass = 0; pass < tn_reader_pass_count(); pass++) {
        struct tn_reader *reader =
            strstr(tn_reader_pass_name(pass), "zbar") == NULL ? tn_reader_create() : NULL;
        bool is_past = reader == NULL;
        for (long n = 1; !is_past; n += 1 + n / 8) {
            assert_in_range(n, 1, ALLOCATIONS_MAX);
            fail_at(n);
            bool is_read = tn_reader_pass(reader, pass, &grey, &found);
            is_past = !is_met;
            fail_at(0);
            assert_true(!is_read || says(digits));
        }
        tn_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(badges_are_read_in_every_condition),
        cmocka_unit_test(frames_take_turns),
        cmocka_unit_test(every_pass_reads_something),
        cmocka_unit_test(nothing_says_nothing),
        cmocka_unit_test(a_badge_beside_others_is_among_what_is_read),
        cmocka_unit_test(what_is_no_picture_is_not_read),
        TWICE(without_memory_nothing_is_read),
    };
    fail_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
