/* One thread for all serial scanners. It sleeps in poll() until a byte, a plug or the end comes; a
 * timer runs only while a scan is half heard. A device that cannot be opened is tried again when
 * the folder says that it changed (udev hands out permissions a moment after the plug), never by a
 * clock. What was half scanned when the plug was pulled is thrown away: as the beginning of the
 * next scan it would spoil a good badge. */
#include "kiosk/sys/serial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <sodium.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/serial_port.h"
#include "turnout/log.h"

#define READ_SIZE 4096
#define WATCH_SIZE 4096
#define PATH_SIZE 4096
#define WATCHED (IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM)

enum { FD_STOP, FD_WATCH, FD_PORTS, FD_COUNT = FD_PORTS + TN_SERIAL_MAX };

static int open_device(const char *path)
{
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void close_fd(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

static void clear(struct tn_serial_port *port)
{
    sodium_memzero(port, sizeof *port);
    port->fd = -1;
}

enum tn_status tn_serial_init(struct tn_serial *serial, const struct tn_serial_params *params)
{
    memset(serial, 0, sizeof *serial);
    serial->params = *params;
    atomic_init(&serial->open_count, 0);
    if (serial->params.dir == NULL) {
        serial->params.dir = TN_SERIAL_DIR;
    }
    if (serial->params.usb_baud == 0) {
        serial->params.usb_baud = TN_BAUD_DEFAULT;
    }
    if (serial->params.open_port == NULL) {
        serial->params.open_port = open_device;
    }
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        serial->ports[i].fd = -1;
    }
    serial->stop_fd = eventfd(0, EFD_CLOEXEC);
    serial->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (serial->stop_fd >= 0 && serial->watch_fd >= 0 &&
        inotify_add_watch(serial->watch_fd, serial->params.dir, WATCHED | IN_ONLYDIR) >= 0) {
        return TN_OK;
    }
    enum tn_status status = errno == ENOENT || errno == ENOTDIR ? TN_ERR_NOT_FOUND : TN_ERR_IO;
    tn_log(TN_LOG_WARN, "%s: serial scanners are not looked for here: %s", serial->params.dir,
           strerror(errno));
    close_fd(serial->stop_fd);
    close_fd(serial->watch_fd);
    return status;
}

static struct tn_serial_port *find(struct tn_serial *serial, const char *name)
{
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        if (strcmp(serial->ports[i].name, name) == 0) {
            return &serial->ports[i];
        }
    }
    return NULL;
}

/* What to do about an errno, for who reads the log. */
static const char *advice(int why)
{
    switch (why) {
    case EACCES:
    case EPERM:
        return "let the kiosk's user read it (group dialout, or Turnout's udev rule), and plug it "
               "in again";
    case EBUSY:
        return "another program holds it; end that, and plug the scanner in again";
    default:
        return "if it is a scanner, plug it in again";
    }
}

static void refuse(struct tn_serial_port *port, int why)
{
    /* A node whose device is just leaving is no news. */
    bool is_leaving = why == ENOENT || why == ENODEV || why == ENXIO || why == EIO;
    if (is_leaving || why == port->refused) {
        tn_log(TN_LOG_INFO, "%s: not yet: %s", port->name, strerror(why));
    } else {
        tn_log(TN_LOG_WARN, "%s: this device cannot be used: %s; %s", port->name, strerror(why),
               advice(why));
    }
    port->refused = why;
}

static void try_port(struct tn_serial *serial, struct tn_serial_port *port, int baud)
{
    char path[PATH_SIZE];
    int len = snprintf(path, sizeof path, "%s/%s", serial->params.dir, port->name);
    if (len < 0 || (size_t)len >= sizeof path) {
        refuse(port, ENAMETOOLONG);
        return;
    }
    int fd = serial->params.open_port(path);
    if (fd < 0 || !tn_serial_port_ready(fd, baud)) {
        refuse(port, errno);
        close_fd(fd);
        return;
    }
    port->fd = fd;
    port->refused = 0;
    port->lines.is_device = true;
    (void)atomic_fetch_add(&serial->open_count, 1);
    tn_log(TN_LOG_INFO, "%s: a scanner is plugged in", port->name);
}

