/* The staff's places on every screen, in every theme, with larger text, lower buttons and from
 * right to left: nothing outside, nothing to press too small or too near, no words cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <SDL.h>

#include "kiosk/sys/paint.h"
#include "tests/unit/kiosk_scenes.h"
#include "tests/unit/kiosk_staff_scenes.h"

#define TARGET_MM 20.0f
#define GAP_MM 4.0f
#define KEY_MM 12.0f
#define KEY_GAP_MM 2.0f
/* How far our own English words may be shrunk at their normal size, in the painter's steps of 8 %:
 * two on a small panel with five-digit numbers. */
#define SHRINK_LEAST 0.84f
/* And with larger text, which there is not always room for. */
#define SHRINK_LARGER 0.6f
/* Two rows of buttons on a 7-inch panel reach this far up. */
#define LOWER_SHARE 0.45f

static struct tn_model model;
static struct tn_draw draw;
static SDL_Surface *surface;
static SDL_Renderer *renderer;
static struct tn_paint *paint;

static void staff(void)
{
    model.place = TN_SCREEN_STAFF;
}

static void staff_second_page(void)
{
    model.place = TN_SCREEN_STAFF;
    model.states.staff.page = 1;
    model.info.waiting = 12345;
    model.info.last_sync_ms = 0;
    model.states.staff.tally.quarters = 2;
}

static void staff_notice(void)
{
    model.place = TN_SCREEN_STAFF;
    model.health = (struct tn_health){0};
    model.states.staff.tally.quarters = 0;
    snprintf(model.states.staff.notice, TN_NOTICE_SIZE, "Counted 12 adults");
}

static void clock_question(void)
{
    model.place = TN_SCREEN_CLOCK;
    model.now_ms += 186 * 86400000LL; /* a Wednesday in September: long words */
}

static void clean(void)
{
    model.place = TN_SCREEN_CLEAN;
    model.states.clean.until_mono_ms = model.mono_ms + 17000;
}

static void close_today(void)
{
    model.place = TN_SCREEN_CLOSE;
    model.states.close.tally = model.states.staff.tally;
    model.states.close.has_tally = true;
    model.info.waiting = 12;
}

static void close_day(void)
{
    close_today();
    model.states.close.asks = TN_CLOSE_ASKS_DAY;
}

static void close_leave(void)
{
    close_today();
    model.states.close.asks = TN_CLOSE_ASKS_LEAVE;
}

static void settings(void)
{
    model.place = TN_SCREEN_SETTINGS;
    model.is_speaking = true;
}

static void pick_language(void)
{
    model.place = TN_SCREEN_SETTINGS;
    model.states.settings.pick = TN_PICK_LANGUAGE;
}

static void pick_theme(void)
{
    model.place = TN_SCREEN_SETTINGS;
    model.states.settings.pick = TN_PICK_THEME;
}

static void pick_volume(void)
{
    model.place = TN_SCREEN_SETTINGS;
    model.states.settings.pick = TN_PICK_VOLUME;
}

static void selftest(void)
{
    model.place = TN_SCREEN_SELFTEST;
    model.states.selftest.since_mono_ms = model.mono_ms;
}

static void selftest_no_end(void)
{
    model.place = TN_SCREEN_SELFTEST;
    model.states.selftest = (struct tn_selftest_state){.verdict = TN_CANARY_NO_END, .digits = 48};
}

static void selftest_strange(void)
{
    model.place = TN_SCREEN_SELFTEST;
    model.states.selftest = (struct tn_selftest_state){.verdict = TN_CANARY_STRANGE};
}

static void switch_activity(void)
{
    static const char *const titles[TN_ACTIVITIES_PAGE] = {"Robotics", "Slime and polymers",
                                                           "Bridge building challenge", "Coding"};
    struct tn_activity_list *list = &model.states.to.activities;
    model.place = TN_SCREEN_SWITCH;
    list->total = 13;
    list->count = TN_ACTIVITIES_PAGE;
    for (int i = 0; i < TN_ACTIVITIES_PAGE; i++) {
        snprintf(list->items[i].title, sizeof list->items[i].title, "%s", titles[i % 4]);
    }
}

