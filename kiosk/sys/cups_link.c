/* IPP through libcups. libcups itself would wait for ever, ask for passwords on the terminal and
 * look for printers on the network; so each question connects anew with a limit, every wait is cut
 * by a callback, passwords are refused, and no printer but the queues of CUPS is asked for. */
#include "kiosk/sys/cups_link.h"

#include <cups/cups.h>

#define CONNECT_MS 500
#define SLICE_S 0.1 /* how often a wait looks whether to go on */

struct wait {
    const atomic_bool *is_stopping;
    int64_t until_ms;
};

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int go_on(http_t *http, void *ctx)
{
    (void)http;
    const struct wait *wait = ctx;
    return !atomic_load(wait->is_stopping) && now_ms() < wait->until_ms;
}

static const char *no_password(const char *prompt, http_t *http, const char *method,
                               const char *resource, void *ctx)
{
    (void)prompt, (void)http, (void)method, (void)resource, (void)ctx;
    return NULL;
}

static ipp_t *new_request(const struct tn_cups *cups, ipp_op_t operation, int job)
{
    char uri[TN_PRINTER_QUEUE_SIZE + 64];
    ipp_t *request = ippNewRequest(operation);
    if (job != 0) {
        (void)snprintf(uri, sizeof uri, "ipp://localhost/jobs/%d", job);
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "job-uri", NULL, uri);
    } else if (operation != IPP_OP_CUPS_GET_DEFAULT) {
        const char *name = cups->name[0] != '\0' ? cups->name : cups->queue;
        (void)httpAssembleURIf(HTTP_URI_CODING_ALL, uri, sizeof uri, "ipp", NULL, "localhost", 0,
                               "/printers/%s", name);
        ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
    }
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                 cupsUser());
    return request;
}

static enum tn_cups_answer judge(ipp_status_t status)
{
    switch (status) {
    case IPP_STATUS_ERROR_NOT_FOUND:
        return TN_CUPS_NOTHING;
    case IPP_STATUS_ERROR_SERVICE_UNAVAILABLE:
    case IPP_STATUS_ERROR_TIMEOUT:
        return TN_CUPS_GONE;
    default:
        return status > IPP_STATUS_OK_EVENTS_COMPLETE ? TN_CUPS_REFUSED : TN_CUPS_DONE;
    }
}

/* Sends the request, which it frees, and a document, and gives the response to free, or NULL. */
static ipp_t *exchange(http_t *http, ipp_t *request, const char *path, struct tn_bytes document)
{
    const size_t size = ippLength(request) + document.len;
    http_status_t status = cupsSendRequest(http, request, path, size);
    if (status == HTTP_STATUS_CONTINUE && document.len > 0) {
        status = cupsWriteRequestData(http, (const char *)document.data, document.len);
    }
    ipp_t *response = status == HTTP_STATUS_CONTINUE ? cupsGetResponse(http, path) : NULL;
    ippDelete(request);
    return response;
}

/* Asks one question; frees the request. On TN_CUPS_DONE the response is the caller's. */
static enum tn_cups_answer ask(const struct tn_cups *cups, ipp_t *request, const char *path,
                               struct tn_bytes document, ipp_t **out)
{
    struct wait wait = {.is_stopping = cups->is_stopping, .until_ms = now_ms() + cups->answer_ms};
    *out = NULL;
    cupsSetPasswordCB2(no_password, NULL);
    http_t *http = httpConnect2(cupsServer(), ippPort(), NULL, AF_UNSPEC, cupsEncryption(), 1,
                                CONNECT_MS, NULL);
    if (http == NULL) {
        ippDelete(request);
        return TN_CUPS_GONE;
    }
    httpSetTimeout(http, SLICE_S, go_on, &wait);
    ipp_t *response = exchange(http, request, path, document);
    httpClose(http);
    if (response == NULL) {
        return TN_CUPS_GONE;
    }
    const enum tn_cups_answer answer = judge(ippGetStatusCode(response));
    if (answer == TN_CUPS_DONE) {
        *out = response;
    } else {
        ippDelete(response);
    }
    return answer;
}

static int get_int(ipp_t *response, const char *name, int otherwise)
{
    ipp_attribute_t *found = ippFindAttribute(response, name, IPP_TAG_ZERO);
    return found == NULL ? otherwise : ippGetInteger(found, 0);
}

