/* Lines from a file descriptor to scans in the queue. It sleeps in poll() between bytes, so a
 * scanner that says nothing costs nothing. A FIFO is held open for writing too, so that one writer
 * that leaves does not end it; a serial device is set raw, with CLOCAL, since few scanners drive
 * the modem lines. */
#include "kiosk/sys/scan_stdin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/serial_port.h"
#include "turnout/log.h"

#define READ_SIZE 4096
#define REOPEN_MS 1000

/* A device that is no terminal is read as it is. */
static void set_raw(const struct tn_line_source *source)
{
    if (source->fd >= 0 && source->is_device) {
        (void)tn_serial_port_ready(source->fd, source->baud != 0 ? source->baud : TN_BAUD_DEFAULT);
    }
}

/* Opens the source's path as what it is; leaves fd at -1 where that fails. */
static void open_path(struct tn_line_source *source)
{
    struct stat st;
    int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    if (stat(source->path, &st) != 0) {
        return;
    }
    source->is_device = S_ISCHR(st.st_mode);
    flags |= S_ISFIFO(st.st_mode) ? O_RDWR : O_RDONLY;
    source->fd = open(source->path, flags);
    set_raw(source);
}

enum tn_status tn_line_source_init(struct tn_line_source *source, const char *path,
                                   struct tn_queue *queue)
{
    *source = (struct tn_line_source){.queue = queue, .fd = -1};
    source->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (source->stop_fd < 0) {
        tn_log(TN_LOG_ERROR, "the system refuses an event descriptor: %s", strerror(errno));
        return TN_ERR_IO;
    }
    if (strcmp(path, "stdin") == 0) {
        source->fd = STDIN_FILENO;
        return TN_OK;
    }
    source->path = path;
    open_path(source);
    if (source->fd < 0) {
        enum tn_status status = errno == ENOENT ? TN_ERR_NOT_FOUND : TN_ERR_IO;
        tn_log(TN_LOG_ERROR,
               "%s: the scanner cannot be opened: %s; is it plugged in, and may this "
               "user read it (group dialout)?",
               path, strerror(errno));
        (void)close(source->stop_fd);
        return status;
    }
    source->lines.is_device = source->is_device;
    return TN_OK;
}

void tn_line_source_set_baud(struct tn_line_source *source, int baud)
{
    source->baud = baud;
    set_raw(source);
}

/* False once the queue is closed: nobody listens any more. */
static bool push(struct tn_line_source *source, struct tn_event *event)
{
    tn_clock_stamp(event);
    bool is_heard = tn_queue_push(source->queue, event) == TN_OK;
    tn_event_wipe(event);
    return is_heard;
}

/* Reads once what is there. False at the end of the source; *is_heard tells of the queue. */
static bool read_some(struct tn_line_source *source, bool *is_heard)
{
    char bytes[READ_SIZE];
    struct tn_event event;
    ssize_t len = read(source->fd, bytes, sizeof bytes);
    if (len < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    if (len < 0 && !source->is_device) {
        tn_log(TN_LOG_ERROR, "%s: scans cannot be read any further: %s",
               source->path == NULL ? "standard input" : source->path, strerror(errno));
    }
    for (ssize_t i = 0; i < len && *is_heard; i++) {
        if (tn_lines_byte(&source->lines, bytes[i], &event)) {
            *is_heard = push(source, &event);
        }
    }
    sodium_memzero(bytes, sizeof bytes);
    return len > 0;
}

/* A device is away: closes it, and tries again after a while. False when asked to stop. */
static bool reopen(struct tn_line_source *source)
{
    if (source->fd >= 0) {
        tn_log(TN_LOG_WARN, "%s: the scanner went away; it is used again when it is plugged in",
               source->path);
        (void)close(source->fd);
        source->fd = -1;
        source->lines.len = 0;
    }
    struct pollfd stop = {.fd = source->stop_fd, .events = POLLIN};
    if (poll(&stop, 1, REOPEN_MS) > 0) {
        return false;
    }
    open_path(source);
    return true;
}

static void *read_lines(void *arg)
{
    struct tn_line_source *source = arg;
    bool is_heard = true;
    while (is_heard) {
        struct pollfd fds[] = {{.fd = source->stop_fd, .events = POLLIN},
                               {.fd = source->fd, .events = POLLIN}};
        if (source->fd >= 0 && poll(fds, 2, -1) < 0) {
            continue;
        }
        if (fds[0].revents != 0) {
            return NULL;
        }
        if (source->fd >= 0 && read_some(source, &is_heard)) {
            continue;
        }
        if (!source->is_device) {
            break;
        }
        if (!reopen(source)) {
            return NULL;
        }
    }
    struct tn_event event = {0};
    if (is_heard && tn_lines_end(&source->lines, &event)) {
        (void)push(source, &event);
    }
    event = (struct tn_event){.type = TN_EVENT_SCANS_END};
    (void)push(source, &event);
    return NULL;
}

enum tn_status tn_line_source_start(struct tn_line_source *source)
{
    if (pthread_create(&source->thread, NULL, read_lines, source) != 0) {
        tn_log(TN_LOG_ERROR, "the system refuses a thread for the scanner");
        return TN_ERR_NO_MEMORY;
    }
    return TN_OK;
}

void tn_line_source_interrupt(struct tn_line_source *source)
{
    (void)eventfd_write(source->stop_fd, 1);
}

void tn_line_source_join(struct tn_line_source *source)
{
    (void)pthread_join(source->thread, NULL);
}

void tn_line_source_destroy(struct tn_line_source *source)
{
    if (source->path != NULL && source->fd >= 0) {
        (void)close(source->fd);
    }
    (void)close(source->stop_fd);
    sodium_memzero(&source->lines, sizeof source->lines);
}
