/* Every screen at every size: nothing outside the view, nothing to press too small or overlapping,
 * and each result told by its words and its shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kiosk_scenes.h"

#define TARGET_MM 20.0f
#define GAP_MM 4.0f
#define KEY_MM 12.0f
#define KEY_GAP_MM 2.0f

static struct tn_model model;
static struct tn_draw draw;

static bool is_inside(const struct tn_rect *box, const struct tn_view *view)
{
    return box->x >= 0 && box->y >= 0 && box->w > 0 && box->h > 0 &&
           box->x + box->w <= view->w_px && box->y + box->h <= view->h_px;
}

static void check_inside(const struct tn_view *view, int64_t since_ms)
{
    model.screen_mono_ms = model.mono_ms - since_ms;
    tn_ui_draw(&model, view, &draw);
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_rect *box = &draw.items[i].box;
        if (!is_inside(box, view)) {
            fail_msg("%s at %dx%d: item %zu \"%s\" at %d,%d %dx%d is outside",
                     tn_screen_name(model.screen), view->w_px, view->h_px, i, draw.items[i].text,
                     box->x, box->y, box->w, box->h);
        }
    }
}

static void everything_is_inside_the_view_even_while_it_moves(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        struct tn_view view = scene_view(&scene_sizes[k], TN_THEME_LIGHT);
        for (int screen = 0; screen < TN_SCREEN_COUNT; screen++) {
            scene_model((enum tn_screen)screen, "Maya R.", &model);
            for (int64_t ms = 0; ms <= TN_MOTION_MS; ms += 20) {
                check_inside(&view, ms);
            }
        }
    }
}

/* Pixels between two boxes, 0 where they touch or overlap. */
static int between(const struct tn_rect *a, const struct tn_rect *b)
{
    int x = a->x < b->x ? b->x - (a->x + a->w) : a->x - (b->x + b->w);
    int y = a->y < b->y ? b->y - (a->y + a->h) : a->y - (b->y + b->h);
    int most = x > y ? x : y;
    return most > 0 ? most : 0;
}

/* Keys of a keyboard may be smaller and closer (kiosk_ui_keyboard.c measures them on the glass). */
static bool is_key(const struct tn_item *item)
{
    return strncmp(item->control, "key-", 4) == 0 || strncmp(item->control, "pick-", 5) == 0;
}

static void check_controls(const struct tn_view *view)
{
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *a = &draw.items[i];
        if (a->control == NULL) {
            continue;
        }
        int least = tn_px(view, is_key(a) ? KEY_MM : TARGET_MM) - 1;
        assert_true(a->box.w >= least && a->box.h >= least);
        assert_string_equal(tn_draw_hit(&draw, a->box.x + a->box.w / 2, a->box.y + a->box.h / 2),
                            a->control);
        for (size_t j = i + 1; j < draw.count; j++) {
            const struct tn_item *b = &draw.items[j];
            if (b->control != NULL) {
                float gap = is_key(a) && is_key(b) ? KEY_GAP_MM : GAP_MM;
                assert_true(between(&a->box, &b->box) >= tn_px(view, gap) - 1);
            }
        }
    }
}

static void show(enum tn_screen screen, const char *name)
{
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    scene_model(screen, name, &model);
    tn_ui_draw(&model, &view, &draw);
}

static bool has_picture(const char *name)
{
    for (size_t i = 0; i < draw.count; i++) {
        if (draw.items[i].type == TN_ITEM_PICTURE && strcmp(draw.items[i].text, name) == 0) {
            return true;
        }
    }
    return false;
}

