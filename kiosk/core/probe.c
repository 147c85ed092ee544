/* Whether the disk is well, and housekeeping. A probe really commits, to a table of one row: a
 * transaction that is rolled back touches no disk in WAL mode and would prove nothing. */
#include "turnout/log.h"

#include "kiosk/core/station_impl.h"

/* Pages of WAL below which tidying is not worth a write. */
#define TIDY_PAGES_MIN 64

static enum tn_status probe_once(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_stmt(station, TN_STMT_PROBE, &stmt);
    if (status == TN_OK) {
        status = tn_sql_run(stmt);
    }
    if (status != TN_OK) {
        tn_station_rollback(station);
        return status;
    }
    return tn_station_commit(station);
}

/* A handle that was opened, or failed, on a sick disk may stay sick when the disk is well again
 * (SQLite keeps what it learned of its files); a second try has new ones. */
enum tn_status tn_station_probe(struct tn_station *station)
{
    enum tn_status status = probe_once(station);
    if (status == TN_OK || status == TN_ERR_BUSY || station->is_read_only) {
        return status;
    }
    tn_station_detach(station);
    return probe_once(station);
}

/* The write after a finished checkpoint starts the WAL anew, which costs one more fsync; it is
 * spent here, so that the next scan does not. */
enum tn_status tn_station_tidy(struct tn_station *station)
{
    if (station->is_read_only) {
        return TN_ERR_READ_ONLY;
    }
    enum tn_status status = tn_station_ready(station);
    tn_sql_close(&station->former_pack);
    if (status != TN_OK || station->wal_pages < TIDY_PAGES_MIN) {
        return status;
    }
    int rc = sqlite3_wal_checkpoint_v2(station->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) {
        return tn_sql_fail(station->db, rc, "the WAL cannot be moved into the database");
    }
    return probe_once(station);
}
