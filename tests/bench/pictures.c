/* Pictures of a folder, all that QR_PICTURES=DIR holds, each with what it says beside it as
 * NAME.txt: how many turnout-kiosk --decode reads, how many zbarimg (zbar-tools), and how many
 * libzxing does alone, with the same hints as ours. Without QR_PICTURES there is nothing to do.
 *
 * A text is right where it is the file's bytes, or those read as Shift-JIS, which older symbols
 * hold; a line's end after it does not count. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iconv.h>

#include "kiosk/sys/file.h"
#include "kiosk/sys/picture.h"
#include "kiosk/sys/zxing.h"

#define PATH_SIZE 4096
#define TEXT_SIZE (4 * TN_SYMBOL_TEXT_MAX)
#define PICTURES_MAX 10000
#define OPEN_FILES 16

struct text {
    size_t len;
    char bytes[TEXT_SIZE];
};

static char *paths[PICTURES_MAX]; /* nftw has no room for a context */
static size_t path_count;

static bool is_picture(const char *path)
{
    static const char *const ends[] = {".png", ".jpg", ".jpeg", ".webp"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof ends / sizeof ends[0]; i++) {
        if (strcasecmp(dot, ends[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool txt_path(const char *picture, char out[PATH_SIZE])
{
    int stem = (int)(strrchr(picture, '.') - picture);
    return snprintf(out, PATH_SIZE, "%.*s.txt", stem, picture) < PATH_SIZE;
}

static int note_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    char txt[PATH_SIZE];
    (void)st;
    (void)where;
    if (type == FTW_F && is_picture(path) && txt_path(path, txt) && access(txt, R_OK) == 0 &&
        path_count < PICTURES_MAX) {
        paths[path_count] = strdup(path);
        path_count += paths[path_count] != NULL ? 1 : 0;
    }
    return 0;
}

static void trim(struct text *text)
{
    while (text->len > 0 && strchr("\r\n", text->bytes[text->len - 1]) != NULL) {
        text->len--;
    }
}

/* What a process says on its standard output, up to its end. */
static void collect(int fd, struct text *out)
{
    ssize_t got = 0;
    out->len = 0;
    while ((got = read(fd, out->bytes + out->len, TEXT_SIZE - out->len)) > 0 ||
           (got < 0 && errno == EINTR)) {
        out->len += got > 0 ? (size_t)got : 0;
    }
    trim(out);
}

/* libzxing once, at full size, in a process that may die of it. */
static void zxing_alone(const char *path)
{
    static struct tn_symbols found;
    uint8_t *file = NULL;
    uint8_t *px = NULL;
    size_t len = 0;
    struct tn_grey grey;
    if (tn_file_read(path, TN_PICTURE_FILE_MAX, &file, &len) == TN_OK &&
        tn_picture_grey(file, len, &px, &grey) == TN_OK &&
        tn_zxing_read(&grey, TN_ZXING_LOCAL, 1, &found) > 0) {
        (void)fwrite(found.items[0].text, 1, found.items[0].len, stdout);
    }
    (void)fflush(stdout);
    _exit(0);
}

enum reader { OURS, ZBAR, ZXING, READERS };

static void become(enum reader reader, const char *programs, const char *path)
{
    char kiosk[PATH_SIZE];
    (void)snprintf(kiosk, sizeof kiosk, "%s/turnout-kiosk", programs);
    if (reader == OURS) {
        (void)execl(kiosk, kiosk, "--decode", path, (char *)NULL);
    } else if (reader == ZBAR) {
        (void)execlp("zbarimg", "zbarimg", "-q", "--raw", path, (char *)NULL);
    } else {
        zxing_alone(path);
    }
    _exit(127);
}

/* Lets one of them read a picture. False where it cannot be run. */
static bool let_read(const struct tn_bench *bench, enum reader reader, const char *path,
                     struct text *out)
{
    int ends[2];
    int state = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
        become(reader, bench->programs, path);
    }
    (void)close(ends[1]);
    collect(ends[0], out);
    (void)close(ends[0]);
    return pid > 0 && waitpid(pid, &state, 0) == pid &&
           !(WIFEXITED(state) && WEXITSTATUS(state) == 127);
}

/* Bytes that are Shift-JIS, as UTF-8. */
static bool from_shift_jis(const struct text *in, struct text *out)
{
    iconv_t convert = iconv_open("UTF-8", "SHIFT_JIS");
    char *from = (char *)in->bytes;
    char *to = out->bytes;
    size_t left = in->len;
    size_t room = TEXT_SIZE;
    bool is_ok = convert != (iconv_t)-1 && iconv(convert, &from, &left, &to, &room) != (size_t)-1;
    out->len = TEXT_SIZE - room;
    if (convert != (iconv_t)-1) {
        (void)iconv_close(convert);
    }
    return is_ok;
}

static bool is_same(const struct text *a, const struct text *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool is_right(const struct text *said, const struct text *expected)
{
    static struct text converted;
    return is_same(said, expected) ||
           (from_shift_jis(expected, &converted) && is_same(said, &converted));
}

static bool read_txt(const char *picture, struct text *out)
{
    char path[PATH_SIZE];
    FILE *file = txt_path(picture, path) ? fopen(path, "re") : NULL;
    if (file == NULL) {
        return false;
    }
    out->len = fread(out->bytes, 1, TEXT_SIZE, file);
    (void)fclose(file);
    trim(out);
    return true;
}

/* Ours says "PICTURE<TAB>text". */
static void strip_path(struct text *said, const char *path)
{
    size_t skip = strlen(path) + 1;
    if (said->len >= skip) {
        said->len -= skip;
        memmove(said->bytes, said->bytes + skip, said->len);
    }
}

struct tally {
    int right[READERS];
    int wrong;
};

static bool show(const struct tn_bench *bench, const char *path, struct tally *tally)
{
    static struct text expected;
    static struct text said;
    bool is_ok = read_txt(path, &expected);
    for (enum reader reader = OURS; is_ok && reader < READERS; reader++) {
        is_ok = let_read(bench, reader, path, &said);
        if (reader == OURS) {
            strip_path(&said, path);
        }
        bool is_read = is_right(&said, &expected);
        tally->right[reader] += is_read ? 1 : 0;
        if (reader == OURS && !is_read) {
            tally->wrong += said.len > 0 ? 1 : 0;
            fprintf(stderr, "bench: %s: %s\n", path, said.len > 0 ? "read wrong" : "not read");
        }
    }
    return is_ok;
}

static void tell(struct tn_bench *bench, const struct tally *tally)
{
    double whole = (double)path_count / 100.0;
    double ours = tally->right[OURS] / whole;
    struct tn_bench_row row = {.value = ours, .unit = "%", .has_above = true};
    (void)snprintf(row.name, sizeof row.name, "pictures read, of %zu; zbarimg", path_count);
    row.floor = tally->right[ZBAR] / whole;
    row.above = 8;
    tn_bench_add(bench, &row);
    (void)snprintf(row.name, sizeof row.name, "pictures read, of %zu; libzxing alone", path_count);
    row.floor = tally->right[ZXING] / whole;
    row.above = 4;
    tn_bench_add(bench, &row);
    tn_bench_add(bench, &(struct tn_bench_row){.name = "pictures read wrong",
                                               .value = tally->wrong,
                                               .unit = "",
                                               .must_be_none = true});
}

enum tn_status tn_bench_pictures(struct tn_bench *bench)
{
    const char *dir = getenv("QR_PICTURES");
    struct tally tally = {0};
    bool is_ok = true;
    if (dir == NULL || dir[0] == '\0') {
        return TN_OK;
    }
    if (nftw(dir, note_file, OPEN_FILES, 0) != 0 || path_count == 0) {
        fprintf(stderr,
                "bench: QR_PICTURES=%s: there is no PNG, JPEG or WebP with a .txt of the same name "
                "beside it\n",
                dir);
        return TN_ERR_NOT_FOUND;
    }
    for (size_t i = 0; i < path_count; i++) {
        is_ok = is_ok && show(bench, paths[i], &tally);
        free(paths[i]);
    }
    if (!is_ok) {
        fprintf(stderr, "bench: a reader could not be run; is zbarimg there (`make deps-test`)?\n");
        return TN_ERR_NOT_FOUND;
    }
    tell(bench, &tally);
    return TN_OK;
}
