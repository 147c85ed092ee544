/* The painter with the real fonts: text fits where layouts put it, scripts find a font, names of
 * any length are shown, pictures exist, and a list comes out as the picture it describes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <SDL_image.h>
#include <cmocka.h>
#include <unistd.h>

#include "kiosk/sys/font.h"
#include "kiosk/sys/paint.h"
#include "kiosk/sys/runs.h"
#include "kiosk/sys/text.h"
#include "kiosk/sys/texture_cache.h"
#include "tests/unit/kiosk_scenes.h"

static struct tn_model model;
static struct tn_draw draw;
static SDL_Surface *surface;
static SDL_Renderer *renderer;
static struct tn_paint *paint;

static int begin(void **state)
{
    (void)state;
    surface = SDL_CreateRGBSurfaceWithFormat(0, 1280, 800, 32, SDL_PIXELFORMAT_XRGB8888);
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

static int count_small(const struct tn_view *view)
{
    int small = 0;
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        struct tn_measure fit;
        if (item->type != TN_ITEM_TEXT || item->text[0] == '\0') {
            continue;
        }
        tn_paint_measure(paint, item, view, &fit);
        if (fit.scale < 1.0f || fit.is_cut) {
            print_error("%s at %dx%d: \"%s\" is set at %.2f in %dx%d\n",
                        tn_screen_name(model.screen), view->w_px, view->h_px, item->text,
                        (double)fit.scale, item->box.w, item->box.h);
            small++;
        }
    }
    return small;
}

static struct tn_measure measure(const char *text, int w, int h, int lines_max)
{
    struct tn_measure fit;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_draw_clear(&draw);
    struct tn_item *item =
        tn_draw_text(&draw, (struct tn_rect){0, 0, w, h}, TN_TYPE_NAME, TN_COLOR_INK, text);
    item->lines_max = lines_max;
    tn_paint_measure(paint, item, &view, &fit);
    return fit;
}

static void text_wraps_before_it_shrinks_and_shrinks_before_it_is_cut(void **state)
{
    (void)state;
    struct tn_measure fit = measure("Maya R.", 900, 140, 2);
    assert_int_equal(fit.lines, 1);
    assert_true(fit.scale > 0.99f);
    fit = measure("Christopher Robin M.", 760, 280, 2);
    assert_int_equal(fit.lines, 2);
    assert_true(fit.scale > 0.99f);
    fit = measure("Christopher Robin M.", 760, 140, 1);
    assert_int_equal(fit.lines, 1);
    assert_true(fit.scale < 0.95f && fit.scale >= 0.5f);
    assert_true(fit.w_px <= 762);
    fit = measure("Christopher Robin Montgomery Featherstonehaugh", 300, 70, 1);
    assert_true(fit.is_cut);
    assert_true(fit.scale >= 0.35f);
    assert_true(fit.w_px <= 300);
}

/* The text of the lines a name is set on in a box, one behind the other with slashes between. */
static const char *lines_of_name(const char *name, int w, int h, int lines_max)
{
    static char out[TN_DRAW_TEXT_MAX + 32];
    struct tn_fit fit;
    struct tn_fonts *fonts = NULL;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_draw_clear(&draw);
    struct tn_item *item =
        tn_draw_text(&draw, (struct tn_rect){0, 0, w, h}, TN_TYPE_NAME, TN_COLOR_INK, name);
    item->lines_max = lines_max;
    item->is_bold = true;
    assert_int_equal(tn_fonts_create(&fonts), TN_OK);
    tn_text_fit(fonts, item, &view, &fit);
    size_t len = 0;
    for (int i = 0; i < fit.lines; i++) {
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", i > 0 ? "/" : "",
                                (int)fit.line[i].len, fit.line[i].at);
        assert_true(fit.line[i].w_px <= w + 2);
    }
    assert_true((fit.lines - 1) * fit.pitch_px <= h);
    tn_fonts_free(fonts);
    return out;
}

static void words_stay_whole_and_break_at_their_hyphens_first(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int w, h;
        const char *lines;
    } rows[] = {
        {"Wilhelmina-Alexandrina M.", 900, 264, "Wilhelmina-/Alexandrina M."},
        {"Wilhelmina-Alexandrina M.", 300, 264, "Wilhelmina-/Alexandrina/M."},
        {"Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley Montgomery W.", 500, 264,
         "Wilhelmina-/Alexandrina/Featherstonehaugh-/Cholmondeley/Montgomery W."},
        /* Nothing else helps: the word that is wider than a line is broken, no other. */
        {"Ana Llanfairpwllgwyngyllgogerychwyrndrobwll M.", 500, 264,
         "Ana/Llanfairpwllgwyngyllgog/erychwyrndrobwll M."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(lines_of_name(rows[i].name, rows[i].w, rows[i].h, 5), rows[i].lines);
    }
}

static void what_no_font_has_leaves_no_box_unless_it_is_a_letter(void **state)
{
    (void)state;
    int plain = measure("Maya R.", 900, 140, 1).w_px;
    assert_int_equal(measure("Maya R.\xEE\x80\x80", 900, 140, 1).w_px, plain);
    assert_int_equal(measure("\xF4\x8F\xBF\xBDMaya R.", 900, 140, 1).w_px, plain);
}

