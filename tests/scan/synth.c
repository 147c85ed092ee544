/* How a picture is drawn. How a condition sets pose and lens is in conditions.c. */
#include "tests/scan/synth.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#define QUIET 4.0f
#define SAMPLES 3 /* each way, for a pixel of the card */
#define BOXES 40
#define PI 3.14159265f
#define NOISE_BITS 12
#define NOISES (1 << NOISE_BITS)
#define LOOK_PX 900.0f /* the camera's distance from the card, for perspective */

float synth_random(uint64_t *seed)
{
    /* Splitmix64 (Steele, Lea and Flood 2014). */
    *seed += 0x9E3779B97F4A7C15u;
    uint64_t z = *seed;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (float)((z ^ z >> 31) >> 40) / (float)(1 << 24);
}

float synth_normal(uint64_t *seed)
{
    float sum = -6.0f; /* twelve uniform ones make one that is normal enough */
    for (int i = 0; i < 12; i++) {
        sum += synth_random(seed);
    }
    return sum;
}

void synth_digits(uint64_t *seed, char out[SYNTH_DIGITS + 1])
{
    for (int i = 0; i < SYNTH_DIGITS; i++) {
        out[i] = (char)('0' + (int)(synth_random(seed) * 10.0f));
    }
    out[0] = '1';
    out[SYNTH_DIGITS] = '\0';
}

static uint8_t clamp(float value)
{
    return (uint8_t)(value < 0.0f ? 0 : value > 255.0f ? 255 : (int)(value + 0.5f));
}

static void fill_box(struct synth_frame *frame, uint64_t *seed)
{
    int w = 4 + (int)(synth_random(seed) * (float)frame->w / 4.0f);
    int h = 4 + (int)(synth_random(seed) * (float)frame->h / 5.0f);
    int x0 = (int)(synth_random(seed) * (float)frame->w) - w / 2;
    int y0 = (int)(synth_random(seed) * (float)frame->h) - h / 2;
    float level = 30.0f + 190.0f * synth_random(seed);
    int stripe = synth_random(seed) < 0.3f ? 2 + (int)(synth_random(seed) * 9.0f) : 0;
    for (int y = y0 < 0 ? 0 : y0; y < y0 + h && y < frame->h; y++) {
        for (int x = x0 < 0 ? 0 : x0; x < x0 + w && x < frame->w; x++) {
            bool is_gap = stripe > 0 && x / stripe % 2 == 1;
            frame->px[y * frame->w + x] = clamp(is_gap ? level * 0.5f : level);
        }
    }
}

void synth_ground(struct synth_frame *frame, uint64_t seed)
{
    for (int y = 0; y < frame->h; y++) {
        memset(frame->px + (size_t)y * (size_t)frame->w, 150 - 60 * y / frame->h, (size_t)frame->w);
    }
    for (int i = 0; i < BOXES; i++) {
        fill_box(frame, &seed);
    }
}

/* From a place in the frame, seen from the symbol's middle, to one on the card, in modules. */
struct view {
    float row[3][3]; /* of the inverse of the turned plane's projection */
    float bend;
};

/* The plane through the origin turned by three angles, seen from LOOK_PX away: a homography, whose
 * inverse is what is asked for. */
static struct view view_of(const struct synth_pose *pose)
{
    float cz = cosf(pose->turn);
    float sz = sinf(pose->turn);
    float cx = cosf(pose->tilt_x);
    float sx = sinf(pose->tilt_x);
    float cy = cosf(pose->tilt_y);
    float sy = sinf(pose->tilt_y);
    float m = pose->module_px;
    /* The images of the card's two axes in space, a module long. */
    float ux = m * (cy * cz);
    float uy = m * (sx * sy * cz + cx * sz);
    float uz = m * (-cx * sy * cz + sx * sz);
    float vx = m * (-cy * sz);
    float vy = m * (-sx * sy * sz + cx * cz);
    float vz = m * (cx * sy * sz + sx * cz);
    float a = ux;
    float b = vx;
    float c = uy;
    float d = vy;
    float e = uz / LOOK_PX;
    float f = vz / LOOK_PX;
    /* x = (a u + b v) / (1 + e u + f v), and y likewise: solved for u and v. */
    struct view view = {.bend = pose->bend};
    view.row[0][0] = d;
    view.row[0][1] = -b;
    view.row[0][2] = 0.0f;
    view.row[1][0] = -c;
    view.row[1][1] = a;
    view.row[1][2] = 0.0f;
    view.row[2][0] = c * f - d * e;
    view.row[2][1] = b * e - a * f;
    view.row[2][2] = a * d - b * c;
    return view;
}

