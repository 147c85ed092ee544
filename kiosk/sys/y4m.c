/* A header line, then frames of one size, each behind a line of its own. What a line says is
 * checked and bounded; a file that ends in the middle of a frame ends with the frame before. */
#include "kiosk/sys/y4m.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "turnout/log.h"

#define LINE_MAX_Y4M 512
#define PACE_MAX 1000 /* frames a second */
#define WAIT_MS 1000
#define NS_A_S 1000000000LL

struct file {
    FILE *in;
    int w, h;
    long pace_num, pace_den; /* frames a second */
    size_t colour;           /* bytes of a frame after the grey plane */
    uint8_t *grey;
    int64_t begun_ns; /* CLOCK_MONOTONIC of the first frame; 0: not yet */
    int64_t index;    /* of the frame that is read next */
};

/* Bytes of both colour planes (and of an alpha plane) for each of the format's names. */
static const struct {
    const char *name;
    int across, down; /* grey samples to a colour sample; 0: none */
    int planes;
} colours[] = {
    {"420jpeg", 2, 2, 2}, {"420paldv", 2, 2, 2}, {"420mpeg2", 2, 2, 2},
    {"420", 2, 2, 2},     {"422", 2, 1, 2},      {"444alpha", 1, 1, 3},
    {"444", 1, 1, 2},     {"411", 4, 1, 2},      {"mono", 1, 1, 0},
};

static bool take_colour(struct file *file, const char *name)
{
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        if (strcmp(colours[i].name, name) == 0) {
            size_t w = (size_t)((file->w + colours[i].across - 1) / colours[i].across);
            size_t h = (size_t)((file->h + colours[i].down - 1) / colours[i].down);
            file->colour = (size_t)colours[i].planes * w * h;
            return true;
        }
    }
    return false;
}

static bool take_number(const char *text, long max, char end, long *out, const char **rest)
{
    char *stop = NULL;
    errno = 0;
    *out = strtol(text, &stop, 10);
    if (errno != 0 || stop == text || *out < 1 || *out > max || *stop != end) {
        return false;
    }
    *rest = stop + (end != '\0' ? 1 : 0);
    return true;
}

static bool take_pace(struct file *file, const char *text)
{
    const char *rest = NULL;
    return take_number(text, 1000000, ':', &file->pace_num, &rest) &&
           take_number(rest, 1000000, '\0', &file->pace_den, &rest) &&
           file->pace_num / file->pace_den <= PACE_MAX;
}

/* One word of the header. Words we have no use for are as good as absent. */
static bool take_word(struct file *file, const char *word, char *colour, size_t colour_size)
{
    const char *rest = NULL;
    long number = 0;
    switch (word[0]) {
    case 'W':
        file->w = take_number(word + 1, TN_GREY_SIDE_MAX, '\0', &number, &rest) ? (int)number : 0;
        return file->w > 0;
    case 'H':
        file->h = take_number(word + 1, TN_GREY_SIDE_MAX, '\0', &number, &rest) ? (int)number : 0;
        return file->h > 0;
    case 'F':
        return take_pace(file, word + 1);
    case 'C':
        return (size_t)snprintf(colour, colour_size, "%s", word + 1) < colour_size;
    default:
        return true;
    }
}

static bool read_header(struct file *file)
{
    static const char magic[] = "YUV4MPEG2";
    char line[LINE_MAX_Y4M];
    char colour[16] = "420";
    char *rest = NULL;
    if (fgets(line, sizeof line, file->in) == NULL || strchr(line, '\n') == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    char *word = strtok_r(line, " ", &rest);
    if (word == NULL || strcmp(word, magic) != 0) {
        return false;
    }
    file->pace_num = 30;
    file->pace_den = 1;
    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
        if (!take_word(file, word, colour, sizeof colour)) {
            return false;
        }
    }
    return file->w > 0 && file->h > 0 && take_colour(file, colour);
}

static int64_t now_ns(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * NS_A_S + at.tv_nsec;
}

static int64_t due_ns(const struct file *file, int64_t index)
{
    /* In whole numbers, a pace of a million frames in a million seconds would be too much. */
    double seconds = (double)index * (double)file->pace_den / (double)file->pace_num;
    return file->begun_ns + (int64_t)(seconds * (double)NS_A_S);
}

/* Skips by reading: a FIFO knows no other way. */
static bool skip(struct file *file, size_t len)
{
    uint8_t waste[8192];
    while (len > 0) {
        size_t part = len < sizeof waste ? len : sizeof waste;
        if (fread(waste, 1, part, file->in) != part) {
            return false;
        }
        len -= part;
    }
    return true;
}

static bool read_frame(struct file *file)
{
    char line[LINE_MAX_Y4M];
    size_t size = (size_t)file->w * (size_t)file->h;
    if (fgets(line, sizeof line, file->in) == NULL || strncmp(line, "FRAME", 5) != 0 ||
        strchr(line, '\n') == NULL) {
        return false;
    }
    file->index++;
    return fread(file->grey, 1, size, file->in) == size && skip(file, file->colour);
}

/* False where the caller is to stop. */
static bool wait_until_due(const struct file *file, int stop_fd)
{
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    int64_t left_ms = (due_ns(file, file->index) - now_ns() + 999999) / 1000000;
    left_ms = left_ms < 0 ? 0 : left_ms;
    return poll(&stop, 1, left_ms < WAIT_MS ? (int)left_ms : WAIT_MS) == 0;
}

static enum tn_status next_frame(void *ctx, int stop_fd, struct tn_grey *out)
{
    struct file *file = ctx;
    if (file->begun_ns == 0) {
        file->begun_ns = now_ns();
    }
    if (!wait_until_due(file, stop_fd) || now_ns() < due_ns(file, file->index)) {
        return TN_ERR_STATE;
    }
    /* Whoever comes late gets the newest, as from a camera. */
    do {
        if (!read_frame(file)) {
            return TN_ERR_NOT_FOUND;
        }
    } while (now_ns() >= due_ns(file, file->index));
    *out =
        (struct tn_grey){.px = file->grey, .w = file->w, .h = file->h, .stride = (size_t)file->w};
    return TN_OK;
}

static void close_file(void *ctx)
{
    struct file *file = ctx;
    (void)fclose(file->in);
    free(file->grey);
    free(file);
}

static enum tn_status begin(struct file *file, const char *path)
{
    if (!read_header(file)) {
        tn_log(TN_LOG_ERROR,
               "%s: this is no YUV4MPEG2 file of 8 bits a sample and at most %d pixels a side; "
               "`ffmpeg -i VIDEO -pix_fmt yuv420p OUT.y4m` makes one",
               path, TN_GREY_SIDE_MAX);
        return TN_ERR_FORMAT;
    }
    file->grey = malloc((size_t)file->w * (size_t)file->h);
    return file->grey != NULL ? TN_OK : TN_ERR_NO_MEMORY;
}

enum tn_status tn_y4m_open(const char *path, struct tn_eye *out)
{
    FILE *in = fopen(path, "re");
    if (in == NULL) {
        return errno == ENOENT ? TN_ERR_NOT_FOUND : TN_ERR_IO;
    }
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        (void)fclose(in);
        return TN_ERR_NO_MEMORY;
    }
    file->in = in;
    enum tn_status status = begin(file, path);
    if (status != TN_OK) {
        close_file(file);
        return status;
    }
    *out = (struct tn_eye){.ctx = file, .next = next_frame, .close = close_file};
    return TN_OK;
}
