/* Figures of the hand: it comes in within a third of a second, slows down, and trembles by a few
 * pixels some times a second; the lens follows within half a second. They are made up, not filmed.
 */
#include "tests/scan/video.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265f
#define EMPTY_FRAMES 8  /* before it comes */
#define COME_FRAMES 12  /* until it is there */
#define GO_FRAME 50     /* when it leaves */
#define FOCUS_FRAMES 15 /* until it is sharp */
#define SHUTTER 0.5f    /* of a frame's time the shutter is open */

struct hand {
    struct synth_pose pose;
    float blur;    /* of the lens where it is sharp */
    float defocus; /* more than that as it comes */
    float tremor_px;
    float phase[4];
    float from_x; /* from how far beside the middle it comes */
    struct synth_lens lens;
};

static uint64_t seed_of(uint64_t seed, int show)
{
    return seed * 1000003u + (uint64_t)show * 7919u;
}

static float between(uint64_t *seed, float low, float high)
{
    return low + (high - low) * synth_random(seed);
}

/* Drawn by lot, once a presentation; gives the digits too. */
static struct hand hand_of(uint64_t seed, int show, int w, int h, char digits[SYNTH_DIGITS + 1])
{
    struct hand hand = {0};
    seed = seed_of(seed, show);
    synth_digits(&seed, digits);
    hand.pose.module_px = between(&seed, 3.0f, 6.0f) * (float)h / 720.0f;
    hand.pose.x = (float)w * between(&seed, 0.42f, 0.58f);
    hand.pose.y = (float)h * between(&seed, 0.42f, 0.55f);
    hand.pose.turn = between(&seed, -0.35f, 0.35f);
    hand.pose.tilt_x = between(&seed, -0.45f, 0.45f);
    hand.pose.tilt_y = between(&seed, -0.45f, 0.45f);
    hand.pose.bend = synth_random(&seed) < 0.25f ? between(&seed, 30.0f, 70.0f) : 0.0f;
    hand.blur = between(&seed, 0.3f, 1.0f);
    hand.defocus = between(&seed, 1.5f, 4.0f);
    hand.tremor_px = between(&seed, 1.0f, 5.0f);
    hand.from_x = between(&seed, -0.25f, 0.25f) * (float)w;
    for (int i = 0; i < 4; i++) {
        hand.phase[i] = between(&seed, 0.0f, 2.0f * PI);
    }
    hand.lens.low = between(&seed, 10.0f, 50.0f);
    hand.lens.high = between(&seed, 120.0f, 235.0f);
    hand.lens.noise = between(&seed, 2.0f, 5.0f);
    if (synth_random(&seed) < 0.3f) {
        hand.lens.glare = between(&seed, 60.0f, 250.0f);
        hand.lens.glare_px = SYNTH_MODULES * hand.pose.module_px * between(&seed, 0.1f, 0.3f);
        hand.lens.glare_x = hand.pose.x + between(&seed, -40.0f, 40.0f);
        hand.lens.glare_y = hand.pose.y + between(&seed, -40.0f, 40.0f);
    }
    return hand;
}

/* How far outside it still is, 1 to 0, at a time in frames. */
static float outside(float at)
{
    if (at > GO_FRAME) {
        float gone = fminf((at - GO_FRAME) / 8.0f, 1.0f);
        return gone * gone;
    }
    float left = 1.0f - fminf(fmaxf((at - EMPTY_FRAMES) / COME_FRAMES, 0.0f), 1.0f);
    return left * left;
}

static struct synth_pose pose_at(const struct hand *hand, float at, int h)
{
    struct synth_pose pose = hand->pose;
    float away = outside(at);
    float second = at / VIDEO_FPS;
    float half = SYNTH_MODULES * pose.module_px;
    pose.x += away * hand->from_x +
              hand->tremor_px * (sinf(2.0f * PI * 3.1f * second + hand->phase[0]) +
                                 0.4f * sinf(2.0f * PI * 8.3f * second + hand->phase[1]));
    pose.y += away * ((float)h - pose.y + 1.2f * half) +
              hand->tremor_px * (sinf(2.0f * PI * 2.7f * second + hand->phase[2]) +
                                 0.4f * sinf(2.0f * PI * 9.1f * second + hand->phase[3]));
    pose.turn += 0.3f * away;
    return pose;
}

/* Whether the symbol with its quiet zone lies within the frame, however it is turned. */
static bool is_whole(const struct synth_pose *pose, int w, int h)
{
    float reach = 0.72f * (SYNTH_MODULES + 2.0f) * pose->module_px;
    return pose->x > reach && pose->y > reach && pose->x < (float)w - reach &&
           pose->y < (float)h - reach;
}

void video_badge(uint64_t seed, int show, int w, int h, struct video_badge *out)
{
    struct hand hand = hand_of(seed, show, w, h, out->digits);
    out->whole = EMPTY_FRAMES;
    for (;; out->whole++) {
        struct synth_pose pose = pose_at(&hand, (float)out->whole, h);
        if (is_whole(&pose, w, h) || out->whole == GO_FRAME) {
            return;
        }
    }
}

bool video_frame(uint64_t seed, int show, int at, struct synth_frame *frame)
{
    char digits[SYNTH_DIGITS + 1];
    struct hand hand = hand_of(seed, show, frame->w, frame->h, digits);
    struct synth_pose pose = pose_at(&hand, (float)at, frame->h);
    struct synth_pose next = pose_at(&hand, (float)at + SHUTTER, frame->h);
    float dx = next.x - pose.x;
    float dy = next.y - pose.y;
    float soft = 1.0f - fminf(fmaxf(((float)at - EMPTY_FRAMES) / FOCUS_FRAMES, 0.0f), 1.0f);
    hand.lens.blur = hand.blur + soft * hand.defocus;
    hand.lens.smear = hypotf(dx, dy);
    hand.lens.smear_angle = atan2f(dy, dx);
    synth_ground(frame, seed);
    return (outside((float)at) >= 1.0f || synth_card(frame, digits, &pose)) &&
           synth_expose(frame, &hand.lens, seed_of(seed, show) + (uint64_t)at);
}

bool video_write(FILE *file, uint64_t seed, int shows, int w, int h)
{
    size_t size = (size_t)w * (size_t)h;
    struct synth_frame frame = {w, h, malloc(size)};
    bool is_ok = frame.px != NULL &&
                 fprintf(file, "YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 Cmono\n", w, h, VIDEO_FPS) > 0;
    for (int i = 0; is_ok && i < shows * VIDEO_SHOW_FRAMES; i++) {
        is_ok = video_frame(seed, i / VIDEO_SHOW_FRAMES, i % VIDEO_SHOW_FRAMES, &frame) &&
                fputs("FRAME\n", file) >= 0 && fwrite(frame.px, 1, size, file) == size;
    }
    free(frame.px);
    return is_ok && fflush(file) == 0;
}
