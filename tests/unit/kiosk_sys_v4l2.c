/* A camera made of a table of calls that does what real ones do: changes the size it was asked for,
 * sends broken and short buffers, falls silent, is busy, goes away at any call. Whatever it does,
 * what was opened is closed, what was mapped is unmapped, and no frame reaches past its buffer. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/videodev2.h>

#include "kiosk/sys/v4l2.h"

#define FD 1000
#define BUFFERS 4
#define CALLS_MAX 400

static struct {
    int calls;    /* made so far */
    int fails_at; /* -1: none does */
    int error;
    bool stays; /* all after it fail too */
    int opened, mapped;
    uint32_t w, h, stride, pixelformat; /* what the driver makes of any wish; 0: the wish */
    uint32_t caps;
    uint32_t used; /* bytes it says a frame has; 0: all */
    bool is_broken;
    bool is_silent;
    int waiting; /* frames ready at the next poll */
    uint8_t stamp;
    struct v4l2_pix_format format;
    unsigned count;
    uint8_t *at[BUFFERS];
    bool is_queued[BUFFERS];
    int exposure, focus, exposure_mode;
} fake;

static void reset(void)
{
    memset(&fake, 0, sizeof fake);
    fake.fails_at = -1;
    fake.caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    fake.waiting = 1;
    fake.focus = -1;
}

static bool is_failing(void)
{
    int call = fake.calls++;
    bool fails =
        fake.fails_at >= 0 && (call == fake.fails_at || (fake.stays && call > fake.fails_at));
    if (fails) {
        errno = fake.error;
    }
    return fails;
}

static int fake_open(const char *path, int flags)
{
    (void)flags;
    if (is_failing()) {
        return -1;
    }
    if (strcmp(path, "/dev/video7") != 0) {
        errno = ENOENT;
        return -1;
    }
    fake.opened++;
    return FD;
}

static int fake_close(int fd)
{
    assert_int_equal(fd, FD);
    fake.opened--;
    return 0;
}

static size_t frame_size(void)
{
    return (size_t)fake.format.bytesperline * fake.format.height * 3 / 2;
}

static int set_format(struct v4l2_format *wish)
{
    struct v4l2_pix_format *pix = &wish->fmt.pix;
    pix->width = fake.w != 0 ? fake.w : pix->width;
    pix->height = fake.h != 0 ? fake.h : pix->height;
    pix->pixelformat = fake.pixelformat != 0 ? fake.pixelformat : pix->pixelformat;
    pix->bytesperline = fake.stride != 0 ? fake.stride : pix->width;
    fake.format = *pix;
    return 0;
}

static int dequeue(struct v4l2_buffer *buffer)
{
    for (unsigned i = 0; i < fake.count && fake.waiting > 0; i++) {
        if (fake.is_queued[i]) {
            fake.is_queued[i] = false;
            fake.waiting--;
            memset(fake.at[i], ++fake.stamp, frame_size());
            buffer->index = i;
            buffer->bytesused = fake.used != 0 ? fake.used : (uint32_t)frame_size();
            buffer->flags = fake.is_broken ? V4L2_BUF_FLAG_ERROR : 0;
            return 0;
        }
    }
    errno = EAGAIN;
    return -1;
}

static int set_control(const struct v4l2_control *wish)
{
    int *where = wish->id == V4L2_CID_EXPOSURE_ABSOLUTE ? &fake.exposure
                 : wish->id == V4L2_CID_FOCUS_ABSOLUTE  ? &fake.focus
                 : wish->id == V4L2_CID_EXPOSURE_AUTO   ? &fake.exposure_mode
                                                        : NULL;
    if (where != NULL) {
        *where = wish->value;
    }
    return 0;
}

static int answer(unsigned long request, void *arg)
{
    struct v4l2_buffer *buffer = arg;
    switch (request) {
    case VIDIOC_QUERYCAP:
        ((struct v4l2_capability *)arg)->capabilities = V4L2_CAP_DEVICE_CAPS;
        ((struct v4l2_capability *)arg)->device_caps = fake.caps;
        return 0;
    case VIDIOC_S_FMT:
        return set_format(arg);
    case VIDIOC_QUERYCTRL:
        ((struct v4l2_queryctrl *)arg)->minimum = 0;
        ((struct v4l2_queryctrl *)arg)->maximum = 250;
        return 0;
    case VIDIOC_S_CTRL:
        return set_control(arg);
    case VIDIOC_REQBUFS:
        fake.count = ((struct v4l2_requestbuffers *)arg)->count;
        return 0;
    case VIDIOC_QUERYBUF:
        buffer->length = (uint32_t)frame_size();
        buffer->m.offset = buffer->index;
        return 0;
    case VIDIOC_QBUF:
        assert_true(buffer->index < BUFFERS);
        assert_false(fake.is_queued[buffer->index]); /* never twice */
        fake.is_queued[buffer->index] = true;
        return 0;
    case VIDIOC_DQBUF:
        return dequeue(buffer);
    default:
        return 0;
    }
}

