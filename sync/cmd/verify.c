/* `verify`: tells whether what was written is still what is there, at the centre or at a station,
 * and where not. It only reads. */
#include <jansson.h>

#include "sync/central/check.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "turnout/log.h"
#include "turnout/station.h"

#define STEP 2000

static void print_json(uint64_t logs, uint64_t entries, uint64_t receipts, uint64_t faults)
{
    json_t *out = json_pack("{s:I, s:I, s:I, s:I, s:b}", "logs", (json_int_t)logs, "entries",
                            (json_int_t)entries, "receipts", (json_int_t)receipts, "faults",
                            (json_int_t)faults, "ok", faults == 0);
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
    tn_centre_close(&centre);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    if (json) {
        print_json(check.logs, check.entries, check.receipts, check.faults);
    } else if (check.faults == 0) {
        printf("%s: all is as it was written: %llu entries in %llu logs, %llu receipts.\n", central,
               (unsigned long long)check.entries, (unsigned long long)check.logs,
               (unsigned long long)check.receipts);
    } else {
        printf("%s: DAMAGED in %llu places, named above. Reconcile the stations again into a "
               "restored backup.\n",
               central, (unsigned long long)check.faults);
    }
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

static enum tn_exit verify_station(const char *dir, bool json)
{
    struct tn_station *station = NULL;
    struct tn_station_info info = {0};
    struct tn_verify state = {0};
    enum tn_status status = tn_station_open_read(dir, &station);
    if (status == TN_OK) {
        status = tn_station_info(station, &info);
    }
    if (status == TN_OK) {
        status = walk_station(station, info.entries, &state);
    }
    tn_station_close(station);
    if (status == TN_ERR_DAMAGED && state.bad_seq > 0) {
        if (json) {
            print_json(state.log_no, state.entries, 0, 1);
        }
        tn_log(TN_LOG_ERROR,
               "%s: log %llu, entry %llu does not hold: it or one before it was altered", dir,
               (unsigned long long)state.bad_log_no, (unsigned long long)state.bad_seq);
        return TN_EXIT_PERSON;
    }
    if (status != TN_OK) {
        return tn_common_no_station(dir, status);
    }
    if (json) {
        print_json(state.log_no, state.entries, 0, 0);
    } else {
        printf("%s: all %llu entries are as they were written.\n", dir,
               (unsigned long long)state.entries);
    }
    return TN_EXIT_DONE;
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
    .summary = "check every chain and receipt",
    .usage = "  turnout-sync verify --central C [--json]\n"
             "  turnout-sync verify --station DIR [--json]\n",
    .run = run,
};
