/* libcurl's easy interface, set up once. The answer goes into the caller's buffer only as long as
 * its head says that a Turnout hub sent it and how long it is; else no byte of it is kept. Where
 * the hub is not reached or somebody else answers, one plain HTTP request tells whether that is a
 * network that wants a sign-in first, because then a volunteer can do something about it. */
#include "sync/link/https.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "sync/link/https_trust.h"
#include "sync/link/hub_paths.h"
#include "sync/link/hub_url.h"
#include "sync/wire/session.h"
#include "sync/wire/siblings.h"
#include "turnout/log.h"

#define CONNECT_S 10
#define SILENCE_S 90
#define WHOLE_S (60L * 60)
#define PROBE_S 4
#define PROBE_PORT 80
#define EXPECT_FROM (128u * 1024) /* the hub takes less than this without asking */
#define SMALL_ANSWER (1024u * 1024)
#define RETRY_AFTER_MAX_S 3600

/* What an answer may hold: only packs and what siblings have are large. */
static const size_t answer_max[TN_ASK_COUNT] = {
    [TN_ASK_HELLO] = SMALL_ANSWER,
    [TN_ASK_BUNDLE] = SMALL_ANSWER,
    [TN_ASK_PACK] = TN_SESSION_MESSAGE_MAX,
    [TN_ASK_SIBLINGS] = TN_OTHERS_SIZE_MAX,
};

struct tn_https {
    CURL *curl;
    CURL *probe;
    struct curl_slist *plain;     /* headers */
    struct curl_slist *expecting; /* for large bodies: the hub is asked before they go */
    struct tn_hub_url url;
    char base[TN_HUB_URL_SIZE];
    struct tn_https_params params;
    struct tn_https_last last;
    char error[CURL_ERROR_SIZE];
    /* of the ask at hand */
    struct tn_buf *answer;
    size_t size_max;
    bool is_answer; /* the head is that of an answer */
    bool has_head;  /* it was looked at */
    bool is_too_large;
    bool is_sibling; /* whoever answered last has not the hub's key */
};

static bool header_is(CURL *curl, const char *name, const char *value)
{
    struct curl_header *header = NULL;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
           strcasecmp(header->value, value) == 0;
}

static bool is_hub(CURL *curl)
{
    return header_is(curl, TN_HUB_HEADER, TN_HUB_HEADER_VALUE);
}

static long code_of(CURL *curl)
{
    long code = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* A length must be said, or an answer whose end is missing would look whole. */
static void look_at_head(struct tn_https *https)
{
    curl_off_t length = -1;
    (void)curl_easy_getinfo(https->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    https->has_head = true;
    https->is_answer = code_of(https->curl) == 200 && is_hub(https->curl) &&
                       header_is(https->curl, "Content-Type", TN_HUB_TYPE) && length >= 0;
    https->is_too_large = https->is_answer && (uint64_t)length > https->size_max;
    if (!https->params.lacks_pin && https->params.sibling_count > 0 && is_hub(https->curl)) {
        https->is_sibling = !tn_https_trust_is_pinned(https->curl, https->params.pin);
    }
}

static size_t on_body(char *data, size_t one, size_t size, void *ctx)
{
    struct tn_https *https = ctx;
    (void)one;
    if (!https->has_head) {
        look_at_head(https);
    }
    if (https->is_too_large) {
        return 0;
    }
    if (!https->is_answer) {
        return size; /* an error's words, or a page: nobody reads them */
    }
    if (https->answer->len + size > https->size_max ||
        tn_buf_append(https->answer, data, size) != TN_OK) {
        https->is_too_large = true;
        return 0;
    }
    return size;
}

static int on_progress(void *ctx, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    const struct tn_https *https = ctx;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return https->params.is_over != NULL && https->params.is_over(https->params.ctx) ? 1 : 0;
}

/* -- setting up -- */

static bool set_common(struct tn_https *https, CURL *curl, const char *protocol)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocol) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "turnout-sync/" TN_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, https) == CURLE_OK;
}

static bool set_times(CURL *curl, const struct tn_https_params *params)
{
    const long connect_s = params->connect_s == 0 ? CONNECT_S : params->connect_s;
    const long silence_s = params->silence_s == 0 ? SILENCE_S : params->silence_s;
    return curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_s) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silence_s) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
}

