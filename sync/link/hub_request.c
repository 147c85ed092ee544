/* What the hub's network thread does with a request: looks at its head, takes in its body, gives it
 * to the worker and its answer to libmicrohttpd. Nothing here waits.
 *
 * A request that is refused by its head is answered at once and its connection closed where a large
 * body would follow, so that nobody sends 48 MiB to be told no; a small body is read and dropped,
 * and the connection stays good for the next try. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sync/link/hub_inside.h"
#include "sync/wire/request.h"
#include "turnout/log.h"

#define DROP_SIZE_MAX (128u * 1024) /* a body that is read to be dropped */
#define NO_LENGTH SIZE_MAX
#define BYTES_A_MS 8 /* the slowest a body or an answer may go: 8 KiB a second */
#define FULL_WORDS "Too many stations send at once; come back."

/* How each is asked for. */
static const char *const methods[TN_HUB_PATH_OTHER] = {
    [TN_HUB_PATH_ASK + TN_ASK_HELLO] = MHD_HTTP_METHOD_POST,
    [TN_HUB_PATH_ASK + TN_ASK_BUNDLE] = MHD_HTTP_METHOD_POST,
    [TN_HUB_PATH_ASK + TN_ASK_PACK] = MHD_HTTP_METHOD_POST,
    [TN_HUB_PATH_ASK + TN_ASK_SIBLINGS] = MHD_HTTP_METHOD_POST,
    [TN_HUB_PATH_HEALTH] = MHD_HTTP_METHOD_GET,
    [TN_HUB_PATH_METRICS] = MHD_HTTP_METHOD_GET,
};

static bool is_ask(enum tn_hub_path path)
{
    return path < TN_HUB_PATH_ASK + TN_ASK_COUNT;
}