static int fake_ioctl(int fd, unsigned long request, void *arg)
{
    assert_int_equal(fd, FD);
    return is_failing() ? -1 : answer(request, arg);
}

static void *fake_mmap(size_t len, int fd, int64_t offset)
{
    assert_int_equal(fd, FD);
    if (is_failing()) {
        return MAP_FAILED;
    }
    assert_true(offset < BUFFERS);
    fake.mapped++;
    fake.at[offset] = malloc(len); /* exactly: reading past it is found */
    assert_non_null(fake.at[offset]);
    return fake.at[offset];
}

static int fake_munmap(void *at, size_t len)
{
    (void)len;
    fake.mapped--;
    free(at);
    return 0;
}

static int fake_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    (void)timeout_ms;
    if (is_failing()) {
        return -1;
    }
    fds[0].revents = fake.is_silent ? 0 : POLLIN;
    fds[1].revents = 0;
    (void)poll(fds + 1, count - 1, 0);
    if (!fake.is_silent && fake.waiting == 0) {
        fake.waiting = 1;
    }
    return (fds[0].revents != 0) + (fds[1].revents != 0);
}

static const struct tn_video_calls calls = {
    .open = fake_open,
    .ioctl = fake_ioctl,
    .mmap = fake_mmap,
    .munmap = fake_munmap,
    .poll = fake_poll,
    .close = fake_close,
};

static const struct tn_camera_settings own = {.focus = -1};

/* Reads every byte a frame claims to have. */
static void walk(const struct tn_grey *frame)
{
    unsigned sum = 0;
    for (int y = 0; y < frame->h; y++) {
        for (int x = 0; x < frame->w; x++) {
            sum += frame->px[(size_t)y * frame->stride + (size_t)x];
        }
    }
    assert_true(sum > 0);
}

static enum tn_status open_it(struct tn_eye *eye)
{
    return tn_v4l2_open(&calls, "/dev/video7", &own, eye);
}

static void assert_all_given_back(void)
{
    assert_int_equal(fake.opened, 0);
    assert_int_equal(fake.mapped, 0);
}

static void frames_come_and_all_is_given_back(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(0, 0);
    reset();
    assert_int_equal(open_it(&eye), TN_OK);
    for (int i = 1; i <= 20; i++) {
        assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_OK);
        assert_int_equal(frame.w, 1280);
        assert_int_equal(frame.h, 720);
        assert_int_equal(frame.px[0], i);
        walk(&frame);
    }
    eye.close(eye.ctx);
    assert_all_given_back();
    close(stop);
}

static void of_frames_that_wait_the_newest_is_given(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(0, 0);
    reset();
    assert_int_equal(open_it(&eye), TN_OK);
    fake.waiting = 3;
    assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_OK);
    assert_int_equal(frame.px[0], 3);
    eye.close(eye.ctx);
    assert_all_given_back();
    close(stop);
}

/* Each call in turn, once and for good, with each errno cameras are known for. */
static void any_call_may_fail(void **state)
{
    (void)state;
    static const int errors[] = {EIO, ENODEV, EBUSY, EACCES, ENOMEM, EINVAL, ENOTTY, EINTR, ENXIO};
    int stop = eventfd(0, 0);
    int shown = 0;
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++) {
        bool is_past = false;
        for (int at = 0; !is_past; at++) {
            assert_true(at < CALLS_MAX);
            for (int stays = 0; stays < (errors[e] == EINTR ? 1 : 2); stays++) {
                struct tn_eye eye;
                struct tn_grey frame;
                reset();
                fake.fails_at = at;
                fake.error = errors[e];
                fake.stays = stays == 1;
                enum tn_status status = open_it(&eye);
                bool is_open = status == TN_OK;
                for (int i = 0; i < 5 && (status == TN_OK || status == TN_ERR_STATE); i++) {
                    if (!is_open) {
                        break; /* busy */
                    }
                    status = eye.next(eye.ctx, stop, &frame);
                    if (status == TN_OK) {
                        walk(&frame);
                        shown++;
                    }
                }
                is_past = fake.calls <= at;
                if (is_open) {
                    eye.close(eye.ctx);
                }
                assert_all_given_back();
            }
        }
    }
    assert_true(shown > 0);
    close(stop);
}

