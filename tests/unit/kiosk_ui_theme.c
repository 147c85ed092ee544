/* The look's promises as arithmetic: contrast from the theme's own values (WCAG 2.1's formula), of
 * the pairs that are meant to meet and of all that do meet on a scene; the type scale in
 * millimetres, and layouts that fit the smallest panel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kiosk/sys/locale.h"
#include "tests/shots/scenes.h"

#define TEXT_LEAST 7.0
#define SHAPE_LEAST 3.0
#define FOUND_MAX 60

struct pair {
    enum tn_color front, ground;
};

/* Every colour of text, with every ground it stands on. */
static const struct pair texts[] = {
    {TN_COLOR_INK, TN_COLOR_PAPER},           {TN_COLOR_QUIET, TN_COLOR_PAPER},
    {TN_COLOR_INK, TN_COLOR_SURFACE},         {TN_COLOR_WHITE, TN_COLOR_WELCOME},
    {TN_COLOR_WHITE, TN_COLOR_ALREADY},       {TN_COLOR_WHITE, TN_COLOR_FAULT},
    {TN_COLOR_GOODBYE_INK, TN_COLOR_GOODBYE}, {TN_COLOR_HELP_INK, TN_COLOR_HELP},
    {TN_COLOR_HELP_INK, TN_COLOR_WHITE},      {TN_COLOR_ACTION_INK, TN_COLOR_ACTION},
};

/* Shapes and outlines that carry meaning. */
static const struct pair shapes[] = {
    {TN_COLOR_LINE, TN_COLOR_PAPER},     {TN_COLOR_ACTION, TN_COLOR_PAPER},
    {TN_COLOR_ACTION, TN_COLOR_SURFACE}, {TN_COLOR_NEWEST, TN_COLOR_PAPER},
    {TN_COLOR_GOOD, TN_COLOR_PAPER},     {TN_COLOR_WARN, TN_COLOR_PAPER},
    {TN_COLOR_QUIET, TN_COLOR_PAPER},    {TN_COLOR_SUN, TN_COLOR_WELCOME},
    {TN_COLOR_SUN, TN_COLOR_ALREADY},    {TN_COLOR_HELP_INK, TN_COLOR_HELP},
};

static double channel(uint32_t value)
{
    double c = (double)(value & 0xFF) / 255.0;
    return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
    return 0.2126 * channel(rgb >> 16) + 0.7152 * channel(rgb >> 8) + 0.0722 * channel(rgb);
}

static double contrast(enum tn_theme_id theme, const struct pair *pair)
{
    double a = luminance(tn_theme_rgb(theme, pair->front));
    double b = luminance(tn_theme_rgb(theme, pair->ground));
    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

static void check(const struct pair *pairs, size_t count, double least)
{
    int low = 0;
    for (int theme = 0; theme < TN_THEME_COUNT; theme++) {
        for (size_t i = 0; i < count; i++) {
            double ratio = contrast((enum tn_theme_id)theme, &pairs[i]);
            if (ratio < least) {
                print_error("%s: %s on %s is %.2f:1, not %.0f:1\n",
                            tn_theme_name((enum tn_theme_id)theme), tn_color_name(pairs[i].front),
                            tn_color_name(pairs[i].ground), ratio, least);
                low++;
            }
        }
    }
    assert_int_equal(low, 0);
}

static void text_stands_out_seven_to_one_in_every_theme(void **state)
{
    (void)state;
    check(texts, sizeof texts / sizeof texts[0], 7.0);
}

static void shapes_stand_out_three_to_one_in_every_theme(void **state)
{
    (void)state;
    check(shapes, sizeof shapes / sizeof shapes[0], 3.0);
}

static struct tn_model model;
static struct tn_draw draw;
static int low;

/* The colour that lies under the middle of an item. */
static enum tn_color ground_of(size_t index)
{
    const struct tn_rect *box = &draw.items[index].box;
    int x = box->x + box->w / 2;
    int y = box->y + box->h / 2;
    for (size_t i = index; i > 0; i--) {
        const struct tn_item *item = &draw.items[i - 1];
        bool is_ground = item->type == TN_ITEM_FILL || item->type == TN_ITEM_PANEL;
        if (is_ground && item->color != TN_COLOR_NONE && x >= item->box.x &&
            x < item->box.x + item->box.w && y >= item->box.y && y < item->box.y + item->box.h) {
            return item->color;
        }
    }
    return TN_COLOR_PAPER;
}

static double contrast_of(enum tn_theme_id theme, enum tn_color front, enum tn_color ground)
{
    return front == TN_COLOR_NONE ? 1.0 : contrast(theme, &(struct pair){front, ground});
}

/* Words stand out from what they stand on, and a control by its colour or its outline; one without
 * either is seen by the words and pictures in it. */
static void check_item(const char *scene, enum tn_theme_id theme, size_t index)
{
    const struct tn_item *item = &draw.items[index];
    enum tn_color ground = ground_of(index);
    double ratio = contrast_of(theme, item->color, ground);
    double least = TEXT_LEAST;
    bool is_bare = item->color == TN_COLOR_NONE && item->line == TN_COLOR_NONE;
    if (item->type == TN_ITEM_PANEL && item->control != NULL && !is_bare) {
        ratio = fmax(ratio, contrast_of(theme, item->line, ground));
        least = SHAPE_LEAST;
    } else if (item->type != TN_ITEM_TEXT || item->text[0] == '\0') {
        return;
    }
    if (ratio < least && low++ < FOUND_MAX) {
        print_error("%s, %s: %s (%s%s) on %s is %.2f:1, not %.0f:1\n", scene, tn_theme_name(theme),
                    tn_color_name(item->color), item->text,
                    item->control != NULL ? item->control : "", tn_color_name(ground), ratio,
                    least);
    }
}

static void what_meets_on_a_scene_stands_apart_in_every_theme(void **state)
{
    (void)state;
    const struct scene *scene = NULL;
    low = 0;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        for (int theme = 0; theme < TN_THEME_COUNT; theme++) {
            const struct tn_look look = {.theme = (enum tn_theme_id)theme};
            struct tn_view view = scene_view_of(&scene_sizes[0], &look);
            scene_load(scene, TN_LANG_EN, &view, &model);
            tn_ui_draw(&model, &view, &draw);
            for (size_t k = scene_first_seen(&draw, &view); k < draw.count; k++) {
                check_item(scene->name, (enum tn_theme_id)theme, k);
            }
        }
    }
    assert_int_equal(low, 0);
}

