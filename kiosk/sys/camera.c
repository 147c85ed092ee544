/* One thread, one camera, one decoding process. While there is no camera the thread sleeps on
 * inotify: a device node is made before udev has given it its group, so after each change of the
 * folder it is tried again for some seconds; a camera that another program has, more slowly. */
#include "kiosk/sys/camera.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "kiosk/app/gate.h"
#include "kiosk/sys/clock.h"
#include "kiosk/sys/decoder.h"
#include "kiosk/sys/y4m.h"
#include "turnout/log.h"

#define EAGER_MS 3000     /* after a plug, */
#define EAGER_EACH_MS 300 /* each so often */
#define BUSY_EACH_MS 2000 /* a camera that is there and cannot be used */
#define AGAIN_MS 250      /* a badge that stays in view */
#define STRANGE_TIMES 3   /* frames in a row, before anything that is no badge is told of */
#define STRANGE_MS 60000  /* and how long it must be away to be told of again */
#define PATH_SIZE 4096

struct tn_camera {
    struct tn_camera_wish wish;
    struct tn_queue *queue;
    pthread_t thread;
    int stop_fd;
    int watch_fd; /* -1: the folder cannot be watched */
    bool is_file;
    bool is_heard; /* the queue is open */
    bool is_open;
    struct tn_eye eye;
    enum tn_part_state state;
    enum tn_status why; /* why none could be opened, as told in the log last */
    int64_t eager_until_ms;
    struct tn_decoder *decoder;
    struct tn_symbols symbols;
    struct tn_id last; /* a hash of what was read last, */
    int times;         /* in how many frames in a row, */
    int64_t pushed_ms; /* and when it was pushed */
    struct tn_gate strange;
};

static int64_t boot_ms(void)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    return mono_ms;
}

bool tn_camera_is_file(const char *path)
{
    struct stat st;
    size_t len = strlen(path);
    return (len > 4 && strcmp(path + len - 4, ".y4m") == 0) ||
           (stat(path, &st) == 0 && S_ISREG(st.st_mode));
}

static void push(struct tn_camera *camera, struct tn_event *event)
{
    tn_clock_stamp(event);
    camera->is_heard = tn_queue_push(camera->queue, event) == TN_OK;
    tn_event_wipe(event);
}

static void tell(struct tn_camera *camera, enum tn_part_state state)
{
    if (state != camera->state) {
        struct tn_event event = {.type = TN_EVENT_CAMERA, .health.camera = state};
        camera->state = state;
        push(camera, &event);
    }
}

static bool is_stopped(const struct tn_camera *camera)
{
    struct pollfd stop = {.fd = camera->stop_fd, .events = POLLIN};
    return !camera->is_heard || poll(&stop, 1, 0) > 0;
}

/* What is read. */

static bool is_due(struct tn_camera *camera, const struct tn_symbol *symbol, int64_t now_ms)
{
    const struct tn_bytes text = {(const uint8_t *)symbol->text, symbol->len};
    struct tn_id id = tn_id_of(&text, 1);
    if (camera->times == 0 || !tn_id_equal(&id, &camera->last)) {
        camera->times = 0;
        camera->last = id;
        camera->pushed_ms = now_ms - AGAIN_MS;
    }
    camera->times++;
    if (tn_symbol_is_digits(symbol)) {
        return now_ms - camera->pushed_ms >= AGAIN_MS;
    }
    return camera->times >= STRANGE_TIMES &&
           tn_gate_admits(&camera->strange, symbol->text, symbol->len, now_ms, STRANGE_MS);
}

static void sight(struct tn_camera *camera, const struct tn_symbol *symbol)
{
    int64_t now_ms = boot_ms();
    if (symbol == NULL) {
        return; /* not a frame in which it was away: many are blurred */
    }
    if (is_due(camera, symbol, now_ms)) {
        struct tn_event scan = {.type = TN_EVENT_SCAN,
                                .method = "scan",
                                .source = TN_SOURCE_CAMERA,
                                .had_end = true,
                                .len = symbol->len};
        memcpy(scan.text, symbol->text,
               symbol->len < TN_SCAN_TEXT_MAX ? symbol->len : TN_SCAN_TEXT_MAX);
        camera->pushed_ms = now_ms;
        push(camera, &scan);
    }
}

