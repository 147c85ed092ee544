/* 100,000 frames in which there is nothing, blank, dark and cluttered, each with noise of its own,
 * through the decoding process: it says nothing, never dies, and grows no larger. Minutes long:
 * `make bench-long`. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/sys/decoder.h"
#include "tests/scan/synth.h"

#define W 640
#define H 480
#define FRAMES 100000
#define FIRST 1000 /* when everything has been allocated that ever is */
#define TELL_EACH 10000
#define SPARE_ROWS 480 /* a frame begins anywhere in these, so that no two are the same */
#define KINDS 4
#define PATH_SIZE 4096

static uint8_t px[KINDS][W * (H + SPARE_ROWS)];

static bool draw_kinds(void)
{
    static const struct synth_lens lenses[KINDS] = {{.low = 0, .high = 255},
                                                    {.low = 15, .high = 240, .noise = 3},
                                                    {.low = 4, .high = 50, .noise = 10},
                                                    {.low = 15, .high = 240, .noise = 4}};
    bool is_ok = true;
    for (int i = 0; i < KINDS; i++) {
        struct synth_frame frame = {W, H + SPARE_ROWS, px[i]};
        memset(px[i], 140, sizeof px[i]);
        if (i == KINDS - 1) {
            synth_ground(&frame, 1);
        }
        is_ok = is_ok && synth_expose(&frame, &lenses[i], (uint64_t)i);
    }
    return is_ok;
}

/* Resident megabytes of a process; below 0: unknown. */
static double resident_mb(pid_t pid)
{
    char path[64];
    unsigned long pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "re");
    int got = file != NULL ? fscanf(file, "%*u %lu", &pages) : 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    return got == 1 ? (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576.0 : -1;
}

struct outcome {
    int texts;
    int failures;
    double first_mb;
    double last_mb;
    double took_ms;
};

static void show_all(struct tn_decoder *decoder, struct tn_symbols *found, struct outcome *out)
{
    uint64_t seed = 1;
    double start = tn_bench_now_ms();
    for (int i = 0; i < FRAMES; i++) {
        size_t from = (size_t)(synth_random(&seed) * (float)(W * SPARE_ROWS));
        const struct tn_grey grey = {.px = px[i % KINDS] + from, .w = W, .h = H, .stride = W};
        out->failures += tn_decoder_frame(decoder, &grey, found) != TN_OK ? 1 : 0;
        out->texts += found->count > 0 ? 1 : 0;
        if (i + 1 == FIRST) {
            out->first_mb = resident_mb(tn_decoder_pid(decoder));
        }
        if ((i + 1) % TELL_EACH == 0) {
            fprintf(stderr, "bench: %d of %d frames, %d texts, %.1f MB\n", i + 1, FRAMES,
                    out->texts, resident_mb(tn_decoder_pid(decoder)));
        }
    }
    out->took_ms = tn_bench_now_ms() - start;
    out->last_mb = resident_mb(tn_decoder_pid(decoder));
}

static void tell(struct tn_bench *bench, const struct outcome *outcome)
{
    const struct tn_bench_row rows[] = {
        {.name = "texts in 100,000 frames of nothing",
         .value = outcome->texts,
         .unit = "",
         .must_be_none = true},
        {.name = "frames of nothing that ended the process",
         .value = outcome->failures,
         .unit = "",
         .must_be_none = true},
        {.name = "the process larger after 100,000 than after 1,000 by",
         .value = outcome->last_mb - outcome->first_mb,
         .unit = "MB",
         .value_max = 2},
        {.name = "frame of nothing at 640 x 480, there and back",
         .value = outcome->took_ms / FRAMES,
         .unit = "ms",
         .value_max = 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tn_bench_add(bench, &rows[i]);
    }
}

enum tn_status tn_bench_nothing(struct tn_bench *bench)
{
    char program[PATH_SIZE];
    struct outcome outcome = {0};
    struct tn_decoder *decoder = NULL;
    struct tn_symbols *found = calloc(1, sizeof *found);
    (void)snprintf(program, sizeof program, "%s/turnout-kiosk", bench->programs);
    enum tn_status status = found != NULL && draw_kinds() ? TN_OK : TN_ERR_NO_MEMORY;
    status = status == TN_OK ? tn_decoder_create(program, &decoder) : status;
    if (status == TN_OK) {
        show_all(decoder, found, &outcome);
        tell(bench, &outcome);
    }
    tn_decoder_free(decoder);
    free(found);
    return status;
}
