/* Text of every language the kiosk speaks: which way it runs, where it breaks, how high it stands,
 * and that nothing of it is lost, clipped or drawn over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/sys/ink.h"
#include "kiosk/sys/runs.h"
#include "kiosk/sys/text.h"

#define EM_PX 100

struct sample {
    const char *language;
    const char *text;
    bool is_rtl;
};

/* The highest marks and the deepest strokes of each language are among them. */
static const struct sample samples[] = {
    {"en", "Hold your card under the light, quietly (just once)!", false},
    {"es", "¡Acércate, Íñigo! Elige tu idioma y acerca la tarjeta.", false},
    {"fr", "Élève, où êtes-vous ? Ça va déjà être à vous ; ÉTÉ.", false},
    {"vi", "Chào bạn! Ấn vào đây để tiếp tục, Ễ ậy ỗ ữ ngày mới.", false},
    {"ar", "أهلاً وسهلاً يا ليلى! إلى معرض العلوم رقم 12 (الآن).", true},
    {"hi", "स्वागत है! कृपया ट्ठू द्धू र्की कीं यहाँ दबाएँ।", false},
    {"zh", "欢迎来到科学博览会，请把你的卡片放在灯下面。", false},
};
#define SAMPLES (sizeof samples / sizeof samples[0])

static struct tn_fonts *fonts;
static struct tn_draw draw;

static int begin(void **state)
{
    (void)state;
    return tn_fonts_create(&fonts) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_fonts_free(fonts);
    return 0;
}

static struct tn_item *item_of(const char *text, int w, int h, int lines_max)
{
    tn_draw_clear(&draw);
    struct tn_item *item =
        tn_draw_text(&draw, (struct tn_rect){0, 0, w, h}, TN_TYPE_BODY, TN_COLOR_INK, text);
    item->lines_max = lines_max;
    return item;
}

static struct tn_view view_of(void)
{
    return tn_view_of(1280, 800, 0, TN_THEME_LIGHT);
}

/* The lines of a fit with slashes between. */
static const char *lines_of(const struct tn_fit *fit)
{
    static char out[2 * TN_DRAW_TEXT_MAX];
    size_t len = 0;
    out[0] = '\0';
    for (int i = 0; i < fit->lines; i++) {
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", i > 0 ? "/" : "",
                                (int)fit->line[i].len, fit->line[i].at);
    }
    return out;
}

static void lines_hold_the_whole_text_and_end_where_it_may_be_broken(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    struct tn_unicode *unicode = tn_fonts_unicode(fonts);
    for (size_t i = 0; i < SAMPLES; i++) {
        uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
        struct tn_item *item = item_of(samples[i].text, 520, 800, 8);
        struct tn_fit fit;
        size_t at = 0;
        tn_unicode_breaks(unicode, item->text, strlen(item->text), breaks);
        tn_text_fit(fonts, item, &view, &fit);
        assert_true(fit.lines >= 2);
        assert_false(fit.is_cut);
        assert_int_equal(fit.is_rtl, samples[i].is_rtl);
        for (int k = 0; k < fit.lines; k++) {
            size_t line_at = (size_t)(fit.line[k].at - item->text);
            assert_true(line_at == at || (line_at == at + 1 && item->text[at] == ' '));
            assert_int_equal(breaks[line_at], TN_BREAK_LINE);
            assert_true(fit.line[k].w_px <= 520 + 2);
            at = line_at + fit.line[k].len;
        }
        assert_int_equal(at, strlen(item->text));
    }
}

static void chinese_lines_never_begin_with_a_comma_or_a_full_stop(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    for (int w = 120; w < 900; w += 13) {
        struct tn_item *item = item_of(samples[6].text, w, 1000, 8);
        struct tn_fit fit;
        tn_text_fit(fonts, item, &view, &fit);
        for (int k = 0; k < fit.lines; k++) {
            assert_true(strncmp(fit.line[k].at, "，", 3) != 0);
            assert_true(strncmp(fit.line[k].at, "。", 3) != 0);
        }
    }
}

static void a_space_that_holds_together_is_no_place_to_break(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    struct tn_fit fit;
    tn_text_fit(fonts, item_of("Prêt\u00A0? Oui", 200, 300, 3), &view, &fit);
    assert_string_equal(lines_of(&fit), "Prêt\u00A0?/Oui");
    tn_text_fit(fonts, item_of("One\nTwo three", 900, 300, 3), &view, &fit);
    assert_string_equal(lines_of(&fit), "One/Two three");
    tn_text_fit(fonts, item_of("  ", 900, 300, 3), &view, &fit);
    assert_int_equal(fit.lines, 0);
}

