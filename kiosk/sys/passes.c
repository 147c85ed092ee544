/* The ladder's rungs, written so that the inner loops are plain sums over bytes, which a compiler
 * turns into vector code. */
#include "kiosk/sys/passes.h"

#include <string.h>

/* How many times what a pixel differs from its neighbours by is added to it. */
#define SHARPEN 5

static const uint8_t *row_of(const struct tn_grey *in, int y)
{
    return in->px + (size_t)y * in->stride;
}

static int at_most(int value, int max)
{
    return value < max ? value : max;
}

static int at_least(int value, int min)
{
    return value > min ? value : min;
}

static void add_row(uint32_t *restrict columns, const uint8_t *restrict row, int w)
{
    for (int x = 0; x < w; x++) {
        columns[x] += row[x];
    }
}

static void take_row(uint32_t *restrict columns, const uint8_t *restrict row, int w)
{
    for (int x = 0; x < w; x++) {
        columns[x] -= row[x];
    }
}

/* What a pixel becomes beside the sum of the `count` pixels of the square around it; share is
 * 1 / count. */
typedef uint8_t beside_mean(uint8_t px, uint32_t sum, uint32_t count, float share);

/* One row, from the sums of the columns of the rows around it. */
static inline void mean_row(const uint8_t *row, const uint32_t *columns, int w, int radius,
                            uint32_t rows, beside_mean *make, uint8_t *out)
{
    const uint32_t full = rows * (2 * (uint32_t)radius + 1);
    const float full_share = 1.0f / (float)full;
    uint32_t sum = 0;
    for (int x = 0; x < at_most(radius, w); x++) {
        sum += columns[x];
    }
    for (int x = 0; x < w; x++) {
        if (x + radius < w) {
            sum += columns[x + radius];
        }
        if (x - radius > 0) {
            sum -= columns[x - radius - 1];
        }
        int wide = at_most(x + radius, w - 1) - at_least(x - radius, 0) + 1;
        uint32_t count = rows * (uint32_t)wide;
        out[x] = make(row[x], sum, count, count == full ? full_share : 1.0f / (float)count);
    }
}

/* Inlined with what it is given, so that each pass has a loop of its own. */
static inline void each_mean(const struct tn_grey *in, int radius, uint32_t *columns,
                             beside_mean *make, uint8_t *out)
{
    memset(columns, 0, (size_t)in->w * sizeof *columns);
    for (int y = 0; y < at_most(radius, in->h); y++) {
        add_row(columns, row_of(in, y), in->w);
    }
    for (int y = 0; y < in->h; y++) {
        if (y + radius < in->h) {
            add_row(columns, row_of(in, y + radius), in->w);
        }
        if (y - radius > 0) {
            take_row(columns, row_of(in, y - radius - 1), in->w);
        }
        int rows = at_most(y + radius, in->h - 1) - at_least(y - radius, 0) + 1;
        mean_row(row_of(in, y), columns, in->w, radius, (uint32_t)rows, make,
                 out + (size_t)y * (size_t)in->w);
    }
}

static inline uint8_t is_brighter(uint8_t px, uint32_t sum, uint32_t count, float share)
{
    (void)share;
    return (px + 2u) * count > sum ? 255 : 0;
}

void tn_pass_threshold(const struct tn_grey *in, int radius, uint32_t *columns, uint8_t *out)
{
    each_mean(in, radius, columns, is_brighter, out);
}

static inline uint8_t sharper(uint8_t px, uint32_t sum, uint32_t count, float share)
{
    (void)count;
    int mean = (int)((float)sum * share + 0.5f);
    return (uint8_t)at_most(at_least(px + SHARPEN * (px - mean), 0), 255);
}

void tn_pass_sharpen(const struct tn_grey *in, int radius, uint32_t *columns, uint8_t *out)
{
    each_mean(in, radius, columns, sharper, out);
}

void tn_pass_invert(const struct tn_grey *in, uint8_t *out)
{
    for (int y = 0; y < in->h; y++) {
        const uint8_t *row = row_of(in, y);
        for (int x = 0; x < in->w; x++) {
            *out++ = (uint8_t)(255 - row[x]);
        }
    }
}

static void blur_row(const uint8_t *above, const uint8_t *row, const uint8_t *below, int w,
                     uint8_t *out)
{
    for (int x = 0; x < w; x++) {
        int left = at_least(x - 1, 0);
        int right = at_most(x + 1, w - 1);
        int sum = above[left] + 2 * above[x] + above[right] + 2 * row[left] + 4 * row[x] +
                  2 * row[right] + below[left] + 2 * below[x] + below[right];
        out[x] = (uint8_t)((sum + 8) / 16);
    }
}

void tn_pass_blur(const struct tn_grey *in, uint8_t *out)
{
    for (int y = 0; y < in->h; y++) {
        blur_row(row_of(in, at_least(y - 1, 0)), row_of(in, y),
                 row_of(in, at_most(y + 1, in->h - 1)), in->w, out + (size_t)y * (size_t)in->w);
    }
}

/* Each pixel gives four, each three parts itself and one part its neighbour on that side. */
static void double_row(const uint8_t *near, const uint8_t *far, int w, uint8_t *out)
{
    for (int x = 0; x < w; x++) {
        int left = at_least(x - 1, 0);
        int right = at_most(x + 1, w - 1);
        int mid = 3 * near[x] + far[x];
        out[2 * x] = (uint8_t)((3 * mid + 3 * near[left] + far[left] + 8) / 16);
        out[2 * x + 1] = (uint8_t)((3 * mid + 3 * near[right] + far[right] + 8) / 16);
    }
}

void tn_pass_double(const struct tn_grey *in, uint8_t *out)
{
    size_t wide = 2 * (size_t)in->w;
    for (int y = 0; y < in->h; y++) {
        const uint8_t *row = row_of(in, y);
        double_row(row, row_of(in, at_least(y - 1, 0)), in->w, out);
        double_row(row, row_of(in, at_most(y + 1, in->h - 1)), in->w, out + wide);
        out += 2 * wide;
    }
}

void tn_pass_halve(const struct tn_grey *in, uint8_t *out)
{
    for (int y = 0; y + 1 < in->h; y += 2) {
        const uint8_t *upper = row_of(in, y);
        const uint8_t *lower = row_of(in, y + 1);
        for (int x = 0; x + 1 < in->w; x += 2) {
            *out++ = (uint8_t)((upper[x] + upper[x + 1] + lower[x] + lower[x + 1] + 2) / 4);
        }
    }
}
