/* Video4Linux as cameras really do it: they change the size that was asked for without a word, mark
 * buffers as broken, send short ones, stop sending at all, and go away between any two calls. So
 * every answer is checked, whatever the driver claims; the sizes a frame is read with are those of
 * the mapped buffer. The grey plane of YUV 4:2:0 comes first and is all that is looked at. */
#include "kiosk/sys/v4l2.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WIDTH 1280
#define HEIGHT 720
#define FRAMES_A_SECOND 30
#define BUFFERS_MAX 4
#define WAIT_MS 1000
#define SILENT_MAX 3   /* waits without any frame, then the camera is opened anew */
#define USELESS_MAX 90 /* frames in a row that were broken or short: the same */

struct buffer {
    void *at;
    size_t len;
};

struct camera {
    const struct tn_video_calls *calls;
    int fd;
    struct v4l2_pix_format format;
    unsigned count;
    struct buffer buffers[BUFFERS_MAX];
    int held; /* the buffer of the frame that was given out; -1: none */
    int silent;
    int useless;
};

/* A call that a signal broke off is made again. */
static int control(const struct camera *camera, unsigned long request, void *arg)
{
    int result = 0;
    do {
        result = camera->calls->ioctl(camera->fd, request, arg);
    } while (result < 0 && errno == EINTR);
    return result;
}

/* What errno says of a camera that was there a moment ago. */
static enum tn_status status_of_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return TN_ERR_NOT_FOUND;
    case EBUSY:
    case EACCES:
    case EPERM:
        return TN_ERR_STATE;
    case ENOTTY:
    case EINVAL:
        return TN_ERR_FORMAT;
    case ENOMEM:
        return TN_ERR_NO_MEMORY;
    default:
        return TN_ERR_IO;
    }
}

static enum tn_status check_device(const struct camera *camera)
{
    struct v4l2_capability about = {0};
    if (control(camera, VIDIOC_QUERYCAP, &about) != 0) {
        return status_of_errno();
    }
    /* capabilities tells of all nodes of a camera together, device_caps of this one. */
    uint32_t can =
        (about.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? about.device_caps : about.capabilities;
    const uint32_t needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    return (can & needed) == needed ? TN_OK : TN_ERR_FORMAT;
}

/* Formats whose first plane is the grey picture. */
static bool has_grey_plane(uint32_t pixelformat)
{
    return pixelformat == V4L2_PIX_FMT_YUV420 || pixelformat == V4L2_PIX_FMT_YVU420 ||
           pixelformat == V4L2_PIX_FMT_NV12 || pixelformat == V4L2_PIX_FMT_GREY;
}

static enum tn_status choose_format(struct camera *camera)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.width = WIDTH;
    format.fmt.pix.height = HEIGHT;
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUV420;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    if (control(camera, VIDIOC_S_FMT, &format) != 0) {
        return status_of_errno();
    }
    camera->format = format.fmt.pix;
    struct v4l2_pix_format *got = &camera->format;
    if (got->bytesperline == 0) {
        got->bytesperline = got->width;
    }
    bool is_sane = got->width >= 1 && got->width <= TN_GREY_SIDE_MAX && got->height >= 1 &&
                   got->height <= TN_GREY_SIDE_MAX && got->bytesperline >= got->width &&
                   got->bytesperline <= 8 * TN_GREY_SIDE_MAX;
    if (!is_sane || !has_grey_plane(got->pixelformat)) {
        return TN_ERR_FORMAT;
    }
    struct v4l2_streamparm pace = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    pace.parm.capture.timeperframe = (struct v4l2_fract){1, FRAMES_A_SECOND};
    (void)control(camera, VIDIOC_S_PARM, &pace); /* one that is slower is good enough */
    return TN_OK;
}

/* Sets a control within its bounds; one that is not there or will not be set is left alone. */
static void set(const struct camera *camera, uint32_t id, int32_t value)
{
    struct v4l2_queryctrl bounds = {.id = id};
    if (control(camera, VIDIOC_QUERYCTRL, &bounds) != 0 ||
        (bounds.flags & V4L2_CTRL_FLAG_DISABLED) != 0) {
        return;
    }
    value = value < bounds.minimum ? bounds.minimum : value;
    value = value > bounds.maximum ? bounds.maximum : value;
    struct v4l2_control wish = {.id = id, .value = value};
    (void)control(camera, VIDIOC_S_CTRL, &wish);
}