static void themes_are_found_by_their_names_only(void **state)
{
    (void)state;
    for (int i = 0; i < TN_THEME_COUNT; i++) {
        assert_int_equal(tn_theme_from_name(tn_theme_name((enum tn_theme_id)i)), i);
    }
    assert_int_equal(tn_theme_from_name("Light"), TN_THEME_COUNT);
    assert_int_equal(tn_theme_from_name(""), TN_THEME_COUNT);
}

static void what_a_learner_must_read_has_the_legal_height(void **state)
{
    (void)state;
    assert_true(tn_type_cap_mm(TN_TYPE_BODY) >= 7.5f);
    for (int i = 1; i < TN_TYPE_COUNT; i++) {
        assert_true(tn_type_cap_mm((enum tn_type_size)i) >
                    tn_type_cap_mm((enum tn_type_size)(i - 1)));
    }
}

/* A millimetre is a real one where the screen has room for the layout, more on a large display,
 * and less only where the layout would not fit at all. */
static void the_layout_millimetre_follows_the_screen(void **state)
{
    (void)state;
    struct tn_view panel = tn_view_of(800, 480, 800 / 154.0f, TN_THEME_LIGHT);
    assert_true(fabsf(panel.unit_px - 800 / 154.0f) < 0.01f);
    struct tn_view large = tn_view_of(1920, 1080, 1920 / 345.0f, TN_THEME_LIGHT);
    assert_true(large.unit_px > 1920 / 345.0f);
    struct tn_view unknown = tn_view_of(1280, 800, 0.0f, TN_THEME_LIGHT);
    assert_true(fabsf(unknown.unit_px - 800 / 136.0f) < 0.02f);
    struct tn_view tiny = tn_view_of(480, 320, 11.0f, TN_THEME_LIGHT);
    assert_true((float)tiny.w_px / tiny.unit_px >= 149.9f ||
                (float)tiny.h_px / tiny.unit_px >= 85.9f);
    struct tn_view turned = tn_view_of(800, 1280, 0.0f, TN_THEME_LIGHT);
    assert_true(fabsf(turned.unit_px - unknown.unit_px) < 0.001f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stands_out_seven_to_one_in_every_theme),
        cmocka_unit_test(shapes_stand_out_three_to_one_in_every_theme),
        cmocka_unit_test(what_meets_on_a_scene_stands_apart_in_every_theme),
        cmocka_unit_test(themes_are_found_by_their_names_only),
        cmocka_unit_test(what_a_learner_must_read_has_the_legal_height),
        cmocka_unit_test(the_layout_millimetre_follows_the_screen),
    };
    (void)setenv("TZ", "UTC", 1);
    tn_locale_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