static bool place(const struct view *view, float x, float y, float *u, float *v)
{
    float w = view->row[2][0] * x + view->row[2][1] * y + view->row[2][2];
    if (w == 0.0f) {
        return false;
    }
    *u = (view->row[0][0] * x + view->row[0][1] * y) / w;
    *v = (view->row[1][0] * x + view->row[1][1] * y) / w;
    if (view->bend > 0.0f) {
        if (fabsf(*u) >= view->bend) {
            return false;
        }
        *u = view->bend * asinf(*u / view->bend);
    }
    return true;
}

/* Of 255: 255 white, 0 black, -1 beside the card. The card is wider than its symbol, with lines
 * below it that stand for a name. */
static float card_at(const QRcode *symbol, float u, float v, bool is_inverted)
{
    const float half = SYNTH_MODULES / 2.0f;
    const float edge = half + QUIET;
    float light = is_inverted ? 12.0f : 243.0f;
    float dark = is_inverted ? 243.0f : 12.0f;
    if (fabsf(u) > edge + 1.0f || v < -edge - 1.0f || v > edge + 12.0f) {
        return -1.0f;
    }
    if (fabsf(u) < half && fabsf(v) < half) {
        int x = (int)(u + half);
        int y = (int)(v + half);
        return (symbol->data[y * SYNTH_MODULES + x] & 1) != 0 ? dark : light;
    }
    bool is_line = v > edge + 2.0f && v < edge + 9.0f && fabsf(u) < half &&
                   (int)floorf(v - edge) % 3 != 1 && (int)floorf(u * 1.3f) % 2 == 0;
    return is_line ? dark : light;
}

/* A pixel's own light and that of its samples on the card. */
static float pixel_at(const struct view *view, const QRcode *symbol, float x, float y, float ground,
                      bool is_inverted)
{
    float sum = 0.0f;
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        float u = 0.0f;
        float v = 0.0f;
        float dx = ((float)(i % SAMPLES) + 0.5f) / SAMPLES;
        float dy = ((float)(i / SAMPLES) + 0.5f) / SAMPLES;
        float value =
            place(view, x + dx, y + dy, &u, &v) ? card_at(symbol, u, v, is_inverted) : -1.0f;
        sum += value < 0.0f ? ground : value;
    }
    return sum / (SAMPLES * SAMPLES);
}

bool synth_card(struct synth_frame *frame, const char *digits, const struct synth_pose *pose)
{
    QRcode *symbol = QRcode_encodeString(digits, 2, QR_ECLEVEL_Q, QR_MODE_8, 1);
    struct view view = view_of(pose);
    if (symbol == NULL || symbol->width != SYNTH_MODULES) {
        QRcode_free(symbol);
        return false;
    }
    /* No part of the card is farther from the middle than this, however it is turned. */
    int reach = (int)(2.2f * (SYNTH_MODULES / 2.0f + QUIET + 12.0f) * pose->module_px);
    int x0 = (int)pose->x - reach < 0 ? 0 : (int)pose->x - reach;
    int y0 = (int)pose->y - reach < 0 ? 0 : (int)pose->y - reach;
    for (int y = y0; y < frame->h && y < (int)pose->y + reach; y++) {
        for (int x = x0; x < frame->w && x < (int)pose->x + reach; x++) {
            uint8_t *px = &frame->px[(size_t)y * (size_t)frame->w + (size_t)x];
            *px = clamp(pixel_at(&view, symbol, (float)x - pose->x, (float)y - pose->y, *px,
                                 pose->is_inverted));
        }
    }
    QRcode_free(symbol);
    return true;
}

#define TAPS_MAX 61

static int within(int value, int end)
{
    return value < 0 ? 0 : value >= end ? end - 1 : value;
}

/* One pixel near an edge, where what lies outside is what lies at it. */
static float edge_sum(const struct synth_frame *frame, int x, int y, const int *dx, const int *dy,
                      const float *weights, int count)
{
    float sum = 0.0f;
    for (int i = 0; i < count; i++) {
        sum += weights[i] *
               frame->px[within(y + dy[i], frame->h) * frame->w + within(x + dx[i], frame->w)];
    }
    return sum;
}