static void judge(struct tn_hub_request *request, unsigned code, unsigned retry_after_s,
                  const char *words)
{
    request->verdict = (struct tn_hub_verdict){code, retry_after_s, words};
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* NO_LENGTH where the head does not say, or in a way that is not taken. */
static size_t declared_length(struct MHD_Connection *connection)
{
    const char *text = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const char *coding = header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    if (coding != NULL) {
        return NO_LENGTH;
    }
    if (text == NULL) {
        return 0;
    }
    const size_t digits = strspn(text, "0123456789");
    return digits == 0 || digits > 15 || text[digits] != '\0' ? NO_LENGTH
                                                              : (size_t)strtoull(text, NULL, 10);
}

/* "application/cbor", with or without parameters. */
static bool is_cbor(struct MHD_Connection *connection)
{
    const char *type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    const size_t len = sizeof TN_HUB_TYPE - 1;
    return type != NULL && strncasecmp(type, TN_HUB_TYPE, len) == 0 &&
           (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

static enum tn_hub_path find_path(const char *url)
{
    enum tn_hub_path path = TN_HUB_PATH_ASK;
    while (path < TN_HUB_PATH_OTHER && strcmp(tn_hub_paths[path], url) != 0) {
        path++;
    }
    return path;
}

static bool is_method(enum tn_hub_path path, const char *method)
{
    return strcmp(method, methods[path]) == 0 ||
           (!is_ask(path) && strcmp(method, MHD_HTTP_METHOD_HEAD) == 0);
}

/* A hub that is being stopped takes nothing more in. */
static void judge_stopping(struct tn_hub *hub, struct tn_hub_request *request)
{
    tn_hub_lock(hub);
    bool is_stopping = hub->is_stopping;
    tn_hub_unlock(hub);
    if (is_stopping) {
        judge(request, MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_LATER_S,
              "The hub is being stopped; come back.");
    }
}

/* Whether a body of this size may come in now. What others have only announced is not counted, or a
 * few who announce much and send nothing would keep all others out. */
static void judge_load(struct tn_hub *hub, struct tn_hub_request *request)
{
    tn_hub_lock(hub);
    bool is_full = hub->bodies_bytes + request->declared > hub->limits.bodies_size;
    tn_hub_unlock(hub);
    judge_stopping(hub, request);
    if (is_full && request->verdict.code == 0) {
        judge(request, MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_S, FULL_WORDS);
    }
}

static void judge_message(struct tn_hub *hub, struct tn_hub_request *request)
{
    const size_t size_max =
        request->what == TN_ASK_BUNDLE ? hub->limits.bundle_size : TN_REQUEST_SIZE_MAX;
    if (!is_cbor(request->connection)) {
        judge(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, 0,
              "Only stations' messages are taken, as " TN_HUB_TYPE ".");
    } else if (request->declared == NO_LENGTH) {
        judge(request, MHD_HTTP_LENGTH_REQUIRED, 0, "A Content-Length is needed.");
    } else if (request->declared == 0) {
        judge(request, MHD_HTTP_BAD_REQUEST, 0, "An empty message says nothing.");
    } else if (request->declared > size_max) {
        judge(request, MHD_HTTP_CONTENT_TOO_LARGE, 0, "This is too large.");
    } else {
        judge_load(hub, request);
    }
    if (request->verdict.code == 0) {
        /* The kernel gives pages of it as bytes arrive, and those are what is counted. */
        request->body = malloc(request->declared);
        if (request->body == NULL) {
            judge(request, MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_S, "No memory; come back.");
        }
    }
}

static void judge_head(struct tn_hub *hub, struct tn_hub_request *request, const char *method)
{
    if (request->path == TN_HUB_PATH_OTHER) {
        judge(request, MHD_HTTP_NOT_FOUND, 0,
              "This is a Turnout hub. Stations reconcile with it by\n"
              "    turnout-sync reconcile STATION https://HOST:PORT\n"
              "and there is nothing to see here but /healthz and /metrics.");
    } else if (!is_method(request->path, method)) {
        request->allow = methods[request->path];
        judge(request, MHD_HTTP_METHOD_NOT_ALLOWED, 0, "This is not how it is asked.");
    } else if (is_ask(request->path)) {
        request->what = (enum tn_ask)(request->path - TN_HUB_PATH_ASK);
        judge_message(hub, request);
    }
}

static int64_t transfer_deadline(const struct tn_hub *hub, uint64_t bytes)
{
    return tn_hub_now(hub) + hub->limits.transfer_ms + (int64_t)(bytes / BYTES_A_MS);
}

static enum MHD_Result respond(struct tn_hub *hub, struct tn_hub_request *request)
{
    struct MHD_Response *response = tn_hub_response(hub, request);
    if (response == NULL) {
        return MHD_NO; /* which closes the connection */
    }
    tn_hub_lines_extend(&hub->lines, request->line, transfer_deadline(hub, request->sent));
    enum MHD_Result result =
        MHD_queue_response(request->connection, request->verdict.code, response);
    MHD_destroy_response(response);
    tn_hub_metrics_request(&hub->metrics, request->path, request->verdict.code, request->len,
                           request->sent);
    tn_log(TN_LOG_INFO, "%s: %u, %zu bytes in, %" PRIu64 " out", tn_hub_paths[request->path],
           request->verdict.code, request->len, request->sent);
    return result;
}

static struct tn_hub_line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static enum MHD_Result begin(struct tn_hub *hub, struct MHD_Connection *connection, const char *url,
                             const char *method, void **context)
{
    struct tn_hub_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        return MHD_NO;
    }
    *context = request;
    request->connection = connection;
    request->line = line_of(connection);
    request->path = find_path(url);
    request->declared = declared_length(connection);
    judge_head(hub, request, method);
    tn_hub_lines_extend(&hub->lines, request->line,
                        transfer_deadline(hub, request->body == NULL ? 0 : request->declared));
    const bool is_large = request->declared > DROP_SIZE_MAX; /* or unknown */
    return request->verdict.code != 0 && is_large ? respond(hub, request) : MHD_YES;
}

/* What does not fit is dropped, and the request with it. */
static void take(struct tn_hub *hub, struct tn_hub_request *request, const char *data, size_t size)
{
    if (request->body == NULL) {
        return;
    }
    tn_hub_lock(hub);
    bool has_room = hub->bodies_bytes + size <= hub->limits.bodies_size;
    if (has_room) {
        hub->bodies_bytes += size;
    } else {
        hub->bodies_bytes -= request->len;
    }
    tn_hub_unlock(hub);
    if (has_room && size <= request->declared - request->len) {
        memcpy(request->body + request->len, data, size);
        request->len += size;
        return;
    }
    assert(!has_room); /* libmicrohttpd gives no more than the head declared */
    free(request->body);
    request->body = NULL;
    request->len = 0;
    judge(request, MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_S, FULL_WORDS);
}

enum MHD_Result tn_hub_on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct tn_hub *hub = cls;
    struct tn_hub_request *request = *context;
    (void)version;
    if (request == NULL) {
        return begin(hub, connection, url, method, context);
    }
    if (*size > 0) {
        take(hub, request, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (request->verdict.code == 0 && is_ask(request->path)) {
        judge_stopping(hub, request);
    }
    if (request->verdict.code == 0 && is_ask(request->path)) {
        tn_hub_lines_extend(&hub->lines, request->line, INT64_MAX);
        MHD_suspend_connection(connection);
        tn_hub_worker_give(hub, request);
        return MHD_YES;
    }
    return respond(hub, request);
}

void tn_hub_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
    struct tn_hub *hub = cls;
    struct tn_hub_request *request = *context;
    (void)connection;
    (void)why;
    if (request == NULL) {
        return;
    }
    tn_hub_lock(hub);
    hub->open -= request->is_given ? 1 : 0;
    hub->bodies_bytes -= request->body != NULL ? request->len : 0;
    hub->answers_bytes -= request->answer != NULL ? request->answer->len : 0;
    tn_hub_unlock(hub);
    tn_hub_lines_extend(&hub->lines, request->line, tn_hub_now(hub) + hub->limits.idle_ms);
    free(request->body);
    tn_buf_destroy(request->answer);
    free(request->answer);
    free(request);
    *context = NULL;
}

void tn_hub_on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct tn_hub *hub = cls;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        tn_hub_lines_close(&hub->lines, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = info == NULL ? NULL
                            : tn_hub_lines_open(&hub->lines, info->connect_fd,
                                                tn_hub_now(hub) + hub->limits.head_ms);
}
