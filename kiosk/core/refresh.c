/* What a handle keeps in memory, and how it learns that another program changed the database under
 * it: PRAGMA data_version, which costs a look at shared memory and changes with every commit that
 * is not our own. */
#include "turnout/log.h"

#include "kiosk/core/staff_session.h"
#include "kiosk/core/station_impl.h"

static enum tn_status read_head(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    int64_t seq = 0;
    station->last_seq = 0;
    station->last_hash = (struct tn_hash){{0}};
    enum tn_status status = tn_station_stmt(station, TN_STMT_HEAD, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        bool is_good = tn_sql_get_int(stmt, 0, &seq) && seq >= 1 &&
                       tn_sql_get_fixed(stmt, 1, station->last_hash.b, TN_HASH_SIZE);
        station->last_seq = (uint64_t)seq;
        status = is_good ? TN_OK : tn_sql_bad_row(stmt);
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status read_boot(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    station->last_boot = (struct tn_id){{0}};
    enum tn_status status = tn_station_stmt(station, TN_STMT_BOOT, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
    status = tn_sql_row(stmt);
    if (status == TN_OK && !tn_sql_get_id(stmt, 0, &station->last_boot)) {
        status = tn_sql_bad_row(stmt);
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* The row of the current pack; zeros where there is none. */
struct pack_row {
    uint64_t number;
    uint64_t epoch;
    uint64_t version;
};

/* The number alone does not tell: a pack that was lost is laid down again under the same one. */
static bool is_open(const struct tn_station *station, const struct pack_row *row)
{
    return row->number == station->pack_number && row->epoch == station->pack_epoch &&
           row->version == station->pack_version && (station->pack.db != NULL || row->number == 0);
}

/* A pack that does not open is said and done without: scans go on, without names. */
static void open_pack(struct tn_station *station, const struct pack_row *row)
{
    if (is_open(station, row)) {
        return;
    }
    tn_pack_file_retire(&station->pack, &station->former_pack);
    station->pack_number = row->number;
    station->pack_epoch = row->epoch;
    station->pack_version = row->version;
    station->is_present_known = false;
    if (row->number != 0 && tn_pack_file_open(&station->pack, station->dir, row->number) != TN_OK) {
        tn_log(TN_LOG_WARN,
               "%s: the pack cannot be used; learners are welcomed without their names until "
               "`turnout-sync reconcile` brings it again",
               station->dir);
    }
    tn_staff_session_repack(station);
}

static enum tn_status read_pack(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    int64_t row[3] = {0};
    enum tn_status status = tn_station_stmt(station, TN_STMT_PACK_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    for (int i = 0; status == TN_OK && i < 3; i++) {
        if (!tn_sql_get_int(stmt, i, &row[i]) || row[i] < 0) {
            status = tn_sql_bad_row(stmt);
        }
    }
    tn_sql_reset(stmt);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        return status;
    }
    const struct pack_row current = {(uint64_t)row[0], (uint64_t)row[1], (uint64_t)row[2]};
    open_pack(station, &current);
    return TN_OK;
}

static enum tn_status read_data_version(struct tn_station *station, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_DATA_VERSION, &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        *out = sqlite3_column_int64(stmt, 0);
    }
    if (stmt != NULL) {
        tn_sql_reset(stmt);
    }
    return status;
}

enum tn_status tn_station_refresh(struct tn_station *station)
{
    int64_t now = 0;
    enum tn_status status = read_data_version(station, &now);
    if (status != TN_OK || (station->is_fresh && now == station->data_version)) {
        return status;
    }
    station->is_fresh = false;
    station->is_present_known = false;
    status = read_head(station);
    if (status == TN_OK) {
        status = read_boot(station);
    }
    if (status == TN_OK) {
        status = read_pack(station);
    }
    tn_staff_session_repack(station);
    if (status == TN_OK && station->has_desk) {
        status = tn_station_read_desk(station);
    }
    if (status == TN_OK) {
        station->data_version = now;
        station->is_fresh = true;
    }
    return status;
}