static bool set_headers(struct tn_https *https)
{
    https->plain = curl_slist_append(NULL, "Content-Type: " TN_HUB_TYPE);
    struct curl_slist *plain =
        https->plain == NULL ? NULL : curl_slist_append(https->plain, "Expect:");
    https->expecting = curl_slist_append(NULL, "Content-Type: " TN_HUB_TYPE);
    struct curl_slist *expecting =
        https->expecting == NULL ? NULL
                                 : curl_slist_append(https->expecting, "Expect: 100-continue");
    return plain != NULL && expecting != NULL;
}

static bool set_up(struct tn_https *https)
{
    CURL *curl = https->curl = curl_easy_init();
    return curl != NULL && set_headers(https) && set_common(https, curl, "https") &&
           set_times(curl, &https->params) && tn_https_trust_set(curl, &https->params) &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, https->error) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, https) == CURLE_OK;
}

enum tn_status tn_https_create(const struct tn_https_params *params, struct tn_https **out)
{
    *out = NULL;
    struct tn_https *https = calloc(1, sizeof *https);
    if (https == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(https);
        return TN_ERR_NO_MEMORY;
    }
    https->params = *params;
    https->is_sibling = params->lacks_pin;
    if (tn_hub_url_read(params->hub, &https->url) != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: is no hub's address; " TN_HUB_URL_FORM " is expected",
               params->hub);
        tn_https_free(https);
        return TN_ERR_FORMAT;
    }
    tn_hub_url_write(&https->url, "https", https->url.port, https->base);
    if (!set_up(https)) {
        tn_log(TN_LOG_ERROR, "libcurl cannot be readied for HTTPS with a pinned key");
        tn_https_free(https);
        return TN_ERR_NO_MEMORY;
    }
    https->params.siblings = NULL; /* the caller's */
    *out = https;
    return TN_OK;
}

void tn_https_free(struct tn_https *https)
{
    if (https == NULL) {
        return;
    }
    curl_easy_cleanup(https->curl);
    curl_easy_cleanup(https->probe);
    curl_slist_free_all(https->plain);
    curl_slist_free_all(https->expecting);
    curl_global_cleanup();
    free(https);
}

/* -- is there a portal? -- */

static size_t drop_body(char *data, size_t one, size_t size, void *ctx)
{
    (void)data;
    (void)one;
    (void)ctx;
    return size > CURL_MAX_WRITE_SIZE ? 0 : size;
}

static bool is_html(CURL *curl)
{
    const char *type = NULL;
    (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    return type != NULL && strncasecmp(type, "text/html", 9) == 0;
}

/* Whether a redirect goes to another host than the hub's. */
static bool leads_away(struct tn_https *https)
{
    const char *to = NULL;
    (void)curl_easy_getinfo(https->probe, CURLINFO_REDIRECT_URL, &to);
    return to != NULL && strcasestr(to, https->url.host) == NULL;
}

/* Asks for / by plain HTTP. On the hub's own port, which speaks TLS, whatever answers is none of
 * the hub's; on port 80 of its host an ordinary web server may live, so there only a network's own
 * answer (511) and a redirect to somebody else count. */
static bool answers_as_portal(struct tn_https *https, uint16_t port)
{
    char url[TN_HUB_URL_SIZE];
    CURL *probe = https->probe == NULL ? https->probe = curl_easy_init() : https->probe;
    tn_hub_url_write(&https->url, "http", port, url);
    if (probe == NULL || !set_common(https, probe, "http") ||
        curl_easy_setopt(probe, CURLOPT_URL, url) != CURLE_OK ||
        curl_easy_setopt(probe, CURLOPT_TIMEOUT, (long)PROBE_S) != CURLE_OK ||
        curl_easy_setopt(probe, CURLOPT_WRITEFUNCTION, drop_body) != CURLE_OK ||
        curl_easy_setopt(probe, CURLOPT_HTTPGET, 1L) != CURLE_OK ||
        curl_easy_setopt(probe, CURLOPT_FORBID_REUSE, 1L) != CURLE_OK) {
        return false;
    }
    (void)curl_easy_perform(probe);
    const long code = code_of(probe);
    if (code == 511 || (code >= 300 && code < 400 && leads_away(https))) {
        return true;
    }
    return port == https->url.port && code > 0 && ((code >= 300 && code < 400) || is_html(probe));
}

static bool has_portal(struct tn_https *https, CURLcode code)
{
    const unsigned probe_port =
        https->params.probe_port == 0 ? PROBE_PORT : https->params.probe_port;
    return (code == CURLE_SSL_CONNECT_ERROR && answers_as_portal(https, https->url.port)) ||
           answers_as_portal(https, (uint16_t)probe_port);
}

/* -- telling troubles apart -- */

static enum tn_https_trouble trouble_of_connect(struct tn_https *https)
{
    long error = 0;
    (void)curl_easy_getinfo(https->curl, CURLINFO_OS_ERRNO, &error);
    return error == ENETUNREACH || error == ENETDOWN ? TN_HTTPS_NO_NETWORK : TN_HTTPS_NOT_REACHED;
}

/* TLS stood: made for this ask, or kept from one before. */
static bool was_connected(struct tn_https *https)
{
    curl_off_t connected_us = 0;
    long connects = 1;
    (void)curl_easy_getinfo(https->curl, CURLINFO_APPCONNECT_TIME_T, &connected_us);
    (void)curl_easy_getinfo(https->curl, CURLINFO_NUM_CONNECTS, &connects);
    return connected_us > 0 || connects == 0;
}

static enum tn_https_trouble trouble_of_curl(struct tn_https *https, CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return TN_HTTPS_NO_NETWORK;
    case CURLE_COULDNT_CONNECT:
        return trouble_of_connect(https);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_PEER_FAILED_VERIFICATION:
        return TN_HTTPS_WRONG_CERTIFICATE;
    case CURLE_SSL_CONNECT_ERROR:
        return TN_HTTPS_NOT_REACHED;
    case CURLE_OPERATION_TIMEDOUT:
        return was_connected(https) ? TN_HTTPS_CUT : TN_HTTPS_NOT_REACHED;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return TN_HTTPS_CUT;
    case CURLE_ABORTED_BY_CALLBACK:
        return TN_HTTPS_STOPPED;
    case CURLE_WRITE_ERROR:
        return https->is_too_large ? TN_HTTPS_TOO_LARGE : TN_HTTPS_OTHER;
    default:
        return TN_HTTPS_OTHER;
    }
}

