/* A snapshot of a station for the screen and the tools. */
#include <string.h>

#include "kiosk/core/schema.h"
#include "kiosk/core/station_impl.h"

/* How long a badge must be away before it scans again, where no pack says. */
#define REPEAT_MS_DEFAULT 3000

static void fill_setup(const struct tn_station *station, struct tn_station_info *out)
{
    const struct tn_setup *setup = &station->setup;
    out->ecosystem = setup->ecosystem;
    memcpy(out->ecosystem_name, setup->ecosystem_name, sizeof out->ecosystem_name);
    memcpy(out->station_name, setup->station_name, sizeof out->station_name);
    out->sign_key = setup->sign_key;
    out->device_key = station->device.key.public_key;
    out->log = station->log;
    out->role = tn_station_role(station);
    out->event = tn_station_event(station);
    out->activity = tn_station_activity(station);
    out->repeat_ms = REPEAT_MS_DEFAULT;
    out->was_salvaged = station->was_salvaged;
}

/* A pack whose file is gone or unreadable counts as none, so that sync brings it again. */
static void fill_pack(const struct tn_station *station, struct tn_station_info *out)
{
    const struct tn_pack_head *head = &station->pack.head;
    if (station->pack.db == NULL) {
        return;
    }
    out->epoch = station->pack_epoch;
    out->pack_version = station->pack_version;
    memcpy(out->station_name, head->station_name, sizeof out->station_name);
    memcpy(out->event_title, head->event_title, sizeof out->event_title);
    memcpy(out->activity_title, station->pack.activity_title, sizeof out->activity_title);
    memcpy(out->tz, head->tz, sizeof out->tz);
    out->starts_ms = head->starts_ms;
    out->ends_ms = head->ends_ms;
    out->repeat_ms = head->repeat_ms;
    out->has_keys = station->pack.badge_keys_count > 0;
}

static enum tn_status add_log(void *ctx, const struct tn_log_head *head)
{
    struct tn_station_info *out = ctx;
    if (head->last_seq == 0) {
        return TN_OK;
    }
    uint64_t here = head->last_seq - head->first_seq + 1;
    uint64_t waiting = head->last_seq > head->receipt_seq ? head->last_seq - head->receipt_seq : 0;
    out->entries += here;
    out->waiting += waiting < here ? waiting : here;
    return TN_OK;
}

/* Counted once and then kept by append.c; counted again where another program wrote. */
static enum tn_status count_present(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_id event = tn_station_event(station);
    if (station->is_present_known && tn_id_equal(&event, &station->present_event)) {
        return TN_OK;
    }
    enum tn_status status = tn_station_stmt(station, TN_STMT_PRESENT, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_bytes(stmt, 1, event.b, sizeof event.b);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        station->present = (uint64_t)sqlite3_column_int64(stmt, 0);
        station->present_event = event;
        station->is_present_known = true;
    }
    tn_sql_reset(stmt);
    return status;
}

enum tn_status tn_station_info(struct tn_station *station, struct tn_station_info *out)
{
    *out = (struct tn_station_info){0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    fill_setup(station, out);
    fill_pack(station, out);
    status = tn_station_logs(station, add_log, out);
    if (status == TN_OK) {
        status = count_present(station);
    }
    out->present = station->present;
    return status;
}

/* A database that nobody has opened to write since this version came has no such columns: nothing
 * was salvaged into it by this version either. */
static enum tn_status has_fates(struct tn_station *station, bool *out)
{
    int64_t version = 0;
    enum tn_status status = tn_sql_number(station->db, "PRAGMA user_version", &version);
    *out = version >= TN_SCHEMA_FATES;
    return status;
}

static enum tn_status one_row(struct tn_station *station, enum tn_stmt which, uint64_t *out,
                              int count)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, which, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    for (int i = 0; status == TN_OK && i < count; i++) {
        out[i] = (uint64_t)sqlite3_column_int64(stmt, i);
    }
    tn_sql_reset(stmt);
    return status;
}

enum tn_status tn_station_salvage(struct tn_station *station, struct tn_station_salvage *out)
{
    bool is_there = false;
    uint64_t counts[4] = {0};
    *out = (struct tn_station_salvage){0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = has_fates(station, &is_there);
    }
    if (status == TN_OK && is_there) {
        status = one_row(station, TN_STMT_LOOSE, counts, 4);
    }
    if (status == TN_OK && is_there) {
        status = one_row(station, TN_STMT_MISSING, &out->missing, 1);
    }
    out->rows = counts[0];
    out->appended = counts[1];
    out->unread = counts[2];
    out->waiting = counts[3];
    out->covered = counts[0] - counts[1] - counts[2];
    return status;
}
