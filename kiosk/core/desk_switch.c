/* Switching a station to another role or activity of its event, by staff on the spot or by a
 * set-up card from the staff panel. Either is one row that stands before the pack's own word, until
 * a pack comes whose word is another than it was: then the centre knows better. */
#include "kiosk/core/desk_switch.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/core/staff_session.h"

enum tn_status tn_station_put_switched(struct tn_station *station, const struct tn_duty *to,
                                       const char *station_name)
{
    sqlite3_stmt *stmt = NULL;
    const struct tn_duty from = tn_station_duty(station);
    enum tn_status status = tn_sql_prepare(
        station->db, "INSERT OR REPLACE INTO switched VALUES (1, ?, ?, ?, ?, ?, ?, ?)", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, &to->event);
        tn_sql_bind_text(stmt, 2, tn_role_name(to->role));
        tn_sql_bind_id(stmt, 3, &to->activity);
        tn_sql_bind_text(stmt, 4, station_name);
        tn_sql_bind_id(stmt, 5, &from.event);
        tn_sql_bind_text(stmt, 6, tn_role_name(from.role));
        tn_sql_bind_id(stmt, 7, &from.activity);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* TN_OK where the pack has that activity; its title goes into the entry. */
static enum tn_status find_activity(struct tn_station *station, const struct tn_id *activity,
                                    char title[TN_TITLE_MAX + 1])
{
    sqlite3_stmt *stmt = NULL;
    title[0] = '\0';
    if (station->pack.db == NULL || tn_id_is_none(activity)) {
        return TN_ERR_NOT_FOUND;
    }
    enum tn_status status =
        tn_sql_prepare(station->pack.db, "SELECT title FROM activity WHERE id = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, activity);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK && !tn_sql_get_text(stmt, 0, title, TN_TITLE_MAX + 1)) {
        status = tn_sql_bad_row(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return tn_pack_file_status(status);
}

/* The `staff` entry is the first of the new role and activity: it carries them, its body the role
 * and what the activity is called. */
static enum tn_status put(struct tn_station *station, const struct tn_duty *to, const char *title,
                          const struct tn_when *when)
{
    struct tn_buf body;
    char detail[TN_TITLE_MAX + 16];
    const char *name = station->switched.is_on ? station->switched.station_name : "";
    (void)snprintf(detail, sizeof detail, "%s%s%s", tn_role_name(to->role),
                   title[0] == '\0' ? "" : " ", title);
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_staff(&body, "switch", detail);
    struct tn_entry entry = tn_station_entry(station, TN_KIND_STAFF, "tap", when);
    entry.activity = to->activity;
    enum tn_status status = tn_station_put_switched(station, to, name);
    if (status == TN_OK) {
        status = tn_station_put_body(station, &entry, &body, NULL);
    }
    tn_buf_destroy(&body);
    return status;
}

enum tn_status tn_station_switch(struct tn_station *station, enum tn_role role,
                                 const struct tn_id *activity, const struct tn_when *when)
{
    char title[TN_TITLE_MAX + 1] = "";
    struct tn_duty to = {.role = role};
    if ((unsigned)role >= TN_ROLE_COUNT) {
        return TN_ERR_FORMAT;
    }
    enum tn_status status = tn_staff_session_check(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    to.event = tn_station_event(station);
    if (role == TN_ROLE_ACTIVITY) {
        to.activity = activity == NULL ? (struct tn_id){{0}} : *activity;
        status = find_activity(station, &to.activity, title);
    }
    if (status == TN_OK) {
        status = put(station, &to, title, when);
    }
    status = tn_station_finish(station, status);
    station->is_fresh = false;
    return status;
}