static void each_result_has_its_words_its_shape_and_its_colour(void **state)
{
    (void)state;
    static const struct {
        enum tn_screen screen;
        const char *words, *picture;
        enum tn_color ground;
    } results[] = {
        {TN_SCREEN_WELCOME, "You are checked in.", "tick", TN_COLOR_WELCOME},
        {TN_SCREEN_ALREADY, "Already in", "tick", TN_COLOR_ALREADY},
        {TN_SCREEN_GOODBYE, "See you soon!", "wave-out", TN_COLOR_GOODBYE},
        {TN_SCREEN_VISIT, "Robotics", "tick", TN_COLOR_PAPER},
        {TN_SCREEN_HELP, "Please see a helper", "triangle", TN_COLOR_HELP},
        {TN_SCREEN_FAULT, "Your check-in was not saved.", "barred", TN_COLOR_FAULT},
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        show(results[i].screen, "Maya R.");
        assert_true(tn_draw_has_text(&draw, results[i].words));
        assert_true(has_picture(results[i].picture));
        assert_int_equal(draw.items[0].type, TN_ITEM_FILL);
        assert_int_equal(draw.items[0].color, results[i].ground);
    }
}

static void a_fault_never_shows_a_tick_whatever_the_status(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    for (int status = 0; status < TN_STATUS_COUNT; status++) {
        scene_model(TN_SCREEN_FAULT, "Maya R.", &model);
        model.fault = (enum tn_status)status;
        tn_ui_draw(&model, &view, &draw);
        assert_false(has_picture("tick"));
        assert_true(tn_draw_has_text(&draw, "Please call a helper."));
        assert_true(tn_draw_has_text(&draw, "Staff: "));
        assert_false(tn_draw_has_text(&draw, "Maya"));
    }
}

static void a_fault_without_words_of_its_own_names_its_status(void **state)
{
    (void)state;
    show(TN_SCREEN_FAULT, "");
    model.fault = TN_ERR_FORGED;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_ui_draw(&model, &view, &draw);
    assert_true(tn_draw_has_text(&draw, tn_status_text(TN_ERR_FORGED)));
}

static void a_fault_says_a_check_in_was_lost_only_where_one_was(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    for (int is_unsaved = 0; is_unsaved < 2; is_unsaved++) {
        scene_model(TN_SCREEN_FAULT, "", &model);
        model.is_unsaved = is_unsaved == 1;
        tn_ui_draw(&model, &view, &draw);
        assert_int_equal(tn_draw_has_text(&draw, "Your check-in was not saved."), is_unsaved == 1);
        assert_int_equal(tn_draw_has_text(&draw, "Check-in is not working."), is_unsaved == 0);
    }
}

static int ticks(void)
{
    int count = 0;
    for (size_t i = 0; i < draw.count; i++) {
        count += draw.items[i].type == TN_ITEM_PICTURE && strcmp(draw.items[i].text, "tick") == 0;
    }
    return count;
}

static void a_visit_ticks_its_activity_and_greets_in_bold(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        struct tn_view view = scene_view(&scene_sizes[k], TN_THEME_LIGHT);
        scene_model(TN_SCREEN_VISIT, "Maya R.", &model);
        tn_ui_draw(&model, &view, &draw);
        assert_int_equal(ticks(), 2); /* beside the activity, and on the path */
        bool is_bold = false;
        for (size_t i = 0; i < draw.count; i++) {
            is_bold = is_bold || (strcmp(draw.items[i].text, "Maya R.") == 0 &&
                                  draw.items[i].is_bold && draw.items[i].is_spoken);
        }
        assert_true(is_bold);
        memset(model.info.activity_title, 'W', 60);
        tn_ui_draw(&model, &view, &draw);
        assert_int_equal(ticks(), 1); /* no room: the path says it */
    }
}

static void nobody_is_told_why_help_is_needed(void **state)
{
    (void)state;
    show(TN_SCREEN_HELP, "");
    assert_true(tn_draw_has_text(&draw, "They will get you in."));
    assert_non_null(tn_draw_control(&draw, "ok"));
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    model.record.result = TN_RESULT_NOISE;
    tn_ui_draw(&model, &view, &draw);
    assert_true(tn_draw_has_text(&draw, "Or hold your badge here once more."));
    assert_false(tn_draw_has_text(&draw, "They will get you in."));
}

