/* A fair's evening: fifty kiosks bring 160,000 entries to one hub at the same moment, each a
 * program of its own, and then ask whether there is anything new. Everything runs on this machine,
 * so what the kiosks cost is in the time as well. What the hub alone costs is read from its process
 * and from its own metrics. */
#include "tests/bench/centre/hub.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sync/central/keyring.h"

#define STATIONS 50
#define ENTRIES 3200
#define POLLS 20 /* of each station */
#define LINE_SIZE 8192

struct hub {
    pid_t pid;
    FILE *out;
    unsigned port;
    char pin[128];
    const struct world *world;
    char program[LINE_SIZE];
    char uri[WORLD_URI_SIZE];
    char keys[WORLD_URI_SIZE];
};

/* Starts a program; *out reads what it prints, NULL: nobody does. */
static pid_t spawn(char *const argv[], FILE **out)
{
    int ends[2] = {-1, -1};
    if (out != NULL && pipe(ends) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        int to = out != NULL ? ends[1] : open("/dev/null", O_WRONLY);
        (void)dup2(to, STDOUT_FILENO);
        (void)execv(argv[0], argv);
        _exit(127);
    }
    if (out != NULL) {
        (void)close(ends[1]);
        *out = fdopen(ends[0], "r");
    }
    return pid;
}

static enum tn_status start(struct hub *hub)
{
    char *argv[] = {hub->program, "serve",    "--central",   hub->uri, "--keys",
                    hub->keys,    "--listen", "127.0.0.1:0", NULL};
    char line[LINE_SIZE] = "";
    hub->pid = spawn(argv, &hub->out);
    if (hub->pid < 0 || hub->out == NULL || fgets(line, sizeof line, hub->out) == NULL ||
        sscanf(line, "Listening on https://127.0.0.1:%u, pin %127s", &hub->port, hub->pin) != 2) {
        fprintf(stderr, "bench: the hub did not start: %s\n", line);
        return TN_ERR_IO;
    }
    return TN_OK;
}

static enum tn_status stop(struct hub *hub)
{
    int code = -1;
    if (hub->pid > 0) {
        (void)kill(hub->pid, SIGTERM);
        (void)waitpid(hub->pid, &code, 0);
    }
    if (hub->out != NULL) {
        (void)fclose(hub->out);
    }
    return WIFEXITED(code) && WEXITSTATUS(code) == 0 ? TN_OK : TN_ERR_IO;
}

/* Every station reconciles at once. */
static enum tn_status reconcile_all(const struct hub *hub, double *ms)
{
    char url[64];
    pid_t pids[STATIONS * 2];
    enum tn_status status = TN_OK;
    const size_t count = hub->world->stations < STATIONS * 2 ? hub->world->stations : STATIONS * 2;
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u", hub->port);
    const double begun = tn_bench_now_ms();
    for (size_t i = 0; i < count; i++) {
        char dir[WORLD_URI_SIZE];
        world_dir(hub->world, i, dir);
        char *argv[] = {(char *)hub->program, "reconcile",      dir, url,
                        "--hub-pin",          (char *)hub->pin, NULL};
        pids[i] = spawn(argv, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        int code = -1;
        (void)waitpid(pids[i], &code, 0);
        if (!WIFEXITED(code) || WEXITSTATUS(code) > 1) {
            status = TN_ERR_IO;
        }
    }
    *ms = tn_bench_now_ms() - begun;
    return status;
}

/* Processor time of a process so far. */
static double cpu_ms(pid_t pid)
{
    char path[64];
    unsigned long user = 0;
    unsigned long sys = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                   &sys) != 2) {
            user = sys = 0;
        }
        (void)fclose(file);
    }
    return (double)(user + sys) * 1000.0 / (double)sysconf(_SC_CLK_TCK);
}

static double peak_mb(pid_t pid)
{
    char path[64];
    char line[256];
    unsigned long kb = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && kb == 0 && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "VmHWM: %lu kB", &kb);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return (double)kb / 1024;
}

