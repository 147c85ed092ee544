/* The decoding process under fault: killed a thousand times while badges are shown, started from a
 * program that cannot decode, and looked at from outside for what it may do. Each badge that is
 * shown is read all the same. This program is its own decoding process. */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/sys/decoder.h"
#include "kiosk/sys/decoder_wire.h"
#include "tests/scan/synth.h"
#include "turnout/log.h"

#define W 320
#define H 240
#define BADGES 8
/* Sanitizers make a start ten times longer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KILLS 100
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KILLS 100
#endif
#endif
#ifndef KILLS
#define KILLS 1000
#endif
#define KILLS_FEW (KILLS / 10) /* without $TURNOUT_LONG */
#define SHOWN_MAX 400          /* frames for which one badge is held up, at most */
#define AGAIN_MS 2000          /* generous: a loaded machine starts programs slowly */

static uint8_t px[BADGES][W * H];
static char digits[BADGES][SYNTH_DIGITS + 1];
static struct tn_symbols found;
static int64_t start_us = 7000; /* how long another process takes to be there, as measured */

static void draw_badges(void)
{
    uint64_t seed = 1;
    for (int i = 0; i < BADGES; i++) {
        struct synth_frame frame = {W, H, px[i]};
        synth_digits(&seed, digits[i]);
        assert_true(synth_picture(&frame, digits[i], SYNTH_PLAIN, 4.0f, (uint64_t)i));
    }
}

static enum tn_status show(struct tn_decoder *decoder, int badge)
{
    const struct tn_grey frame = {.px = px[badge], .w = W, .h = H, .stride = W};
    return tn_decoder_frame(decoder, &frame, &found);
}

static bool is_read(int badge)
{
    return found.count == 1 && found.items[0].len == SYNTH_DIGITS &&
           memcmp(found.items[0].text, digits[badge], SYNTH_DIGITS) == 0;
}

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int open_fds(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    (void)closedir(dir);
    return count;
}

static void a_badge_is_read(void **state)
{
    (void)state;
    struct tn_decoder *decoder = NULL;
    assert_int_equal(tn_decoder_create(NULL, &decoder), TN_OK);
    for (int i = 0; i < BADGES; i++) {
        assert_int_equal(show(decoder, i), TN_OK);
        assert_true(is_read(i));
    }
    assert_int_equal(tn_decoder_deaths(decoder), 0);
    tn_decoder_free(decoder);
}

/* Kills at moments of its own whoever decodes: before, while and after it is asked. The process is
 * replaced only by the other thread, which tells its number here; killing one that has just been
 * buried is prevented by the lock. */
static struct {
    pthread_mutex_t lock;
    pid_t pid;
    atomic_bool is_over;
    atomic_int kills;
} killer = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void *kill_on(void *arg)
{
    uint64_t seed = *(const uint64_t *)arg;
    while (!atomic_load(&killer.is_over)) {
        const struct timespec nap = {.tv_nsec =
                                         (long)(synth_random(&seed) * 4000.0f * (float)start_us)};
        (void)nanosleep(&nap, NULL);
        (void)pthread_mutex_lock(&killer.lock);
        if (killer.pid > 0 && kill(killer.pid, SIGKILL) == 0) {
            killer.pid = -1; /* once each */
            atomic_fetch_add(&killer.kills, 1);
        }
        (void)pthread_mutex_unlock(&killer.lock);
    }
    return NULL;
}

/* Shows the killer whom to kill next. */
static void expose(struct tn_decoder *decoder, pid_t *last)
{
    pid_t pid = tn_decoder_pid(decoder);
    if (pid != *last) {
        (void)pthread_mutex_lock(&killer.lock);
        killer.pid = pid;
        (void)pthread_mutex_unlock(&killer.lock);
        *last = pid;
    }
}