/* Never slower frames for a brighter picture; the rest as staff wants it. */
static void apply(const struct camera *camera, const struct tn_camera_settings *settings)
{
    set(camera, V4L2_CID_EXPOSURE_AUTO_PRIORITY, 0);
    if (settings->exposure_ms > 0.0f) {
        set(camera, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL);
        set(camera, V4L2_CID_EXPOSURE_ABSOLUTE, (int32_t)(settings->exposure_ms * 10.0f + 0.5f));
    }
    if (settings->focus >= 0) {
        set(camera, V4L2_CID_FOCUS_AUTO, 0);
        set(camera, V4L2_CID_FOCUS_ABSOLUTE, settings->focus);
    }
}

static size_t grey_size(const struct camera *camera)
{
    return (size_t)camera->format.bytesperline * camera->format.height;
}

static struct v4l2_buffer buffer_of(unsigned index)
{
    return (struct v4l2_buffer){
        .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
}

static enum tn_status map_one(struct camera *camera, unsigned index)
{
    struct v4l2_buffer about = buffer_of(index);
    if (control(camera, VIDIOC_QUERYBUF, &about) != 0) {
        return status_of_errno();
    }
    if (about.length < grey_size(camera)) {
        return TN_ERR_FORMAT;
    }
    void *at = camera->calls->mmap(about.length, camera->fd, about.m.offset);
    if (at == MAP_FAILED) {
        return errno == ENODEV ? TN_ERR_NOT_FOUND : TN_ERR_NO_MEMORY;
    }
    camera->buffers[index] = (struct buffer){.at = at, .len = about.length};
    return TN_OK;
}

static enum tn_status map_buffers(struct camera *camera)
{
    struct v4l2_requestbuffers wish = {
        .count = BUFFERS_MAX, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (control(camera, VIDIOC_REQBUFS, &wish) != 0) {
        return status_of_errno();
    }
    camera->count = wish.count < BUFFERS_MAX ? wish.count : BUFFERS_MAX;
    enum tn_status status = camera->count >= 2 ? TN_OK : TN_ERR_NO_MEMORY;
    for (unsigned i = 0; status == TN_OK && i < camera->count; i++) {
        status = map_one(camera, i);
    }
    return status;
}

static bool give_back(const struct camera *camera, unsigned index)
{
    struct v4l2_buffer buffer = buffer_of(index);
    return control(camera, VIDIOC_QBUF, &buffer) == 0;
}

static enum tn_status start(struct camera *camera)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    for (unsigned i = 0; i < camera->count; i++) {
        if (!give_back(camera, i)) {
            return status_of_errno();
        }
    }
    return control(camera, VIDIOC_STREAMON, &type) == 0 ? TN_OK : status_of_errno();
}

static void close_camera(void *ctx)
{
    struct camera *camera = ctx;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    struct v4l2_requestbuffers none = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                       .memory = V4L2_MEMORY_MMAP};
    (void)control(camera, VIDIOC_STREAMOFF, &type);
    for (unsigned i = 0; i < camera->count; i++) {
        if (camera->buffers[i].at != NULL) {
            (void)camera->calls->munmap(camera->buffers[i].at, camera->buffers[i].len);
        }
    }
    (void)control(camera, VIDIOC_REQBUFS, &none);
    (void)camera->calls->close(camera->fd);
    free(camera);
}

/* How one dequeued buffer turned out. */
enum dequeued { NONE_LEFT, USELESS, USABLE, GONE, FAILED };