static void what_is_cut_is_said_and_ends_behind_a_letter(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    for (size_t i = 0; i < SAMPLES; i++) {
        uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
        struct tn_item *item = item_of(samples[i].text, 130, 70, 1);
        struct tn_fit fit;
        tn_unicode_breaks(tn_fonts_unicode(fonts), item->text, strlen(item->text), breaks);
        tn_text_fit(fonts, item, &view, &fit);
        assert_true(fit.is_cut);
        assert_true(fit.scale > 0.49f && fit.scale < 0.51f);
        assert_true(fit.w_px <= 130);
        assert_true(fit.line[0].len > 0);
        assert_int_not_equal(breaks[fit.line[0].len], TN_BREAK_NONE);
        tn_text_fit(fonts, item_of(samples[i].text, 1250, 70, 1), &view, &fit);
        assert_false(fit.is_cut);
        assert_true(fit.w_px <= 1252);
    }
}

static void lines_never_touch_each_other(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    for (size_t i = 0; i < 2 * SAMPLES; i++) {
        struct tn_item *item = item_of(samples[i / 2].text, 420, 420, 5);
        struct tn_fit fit;
        int below_before = 0;
        item->is_bold = i % 2 != 0;
        item->is_rtl = samples[i / 2].is_rtl;
        tn_text_fit(fonts, item, &view, &fit);
        assert_true(fit.lines >= 2);
        for (int k = 0; k < fit.lines; k++) {
            struct tn_ink ink = {fit.line[k].at, fit.line[k].len, item->is_bold, fit.is_rtl,
                                 fit.em_px};
            int above = 0;
            int below = 0;
            tn_ink_reach(fonts, &ink, &above, &below);
            if (k > 0 && below_before + above > fit.pitch_px) {
                fail_msg("%s: line %d overlaps", samples[i / 2].language, k);
            }
            below_before = below;
        }
    }
}

static bool is_inked(const SDL_Surface *surface, int x, int y)
{
    const uint8_t *row = (const uint8_t *)surface->pixels + y * surface->pitch;
    return ((const uint32_t *)(const void *)row)[x] >> 24 != 0;
}

static void nothing_is_clipped_at_the_edges_of_its_surface(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    for (size_t i = 0; i < 2 * SAMPLES; i++) {
        SDL_Point offset = {0, 0};
        struct tn_item *item = item_of(samples[i / 2].text, 600, 300, 4);
        item->is_bold = i % 2 != 0;
        item->is_rtl = samples[i / 2].is_rtl;
        SDL_Surface *surface = tn_text_raster(fonts, item, &view, &offset);
        assert_non_null(surface);
        for (int x = 0; x < surface->w; x++) {
            assert_false(is_inked(surface, x, 0));
            assert_false(is_inked(surface, x, surface->h - 1));
        }
        for (int y = 0; y < surface->h; y++) {
            assert_false(is_inked(surface, 0, y));
            assert_false(is_inked(surface, surface->w - 1, y));
        }
        SDL_FreeSurface(surface);
    }
}

/* The first and the last row with ink, in the box's coordinates. */
static void rows_in_box(const char *text, int box_h, int *top, int *bottom)
{
    struct tn_view view = view_of();
    SDL_Point offset = {0, 0};
    SDL_Surface *surface = tn_text_raster(fonts, item_of(text, 900, box_h, 1), &view, &offset);
    assert_non_null(surface);
    *top = 0;
    *bottom = surface->h;
    while (!tn_ink_in_row(surface, *top)) {
        (*top)++;
    }
    while (!tn_ink_in_row(surface, *bottom - 1)) {
        (*bottom)--;
    }
    *top += offset.y;
    *bottom += offset.y;
    SDL_FreeSurface(surface);
}

static void high_marks_and_deep_strokes_stay_in_a_box_that_has_room(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    int cap = (int)tn_type_cap_px(&view, TN_TYPE_BODY);
    static const char *const texts[] = {"Ễn", "ليلى", "أجل", "र्की", "कू", "是的"};
    int top;
    int bottom;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int box_h = cap * 2;
        rows_in_box(texts[i], box_h, &top, &bottom);
        if (top < -cap / 8 || bottom > box_h + cap / 8) {
            fail_msg("%s reaches from %d to %d in a box of %d", texts[i], top, bottom, box_h);
        }
    }
    /* What fits anyway stays centred by its capitals. */
    rows_in_box("HHH", cap * 2, &top, &bottom);
    assert_in_range(top, cap / 2 - 2, cap / 2 + 2);
    int top_of_g;
    rows_in_box("HgH", cap * 2, &top_of_g, &bottom);
    assert_int_equal(top_of_g, top);
}

static void letters_of_every_script_look_of_one_size(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        float least, most; /* heights, in capitals of Andika */
    } rows[] = {{"H", 0.98f, 1.02f},    {"x", 0.65f, 0.75f},  {"ا", 0.9f, 1.05f},
                {"क", 0.75f, 1.0f},     {"中", 1.05f, 1.25f}, {"가", 1.0f, 1.3f},
                {"\u05D0", 0.7f, 1.05f}};
    int cap = 0;
    int below = 0;
    tn_ink_reach(fonts, &(struct tn_ink){"H", 1, false, false, EM_PX}, &cap, &below);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn_ink ink = {rows[i].text, strlen(rows[i].text), false, false, EM_PX};
        int above = 0;
        tn_ink_reach(fonts, &ink, &above, &below);
        float height = (float)above / (float)cap;
        if (height < rows[i].least || height > rows[i].most) {
            fail_msg("%s is %.2f capitals high", rows[i].text, (double)height);
        }
    }
}

