/* A snapshot of a station for the screen and the tools. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/schema.h"
#include "kiosk/core/staff_session.h"
#include "kiosk/core/station_impl.h"

/* From which age a learner may consent alone, where no pack says. */
#define CONSENT_AGE_DEFAULT 13

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
    out->consent_age = CONSENT_AGE_DEFAULT;
    out->has_vault = sodium_is_zero(setup->vault_key.b, sizeof setup->vault_key.b) == 0;
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
    out->has_pin = head->pin[0] != '\0';
    out->consent_age = head->consent_age == 0 ? CONSENT_AGE_DEFAULT : head->consent_age;
}

/* What staff or a later set-up card made of it; what the pack says of another event is not said. */
static void fill_switched(const struct tn_station *station, struct tn_station_info *out)
{
    const struct tn_switched *switched = &station->switched;
    if (!switched->is_on) {
        return;
    }
    memcpy(out->activity_title, switched->activity_title, sizeof out->activity_title);
    if (switched->station_name[0] != '\0') {
        memcpy(out->station_name, switched->station_name, sizeof out->station_name);
    }
    if (!tn_id_equal(&switched->to.event, &switched->from.event)) {
        memset(out->event_title, 0, sizeof out->event_title);
        out->starts_ms = 0;
        out->ends_ms = 0;
    }
}

/* The station's own setting decides over the event's. */
static void fill_desk(const struct tn_station *station, struct tn_station_info *out)
{
    const char *holder = tn_staff_session_holder(station);
    const bool is_on = strcmp(station->walk_in, "on") == 0;
    out->pin_wrong = station->pin_wrong;
    const bool is_off = strcmp(station->walk_in, "off") == 0;
    out->has_walk_in =
        out->role == TN_ROLE_DESK || is_on || (station->pack.head.has_walk_in && !is_off);
    out->is_unlocked = holder != NULL;
    (void)snprintf(out->staff_name, sizeof out->staff_name, "%s", holder == NULL ? "" : holder);
}

static enum tn_status add_log(void *ctx, const struct tn_log_head *head)
{
    struct tn_station_info *out = ctx;
    if (head->last_seq == 0 || head->is_sibling) {
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

/* One number of a kept statement; 0 where there is no row. */
static enum tn_status ask(struct tn_station *station, enum tn_stmt which, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = 0;
    enum tn_status status = tn_station_stmt(station, which, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    *out = status == TN_OK ? sqlite3_column_int64(stmt, 0) : 0;
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status fill_times(struct tn_station *station, struct tn_station_info *out)
{
    int64_t receipt_ms = 0;
    int64_t pack_ms = 0;
    enum tn_status status = ask(station, TN_STMT_SYNC_MS, &receipt_ms);
    if (status == TN_OK) {
        status = ask(station, TN_STMT_PACK_MS, &pack_ms);
    }
    out->last_sync_ms = receipt_ms > pack_ms ? receipt_ms : pack_ms;
    out->pack_ms = station->pack.db == NULL ? 0 : pack_ms;
    return status;
}

static enum tn_status fill_clock(struct tn_station *station, struct tn_station_info *out)
{
    sqlite3_stmt *stmt = NULL;
    if (tn_id_is_none(&station->boot)) {
        return TN_OK;
    }
    enum tn_status status = tn_station_stmt(station, TN_STMT_HAS_CLOCK, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_id(stmt, 1, &station->boot);
    status = tn_sql_row(stmt);
    out->has_clock = status == TN_OK;
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status fill_closed(struct tn_station *station, struct tn_station_info *out)
{
    sqlite3_stmt *stmt = NULL;
    char kind[TN_KIND_MAX + 1];
    enum tn_status status = tn_station_stmt(station, TN_STMT_LAST_WORD, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
    status = tn_sql_row(stmt);
    out->is_closed = status == TN_OK && tn_sql_get_text(stmt, 0, kind, sizeof kind) &&
                     strcmp(kind, tn_kind_name(TN_KIND_CLOSE)) == 0;
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status fill_siblings(struct tn_station *station, struct tn_station_info *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_public_key key;
    const struct tn_public_key *own = &station->device.key.public_key;
    enum tn_status status = tn_station_stmt(station, TN_STMT_SIBLINGS, &stmt);
    if (status != TN_OK || station->pack.db == NULL) {
        return status;
    }
    status = tn_pack_file_siblings(&station->pack, own, &out->siblings);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        if (tn_sql_get_fixed(stmt, 0, key.b, sizeof key.b) &&
            tn_pack_file_is_sibling(&station->pack, &key)) {
            out->siblings_heard++;
        }
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* None depends on another. */
static enum tn_status fill_log(struct tn_station *station, struct tn_station_info *out)
{
    static enum tn_status (*const fills[])(struct tn_station *, struct tn_station_info *) = {
        fill_times,
        fill_clock,
        fill_closed,
        fill_siblings,
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < sizeof fills / sizeof fills[0]; i++) {
        status = fills[i](station, out);
    }
    return status;
}

void tn_station_hub(const struct tn_station *station, struct tn_station_hub *out)
{
    const struct tn_setup *setup = &station->setup;
    *out = (struct tn_station_hub){.has_pin = setup->has_hub_pin};
    (void)snprintf(out->address, sizeof out->address, "%s", setup->hub);
    memcpy(out->pin, setup->hub_pin, sizeof out->pin);
}

enum tn_status tn_station_who(struct tn_station *station, struct tn_station_info *out)
{
    *out = (struct tn_station_info){0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        fill_setup(station, out);
        fill_pack(station, out);
        fill_switched(station, out);
        fill_desk(station, out);
    }
    return status;
}

enum tn_status tn_station_info(struct tn_station *station, struct tn_station_info *out)
{
    enum tn_status status = tn_station_who(station, out);
    if (status == TN_OK) {
        status = tn_station_logs(station, add_log, out);
    }
    if (status == TN_OK) {
        status = count_present(station);
    }
    if (status == TN_OK) {
        status = fill_log(station, out);
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
    uint64_t missing[2] = {0};
    *out = (struct tn_station_salvage){0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = has_fates(station, &is_there);
    }
    if (status == TN_OK && is_there) {
        status = one_row(station, TN_STMT_LOOSE, counts, 4);
    }
    if (status == TN_OK && is_there) {
        status = one_row(station, TN_STMT_MISSING, missing, 2);
    }
    out->rows = counts[0];
    out->appended = counts[1];
    out->unread = counts[2];
    out->waiting = counts[3];
    out->covered = counts[0] - counts[1] - counts[2];
    out->missing = missing[0];
    out->cut_logs = missing[1];
    return status;
}