static enum dequeued dequeue(const struct camera *camera, unsigned *index)
{
    struct v4l2_buffer buffer = buffer_of(0);
    if (control(camera, VIDIOC_DQBUF, &buffer) != 0) {
        if (errno == EAGAIN) {
            return NONE_LEFT;
        }
        return status_of_errno() == TN_ERR_NOT_FOUND ? GONE : FAILED;
    }
    if (buffer.index >= camera->count) {
        return FAILED;
    }
    *index = buffer.index;
    bool is_whole =
        (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0 && buffer.bytesused >= grey_size(camera);
    return is_whole ? USABLE : USELESS;
}

/* Takes all frames that wait and keeps the newest good one; the others go back at once. A driver
 * has no more of them than buffers, whatever it says. */
static enum tn_status drain(struct camera *camera)
{
    enum dequeued one = USABLE;
    for (unsigned tries = 0; tries < 2 * camera->count && one != NONE_LEFT; tries++) {
        unsigned index = 0;
        one = dequeue(camera, &index);
        if (one == GONE || one == FAILED) {
            return one == GONE ? TN_ERR_NOT_FOUND : TN_ERR_IO;
        }
        unsigned back = index;
        if (one == USABLE) {
            camera->useless = 0;
            back = camera->held >= 0 ? (unsigned)camera->held : camera->count;
            camera->held = (int)index;
        } else if (one == USELESS) {
            camera->useless++;
        }
        if (one != NONE_LEFT && back < camera->count && !give_back(camera, back)) {
            return status_of_errno() == TN_ERR_NOT_FOUND ? TN_ERR_NOT_FOUND : TN_ERR_IO;
        }
    }
    return camera->useless > USELESS_MAX ? TN_ERR_IO : TN_OK;
}

/* TN_OK: something waits; TN_ERR_STATE: nothing yet, or the caller is to stop. */
static enum tn_status wait_for_frame(struct camera *camera, int stop_fd)
{
    struct pollfd fds[] = {{.fd = camera->fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    int ready = camera->calls->poll(fds, 2, WAIT_MS);
    if (ready < 0) {
        return errno == EINTR ? TN_ERR_STATE : TN_ERR_IO;
    }
    if (ready > 0 && fds[1].revents != 0) {
        return TN_ERR_STATE;
    }
    if ((fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        return TN_ERR_NOT_FOUND;
    }
    if (fds[0].revents == 0) {
        camera->silent++;
        return camera->silent >= SILENT_MAX ? TN_ERR_IO : TN_ERR_STATE;
    }
    camera->silent = 0;
    return TN_OK;
}

static enum tn_status next_frame(void *ctx, int stop_fd, struct tn_grey *out)
{
    struct camera *camera = ctx;
    enum tn_status status = wait_for_frame(camera, stop_fd);
    if (status != TN_OK) {
        return status;
    }
    if (camera->held >= 0) {
        unsigned index = (unsigned)camera->held;
        camera->held = -1;
        if (!give_back(camera, index)) {
            return status_of_errno() == TN_ERR_NOT_FOUND ? TN_ERR_NOT_FOUND : TN_ERR_IO;
        }
    }
    status = drain(camera);
    if (status != TN_OK || camera->held < 0) {
        return status != TN_OK ? status : TN_ERR_STATE;
    }
    *out = (struct tn_grey){.px = camera->buffers[camera->held].at,
                            .w = (int)camera->format.width,
                            .h = (int)camera->format.height,
                            .stride = camera->format.bytesperline};
    return TN_OK;
}

enum tn_status tn_v4l2_open(const struct tn_video_calls *calls, const char *path,
                            const struct tn_camera_settings *settings, struct tn_eye *out)
{
    struct camera *camera = calloc(1, sizeof *camera);
    if (camera == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    camera->calls = calls;
    camera->held = -1;
    camera->fd = calls->open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (camera->fd < 0) {
        enum tn_status status = status_of_errno();
        free(camera);
        return status;
    }
    enum tn_status status = check_device(camera);
    status = status == TN_OK ? choose_format(camera) : status;
    if (status == TN_OK) {
        apply(camera, settings);
        status = map_buffers(camera);
    }
    status = status == TN_OK ? start(camera) : status;
    if (status != TN_OK) {
        int why = errno;
        close_camera(camera);
        errno = why;
        return status;
    }
    *out = (struct tn_eye){.ctx = camera, .next = next_frame, .close = close_camera};
    return TN_OK;
}
