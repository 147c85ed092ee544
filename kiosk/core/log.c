/* Messages for the person at the terminal. A message is made in a buffer on the stack and handed
 * over in one call, so that lines of two threads never mix; control characters become '?', so
 * that one message stays one line whatever a file name holds. A message that says the same as the
 * one before it is counted and not printed again: a kiosk whose disk is full asks it once a second,
 * all day. */
#include "turnout/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 1001

static const char *program_name = "turnout";
static tn_log_sink line_sink;
static void *line_ctx;
static enum tn_log_level level_max = TN_LOG_WARN;
static char last_line[LINE_SIZE];  /* guarded by the lock of stderr */
static unsigned long repeat_count; /* guarded by the lock of stderr */

static const char *const prefixes[TN_LOG_COUNT] = {
    [TN_LOG_ERROR] = "",
    [TN_LOG_WARN] = "warning: ",
    [TN_LOG_INFO] = "",
};

void tn_log_program(const char *name)
{
    program_name = name;
}

void tn_log_to(tn_log_sink sink, void *ctx)
{
    line_sink = sink;
    line_ctx = ctx;
}

void tn_log_level_max(enum tn_log_level max)
{
    level_max = max;
}

static void flatten(char *line)
{
    for (char *at = line; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            *at = '?';
        }
    }
}

static void print(enum tn_log_level level, const char *line)
{
    flockfile(stderr);
    if (strcmp(line, last_line) == 0) {
        repeat_count++;
        funlockfile(stderr);
        return;
    }
    if (repeat_count > 0) {
        (void)fprintf(stderr, "%s: (the same %lu times more)\n", program_name, repeat_count);
    }
    repeat_count = 0;
    (void)snprintf(last_line, sizeof last_line, "%s", line);
    (void)fprintf(stderr, "%s: %s%s\n", program_name, prefixes[level], line);
    funlockfile(stderr);
}

void tn_log(enum tn_log_level level, const char *format, ...)
{
    if ((unsigned)level >= TN_LOG_COUNT || level > level_max) {
        return;
    }
    char line[LINE_SIZE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    flatten(line);
    if (line_sink != NULL) {
        line_sink(line_ctx, level, line);
        return;
    }
    print(level, line);
}
