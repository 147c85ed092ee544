/* How the hub answers: the worker's bytes, the pages for whoever watches it, or a few words for
 * whoever looks at a refusal; with the headers that make an answer a hub's. */
#include <stdio.h>
#include <stdlib.h>

#include "sync/link/hub_inside.h"

#define STUCK_MS 60000
#define NUMBER_TEXT_SIZE 32

/* An answer until libmicrohttpd is done with it. */
struct sent {
    struct tn_hub *hub;
    struct tn_buf *answer;
};

/* libmicrohttpd is done with an answer, sent or not. */
static void free_sent(void *cls)
{
    struct sent *sent = cls;
    tn_hub_lock(sent->hub);
    sent->hub->answers_bytes -= sent->answer->len;
    tn_hub_unlock(sent->hub);
    tn_buf_destroy(sent->answer);
    free(sent->answer);
    free(sent);
}

static struct MHD_Response *answer_response(struct tn_hub *hub, struct tn_hub_request *request)
{
    struct sent *sent = malloc(sizeof *sent);
    if (sent == NULL) {
        return NULL;
    }
    *sent = (struct sent){hub, request->answer};
    request->sent = request->answer->len;
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        request->answer->len, request->answer->data, free_sent, sent);
    if (response == NULL) {
        free(sent);
    } else {
        request->answer = NULL;
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, TN_HUB_TYPE);
    }
    return response;
}

static struct MHD_Response *text_response(struct tn_hub_request *request, struct tn_bytes text,
                                          const char *type)
{
    request->sent = text.len;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.len, (void *)text.data, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    }
    return response;
}

static struct MHD_Response *words_response(struct tn_hub_request *request)
{
    struct tn_buf text;
    tn_buf_init(&text, 1024);
    (void)tn_buf_printf(&text, "%s\n", request->verdict.words);
    struct MHD_Response *response =
        text.status == TN_OK
            ? text_response(request, tn_buf_bytes(&text), "text/plain; charset=utf-8")
            : NULL;
    tn_buf_destroy(&text);
    return response;
}

static struct MHD_Response *metrics_response(struct tn_hub *hub, struct tn_hub_request *request)
{
    struct tn_hub_gauges gauges = {.connections = tn_hub_lines_count(&hub->lines),
                                   .uptime_ms = tn_hub_now(hub) - hub->began_ms};
    struct tn_buf page;
    tn_hub_lock(hub);
    gauges.waiting = hub->waiting;
    gauges.bodies_bytes = hub->bodies_bytes;
    gauges.answers_bytes = hub->answers_bytes;
    gauges.is_reached = hub->is_reached;
    tn_hub_unlock(hub);
    tn_buf_init(&page, TN_HUB_METRICS_SIZE_MAX);
    tn_hub_metrics_write(&hub->metrics, &gauges, &page);
    struct MHD_Response *response = page.status == TN_OK
                                        ? text_response(request, tn_buf_bytes(&page),
                                                        "text/plain; version=0.0.4; charset=utf-8")
                                        : NULL;
    tn_buf_destroy(&page);
    return response;
}

static struct tn_hub_verdict health(struct tn_hub *hub)
{
    tn_hub_lock(hub);
    bool is_reached = hub->is_reached;
    bool is_stopping = hub->is_stopping;
    tn_hub_unlock(hub);
    if (is_stopping) {
        return (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_LATER_S,
                                       "stopping"};
    }
    if (!is_reached) {
        return (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_S,
                                       "the database is not reached"};
    }
    if (tn_hub_worker_is_stuck(hub, STUCK_MS)) {
        return (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_S,
                                       "the database has not answered for a minute"};
    }
    return (struct tn_hub_verdict){MHD_HTTP_OK, 0, "ok"};
}

static struct MHD_Response *make(struct tn_hub *hub, struct tn_hub_request *request)
{
    if (request->answer != NULL) {
        return answer_response(hub, request);
    }
    if (request->verdict.code == 0 && request->path == TN_HUB_PATH_METRICS) {
        request->verdict = (struct tn_hub_verdict){MHD_HTTP_OK, 0, ""};
        return metrics_response(hub, request);
    }
    if (request->verdict.code == 0) {
        request->verdict = health(hub);
    }
    return words_response(request);
}

static void add_headers(struct tn_hub *hub, const struct tn_hub_request *request,
                        struct MHD_Response *response)
{
    char seconds[NUMBER_TEXT_SIZE];
    (void)MHD_add_response_header(response, TN_HUB_HEADER, TN_HUB_HEADER_VALUE);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (request->allow != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, request->allow);
    }
    if (request->verdict.retry_after_s > 0) {
        (void)snprintf(seconds, sizeof seconds, "%u", request->verdict.retry_after_s);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    tn_hub_lock(hub);
    bool is_stopping = hub->is_stopping;
    tn_hub_unlock(hub);
    if (is_stopping) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
}

struct MHD_Response *tn_hub_response(struct tn_hub *hub, struct tn_hub_request *request)
{
    struct MHD_Response *response = make(hub, request);
    if (response != NULL) {
        add_headers(hub, request, response);
    }
    return response;
}
