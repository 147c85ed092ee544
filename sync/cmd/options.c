/* Options of the commands, and what every command says and returns alike. Options are taken out of
 * argv wherever they stand; there are no one-letter forms, because organizers type these lines from
 * a printed page and read them again a year later. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sync/cmd/cmd.h"

/* Commands write their usage with or without the two columns of indentation. */
static void print_usage(FILE *file, const struct tn_cmd *cmd)
{
    const char *line = cmd->usage;
    const char *indent = strncmp(line, "  ", 2) == 0 ? "" : "  ";
    fprintf(file, "usage:\n");
    while (*line != '\0') {
        size_t len = strcspn(line, "\n");
        fprintf(file, "%s%.*s\n", len == 0 ? "" : indent, (int)len, line);
        line += len + (line[len] == '\n');
    }
}

enum tn_exit tn_usage_error(const struct tn_cmd *cmd, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "turnout-sync %s: ", cmd->name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "; see `turnout-sync %s --help`\n", cmd->name);
    va_end(args);
    return TN_EXIT_USAGE;
}

static const struct tn_option *find(const struct tn_option *options, const char *name, size_t len)
{
    for (; options->name != NULL; options++) {
        if (strlen(options->name) == len && memcmp(options->name, name, len) == 0) {
            return options;
        }
    }
    return NULL;
}

/* Takes argv[*at] (and its value), leaving *at on the last word taken. */
static enum tn_exit take(const struct tn_cmd *cmd, const struct tn_option *options, char **argv,
                         int argc, int *at)
{
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct tn_option *option = find(options, name, len);
    if (option == NULL) {
        return tn_usage_error(cmd, "there is no option --%.*s", (int)len, name);
    }
    if (option->value == NULL && equals != NULL) {
        return tn_usage_error(cmd, "--%s takes no value", option->name);
    }
    if (option->flag != NULL) {
        *option->flag = true;
    }
    if (option->value != NULL && equals != NULL) {
        *option->value = equals + 1;
    } else if (option->value != NULL && option->flag == NULL) {
        if (*at + 1 == argc) {
            return tn_usage_error(cmd, "--%s wants a value after it", option->name);
        }
        *option->value = argv[++*at];
    }
    return TN_EXIT_DONE;
}

enum tn_exit tn_options_take(const struct tn_cmd *cmd, const struct tn_option *options, int *argc,
                             char **argv, bool *is_help)
{
    int left = 1;
    bool ended = false;
    *is_help = false;
    for (int i = 1; i < *argc; i++) {
        if (ended || strncmp(argv[i], "--", 2) != 0) {
            if (!ended && argv[i][0] == '-' && argv[i][1] != '\0' && strcmp(argv[i], "-h") != 0) {
                return tn_usage_error(cmd, "there is no option %s", argv[i]);
            }
            *is_help = *is_help || (!ended && strcmp(argv[i], "-h") == 0);
            argv[left++] = argv[i];
        } else if (argv[i][2] == '\0') {
            ended = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            *is_help = true;
        } else {
            enum tn_exit code = take(cmd, options, argv, *argc, &i);
            if (code != TN_EXIT_DONE) {
                return code;
            }
        }
    }
    *argc = left;
    if (*is_help) {
        printf("turnout-sync %s: %s\n", cmd->name, cmd->summary);
        print_usage(stdout, cmd);
    }
    return TN_EXIT_DONE;
}

enum tn_exit tn_exit_of(enum tn_status status)
{
    if (status == TN_OK) {
        return TN_EXIT_DONE;
    }
    return tn_status_is_world(status) || status == TN_ERR_DAMAGED ? TN_EXIT_WORLD : TN_EXIT_PERSON;
}

int64_t tn_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#define VERBS_TEXT_SIZE 80

enum tn_exit tn_verb_run(const struct tn_cmd *cmd, const struct tn_verb *verbs, const void *choice,
                         int argc, char **argv)
{
    char names[VERBS_TEXT_SIZE] = "";
    size_t len = 0;
    for (size_t i = 0; verbs[i].name != NULL; i++) {
        if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(choice, argc, argv);
        }
        const char *between = i == 0 ? "" : verbs[i + 1].name == NULL ? " or " : ", ";
        int added = snprintf(names + len, sizeof names - len, "%s%s", between, verbs[i].name);
        len += added > 0 && (size_t)added < sizeof names - len ? (size_t)added : 0;
    }
    return tn_usage_error(cmd, "%s is expected", names);
}