/* The weighted mean of `count` samples along a stretch (length_x, length_y) around each pixel. */
static void smear(const struct synth_frame *frame, uint8_t *out, float length_x, float length_y,
                  const float *weights, int count)
{
    int dx[TAPS_MAX];
    int dy[TAPS_MAX];
    ptrdiff_t step[TAPS_MAX];
    int margin = 0;
    for (int i = 0; i < count; i++) {
        float at = count > 1 ? (float)i / (float)(count - 1) - 0.5f : 0.0f;
        dx[i] = (int)lrintf(at * length_x);
        dy[i] = (int)lrintf(at * length_y);
        step[i] = (ptrdiff_t)dy[i] * frame->w + dx[i];
        margin = abs(dx[i]) > margin ? abs(dx[i]) : margin;
        margin = abs(dy[i]) > margin ? abs(dy[i]) : margin;
    }
    for (int y = 0; y < frame->h; y++) {
        bool is_inside = y >= margin && y < frame->h - margin;
        for (int x = 0; x < frame->w; x++) {
            const uint8_t *px = frame->px + (size_t)y * (size_t)frame->w + x;
            float sum = 0.0f;
            if (!is_inside || x < margin || x >= frame->w - margin) {
                out[y * frame->w + x] = clamp(edge_sum(frame, x, y, dx, dy, weights, count));
                continue;
            }
            for (int i = 0; i < count; i++) {
                sum += weights[i] * px[step[i]];
            }
            out[y * frame->w + x] = clamp(sum);
        }
    }
}

static int gauss(float deviation, float weights[TAPS_MAX])
{
    int half = (int)ceilf(3.0f * deviation);
    float sum = 0.0f;
    half = half > TAPS_MAX / 2 ? TAPS_MAX / 2 : half;
    for (int i = -half; i <= half; i++) {
        weights[i + half] = expf(-(float)(i * i) / (2.0f * deviation * deviation));
        sum += weights[i + half];
    }
    for (int i = 0; i <= 2 * half; i++) {
        weights[i] /= sum;
    }
    return 2 * half + 1;
}

static void blur(struct synth_frame *frame, uint8_t *plane, const struct synth_lens *lens)
{
    float weights[TAPS_MAX];
    size_t size = (size_t)frame->w * (size_t)frame->h;
    if (lens->blur > 0.05f) {
        int count = gauss(lens->blur, weights);
        struct synth_frame half = {frame->w, frame->h, plane};
        smear(frame, plane, (float)(count - 1), 0.0f, weights, count);
        smear(&half, frame->px, 0.0f, (float)(count - 1), weights, count);
    }
    if (lens->smear > 0.5f) {
        int count = (int)ceilf(lens->smear) + 1;
        count = count > TAPS_MAX ? TAPS_MAX : count;
        for (int i = 0; i < count; i++) {
            weights[i] = 1.0f / (float)count;
        }
        smear(frame, plane, lens->smear * cosf(lens->smear_angle),
              lens->smear * sinf(lens->smear_angle), weights, count);
        memcpy(frame->px, plane, size);
    }
}

/* What the light at a place makes of a grey. */
static float lit(const struct synth_frame *frame, const struct synth_lens *lens, int x, int y,
                 float value)
{
    if (lens->grid > 0.0f) {
        float wave =
            cosf(2.0f * PI * (float)x / lens->grid_px) * cosf(2.0f * PI * (float)y / lens->grid_px);
        value *= 1.0f - lens->grid * (0.5f + 0.5f * wave);
    }
    if (lens->shadow > 0.0f) {
        float across = ((float)x - lens->shadow_x) * cosf(lens->shadow_angle) +
                       ((float)y - (float)frame->h / 2.0f) * sinf(lens->shadow_angle);
        float share = across < -6.0f ? 1.0f : across > 6.0f ? 0.0f : 0.5f - across / 12.0f;
        value *= 1.0f - lens->shadow * share;
    }
    if (lens->glare > 0.0f) {
        float dx = ((float)x - lens->glare_x) / lens->glare_px;
        float dy = ((float)y - lens->glare_y) / lens->glare_px;
        value += lens->glare * expf(-(dx * dx + dy * dy));
    }
    return value;
}

/* Normal numbers, enough that no pattern of theirs is seen. */
static void fill_noise(float noise[NOISES], float deviation, uint64_t *seed)
{
    for (int i = 0; i < NOISES; i++) {
        noise[i] = deviation * synth_normal(seed);
    }
}

bool synth_expose(struct synth_frame *frame, const struct synth_lens *lens, uint64_t seed)
{
    float noise[NOISES];
    uint64_t at = seed;
    uint8_t *plane = malloc((size_t)frame->w * (size_t)frame->h);
    if (plane == NULL) {
        return false;
    }
    fill_noise(noise, lens->noise, &seed);
    blur(frame, plane, lens);
    for (int y = 0; y < frame->h; y++) {
        for (int x = 0; x < frame->w; x++) {
            uint8_t *px = &frame->px[(size_t)y * (size_t)frame->w + (size_t)x];
            float value = lens->low + (lens->high - lens->low) * *px / 255.0f;
            at = at * 6364136223846793005u + 1442695040888963407u; /* Knuth's */
            *px = clamp(lit(frame, lens, x, y, value) + noise[at >> (64 - NOISE_BITS)]);
        }
    }
    free(plane);
    return true;
}
