/* A demo ecosystem in a folder of its own, and turnout-sync's commands run on it in this process:
 * what tests of whole commands share. Output and errors of the last command are kept as text. */
#ifndef TURNOUT_TESTS_SYNC_WORLD_H
#define TURNOUT_TESTS_SYNC_WORLD_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/cmd/cmd.h"
#include "sync/cmd/demo.h"
#include "tests/unit/sync_central.h"
#include "turnout/badge.h"
#include "turnout/log.h"
#include "turnout/setup.h"
#include "turnout/station.h"

#define WORDS_MAX 24
#define TEXT_MAX 65536
#define LEARNERS 12

static char root[64];
static char central[CENTRAL_URI_SIZE];      /* what central.db means in a line */
static char twin_central[CENTRAL_URI_SIZE]; /* where a copy of it may lie */
static char said[2 * TEXT_MAX];             /* what the last command printed, then what it logged */
static size_t said_len;

/* clang-format off */
static const struct tn_cmd *const all_commands[] = {
    &tn_cmd_init,
    &tn_cmd_import,
    &tn_cmd_badges,
    &tn_cmd_badge,
    &tn_cmd_station,
    &tn_cmd_staff_card,
    &tn_cmd_reconcile,
    &tn_cmd_serve,
    &tn_cmd_status,
    &tn_cmd_verify,
    &tn_cmd_conflicts,
    &tn_cmd_correct,
    &tn_cmd_learner,
    &tn_cmd_duplicates,
    &tn_cmd_dump,
    &tn_cmd_report,
    &tn_cmd_audit,
    &tn_cmd_erase,
    &tn_cmd_retention,
    &tn_cmd_export,
    &tn_cmd_record,
    &tn_cmd_demo,
};
/* clang-format on */

/* In one process, the same message twice is two messages. */
static void log_plainly(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    fprintf(stderr, "%s\n", line);
}

/* Standard output and error go to a file while a command runs. */
static int begin_capture(int fd, const char *path)
{
    fflush(fd == STDOUT_FILENO ? stdout : stderr);
    int kept = dup(fd);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(kept >= 0 && file >= 0 && dup2(file, fd) == fd);
    close(file);
    return kept;
}

static void end_capture(int fd, int kept, const char *path)
{
    fflush(fd == STDOUT_FILENO ? stdout : stderr);
    assert_int_equal(dup2(kept, fd), fd);
    close(kept);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    said_len += fread(said + said_len, 1, TEXT_MAX - 1, file);
    said[said_len] = '\0';
    fclose(file);
    (void)unlink(path);
}

/* Runs a line like "status --central c.db" in the root; words are parted by single spaces, and a ~
 * in a word stands for a space. The word central.db means the world's own database. */
static enum tn_exit turnout(const char *format, ...) __attribute__((format(printf, 1, 2)));
static enum tn_exit turnout(const char *format, ...)
{
    static char line[TEXT_MAX];
    char *argv[WORDS_MAX + 1];
    int argc = 0;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    char *rest = line;
    for (char *word = NULL; argc < WORDS_MAX && (word = strsep(&rest, " ")) != NULL;) {
        for (char *c = word; *c != '\0'; c++) {
            *c = *c == '~' ? ' ' : *c;
        }
        argv[argc++] = strcmp(word, "central.db") == 0 ? central : word;
    }
    argv[argc] = NULL;
    const struct tn_cmd *command = NULL;
    for (size_t i = 0; i < sizeof all_commands / sizeof all_commands[0]; i++) {
        command = strcmp(all_commands[i]->name, argv[0]) == 0 ? all_commands[i] : command;
    }
    assert_non_null(command);
    said_len = 0;
    said[0] = '\0';
    int out = begin_capture(STDOUT_FILENO, ".out");
    int err = begin_capture(STDERR_FILENO, ".err");
    enum tn_exit code = command->run(argc, argv);
    end_capture(STDOUT_FILENO, out, ".out");
    end_capture(STDERR_FILENO, err, ".err");
    return code;
}

__attribute__((unused)) static void assert_said(const char *text)
{
    if (strstr(said, text) == NULL) {
        fail_msg("\"%s\" was not said, but:\n%s", text, said);
    }
}

/* A command that must give this exit code. */
#define gives(code, ...)                                                                           \
    do {                                                                                           \
        enum tn_exit given = turnout(__VA_ARGS__);                                                 \
        if (given != (code)) {                                                                     \
            fail_msg("exit %d, not %d: %s", given, (code), said);                                  \
        }                                                                                          \
    } while (0)

__attribute__((unused, format(printf, 1, 2))) static void shell(const char *format, ...);
static void shell(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert_int_equal(system(line), 0);
}