static void pin_pad(void)
{
    struct tn_effects effects = {0};
    tn_pin_open(&model, &effects);
}

static void pin_card(void)
{
    model.place = TN_SCREEN_PIN;
    model.info.has_pin = false;
}

static void pin_wait(void)
{
    model.place = TN_SCREEN_PIN;
    model.states.pin.until_mono_ms = model.mono_ms + 299000;
}

static void pin_panel(void)
{
    model.place = TN_SCREEN_PIN;
    model.states.pin.is_open = true;
    snprintf(model.states.staff.notice, TN_NOTICE_SIZE, "Undone");
}

static const struct {
    const char *name;
    void (*set)(void);
} scenes[] = {
    {"staff", staff},
    {"staff, second page", staff_second_page},
    {"staff, notice", staff_notice},
    {"clock", clock_question},
    {"clean", clean},
    {"close", close_today},
    {"close, day", close_day},
    {"close, leave", close_leave},
    {"settings", settings},
    {"language", pick_language},
    {"theme", pick_theme},
    {"volume", pick_volume},
    {"selftest", selftest},
    {"selftest, no end", selftest_no_end},
    {"selftest, strange", selftest_strange},
    {"switch", switch_activity},
    {"pin", pin_pad},
    {"pin, card", pin_card},
    {"pin, wait", pin_wait},
    {"pin, panel", pin_panel},
};
#define SCENES (sizeof scenes / sizeof scenes[0])

static int begin(void **state)
{
    (void)state;
    surface = SDL_CreateRGBSurfaceWithFormat(0, 64, 64, 32, SDL_PIXELFORMAT_XRGB8888);
    renderer = SDL_CreateSoftwareRenderer(surface);
    return renderer != NULL && tn_paint_create(renderer, &paint) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_paint_free(paint);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(surface);
    return 0;
}

/* Draws a scene on a display as somebody wants it. */
static struct tn_view draw_scene(size_t scene, const struct scene_size *size,
                                 const struct tn_look *wanted, bool is_rtl)
{
    staff_model(&model);
    scenes[scene].set();
    model.screen = model.place;
    model.screen_mono_ms = model.mono_ms - TN_MOTION_MS;
    model.look = *wanted;
    model.shown_lang = is_rtl ? TN_LANG_AR : TN_LANG_EN;
    struct tn_view display = scene_view(size, TN_THEME_LIGHT);
    struct tn_view view = tn_view_for(&display, wanted);
    tn_ui_draw(&model, &view, &draw);
    return view;
}

static bool is_key(const struct tn_item *item)
{
    return strncmp(item->control, "key-", 4) == 0;
}

static int between(const struct tn_rect *a, const struct tn_rect *b)
{
    int x = a->x < b->x ? b->x - (a->x + a->w) : a->x - (b->x + b->w);
    int y = a->y < b->y ? b->y - (a->y + a->h) : a->y - (b->y + b->h);
    int most = x > y ? x : y;
    return most > 0 ? most : 0;
}

static void check_places(size_t scene, const struct tn_view *view)
{
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *a = &draw.items[i];
        if (a->box.x < 0 || a->box.y < 0 || a->box.w <= 0 || a->box.h <= 0 ||
            a->box.x + a->box.w > view->w_px || a->box.y + a->box.h > view->h_px) {
            fail_msg("%s at %dx%d: \"%s\" is outside: %d,%d %dx%d", scenes[scene].name, view->w_px,
                     view->h_px, a->text, a->box.x, a->box.y, a->box.w, a->box.h);
        }
        if (a->control == NULL) {
            continue;
        }
        int least = tn_px(view, is_key(a) ? KEY_MM : TARGET_MM) - 1;
        if (a->box.w < least || a->box.h < least) {
            fail_msg("%s at %dx%d: %s is too small", scenes[scene].name, view->w_px, view->h_px,
                     a->control);
        }
        for (size_t j = i + 1; j < draw.count; j++) {
            const struct tn_item *b = &draw.items[j];
            if (b->control == NULL) {
                continue;
            }
            float gap = is_key(a) && is_key(b) ? KEY_GAP_MM : GAP_MM;
            if (between(&a->box, &b->box) < tn_px(view, gap) - 1) {
                fail_msg("%s at %dx%d: %s and %s are too near", scenes[scene].name, view->w_px,
                         view->h_px, a->control, b->control);
            }
        }
    }
}