static void latin_letters_keep_their_font_behind_any_other(void **state)
{
    (void)state;
    struct tn_fonts *fonts = NULL;
    assert_int_equal(tn_fonts_create(&fonts), TN_OK);
    int chinese = tn_fonts_face_of(fonts, 0x738B, true, -1);
    assert_int_not_equal(chinese, TN_FACE_BOLD);
    assert_int_equal(tn_fonts_face_of(fonts, 'M', true, chinese), TN_FACE_BOLD);
    tn_fonts_free(fonts);
}

static void a_hindi_name_takes_one_line(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    scene_model(TN_SCREEN_WELCOME,
                "\u092A\u094D\u0930\u093F\u092F\u093E \u0936\u0930\u094D\u092E\u093E", &model);
    tn_ui_draw(&model, &view, &draw);
    assert_int_equal(count_small(&view), 0);
    for (size_t i = 0; i < draw.count; i++) {
        if (draw.items[i].type == TN_ITEM_TEXT && draw.items[i].size == TN_TYPE_NAME) {
            assert_int_equal(draw.items[i].lines_max, 2); /* of one line, shrunk */
        }
    }
}

static void the_longest_name_there_may_be_is_shown(void **state)
{
    (void)state;
    char name[TN_NAME_MAX + 1];
    memset(name, 'W', TN_NAME_MAX);
    name[TN_NAME_MAX] = '\0';
    for (int i = 9; i < TN_NAME_MAX; i += 10) {
        name[i] = ' ';
    }
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    scene_model(TN_SCREEN_WELCOME, name, &model);
    tn_ui_draw(&model, &view, &draw);
    tn_paint_list(paint, &draw, &view);
    assert_true(tn_draw_has_text(&draw, name));
}

static void every_script_of_the_table_has_a_font(void **state)
{
    (void)state;
    static const uint32_t letters[] = {'A',   0xE9,  0x416,  0x3A9,  0x5D0,  0x627,  0x905, 0x995,
                                       0xA05, 0xA85, 0xB05,  0xB85,  0xC05,  0xC85,  0xD05, 0xD85,
                                       0xE01, 0xE81, 0x1000, 0x1200, 0x1780, 0x10D0, 0x531};
    struct tn_fonts *fonts = NULL;
    assert_int_equal(tn_fonts_create(&fonts), TN_OK);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        for (int bold = 0; bold < 2; bold++) {
            int face = tn_fonts_face_of(fonts, letters[i], bold != 0, -1);
            TTF_Font *font = tn_fonts_open(fonts, face, 40);
            assert_non_null(font);
            if (TTF_GlyphIsProvided32(font, letters[i]) == 0) {
                fail_msg("U+%04X has no glyph", (unsigned)letters[i]);
            }
        }
    }
    tn_fonts_free(fonts);
}

static void numbers_keep_their_order_inside_right_to_left_text(void **state)
{
    (void)state;
    struct tn_run runs[TN_RUNS_MAX];
    struct tn_fonts *fonts = NULL;
    assert_int_equal(tn_fonts_create(&fonts), TN_OK);
    const char *text = "\xD7\x90\xD7\x91 12 \xD7\x92"; /* alef bet 12 gimel */
    size_t count = tn_runs_split(fonts, text, strlen(text), false, true, runs);
    /* On the screen from the left: gimel, 12, then alef and bet; only the number runs rightwards.
     */
    size_t number = TN_RUNS_MAX;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].at[0] == '1') {
            number = i;
        }
    }
    assert_true(number > 0 && number + 1 < count);
    assert_int_equal(runs[number].len, 2);
    assert_int_equal(runs[number].level, 2);
    assert_true(runs[0].at > runs[number].at && runs[count - 1].at < runs[number].at);
    assert_string_equal(runs[0].script, "Hebr");
    count = tn_runs_split(fonts, "Maya R. 12", 10, false, false, runs);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].level, 0);
    tn_fonts_free(fonts);
}

static void broken_utf8_is_drawn_and_harms_nothing(void **state)
{
    (void)state;
    uint32_t c = 0;
    assert_int_equal(tn_utf8_read("\xC3", 1, &c), 1);
    assert_int_equal(c, 0xFFFD);
    assert_int_equal(tn_utf8_read("\xE0\x80", 2, &c), 1);
    assert_int_equal(tn_utf8_read("\xF0\x9F\x8E\x89", 4, &c), 4);
    assert_int_equal(c, 0x1F389);
    struct tn_measure fit = measure("\xFF\xFE\xC3(\xE2\x82", 400, 140, 2);
    assert_true(fit.lines >= 1);
}

static uint32_t pixel(int x, int y)
{
    const uint8_t *row = (const uint8_t *)surface->pixels + y * surface->pitch;
    return ((const uint32_t *)(const void *)row)[x] & 0xFFFFFF;
}

