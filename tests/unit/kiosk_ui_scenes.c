/* Every scene in every language, size, size of text and mode: nothing outside the view, nothing to
 * press too small or too near, each control once, no words on words, colours far enough apart, and
 * in the lower mode everything within reach. Widths of words are the painter's affair
 * (kiosk_sys_overflow.c). A build with sanitizers takes every fifth scene. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/sys/locale.h"
#include "tests/shots/scenes.h"

#define TARGET_MM 20.0f
#define GAP_MM 4.0f
#define KEY_MM 12.0f
#define KEY_GAP_MM 2.0f
#define LOW_PANEL_MM 110.0f
#define SAID_MAX 200

#if defined(__SANITIZE_ADDRESS__)
#define STEP 5
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STEP 5
#endif
#endif
#ifndef STEP
#define STEP 1
#endif

static struct tn_model model;
static struct tn_draw draw;
static int found;

/* What is seen now. */
struct seen {
    const struct scene *scene;
    const struct scene_size *size;
    enum tn_lang lang;
    struct tn_view view;
    float px_per_mm; /* of the real panel */
    size_t first;    /* items before it are covered */
};

static void say(const struct seen *seen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(const struct seen *seen, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (found++ < SAID_MAX) {
        print_error("%s, %s, %dx%d%s%s: %s\n", seen->scene->name, tn_langs[seen->lang].code,
                    seen->size->w, seen->size->h, seen->view.text_scale > 1.0f ? ", larger" : "",
                    seen->view.is_lower ? ", lower" : "", text);
    }
}

/* Shows each scene in a look, in each of `langs` languages at each size, to a check. */
static void look_at(const struct tn_look *look, int langs, void (*check)(const struct seen *seen))
{
    const struct scene *scene = NULL;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i += STEP) {
        for (int lang = 0; lang < langs; lang++) {
            for (size_t k = 0; k < SCENE_SIZES; k++) {
                struct seen seen = {.scene = scene,
                                    .size = &scene_sizes[k],
                                    .lang = (enum tn_lang)lang,
                                    .view = scene_view_of(&scene_sizes[k], look),
                                    .px_per_mm = (float)scene_sizes[k].w / scene_sizes[k].w_mm};
                scene_load(scene, (enum tn_lang)lang, &seen.view, &model);
                tn_ui_draw(&model, &seen.view, &draw);
                seen.first = scene_first_seen(&draw, &seen.view);
                check(&seen);
            }
        }
    }
}

/* And in larger text, too. */
static void look_at_all(void (*check)(const struct seen *seen))
{
    const struct tn_look plain = {0};
    const struct tn_look larger = {.is_larger = true};
    found = 0;
    look_at(&plain, TN_LANG_COUNT, check);
    look_at(&larger, TN_LANG_COUNT, check);
    assert_int_equal(found, 0);
}

static void every_screen_has_a_scene_and_each_scene_shows_its_screen(void **state)
{
    (void)state;
    bool has_scene[TN_SCREEN_COUNT] = {false};
    const struct scene *scene = NULL;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        struct tn_view view = scene_view_of(&scene_sizes[0], &(struct tn_look){0});
        scene_load(scene, TN_LANG_EN, &view, &model);
        if (model.screen != scene->screen) {
            fail_msg("%s shows the screen %s", scene->name, tn_screen_name(model.screen));
        }
        has_scene[scene->screen] = true;
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(scene_at(k)->name, scene->name);
        }
    }
    for (int i = 0; i < TN_SCREEN_COUNT; i++) {
        if (!has_scene[i]) {
            fail_msg("no scene shows the screen %s", tn_screen_name((enum tn_screen)i));
        }
    }
}

static void check_inside(const struct seen *seen)
{
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_rect *box = &draw.items[i].box;
        if (box->x < 0 || box->y < 0 || box->w <= 0 || box->h <= 0 ||
            box->x + box->w > seen->view.w_px || box->y + box->h > seen->view.h_px) {
            say(seen, "item %zu \"%s\" at %d,%d %dx%d is outside", i, draw.items[i].text, box->x,
                box->y, box->w, box->h);
        }
    }
}

static void everything_is_inside_the_view(void **state)
{
    (void)state;
    look_at_all(check_inside);
}

static bool is_key(const struct tn_item *item)
{
    return strncmp(item->control, "key-", 4) == 0 || strncmp(item->control, "pick-", 5) == 0;
}

/* Pixels between two boxes, 0 where they touch or overlap. */
static int between(const struct tn_rect *a, const struct tn_rect *b)
{
    int x = a->x < b->x ? b->x - (a->x + a->w) : a->x - (b->x + b->w);
    int y = a->y < b->y ? b->y - (a->y + a->h) : a->y - (b->y + b->h);
    int most = x > y ? x : y;
    return most > 0 ? most : 0;
}