/* Who has the hub's key and answers without its header is no portal, which could not have the key:
 * a proxy of the organizer's whose hub is away, or another program. */
static enum tn_https_trouble trouble_of_other(long code)
{
    return code == 429   ? TN_HTTPS_BUSY
           : code >= 500 ? TN_HTTPS_HUB_TROUBLE
                         : TN_HTTPS_NOT_UNDERSTOOD;
}

static enum tn_https_trouble trouble_of_code(struct tn_https *https, long code)
{
    static const struct {
        long code;
        enum tn_https_trouble trouble;
    } known[] = {
        {429, TN_HTTPS_BUSY},           {503, TN_HTTPS_BUSY},
        {403, TN_HTTPS_REFUSED},        {413, TN_HTTPS_TOO_LARGE},
        {400, TN_HTTPS_NOT_UNDERSTOOD}, {404, TN_HTTPS_NOT_UNDERSTOOD},
        {405, TN_HTTPS_NOT_UNDERSTOOD}, {411, TN_HTTPS_NOT_UNDERSTOOD},
        {415, TN_HTTPS_NOT_UNDERSTOOD}, {500, TN_HTTPS_HUB_TROUBLE},
    };
    if (!is_hub(https->curl)) {
        return trouble_of_other(code);
    }
    if (code == 200) {
        return https->is_answer ? TN_HTTPS_NONE : TN_HTTPS_NOT_UNDERSTOOD;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].code == code) {
            return known[i].trouble;
        }
    }
    return TN_HTTPS_OTHER;
}

static enum tn_https_trouble judge(struct tn_https *https, CURLcode code)
{
    if (code == CURLE_OK) {
        if (!https->has_head) {
            look_at_head(https); /* no body came */
        }
        return trouble_of_code(https, code_of(https->curl));
    }
    enum tn_https_trouble trouble = trouble_of_curl(https, code);
    const bool may_be_portal =
        trouble == TN_HTTPS_NOT_REACHED || trouble == TN_HTTPS_WRONG_CERTIFICATE;
    return may_be_portal && has_portal(https, code) ? TN_HTTPS_PORTAL : trouble;
}

/* -- asking -- */

