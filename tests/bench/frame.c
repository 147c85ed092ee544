/* From "it is durable" to painted: the ui takes STORED, draws its list, the painter paints it in
 * the software renderer at 1280 x 800 and presents it in a real window. One frame is 16.7 ms. The
 * floor is what filling the window with one colour and presenting it costs. */
#include "tests/bench/bench.h"

#include <stdio.h>

#include <SDL.h>

#include "kiosk/sys/paint.h"
#include "kiosk/ui/model.h"

#define ROUNDS 60
#define W 1280
#define H 800
#define FRAME_MS 16.7
#define PX_PER_MM 5.9f
#define MOTION_OVER_MS 1000

struct stage {
    SDL_Window *window;
    SDL_Renderer *renderer;
    struct tn_paint *paint;
    struct tn_model model;
    struct tn_view view;
    struct tn_draw draw;
};

static enum tn_status stage_open(struct stage *stage)
{
    (void)SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        fprintf(stderr, "bench: %s\n", SDL_GetError());
        return TN_ERR_NOT_FOUND;
    }
    stage->window = SDL_CreateWindow("bench", 0, 0, W, H, 0);
    if (stage->window != NULL) {
        stage->renderer = SDL_CreateRenderer(stage->window, -1, SDL_RENDERER_SOFTWARE);
    }
    if (stage->renderer == NULL) {
        fprintf(stderr, "bench: %s\n", SDL_GetError());
        return TN_ERR_STATE;
    }
    stage->view = tn_view_of(W, H, PX_PER_MM, TN_THEME_LIGHT);
    tn_model_init(&stage->model, 0, 0);
    return tn_paint_create(stage->renderer, &stage->paint);
}

static void stage_close(struct stage *stage)
{
    tn_paint_free(stage->paint);
    if (stage->renderer != NULL) {
        SDL_DestroyRenderer(stage->renderer);
    }
    if (stage->window != NULL) {
        SDL_DestroyWindow(stage->window);
    }
    SDL_Quit();
}

static void show(struct stage *stage)
{
    tn_ui_draw(&stage->model, &stage->view, &stage->draw);
    tn_paint_list(stage->paint, &stage->draw, &stage->view);
    SDL_RenderPresent(stage->renderer);
}

/* One answer of the store, painted; each round greets somebody else, so no text is cached. */
static double answer_ms(struct stage *stage, int round)
{
    static const enum tn_result results[] = {TN_RESULT_WELCOME, TN_RESULT_ALREADY,
                                             TN_RESULT_GOODBYE};
    struct tn_event event = {.type = TN_EVENT_STORED, .mono_ms = round * MOTION_OVER_MS};
    struct tn_effects effects;
    event.record.result = results[round % 3];
    event.record.seq = (uint64_t)round + 1;
    (void)snprintf(event.record.name, sizeof event.record.name, "Maya %d R.", round);
    double start = tn_bench_now_ms();
    tn_ui_event(&stage->model, &event, &effects);
    show(stage);
    return tn_bench_now_ms() - start;
}

static double floor_ms(struct stage *stage)
{
    double start = tn_bench_now_ms();
    (void)SDL_SetRenderDrawColor(stage->renderer, 11, 107, 69, 255);
    (void)SDL_RenderClear(stage->renderer);
    SDL_RenderPresent(stage->renderer);
    return tn_bench_now_ms() - start;
}

static void measure(struct tn_bench *bench, struct stage *stage)
{
    double answers[ROUNDS];
    double floors[ROUNDS];
    show(stage); /* idle, as a kiosk that was just started has painted it */
    for (int round = 0; round < ROUNDS; round++) {
        floors[round] = floor_ms(stage);
        answers[round] = answer_ms(stage, round);
        SDL_PumpEvents();
    }
    double floor = tn_bench_quantile(floors, ROUNDS, 0.5);
    tn_bench_add(bench, &(struct tn_bench_row){.name = "durable to painted at 1280 x 800, p50",
                                               .value = tn_bench_quantile(answers, ROUNDS, 0.5),
                                               .unit = "ms",
                                               .floor = floor,
                                               .value_max = FRAME_MS});
    tn_bench_add(bench, &(struct tn_bench_row){.name = "durable to painted at 1280 x 800, worst",
                                               .value = tn_bench_quantile(answers, ROUNDS, 1.0),
                                               .unit = "ms",
                                               .floor = floor,
                                               .value_max = FRAME_MS});
}

enum tn_status tn_bench_frames(struct tn_bench *bench)
{
    static struct stage stage;
    enum tn_status status = stage_open(&stage);
    if (status == TN_OK) {
        measure(bench, &stage);
    }
    stage_close(&stage);
    return status;
}