static void look(struct tn_camera *camera, const struct tn_grey *frame)
{
    if (camera->wish.preview != NULL) {
        tn_preview_put(camera->wish.preview, frame, boot_ms());
    }
    enum tn_status status = tn_decoder_frame(camera->decoder, frame, &camera->symbols);
    if (status == TN_OK) {
        sight(camera, tn_symbols_choose(&camera->symbols));
        sodium_memzero(&camera->symbols, sizeof camera->symbols);
    }
}

/* The camera. */

static const struct tn_video_calls *calls_of(const struct tn_camera *camera)
{
    return camera->wish.calls != NULL ? camera->wish.calls : &tn_video_libv4l2;
}

static enum tn_status open_device(struct tn_camera *camera, const char *path)
{
    enum tn_status status =
        tn_v4l2_open(calls_of(camera), path, &camera->wish.settings, &camera->eye);
    camera->is_open = status == TN_OK;
    if (status == TN_OK) {
        tn_log(TN_LOG_INFO, "%s: this camera looks for badges", path);
    }
    return status;
}

/* The first that works of those that match; *worst tells of one that is there and does not. */
static bool open_first(struct tn_camera *camera, const char *pattern, enum tn_status *worst)
{
    char path[PATH_SIZE];
    glob_t found = {0};
    const char *folder = camera->wish.folder != NULL ? camera->wish.folder : "/dev";
    if (snprintf(path, sizeof path, "%s/%s", folder, pattern) >= (int)sizeof path ||
        glob(path, 0, NULL, &found) != 0) {
        return false;
    }
    for (size_t i = 0; i < found.gl_pathc && !camera->is_open; i++) {
        enum tn_status status = open_device(camera, found.gl_pathv[i]);
        bool is_none = status == TN_OK || status == TN_ERR_NOT_FOUND || status == TN_ERR_FORMAT;
        *worst = is_none ? *worst : status; /* nodes without pictures belong to many cameras */
    }
    globfree(&found);
    return camera->is_open;
}

/* Names by id first: they stay the same over plugging. */
static enum tn_status open_any(struct tn_camera *camera)
{
    enum tn_status worst = TN_ERR_NOT_FOUND;
    if (camera->is_open) {
        return TN_OK;
    }
    if (strcmp(camera->wish.path, "auto") != 0) {
        return open_device(camera, camera->wish.path);
    }
    return open_first(camera, "v4l/by-id/*-video-index*", &worst) ||
                   open_first(camera, "video*", &worst)
               ? TN_OK
               : worst;
}

/* Once for each reason. */
static void explain(struct tn_camera *camera, enum tn_status status, int error)
{
    const char *path = camera->wish.path;
    if (status == camera->why) {
        return;
    }
    camera->why = status;
    if (status == TN_ERR_FORMAT) {
        tn_log(TN_LOG_WARN, "--camera %s: this is no camera that gives pictures", path);
    } else if (status != TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_WARN,
               "--camera %s: the camera cannot be used: %s; does another program have it, and may "
               "this user read it (group video)? It is tried again",
               path, strerror(error));
    } else if (strcmp(path, "auto") != 0) {
        tn_log(TN_LOG_WARN, "--camera %s: it is not there; it is used when it is plugged in", path);
    }
}

/* Sleeps until something may have changed. */
static void wait_for_plug(struct tn_camera *camera, bool is_there)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    struct pollfd fds[] = {{.fd = camera->stop_fd, .events = POLLIN},
                           {.fd = camera->watch_fd, .events = POLLIN}};
    bool is_eager = boot_ms() < camera->eager_until_ms;
    bool is_blind = camera->watch_fd < 0;
    int wait_ms = is_eager ? EAGER_EACH_MS : is_there || is_blind ? BUSY_EACH_MS : -1;
    int ready = poll(fds, 2, wait_ms);
    if (ready > 0 && fds[1].revents != 0 && read(camera->watch_fd, events, sizeof events) > 0) {
        camera->eager_until_ms = boot_ms() + EAGER_MS;
    }
}

static void close_eye(struct tn_camera *camera)
{
    if (camera->is_open) {
        camera->eye.close(camera->eye.ctx);
        camera->is_open = false;
    }
}