static void note_last(struct tn_https *https, CURLcode code, enum tn_https_trouble trouble)
{
    curl_off_t retry_s = 0;
    (void)curl_easy_getinfo(https->curl, CURLINFO_RETRY_AFTER, &retry_s);
    retry_s = retry_s < 0 ? 0 : retry_s < RETRY_AFTER_MAX_S ? retry_s : RETRY_AFTER_MAX_S;
    https->last = (struct tn_https_last){
        .trouble = trouble,
        .code = code == CURLE_OK ? code_of(https->curl) : 0,
        .retry_after_ms = trouble == TN_HTTPS_BUSY ? (int64_t)retry_s * 1000 : 0,
    };
    if (code != CURLE_OK) {
        (void)snprintf(https->last.detail, sizeof https->last.detail, "%s",
                       https->error[0] != '\0' ? https->error : curl_easy_strerror(code));
    } else if (trouble != TN_HTTPS_NONE) {
        (void)snprintf(https->last.detail, sizeof https->last.detail, "HTTP %ld", https->last.code);
    }
}

/* Where a station of the event may answer, what went wrong is its affair and not a centre's. */
static const char *text_of(const struct tn_https *https, enum tn_https_trouble trouble)
{
    if (https->params.sibling_count > 0 && trouble == TN_HTTPS_WRONG_CERTIFICATE) {
        return "Whoever answers there is neither this station's hub nor a station of its event, so "
               "nothing was sent. Is the address right? This station knows one that was made later "
               "once it has reconciled with the centre.";
    }
    if (https->is_sibling && trouble == TN_HTTPS_REFUSED) {
        return "The station that answers does not know this one. It does once it has reconciled "
               "with the centre, unless this one was revoked; ask the organizer.";
    }
    if (https->is_sibling && trouble == TN_HTTPS_HUB_TROUBLE) {
        return "The station that answers has trouble of its own (its disk?); its log says which. "
               "Nothing is lost; try again later.";
    }
    return tn_https_trouble_text(trouble);
}

static void say(const struct tn_https *https)
{
    const enum tn_https_trouble trouble = https->last.trouble;
    const bool may_pass = tn_https_trouble_status(trouble) == TN_ERR_BUSY;
    if (trouble != TN_HTTPS_NONE && trouble != TN_HTTPS_STOPPED) {
        tn_log(may_pass ? TN_LOG_WARN : TN_LOG_ERROR, "%s: %s (%s)", https->base,
               text_of(https, trouble), https->last.detail);
    }
}

static bool set_message(struct tn_https *https, enum tn_ask what, struct tn_bytes message)
{
    char url[TN_HUB_URL_SIZE + 16];
    (void)snprintf(url, sizeof url, "%s%s", https->base, tn_hub_paths[TN_HUB_PATH_ASK + what]);
    return curl_easy_setopt(https->curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(https->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message.len) ==
               CURLE_OK &&
           curl_easy_setopt(https->curl, CURLOPT_POSTFIELDS, (const char *)message.data) ==
               CURLE_OK &&
           curl_easy_setopt(https->curl, CURLOPT_HTTPHEADER,
                            message.len > EXPECT_FROM ? https->expecting : https->plain) ==
               CURLE_OK;
}

/* A hub of before the question was asked has no such path; that is no trouble. */
static bool knows_no_path(const struct tn_https *https)
{
    return is_hub(https->curl) && code_of(https->curl) == 404;
}

static enum tn_status ask(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer)
{
    struct tn_https *https = ctx;
    tn_buf_clear(answer);
    https->answer = answer;
    https->size_max = answer_max[what];
    https->is_answer = https->has_head = https->is_too_large = false;
    https->error[0] = '\0';
    CURLcode code =
        set_message(https, what, message) ? curl_easy_perform(https->curl) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK && what == TN_ASK_SIBLINGS && knows_no_path(https)) {
        note_last(https, code, TN_HTTPS_NONE);
        https->answer = NULL;
        return TN_ERR_NOT_FOUND;
    }
    const enum tn_https_trouble trouble = judge(https, code);
    note_last(https, code, trouble);
    say(https);
    https->answer = NULL;
    if (trouble != TN_HTTPS_NONE) {
        tn_buf_clear(answer);
    }
    return tn_https_trouble_status(trouble);
}

static bool is_sibling(const void *ctx)
{
    return ((const struct tn_https *)ctx)->is_sibling;
}

struct tn_far tn_https_far(struct tn_https *https)
{
    return (struct tn_far){.ask = ask, .is_sibling = is_sibling, .ctx = https};
}

const struct tn_https_last *tn_https_last(const struct tn_https *https)
{
    return &https->last;
}
