/* Serial scanners that are ptys, in a folder that stands in for /dev. Include it after cmocka.h. */
#ifndef TESTS_UNIT_KIOSK_PTY_H
#define TESTS_UNIT_KIOSK_PTY_H

#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PATH_SIZE 96

struct scanner {
    int master;
    int slave; /* the test's own hold on it, so that early bytes are kept */
    char path[PATH_SIZE];
};

static char dir[] = "/tmp/turnout-serial-XXXXXX"; /* stands in for /dev; the test makes it */

static inline void name_path(char *path, const char *name)
{
    (void)snprintf(path, PATH_SIZE, "%s/%s", dir, name);
}

/* A pty, raw from the start, under that name. */
static inline struct scanner plug(const char *name)
{
    struct scanner scanner;
    struct termios raw = {0};
    char tty[PATH_SIZE];
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    assert_int_equal(openpty(&scanner.master, &scanner.slave, NULL, &raw, NULL), 0);
    assert_int_equal(ttyname_r(scanner.slave, tty, sizeof tty), 0);
    name_path(scanner.path, name);
    assert_int_equal(symlink(tty, scanner.path), 0);
    return scanner;
}

/* Pulls it out. */
static inline void unplug(struct scanner *scanner)
{
    (void)unlink(scanner->path);
    assert_int_equal(close(scanner->slave), 0);
    assert_int_equal(close(scanner->master), 0);
}

static inline void send_bytes(const struct scanner *scanner, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = write(scanner->master, bytes, len);
        assert_true(sent > 0);
        bytes += sent;
        len -= (size_t)sent;
    }
}

static inline void send_text(const struct scanner *scanner, const char *text)
{
    send_bytes(scanner, text, strlen(text));
}

#endif