static void check_pair(const struct seen *seen, const struct tn_item *a, const struct tn_item *b)
{
    bool are_keys = is_key(a) && is_key(b);
    int least = (int)floorf((are_keys ? KEY_GAP_MM : GAP_MM) * seen->px_per_mm) - 1;
    if (strcmp(a->control, b->control) == 0) {
        say(seen, "%s is there twice", a->control);
    } else if (between(&a->box, &b->box) < least) {
        say(seen, "%s and %s are %d px apart, not %d", a->control, b->control,
            between(&a->box, &b->box), least);
    }
}

static void check_controls(const struct seen *seen)
{
    if (model.is_warning) {
        return; /* a touch anywhere is a yes; see below */
    }
    for (size_t i = seen->first; i < draw.count; i++) {
        const struct tn_item *a = &draw.items[i];
        if (a->control == NULL) {
            continue;
        }
        int least = (int)floorf((is_key(a) ? KEY_MM : TARGET_MM) * seen->px_per_mm) - 1;
        if (a->box.w < least || a->box.h < least) {
            say(seen, "%s has %dx%d px, not %d", a->control, a->box.w, a->box.h, least);
        }
        for (size_t j = i + 1; j < draw.count; j++) {
            if (draw.items[j].control != NULL) {
                check_pair(seen, a, &draw.items[j]);
            }
        }
    }
}

static void what_can_be_pressed_is_large_apart_and_there_once(void **state)
{
    (void)state;
    look_at_all(check_controls);
}

static void check_warning(const struct seen *seen)
{
    if (!model.is_warning) {
        return;
    }
    for (int x = 1; x < seen->view.w_px; x += 40) {
        for (int y = 1; y < seen->view.h_px; y += 40) {
            const char *control = tn_draw_hit(&draw, x, y);
            if (control == NULL || strcmp(control, "more") != 0) {
                say(seen, "a touch at %d,%d does not go on", x, y);
                return;
            }
        }
    }
}

static void a_warning_takes_a_touch_anywhere(void **state)
{
    (void)state;
    look_at_all(check_warning);
}

static bool is_learners(enum tn_screen screen)
{
    return screen <= TN_SCREEN_BADGE && screen != TN_SCREEN_VISIT;
}

