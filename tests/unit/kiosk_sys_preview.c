/* The camera's picture on its way to the screen: cut to a square, turned round like a mirror's, as
 * often as somebody wants it, and gone when nobody does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <SDL.h>
#include <cmocka.h>

#include "kiosk/sys/mirror.h"
#include "kiosk/sys/preview.h"

#define W 1280
#define H 720
#define STRIDE (W + 32)
#define SIDE TN_PREVIEW_SIDE
#define EACH_MS 66
#define BOOT_MS 100000

static struct tn_preview preview;
static uint8_t px[STRIDE * H];
static uint8_t out[TN_PREVIEW_PX];
static int rings;
static const struct tn_grey frame = {.px = px, .w = W, .h = H, .stride = STRIDE};

static void ring(void *ctx)
{
    (void)ctx;
    rings++;
}

static int begin(void **state)
{
    (void)state;
    rings = 0;
    memset(px, 0, sizeof px);
    tn_preview_init(&preview);
    tn_preview_want(&preview, EACH_MS, ring, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tn_preview_destroy(&preview);
    return 0;
}

/* Fills a stretch of columns, over the frame's whole height. */
static void fill_columns(int from, int to, uint8_t value)
{
    for (int y = 0; y < H; y++) {
        memset(px + (size_t)y * STRIDE + from, value, (size_t)(to - from));
    }
}

static void it_is_the_middle_of_the_frame_as_a_mirror_shows_it(void **state)
{
    (void)state;
    fill_columns(0, (W - H) / 2, 255); /* left and right of the square: not seen */
    fill_columns((W + H) / 2, STRIDE, 255);
    fill_columns((W - H) / 2, W / 2, 40);
    fill_columns(W / 2, (W + H) / 2, 200);
    tn_preview_put(&preview, &frame, BOOT_MS);
    assert_true(tn_preview_take(&preview, out));
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            assert_int_equal(out[y * SIDE + x], x < SIDE / 2 ? 200 : 40);
        }
    }
}

/* Each pixel is the mean of four of the frame's, none from outside it, whatever its size. */
static void any_size_fits(void **state)
{
    static const int sizes[][2] = {{1, 1}, {1, 7}, {9, 2}, {239, 241}, {480, 480}, {1279, 719}};
    (void)state;
    memset(px, 90, sizeof px);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct tn_grey odd = {.px = px, .w = sizes[i][0], .h = sizes[i][1], .stride = STRIDE};
        tn_preview_put(&preview, &odd, BOOT_MS + (int64_t)i * EACH_MS);
        assert_true(tn_preview_take(&preview, out));
        for (int k = 0; k < TN_PREVIEW_PX; k++) {
            assert_int_equal(out[k], 90);
        }
    }
}

static void a_row_of_the_frame_stays_where_it_is(void **state)
{
    (void)state;
    memset(px, 250, (size_t)STRIDE * H / 3);
    tn_preview_put(&preview, &frame, BOOT_MS);
    assert_true(tn_preview_take(&preview, out));
    assert_int_equal(out[0], 250);
    assert_int_equal(out[(SIDE / 3 - 1) * SIDE], 250);
    assert_int_equal(out[(SIDE / 3 + 1) * SIDE], 0);
    assert_int_equal(out[TN_PREVIEW_PX - 1], 0);
}

static void one_is_made_as_often_as_it_is_wanted(void **state)
{
    (void)state;
    for (int ms = 0; ms < 1000; ms += 33) { /* 30 a second */
        tn_preview_put(&preview, &frame, BOOT_MS + ms);
        (void)tn_preview_take(&preview, out);
    }
    assert_int_equal(rings, 16); /* every other one, the first too */
}

static void whoever_does_not_come_for_it_is_rung_up_once(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        memset(px, i, sizeof px);
        tn_preview_put(&preview, &frame, BOOT_MS + i * EACH_MS);
    }
    assert_int_equal(rings, 1);
    assert_true(tn_preview_take(&preview, out));
    assert_int_equal(out[0], 9); /* the newest */
    assert_false(tn_preview_take(&preview, out));
}

static void what_nobody_wants_is_wiped(void **state)
{
    static const uint8_t nothing[TN_PREVIEW_PX];
    (void)state;
    memset(px, 200, sizeof px);
    tn_preview_put(&preview, &frame, BOOT_MS);
    assert_int_equal(preview.px[0], 200);
    tn_preview_want(&preview, 0, ring, NULL);
    assert_memory_equal(preview.px, nothing, sizeof nothing);
    assert_false(tn_preview_take(&preview, out));
    tn_preview_put(&preview, &frame, BOOT_MS + 1000);
    assert_memory_equal(preview.px, nothing, sizeof nothing);
    assert_int_equal(rings, 1);
}

/* On the screen: the corners let the ground through, the middle does not. */
static void it_is_painted_with_round_corners(void **state)
{
    (void)state;
    struct tn_mirror mirror = {0};
    struct tn_item item = {.type = TN_ITEM_CAMERA, .box = {20, 10, 300, 300}, .radius_px = 60};
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, 340, 320, 32, SDL_PIXELFORMAT_XRGB8888);
    SDL_Renderer *renderer = SDL_CreateSoftwareRenderer(surface);
    assert_non_null(renderer);
    memset(out, 128, sizeof out);
    tn_mirror_paint(&mirror, renderer, &item); /* no picture yet */
    tn_mirror_set(&mirror, renderer, &item, out);
    SDL_RenderFlush(renderer);
    const Uint32 *pixels = surface->pixels;
    int pitch = surface->pitch / 4;
    assert_int_equal(pixels[160 * pitch + 170] & 0xFFFFFF, 0);
    tn_mirror_paint(&mirror, renderer, &item);
    SDL_RenderFlush(renderer);
    assert_int_equal(pixels[160 * pitch + 170] & 0xFFFFFF, 0x808080);
    assert_int_equal(pixels[160 * pitch + 21] & 0xFFFFFF, 0x808080); /* the edge's middle */
    assert_int_equal(pixels[11 * pitch + 21] & 0xFFFFFF, 0);         /* a corner */
    assert_int_equal(pixels[308 * pitch + 318] & 0xFFFFFF, 0);
    tn_mirror_clear(&mirror);
    assert_null(mirror.texture);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(surface);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_the_middle_of_the_frame_as_a_mirror_shows_it, begin,
                                        end),
        cmocka_unit_test_setup_teardown(any_size_fits, begin, end),
        cmocka_unit_test_setup_teardown(a_row_of_the_frame_stays_where_it_is, begin, end),
        cmocka_unit_test_setup_teardown(one_is_made_as_often_as_it_is_wanted, begin, end),
        cmocka_unit_test_setup_teardown(whoever_does_not_come_for_it_is_rung_up_once, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_wants_is_wiped, begin, end),
        cmocka_unit_test(it_is_painted_with_round_corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