static void killed_again_and_again_it_still_reads_each_badge(void **state)
{
    (void)state;
    uint64_t seed = 20260314;
    pthread_t thread;
    struct tn_decoder *decoder = NULL;
    pid_t last = -1;
    int fds = open_fds();
    int shown = 0;
    int most = 0;
    const int kills_min = getenv("TURNOUT_LONG") != NULL ? KILLS : KILLS_FEW;
    assert_int_equal(tn_decoder_create(NULL, &decoder), TN_OK);
    assert_int_equal(pthread_create(&thread, NULL, kill_on, &seed), 0);
    for (; atomic_load(&killer.kills) < kills_min; shown++) {
        int frames = 1;
        expose(decoder, &last);
        while (show(decoder, shown % BADGES) != TN_OK || !is_read(shown % BADGES)) {
            const struct timespec nap = {.tv_nsec = 5000000}; /* six times a camera's speed */
            expose(decoder, &last);
            (void)nanosleep(&nap, NULL);
            frames++;
            assert_in_range(frames, 1, SHOWN_MAX);
        }
        most = frames > most ? frames : most;
    }
    atomic_store(&killer.is_over, true);
    (void)pthread_join(thread, NULL);
    (void)show(decoder, 0);
    /* Each was noticed, or was killed after the last frame. */
    int kills = atomic_load(&killer.kills);
    assert_in_range(tn_decoder_deaths(decoder), kills - 1, kills);
    print_message("%d badges read, each within %d frames, over %u deaths\n", shown, most,
                  tn_decoder_deaths(decoder));
    tn_decoder_free(decoder);
    assert_int_equal(open_fds(), fds);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none is left to be buried */
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* From the frame that finds it dead to the next answer. */
static void another_is_there_at_once(void **state)
{
    (void)state;
    int64_t took_us[21];
    struct tn_decoder *decoder = NULL;
    assert_int_equal(tn_decoder_create(NULL, &decoder), TN_OK);
    for (int i = 0; i < 21; i++) {
        pid_t pid = tn_decoder_pid(decoder);
        assert_int_equal(kill(pid, SIGKILL), 0);
        int64_t begun = now_us();
        assert_int_equal(show(decoder, 0), TN_ERR_IO);
        assert_int_not_equal(tn_decoder_pid(decoder), pid);
        assert_int_equal(show(decoder, 0), TN_OK);
        assert_true(is_read(0));
        took_us[i] = now_us() - begun;
    }
    qsort(took_us, 21, sizeof took_us[0], compare);
    start_us = took_us[10] < 100000 ? took_us[10] : 100000;
    print_message("reads again after %.1f ms\n", (double)took_us[10] / 1000.0);
    assert_in_range(took_us[10], 0, AGAIN_MS * 1000);
    tn_decoder_free(decoder);
}

/* A line of /proc/PID/status. */
static int status_of(pid_t pid, const char *field)
{
    char path[64];
    char line[256];
    int value = -1;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            value = (int)strtol(line + strlen(field), NULL, 10);
        }
    }
    (void)fclose(file);
    return value;
}

