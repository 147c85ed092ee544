/* turnout-sync: reconciles stations with the centre, and is the organizer's tool for everything
 * the centre keeps. This file is the table of commands and nothing else; each command is a file of
 * sync/cmd. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync/cmd/cmd.h"
#include "turnout/crypto.h"
#include "turnout/log.h"

static const struct tn_cmd *const commands[] = {
    &tn_cmd_init,       &tn_cmd_import,    &tn_cmd_badges, &tn_cmd_station,
    &tn_cmd_staff_card, &tn_cmd_reconcile, &tn_cmd_status, &tn_cmd_verify,
    &tn_cmd_dump,       &tn_cmd_report,    &tn_cmd_demo,
};
#define COMMANDS (sizeof commands / sizeof commands[0])
#define NAME_MAX_LEN 32

static void print_help(FILE *file)
{
    fprintf(file, "turnout-sync reconciles Turnout's stations with the central database.\n\n"
                  "usage: turnout-sync COMMAND ...\n\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(file, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    }
    fprintf(file,
            "\n`turnout-sync COMMAND --help` tells more. Exit codes: 0 done, 1 something needs "
            "a person,\n2 usage, 3 the world failed (disk, network, database).\n");
}

/* Edits (insert, delete, replace) between two short words. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1];
    size_t len = strnlen(b, NAME_MAX_LEN);
    for (size_t j = 0; j <= len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0' && i < NAME_MAX_LEN; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= len; j++) {
            size_t best = diagonal + (a[i] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[len];
}

static enum tn_exit unknown(const char *name)
{
    const struct tn_cmd *nearest = commands[0];
    for (size_t i = 1; i < COMMANDS; i++) {
        if (distance(name, commands[i]->name) < distance(name, nearest->name)) {
            nearest = commands[i];
        }
    }
    fprintf(stderr, "turnout-sync: there is no command %s", name);
    if (distance(name, nearest->name) <= 2) {
        fprintf(stderr, "; did you mean %s?", nearest->name);
    }
    fprintf(stderr, "\n`turnout-sync --help` lists them.\n");
    return TN_EXIT_USAGE;
}

static enum tn_exit dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return TN_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return TN_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("turnout-sync %s\n", TN_VERSION);
        return TN_EXIT_DONE;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i]->name) == 0) {
            return commands[i]->run(argc - 1, argv + 1);
        }
    }
    return unknown(argv[1]);
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_CTYPE, "");
    (void)umask(077);
    (void)signal(SIGPIPE, SIG_DFL);
    tn_log_program("turnout-sync");
    if (tn_crypto_init() != TN_OK) {
        tn_log(TN_LOG_ERROR, "the cryptography library cannot start on this machine");
        return TN_EXIT_WORLD;
    }
    enum tn_exit code = dispatch(argc, argv);
    /* A full disk behind `> file` must not pass for success. */
    if (fflush(stdout) != 0 && code == TN_EXIT_DONE) {
        tn_log(TN_LOG_ERROR, "standard output cannot be written");
        code = TN_EXIT_WORLD;
    }
    return code;
}