static void read_printer(ipp_t *response, struct tn_cups *cups, struct tn_cups_look *out)
{
    ipp_attribute_t *found = ippFindAttribute(response, "printer-name", IPP_TAG_NAME);
    if (found != NULL) {
        (void)snprintf(cups->name, sizeof cups->name, "%s", ippGetString(found, 0, NULL));
    }
    *out = (struct tn_cups_look){0};
    out->is_stopped = get_int(response, "printer-state", IPP_PSTATE_IDLE) == IPP_PSTATE_STOPPED;
    found = ippFindAttribute(response, "printer-state-reasons", IPP_TAG_KEYWORD);
    for (int i = 0; found != NULL && i < ippGetCount(found) && out->reason == NULL; i++) {
        out->reason = tn_cups_reason(ippGetString(found, i, NULL));
    }
    found = ippFindAttribute(response, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
    if (out->reason == NULL && found != NULL && !ippGetBoolean(found, 0)) {
        out->reason = tn_printer_reason(TN_REASON_REFUSES);
    }
    if (out->reason == NULL && out->is_stopped) {
        out->reason = tn_printer_reason(TN_REASON_PAUSED);
    }
}

enum tn_cups_answer tn_cups_look(struct tn_cups *cups, struct tn_cups_look *out)
{
    static const char *const wanted[] = {"printer-name", "printer-state", "printer-state-reasons",
                                         "printer-is-accepting-jobs"};
    cups->name[0] = '\0';
    ipp_t *request = new_request(
        cups, cups->queue[0] == '\0' ? IPP_OP_CUPS_GET_DEFAULT : IPP_OP_GET_PRINTER_ATTRIBUTES, 0);
    ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  sizeof wanted / sizeof wanted[0], NULL, wanted);
    ipp_t *response = NULL;
    enum tn_cups_answer answer = ask(cups, request, "/", (struct tn_bytes){0}, &response);
    if (answer == TN_CUPS_DONE) {
        read_printer(response, cups, out);
        ippDelete(response);
        answer = cups->name[0] == '\0' ? TN_CUPS_NOTHING : TN_CUPS_DONE;
    }
    return answer;
}

enum tn_cups_answer tn_cups_print(struct tn_cups *cups, enum tn_label_kind kind,
                                  struct tn_bytes pdf, int *job)
{
    int width = 0;
    int height = 0;
    char media[64];
    char path[TN_PRINTER_QUEUE_SIZE + 16];
    tn_label_size(kind, &width, &height);
    (void)snprintf(media, sizeof media, "custom_%dx%dmm_%dx%dmm", width / 100, height / 100,
                   width / 100, height / 100);
    (void)snprintf(path, sizeof path, "/printers/%s", cups->name);
    ipp_t *request = new_request(cups, IPP_OP_PRINT_JOB, 0);
    /* The job's name is seen by everybody who may list jobs: it names nobody. */
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, "Badge");
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                 "application/pdf");
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, media);
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-scaling", NULL, "none");
    ipp_t *response = NULL;
    enum tn_cups_answer answer = ask(cups, request, path, pdf, &response);
    if (answer == TN_CUPS_DONE) {
        *job = get_int(response, "job-id", 0);
        ippDelete(response);
        answer = *job > 0 ? TN_CUPS_DONE : TN_CUPS_REFUSED;
    }
    return answer;
}

enum tn_cups_answer tn_cups_job(struct tn_cups *cups, int job, struct tn_cups_job *out)
{
    static const char *const wanted[] = {"job-state", "job-impressions-completed",
                                         "job-media-sheets-completed"};
    ipp_t *request = new_request(cups, IPP_OP_GET_JOB_ATTRIBUTES, job);
    ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  sizeof wanted / sizeof wanted[0], NULL, wanted);
    ipp_t *response = NULL;
    enum tn_cups_answer answer = ask(cups, request, "/", (struct tn_bytes){0}, &response);
    if (answer == TN_CUPS_DONE) {
        const int state = get_int(response, "job-state", IPP_JSTATE_PENDING);
        out->is_over = state >= IPP_JSTATE_CANCELED;
        out->is_printed = state == IPP_JSTATE_COMPLETED;
        out->progress = state + 16 * get_int(response, "job-impressions-completed", 0) +
                        16 * get_int(response, "job-media-sheets-completed", 0);
        ippDelete(response);
    }
    return answer;
}

enum tn_cups_answer tn_cups_cancel(struct tn_cups *cups, int job, bool is_purge)
{
    ipp_t *request = new_request(cups, IPP_OP_CANCEL_JOB, job);
    ippAddBoolean(request, IPP_TAG_OPERATION, "purge-job", is_purge);
    ipp_t *response = NULL;
    enum tn_cups_answer answer = ask(cups, request, "/jobs/", (struct tn_bytes){0}, &response);
    ippDelete(response);
    return answer;
}
