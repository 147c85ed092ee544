/* The one file that knows libv4l2. */
#include "kiosk/sys/video.h"

#include <libv4l2.h>
#include <sys/mman.h>

static int open_device(const char *path, int flags)
{
    return v4l2_open(path, flags);
}

static int control(int fd, unsigned long request, void *arg)
{
    return v4l2_ioctl(fd, request, arg);
}

static void *map(size_t len, int fd, int64_t offset)
{
    return v4l2_mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

const struct tn_video_calls tn_video_libv4l2 = {
    .open = open_device,
    .ioctl = control,
    .mmap = map,
    .munmap = v4l2_munmap,
    .poll = poll,
    .close = v4l2_close,
};