/* Every display, with every combination of larger text, lower buttons and direction. */
static void everything_stays_in_place_and_apart(void **state)
{
    (void)state;
    for (size_t scene = 0; scene < SCENES; scene++) {
        for (size_t k = 0; k < SCENE_SIZES * 8; k++) {
            struct tn_look wanted = {.is_larger = (k & 1) != 0, .is_lower = (k & 2) != 0};
            struct tn_view view = draw_scene(scene, &scene_sizes[k / 8], &wanted, (k & 4) != 0);
            check_places(scene, &view);
        }
    }
}

static size_t count_small(size_t scene, const struct tn_view *view, float least)
{
    size_t small = 0;
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        struct tn_measure fit;
        if (item->type != TN_ITEM_TEXT || item->text[0] == '\0') {
            continue;
        }
        tn_paint_measure(paint, item, view, &fit);
        if (fit.is_cut || fit.scale < least) {
            print_error("%s at %dx%d: \"%s\" is set at %.2f%s in %dx%d\n", scenes[scene].name,
                        view->w_px, view->h_px, item->text, (double)fit.scale,
                        fit.is_cut ? " and cut" : "", item->box.w, item->box.h);
            small++;
        }
    }
    return small;
}

static void no_words_are_cut_and_ours_are_hardly_shrunk(void **state)
{
    (void)state;
    size_t small = 0;
    for (size_t scene = 0; scene < SCENES; scene++) {
        for (size_t k = 0; k < SCENE_SIZES; k++) {
            struct tn_view view = draw_scene(scene, &scene_sizes[k], &(struct tn_look){0}, false);
            small += count_small(scene, &view, SHRINK_LEAST);
            view = draw_scene(scene, &scene_sizes[k], &(struct tn_look){.is_larger = true}, false);
            small += count_small(scene, &view, SHRINK_LARGER);
        }
    }
    assert_int_equal(small, 0);
}

static void lower_buttons_lie_in_the_lower_part(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        struct tn_view view =
            draw_scene(0, &scene_sizes[k], &(struct tn_look){.is_lower = true}, false);
        for (size_t i = 0; i < draw.count; i++) {
            const struct tn_item *item = &draw.items[i];
            assert_true(item->control == NULL ||
                        (float)item->box.y >= (float)view.h_px * LOWER_SHARE);
        }
    }
}

static void a_state_is_told_by_its_shape_as_well(void **state)
{
    (void)state;
    (void)draw_scene(0, &scene_sizes[0], &(struct tn_look){0}, false);
    size_t rings = 0;
    size_t dots = 0;
    size_t triangles = 0;
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        rings += item->type == TN_ITEM_NODE && item->color == TN_COLOR_NONE;
        dots += item->type == TN_ITEM_NODE && item->color == TN_COLOR_GOOD;
        triangles += item->type == TN_ITEM_PICTURE && strcmp(item->text, "triangle") == 0;
    }
    assert_int_equal(rings, 1);     /* no camera */
    assert_int_equal(dots, 3);      /* scanner, disk, safe at the centre */
    assert_int_equal(triangles, 1); /* the printer */
}

static void the_chosen_one_has_a_mark(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        (void)draw_scene(9, &scene_sizes[k], &(struct tn_look){0}, false);
        size_t marks = 0;
        for (size_t i = 0; i < draw.count; i++) {
            const struct tn_item *item = &draw.items[i];
            marks += item->type == TN_ITEM_PICTURE && strcmp(item->text, "check") == 0;
        }
        assert_int_equal(marks, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_stays_in_place_and_apart),
        cmocka_unit_test_setup_teardown(no_words_are_cut_and_ours_are_hardly_shrunk, begin, end),
        cmocka_unit_test(lower_buttons_lie_in_the_lower_part),
        cmocka_unit_test(a_state_is_told_by_its_shape_as_well),
        cmocka_unit_test(the_chosen_one_has_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
