/* A hand-made TLS client for what no decent client does: half a head, a body that stops, methods
 * and headers as one likes. It checks nobody's certificate. */
#ifndef TURNOUT_TESTS_SYNC_TLS_H
#define TURNOUT_TESTS_SYNC_TLS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#define TLS_TEXT_SIZE (64 * 1024)

struct tls {
    int fd;
    gnutls_session_t session;
    gnutls_certificate_credentials_t trust;
};

static int tcp_connect(uint16_t port)
{
    const struct timeval patience = {10, 0};
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    const int on = 1;
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    return fd;
}

__attribute__((unused)) static void tls_open(struct tls *tls, uint16_t port)
{
    tls->fd = tcp_connect(port);
    assert_int_equal(gnutls_certificate_allocate_credentials(&tls->trust), 0);
    assert_int_equal(gnutls_init(&tls->session, GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_set_default_priority(tls->session), 0);
    assert_int_equal(gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->trust), 0);
    gnutls_transport_set_int(tls->session, tls->fd);
    int code = 0;
    do {
        code = gnutls_handshake(tls->session);
    } while (code < 0 && gnutls_error_is_fatal(code) == 0);
    assert_int_equal(code, 0);
}

__attribute__((unused)) static void tls_close(struct tls *tls)
{
    gnutls_deinit(tls->session);
    gnutls_certificate_free_credentials(tls->trust);
    close(tls->fd);
}

__attribute__((unused)) static void tls_send(struct tls *tls, const char *text)
{
    assert_int_equal(gnutls_record_send(tls->session, text, strlen(text)), (int)strlen(text));
}

/* What comes until the other side ends it, or until `until` (NULL: the end). */
__attribute__((unused)) static void tls_receive(struct tls *tls, const char *until,
                                                char out[TLS_TEXT_SIZE])
{
    size_t len = 0;
    out[0] = '\0';
    while (len < TLS_TEXT_SIZE - 1 && (until == NULL || strstr(out, until) == NULL)) {
        ssize_t n = gnutls_record_recv(tls->session, out + len, TLS_TEXT_SIZE - 1 - len);
        if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
            fail_msg("the other side keeps silent after: %s", out);
        }
        if (n <= 0) {
            break;
        }
        len += (size_t)n;
        out[len] = '\0';
    }
}

/* Sends a whole request that asks for the connection to be closed, and gives all that comes. */
__attribute__((unused)) static void tls_ask(uint16_t port, const char *request,
                                            char out[TLS_TEXT_SIZE])
{
    struct tls tls;
    tls_open(&tls, port);
    tls_send(&tls, request);
    tls_receive(&tls, NULL, out);
    tls_close(&tls);
}

#endif
