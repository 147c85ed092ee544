/* Switching to a new pack: one row and one entry in one transaction. The old file goes only after
 * the commit; a kiosk that still has it open keeps reading it until its next look at the row. */
#include <stdio.h>

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/log.h"

#include "kiosk/core/pack_path.h"
#include "kiosk/core/station_impl.h"

#define PACK_BODY_FORMAT 1
#define PACK_BODY_MAX 64

static enum tn_status check(const struct tn_station *station, const struct tn_pack_head *head)
{
    bool is_older = head->epoch < station->pack_epoch ||
                    (head->epoch == station->pack_epoch && head->version < station->pack_version);
    if (!tn_id_equal(&head->ecosystem, &station->setup.ecosystem)) {
        tn_log(TN_LOG_ERROR, "%s: the pack is another ecosystem's", station->dir);
        return TN_ERR_STATE;
    }
    if (is_older) {
        tn_log(TN_LOG_ERROR, "%s: the pack (version %llu) is older than the current one (%llu)",
               station->dir, (unsigned long long)head->version,
               (unsigned long long)station->pack_version);
        return TN_ERR_STATE;
    }
    return TN_OK;
}

static enum tn_status set_row(struct tn_station *station, const struct tn_pack_head *head,
                              uint64_t number)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_PACK_SET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)number);
    tn_sql_bind_int(stmt, 2, (int64_t)head->epoch);
    tn_sql_bind_int(stmt, 3, (int64_t)head->version);
    return tn_sql_run(stmt);
}

/* A `pack` entry: body CBOR [1, epoch, version]. It names no boot, since nobody told this call how
 * long the machine has been up. */
static enum tn_status put_entry(struct tn_station *station, const struct tn_pack_head *head,
                                int64_t at_ms)
{
    struct tn_buf body;
    tn_buf_init(&body, PACK_BODY_MAX);
    tn_cbor_put_array(&body, 3);
    tn_cbor_put_uint(&body, PACK_BODY_FORMAT);
    tn_cbor_put_uint(&body, head->epoch);
    tn_cbor_put_uint(&body, head->version);
    struct tn_entry entry = {
        .at_ms = at_ms,
        .event = head->event,
        .activity = head->activity,
        .body = tn_buf_bytes(&body),
    };
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", tn_kind_name(TN_KIND_PACK));
    enum tn_status status =
        body.status == TN_OK ? tn_station_put(station, &entry, NULL) : body.status;
    tn_buf_destroy(&body);
    return status;
}

static enum tn_status switch_to(struct tn_station *station, const struct tn_pack_head *head,
                                uint64_t number, int64_t at_ms)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = check(station, head);
    if (status == TN_OK) {
        status = set_row(station, head, number);
    }
    if (status == TN_OK) {
        status = put_entry(station, head, at_ms);
    }
    if (status != TN_OK) {
        tn_station_rollback(station);
        return status;
    }
    return tn_station_commit(station);
}

enum tn_status tn_station_switch_pack(struct tn_station *station, uint64_t number, int64_t at_ms)
{
    struct tn_pack_file pack;
    enum tn_status status = tn_station_ready(station);
    bool is_current = number == station->pack_number && station->pack.db != NULL;
    if (status != TN_OK || is_current) {
        return status;
    }
    status = tn_pack_file_open(&pack, station->dir, number);
    if (status != TN_OK) {
        return status;
    }
    struct tn_pack_head head = pack.head;
    tn_pack_file_close(&pack);
    status = switch_to(station, &head, number, at_ms);
    sodium_memzero(&head, sizeof head);
    if (status != TN_OK) {
        return status;
    }
    station->is_fresh = false;
    tn_pack_remove_below(station->dir, number);
    return tn_station_ready(station);
}
