/* Starting and stopping the hub. Stopping is the part that matters: a bundle whose entries the
 * centre has must not lose its acknowledgement only because somebody restarts a service. */
#include "sync/link/hub.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sync/link/hub_inside.h"
#include "sync/wire/bundle.h"
#include "turnout/log.h"

#define CONNECTION_MEMORY (24u * 1024) /* heads, and the piece of a body at hand */
#define SPARE_FILES 128                /* the database's, standard streams, epoll */
#define STUCK_MS (10 * 60 * 1000)
#define PRIORITIES_13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define PRIORITIES PRIORITIES_13 ":+VERS-TLS1.2"

static const struct tn_hub_limits usual = {
    .connections = 1200,
    .per_address = 1100,
    .bundle_size = TN_BUNDLE_SIZE_MAX + 64u * 1024,
    .bodies_size = 192u * 1024 * 1024,
    .answers_size = 256u * 1024 * 1024,
    .head_ms = 20000,
    .idle_ms = 75000,
    .transfer_ms = 30000,
    .wait_ms = 30000,
    .drain_ms = 20000,
};

#define OR_USUAL(field) (given->field == 0 ? usual.field : given->field)
static struct tn_hub_limits limits_of(const struct tn_hub_limits *given)
{
    return (struct tn_hub_limits){
        .connections = OR_USUAL(connections),
        .per_address = OR_USUAL(per_address),
        .bundle_size = OR_USUAL(bundle_size),
        .bodies_size = OR_USUAL(bodies_size),
        .answers_size = OR_USUAL(answers_size),
        .head_ms = OR_USUAL(head_ms),
        .idle_ms = OR_USUAL(idle_ms),
        .transfer_ms = OR_USUAL(transfer_ms),
        .wait_ms = OR_USUAL(wait_ms),
        .drain_ms = OR_USUAL(drain_ms),
    };
}
#undef OR_USUAL

/* A shell's limit of 1,024 open files is less than a hub's connections. */
static void allow_files(struct tn_hub_limits *limits)
{
    struct rlimit files;
    const rlim_t wanted = limits->connections + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) {
        return;
    }
    files.rlim_cur =
        files.rlim_max == RLIM_INFINITY || files.rlim_max > wanted ? wanted : files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= wanted) {
        return;
    }
    limits->connections =
        files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES : SPARE_FILES;
    tn_log(TN_LOG_WARN,
           "only %u stations can be connected at once: raise the limit of open files (ulimit -n)",
           limits->connections);
}

/* libmicrohttpd's own words: mostly of strangers who speak no TLS, and so for -v only. */
__attribute__((format(printf, 2, 0))) static void log_daemon(void *cls, const char *format,
                                                             va_list args)
{
    char line[512];
    (void)cls;
    (void)vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\r\n")] = '\0';
    tn_log(TN_LOG_INFO, "libmicrohttpd: %s", line);
}

static enum tn_status start_daemon(struct tn_hub *hub, const struct tn_hub_params *params)
{
    const char *pem = (const char *)params->key->pem.data;
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME |
                           MHD_USE_ITC | MHD_USE_ERROR_LOG;
    const unsigned idle_s = (unsigned)(hub->limits.idle_ms / 1000);
    const char *priorities = params->key->is_tls13_only ? PRIORITIES_13 : PRIORITIES;
    hub->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, tn_hub_on_request, hub, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, NULL,
        MHD_OPTION_LISTEN_SOCKET, params->listen_fd, MHD_OPTION_HTTPS_MEM_KEY, pem,
        MHD_OPTION_HTTPS_MEM_CERT, pem, MHD_OPTION_HTTPS_PRIORITIES, priorities,
        MHD_OPTION_CONNECTION_LIMIT, hub->limits.connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        hub->limits.per_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_s == 0 ? 1 : idle_s, MHD_OPTION_NOTIFY_COMPLETED,
        tn_hub_on_completed, hub, MHD_OPTION_NOTIFY_CONNECTION, tn_hub_on_connection, hub,
        MHD_OPTION_END);
    if (hub->daemon == NULL) {
        tn_log(TN_LOG_ERROR, "the HTTPS server cannot be started (libmicrohttpd): %s",
               errno == 0 ? "its key or its socket is not taken" : strerror(errno));
        return TN_ERR_IO;
    }
    return TN_OK;
}

static void init_hub(struct tn_hub *hub, const struct tn_hub_params *params)
{
    pthread_condattr_t monotonic;
    *hub = (struct tn_hub){.ops = params->ops,
                           .ctx = params->ctx,
                           .limits = limits_of(&params->limits),
                           .mono_ms = params->mono_ms,
                           .mono_ctx = params->mono_ctx,
                           .is_reached = true};
    hub->began_ms = tn_hub_now(hub);
    (void)pthread_mutex_init(&hub->mutex, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&hub->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    tn_hub_lines_init(&hub->lines);
    tn_hub_metrics_init(&hub->metrics);
    allow_files(&hub->limits);
}

static void free_hub(struct tn_hub *hub)
{
    tn_hub_metrics_destroy(&hub->metrics);
    tn_hub_lines_destroy(&hub->lines);
    (void)pthread_cond_destroy(&hub->changed);
    (void)pthread_mutex_destroy(&hub->mutex);
    free(hub);
}

enum tn_status tn_hub_start(const struct tn_hub_params *params, struct tn_hub **out)
{
    struct tn_hub *hub = malloc(sizeof *hub);
    *out = NULL;
    if (hub == NULL) {
        (void)close(params->listen_fd);
        return TN_ERR_NO_MEMORY;
    }
    init_hub(hub, params);
    enum tn_status status = tn_hub_worker_start(hub);
    if (status != TN_OK) {
        (void)close(params->listen_fd);
        free_hub(hub);
        return status;
    }
    status = start_daemon(hub, params);
    if (status != TN_OK) {
        (void)close(params->listen_fd);
        tn_hub_worker_end(hub);
        free_hub(hub);
        return status;
    }
    *out = hub;
    return TN_OK;
}

bool tn_hub_tick(struct tn_hub *hub)
{
    size_t cut = tn_hub_lines_cut(&hub->lines, tn_hub_now(hub));
    for (size_t i = 0; i < cut; i++) {
        tn_hub_metrics_cut(&hub->metrics);
    }
    return !tn_hub_worker_is_stuck(hub, STUCK_MS);
}

/* Until all that was given to the worker has gone out, or there is no more time. */
static void drain(struct tn_hub *hub)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += hub->limits.drain_ms / 1000;
    until.tv_nsec += hub->limits.drain_ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    tn_hub_lock(hub);
    hub->is_stopping = true;
    while (hub->open > 0) {
        if (pthread_cond_timedwait(&hub->changed, &hub->mutex, &until) == ETIMEDOUT) {
            tn_log(TN_LOG_WARN, "%zu stations did not take their answer in time; they ask again",
                   hub->open);
            break;
        }
    }
    tn_hub_unlock(hub);
}

void tn_hub_stop(struct tn_hub *hub)
{
    if (hub == NULL) {
        return;
    }
    const int listen_fd = MHD_quiesce_daemon(hub->daemon);
    if (listen_fd >= 0) {
        (void)close(listen_fd);
    }
    drain(hub);
    tn_hub_worker_end(hub);
    MHD_stop_daemon(hub->daemon);
    free_hub(hub);
}