/* A row for a name that may be new; NULL where all are taken. */
static struct tn_serial_port *row_of(struct tn_serial *serial, const char *name)
{
    struct tn_serial_port *port = find(serial, name);
    if (port != NULL) {
        return port;
    }
    port = find(serial, "");
    if (port != NULL) {
        (void)snprintf(port->name, sizeof port->name, "%.*s", TN_SERIAL_NAME_MAX, name);
    } else if (!serial->has_told_full) {
        serial->has_told_full = true;
        tn_log(TN_LOG_WARN, "%s: no more than %d serial scanners are used at once", name,
               TN_SERIAL_MAX);
    }
    return port;
}

/* Opens what is there and not open yet. */
static void look(struct tn_serial *serial)
{
    DIR *dir = opendir(serial->params.dir);
    if (dir == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        int baud = tn_serial_port_baud(entry->d_name, serial->params.usb_baud);
        struct tn_serial_port *port = baud != 0 ? row_of(serial, entry->d_name) : NULL;
        if (port != NULL && port->fd < 0) {
            try_port(serial, port, baud);
        }
    }
    (void)closedir(dir);
}

/* Notes one change of the folder. True where it is worth a look. */
static bool note_change(struct tn_serial *serial, const struct inotify_event *change)
{
    if ((change->mask & IN_Q_OVERFLOW) != 0) {
        return true;
    }
    if (change->len == 0 || tn_serial_port_baud(change->name, serial->params.usb_baud) == 0) {
        return false;
    }
    struct tn_serial_port *port = find(serial, change->name);
    if (port != NULL && port->fd >= 0) {
        port->is_again = (change->mask & (IN_CREATE | IN_MOVED_TO)) != 0 || port->is_again;
        return false;
    }
    if ((change->mask & (IN_DELETE | IN_MOVED_FROM)) == 0) {
        return true;
    }
    if (port != NULL) {
        clear(port);
    }
    return true; /* a row may be free now for one that found none */
}

static void read_changes(struct tn_serial *serial)
{
    _Alignas(struct inotify_event) char bytes[WATCH_SIZE];
    bool is_worth = false;
    ssize_t len = read(serial->watch_fd, bytes, sizeof bytes);
    for (ssize_t at = 0; at < len;) {
        const struct inotify_event *change = (const void *)(bytes + at);
        is_worth = note_change(serial, change) || is_worth;
        at += (ssize_t)(sizeof *change + change->len);
    }
    if (is_worth) {
        look(serial);
    }
}

static void unplug(struct tn_serial *serial, struct tn_serial_port *port)
{
    bool is_worth = port->is_again || serial->has_told_full; /* one may be waiting for the row */
    tn_log(TN_LOG_INFO, "%s: the scanner was unplugged", port->name);
    (void)close(port->fd);
    clear(port);
    (void)atomic_fetch_sub(&serial->open_count, 1);
    if (is_worth) {
        serial->has_told_full = false;
        look(serial);
    }
}

/* False once the queue is closed: nobody listens any more. */
static bool push(struct tn_serial *serial, struct tn_event *event)
{
    tn_clock_stamp(event);
    bool is_heard = tn_queue_push(serial->params.queue, event) == TN_OK;
    tn_event_wipe(event);
    return is_heard;
}

static int64_t boot_ms(void)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    return mono_ms;
}

enum heard { HEARD_NOTHING, HEARD_BYTES, HEARD_UNPLUG, HEARD_CLOSE };

/* Reads a port once. */
static enum heard read_port(struct tn_serial *serial, struct tn_serial_port *port)
{
    char bytes[READ_SIZE];
    struct tn_event event;
    ssize_t len = read(port->fd, bytes, sizeof bytes);
    if (len < 0 && (errno == EINTR || errno == EAGAIN)) {
        return HEARD_NOTHING;
    }
    bool is_heard = true;
    for (ssize_t i = 0; i < len && is_heard; i++) {
        if (tn_lines_byte(&port->lines, bytes[i], &event)) {
            is_heard = push(serial, &event);
        }
    }
    sodium_memzero(bytes, sizeof bytes);
    port->heard_ms = boot_ms();
    if (!is_heard) {
        return HEARD_CLOSE;
    }
    return len > 0 ? HEARD_BYTES : HEARD_UNPLUG;
}

