/* turnout-sync: reconciles stations with the centre, and is the organizer's tool for everything
 * the centre keeps. This file is the table of commands and what the process needs before one runs;
 * each command is a file of sync/cmd. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "sync/cmd/cmd.h"
#include "turnout/crypto.h"
#include "turnout/log.h"

/* clang-format off */
static const struct tn_cmd *const commands[] = {
    &tn_cmd_init,
    &tn_cmd_import,
    &tn_cmd_badges,
    &tn_cmd_badge,
    &tn_cmd_station,
    &tn_cmd_staff_card,
    &tn_cmd_reconcile,
    &tn_cmd_serve,
    &tn_cmd_status,
    &tn_cmd_verify,
    &tn_cmd_conflicts,
    &tn_cmd_correct,
    &tn_cmd_learner,
    &tn_cmd_duplicates,
    &tn_cmd_dump,
    &tn_cmd_report,
    &tn_cmd_export,
    &tn_cmd_record,
    &tn_cmd_role,
    &tn_cmd_audit,
    &tn_cmd_erase,
    &tn_cmd_retention,
    &tn_cmd_demo,
    NULL,
};
/* clang-format on */

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
    enum tn_exit code = tn_cmd_dispatch(commands, argc, argv);
    /* A full disk behind `> file` must not pass for success. */
    if (fflush(stdout) != 0 && code == TN_EXIT_DONE) {
        tn_log(TN_LOG_ERROR, "standard output cannot be written");
        code = TN_EXIT_WORLD;
    }
    return code;
}
