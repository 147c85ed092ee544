/* Reads a passphrase from the controlling terminal with echo off, or from where a service has it
 * that has no terminal: a credential of systemd's, or the environment. Those win, so that scripts
 * never hang on a prompt. */
#include "sync/central/passphrase.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "turnout/log.h"

#define INTERRUPT 0x03
#define CREDENTIAL "turnout-passphrase"

static enum tn_status too_long(size_t out_size)
{
    tn_log(TN_LOG_ERROR, "the passphrase is longer than %zu bytes", out_size - 1);
    return TN_ERR_LIMIT;
}

/* One line, without its newline. */
static enum tn_status read_line(int fd, char *out, size_t out_size)
{
    size_t len = 0;
    char c = 0;
    while (read(fd, &c, 1) == 1 && c != '\n') {
        if (c == INTERRUPT) {
            return TN_ERR_STATE;
        }
        if (len + 1 >= out_size) {
            return too_long(out_size);
        }
        out[len++] = c;
    }
    out[len] = '\0';
    return TN_OK;
}

/* Signals from the keyboard are letters meanwhile, so that Ctrl-C cannot leave the terminal without
 * its echo. */
static enum tn_status ask(int fd, const char *prompt, char *out, size_t out_size)
{
    struct termios before;
    if (tcgetattr(fd, &before) != 0) {
        return TN_ERR_STATE;
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    dprintf(fd, "%s", prompt);
    (void)tcsetattr(fd, TCSAFLUSH, &quiet);
    enum tn_status status = read_line(fd, out, out_size);
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    dprintf(fd, "\n");
    return status;
}

static enum tn_status ask_again(int fd, const char *prompt, const char *first, size_t size)
{
    char second[TN_PASSPHRASE_MAX + 1] = "";
    enum tn_status status = ask(fd, prompt, second, size < sizeof second ? size : sizeof second);
    if (status == TN_OK && strcmp(first, second) != 0) {
        tn_log(TN_LOG_ERROR, "the two passphrases differ; nothing was changed");
        status = TN_ERR_FORMAT;
    }
    sodium_memzero(second, sizeof second);
    return status;
}

static enum tn_status ask_terminal(const char *prompt, const char *repeat, char *out,
                                   size_t out_size)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        tn_log(TN_LOG_ERROR, "the keyring wants a passphrase and there is no terminal to ask at; "
                             "set TURNOUT_PASSPHRASE");
        return TN_ERR_STATE;
    }
    enum tn_status status = ask(fd, prompt, out, out_size);
    if (status == TN_OK && repeat != NULL && out[0] != '\0') {
        status = ask_again(fd, repeat, out, out_size);
    }
    close(fd);
    return status;
}

static enum tn_status take_given(const char *given, char *out, size_t out_size)
{
    if (strlen(given) >= out_size) {
        return too_long(out_size);
    }
    snprintf(out, out_size, "%s", given);
    return TN_OK;
}

/* The file that systemd hands a service (LoadCredential=, LoadCredentialEncrypted=); -1: none. */
static int open_credential(void)
{
    char path[4096];
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    int n = dir == NULL ? -1 : snprintf(path, sizeof path, "%s/" CREDENTIAL, dir);
    return n > 0 && (size_t)n < sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

enum tn_status tn_passphrase_get(const char *prompt, const char *repeat, char *out, size_t out_size)
{
    const char *given = getenv("TURNOUT_PASSPHRASE");
    const int fd = given == NULL ? open_credential() : -1;
    enum tn_status status = given != NULL ? take_given(given, out, out_size)
                            : fd >= 0     ? read_line(fd, out, out_size)
                                          : ask_terminal(prompt, repeat, out, out_size);
    if (fd >= 0) {
        close(fd);
    }
    if (status == TN_OK && out[0] == '\0') {
        tn_log(TN_LOG_ERROR, "the passphrase is empty%s",
               repeat == NULL ? "" : "; --no-passphrase makes a keyring without one");
        status = TN_ERR_FORMAT;
    }
    return status;
}
