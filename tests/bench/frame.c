/* From "it is durable" to painted: the ui takes STORED, draws its list, the painter paints it in
 * the software renderer at 1280 x 800 and presents it in a real window. One frame is 16.7 ms. The
 * floor is what filling the window with one colour and presenting it costs. */
#include "tests/bench/bench.h"

#include <stdio.h>

#include "tests/bench/stage.h"

#define ROUNDS 60
#define W 1280
#define H 800
#define FRAME_MS 16.7
#define PX_PER_MM 5.9f
#define MOTION_OVER_MS 1000

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
    stage_show(stage);
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
    stage_show(stage); /* idle, as a kiosk that was just started has painted it */
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
    enum tn_status status = stage_open(&stage, W, H, PX_PER_MM);
    if (status == TN_OK) {
        measure(bench, &stage);
    }
    stage_close(&stage);
    return status;
}