static void a_greeting_without_a_name_is_whole(void **state)
{
    (void)state;
    show(TN_SCREEN_WELCOME, "");
    assert_true(tn_draw_has_text(&draw, "Welcome!"));
    assert_false(tn_draw_has_text(&draw, "Welcome,"));
    show(TN_SCREEN_GOODBYE, "");
    assert_true(tn_draw_has_text(&draw, "Goodbye!"));
    show(TN_SCREEN_VISIT, "");
    assert_true(tn_draw_has_text(&draw, "Nice to see you!"));
    show(TN_SCREEN_ALREADY, "");
    assert_true(tn_draw_has_text(&draw, "Already in"));
}

static void the_corner_says_how_safe_the_entries_are(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    show(TN_SCREEN_IDLE, "");
    assert_true(tn_draw_has_text(&draw, "All 213 safe"));
    model.info.waiting = 12;
    tn_ui_draw(&model, &view, &draw);
    assert_true(tn_draw_has_text(&draw, "12 to send"));
    assert_false(has_picture("triangle"));
    model.info.was_salvaged = true;
    tn_ui_draw(&model, &view, &draw);
    assert_true(tn_draw_has_text(&draw, "Log was repaired"));
    assert_true(has_picture("triangle"));
}

static void demo_badges_have_their_controls_and_others_none(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    show(TN_SCREEN_IDLE, "");
    assert_non_null(tn_draw_control(&draw, "demo-1"));
    assert_non_null(tn_draw_control(&draw, "demo-6"));
    model.demo_count = 2;
    tn_ui_draw(&model, &view, &draw);
    assert_non_null(tn_draw_control(&draw, "demo-2"));
    assert_null(tn_draw_control(&draw, "demo-3"));
    model.demo_count = 0;
    tn_ui_draw(&model, &view, &draw);
    assert_null(tn_draw_control(&draw, "demo-1"));
    assert_false(tn_draw_has_text(&draw, "Try a badge:"));
}

static void demo_names_of_any_length_leave_every_badge_large_enough(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Li", "Christopher-Alexander Montgomery W.",      "A",
        "B",  "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "Christopher L."};
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        struct tn_view view = scene_view(&scene_sizes[k], TN_THEME_LIGHT);
        scene_model(TN_SCREEN_IDLE, "", &model);
        for (size_t i = 0; i < TN_DEMO_BADGES_MAX; i++) {
            snprintf(model.demo[i].name, sizeof model.demo[i].name, "%s", names[i]);
        }
        tn_ui_draw(&model, &view, &draw);
        check_controls(&view);
        const struct tn_item *fourth = tn_draw_control(&draw, "demo-4");
        const struct tn_item *last = /* a small panel has room for two */
            fourth != NULL ? fourth : tn_draw_control(&draw, "demo-2");
        assert_true(last->box.x + last->box.w <= view.w_px);
        assert_true(tn_draw_control(&draw, "demo-2")->box.w >
                    tn_draw_control(&draw, "demo-1")->box.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_inside_the_view_even_while_it_moves),
        cmocka_unit_test(each_result_has_its_words_its_shape_and_its_colour),
        cmocka_unit_test(a_fault_never_shows_a_tick_whatever_the_status),
        cmocka_unit_test(a_visit_ticks_its_activity_and_greets_in_bold),
        cmocka_unit_test(a_fault_without_words_of_its_own_names_its_status),
        cmocka_unit_test(a_fault_says_a_check_in_was_lost_only_where_one_was),
        cmocka_unit_test(nobody_is_told_why_help_is_needed),
        cmocka_unit_test(a_greeting_without_a_name_is_whole),
        cmocka_unit_test(the_corner_says_how_safe_the_entries_are),
        cmocka_unit_test(demo_badges_have_their_controls_and_others_none),
        cmocka_unit_test(demo_names_of_any_length_leave_every_badge_large_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
