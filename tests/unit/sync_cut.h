/* A way with faults: a TCP proxy on loopback that passes bytes on between whoever connects and a
 * hub, and ends a connection after so many of them, in either direction. One connection at a time,
 * in a thread of its own. */
#ifndef TURNOUT_TESTS_SYNC_CUT_H
#define TURNOUT_TESTS_SYNC_CUT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct cut {
    uint16_t to;         /* the hub's port */
    atomic_int up_max;   /* bytes of a connection that reach the hub; -1: all */
    atomic_int down_max; /* that come back */
    atomic_int up;       /* that did, of the last connection */
    atomic_int down;
    atomic_bool is_silent; /* takes connections, and nothing comes of them */
    int fd;
    int stop[2];
    uint16_t port;
    pthread_t thread;
};

__attribute__((unused)) static int cut_listen(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int cut_connect(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Passes on what is there; false at the end of it, or of what may pass. */
static bool cut_pass(int from, int to, atomic_int *passed, int max)
{
    char part[16384];
    const int left = max < 0 ? (int)sizeof part : max - atomic_load(passed);
    const size_t want = left < (int)sizeof part ? (size_t)left : sizeof part;
    ssize_t n = want == 0 ? 0 : recv(from, part, want, 0);
    if (n <= 0 || send(to, part, (size_t)n, MSG_NOSIGNAL) != n) {
        return false;
    }
    return atomic_fetch_add(passed, (int)n) + (int)n != max;
}

static void cut_serve(struct cut *cut, int client)
{
    int hub = atomic_load(&cut->is_silent) ? -1 : cut_connect(cut->to);
    bool is_on = true;
    atomic_store(&cut->up, 0);
    atomic_store(&cut->down, 0);
    while (is_on) {
        struct pollfd fds[3] = {{client, POLLIN, 0}, {hub, POLLIN, 0}, {cut->stop[0], POLLIN, 0}};
        is_on = poll(fds, 3, -1) > 0 && fds[2].revents == 0;
        if (is_on && fds[0].revents != 0) {
            char drop[4096];
            is_on = hub < 0 ? recv(client, drop, sizeof drop, 0) > 0
                            : cut_pass(client, hub, &cut->up, atomic_load(&cut->up_max));
        }
        if (is_on && fds[1].revents != 0) {
            is_on = cut_pass(hub, client, &cut->down, atomic_load(&cut->down_max));
        }
    }
    if (hub >= 0) {
        close(hub);
    }
    close(client);
}

static void *cut_run(void *ctx)
{
    struct cut *cut = ctx;
    for (;;) {
        struct pollfd fds[2] = {{cut->fd, POLLIN, 0}, {cut->stop[0], POLLIN, 0}};
        if (poll(fds, 2, -1) <= 0 || fds[1].revents != 0) {
            return NULL;
        }
        int client = accept(cut->fd, NULL, NULL);
        if (client >= 0) {
            cut_serve(cut, client);
        }
    }
}

__attribute__((unused)) static void cut_start(struct cut *cut, uint16_t to)
{
    memset(cut, 0, sizeof *cut);
    cut->to = to;
    atomic_init(&cut->up_max, -1);
    atomic_init(&cut->down_max, -1);
    cut->fd = cut_listen(&cut->port);
    assert_int_equal(pipe(cut->stop), 0);
    assert_int_equal(pthread_create(&cut->thread, NULL, cut_run, cut), 0);
}

__attribute__((unused)) static void cut_end(struct cut *cut)
{
    assert_int_equal(write(cut->stop[1], "x", 1), 1);
    assert_int_equal(pthread_join(cut->thread, NULL), 0);
    close(cut->fd);
    close(cut->stop[0]);
    close(cut->stop[1]);
}

#endif
