/* The camera's thread before a camera made of calls: plugged in while it runs, pulled out, taken by
 * another program, sending broken frames and other sizes than it was asked for, and ended at any
 * moment. What it shows is read by the real decoding process, which is this program, or where
 * TURNOUT_DECODER names one, that: thread sanitizers and a confined process do not go together. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/videodev2.h>

#include "kiosk/sys/camera.h"
#include "kiosk/sys/decoder.h"
#include "kiosk/sys/decoder_wire.h"
#include "tests/scan/synth.h"

#define FD 1000
#define W 320
#define H 240
#define BUFFERS 4
#define SIZE (W * H * 3 / 2)
#define FRAME_NS 10000000
#define WAIT_MS 20000
#define PATH_SIZE 256

static char dir[] = "/tmp/turnout-camera-XXXXXX";
static char node[PATH_SIZE];
static uint8_t badge[W * H];
static uint8_t other[W * H];
static uint8_t wall[W * H];
static char digits[SYNTH_DIGITS + 1];

/* Called by the camera's thread, told what to do by this one: all under the lock. */
static struct {
    pthread_mutex_t lock;
    const uint8_t *shows;
    bool is_gone;
    int busy;        /* errno of every open; 0: none */
    int broken_each; /* every so many frames are marked as broken, or short; 0: none are */
    unsigned frames;
    int opened;
    int mapped;
    char path[2 * PATH_SIZE]; /* opened last */
    uint8_t *at[BUFFERS];
    bool is_queued[BUFFERS];
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
    (void)pthread_mutex_lock(&fake.lock);
}

static void unlock(void)
{
    (void)pthread_mutex_unlock(&fake.lock);
}

static int fake_open(const char *path, int flags)
{
    struct stat st;
    (void)flags;
    lock();
    int error = stat(path, &st) != 0 ? ENOENT : fake.busy;
    if (error == 0) {
        fake.opened++;
        (void)snprintf(fake.path, sizeof fake.path, "%s", path);
        memset(fake.is_queued, 0, sizeof fake.is_queued);
    }
    unlock();
    errno = error;
    return error == 0 ? FD : -1;
}

static int fake_close(int fd)
{
    lock();
    fake.opened -= fd == FD ? 1 : 100;
    unlock();
    return 0;
}

/* It is smaller than anybody asks for, and says so only here. */
static void set_format(struct v4l2_pix_format *pix)
{
    pix->width = W;
    pix->height = H;
    pix->bytesperline = W;
    pix->sizeimage = SIZE;
}

static int dequeue(struct v4l2_buffer *buffer)
{
    for (unsigned i = 0; i < BUFFERS; i++) {
        if (fake.is_queued[i]) {
            bool is_broken = fake.broken_each > 0 && fake.frames % (unsigned)fake.broken_each != 0;
            fake.is_queued[i] = false;
            fake.frames++;
            memcpy(fake.at[i], is_broken ? wall : fake.shows, W * H);
            buffer->index = i;
            buffer->bytesused = is_broken && fake.frames % 2 == 0 ? 17 : SIZE;
            buffer->flags = is_broken && fake.frames % 2 == 1 ? V4L2_BUF_FLAG_ERROR : 0;
            return 0;
        }
    }
    errno = EAGAIN;
    return -1;
}

static int answer(unsigned long request, void *arg)
{
    struct v4l2_buffer *buffer = arg;
    switch (request) {
    case VIDIOC_QUERYCAP:
        ((struct v4l2_capability *)arg)->capabilities = V4L2_CAP_DEVICE_CAPS;
        ((struct v4l2_capability *)arg)->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    case VIDIOC_S_FMT:
        set_format(&((struct v4l2_format *)arg)->fmt.pix);
        return 0;
    case VIDIOC_QUERYBUF:
        buffer->length = SIZE;
        buffer->m.offset = buffer->index;
        return 0;
    case VIDIOC_QBUF:
        fake.is_queued[buffer->index % BUFFERS] = true;
        return 0;
    case VIDIOC_DQBUF:
        return dequeue(buffer);
    default:
        return 0;
    }
}

static int fake_ioctl(int fd, unsigned long request, void *arg)
{
    int result = -1;
    (void)fd;
    lock();
    if (fake.is_gone) {
        errno = ENODEV;
    } else {
        result = answer(request, arg);
    }
    unlock();
    return result;
}