/* What is open beside the three standard ones, which lead nowhere, its two pipes and the memory. */
static void it_has_nothing_to_reach_out_with(void **state)
{
    (void)state;
    char path[64];
    char target[256];
    struct tn_decoder *decoder = NULL;
    assert_int_equal(tn_decoder_create(NULL, &decoder), TN_OK);
    assert_int_equal(show(decoder, 0), TN_OK);
    pid_t pid = tn_decoder_pid(decoder);
    assert_int_equal(status_of(pid, "Seccomp:"), 2); /* a filter */
    assert_int_equal(status_of(pid, "NoNewPrivs:"), 1);
    for (int fd = 0; fd < 64; fd++) {
        (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
        ssize_t len = readlink(path, target, sizeof target - 1);
        target[len > 0 ? len : 0] = '\0';
        if (fd <= STDERR_FILENO) {
            assert_string_equal(target, "/dev/null");
        } else if (fd == TN_DECODER_FD_ASK || fd == TN_DECODER_FD_ANSWER) {
            assert_memory_equal(target, "pipe:", 5);
        } else if (fd == TN_DECODER_FD_MEMORY) {
            assert_memory_equal(target, "/memfd:", 7);
        } else {
            assert_int_equal(len, -1);
        }
    }
    tn_decoder_free(decoder);
}

static int complaints;

static void count_line(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
    complaints++;
}

/* A process that answers where there is no picture, as at its start, and ends of any picture. */
static int end_of_any_picture(void)
{
    char byte = 0;
    const struct tn_decoder_memory *memory =
        mmap(NULL, sizeof *memory, PROT_READ, MAP_SHARED, TN_DECODER_FD_MEMORY, 0);
    while (memory != MAP_FAILED && read(TN_DECODER_FD_ASK, &byte, 1) == 1 &&
           memory->kind == TN_DECODE_NONE && write(TN_DECODER_FD_ANSWER, &byte, 1) == 1) {
    }
    return 0;
}

static void one_that_always_ends_is_not_started_with_every_frame(void **state)
{
    (void)state;
    struct tn_decoder *decoder = NULL;
    char program[] = "/tmp/turnout-ends-XXXXXX";
    int fd = mkstemp(program);
    assert_true(fd >= 0);
    FILE *script = fdopen(fd, "w");
    assert_non_null(script);
    (void)fprintf(script, "#!/bin/sh\nexec /proc/%d/exe --end\n", (int)getpid());
    assert_int_equal(fchmod(fd, 0700), 0);
    assert_int_equal(fclose(script), 0);
    assert_int_equal(tn_decoder_create(program, &decoder), TN_OK);
    complaints = 0;
    tn_log_to(count_line, NULL);
    int64_t begun = now_us();
    for (int i = 0; i < 300; i++) {
        assert_int_equal(show(decoder, 0), TN_ERR_IO);
        assert_int_equal(found.count, 0);
    }
    int64_t took_ms = (now_us() - begun) / 1000;
    tn_log_to(NULL, NULL);
    assert_in_range(tn_decoder_deaths(decoder), 1, (uintmax_t)(10 + took_ms / 100));
    assert_in_range(complaints, 1, (uintmax_t)(10 + took_ms / 100));
    tn_decoder_free(decoder);
    (void)unlink(program);
}

static void one_that_cannot_start_is_an_error(void **state)
{
    (void)state;
    struct tn_decoder *decoder = NULL;
    int fds = open_fds();
    assert_int_equal(tn_decoder_create("/nowhere/turnout-kiosk", &decoder), TN_ERR_IO);
    assert_null(decoder);
    assert_int_equal(tn_decoder_create("/bin/false", &decoder), TN_ERR_IO);
    assert_null(decoder);
    assert_int_equal(open_fds(), fds);
    tn_decoder_free(NULL);
}

static void what_is_no_frame_is_refused(void **state)
{
    (void)state;
    struct tn_decoder *decoder = NULL;
    static const int sizes[][2] = {{0, 10}, {10, 0}, {-1, 10}, {TN_GREY_SIDE_MAX + 1, 1}};
    assert_int_equal(tn_decoder_create(NULL, &decoder), TN_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct tn_grey frame = {.px = px[0], .w = sizes[i][0], .h = sizes[i][1], .stride = W};
        assert_int_equal(tn_decoder_frame(decoder, &frame, &found), TN_ERR_LIMIT);
    }
    assert_int_equal(tn_decoder_file(decoder, "no picture", 10, &found), TN_ERR_FORMAT);
    assert_int_equal(tn_decoder_file(decoder, "", 0, &found), TN_ERR_FORMAT);
    assert_int_equal(show(decoder, 0), TN_OK); /* it lives */
    assert_int_equal(tn_decoder_deaths(decoder), 0);
    tn_decoder_free(decoder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_badge_is_read),
        cmocka_unit_test(another_is_there_at_once),
        cmocka_unit_test(killed_again_and_again_it_still_reads_each_badge),
        cmocka_unit_test(it_has_nothing_to_reach_out_with),
        cmocka_unit_test(one_that_always_ends_is_not_started_with_every_frame),
        cmocka_unit_test(one_that_cannot_start_is_an_error),
        cmocka_unit_test(what_is_no_frame_is_refused),
    };
    if (argc > 1 && strcmp(argv[1], TN_DECODER_ARG) == 0) {
        return tn_decoder_child();
    }
    if (argc > 1 && strcmp(argv[1], "--end") == 0) {
        return end_of_any_picture();
    }
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return 1;
    }
    draw_badges();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