static SDL_Surface *drawn(const char *text, bool is_rtl)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, 200, 200, 32, SDL_PIXELFORMAT_ARGB8888);
    struct tn_ink ink = {text, strlen(text), false, is_rtl, EM_PX};
    assert_non_null(surface);
    tn_ink_draw(fonts, &ink, (SDL_Color){255, 255, 255, 255}, surface, (SDL_Point){40, 130});
    return surface;
}

static void brackets_turn_round_in_text_from_right_to_left(void **state)
{
    (void)state;
    SDL_Surface *open_rtl = drawn("(", true);
    SDL_Surface *open_ltr = drawn("(", false);
    SDL_Surface *close_ltr = drawn(")", false);
    size_t bytes = (size_t)open_rtl->h * (size_t)open_rtl->pitch;
    assert_memory_equal(open_rtl->pixels, close_ltr->pixels, bytes);
    assert_true(memcmp(open_rtl->pixels, open_ltr->pixels, bytes) != 0);
    SDL_FreeSurface(open_rtl);
    SDL_FreeSurface(open_ltr);
    SDL_FreeSurface(close_ltr);
}

static void marks_above_the_fonts_own_box_do_not_push_the_line_down(void **state)
{
    (void)state;
    int above = 0;
    int below = 0;
    tn_ink_reach(fonts, &(struct tn_ink){"Ấ", strlen("Ấ"), false, false, 5 * EM_PX}, &above,
                 &below);
    assert_in_range(below, 0, 1);
    assert_true(above > 6 * EM_PX);
}

static void larger_text_is_larger(void **state)
{
    (void)state;
    struct tn_view view = view_of();
    struct tn_fit plain;
    struct tn_fit large;
    struct tn_item *item = item_of("नमस्ते", 900, 200, 1);
    tn_text_fit(fonts, item, &view, &plain);
    view.text_scale = 1.3f;
    tn_text_fit(fonts, item, &view, &large);
    assert_true(large.scale > 0.99f);
    assert_in_range(large.w_px * 100 / plain.w_px, 126, 134);
}

static void installed_fonts_cover_every_language_we_speak(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_true(tn_fonts_covers(fonts, samples[i].text));
    }
    assert_true(tn_fonts_covers(fonts, ""));
    assert_true(tn_fonts_covers(fonts, "क्‍ष a\u00A0b"));
    assert_false(tn_fonts_covers(fonts, "abc \uE7C7"));
}

/* Which samples are covered where only Andika is installed, one bit each; 0xFF for trouble. */
static int covered_by_andika(const char *config)
{
    struct tn_fonts *few = NULL;
    int covered = 0;
    if (setenv("FONTCONFIG_FILE", config, 1) != 0 || tn_fonts_create(&few) != TN_OK) {
        return 0xFF;
    }
    for (size_t i = 0; i < SAMPLES; i++) {
        covered |= tn_fonts_covers(few, samples[i].text) ? 1 << i : 0;
    }
    tn_fonts_free(few);
    return covered;
}

static void a_language_whose_font_is_missing_is_known(void **state)
{
    (void)state;
    /* First of all tests: fontconfig reads its configuration once in a process. */
    char path[] = "/tmp/turnout-fonts-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fputs("<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
          "<fontconfig><dir>/usr/share/fonts/truetype/andika</dir></fontconfig>",
          file);
    assert_int_equal(fclose(file), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(covered_by_andika(path));
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    unlink(path);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 15); /* en, es, fr and vi */
}

int main(void)
{
    const struct CMUnitTest before[] = {
        cmocka_unit_test(a_language_whose_font_is_missing_is_known),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_hold_the_whole_text_and_end_where_it_may_be_broken),
        cmocka_unit_test(chinese_lines_never_begin_with_a_comma_or_a_full_stop),
        cmocka_unit_test(a_space_that_holds_together_is_no_place_to_break),
        cmocka_unit_test(what_is_cut_is_said_and_ends_behind_a_letter),
        cmocka_unit_test(lines_never_touch_each_other),
        cmocka_unit_test(nothing_is_clipped_at_the_edges_of_its_surface),
        cmocka_unit_test(high_marks_and_deep_strokes_stay_in_a_box_that_has_room),
        cmocka_unit_test(letters_of_every_script_look_of_one_size),
        cmocka_unit_test(brackets_turn_round_in_text_from_right_to_left),
        cmocka_unit_test(marks_above_the_fonts_own_box_do_not_push_the_line_down),
        cmocka_unit_test(larger_text_is_larger),
        cmocka_unit_test(installed_fonts_cover_every_language_we_speak),
    };
    int failed = cmocka_run_group_tests(before, NULL, NULL);
    return failed + cmocka_run_group_tests(tests, begin, end);
}