static void *fake_mmap(size_t len, int fd, int64_t offset)
{
    (void)fd;
    lock();
    void *at = malloc(len);
    fake.at[offset % BUFFERS] = at;
    fake.mapped++;
    unlock();
    return at != NULL ? at : MAP_FAILED;
}

static int fake_munmap(void *at, size_t len)
{
    (void)len;
    lock();
    fake.mapped--;
    unlock();
    free(at);
    return 0;
}

/* A frame is there a hundred times a second, newer than any real camera's. */
static int fake_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    const struct timespec nap = {.tv_nsec = FRAME_NS};
    (void)timeout_ms;
    (void)nanosleep(&nap, NULL);
    (void)poll(fds + 1, count - 1, 0);
    lock();
    fds[0].revents = fake.is_gone ? POLLERR : POLLIN;
    unlock();
    return 1 + (fds[1].revents != 0 ? 1 : 0);
}

static const struct tn_video_calls calls = {
    .open = fake_open,
    .ioctl = fake_ioctl,
    .mmap = fake_mmap,
    .munmap = fake_munmap,
    .poll = fake_poll,
    .close = fake_close,
};

static struct tn_queue queue;
static struct tn_camera *camera;

static void start(const char *path)
{
    const struct tn_camera_wish wish = {.path = path,
                                        .folder = dir,
                                        .decoder = getenv("TURNOUT_DECODER"),
                                        .calls = &calls,
                                        .settings.focus = -1};
    assert_int_equal(tn_queue_init(&queue), TN_OK);
    assert_int_equal(tn_camera_start(&wish, &queue, &camera), TN_OK);
}

static void stop(void)
{
    tn_queue_close(&queue);
    tn_camera_stop(camera);
    tn_queue_destroy(&queue);
    assert_int_equal(fake.opened, 0);
    assert_int_equal(fake.mapped, 0);
}

static void plug(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
}

static int begin(void **state)
{
    (void)state;
    fake.shows = badge;
    fake.is_gone = false;
    fake.busy = 0;
    fake.broken_each = 0;
    fake.path[0] = '\0';
    (void)unlink(node);
    return 0;
}

static void show(const uint8_t *px)
{
    lock();
    fake.shows = px;
    unlock();
}

static void set_gone(bool is_gone)
{
    lock();
    fake.is_gone = is_gone;
    unlock();
}

static void sees_state(enum tn_part_state expected)
{
    struct tn_event event;
    do {
        assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    } while (event.type != TN_EVENT_CAMERA);
    assert_int_equal(event.health.camera, expected);
}

static void sees_badge(void)
{
    struct tn_event event;
    do {
        assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    } while (event.type != TN_EVENT_SCAN);
    assert_int_equal(event.source, TN_SOURCE_CAMERA);
    assert_string_equal(event.text, digits);
}

/* How many scans come within a time. */
static int scans_within(int64_t ms)
{
    struct tn_event event;
    struct timespec begun;
    struct timespec now;
    int count = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &begun);
    for (;;) {
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        int64_t left =
            ms - (now.tv_sec - begun.tv_sec) * 1000 - (now.tv_nsec - begun.tv_nsec) / 1000000;
        if (left <= 0 || !tn_queue_wait(&queue, &event, (int)left)) {
            return count;
        }
        count += event.type == TN_EVENT_SCAN ? 1 : 0;
    }
}

static void one_that_is_plugged_in_is_used_and_pulled_out_waited_for(void **state)
{
    (void)state;
    start("auto");
    assert_int_equal(scans_within(100), 0);
    for (int i = 0; i < 3; i++) {
        plug(node);
        sees_state(TN_PART_WELL);
        sees_badge();
        set_gone(true);
        (void)unlink(node);
        sees_state(TN_PART_NONE);
        set_gone(false);
    }
    stop();
}

static void one_that_another_program_has_is_told_of_and_tried_again(void **state)
{
    (void)state;
    fake.busy = EBUSY;
    plug(node);
    start("auto");
    sees_state(TN_PART_TROUBLE);
    lock();
    fake.busy = 0;
    unlock();
    sees_state(TN_PART_WELL);
    sees_badge();
    stop();
}

static void broken_and_short_frames_are_passed_over(void **state)
{
    (void)state;
    fake.broken_each = 4; /* three of four */
    plug(node);
    start("auto");
    sees_state(TN_PART_WELL);
    for (int i = 0; i < 3; i++) {
        sees_badge();
    }
    stop();
}

