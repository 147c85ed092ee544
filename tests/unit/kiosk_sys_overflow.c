/* Every text of every scene, measured by the painter with the real fonts, in every language, size
 * and size of text: nothing is cut, and our own words are never set much smaller than their size
 * says. Data may shrink more: nobody knows how long a name is. What was measured once is
 * remembered, since most words stand on many scenes. All scenes with $TURNOUT_LONG, else one in
 * twelve; a build with sanitizers takes one in twenty-nine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#include <cmocka.h>

#include "kiosk/sys/locale.h"
#include "kiosk/sys/paint.h"
#include "tests/shots/scenes.h"

#define SCALE_MIN 0.7f
/* Longer data may be cut where its place is small: the title of an event in the bar. */
#define DATA_WHOLE_MAX 24
#define SAID_MAX 200
#define SEEN_SLOTS (1 << 17)

#if defined(__SANITIZE_ADDRESS__)
#define STEP 29
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STEP 29
#endif
#endif
#ifndef STEP
#define STEP 12
#endif

static struct tn_model model;
static struct tn_draw draw;
static SDL_Surface *surface;
static SDL_Renderer *renderer;
static struct tn_paint *paint;
static uint64_t seen[SEEN_SLOTS]; /* hashes of what was measured and is well */
static int found;

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

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ p[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

/* All that a measure depends on, and whether less than the full size will do. */
static uint64_t hash_of(const struct tn_item *item, const struct tn_view *view, bool is_data)
{
    const int facts[] = {item->box.w,   item->box.h,  (int)item->size, item->lines_max,
                         item->is_bold, item->is_rtl, is_data};
    uint64_t hash = mix(UINT64_C(14695981039346656037), facts, sizeof facts);
    hash = mix(hash, &view->unit_px, sizeof view->unit_px);
    hash = mix(hash, &view->text_scale, sizeof view->text_scale);
    hash = mix(hash, item->text, strlen(item->text));
    return hash != 0 ? hash : 1;
}

/* The slot of a hash: its own, or the one it may have; NULL where all near ones are taken. */
static uint64_t *slot_of(uint64_t hash)
{
    for (size_t i = 0; i < 16; i++) {
        uint64_t *slot = &seen[(hash + i) % SEEN_SLOTS];
        if (*slot == 0 || *slot == hash) {
            return slot;
        }
    }
    return NULL;
}

static bool is_well(const struct tn_item *item, const struct tn_view *view, bool is_data,
                    const char *where)
{
    struct tn_measure fit;
    tn_paint_measure(paint, item, view, &fit);
    bool is_small = fit.scale < SCALE_MIN && !is_data && view->text_scale < 1.1f;
    bool may_be_cut = is_data && strlen(item->text) > DATA_WHOLE_MAX;
    if ((!fit.is_cut || may_be_cut) && !is_small) {
        return true;
    }
    if (found++ < SAID_MAX) {
        print_error("%s: \"%s\" is %s at %.2f, %d lines, in %dx%d px\n", where, item->text,
                    fit.is_cut ? "cut" : "small", (double)fit.scale, fit.lines, item->box.w,
                    item->box.h);
    }
    return false;
}

static void check(const struct tn_view *view, const char *where)
{
    for (size_t i = scene_first_seen(&draw, view); i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        if (item->type != TN_ITEM_TEXT || item->text[0] == '\0') {
            continue;
        }
        bool is_data = scene_has_data(item->text);
        uint64_t hash = hash_of(item, view, is_data);
        uint64_t *slot = slot_of(hash);
        if ((slot == NULL || *slot == 0) && is_well(item, view, is_data, where) && slot != NULL) {
            *slot = hash;
        }
    }
}

static void look_at(const struct tn_look *look)
{
    const struct scene *scene = NULL;
    char where[160];
    const size_t step = getenv("TURNOUT_LONG") != NULL ? 1 : STEP;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i += step) {
        for (int lang = 0; lang < TN_LANG_COUNT; lang++) {
            for (size_t k = 0; k < SCENE_SIZES; k++) {
                struct tn_view view = scene_view_of(&scene_sizes[k], look);
                scene_load(scene, (enum tn_lang)lang, &view, &model);
                tn_ui_draw(&model, &view, &draw);
                (void)snprintf(where, sizeof where, "%s, %s, %dx%d%s%s", scene->name,
                               tn_langs[lang].code, view.w_px, view.h_px,
                               look->is_larger ? ", larger" : "", look->is_lower ? ", lower" : "");
                check(&view, where);
            }
        }
    }
}

static void no_words_overflow_in_any_language(void **state)
{
    (void)state;
    found = 0;
    look_at(&(struct tn_look){0});
    look_at(&(struct tn_look){.is_lower = true});
    assert_int_equal(found, 0);
}

static void no_words_overflow_in_larger_text(void **state)
{
    (void)state;
    found = 0;
    look_at(&(struct tn_look){.is_larger = true});
    assert_int_equal(found, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_words_overflow_in_any_language),
        cmocka_unit_test(no_words_overflow_in_larger_text),
    };
    (void)setenv("TZ", "UTC", 1);
    tn_locale_start();
    return cmocka_run_group_tests(tests, begin, end);
}