static bool is_answer(const struct tn_item *item)
{
    static const char *const prefixes[] = {"grade-", "partner-", "consent-", "lang-"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(item->control, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* A grid of answers lies in the lower half, where the panel is high enough to have one to spare.
 * Actions lie in the lowest third; on a low panel everything is near, and a half will do, or any
 * place beside a keyboard that takes that half. Staff reach up. */
static void check_lower(const struct seen *seen)
{
    float h_mm = (float)seen->size->h / seen->px_per_mm;
    float from = (float)seen->view.h_px * (h_mm < LOW_PANEL_MM ? 0.5f : 2.0f / 3.0f);
    bool has_keys = tn_draw_control(&draw, "key-page") != NULL;
    if (!is_learners(seen->scene->screen) || model.is_warning ||
        (has_keys && h_mm < LOW_PANEL_MM)) {
        return;
    }
    for (size_t i = seen->first; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        if (item->control == NULL || is_key(item) || strcmp(item->control, "staff") == 0) {
            continue;
        }
        float centre = (float)item->box.y + (float)item->box.h / 2.0f;
        float least = !is_answer(item)       ? from
                      : h_mm >= LOW_PANEL_MM ? (float)seen->view.h_px * 0.5f
                                             : 0.0f;
        if (centre < least - 1.0f) {
            say(seen, "%s lies at %.0f of %d px, above %.0f", item->control, (double)centre,
                seen->view.h_px, (double)least);
        }
    }
}

static void in_lower_mode_what_learners_press_is_within_reach(void **state)
{
    (void)state;
    const struct tn_look lower = {.is_lower = true};
    found = 0;
    look_at(&lower, 1, check_lower);
    look_at(&lower, 1, check_controls);
    look_at(&lower, 1, check_inside);
    assert_int_equal(found, 0);
}

static bool overlap(const struct tn_rect *a, const struct tn_rect *b)
{
    const int slack = 2;
    return a->x + slack < b->x + b->w && b->x + slack < a->x + a->w && a->y + slack < b->y + b->h &&
           b->y + slack < a->y + a->h;
}

static bool is_words(const struct tn_item *item)
{
    return item->type == TN_ITEM_TEXT && item->text[0] != '\0';
}

static void check_words(const struct seen *seen)
{
    for (size_t i = seen->first; i < draw.count; i++) {
        const struct tn_item *a = &draw.items[i];
        for (size_t j = i + 1; is_words(a) && j < draw.count; j++) {
            const struct tn_item *b = &draw.items[j];
            if (is_words(b) && overlap(&a->box, &b->box)) {
                say(seen, "\"%s\" lies on \"%s\"", a->text, b->text);
            }
        }
    }
}

static void no_words_lie_on_other_words(void **state)
{
    (void)state;
    look_at_all(check_words);
}

static bool is_of_grid(const struct tn_item *item)
{
    static const char *const prefixes[] = {"past-", "found-", "role-", "activity-", "set-"};
    for (size_t i = 0; item->control != NULL && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(item->control, prefixes[i], strlen(prefixes[i])) == 0) {
            return strcmp(item->control, "found-back") != 0 && strcmp(item->control, "set-up") != 0;
        }
    }
    return false;
}

/* What a button says follows its panel: its name, and maybe a second line. */
static void check_grid(const struct seen *seen)
{
    enum tn_type_size sizes[2] = {TN_TYPE_COUNT, TN_TYPE_COUNT};
    for (size_t i = seen->first; i < draw.count; i++) {
        int line = 0;
        for (size_t k = i + 1;
             is_of_grid(&draw.items[i]) && k < draw.count && draw.items[k].control == NULL; k++) {
            if (draw.items[k].type != TN_ITEM_TEXT || line > 1) {
                continue;
            }
            if (sizes[line] != TN_TYPE_COUNT && sizes[line] != draw.items[k].size) {
                say(seen, "\"%s\" is of another size than those beside it", draw.items[k].text);
            }
            sizes[line++] = draw.items[k].size;
        }
    }
}

static void the_words_of_a_grid_are_of_one_size(void **state)
{
    (void)state;
    look_at_all(check_grid);
}

/* Words in a box far lower than the least of our letters cannot be read. */
static void check_heights(const struct seen *seen)
{
    for (size_t i = seen->first; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        float line = tn_type_mm(&seen->view, TN_TYPE_SMALL) * seen->view.unit_px;
        if (is_words(item) && (float)item->box.h < 0.7f * line) {
            say(seen, "\"%s\" is %d px high", item->text, item->box.h);
        }
    }
}

static void no_words_are_pressed_flat(void **state)
{
    (void)state;
    look_at_all(check_heights);
}

static void draw_scene(const char *name, const struct scene_size *size)
{
    const struct scene *scene = NULL;
    struct tn_view view = scene_view_of(size, &(struct tn_look){0});
    for (size_t i = 0; (scene = scene_at(i)) != NULL && strcmp(scene->name, name) != 0;) {
        i++;
    }
    assert_non_null(scene);
    scene_load(scene, TN_LANG_EN, &view, &model);
    tn_ui_draw(&model, &view, &draw);
}

static bool draws_text(const char *text)
{
    for (size_t i = 0; i < draw.count; i++) {
        if (strcmp(draw.items[i].text, text) == 0) {
            return true;
        }
    }
    return false;
}

/* A button that could only fail again is not there, nor a number of what was not looked for. */
static void what_cannot_work_is_not_offered(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        draw_scene("past-chosen", &scene_sizes[k]);
        assert_non_null(tn_draw_control(&draw, "take-back"));
        draw_scene("past-late", &scene_sizes[k]);
        assert_null(tn_draw_control(&draw, "take-back"));
        assert_non_null(tn_draw_control(&draw, "keep"));
        draw_scene("replace-exists", &scene_sizes[k]);
        assert_non_null(tn_draw_control(&draw, "make"));
        draw_scene("replace-state", &scene_sizes[k]);
        assert_null(tn_draw_control(&draw, "make"));
        draw_scene("search-empty", &scene_sizes[k]);
        assert_false(draws_text("0 found"));
    }
}

static void the_panels_last_page_leads_back(void **state)
{
    (void)state;
    bool is_paged = false;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        draw_scene("staff", &scene_sizes[k]);
        if (tn_draw_control(&draw, "more") == NULL) {
            continue;
        }
        is_paged = true;
        assert_true(draws_text("More"));
        struct tn_view view = scene_view_of(&scene_sizes[k], &(struct tn_look){0});
        int pages = 1;
        for (; pages < 5 && !draws_text("Back"); pages++) {
            scene_tap(&model, "more");
            tn_ui_draw(&model, &view, &draw);
        }
        assert_in_range(pages, 2, 3);
        assert_false(draws_text("More"));
        scene_tap(&model, "more");
        tn_ui_draw(&model, &view, &draw);
        assert_true(draws_text("More"));
    }
    assert_true(is_paged);
}

static void undo_offers_all_it_was_given_on_every_screen(void **state)
{
    (void)state;
    for (size_t k = 0; k < SCENE_SIZES; k++) {
        draw_scene("past", &scene_sizes[k]);
        assert_int_equal(model.states.past.past.count, TN_PAST_MAX);
        assert_non_null(tn_draw_control(&draw, "past-8"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_has_a_scene_and_each_scene_shows_its_screen),
        cmocka_unit_test(everything_is_inside_the_view),
        cmocka_unit_test(what_can_be_pressed_is_large_apart_and_there_once),
        cmocka_unit_test(a_warning_takes_a_touch_anywhere),
        cmocka_unit_test(in_lower_mode_what_learners_press_is_within_reach),
        cmocka_unit_test(no_words_lie_on_other_words),
        cmocka_unit_test(the_words_of_a_grid_are_of_one_size),
        cmocka_unit_test(no_words_are_pressed_flat),
        cmocka_unit_test(what_cannot_work_is_not_offered),
        cmocka_unit_test(the_panels_last_page_leads_back),
        cmocka_unit_test(undo_offers_all_it_was_given_on_every_screen),
    };
    (void)setenv("TZ", "UTC", 1);
    tn_locale_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