/* Until the camera goes, or somebody wants to end. */
static void play(struct tn_camera *camera)
{
    enum tn_status status = TN_ERR_STATE;
    struct tn_grey frame;
    while (!is_stopped(camera) && (status == TN_OK || status == TN_ERR_STATE)) {
        status = camera->eye.next(camera->eye.ctx, camera->stop_fd, &frame);
        if (status == TN_OK) {
            tell(camera, TN_PART_WELL);
            look(camera, &frame);
        }
    }
    if (status != TN_OK && status != TN_ERR_STATE && !camera->is_file) {
        tn_log(TN_LOG_WARN, "the camera %s",
               status == TN_ERR_NOT_FOUND ? "was unplugged; it is used again when it is back"
                                          : "gives no pictures; it is started anew");
        camera->eager_until_ms = boot_ms() + EAGER_MS;
    }
    close_eye(camera);
}

static void wait_for_camera(struct tn_camera *camera)
{
    enum tn_status status = open_any(camera);
    int error = errno;
    bool is_there = status != TN_OK && status != TN_ERR_NOT_FOUND && status != TN_ERR_FORMAT;
    if (status == TN_OK) {
        camera->why = TN_OK;
        return;
    }
    tell(camera, is_there ? TN_PART_TROUBLE : TN_PART_NONE);
    explain(camera, status, error);
    wait_for_plug(camera, is_there);
}

static bool has_decoder(struct tn_camera *camera)
{
    return camera->decoder != NULL ||
           tn_decoder_create(camera->wish.decoder, &camera->decoder) == TN_OK;
}

static void *watch(void *arg)
{
    struct tn_camera *camera = arg;
    bool is_ended = false;
    while (!is_ended && !is_stopped(camera)) {
        wait_for_camera(camera);
        if (camera->is_open && !has_decoder(camera)) {
            close_eye(camera);
            tell(camera, TN_PART_TROUBLE);
            break; /* said in the log; other scanners go on */
        }
        if (camera->is_open) {
            play(camera);
            is_ended = camera->is_file;
        }
    }
    if (camera->is_file) {
        struct tn_event end = {.type = TN_EVENT_SCANS_END};
        push(camera, &end);
    }
    return NULL;
}

/* A file is opened by who asked for it, so that a wrong name ends the program and not a thread. */
static enum tn_status prepare(struct tn_camera *camera)
{
    const char *path = camera->wish.path;
    if (camera->is_file) {
        enum tn_status status = tn_y4m_open(path, &camera->eye);
        camera->is_open = status == TN_OK;
        if (status == TN_ERR_NOT_FOUND || status == TN_ERR_IO) {
            tn_log(TN_LOG_ERROR, "--camera %s: the file cannot be read: %s", path, strerror(errno));
        }
        return status;
    }
    camera->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (camera->watch_fd < 0 ||
        inotify_add_watch(camera->watch_fd,
                          camera->wish.folder != NULL ? camera->wish.folder : "/dev",
                          IN_CREATE | IN_ATTRIB | IN_DELETE) < 0) {
        tn_log(TN_LOG_WARN, "cameras that are plugged in later are noticed late: %s",
               strerror(errno));
    }
    return TN_OK;
}

static void free_camera(struct tn_camera *camera)
{
    close_eye(camera);
    tn_decoder_free(camera->decoder);
    if (camera->watch_fd >= 0) {
        (void)close(camera->watch_fd);
    }
    if (camera->stop_fd >= 0) {
        (void)close(camera->stop_fd);
    }
    sodium_memzero(camera, sizeof *camera);
    free(camera);
}

enum tn_status tn_camera_start(const struct tn_camera_wish *wish, struct tn_queue *queue,
                               struct tn_camera **out)
{
    struct tn_camera *camera = calloc(1, sizeof *camera);
    *out = NULL;
    if (camera == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    camera->wish = *wish;
    camera->queue = queue;
    camera->is_file = tn_camera_is_file(wish->path);
    camera->is_heard = true;
    camera->watch_fd = -1;
    camera->stop_fd = eventfd(0, EFD_CLOEXEC);
    enum tn_status status = camera->stop_fd >= 0 ? prepare(camera) : TN_ERR_IO;
    if (status == TN_OK && pthread_create(&camera->thread, NULL, watch, camera) != 0) {
        tn_log(TN_LOG_ERROR, "the system refuses a thread for the camera");
        status = TN_ERR_NO_MEMORY;
    }
    if (status != TN_OK) {
        free_camera(camera);
        return status;
    }
    *out = camera;
    return TN_OK;
}

void tn_camera_stop(struct tn_camera *camera)
{
    if (camera == NULL) {
        return;
    }
    (void)eventfd_write(camera->stop_fd, 1);
    (void)pthread_join(camera->thread, NULL);
    free_camera(camera);
}
