/* Each pass against the same thing written slowly and plainly, on pictures of odd sizes whose rows
 * lie apart, with something beside them that must not be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/sys/passes.h"
#include "tests/scan/synth.h"

#define SIDE_MAX 70
#define SPARE 5
#define SHARPEN 5

static const int sizes[][2] = {{1, 1}, {1, 9},   {9, 1},   {2, 2},
                               {3, 5}, {31, 33}, {64, 17}, {67, 70}};
static const int radii[] = {1, 3, 8, 15, TN_PASS_RADIUS_MAX};

static uint8_t px[SIDE_MAX * (SIDE_MAX + SPARE)];
static uint8_t made[4 * SIDE_MAX * SIDE_MAX];
static uint32_t columns[SIDE_MAX];

/* Random greys; what lies between the rows is 255 in one call and 0 in the next. */
static struct tn_grey picture(size_t size, uint64_t seed)
{
    struct tn_grey grey = {.px = px,
                           .w = sizes[size][0],
                           .h = sizes[size][1],
                           .stride = (size_t)sizes[size][0] + SPARE};
    memset(px, seed % 2 == 0 ? 0 : 255, sizeof px);
    for (int y = 0; y < grey.h; y++) {
        for (int x = 0; x < grey.w; x++) {
            px[(size_t)y * grey.stride + (size_t)x] = (uint8_t)(256.0f * synth_random(&seed));
        }
    }
    return grey;
}

/* A pixel, or the nearest where there is none. */
static int at(const struct tn_grey *grey, int x, int y)
{
    x = x < 0 ? 0 : x >= grey->w ? grey->w - 1 : x;
    y = y < 0 ? 0 : y >= grey->h ? grey->h - 1 : y;
    return grey->px[(size_t)y * grey->stride + (size_t)x];
}

/* The sum of the square around a pixel, as far as it lies in the picture. */
static int square(const struct tn_grey *grey, int x, int y, int radius, int *count)
{
    int sum = 0;
    *count = 0;
    for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
            if (x + dx >= 0 && x + dx < grey->w && y + dy >= 0 && y + dy < grey->h) {
                sum += at(grey, x + dx, y + dy);
                (*count)++;
            }
        }
    }
    return sum;
}

static void the_threshold_is_the_mean_around(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t r = 0; r < sizeof radii / sizeof radii[0]; r++) {
            struct tn_grey grey = picture(s, s + r);
            tn_pass_threshold(&grey, radii[r], columns, made);
            for (int i = 0; i < grey.w * grey.h; i++) {
                int count = 0;
                int sum = square(&grey, i % grey.w, i / grey.w, radii[r], &count);
                int here = at(&grey, i % grey.w, i / grey.w);
                assert_int_equal(made[i], (here + 2) * count > sum ? 255 : 0);
            }
        }
    }
}

static void sharpening_moves_away_from_the_mean(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t r = 0; r < sizeof radii / sizeof radii[0]; r++) {
            struct tn_grey grey = picture(s, s + r);
            tn_pass_sharpen(&grey, radii[r], columns, made);
            for (int i = 0; i < grey.w * grey.h; i++) {
                int count = 0;
                int sum = square(&grey, i % grey.w, i / grey.w, radii[r], &count);
                int here = at(&grey, i % grey.w, i / grey.w);
                int mean = (2 * sum + count) / (2 * count);
                int value = here + SHARPEN * (here - mean);
                value = value < 0 ? 0 : value > 255 ? 255 : value;
                /* A mean that lies half-way may be rounded to either side. */
                assert_in_range(made[i], value < SHARPEN ? 0 : value - SHARPEN,
                                value > 255 - SHARPEN ? 255 : value + SHARPEN);
            }
        }
    }
}

static void inverting_and_blurring(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct tn_grey grey = picture(s, s);
        tn_pass_invert(&grey, made);
        for (int i = 0; i < grey.w * grey.h; i++) {
            assert_int_equal(made[i], 255 - at(&grey, i % grey.w, i / grey.w));
        }
        tn_pass_blur(&grey, made);
        for (int i = 0; i < grey.w * grey.h; i++) {
            static const int weights[] = {1, 2, 1};
            int sum = 8;
            for (int k = 0; k < 9; k++) {
                sum += weights[k % 3] * weights[k / 3] *
                       at(&grey, i % grey.w + k % 3 - 1, i / grey.w + k / 3 - 1);
            }
            assert_int_equal(made[i], sum / 16);
        }
    }
}

static void doubling_and_halving(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct tn_grey grey = picture(s, s);
        tn_pass_double(&grey, made);
        for (int y = 0; y < 2 * grey.h; y++) {
            for (int x = 0; x < 2 * grey.w; x++) {
                int dx = x % 2 == 0 ? -1 : 1;
                int dy = y % 2 == 0 ? -1 : 1;
                int sum = 9 * at(&grey, x / 2, y / 2) + 3 * at(&grey, x / 2 + dx, y / 2) +
                          3 * at(&grey, x / 2, y / 2 + dy) + at(&grey, x / 2 + dx, y / 2 + dy);
                assert_int_equal(made[y * 2 * grey.w + x], (sum + 8) / 16);
            }
        }
        tn_pass_halve(&grey, made);
        for (int i = 0; i < (grey.w / 2) * (grey.h / 2); i++) {
            int x = i % (grey.w / 2) * 2;
            int y = i / (grey.w / 2) * 2;
            int sum = at(&grey, x, y) + at(&grey, x + 1, y) + at(&grey, x, y + 1) +
                      at(&grey, x + 1, y + 1);
            assert_int_equal(made[i], (sum + 2) / 4);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_threshold_is_the_mean_around),
        cmocka_unit_test(sharpening_moves_away_from_the_mean),
        cmocka_unit_test(inverting_and_blurring),
        cmocka_unit_test(doubling_and_halving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
