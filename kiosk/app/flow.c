/* Reads a flow script line by line and runs it, stopping at the first step that does not hold. It
 * knows nothing of what steps do (flow_steps.c has the table); it keeps the place, so that every
 * complaint names file and line and shows the screen as it was. */
#include "kiosk/app/flow.h"

#include <errno.h>

#include "kiosk/app/flow_steps.h"
#include "turnout/log.h"

#define SCREEN_TEXT_MAX 65536
#define VERB_MAX 15

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the comment and the white space at both ends away, in place. */
static char *tidy_line(char *line)
{
    for (char *c = line; *c != '\0'; c++) {
        if (*c == '#' && (c == line || is_blank(c[-1]))) {
            *c = '\0';
            break;
        }
    }
    while (is_blank(*line)) {
        line++;
    }
    size_t len = strlen(line);
    while (len > 0 && is_blank(line[len - 1])) {
        line[--len] = '\0';
    }
    return line;
}

/* Splits "verb rest" and runs the step. */
static enum tn_status run_line(struct tn_flow_run *run, const char *line)
{
    char verb[VERB_MAX + 1];
    size_t len = strcspn(line, " \t");
    size_t kept = len < VERB_MAX ? len : VERB_MAX;
    memcpy(verb, line, kept);
    verb[kept] = '\0';
    const struct tn_flow_step *step = len <= VERB_MAX ? tn_flow_step_find(verb) : NULL;
    if (step == NULL) {
        (void)snprintf(
            run->why, sizeof run->why,
            "\"%s\" is no step; there are: scan, mute, type, press, tap, wait, clock, file, "
            "part, fault, expect, shot",
            verb);
        return TN_ERR_FORMAT;
    }
    const char *rest = line + len;
    return step->run(run, rest + strspn(rest, " \t"));
}

/* Says where and why, and shows the screen. */
static void complain(struct tn_flow_run *run, const char *path, unsigned number, const char *line)
{
    struct tn_buf text;
    tn_buf_init(&text, SCREEN_TEXT_MAX);
    tn_flow_draw(run);
    tn_draw_print(&run->draw, &text);
    (void)fprintf(stderr, "%s:%u: %s\n    %.200s\nThe screen, as text:\n%.*s\n", path, number,
                  run->why, line, (int)text.len, text.data != NULL ? (const char *)text.data : "");
    tn_buf_destroy(&text);
}

static enum tn_status run_file(struct tn_flow_run *run, const char *path, FILE *file)
{
    static char line[TN_FLOW_LINE_MAX + 2]; /* main thread only */
    enum tn_status status = TN_OK;
    unsigned number = 0;
    while (status == TN_OK && fgets(line, sizeof line, file) != NULL) {
        number++;
        if (strlen(line) > TN_FLOW_LINE_MAX) {
            (void)snprintf(run->why, sizeof run->why, "the line is longer than %d characters",
                           TN_FLOW_LINE_MAX);
            status = TN_ERR_FORMAT;
        }
        const char *step = tidy_line(line);
        if (status == TN_OK && *step != '\0') {
            status = run_line(run, step);
        }
        if (status != TN_OK) {
            complain(run, path, number, step);
        }
    }
    if (status == TN_OK && ferror(file)) {
        tn_log(TN_LOG_ERROR, "%s: the script cannot be read to its end", path);
        status = TN_ERR_IO;
    }
    return status;
}

enum tn_status tn_flow_run(struct tn_flow *flow, const char *path)
{
    static struct tn_flow_run run; /* a whole draw list is too large for the stack's taste */
    run = (struct tn_flow_run){.flow = flow};
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        tn_log(TN_LOG_ERROR, "%s: the script cannot be opened: %s", path, strerror(errno));
        return TN_ERR_NOT_FOUND;
    }
    struct tn_station_info info = {0};
    if (flow->runner->store.info(flow->runner->store.ctx, &info) == TN_OK) {
        run.entries_before = info.entries;
    }
    enum tn_status status = run_file(&run, path, file);
    (void)fclose(file);
    return status;
}
