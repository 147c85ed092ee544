/* Problems of a file, row by row. They go straight to the terminal and are not kept: a file may
 * have a million of them, and the first twenty are what a person reads. */
#include "sync/exchange/problems.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "turnout/log.h"

#define MESSAGE_MAX 700
#define PLACE_MAX 160

static void write_place(const struct tn_place *place, char *out, size_t size);

void tn_problem(struct tn_problems *problems, const struct tn_place *place, const char *format, ...)
{
    problems->count++;
    if (problems->count > TN_PROBLEMS_SHOWN) {
        return;
    }
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    char where[PLACE_MAX];
    write_place(place, where, sizeof(where));
    tn_log(TN_LOG_ERROR, "%s: %s%s", problems->file, where, message);
}

void tn_problem_unread(struct tn_problems *problems, const char *path, int error)
{
    (void)snprintf(problems->unread, sizeof(problems->unread), "%.400s: cannot be read: %s", path,
                   error == ENOENT ? "there is no such file" : strerror(error));
    tn_log(TN_LOG_ERROR, "%s", problems->unread);
}

void tn_problems_end(const struct tn_problems *problems)
{
    if (problems->count > TN_PROBLEMS_SHOWN) {
        tn_log(TN_LOG_ERROR, "and %" PRIu64 " more", problems->count - TN_PROBLEMS_SHOWN);
    }
}

static void write_place(const struct tn_place *place, char *out, size_t size)
{
    char line[32] = "";
    if (place->line != place->row) {
        (void)snprintf(line, sizeof(line), " (line %" PRIu64 ")", place->line);
    }
    const char *column = place->column == NULL ? "" : place->column;
    const char *comma = place->column == NULL ? "" : ", ";
    if (place->row == 0 && place->line != 0) {
        (void)snprintf(out, size, "line %" PRIu64 "%s%.64s: ", place->line, comma, column);
        return;
    }
    if (place->row == 0) {
        (void)snprintf(out, size, "%.64s%s", column, place->column == NULL ? "" : ": ");
        return;
    }
    (void)snprintf(out, size, "row %" PRIu64 "%s%s%.64s: ", place->row, line, comma, column);
}
