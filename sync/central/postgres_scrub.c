/* VACUUM FULL writes a table and its indices anew; it takes one statement each, and the table
 * alone, for as long. Rows that a transaction of somebody else may still see (a report that runs,
 * the server's own ANALYZE) it takes along without a word, so it is asked to say how many those
 * were, and run until there are none. Tables that are somebody else's are theirs to scrub. */
#include "sync/central/postgres_scrub.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "sync/central/postgres_connect.h"
#include "turnout/log.h"

#define TRIES_MAX 100
#define PAUSE_MS 100

/* What VERBOSE says of dead rows that stay begins, in every language, with their number. */
static void count_left(void *ctx, const PGresult *notice)
{
    const char *detail = PQresultErrorField(notice, PG_DIAG_MESSAGE_DETAIL);
    double *left = ctx;
    *left += detail == NULL ? 0 : strtod(detail, NULL);
}

static enum tn_status run(const char *name, PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    enum tn_status status =
        postgres_is_fine(result) ? TN_OK : postgres_complain(name, conn, result);
    PQclear(result);
    return status;
}

static enum tn_status scrub_table(const char *name, PGconn *conn, const char *sql)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    for (int i = 0; i < TRIES_MAX; i++) {
        double left = 0;
        PQnoticeReceiver before = PQsetNoticeReceiver(conn, count_left, &left);
        enum tn_status status = run(name, conn, sql);
        (void)PQsetNoticeReceiver(conn, before, NULL);
        if (status != TN_OK || left == 0) {
            return status;
        }
        (void)nanosleep(&pause, NULL);
    }
    tn_log(TN_LOG_WARN,
           "central database %s: a transaction that has been open for long still sees what was"
           " deleted (pg_stat_activity tells whose it is)",
           name);
    return TN_ERR_BUSY;
}

enum tn_status postgres_scrub_tables(const char *name, PGconn *conn)
{
    PGresult *tables = PQexec(conn, "SELECT format('VACUUM (FULL, VERBOSE) %I.%I', n.nspname,"
                                    " c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid ="
                                    " c.relnamespace WHERE c.relkind = 'r' AND n.nspname ="
                                    " current_schema() AND pg_has_role(c.relowner, 'USAGE')"
                                    " ORDER BY 1");
    enum tn_status status =
        postgres_is_fine(tables) ? TN_OK : postgres_complain(name, conn, tables);
    const int count = status == TN_OK ? PQntuples(tables) : 0;
    for (int i = 0; i < count && status == TN_OK; i++) {
        status = scrub_table(name, conn, PQgetvalue(tables, i, 0));
    }
    PQclear(tables);
    return status;
}