static void a_badge_that_stays_is_pushed_four_times_a_second_at_most(void **state)
{
    (void)state;
    plug(node);
    start("auto");
    sees_badge();
    assert_in_range(scans_within(1500), 1, 6);
    show(wall);
    (void)scans_within(200);
    assert_int_equal(scans_within(600), 0);
    stop();
}

static void what_is_somebody_elses_is_told_of_once(void **state)
{
    (void)state;
    struct tn_event event;
    fake.shows = other;
    plug(node);
    start("auto");
    sees_state(TN_PART_WELL);
    assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    assert_int_equal(event.type, TN_EVENT_SCAN);
    assert_string_not_equal(event.text, digits);
    assert_int_equal(scans_within(1000), 0);
    show(badge); /* it does not stand in a badge's way */
    sees_badge();
    stop();
}

static void the_name_that_stays_is_preferred_and_a_wish_kept(void **state)
{
    (void)state;
    char folder[PATH_SIZE];
    char by_id[2 * PATH_SIZE];
    (void)snprintf(folder, sizeof folder, "%s/v4l", dir);
    assert_int_equal(mkdir(folder, 0700), 0);
    (void)snprintf(folder, sizeof folder, "%s/v4l/by-id", dir);
    assert_int_equal(mkdir(folder, 0700), 0);
    (void)snprintf(by_id, sizeof by_id, "%s/usb-Maker_Model-video-index0", folder);
    plug(node);
    plug(by_id);
    start("auto");
    sees_state(TN_PART_WELL);
    lock();
    assert_string_equal(fake.path, by_id);
    unlock();
    stop();

    /* And one that is named is the only one, whatever else is there. */
    char named[2 * PATH_SIZE];
    (void)snprintf(named, sizeof named, "%s/video4", dir);
    start(named);
    assert_int_equal(scans_within(200), 0);
    assert_int_equal(mkfifo(named, 0600), 0); /* no file that could be played */
    sees_state(TN_PART_WELL);
    lock();
    assert_string_equal(fake.path, named);
    unlock();
    stop();
    (void)unlink(named);
    (void)unlink(by_id);
    (void)rmdir(folder);
    (void)snprintf(folder, sizeof folder, "%s/v4l", dir);
    (void)rmdir(folder);
}

/* While it opens, reads, waits, and while it is being unplugged. */
static void it_ends_at_any_moment(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int i = 0; i < 25; i++) {
        const struct timespec nap = {.tv_nsec = (long)(synth_random(&seed) * 60e6f)};
        begin(NULL);
        if (i % 3 != 0) {
            plug(node);
        }
        fake.busy = i % 5 == 0 ? EBUSY : 0;
        start("auto");
        (void)nanosleep(&nap, NULL);
        set_gone(i % 4 == 0);
        stop();
    }
}

/* What a frame shows: a card of ours, a symbol of somebody else's, nothing. */
static void draw_pictures(void)
{
    uint64_t seed = 5;
    const struct synth_pose pose = {.x = W / 2, .y = H / 2, .module_px = 4.0f};
    struct synth_frame frame = {W, H, badge};
    synth_digits(&seed, digits);
    (void)memset(badge, 120, sizeof badge);
    assert_true(synth_card(&frame, digits, &pose));
    frame.px = other;
    (void)memset(other, 120, sizeof other);
    assert_true(synth_card(&frame, "HTTPS://EXAMPLE.ORG/A", &pose));
    (void)memset(wall, 120, sizeof wall);
}

#define CAMERA_TEST(name) cmocka_unit_test_setup(name, begin)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CAMERA_TEST(one_that_is_plugged_in_is_used_and_pulled_out_waited_for),
        CAMERA_TEST(one_that_another_program_has_is_told_of_and_tried_again),
        CAMERA_TEST(broken_and_short_frames_are_passed_over),
        CAMERA_TEST(a_badge_that_stays_is_pushed_four_times_a_second_at_most),
        CAMERA_TEST(what_is_somebody_elses_is_told_of_once),
        CAMERA_TEST(the_name_that_stays_is_preferred_and_a_wish_kept),
        CAMERA_TEST(it_ends_at_any_moment),
    };
    if (argc > 1 && strcmp(argv[1], TN_DECODER_ARG) == 0) {
        return tn_decoder_child();
    }
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || mkdtemp(dir) == NULL) {
        return 1;
    }
    (void)snprintf(node, sizeof node, "%s/video0", dir);
    draw_pictures();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(node);
    (void)rmdir(dir);
    return failed;
}
