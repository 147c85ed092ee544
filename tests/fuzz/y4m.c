/* Fuzz: YUV4MPEG2 files that stand in for a camera. Frames come within their bounds until the file
 * ends, and a file that claims the impossible is refused. The first frame is due at once; the next
 * would be waited for at the file's own pace, so then somebody wants to stop. */
#include <assert.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "kiosk/sys/y4m.h"
#include "tests/fuzz/memfile.h"
#include "turnout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop_line(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void walk(const struct tn_grey *grey)
{
    unsigned sum = 0;
    assert(grey->w > 0 && grey->h > 0 && grey->stride >= (size_t)grey->w);
    for (int y = 0; y < grey->h; y++) {
        sum += grey->px[(size_t)y * grey->stride] +
               grey->px[(size_t)y * grey->stride + (size_t)grey->w - 1];
    }
    assert(sum <= 510u * (unsigned)grey->h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[TN_MEMFILE_PATH_SIZE];
    struct tn_eye eye;
    struct tn_grey grey;
    tn_log_to(drop_line, NULL);
    int fd = memfile_open(data, size, path);
    int stop = eventfd(0, EFD_CLOEXEC);
    assert(fd >= 0 && stop >= 0);
    if (tn_y4m_open(path, &eye) == TN_OK) {
        if (eye.next(eye.ctx, stop, &grey) == TN_OK) {
            walk(&grey);
        }
        (void)eventfd_write(stop, 1);
        assert(eye.next(eye.ctx, stop, &grey) != TN_OK);
        eye.close(eye.ctx);
    }
    (void)close(stop);
    (void)close(fd);
    return 0;
}
