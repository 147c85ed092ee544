/* `verify`: tells whether what was written is still what is there, at the centre or at a station,
 * and where not. It only reads. */
#include <jansson.h>

#include "sync/central/check.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "sync/cmd/salvage.h"
#include "turnout/log.h"
#include "turnout/station.h"

#define STEP 2000

static void print_json(const struct tn_check *check)
{
    json_t *out =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "logs", (json_int_t)check->logs, "entries",
                  (json_int_t)check->entries, "receipts", (json_int_t)check->receipts, "audit",
                  (json_int_t)check->audit, "corrections", (json_int_t)check->corrections, "faults",
                  (json_int_t)check->faults, "ok", check->faults == 0);
    json_dumpf(out, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(out);
}

static enum tn_exit verify_centre(const char *central, bool json)
{
    struct tn_centre centre;
    struct tn_check check;
    struct tn_progress progress;
    enum tn_exit code = tn_common_open(&tn_cmd_verify, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    tn_progress_start(&progress, "Verifying");
    enum tn_status status = tn_check_centre(&centre, tn_progress_tell, &progress, &check);
    tn_progress_end(&progress);
    if (status != TN_OK) {
        tn_centre_close(&centre);
        return tn_exit_of(status);
    }
    if (json) {
        print_json(&check);
    } else if (check.faults == 0) {
        printf("%s: all is as it was written: %s in %s, %s, %s in the "
               "audit log.\n",
               tn_db_name(centre.db), tn_counted(check.entries, "entry", "entries").text,
               tn_counted(check.logs, "log", "logs").text,
               tn_counted(check.receipts, "receipt", "receipts").text,
               tn_counted(check.audit, "row", "rows").text);
    } else {
        printf("%s: DAMAGED in %s, named above. Reconcile the stations again into a restored "
               "backup.\n",
               tn_db_name(centre.db), tn_counted(check.faults, "place", "places").text);
    }
    tn_centre_close(&centre);
    return check.faults == 0 ? TN_EXIT_DONE : TN_EXIT_PERSON;
}

static enum tn_status walk_station(struct tn_station *station, uint64_t all,
                                   struct tn_verify *state)
{
    struct tn_progress progress;
    enum tn_status status = TN_OK;
    tn_progress_start(&progress, "Verifying");
    while (status == TN_OK && !state->is_done) {
        status = tn_station_verify(station, state, STEP);
        tn_progress_tell(&progress, state->entries, all);
    }
    tn_progress_end(&progress);
    return status;
}

/* What there is to say of a station. */
struct findings {
    struct tn_station_info info;
    struct tn_station_salvage salvage;
    struct tn_verify state;
    uint64_t logs;
    uint64_t receipts;
};

static enum tn_status count_log(void *ctx, const struct tn_log_head *head)
{
    struct findings *found = ctx;
    found->logs++;
    found->receipts += head->receipt_seq > 0;
    return TN_OK;
}

static enum tn_status look(const char *dir, struct findings *out)
{
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open_read(dir, &station);
    if (status == TN_OK) {
        status = tn_station_info(station, &out->info);
    }
    if (status == TN_OK) {
        status = tn_station_logs(station, count_log, out);
    }
    if (status == TN_OK) {
        status = tn_station_salvage(station, &out->salvage);
    }
    if (status == TN_OK) {
        status = walk_station(station, out->info.entries, &out->state);
    }
    tn_station_close(station);
    return status;
}

static void print_station_json(const struct findings *found, uint64_t faults)
{
    const struct tn_station_salvage *salvage = &found->salvage;
    json_t *out = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "logs", (json_int_t)found->logs,
        "entries", (json_int_t)found->state.entries, "receipts", (json_int_t)found->receipts,
        "faults", (json_int_t)faults, "set_aside", (json_int_t)salvage->rows, "salvaged",
        (json_int_t)salvage->appended, "salvaged_waiting", (json_int_t)salvage->waiting, "unread",
        (json_int_t)salvage->unread, "missing", (json_int_t)salvage->missing, "cut_logs",
        (json_int_t)salvage->cut_logs, "ok", faults == 0 && !tn_salvage_is_open(salvage));
    json_dumpf(out, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(out);
}

static enum tn_exit verify_station(const char *dir, bool json)
{
    struct findings found = {0};
    enum tn_status status = look(dir, &found);
    if (status == TN_ERR_DAMAGED && found.state.bad_seq > 0) {
        if (json) {
            print_station_json(&found, 1);
        }
        tn_log(TN_LOG_ERROR,
               "%s: log %llu, entry %llu does not hold: it or one before it was altered. Reconcile "
               "the station: it sets the damaged database aside and saves what can be read",
               dir, (unsigned long long)found.state.bad_log_no,
               (unsigned long long)found.state.bad_seq);
        return TN_EXIT_PERSON;
    }
    if (status != TN_OK) {
        return tn_common_no_station(dir, status);
    }
    if (json) {
        print_station_json(&found, 0);
    } else {
        printf("%s: all is as it was written: %s.\n", dir,
               tn_counted(found.state.entries, "entry", "entries").text);
        tn_salvage_tell(dir, &found.salvage);
    }
    return tn_salvage_is_open(&found.salvage) ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

static enum tn_exit run(int argc, char **argv)
{
    struct tn_subject subject;
    bool is_help = false;
    enum tn_exit code = tn_common_subject(&tn_cmd_verify, argc, argv, &subject, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    return subject.central != NULL ? verify_centre(subject.central, subject.json)
                                   : verify_station(subject.station, subject.json);
}

const struct tn_cmd tn_cmd_verify = {
    .name = "verify",
    .summary = "check every chain, every receipt and the audit log",
    .usage =
        "  turnout-sync verify --central C [--json]\n"
        "  turnout-sync verify --station DIR [--json]\n"
        "\n"
        "Exit code 1: something was altered or is gone, also with a database that was set aside,\n"
        "or a salvage left entries that are not at the centre yet.\n",
    .run = run,
};