static bool is_silent(const struct tn_serial_port *port)
{
    return port->lines.len > 0 && boot_ms() - port->heard_ms >= TN_SERIAL_SILENCE_MS;
}

/* Deals with what poll() said of a port. False once nobody listens any more. */
static bool serve(struct tn_serial *serial, struct tn_serial_port *port, short revents)
{
    /* Also where it was silent: on a busy machine its bytes may have come since. */
    if (revents == 0 && !is_silent(port)) {
        return true;
    }
    enum heard heard = read_port(serial, port);
    if (heard == HEARD_UNPLUG || (heard == HEARD_NOTHING && (revents & (POLLHUP | POLLERR)) != 0)) {
        unplug(serial, port);
        return true;
    }
    if (heard != HEARD_NOTHING || !is_silent(port)) {
        return heard != HEARD_CLOSE;
    }
    struct tn_event event;
    return !tn_lines_silence(&port->lines, &event) || push(serial, &event);
}

/* Until the first half-heard scan ends by silence; -1 where there is none. */
static int wait_ms(const struct tn_serial *serial)
{
    int64_t left_ms = -1;
    int64_t now_ms = boot_ms();
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        const struct tn_serial_port *port = &serial->ports[i];
        if (port->lines.len == 0) {
            continue;
        }
        int64_t due_ms = port->heard_ms + TN_SERIAL_SILENCE_MS - now_ms;
        due_ms = due_ms > 0 ? due_ms : 0;
        left_ms = left_ms < 0 || due_ms < left_ms ? due_ms : left_ms;
    }
    return (int)left_ms;
}

/* Waits and deals with what came. False when it is time to end. */
static bool step(struct tn_serial *serial)
{
    struct pollfd fds[FD_COUNT] = {
        [FD_STOP] = {.fd = serial->stop_fd, .events = POLLIN},
        [FD_WATCH] = {.fd = serial->watch_fd, .events = POLLIN},
    };
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        fds[FD_PORTS + i] = (struct pollfd){.fd = serial->ports[i].fd, .events = POLLIN};
    }
    if (poll(fds, FD_COUNT, wait_ms(serial)) < 0) {
        return true;
    }
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        struct tn_serial_port *port = &serial->ports[i];
        /* An unplugged neighbour's look may just have filled this row with another. */
        if (port->fd >= 0 && port->fd == fds[FD_PORTS + i].fd &&
            !serve(serial, port, fds[FD_PORTS + i].revents)) {
            return false;
        }
    }
    if (fds[FD_WATCH].revents != 0) {
        read_changes(serial);
    }
    return fds[FD_STOP].revents == 0;
}

static void *listen_to_ports(void *arg)
{
    struct tn_serial *serial = arg;
    look(serial);
    while (step(serial)) {
    }
    return NULL;
}

enum tn_status tn_serial_start(struct tn_serial *serial)
{
    if (pthread_create(&serial->thread, NULL, listen_to_ports, serial) != 0) {
        tn_log(TN_LOG_ERROR, "the system refuses a thread for serial scanners");
        return TN_ERR_NO_MEMORY;
    }
    return TN_OK;
}

int tn_serial_count(struct tn_serial *serial)
{
    return atomic_load(&serial->open_count);
}

void tn_serial_interrupt(struct tn_serial *serial)
{
    (void)eventfd_write(serial->stop_fd, 1);
}

void tn_serial_join(struct tn_serial *serial)
{
    (void)pthread_join(serial->thread, NULL);
}

void tn_serial_destroy(struct tn_serial *serial)
{
    for (size_t i = 0; i < TN_SERIAL_MAX; i++) {
        close_fd(serial->ports[i].fd);
        clear(&serial->ports[i]);
    }
    close_fd(serial->watch_fd);
    close_fd(serial->stop_fd);
}
