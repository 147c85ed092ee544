/* A camera's frames. Hand-held badges are filmed by rule (tests/scan/video.h) at 1280 x 720 and
 * 30 frames a second, and played to the camera's own thread with its decoding process, as a kiosk
 * has them: how long from the first frame with the whole symbol in view to its text. Then what a
 * frame costs, one that holds something and one that does not, and what showing it costs. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/sys/camera.h"
#include "kiosk/sys/reader.h"
#include "tests/bench/stage.h"
#include "tests/scan/video.h"

#define W 1280
#define H 720
#define SHOWS 10
#define SEED 20260314
#define FRAME_MS (1000.0 / VIDEO_FPS)
#define COST_SHOWS 3
#define BLANKS 240
#define PREVIEWS 60
#define PREVIEWS_A_SECOND 15.0
#define WAIT_MS 20000
#define PATH_SIZE 4096
#define SCREEN_W 1280
#define SCREEN_H 800
#define PX_PER_MM 5.9f

static uint8_t px[W * H];

/* Takes what the camera says until its film ends; gives how long each badge took, and how many were
 * read. A badge that was not read takes what was left of its presentation. */
static int wait_for_badges(struct tn_queue *queue, double took_ms[SHOWS])
{
    struct tn_event event = {0};
    struct video_badge badges[SHOWS];
    int64_t begun_ms = 0;
    int read = 0;
    for (int i = 0; i < SHOWS; i++) {
        video_badge(SEED, i, W, H, &badges[i]);
        took_ms[i] = (VIDEO_SHOW_FRAMES - badges[i].whole) * FRAME_MS;
    }
    while (tn_queue_wait(queue, &event, WAIT_MS) && event.type != TN_EVENT_SCANS_END) {
        if (event.type == TN_EVENT_CAMERA && begun_ms == 0) {
            begun_ms = event.mono_ms; /* its first frame */
        }
        for (int i = 0; event.type == TN_EVENT_SCAN && i < SHOWS; i++) {
            double whole_ms = (i * VIDEO_SHOW_FRAMES + badges[i].whole) * FRAME_MS;
            if (strcmp(event.text, badges[i].digits) == 0) {
                double ms = (double)(event.mono_ms - begun_ms) - whole_ms;
                read += ms < took_ms[i] ? 1 : 0;
                took_ms[i] = ms < took_ms[i] ? ms : took_ms[i];
            }
        }
    }
    return read;
}

static bool write_film(const char *path)
{
    FILE *file = fopen(path, "wbe");
    bool is_ok = file != NULL && video_write(file, SEED, SHOWS, W, H);
    return file != NULL && fclose(file) == 0 && is_ok;
}

/* As a kiosk plays it. */
static enum tn_status play(struct tn_bench *bench, const char *film)
{
    static struct tn_queue queue;
    char program[PATH_SIZE];
    double took_ms[SHOWS];
    struct tn_camera *camera = NULL;
    (void)snprintf(program, sizeof program, "%s/turnout-kiosk", bench->programs);
    const struct tn_camera_wish wish = {.path = film, .decoder = program, .settings.focus = -1};
    enum tn_status status = tn_queue_init(&queue);
    status = status == TN_OK ? tn_camera_start(&wish, &queue, &camera) : status;
    if (status != TN_OK) {
        return status;
    }
    int read = wait_for_badges(&queue, took_ms);
    tn_queue_close(&queue);
    tn_camera_stop(camera);
    tn_queue_destroy(&queue);
    tn_bench_add(bench, &(struct tn_bench_row){.name = "live, badges read of those held up",
                                               .value = 100.0 * read / SHOWS,
                                               .unit = "%"});
    tn_bench_add(bench, &(struct tn_bench_row){.name = "live, whole badge in view to text, median",
                                               .value = tn_bench_quantile(took_ms, SHOWS, 0.5),
                                               .unit = "ms",
                                               .value_max = 370});
    return TN_OK;
}

