/* A learner's passport: the event's activities as stamps. What was done is a table of its own
 * (stamp), so that a visit screen costs a look-up and no reading of the log. */
#include <string.h>

#include "kiosk/core/desk_impl.h"

/* The pack's activities in its order, one at a time; those that cannot be read are not there. */
static enum tn_status ask_activities(struct tn_station *station, sqlite3_stmt **out)
{
    return tn_pack_file_status(tn_sql_prepare(
        station->pack.db, "SELECT id, title FROM activity ORDER BY step, title, id", out));
}

static enum tn_status next_activity(sqlite3_stmt *stmt)
{
    return tn_pack_file_status(tn_sql_row(stmt));
}

struct look {
    struct tn_station *station;
    struct tn_id event;
    struct tn_id here; /* this station's activity; may be none */
    const struct tn_id *who;
    sqlite3_stmt *done;
    unsigned important; /* done ones, and the one here */
};

static enum tn_status is_done(const struct look *look, const struct tn_id *activity, bool *out)
{
    tn_sql_bind_bytes(look->done, 1, look->event.b, sizeof look->event.b);
    tn_sql_bind_bytes(look->done, 2, look->who->b, sizeof look->who->b);
    tn_sql_bind_id(look->done, 3, activity);
    enum tn_status status = tn_sql_row(look->done);
    *out = status == TN_OK;
    tn_sql_reset(look->done);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status read_stamp(const struct look *look, sqlite3_stmt *stmt, struct tn_stamp *out)
{
    struct tn_id activity;
    *out = (struct tn_stamp){0};
    if (!tn_sql_get_id(stmt, 0, &activity) ||
        !tn_sql_get_text(stmt, 1, out->title, sizeof out->title)) {
        return tn_pack_file_status(tn_sql_bad_row(stmt));
    }
    out->is_here = !tn_id_is_none(&activity) && tn_id_equal(&activity, &look->here);
    return is_done(look, &activity, &out->is_done);
}

static enum tn_status count_stamps(struct look *look, struct tn_passport *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_stamp stamp;
    enum tn_status status = ask_activities(look->station, &stmt);
    while (status == TN_OK && (status = next_activity(stmt)) == TN_OK) {
        status = read_stamp(look, stmt, &stamp);
        out->total++;
        out->done += stamp.is_done ? 1 : 0;
        look->important += stamp.is_done || stamp.is_here ? 1 : 0;
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Which stamps find room: the one here always, done ones before others, all in the pack's order. */
struct room {
    unsigned here;
    unsigned done;
    unsigned others;
};

static struct room share_room(const struct look *look, const struct tn_passport *passport,
                              bool is_here_listed)
{
    struct room room = {.here = is_here_listed ? 1 : 0};
    unsigned done = look->important - room.here;
    room.done = done < TN_STAMPS_MAX - room.here ? done : TN_STAMPS_MAX - room.here;
    unsigned others = passport->total - look->important;
    unsigned left = TN_STAMPS_MAX - room.here - room.done;
    room.others = others < left ? others : left;
    return room;
}

static bool take(struct room *room, const struct tn_stamp *stamp)
{
    unsigned *left = stamp->is_here ? &room->here : stamp->is_done ? &room->done : &room->others;
    if (*left == 0) {
        return false;
    }
    (*left)--;
    return true;
}

static enum tn_status keep_stamps(const struct look *look, struct room room,
                                  struct tn_passport *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_stamp stamp;
    enum tn_status status = ask_activities(look->station, &stmt);
    while (status == TN_OK && (status = next_activity(stmt)) == TN_OK) {
        status = read_stamp(look, stmt, &stamp);
        if (status == TN_OK && take(&room, &stamp)) {
            out->stamps[out->count++] = stamp;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Whether the pack lists the activity of this station. */
static enum tn_status find_here(const struct look *look, bool *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = false;
    if (tn_id_is_none(&look->here)) {
        return TN_OK;
    }
    enum tn_status status =
        tn_sql_prepare(look->station->pack.db, "SELECT 1 FROM activity WHERE id = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, &look->here);
        status = tn_sql_row(stmt);
        *out = status == TN_OK;
    }
    (void)sqlite3_finalize(stmt);
    status = tn_pack_file_status(status);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status fill_stamps(struct look *look, struct tn_passport *out)
{
    bool is_listed = false;
    if (look->station->pack.db == NULL) {
        return TN_OK;
    }
    enum tn_status status = tn_sql_prepare(
        look->station->db, "SELECT 1 FROM stamp WHERE event = ? AND who = ? AND activity = ?",
        &look->done);
    if (status == TN_OK) {
        status = count_stamps(look, out);
    }
    if (status == TN_OK) {
        status = find_here(look, &is_listed);
    }
    if (status == TN_OK) {
        status = keep_stamps(look, share_room(look, out, is_listed), out);
    }
    (void)sqlite3_finalize(look->done);
    return status;
}

static enum tn_status find_presence(const struct look *look, struct tn_passport *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(&look->station->derive, TN_DERIVE_PRESENCE_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_bytes(stmt, 1, look->event.b, sizeof look->event.b);
    tn_sql_bind_bytes(stmt, 2, look->who->b, sizeof look->who->b);
    status = tn_sql_row(stmt);
    out->is_checked_in = status == TN_OK;
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_passport(struct tn_station *station, const struct tn_id *who,
                                   struct tn_passport *out)
{
    *out = (struct tn_passport){0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    struct look look = {
        .station = station,
        .event = tn_station_event(station),
        .here = tn_station_activity(station),
        .who = who,
    };
    status = find_presence(&look, out);
    return status == TN_OK ? fill_stamps(&look, out) : status;
}