static void a_size_that_was_not_asked_for_is_taken_as_it_is(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(0, 0);
    reset();
    fake.w = 333;
    fake.h = 241;
    fake.stride = 384;
    assert_int_equal(open_it(&eye), TN_OK);
    assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_OK);
    assert_int_equal(frame.w, 333);
    assert_int_equal(frame.h, 241);
    assert_int_equal(frame.stride, 384);
    walk(&frame);
    eye.close(eye.ctx);
    assert_all_given_back();
    close(stop);
}

static void a_format_nobody_can_read_is_refused(void **state)
{
    (void)state;
    struct tn_eye eye;
    reset();
    fake.pixelformat = V4L2_PIX_FMT_MJPEG;
    assert_int_equal(open_it(&eye), TN_ERR_FORMAT);
    assert_all_given_back();
    reset();
    fake.w = TN_GREY_SIDE_MAX + 1;
    assert_int_equal(open_it(&eye), TN_ERR_FORMAT);
    reset();
    fake.stride = 100; /* less than a row */
    assert_int_equal(open_it(&eye), TN_ERR_FORMAT);
    reset();
    fake.caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING; /* the other node of a camera */
    assert_int_equal(open_it(&eye), TN_ERR_FORMAT);
    assert_all_given_back();
    assert_int_equal(tn_v4l2_open(&calls, "/dev/video8", &own, &eye), TN_ERR_NOT_FOUND);
}

static void broken_and_short_frames_are_not_shown(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(0, 0);
    for (int is_short = 0; is_short < 2; is_short++) {
        reset();
        assert_int_equal(open_it(&eye), TN_OK);
        fake.is_broken = is_short == 0;
        fake.used = is_short == 1 ? 1280 * 720 - 1 : 0;
        for (int i = 0; i < 50; i++) {
            assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_ERR_STATE);
        }
        fake.is_broken = false;
        fake.used = 0;
        assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_OK);
        fake.is_broken = true;
        enum tn_status status = TN_ERR_STATE;
        for (int i = 0; i < 200 && status == TN_ERR_STATE; i++) {
            status = eye.next(eye.ctx, stop, &frame);
        }
        assert_int_equal(status, TN_ERR_IO);
        eye.close(eye.ctx);
        assert_all_given_back();
    }
    close(stop);
}

static void a_camera_that_falls_silent_is_to_be_opened_anew(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(0, 0);
    reset();
    assert_int_equal(open_it(&eye), TN_OK);
    fake.is_silent = true;
    assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_ERR_STATE);
    enum tn_status status = TN_ERR_STATE;
    for (int i = 0; i < 10 && status == TN_ERR_STATE; i++) {
        status = eye.next(eye.ctx, stop, &frame);
    }
    assert_int_equal(status, TN_ERR_IO);
    eye.close(eye.ctx);
    assert_all_given_back();
    close(stop);
}

static void the_caller_may_end_at_any_time(void **state)
{
    (void)state;
    struct tn_eye eye;
    struct tn_grey frame;
    int stop = eventfd(1, 0);
    reset();
    assert_int_equal(open_it(&eye), TN_OK);
    assert_int_equal(eye.next(eye.ctx, stop, &frame), TN_ERR_STATE);
    eye.close(eye.ctx);
    assert_all_given_back();
    close(stop);
}

static void settings_are_set_within_bounds(void **state)
{
    (void)state;
    struct tn_eye eye;
    reset();
    struct tn_camera_settings wish = {.exposure_ms = 8.0f, .focus = 9999};
    assert_int_equal(tn_v4l2_open(&calls, "/dev/video7", &wish, &eye), TN_OK);
    assert_int_equal(fake.exposure, 80); /* the driver counts in 100 us */
    assert_int_equal(fake.exposure_mode, V4L2_EXPOSURE_MANUAL);
    assert_int_equal(fake.focus, 250);
    eye.close(eye.ctx);
    reset();
    assert_int_equal(open_it(&eye), TN_OK);
    assert_int_equal(fake.exposure_mode, 0); /* not touched */
    assert_int_equal(fake.focus, -1);
    eye.close(eye.ctx);
    assert_all_given_back();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_and_all_is_given_back),
        cmocka_unit_test(of_frames_that_wait_the_newest_is_given),
        cmocka_unit_test(any_call_may_fail),
        cmocka_unit_test(a_size_that_was_not_asked_for_is_taken_as_it_is),
        cmocka_unit_test(a_format_nobody_can_read_is_refused),
        cmocka_unit_test(broken_and_short_frames_are_not_shown),
        cmocka_unit_test(a_camera_that_falls_silent_is_to_be_opened_anew),
        cmocka_unit_test(the_caller_may_end_at_any_time),
        cmocka_unit_test(settings_are_set_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