/* One of the hub's metrics, summed over its labels. */
static double metric(const struct hub *hub, const char *name)
{
    char line[LINE_SIZE];
    double sum = 0;
    (void)snprintf(line, sizeof line, "curl -sk https://127.0.0.1:%u/metrics", hub->port);
    FILE *pipe = popen(line, "re");
    while (pipe != NULL && fgets(line, sizeof line, pipe) != NULL) {
        const char *value = strrchr(line, ' ');
        if (strncmp(line, name, strlen(name)) == 0 && value != NULL) {
            sum += strtod(value, NULL);
        }
    }
    if (pipe != NULL) {
        (void)pclose(pipe);
    }
    return sum;
}

static void add(const struct hub *hub, const char *what, const char *unit, double value,
                double value_max)
{
    struct tn_bench_row row = {.value = value, .value_max = value_max, .unit = unit};
    (void)snprintf(row.name, sizeof row.name, "hub: %zu stations, %.44s", hub->world->stations,
                   what);
    tn_bench_add(hub->world->bench, &row);
}

/* The first time everybody brings what he has; the second brings what packs made of it. */
static enum tn_status measure_fair(const struct hub *hub)
{
    double ms = 0;
    double again = 0;
    enum tn_status status = reconcile_all(hub, &ms);
    const double entries = metric(hub, "turnout_entries_total");
    const double bytes = metric(hub, "turnout_received_bytes_total");
    if (status != TN_OK || entries < (double)(hub->world->stations * hub->world->entries)) {
        fprintf(stderr, "bench: the hub has %.0f entries\n", entries);
        return TN_ERR_DAMAGED;
    }
    add(hub, "all entries brought at once", "s", ms / 1000, 60);
    add(hub, "bytes there for an entry", "B", bytes / entries, 50);
    status = reconcile_all(hub, &again);
    return status;
}

static enum tn_status measure_nothing(const struct hub *hub)
{
    enum tn_status status = TN_OK;
    double ms = 0;
    double all = 0;
    double cpu[POLLS];
    const double there = metric(hub, "turnout_received_bytes_total");
    const double back = metric(hub, "turnout_sent_bytes_total");
    const double requests = metric(hub, "turnout_requests_total");
    for (int i = 0; i < POLLS && status == TN_OK; i++) {
        const double before = cpu_ms(hub->pid);
        status = reconcile_all(hub, &ms);
        all += ms;
        cpu[i] = (cpu_ms(hub->pid) - before) / (double)hub->world->stations;
    }
    const double polls = (double)(POLLS * hub->world->stations);
    const double asked = metric(hub, "turnout_requests_total") - requests - 3;
    add(hub, "nothing new: processor of the hub", "ms", tn_bench_quantile(cpu, POLLS, 0.5), 5);
    add(hub, "nothing new: requests", "", asked / polls, 1.05);
    add(hub, "nothing new: bytes there and back", "B",
        (metric(hub, "turnout_received_bytes_total") - there +
         metric(hub, "turnout_sent_bytes_total") - back) /
            polls,
        1000);
    add(hub, "nothing new: everybody, at once", "s", all / POLLS / 1000, 0);
    add(hub, "peak memory of the hub", "MiB", peak_mb(hub->pid), 0);
    return status;
}

static enum tn_status ready(struct hub *hub, struct tn_bench *bench, struct world *world)
{
    const struct tn_random random = tn_random_system();
    (void)setenv("BENCH_STATIONS", "50", 0);
    (void)setenv("BENCH_ENTRIES", "3200", 0);
    *hub = (struct hub){.world = world};
    enum tn_status status = world_make(bench, world);
    (void)snprintf(hub->program, sizeof hub->program, "%s/turnout-sync", bench->programs);
    (void)snprintf(hub->uri, sizeof hub->uri, "%s/hub.db", bench->work);
    (void)snprintf(hub->keys, sizeof hub->keys, "%s/hub.keys", bench->work);
    if (status == TN_OK) {
        status = tn_keyring_save(&world->keyring, hub->keys, NULL, &random);
    }
    return status == TN_OK ? world_centre(world, hub->uri) : status;
}

enum tn_status bench_hub(struct tn_bench *bench)
{
    struct world world;
    struct hub hub;
    enum tn_status status = ready(&hub, bench, &world);
    if (status == TN_OK) {
        status = start(&hub);
    }
    if (status == TN_OK) {
        status = measure_fair(&hub);
    }
    if (status == TN_OK) {
        status = measure_nothing(&hub);
    }
    const enum tn_status stopped = stop(&hub);
    return status == TN_OK ? stopped : status;
}
