/* Which displays are believed when they say how large they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "kiosk/sys/density.h"

#define DPI(px, mm) ((float)(px)*25.4F / (float)(mm))

static float of(int w_px, int h_px, float w_mm, float h_mm)
{
    struct tn_density_claim claim = {
        .h_dpi = DPI(w_px, w_mm), .v_dpi = DPI(h_px, h_mm), .w_px = w_px, .h_px = h_px};
    return tn_density_of(&claim);
}

static void near(float wanted, float got)
{
    assert_true(fabsf(wanted - got) < 0.02F);
}

static void the_panels_we_are_drawn_for_are_believed(void **state)
{
    (void)state;
    near(5.2F, of(800, 480, 154, 92.4F));
    near(5.9F, of(1280, 800, 217, 135.6F));
    near(5.9F, of(800, 1280, 135.6F, 217));
    near(5.57F, of(1920, 1080, 345, 194));
}

static void nothing_said_is_nothing_known(void **state)
{
    (void)state;
    struct tn_density_claim silent = {.w_px = 1280, .h_px = 800};
    near(0, tn_density_of(&silent));
    struct tn_density_claim nonsense = {.h_dpi = NAN, .v_dpi = INFINITY, .w_px = 1, .h_px = 1};
    near(0, tn_density_of(&nonsense));
}

static void only_two_to_twenty_pixels_a_millimetre_are_believed(void **state)
{
    static const struct {
        float px_per_mm;
        float wanted;
    } rows[] = {{1.9F, 0}, {2.01F, 2.01F}, {19.9F, 19.9F}, {20.1F, 0}, {-5, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn_density_claim claim = {.h_dpi = rows[i].px_per_mm * 25.4F,
                                         .v_dpi = rows[i].px_per_mm * 25.4F,
                                         .w_px = 1280,
                                         .h_px = 800};
        near(rows[i].wanted, tn_density_of(&claim));
    }
}

static void pixels_that_would_not_be_square_are_not_believed(void **state)
{
    (void)state;
    near(0, of(1280, 800, 217, 200));
    assert_true(of(1280, 800, 217, 140) > 0); /* whole millimetres and centimetres round */
}

static void a_shape_in_the_place_of_a_size_is_not_believed(void **state)
{
    (void)state;
    near(0, of(1920, 1080, 160, 90));
    near(0, of(1080, 1920, 90, 160));
    near(0, of(3840, 2160, 1600, 900));
    near(0, of(1280, 800, 160, 100));
    assert_true(of(1024, 600, 154, 90) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_panels_we_are_drawn_for_are_believed),
        cmocka_unit_test(nothing_said_is_nothing_known),
        cmocka_unit_test(only_two_to_twenty_pixels_a_millimetre_are_believed),
        cmocka_unit_test(pixels_that_would_not_be_square_are_not_believed),
        cmocka_unit_test(a_shape_in_the_place_of_a_size_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
