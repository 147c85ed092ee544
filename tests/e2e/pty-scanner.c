/* Stands in for serial scanners, with ptys: pty-scanner DIR reads commands, one a line, and says
 * "ok" after each. "plug NAME" makes DIR/NAME a scanner, "send NAME TEXT" sends what it has read
 * (with \r and \n written so), "unplug NAME" pulls it out. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SCANNERS_MAX 4
#define LINE_SIZE 2048
#define PATH_SIZE 512

static struct scanner {
    char path[PATH_SIZE]; /* empty: free */
    int master;
    int slave; /* keeps the line raw and its early bytes until the kiosk has it open */
} scanners[SCANNERS_MAX];

static struct scanner *find(const char *path)
{
    for (int i = 0; i < SCANNERS_MAX; i++) {
        if (strcmp(scanners[i].path, path) == 0) {
            return &scanners[i];
        }
    }
    return NULL;
}

static int plug(const char *path)
{
    struct scanner *scanner = find("");
    char tty[PATH_SIZE];
    if (scanner == NULL) {
        return 0;
    }
    scanner->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (scanner->master < 0 || grantpt(scanner->master) != 0 || unlockpt(scanner->master) != 0 ||
        ptsname_r(scanner->master, tty, sizeof tty) != 0) {
        return 0;
    }
    scanner->slave = open(tty, O_RDWR | O_NOCTTY);
    struct termios raw;
    if (scanner->slave < 0 || tcgetattr(scanner->slave, &raw) != 0) {
        return 0;
    }
    cfmakeraw(&raw);
    (void)snprintf(scanner->path, sizeof scanner->path, "%s", path);
    return tcsetattr(scanner->slave, TCSANOW, &raw) == 0 && symlink(tty, path) == 0;
}

/* In one piece: a pause could pass for the end of a scan. */
static int send_text(const struct scanner *scanner, const char *text)
{
    static char bytes[LINE_SIZE];
    size_t len = 0;
    for (; *text != '\0'; text++) {
        char byte = *text;
        if (byte == '\\' && (text[1] == 'r' || text[1] == 'n')) {
            byte = *++text == 'r' ? '\r' : '\n';
        }
        bytes[len++] = byte;
    }
    return write(scanner->master, bytes, len) == (ssize_t)len;
}

static int unplug(struct scanner *scanner)
{
    int is_out =
        unlink(scanner->path) == 0 && close(scanner->slave) == 0 && close(scanner->master) == 0;
    scanner->path[0] = '\0';
    return is_out;
}

static int obey(const char *dir, const char *verb, const char *name, const char *text)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    struct scanner *scanner = find(path);
    if (strcmp(verb, "plug") == 0) {
        return plug(path);
    }
    if (scanner == NULL) {
        return 0;
    }
    return strcmp(verb, "send") == 0 ? send_text(scanner, text) : unplug(scanner);
}

int main(int argc, char **argv)
{
    static char line[LINE_SIZE];
    while (argc == 2 && fgets(line, sizeof line, stdin) != NULL) {
        char verb[8] = "";
        char name[32] = "";
        int text = 0;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%7s %31s %n", verb, name, &text) < 2 ||
            !obey(argv[1], verb, name, line + text)) {
            fprintf(stderr, "pty-scanner: this did not work: %.60s\n", line);
            return 1;
        }
        (void)puts("ok");
        (void)fflush(stdout);
    }
    return 0;
}
