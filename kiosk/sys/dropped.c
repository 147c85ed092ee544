/* A worker and a short list of paths. A file's name is in no log: it may be somebody's. What a file
 * is, its first bytes say and not its name; whether it really is that, the decoding process finds
 * out, where a lie does no harm. */
#include "kiosk/sys/dropped.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/decoder.h"
#include "kiosk/sys/file.h"
#include "kiosk/sys/picture.h"
#include "turnout/log.h"

#define MAGIC_SIZE 12

static const struct {
    size_t at;
    size_t len;
    const char *bytes;
} magics[] = {
    {0, 8, "\x89PNG\r\n\x1a\n"},
    {0, 3, "\xff\xd8\xff"},
    {8, 4, "WEBP"},
};

static bool is_picture(const char *path)
{
    char bytes[MAGIC_SIZE] = {0};
    /* Never waiting: somebody may drop a FIFO. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
    size_t len = got > 0 ? (size_t)got : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (magics[i].at + magics[i].len <= len &&
            memcmp(bytes + magics[i].at, magics[i].bytes, magics[i].len) == 0) {
            return true;
        }
    }
    return false;
}

/* A picture without a symbol is noise that may be tried again, and not somebody else's symbol. */
static void push(struct tn_dropped *dropped, const struct tn_symbols *symbols)
{
    struct tn_event scan = {.type = TN_EVENT_SCAN,
                            .method = "scan",
                            .source = TN_SOURCE_PICTURE,
                            .text = "?",
                            .len = 1};
    const struct tn_symbol *symbol = tn_symbols_choose(symbols);
    if (symbol != NULL) {
        size_t kept = symbol->len < TN_SCAN_TEXT_MAX ? symbol->len : TN_SCAN_TEXT_MAX;
        memcpy(scan.text, symbol->text, kept);
        scan.len = symbol->len;
        scan.had_end = true;
    }
    tn_clock_stamp(&scan);
    (void)tn_queue_push(dropped->queue, &scan);
    tn_event_wipe(&scan);
}

static void read_picture(struct tn_dropped *dropped, const char *path)
{
    static const struct tn_symbols none;
    struct tn_decoder *decoder = NULL;
    struct tn_symbols *symbols = calloc(1, sizeof *symbols);
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum tn_status status = symbols != NULL ? TN_OK : TN_ERR_NO_MEMORY;
    status = status == TN_OK ? tn_file_read(path, TN_PICTURE_FILE_MAX, &bytes, &len) : status;
    status = status == TN_OK ? tn_decoder_create(NULL, &decoder) : status;
    status = status == TN_OK ? tn_decoder_file(decoder, bytes, len, symbols) : status;
    if (status != TN_OK) {
        tn_log(TN_LOG_WARN, "a dropped picture was not read: %s", tn_status_text(status));
    }
    push(dropped, status == TN_OK ? symbols : &none);
    tn_decoder_free(decoder);
    if (bytes != NULL) {
        sodium_memzero(bytes, len);
        free(bytes);
    }
    if (symbols != NULL) {
        sodium_memzero(symbols, sizeof *symbols);
        free(symbols);
    }
}

/* The oldest path, to be freed; NULL: it is over. */
static char *wait_for_path(struct tn_dropped *dropped)
{
    char *path = NULL;
    (void)pthread_mutex_lock(&dropped->lock);
    while (dropped->count == 0 && !dropped->is_ending) {
        (void)pthread_cond_wait(&dropped->changed, &dropped->lock);
    }
    if (!dropped->is_ending) {
        path = dropped->paths[0];
        dropped->count--;
        memmove(dropped->paths, dropped->paths + 1, dropped->count * sizeof dropped->paths[0]);
    }
    (void)pthread_mutex_unlock(&dropped->lock);
    return path;
}

static void *work(void *arg)
{
    struct tn_dropped *dropped = arg;
    char *path = NULL;
    while ((path = wait_for_path(dropped)) != NULL) {
        read_picture(dropped, path);
        free(path);
    }
    return NULL;
}

void tn_dropped_init(struct tn_dropped *dropped, struct tn_queue *queue)
{
    *dropped = (struct tn_dropped){.queue = queue};
    (void)pthread_mutex_init(&dropped->lock, NULL);
    (void)pthread_cond_init(&dropped->changed, NULL);
}

void tn_dropped_destroy(struct tn_dropped *dropped)
{
    (void)pthread_mutex_lock(&dropped->lock);
    dropped->is_ending = true;
    (void)pthread_cond_signal(&dropped->changed);
    (void)pthread_mutex_unlock(&dropped->lock);
    if (dropped->has_thread) {
        (void)pthread_join(dropped->thread, NULL);
    }
    for (size_t i = 0; i < dropped->count; i++) {
        free(dropped->paths[i]);
    }
    (void)pthread_cond_destroy(&dropped->changed);
    (void)pthread_mutex_destroy(&dropped->lock);
}

bool tn_dropped_take(struct tn_dropped *dropped, const char *path)
{
    if (!is_picture(path)) {
        return false;
    }
    if (!dropped->has_thread) {
        dropped->has_thread = pthread_create(&dropped->thread, NULL, work, dropped) == 0;
    }
    char *copy = dropped->has_thread ? strdup(path) : NULL;
    (void)pthread_mutex_lock(&dropped->lock);
    if (copy != NULL && dropped->count < TN_DROPPED_MAX) {
        dropped->paths[dropped->count++] = copy;
        copy = NULL;
        (void)pthread_cond_signal(&dropped->changed);
    } else {
        tn_log(TN_LOG_WARN, "a dropped picture was not read, too many wait; drop it once more");
    }
    (void)pthread_mutex_unlock(&dropped->lock);
    free(copy);
    return true;
}
