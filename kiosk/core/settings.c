/* Small settings, and what staff or a later set-up card switched this station to. Both are rows of
 * station.db and no entries (a switch leaves a `staff` entry besides). The handle keeps what every
 * scan needs of them and reads it again with everything else that another program may change. */
#include <stdlib.h>
#include <string.h>

#include "turnout/log.h"

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/utf8.h"

/* A value that is garbled is none: a station must not stand still, nor begin a new log, for it. */
static enum tn_status pass_over(const struct tn_station *station, sqlite3_stmt *stmt,
                                const char *what)
{
    enum tn_status status = tn_sql_bad_row(stmt);
    if (status == TN_ERR_NO_MEMORY) {
        return status;
    }
    tn_log(TN_LOG_WARN, "%s: %s cannot be read and counts as not set", station->dir, what);
    return TN_OK;
}

static enum tn_status read_setting(struct tn_station *station, const char *name,
                                   char out[TN_SETTING_MAX + 1])
{
    sqlite3_stmt *stmt = NULL;
    out[0] = '\0';
    if (!station->has_desk) {
        return TN_OK;
    }
    enum tn_status status = tn_station_stmt(station, TN_STMT_SETTING_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_text(stmt, 1, name);
    status = tn_sql_row(stmt);
    if (status == TN_OK && !tn_sql_get_text(stmt, 0, out, TN_SETTING_MAX + 1)) {
        status = pass_over(station, stmt, name);
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static bool parse_switched(sqlite3_stmt *stmt, struct tn_switched *out)
{
    char role[16];
    char from_role[16];
    bool is_good = tn_sql_get_id(stmt, 0, &out->to.event) &&
                   tn_sql_get_text(stmt, 1, role, sizeof role) &&
                   tn_sql_get_id(stmt, 2, &out->to.activity) &&
                   tn_sql_get_text(stmt, 3, out->station_name, sizeof out->station_name) &&
                   tn_sql_get_id(stmt, 4, &out->from.event) &&
                   tn_sql_get_text(stmt, 5, from_role, sizeof from_role) &&
                   tn_sql_get_id(stmt, 6, &out->from.activity);
    if (!is_good) {
        return false;
    }
    out->to.role = tn_role_from_name(role);
    out->from.role = tn_role_from_name(from_role);
    return out->to.role < TN_ROLE_COUNT && out->from.role < TN_ROLE_COUNT;
}

/* The title of the activity switched to; a pack that cannot be asked leaves it empty. */
static void read_title(struct tn_station *station, struct tn_switched *switched)
{
    sqlite3_stmt *stmt = NULL;
    if (station->pack.db == NULL || tn_id_is_none(&switched->to.activity) ||
        tn_sql_prepare(station->pack.db, "SELECT title FROM activity WHERE id = ?", &stmt) !=
            TN_OK) {
        return;
    }
    tn_sql_bind_id(stmt, 1, &switched->to.activity);
    if (tn_sql_row(stmt) == TN_OK) {
        (void)tn_sql_get_text(stmt, 0, switched->activity_title, sizeof switched->activity_title);
    }
    (void)sqlite3_finalize(stmt);
}

static enum tn_status read_switched(struct tn_station *station)
{
    struct tn_switched read = {0};
    sqlite3_stmt *stmt = NULL;
    const struct tn_duty own = tn_station_duty(station);
    enum tn_status status = tn_station_stmt(station, TN_STMT_SWITCHED, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        bool is_good = parse_switched(stmt, &read);
        status = is_good ? TN_OK : pass_over(station, stmt, "what it was switched to");
        read.is_on = is_good && tn_duty_equal(&read.from, &own);
    }
    tn_sql_reset(stmt);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        return status;
    }
    if (read.is_on) {
        read_title(station, &read);
    }
    station->switched = read;
    return TN_OK;
}

static enum tn_status read_pin_wrong(struct tn_station *station)
{
    char text[TN_SETTING_MAX + 1];
    enum tn_status status = read_setting(station, TN_SETTING_PIN_WRONG, text);
    unsigned long wrong = strtoul(text, NULL, 10);
    station->pin_wrong = wrong < TN_PIN_WRONG_MAX ? (uint32_t)wrong : TN_PIN_WRONG_MAX;
    return status;
}

enum tn_status tn_station_read_desk(struct tn_station *station)
{
    enum tn_status status = read_setting(station, TN_SETTING_WALK_IN, station->walk_in);
    if (status == TN_OK) {
        status = read_pin_wrong(station);
    }
    return status == TN_OK ? read_switched(station) : status;
}

enum tn_status tn_station_setting(struct tn_station *station, const char *name,
                                  char out[TN_SETTING_MAX + 1])
{
    out[0] = '\0';
    enum tn_status status = tn_station_ready(station);
    return status == TN_OK ? read_setting(station, name, out) : status;
}

/* Runs one statement of two texts; the second may be NULL. */
static enum tn_status run_texts(struct tn_station *station, const char *sql, const char *name,
                                const char *value)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(station->db, sql, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_text(stmt, 1, name);
        if (value != NULL) {
            tn_sql_bind_text(stmt, 2, value);
        }
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status put_setting(struct tn_station *station, const char *name, const char *value)
{
    return value[0] == '\0'
               ? run_texts(station, "DELETE FROM setting WHERE name = ?", name, NULL)
               : run_texts(station, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
                           name, value);
}

static enum tn_status check_text(const char *text, size_t len_max)
{
    size_t len = strnlen(text, len_max + 1);
    if (len > len_max) {
        return TN_ERR_LIMIT;
    }
    return tn_utf8_is_valid((struct tn_bytes){(const uint8_t *)text, len}) ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_station_set_setting(struct tn_station *station, const char *name,
                                      const char *value)
{
    enum tn_status status = check_text(name, TN_SETTING_NAME_MAX);
    if (status == TN_OK) {
        status = name[0] == '\0' ? TN_ERR_FORMAT : check_text(value, TN_SETTING_MAX);
    }
    if (status == TN_OK) {
        status = tn_station_begin(station);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_finish(station, put_setting(station, name, value));
    station->is_fresh = false;
    return status;
}
