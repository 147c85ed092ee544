/* `audit`: the audit log as rows to read. Whether it is still what was written is for `verify`. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/cmd/common.h"
#include "turnout/timefmt.h"

struct choice {
    const char *central;
    const char *last;
    bool json;
};

static enum tn_status add_json(void *ctx, const struct tn_audit_row *row)
{
    json_t *rows = ctx;
    json_array_append_new(rows,
                          json_pack("{s:I, s:I, s:s, s:s, s:s, s:s}", "seq", (json_int_t)row->seq,
                                    "at_ms", (json_int_t)row->at_ms, "actor", row->actor, "action",
                                    row->action, "object", row->object, "why", row->why));
    return TN_OK;
}

static void print_head(void)
{
    printf("%6s  %-16s  %-15s %-19s %s\n", "", "when (UTC)", "who", "what", "of what (why)");
}

static enum tn_status print_row(void *ctx, const struct tn_audit_row *row)
{
    char at[TN_TIME_TEXT_SIZE];
    bool *has_head = ctx;
    if (!*has_head) {
        print_head();
        *has_head = true;
    }
    tn_time_format(row->at_ms, at);
    printf("%6" PRIu64 "  %.10s %.5s  ", row->seq, at, at + 11);
    tn_common_pad(row->actor, 15);
    printf(" ");
    tn_common_pad(row->action, 19);
    printf(" %s%s%s%s\n", row->object, row->why[0] == '\0' ? "" : "  (", row->why,
           row->why[0] == '\0' ? "" : ")");
    return TN_OK;
}

static enum tn_status list(struct tn_centre *centre, const struct choice *c, uint64_t last)
{
    if (c->json) {
        json_t *rows = json_array();
        enum tn_status status = tn_audit_each(centre, last, add_json, rows);
        if (status == TN_OK) {
            tn_common_json(json_pack("{s:O}", "audit", rows));
        }
        json_decref(rows);
        return status;
    }
    /* The head comes with the first row, so that what cannot be read prints none. */
    bool has_head = false;
    return tn_audit_each(centre, last, print_row, &has_head);
}

static bool read_last(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    *out = text == NULL ? 0 : strtoull(text, &end, 10);
    return text == NULL ||
           (errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *out > 0);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    struct tn_centre centre;
    uint64_t last = 0;
    bool is_help = false;
    const struct tn_option options[] = {{"central", &c.central, NULL},
                                        {"last", &c.last, NULL},
                                        {"json", NULL, &c.json},
                                        {NULL, NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_audit, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_audit, "%s: audit takes options only", argv[1]);
    }
    if (!read_last(c.last, &last)) {
        return tn_usage_error(&tn_cmd_audit, "--last %s: a number of rows is expected", c.last);
    }
    code = tn_common_open(&tn_cmd_audit, c.central, &centre);
    if (code == TN_EXIT_DONE) {
        code = tn_exit_of(list(&centre, &c, last));
        tn_centre_close(&centre);
    }
    return code;
}

const struct tn_cmd tn_cmd_audit = {
    .name = "audit",
    .summary = "list who changed what, when and why",
    .usage = "  turnout-sync audit --central C [--last N] [--json]\n"
             "\n"
             "  Every change that a person made to the centre, and every time names were opened,\n"
             "  oldest first; --last N shows the newest N. `verify` tells whether a row was\n"
             "  changed or taken away since.\n",
    .run = run,
};
