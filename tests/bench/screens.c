/* What a frame of each screen costs at 1920 x 1080 with the software renderer, as its first scene
 * shows it (tests/shots): cold, by a painter that has seen nothing of it yet, and warm, when only
 * copying is left. And what a key press costs until it is painted, by finger and by keyboard. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/stage.h"
#include "tests/shots/scenes.h"

#define W 1920
#define H 1080
#define PX_PER_MM 5.57f
#define WARM_ROUNDS 9
#define KEYS 400
#define KEY_MS 33.0

static double shown_ms(struct stage *stage)
{
    double start = tn_bench_now_ms();
    stage_show(stage);
    double ms = tn_bench_now_ms() - start;
    SDL_PumpEvents();
    return ms;
}

/* A painter of its own for each screen: cold means no letter was drawn before. */
static enum tn_status measure_screen(struct tn_bench *bench, struct stage *stage,
                                     const struct scene *scene)
{
    double warm[WARM_ROUNDS];
    struct tn_bench_row row = {.unit = "ms"};
    tn_paint_free(stage->paint);
    enum tn_status status = tn_paint_create(stage->renderer, &stage->paint);
    if (status != TN_OK) {
        return status;
    }
    scene_load(scene, TN_LANG_EN, &stage->view, &stage->model);
    row.value = shown_ms(stage);
    (void)snprintf(row.name, sizeof row.name, "frame of %s at 1920 x 1080, cold",
                   tn_screen_name(scene->screen));
    tn_bench_add(bench, &row);
    for (int i = 0; i < WARM_ROUNDS; i++) {
        warm[i] = shown_ms(stage);
    }
    row.value = tn_bench_quantile(warm, WARM_ROUNDS, 0.5);
    (void)snprintf(row.name, sizeof row.name, "frame of %s at 1920 x 1080, warm",
                   tn_screen_name(scene->screen));
    tn_bench_add(bench, &row);
    return TN_OK;
}

static enum tn_status measure_screens(struct tn_bench *bench, struct stage *stage)
{
    bool is_done[TN_SCREEN_COUNT] = {false};
    const struct scene *scene = NULL;
    enum tn_status status = TN_OK;
    for (size_t i = 0; (scene = scene_at(i)) != NULL && status == TN_OK; i++) {
        if (!is_done[scene->screen]) {
            is_done[scene->screen] = true;
            status = measure_screen(bench, stage, scene);
        }
    }
    return status;
}

/* The n-th press: letters come and go, so that the field is never the same for long. */
static void press(struct tn_model *model, int n, bool is_finger)
{
    char text[2] = {(char)('a' + n % 26), '\0'};
    char control[TN_CONTROL_MAX + 1];
    (void)snprintf(control, sizeof control, "key-%d", 1 + n % 26);
    if (n % 12 > 7) {
        scene_tap(model, "key-erase");
    } else if (is_finger) {
        scene_tap(model, control);
    } else {
        scene_type(model, text);
    }
}

static const struct scene *scene_named(const char *name)
{
    const struct scene *scene = NULL;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        if (strcmp(scene->name, name) == 0) {
            return scene;
        }
    }
    return NULL;
}

static enum tn_status measure_keys(struct tn_bench *bench, struct stage *stage)
{
    static double ms[2][KEYS];
    static const char *const names[2] = {"key typed to painted at 1920 x 1080, p99",
                                         "key tapped to painted at 1920 x 1080, p99"};
    const struct scene *scene = scene_named("register-given-empty");
    if (scene == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    for (int way = 0; way < 2; way++) {
        scene_load(scene, TN_LANG_EN, &stage->view, &stage->model);
        stage_show(stage);
        for (int i = 0; i < KEYS; i++) {
            double start = tn_bench_now_ms();
            press(&stage->model, i, way == 1);
            stage_show(stage);
            ms[way][i] = tn_bench_now_ms() - start;
            SDL_PumpEvents();
        }
        struct tn_bench_row row = {
            .value = tn_bench_quantile(ms[way], KEYS, 0.99), .unit = "ms", .value_max = KEY_MS};
        (void)snprintf(row.name, sizeof row.name, "%s", names[way]);
        tn_bench_add(bench, &row);
    }
    return TN_OK;
}

enum tn_status tn_bench_screens(struct tn_bench *bench)
{
    static struct stage stage;
    (void)setenv("TZ", "UTC", 1);
    enum tn_status status = stage_open(&stage, W, H, PX_PER_MM);
    if (status == TN_OK) {
        status = measure_screens(bench, &stage);
    }
    if (status == TN_OK) {
        status = measure_keys(bench, &stage);
    }
    stage_close(&stage);
    return status;
}