static void a_list_is_painted_in_the_colours_it_names(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_draw_clear(&draw);
    tn_draw_fill(&draw, (struct tn_rect){0, 0, 1280, 800}, TN_COLOR_WELCOME);
    tn_draw_node(&draw, 200, 200, 50, TN_COLOR_SUN, TN_COLOR_NONE, 0);
    tn_draw_panel(&draw, (struct tn_rect){400, 400, 200, 100}, 20, TN_COLOR_PAPER, TN_COLOR_INK, 8);
    tn_paint_list(paint, &draw, &view);
    SDL_RenderPresent(renderer);
    assert_int_equal(pixel(10, 10), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_WELCOME));
    assert_int_equal(pixel(200, 200), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_SUN));
    assert_int_equal(pixel(152, 152), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_WELCOME));
    assert_int_equal(pixel(500, 450), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_PAPER));
    assert_int_equal(pixel(403, 450), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_INK));
    assert_int_equal(pixel(401, 401), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_WELCOME));
}

static void warming_ends_and_begins_again_for_another_view(void **state)
{
    (void)state;
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    int calls = 1;
    int results = 0;
    for (int i = 0; i < TN_SCREEN_COUNT; i++) {
        results += tn_screens[i].is_result ? 1 : 0;
    }
    scene_model(TN_SCREEN_IDLE, "", &model);
    while (tn_paint_warm(paint, &model, &view)) {
        calls++;
    }
    assert_int_equal(calls, results);
    assert_false(tn_paint_warm(paint, &model, &view));
    view.theme = TN_THEME_DARK;
    assert_true(tn_paint_warm(paint, &model, &view));
}

static void textures_stay_within_their_bounds_and_text_leaves_with_its_screen(void **state)
{
    (void)state;
    static struct tn_texture_cache cache;
    SDL_Surface *small = SDL_CreateRGBSurfaceWithFormat(0, 4, 4, 32, SDL_PIXELFORMAT_ARGB8888);
    SDL_Surface *large =
        SDL_CreateRGBSurfaceWithFormat(0, 1024, 2048, 32, SDL_PIXELFORMAT_ARGB8888);
    char key[32];
    for (int i = 0; i <= TN_TEXTURES_MAX; i++) {
        snprintf(key, sizeof key, "s %d", i);
        assert_non_null(tn_texture_add(&cache, renderer, key, small));
        cache.frame++;
    }
    assert_int_equal(cache.count, TN_TEXTURES_MAX);
    assert_null(tn_texture_find(&cache, "s 0"));
    assert_non_null(tn_texture_find(&cache, "s 1"));
    for (int i = 0; i < 4; i++) {
        snprintf(key, sizeof key, "l %d", i);
        assert_non_null(tn_texture_add(&cache, renderer, key, large));
        assert_true(cache.bytes <= TN_TEXTURE_BYTES_MAX);
        cache.frame++;
    }
    tn_texture_add(&cache, renderer, "t a name", small)->is_text = true;
    tn_texture_frame(&cache);
    assert_non_null(tn_texture_find(&cache, "t a name"));
    cache.frame++;
    tn_texture_frame(&cache);
    assert_null(tn_texture_find(&cache, "t a name"));
    tn_texture_clear(&cache);
    assert_int_equal(cache.count, 0);
    assert_int_equal(cache.bytes, 0);
    SDL_FreeSurface(small);
    SDL_FreeSurface(large);
}

static void a_picture_file_is_written_or_the_reason_said(void **state)
{
    (void)state;
    char path[] = "/tmp/turnout-paint-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct tn_view view = scene_view(&scene_sizes[1], TN_THEME_LIGHT);
    scene_model(TN_SCREEN_HELP, "", &model);
    tn_ui_draw(&model, &view, &draw);
    assert_int_equal(tn_paint_png(&draw, &view, path), TN_OK);
    SDL_Surface *read = IMG_Load(path);
    assert_non_null(read);
    assert_int_equal(read->w, 800);
    assert_int_equal(read->h, 480);
    SDL_FreeSurface(read);
    unlink(path);
    assert_int_equal(tn_paint_png(&draw, &view, "/nowhere/at/all.png"), TN_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_wraps_before_it_shrinks_and_shrinks_before_it_is_cut),
        cmocka_unit_test(words_stay_whole_and_break_at_their_hyphens_first),
        cmocka_unit_test(what_no_font_has_leaves_no_box_unless_it_is_a_letter),
        cmocka_unit_test(latin_letters_keep_their_font_behind_any_other),
        cmocka_unit_test(a_hindi_name_takes_one_line),
        cmocka_unit_test(the_longest_name_there_may_be_is_shown),
        cmocka_unit_test(every_script_of_the_table_has_a_font),
        cmocka_unit_test(numbers_keep_their_order_inside_right_to_left_text),
        cmocka_unit_test(broken_utf8_is_drawn_and_harms_nothing),
        cmocka_unit_test(a_list_is_painted_in_the_colours_it_names),
        cmocka_unit_test(warming_ends_and_begins_again_for_another_view),
        cmocka_unit_test(textures_stay_within_their_bounds_and_text_leaves_with_its_screen),
        cmocka_unit_test(a_picture_file_is_written_or_the_reason_said),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
