/* The commands of turnout-sync: one file a command, one row a command in sync/main.c.
 *
 * Exit codes: 0 done, 1 something needs a person, 2 usage, 3 the world failed. */
#ifndef TURNOUT_CMD_H
#define TURNOUT_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/status.h"

enum tn_exit { TN_EXIT_DONE = 0, TN_EXIT_PERSON = 1, TN_EXIT_USAGE = 2, TN_EXIT_WORLD = 3 };

struct tn_cmd {
    const char *name;
    const char *summary; /* one line for --help */
    const char *usage;   /* its own lines for `NAME --help`, the last one ended */
    /* argv[0] is the command's name. */
    enum tn_exit (*run)(int argc, char **argv);
};

extern const struct tn_cmd tn_cmd_init;
extern const struct tn_cmd tn_cmd_import;
extern const struct tn_cmd tn_cmd_badge;
extern const struct tn_cmd tn_cmd_badges;
extern const struct tn_cmd tn_cmd_station;
extern const struct tn_cmd tn_cmd_staff_card;
extern const struct tn_cmd tn_cmd_reconcile;
extern const struct tn_cmd tn_cmd_serve;
extern const struct tn_cmd tn_cmd_status;
extern const struct tn_cmd tn_cmd_verify;
extern const struct tn_cmd tn_cmd_dump;
extern const struct tn_cmd tn_cmd_report;
extern const struct tn_cmd tn_cmd_demo;
extern const struct tn_cmd tn_cmd_conflicts;
extern const struct tn_cmd tn_cmd_learner;
extern const struct tn_cmd tn_cmd_duplicates;
extern const struct tn_cmd tn_cmd_correct;
extern const struct tn_cmd tn_cmd_role;
extern const struct tn_cmd tn_cmd_export;
extern const struct tn_cmd tn_cmd_record;
extern const struct tn_cmd tn_cmd_audit;
extern const struct tn_cmd tn_cmd_erase;
extern const struct tn_cmd tn_cmd_retention;

/* One option a command takes. One target is set; both, where the value may be left out: --name sets
 * the flag, --name=VALUE the value too. */
struct tn_option {
    const char *name;   /* "central", given as --central VALUE or --central=VALUE */
    const char **value; /* takes a value */
    bool *flag;         /* takes none */
};

/* Takes options out of argv (any order, `--` ends them) and moves what is left to the front; *argc
 * becomes the count of it, argv[0] included. An unknown option or a missing value is said with the
 * command's name and gives TN_EXIT_USAGE; --help prints the usage to standard output and gives
 * TN_EXIT_DONE with *is_help true. options ends with a row of name NULL. */
enum tn_exit tn_options_take(const struct tn_cmd *cmd, const struct tn_option *options, int *argc,
                             char **argv, bool *is_help);

/* One thing a command does, where it does several: `station new`. */
struct tn_verb {
    const char *name;
    /* choice is the command's own options. argv[1] is the verb's name. */
    enum tn_exit (*run)(const void *choice, int argc, char **argv);
};

/* Runs the verb that argv[1] names; the table ends with a row of name NULL. A missing or unknown
 * one is a usage error that names those there are. */
enum tn_exit tn_verb_run(const struct tn_cmd *cmd, const struct tn_verb *verbs, const void *choice,
                         int argc, char **argv);

/* Says what is wrong with the call ("turnout-sync badges: --event is missing") and where it says
 * how it goes, and gives TN_EXIT_USAGE. */
enum tn_exit tn_usage_error(const struct tn_cmd *cmd, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Runs the command that argv[1] names, of a table that ends with NULL; also --help and --version.
 * An unknown name gives TN_EXIT_USAGE and the nearest one. */
enum tn_exit tn_cmd_dispatch(const struct tn_cmd *const *commands, int argc, char **argv);

/* The exit code of a status: the world's failures 3, else 1. */
enum tn_exit tn_exit_of(enum tn_status status);

/* Wall time now, in Unix milliseconds: read here, at the edge, and handed down. */
int64_t tn_now_ms(void);

#endif
