/* The kiosk as a whole process, in a real window on the display at hand: how soon after its start
 * the first frame is on the screen, and what it costs while nobody is there. The kiosk says
 * "first frame" on standard error with --verbose; the rest is read from /proc. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STARTS 11
#define SETTLE_S 3
#define IDLE_S 30
#define CARDS_FAIR 20000
#define CARDS_STRESS 1000000

struct kiosk {
    pid_t pid;
    FILE *said;
    double started_ms;
};

static enum tn_status kiosk_start(const struct tn_bench *bench, const char *station,
                                  struct kiosk *out)
{
    char program[4096];
    (void)snprintf(program, sizeof program, "%s/turnout-kiosk", bench->programs);
    int ends[2];
    if (pipe(ends) != 0) {
        return TN_ERR_IO;
    }
    out->started_ms = tn_bench_now_ms();
    out->pid = fork();
    if (out->pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        (void)execl(program, program, "--station", station, "--windowed=1280x800", "--scanner",
                    "auto", "--verbose", (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    out->said = out->pid > 0 ? fdopen(ends[0], "r") : NULL;
    return out->said != NULL ? TN_OK : TN_ERR_IO;
}

/* Milliseconds from start to the line that tells of the first frame; below 0: it never came. */
static double kiosk_first_frame_ms(struct kiosk *kiosk)
{
    char line[1024];
    while (fgets(line, sizeof line, kiosk->said) != NULL) {
        if (strstr(line, "first frame") != NULL) {
            return tn_bench_now_ms() - kiosk->started_ms;
        }
        fputs(line, stderr);
    }
    return -1;
}

static void kiosk_stop(struct kiosk *kiosk)
{
    (void)kill(kiosk->pid, SIGTERM);
    (void)waitpid(kiosk->pid, NULL, 0);
    (void)fclose(kiosk->said);
}

/* One start, measured from fork to the word of the first frame. */
static enum tn_status start_ms(const struct tn_bench *bench, const char *station, double *out)
{
    struct kiosk kiosk;
    enum tn_status status = kiosk_start(bench, station, &kiosk);
    if (status != TN_OK) {
        return status;
    }
    *out = kiosk_first_frame_ms(&kiosk);
    kiosk_stop(&kiosk);
    return *out < 0 ? TN_ERR_STATE : TN_OK;
}

/* Starts of the two stations take turns, so that a slow moment slows both. */
static enum tn_status take_turns(const struct tn_bench *bench, const char *fair, const char *stress,
                                 double took[2][STARTS])
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < STARTS && status == TN_OK; i++) {
        status = start_ms(bench, fair, &took[0][i]);
        if (status == TN_OK) {
            status = start_ms(bench, stress, &took[1][i]);
        }
    }
    return status;
}

enum tn_status tn_bench_starts(struct tn_bench *bench)
{
    struct tn_bench_station fair;
    struct tn_bench_station stress = {0};
    double took[2][STARTS];
    enum tn_status status = tn_bench_station_make(bench, "fair", CARDS_FAIR, 1, &fair);
    if (status == TN_OK) {
        status = tn_bench_station_make(bench, "stress", CARDS_STRESS, 1, &stress);
    }
    if (status == TN_OK) {
        status = take_turns(bench, fair.dir, stress.dir, took);
    }
    tn_bench_station_free(&fair);
    tn_bench_station_free(&stress);
    if (status != TN_OK) {
        return status;
    }
    double fair_ms = tn_bench_quantile(took[0], STARTS, 0.5);
    tn_bench_add(bench, &(struct tn_bench_row){.name = "cold start to first frame, 20,000 cards",
                                               .value = fair_ms,
                                               .unit = "ms",
                                               .value_max = 300});
    tn_bench_add(bench, &(struct tn_bench_row){.name = "cold start to first frame, 1,000,000 cards",
                                               .value = tn_bench_quantile(took[1], STARTS, 0.5),
                                               .unit = "ms",
                                               .floor = fair_ms,
                                               .value_max = 300,
                                               .ratio_max = 1.15});
    return TN_OK;
}

/* User and system time of a process so far, in seconds. */
static double cpu_s(pid_t pid)
{
    char path[64];
    char text[1024] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    size_t got = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[got] = '\0';
    unsigned long user = 0;
    unsigned long system_time = 0;
    const char *rest = strrchr(text, ')');
    if (rest == NULL || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                               &user, &system_time) != 2) {
        return 0;
    }
    return (double)(user + system_time) / (double)sysconf(_SC_CLK_TCK);
}

static double resident_mib(pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "r");
    unsigned long pages = 0;
    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1) {
        pages = 0;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1024.0 * 1024.0);
}

enum tn_status tn_bench_idle(struct tn_bench *bench)
{
    char station[4096];
    (void)snprintf(station, sizeof station, "%s/fair", bench->work);
    struct kiosk kiosk;
    enum tn_status status = kiosk_start(bench, station, &kiosk);
    if (status != TN_OK) {
        return status;
    }
    if (kiosk_first_frame_ms(&kiosk) < 0) {
        kiosk_stop(&kiosk);
        return TN_ERR_STATE;
    }
    (void)sleep(SETTLE_S);
    double before = cpu_s(kiosk.pid);
    (void)sleep(IDLE_S);
    double used = cpu_s(kiosk.pid) - before;
    double resident = resident_mib(kiosk.pid);
    kiosk_stop(&kiosk);
    tn_bench_add(bench, &(struct tn_bench_row){
                            .name = "idle with its moving badge for 30 s, share of a core",
                            .value = 100.0 * used / IDLE_S,
                            .unit = "%",
                            .value_max = 1.0});
    tn_bench_add(bench, &(struct tn_bench_row){.name = "resident memory at 1280 x 800",
                                               .value = resident,
                                               .unit = "MiB",
                                               .value_max = 64.0});
    return TN_OK;
}
