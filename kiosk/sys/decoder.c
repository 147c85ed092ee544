/* The kiosk's side. The process's answer is data from a stranger like the picture itself: counts
 * and lengths are checked, and the memory's size is sealed, so that a process that was taken over
 * can at worst say wrong digits, which a badge's tag then catches. */
#include "kiosk/sys/decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/decoder_wire.h"
#include "turnout/log.h"

#define START_MS 10000 /* a loaded machine may take a while to start a program */
#define FRAME_MS 3000
#define FILE_MS 20000
#define SELF "/proc/self/exe"
#define BARREN_MAX 3  /* processes in a row that end without an answer, until there is a pause */
#define PAUSE_MS 10   /* which doubles with each, */
#define DOUBLES_MAX 4 /* up to a sixth of a second */

struct tn_decoder {
    const char *program;
    struct tn_decoder_memory *memory;
    int memory_fd;
    int ask_fd;    /* -1: there is no process */
    int answer_fd; /* closed by its end */
    pid_t pid;
    unsigned deaths;
    unsigned barren;  /* ends and failed starts since the last answer */
    int64_t pause_ms; /* boot time until which none is started */
};

static int64_t boot_ms(void)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    return mono_ms;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

static void end_process(struct tn_decoder *decoder)
{
    close_fd(&decoder->ask_fd);
    close_fd(&decoder->answer_fd);
    if (decoder->pid > 0) {
        (void)kill(decoder->pid, SIGKILL);
        while (waitpid(decoder->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    decoder->pid = -1;
}

/* The descriptors are moved out of the way first, so that none of the targets is a source. */
static bool place_fds(posix_spawn_file_actions_t *actions, int ask, int answer, int memory)
{
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_adddup2(actions, ask, TN_DECODER_FD_ASK) == 0 &&
           posix_spawn_file_actions_adddup2(actions, answer, TN_DECODER_FD_ANSWER) == 0 &&
           posix_spawn_file_actions_adddup2(actions, memory, TN_DECODER_FD_MEMORY) == 0;
}

static int spawn(struct tn_decoder *decoder, int ask, int answer, int memory)
{
    char *argv[] = {(char *)"turnout-kiosk", (char *)TN_DECODER_ARG, NULL};
    char *envp[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    sigset_t all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return ENOMEM;
    }
    if (posix_spawnattr_init(&attr) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    bool is_ok = place_fds(&actions, ask, answer, memory) &&
                 posix_spawnattr_setsigmask(&attr, &none) == 0 &&
                 posix_spawnattr_setsigdefault(&attr, &all) == 0 &&
                 posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETPGROUP) == 0;
    int failed =
        is_ok ? posix_spawn(&decoder->pid, decoder->program, &actions, &attr, argv, envp) : ENOMEM;
    (void)posix_spawnattr_destroy(&attr);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        decoder->pid = -1;
    }
    return failed;
}

/* A copy of fd above the three that the process is given. */
static int lift(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, TN_DECODER_FD_MEMORY + 1);
}

/* Waits for the process's byte; false where it is gone or too late. */
static bool wait_for_answer(struct tn_decoder *decoder, int timeout_ms)
{
    struct pollfd fd = {.fd = decoder->answer_fd, .events = POLLIN};
    char byte = 0;
    int ready = 0;
    do {
        ready = poll(&fd, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && read(decoder->answer_fd, &byte, 1) == 1;
}

static bool ask(struct tn_decoder *decoder, int timeout_ms)
{
    const char byte = 1;
    return decoder->ask_fd >= 0 && write(decoder->ask_fd, &byte, 1) == 1 &&
           wait_for_answer(decoder, timeout_ms);
}

static enum tn_status start_process(struct tn_decoder *decoder)
{
    int to[2] = {-1, -1};
    int from[2] = {-1, -1};
    int given[3] = {-1, -1, -1};
    int failed = EMFILE;
    if (pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0) {
        given[0] = lift(to[0]);
        given[1] = lift(from[1]);
        given[2] = lift(decoder->memory_fd);
        if (given[0] >= 0 && given[1] >= 0 && given[2] >= 0) {
            failed = spawn(decoder, given[0], given[1], given[2]);
        }
    }
    for (int i = 0; i < 3; i++) {
        close_fd(&given[i]);
    }
    close_fd(&to[0]);
    close_fd(&from[1]);
    decoder->ask_fd = to[1];
    decoder->answer_fd = from[0];
    if (failed != 0) {
        tn_log(TN_LOG_ERROR, "%s: a process that reads pictures cannot be started: %s",
               decoder->program, strerror(failed));
        end_process(decoder);
        return TN_ERR_IO;
    }
    return TN_OK;
}

/* One that cannot start, or ends whatever it is shown, is not started anew thirty times a second.
 */
static void start_another(struct tn_decoder *decoder)
{
    if (boot_ms() < decoder->pause_ms) {
        return;
    }
    decoder->barren++;
    if (decoder->barren > BARREN_MAX) {
        unsigned doubles = decoder->barren - BARREN_MAX;
        doubles = doubles < DOUBLES_MAX ? doubles : DOUBLES_MAX;
        decoder->pause_ms = boot_ms() + ((int64_t)PAUSE_MS << doubles);
    }
    (void)start_process(decoder);
}

/* The frame is dropped by not being asked about again. */
static void replace_process(struct tn_decoder *decoder)
{
    if (decoder->pid > 0) {
        decoder->deaths++;
        tn_log(TN_LOG_WARN,
               "the process that reads pictures has ended; the picture is dropped, and "
               "another process reads the next");
    }
    end_process(decoder);
    start_another(decoder);
}

/* Memory that both sides see and neither can make shorter. */
static bool make_memory(struct tn_decoder *decoder)
{
    decoder->memory_fd = memfd_create("turnout picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (decoder->memory_fd < 0 ||
        ftruncate(decoder->memory_fd, (off_t)sizeof *decoder->memory) != 0 ||
        fcntl(decoder->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return false;
    }
    void *at = mmap(NULL, sizeof *decoder->memory, PROT_READ | PROT_WRITE, MAP_SHARED,
                    decoder->memory_fd, 0);
    decoder->memory = at == MAP_FAILED ? NULL : at;
    return decoder->memory != NULL && madvise(at, sizeof *decoder->memory, MADV_DONTDUMP) == 0;
}

enum tn_status tn_decoder_create(const char *program, struct tn_decoder **out)
{
    *out = NULL;
    struct tn_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    decoder->program = program != NULL ? program : SELF;
    decoder->ask_fd = -1;
    decoder->answer_fd = -1;
    decoder->memory_fd = -1;
    decoder->pid = -1;
    if (!make_memory(decoder)) {
        tn_log(TN_LOG_ERROR, "no memory can be shared for pictures: %s", strerror(errno));
        tn_decoder_free(decoder);
        return TN_ERR_NO_MEMORY;
    }
    decoder->memory->kind = TN_DECODE_NONE;
    if (start_process(decoder) != TN_OK || !ask(decoder, START_MS)) {
        tn_log(TN_LOG_ERROR, "%s: the process that reads pictures does not answer",
               decoder->program);
        tn_decoder_free(decoder);
        return TN_ERR_IO;
    }
    *out = decoder;
    return TN_OK;
}

void tn_decoder_free(struct tn_decoder *decoder)
{
    if (decoder == NULL) {
        return;
    }
    end_process(decoder);
    if (decoder->memory != NULL) {
        sodium_memzero(&decoder->memory->symbols, sizeof decoder->memory->symbols);
        (void)munmap(decoder->memory, sizeof *decoder->memory);
    }
    close_fd(&decoder->memory_fd);
    free(decoder);
}

/* Copies what was found, once, and then looks at the copy only: the process could still write. */
static void take_symbols(struct tn_decoder *decoder, struct tn_symbols *out)
{
    struct tn_symbols *there = &decoder->memory->symbols;
    size_t count = __atomic_load_n(&there->count, __ATOMIC_RELAXED);
    out->count = 0;
    for (size_t i = 0; i < count && i < TN_SYMBOLS_MAX; i++) {
        struct tn_symbol *symbol = &out->items[out->count];
        size_t len = __atomic_load_n(&there->items[i].len, __ATOMIC_RELAXED);
        if (len > 0 && len <= TN_SYMBOL_TEXT_MAX) {
            symbol->len = len;
            memcpy(symbol->text, there->items[i].text, len);
            sodium_memzero(there->items[i].text, len);
            out->count++;
        }
    }
    there->count = 0;
}

static enum tn_status decode(struct tn_decoder *decoder, int timeout_ms, struct tn_symbols *out)
{
    decoder->memory->symbols.count = 0;
    decoder->memory->reply = TN_OK;
    if (!ask(decoder, timeout_ms)) {
        replace_process(decoder);
        return TN_ERR_IO;
    }
    decoder->barren = 0;
    take_symbols(decoder, out);
    switch (__atomic_load_n(&decoder->memory->reply, __ATOMIC_RELAXED)) {
    case TN_OK:
        return TN_OK;
    case TN_ERR_LIMIT:
        return TN_ERR_LIMIT;
    case TN_ERR_NO_MEMORY:
        return TN_ERR_NO_MEMORY;
    default:
        return TN_ERR_FORMAT;
    }
}

enum tn_status tn_decoder_frame(struct tn_decoder *decoder, const struct tn_grey *frame,
                                struct tn_symbols *out)
{
    struct tn_decoder_memory *memory = decoder->memory;
    out->count = 0;
    if (frame->w <= 0 || frame->h <= 0 || frame->w > TN_GREY_SIDE_MAX ||
        frame->h > TN_GREY_SIDE_MAX) {
        return TN_ERR_LIMIT;
    }
    for (int y = 0; y < frame->h; y++) {
        memcpy(memory->data + (size_t)y * (size_t)frame->w, frame->px + (size_t)y * frame->stride,
               (size_t)frame->w);
    }
    memory->kind = TN_DECODE_FRAME;
    memory->w = frame->w;
    memory->h = frame->h;
    memory->turn++;
    return decode(decoder, FRAME_MS, out);
}

enum tn_status tn_decoder_file(struct tn_decoder *decoder, const void *file, size_t len,
                               struct tn_symbols *out)
{
    out->count = 0;
    if (len > TN_DECODER_DATA_MAX) {
        return TN_ERR_LIMIT;
    }
    memcpy(decoder->memory->data, file, len);
    decoder->memory->kind = TN_DECODE_FILE;
    decoder->memory->len = len;
    return decode(decoder, FILE_MS, out);
}

unsigned tn_decoder_deaths(const struct tn_decoder *decoder)
{
    return decoder->deaths;
}

pid_t tn_decoder_pid(const struct tn_decoder *decoder)
{
    return decoder->pid;
}
