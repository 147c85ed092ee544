/* From the first word to its command. A word that is none is answered with the nearest that is,
 * since it is mostly a slip of the fingers. */
#include <stdio.h>
#include <string.h>

#include "sync/cmd/cmd.h"
#include "sync/cmd/words.h"

#define COMMANDS_MAX 64

static void print_help(const struct tn_cmd *const *commands, FILE *file)
{
    fprintf(file, "turnout-sync reconciles Turnout's stations with the central database.\n\n"
                  "usage: turnout-sync COMMAND ...\n\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        fprintf(file, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    }
    fprintf(file,
            "\n`turnout-sync COMMAND --help` tells more. Exit codes: 0 done, 1 something needs "
            "a person,\n2 usage, 3 the world failed (disk, network, database).\n");
}

static enum tn_exit unknown(const struct tn_cmd *const *commands, const char *name)
{
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    while (count < COMMANDS_MAX && commands[count] != NULL) {
        names[count] = commands[count]->name;
        count++;
    }
    const char *nearest = tn_word_nearest(name, names, count);
    fprintf(stderr, "turnout-sync: there is no command %s", name);
    if (nearest != NULL) {
        fprintf(stderr, "; did you mean %s?", nearest);
    }
    fprintf(stderr, "\n`turnout-sync --help` lists them.\n");
    return TN_EXIT_USAGE;
}

enum tn_exit tn_cmd_dispatch(const struct tn_cmd *const *commands, int argc, char **argv)
{
    if (argc < 2) {
        print_help(commands, stderr);
        return TN_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(commands, stdout);
        return TN_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("turnout-sync %s\n", TN_VERSION);
        return TN_EXIT_DONE;
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(argv[1], commands[i]->name) == 0) {
            return commands[i]->run(argc - 1, argv + 1);
        }
    }
    return unknown(commands, argv[1]);
}
