/* The socket is opened here and not by libmicrohttpd, so that what goes wrong with it can be said
 * in the words of whoever typed the address. */
#include "sync/link/hub_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "sync/link/hub_url.h"
#include "turnout/log.h"

#define BACKLOG 1024

/* ADDR:PORT taken apart. */
struct where {
    char host[TN_HUB_MAX + 1]; /* empty: all */
    char port[8];
};

static enum tn_status read_where(const char *text, struct where *out)
{
    const bool has_brackets = text[0] == '[';
    const char *colon = strrchr(text, ':');
    const char *end = has_brackets ? strchr(text, ']') : colon;
    uint16_t port = 0;
    if (colon == NULL || end == NULL || (has_brackets && end + 1 != colon) ||
        (!has_brackets && strchr(text, ':') != colon) ||
        (size_t)(end - text) > sizeof out->host - 1 || tn_hub_url_port(colon + 1, &port) != TN_OK) {
        tn_log(TN_LOG_ERROR,
               "%s: is no address to listen at; ADDRESS:PORT is expected, like 0.0.0.0:8443 or "
               "[::]:8443",
               text);
        return TN_ERR_FORMAT;
    }
    const char *start = has_brackets ? text + 1 : text;
    (void)snprintf(out->host, sizeof out->host, "%.*s", (int)(end - start), start);
    (void)snprintf(out->port, sizeof out->port, "%u", (unsigned)port);
    return TN_OK;
}

static enum tn_status say_errno(const char *where, int error)
{
    static const struct {
        int error;
        enum tn_status status;
        const char *words;
    } known[] = {
        {EADDRINUSE, TN_ERR_BUSY,
         "another program listens there already; end it, or choose another port"},
        {EADDRNOTAVAIL, TN_ERR_NOT_FOUND,
         "this machine has no such address; 0.0.0.0 or [::] stands for all it has"},
        {EACCES, TN_ERR_READ_ONLY, "ports below 1024 are not for everybody; one like 8443 is"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].error == error) {
            tn_log(TN_LOG_ERROR, "%s: %s", where, known[i].words);
            return known[i].status;
        }
    }
    tn_log(TN_LOG_ERROR, "%s: cannot be listened at: %s", where, strerror(error));
    return TN_ERR_IO;
}

/* A restarted hub takes its port again at once, and [::] takes both kinds of addresses. */
static int open_socket(const struct addrinfo *info, bool is_all)
{
    const int on = 1;
    const int off = 0;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    bool is_fine = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (is_fine && info->ai_family == AF_INET6) {
        is_fine = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, is_all ? &off : &on, sizeof on) == 0;
    }
    is_fine = is_fine && bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    if (!is_fine) {
        const int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Where all addresses are meant, those of both kinds, unless this machine knows one kind only. */
static int open_all(const char *port)
{
    struct addrinfo *found = NULL;
    int fd = -1;
    static const char *const hosts[] = {"::", "0.0.0.0"};
    for (size_t i = 0; i < 2 && fd < 0 && (i == 0 || errno == EAFNOSUPPORT); i++) {
        const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
        if (getaddrinfo(hosts[i], port, &hints, &found) == 0) {
            fd = open_socket(found, true);
            const int error = errno;
            freeaddrinfo(found);
            errno = error;
        }
    }
    return fd;
}

enum tn_status tn_hub_listen(const char *where, int *fd)
{
    struct where parts;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    *fd = -1;
    enum tn_status status = read_where(where, &parts);
    if (status != TN_OK) {
        return status;
    }
    if (parts.host[0] == '\0' || strcmp(parts.host, "::") == 0) {
        *fd = open_all(parts.port);
        return *fd >= 0 ? TN_OK : say_errno(where, errno);
    }
    int code = getaddrinfo(parts.host, parts.port, &hints, &found);
    if (code != 0) {
        tn_log(TN_LOG_ERROR, "%s: no address has this name: %s", where, gai_strerror(code));
        return TN_ERR_NOT_FOUND;
    }
    *fd = open_socket(found, false);
    status = *fd >= 0 ? TN_OK : say_errno(where, errno);
    freeaddrinfo(found);
    return status;
}

enum tn_status tn_hub_listen_handed(int *fd)
{
    const int count = sd_listen_fds(1);
    *fd = -1;
    if (count == 0) {
        return TN_ERR_NOT_FOUND;
    }
    if (count != 1 || sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
        tn_log(TN_LOG_ERROR,
               "systemd handed over %d sockets; one that listens is expected "
               "(ListenStream= once in the .socket unit)",
               count);
        return TN_ERR_FORMAT;
    }
    *fd = SD_LISTEN_FDS_START;
    const int flags = fcntl(*fd, F_GETFL);
    if (flags < 0 || fcntl(*fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return say_errno("the socket of systemd", errno);
    }
    return TN_OK;
}

void tn_hub_listen_address(int fd, char out[TN_HUB_ADDRESS_SIZE])
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    char host[64] = "?";
    char port[8] = "?";
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0) {
        (void)getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                          NI_NUMERICHOST | NI_NUMERICSERV);
    }
    const bool is_v6 = address.ss_family == AF_INET6;
    (void)snprintf(out, TN_HUB_ADDRESS_SIZE, "%s%s%s:%s", is_v6 ? "[" : "", host, is_v6 ? "]" : "",
                   port);
}
