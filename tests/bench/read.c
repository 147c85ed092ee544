/* How many badges are read in conditions that make it hard, of those that tests/scan draws: the
 * whole ladder against ZBar as it comes and libzxing alone, whose percentage is the floor, each
 * shown the same pictures. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "kiosk/sys/reader.h"
#include "kiosk/sys/zxing.h"
#include "tests/scan/synth.h"

#define W 640
#define H 480
#define SEEDS 12 /* of each size */

static const float module_px[] = {1.5f, 2.0f, 2.5f, 3.0f, 4.0f, 5.0f, 6.0f};
#define SIZES (sizeof module_px / sizeof module_px[0])

struct score {
    int shown;
    int ours;
    int zbar;
    int zxing;
    int wrong; /* of ours */
};

struct readers {
    struct tn_reader *ours;
    zbar_image_scanner_t *zbar;
    uint8_t px[W * H];
    struct tn_symbols found;
};

static bool is_text(const char *text, size_t len, const char *digits)
{
    return len == SYNTH_DIGITS && memcmp(text, digits, len) == 0;
}

static bool read_by_zbar(struct readers *readers, const char *digits)
{
    bool is_read = false;
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, W, H);
    zbar_image_set_data(image, readers->px, sizeof readers->px, NULL);
    (void)zbar_scan_image(readers->zbar, image);
    const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
    for (; symbol != NULL; symbol = zbar_symbol_next(symbol)) {
        is_read = is_read || is_text(zbar_symbol_get_data(symbol),
                                     zbar_symbol_get_data_length(symbol), digits);
    }
    zbar_image_destroy(image);
    return is_read;
}

static bool read_by_zxing(struct readers *readers, const struct tn_grey *grey, const char *digits)
{
    readers->found.count = 0;
    (void)tn_zxing_read(grey, TN_ZXING_LOCAL, 1, &readers->found);
    const struct tn_symbol *symbol = &readers->found.items[0];
    return readers->found.count > 0 && is_text(symbol->text, symbol->len, digits);
}

static bool show(struct readers *readers, enum synth_condition condition, float px, uint64_t seed,
                 struct score *score)
{
    struct synth_frame frame = {W, H, readers->px};
    const struct tn_grey grey = {.px = readers->px, .w = W, .h = H, .stride = W};
    const struct tn_symbol *symbol = &readers->found.items[0];
    char digits[SYNTH_DIGITS + 1];
    synth_digits(&seed, digits);
    if (!synth_picture(&frame, digits, condition, px, seed)) {
        return false;
    }
    score->shown++;
    score->zbar += read_by_zbar(readers, digits) ? 1 : 0;
    score->zxing += read_by_zxing(readers, &grey, digits) ? 1 : 0;
    if (tn_reader_picture(readers->ours, &grey, &readers->found)) {
        bool is_right = is_text(symbol->text, symbol->len, digits);
        score->ours += is_right ? 1 : 0;
        score->wrong += is_right ? 0 : 1;
    }
    return true;
}

static double percent(int part, int whole)
{
    return 100.0 * part / whole;
}

static void tell(struct tn_bench *bench, enum synth_condition condition, const struct score *score)
{
    const struct {
        const char *name;
        int read;
    } others[] = {{"ZBar", score->zbar}, {"libzxing alone", score->zxing}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct tn_bench_row row = {.value = percent(score->ours, score->shown),
                                   .unit = "%",
                                   .floor = percent(others[i].read, score->shown),
                                   .has_above = true};
        (void)snprintf(row.name, sizeof row.name, "read, %s; %s", synth_name(condition),
                       others[i].name);
        tn_bench_add(bench, &row);
    }
}

enum tn_status tn_bench_reads(struct tn_bench *bench)
{
    struct readers *readers = calloc(1, sizeof *readers);
    bool is_ok = readers != NULL && (readers->ours = tn_reader_create()) != NULL &&
                 (readers->zbar = zbar_image_scanner_create()) != NULL;
    int wrong = 0;
    for (int i = 0; is_ok && i < SYNTH_CONDITIONS; i++) {
        struct score score = {0};
        for (size_t k = 0; is_ok && k < SIZES * SEEDS; k++) {
            uint64_t seed = 1000 * (uint64_t)i + k;
            is_ok = show(readers, (enum synth_condition)i, module_px[k / SEEDS], seed, &score);
        }
        if (is_ok) {
            tell(bench, (enum synth_condition)i, &score);
            wrong += score.wrong;
        }
    }
    if (is_ok) {
        tn_bench_add(bench, &(struct tn_bench_row){.name = "read, wrong texts in all of these",
                                                   .value = wrong,
                                                   .unit = "",
                                                   .must_be_none = true});
    }
    if (readers != NULL && readers->zbar != NULL) {
        zbar_image_scanner_destroy(readers->zbar);
    }
    if (readers != NULL) {
        tn_reader_free(readers->ours);
    }
    free(readers);
    return is_ok ? TN_OK : TN_ERR_NO_MEMORY;
}