/* The processor's time for each frame of some presentations. */
static bool measure_frames(struct tn_bench *bench, struct tn_reader *reader,
                           struct tn_symbols *found)
{
    static double took_ms[COST_SHOWS * VIDEO_SHOW_FRAMES];
    const struct tn_grey grey = {.px = px, .w = W, .h = H, .stride = W};
    struct synth_frame frame = {W, H, px};
    const int count = COST_SHOWS * VIDEO_SHOW_FRAMES;
    double sum = 0;
    for (int i = 0; i < count; i++) {
        if (!video_frame(SEED, i / VIDEO_SHOW_FRAMES, i % VIDEO_SHOW_FRAMES, &frame)) {
            return false;
        }
        double start = tn_bench_cpu_ms();
        (void)tn_reader_frame(reader, &grey, (unsigned)i, found);
        took_ms[i] = tn_bench_cpu_ms() - start;
        sum += took_ms[i];
    }
    tn_bench_add(bench, &(struct tn_bench_row){.name = "live frame of 1280 x 720, processor, mean",
                                               .value = sum / count,
                                               .unit = "ms",
                                               .value_max = FRAME_MS});
    tn_bench_add(bench, &(struct tn_bench_row){.name = "live frame of 1280 x 720, processor, worst",
                                               .value = tn_bench_quantile(took_ms, count, 1.0),
                                               .unit = "ms",
                                               .value_max = FRAME_MS});
    return true;
}

/* An even wall with a sensor's noise, the light of a hall. */
static bool measure_blanks(struct tn_bench *bench, struct tn_reader *reader,
                           struct tn_symbols *found)
{
    const struct tn_grey grey = {.px = px, .w = W, .h = H, .stride = W};
    struct synth_frame frame = {W, H, px};
    const struct synth_lens lens = {.low = 15, .high = 240, .noise = 3};
    int texts = 0;
    memset(px, 128, sizeof px);
    if (!synth_expose(&frame, &lens, SEED)) {
        return false;
    }
    double start = tn_bench_cpu_ms();
    for (int i = 0; i < BLANKS; i++) {
        texts += tn_reader_frame(reader, &grey, (unsigned)i, found) ? 1 : 0;
    }
    tn_bench_add(bench, &(struct tn_bench_row){.name = "blank frame of 1280 x 720, processor, mean",
                                               .value = (tn_bench_cpu_ms() - start) / BLANKS,
                                               .unit = "ms",
                                               .value_max = 7});
    return texts == 0;
}

/* One picture of the camera's onto the idle screen, as the window does it. */
static void show_preview(struct stage *stage, struct tn_preview *preview, int64_t now_ms)
{
    static uint8_t small[TN_PREVIEW_PX];
    const struct tn_grey grey = {.px = px, .w = W, .h = H, .stride = W};
    tn_preview_put(preview, &grey, now_ms);
    tn_ui_draw(&stage->model, &stage->view, &stage->draw);
    const struct tn_item *item = tn_draw_find_camera(&stage->draw);
    if (item != NULL && tn_preview_take(preview, small)) {
        SDL_Rect part = {item->box.x, item->box.y, item->box.w, item->box.h};
        tn_paint_camera(stage->paint, item, small);
        (void)SDL_RenderSetClipRect(stage->renderer, &part);
        tn_paint_list(stage->paint, &stage->draw, &stage->view);
        (void)SDL_RenderSetClipRect(stage->renderer, NULL);
        SDL_RenderPresent(stage->renderer);
    }
}

/* Of a core, at 15 a second. */
static enum tn_status measure_preview(struct tn_bench *bench)
{
    static struct stage stage;
    static struct tn_preview preview;
    enum tn_status status = stage_open(&stage, SCREEN_W, SCREEN_H, PX_PER_MM);
    if (status == TN_OK) {
        stage.model.health.camera = TN_PART_WELL;
        stage_show(&stage);
        tn_preview_init(&preview);
        tn_preview_want(&preview, 1, NULL, NULL);
        double start = tn_bench_cpu_ms();
        for (int i = 0; i < PREVIEWS; i++) {
            show_preview(&stage, &preview, i + 1);
        }
        double each_ms = (tn_bench_cpu_ms() - start) / PREVIEWS;
        tn_preview_destroy(&preview);
        tn_bench_add(bench, &(struct tn_bench_row){.name = "camera's picture on idle, of a core",
                                                   .value = each_ms * PREVIEWS_A_SECOND / 10.0,
                                                   .unit = "%",
                                                   .value_max = 15});
    }
    stage_close(&stage);
    return status;
}

enum tn_status tn_bench_live(struct tn_bench *bench)
{
    char film[PATH_SIZE];
    (void)snprintf(film, sizeof film, "%s/film.y4m", bench->work);
    struct tn_reader *reader = tn_reader_create();
    struct tn_symbols *found = calloc(1, sizeof *found);
    bool is_ok = reader != NULL && found != NULL && measure_frames(bench, reader, found) &&
                 measure_blanks(bench, reader, found);
    enum tn_status status = is_ok ? measure_preview(bench) : TN_ERR_NO_MEMORY;
    if (status == TN_OK) {
        status = write_film(film) ? play(bench, film) : TN_ERR_IO;
    }
    (void)unlink(film);
    tn_reader_free(reader);
    free(found);
    return status;
}