/* The digits of badge `row` of badges.csv, from 1. */
__attribute__((unused)) static void badge_text(const char *csv, int row,
                                               char out[TN_BADGE_TEXT_SIZE])
{
    char line[512] = "";
    FILE *file = fopen(csv, "r");
    assert_non_null(file);
    for (int i = 0; i <= row; i++) {
        assert_non_null(fgets(line, sizeof line, file));
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    const char *digits = strrchr(line, ',');
    assert_non_null(digits);
    snprintf(out, TN_BADGE_TEXT_SIZE, "%s", digits + 1);
}

/* Scans badges first to last at a station, a minute apart from a time on. */
__attribute__((unused)) static void scan(const char *dir, int first, int last, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    for (int i = first; i <= last; i++) {
        char text[TN_BADGE_TEXT_SIZE];
        struct tn_record record;
        badge_text("badges.csv", i, text);
        struct tn_scan one = {
            at_ms + (int64_t)i * 60000, i * 1000, "scan", text, strlen(text), false};
        assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
        assert_true(record.seq > 0);
    }
    tn_station_close(station);
}

/* The demo is made once a program, and each test has a copy of it. */
static char first_root[64];
static char first_central[CENTRAL_URI_SIZE];
static pid_t first_pid;

static void drop_first(void)
{
    if (getpid() == first_pid) {
        tn_demo_remove(first_root);
    }
}

static void make_first(void)
{
    snprintf(first_root, sizeof first_root, "/tmp/turnout-first-XXXXXX");
    assert_non_null(mkdtemp(first_root));
    assert_int_equal(chdir(first_root), 0);
    first_pid = getpid();
    assert_int_equal(atexit(drop_first), 0);
    if (central_is_server()) {
        central_new(first_root, "central", first_central);
        gives(TN_EXIT_DONE, "demo %s/demo --learners %d --seed 3 --central %s", first_root,
              LEARNERS, first_central);
    } else {
        gives(TN_EXIT_DONE, "demo %s/demo --learners %d --seed 3", first_root, LEARNERS);
    }
}

static int world_setup(void **state)
{
    char dir[80];
    (void)state;
    tn_log_to(log_plainly, NULL);
    if (first_pid == 0) {
        make_first();
    }
    snprintf(root, sizeof root, "/tmp/turnout-world-XXXXXX");
    if (mkdtemp(root) == NULL || chdir(root) != 0) {
        return 1;
    }
    snprintf(dir, sizeof dir, "%s/demo", root);
    shell("cp -a %s/demo %s", first_root, dir);
    central_place(root, "other", twin_central);
    snprintf(central, sizeof central, "central.db");
    if (central_is_server()) {
        central_place(root, "central", central);
        central_copy(first_central, central);
        /* It notes the first one's keys, beside which other tests leave their marks. */
        char sql[256];
        snprintf(sql, sizeof sql, "UPDATE ecosystem SET keys_path = '%s/keys'", dir);
        central_sql(central, sql);
    }
    return chdir(dir);
}

static int world_teardown(void **state)
{
    (void)state;
    if (chdir("/") != 0) {
        return 1;
    }
    tn_demo_remove(root);
    return 0;
}

/* A number out of a station's database. */
__attribute__((unused)) static int64_t station_ask(const char *dir, const char *sql)
{
    char line[512];
    long long number = -1;
    (void)snprintf(line, sizeof line, "sqlite3 -batch %s/station.db \"%s\"", dir, sql);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%lld", &number), 1);
    assert_int_equal(pclose(pipe), 0);
    return number;
}

/* What comes of a badge's scan; row as badge_text takes it. */
__attribute__((unused)) static enum tn_result scan_one(const char *dir, int row, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_record record;
    char text[TN_BADGE_TEXT_SIZE];
    badge_text("badges.csv", row, text);
    struct tn_scan one = {at_ms, 1000, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
    return record.result;
}

/* Alters one byte of a file, which a word of the shell names; at < 0 counts from its end. */
__attribute__((unused)) static void flip_byte(const char *file, long at)
{
    shell("f=%s; at=%ld; [ $at -ge 0 ] || at=$(($(stat -c %%s $f) + at));"
          " byte=$(od -An -tu1 -j $at -N 1 $f); printf \"\\\\$(printf %%o $((byte ^ 1)))\" |"
          " dd of=$f bs=1 seek=$at conv=notrunc status=none",
          file, at);
}

/* What a fresh kiosk does with the digits of a set-up card that lie in a file; gives when the
 * card was made. */
__attribute__((unused)) static int64_t set_up(const char *digits_path, const char *dir,
                                              int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_buf card;
    struct tn_setup setup;
    char text[TN_SETUP_TEXT_MAX + 2] = "";
    FILE *file = fopen(digits_path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    text[strcspn(text, "\r\n")] = '\0';
    tn_buf_init(&card, TN_SETUP_SIZE_MAX);
    assert_int_equal(tn_setup_from_digits(&card, text, strlen(text)), TN_OK);
    assert_int_equal(tn_setup_read(tn_buf_bytes(&card), NULL, &setup), TN_OK);
    assert_int_equal(tn_station_create(dir, &setup, &env, at_ms), TN_OK);
    tn_buf_destroy(&card);
    return setup.issued_ms;
}

#endif
