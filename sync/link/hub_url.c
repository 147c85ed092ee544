/* Read by hand, because a station takes so little of what a URL may be that a whole reader of URLs
 * would mostly be a list of refusals: no path, no user, no query, no other scheme. */
#include "sync/link/hub_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "https://"
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
#define V6_BYTES "0123456789abcdefABCDEF:."

enum tn_status tn_hub_url_port(const char *text, uint16_t *out)
{
    const size_t len = strlen(text);
    if (len == 0 || len > 5 || strspn(text, "0123456789") != len) {
        return TN_ERR_FORMAT;
    }
    const unsigned long port = strtoul(text, NULL, 10);
    *out = (uint16_t)port;
    return port <= UINT16_MAX ? TN_OK : TN_ERR_FORMAT;
}

/* The host at the start of text; *rest is what comes after it. */
static enum tn_status take_host(const char *text, struct tn_hub_url *out, const char **rest)
{
    out->is_v6 = text[0] == '[';
    const char *host = out->is_v6 ? text + 1 : text;
    const size_t len = strspn(host, out->is_v6 ? V6_BYTES : NAME_BYTES);
    if (len == 0 || host[0] == '-' || host[0] == '.' || (out->is_v6 && host[len] != ']')) {
        return TN_ERR_FORMAT;
    }
    (void)snprintf(out->host, sizeof out->host, "%.*s", (int)len, host);
    *rest = host + len + (out->is_v6 ? 1 : 0);
    return TN_OK;
}

enum tn_status tn_hub_url_read(const char *text, struct tn_hub_url *out)
{
    char line[TN_HUB_MAX + 1];
    const char *rest = NULL;
    *out = (struct tn_hub_url){.port = TN_HUB_PORT};
    size_t len = strlen(text);
    if (len > TN_HUB_MAX) {
        return TN_ERR_LIMIT;
    }
    if (strncmp(text, SCHEME, sizeof SCHEME - 1) != 0) {
        return TN_ERR_FORMAT;
    }
    len -= text[len - 1] == '/' ? 1 : 0;
    (void)snprintf(line, sizeof line, "%.*s", (int)len, text);
    if (len < sizeof SCHEME || take_host(line + sizeof SCHEME - 1, out, &rest) != TN_OK) {
        return TN_ERR_FORMAT;
    }
    if (rest[0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = rest[0] == ':' ? tn_hub_url_port(rest + 1, &out->port) : TN_ERR_FORMAT;
    return status == TN_OK && out->port == 0 ? TN_ERR_FORMAT : status;
}

void tn_hub_url_write(const struct tn_hub_url *url, const char *scheme, uint16_t port, char *out)
{
    (void)snprintf(out, TN_HUB_URL_SIZE, "%s://%s%s%s:%u", scheme, url->is_v6 ? "[" : "", url->host,
                   url->is_v6 ? "]" : "", (unsigned)port);
}
