/* Staff sessions. The session itself, with the directory key, is locked memory like the names. The
 * wrapped key and the sealed directory pass through SQLite's own memory, which is harmless: they
 * are ciphertext. */
#include "kiosk/core/staff_session.h"

#include <stdio.h>

#include <sodium.h>

#include "turnout/desk.h"
#include "turnout/log.h"

#include "kiosk/core/names.h"
#include "kiosk/core/station_impl.h"

struct tn_staff_session {
    struct tn_locked memory; /* where this lies */
    struct tn_id card;
    char holder[TN_TITLE_MAX + 1];
    struct tn_key key; /* the directory's */
    uint64_t number;   /* the pack that names were opened from */
    uint64_t epoch;
    uint64_t version;
    bool is_open;   /* the directory of that pack was opened, or it has none */
    bool has_names; /* it has one */
    struct tn_names names;
};

static struct tn_staff_session *create(void)
{
    struct tn_locked memory = {0};
    struct tn_staff_session *session = NULL;
    size_t at = 0;
    if (tn_locked_take(&memory, sizeof *session, &at) == TN_OK) {
        session = (struct tn_staff_session *)(void *)memory.data;
        session->memory = memory;
    }
    return session;
}

static void destroy(struct tn_staff_session *session)
{
    if (session != NULL) {
        struct tn_locked memory = session->memory;
        tn_names_destroy(&session->names);
        tn_locked_destroy(&memory);
    }
}

void tn_station_lock(struct tn_station *station)
{
    destroy(station->session);
    station->session = NULL;
}

static enum tn_status parse_card(sqlite3_stmt *stmt, struct tn_staff_card *out)
{
    bool is_good = tn_sql_get_text(stmt, 0, out->name, sizeof out->name) &&
                   tn_sql_get_int(stmt, 1, &out->until_ms) &&
                   tn_sql_get_fixed(stmt, 2, out->wrapped, sizeof out->wrapped);
    return is_good ? TN_OK : tn_sql_bad_row(stmt);
}

static enum tn_status find_card(const struct tn_station *station, const struct tn_id *id,
                                struct tn_staff_card *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct tn_staff_card){.id = *id};
    if (station->pack.db == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    enum tn_status status = tn_sql_prepare(
        station->pack.db, "SELECT name, until_ms, wrapped FROM staff WHERE id = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, id);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        status = parse_card(stmt, out);
    }
    (void)sqlite3_finalize(stmt);
    return tn_pack_file_status(status);
}

static bool is_of_pack(const struct tn_staff_session *session, const struct tn_station *station)
{
    return session->number == station->pack_number && session->epoch == station->pack_epoch &&
           session->version == station->pack_version;
}

static enum tn_status read_names(struct tn_staff_session *session, const struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_bytes sealed = {0};
    enum tn_status status = tn_sql_prepare(station->pack.db, "SELECT sealed FROM directory", &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK && !tn_sql_get_bytes(stmt, 0, &sealed)) {
        status = tn_sql_bad_row(stmt);
    }
    if (status == TN_OK) {
        status = tn_names_open(&session->names, sealed, &session->key, &station->pack.head.event);
    }
    (void)sqlite3_finalize(stmt);
    return tn_pack_file_status(status);
}

/* Opens the directory of the current pack, which may have none. */
static enum tn_status open_names(struct tn_staff_session *session, const struct tn_station *station)
{
    enum tn_status status = read_names(session, station);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_WARN, "%s: the directory of the pack does not open: %s", station->dir,
               tn_status_text(status));
        return status;
    }
    session->has_names = status == TN_OK;
    session->is_open = true;
    session->number = station->pack_number;
    session->epoch = station->pack_epoch;
    session->version = station->pack_version;
    return TN_OK;
}

/* A card that is scanned again, or another one of the same directory, takes over what is open. */
static bool take_over(struct tn_staff_session *session, struct tn_staff_session *last,
                      const struct tn_station *station)
{
    if (last == NULL || !last->is_open || !is_of_pack(last, station) ||
        sodium_memcmp(last->key.b, session->key.b, sizeof session->key.b) != 0) {
        return false;
    }
    session->names = last->names;
    last->names = (struct tn_names){0};
    session->has_names = last->has_names;
    session->is_open = true;
    session->number = last->number;
    session->epoch = last->epoch;
    session->version = last->version;
    return true;
}

/* Fills a new session; whoever made it destroys it where this fails. */
static enum tn_status begin(struct tn_staff_session *session, struct tn_station *station,
                            const struct tn_badge *badge, int64_t now_ms)
{
    struct tn_staff_card card;
    session->card = tn_badge_id(badge);
    enum tn_status status = find_card(station, &session->card, &card);
    if (status == TN_OK) {
        (void)snprintf(session->holder, sizeof session->holder, "%s", card.name);
        status = tn_staff_unwrap(&card, badge, now_ms, &session->key);
    }
    if (status == TN_OK && !take_over(session, station->session, station)) {
        status = open_names(session, station);
    }
    return status;
}

enum tn_status tn_staff_session_open(struct tn_station *station, const struct tn_badge *badge,
                                     int64_t now_ms, char name[TN_TITLE_MAX + 1])
{
    name[0] = '\0';
    struct tn_staff_session *session = create();
    if (session == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = begin(session, station, badge, now_ms);
    if (status != TN_OK) {
        destroy(session);
        return status;
    }
    tn_station_lock(station);
    station->session = session;
    (void)snprintf(name, TN_TITLE_MAX + 1, "%s", session->holder);
    return TN_OK;
}

void tn_staff_session_repack(struct tn_station *station)
{
    struct tn_staff_session *session = station->session;
    struct tn_staff_card card;
    bool is_told = session != NULL && station->db != NULL;
    if (!is_told || (session->is_open && is_of_pack(session, station))) {
        return;
    }
    tn_names_destroy(&session->names);
    session->is_open = false;
    session->has_names = false;
    if (find_card(station, &session->card, &card) != TN_OK) {
        tn_log(TN_LOG_INFO, "%s: locked, since the new pack has no such staff card", station->dir);
        tn_station_lock(station);
    }
}

enum tn_status tn_staff_session_names(struct tn_station *station, struct tn_names **out)
{
    *out = NULL;
    tn_staff_session_repack(station);
    if (station->session == NULL) {
        return TN_ERR_STATE;
    }
    struct tn_staff_session *session = station->session;
    enum tn_status status = session->is_open ? TN_OK : open_names(session, station);
    if (status == TN_ERR_FORGED) {
        tn_station_lock(station); /* the key has changed: the card has to be scanned again */
        return TN_ERR_STATE;
    }
    if (status != TN_OK) {
        return status;
    }
    *out = session->has_names ? &session->names : NULL;
    return session->has_names ? TN_OK : TN_ERR_NOT_FOUND;
}

bool tn_staff_session_name(struct tn_station *station, const struct tn_id *learner,
                           const struct tn_id *badge, struct tn_directory_row *out)
{
    struct tn_names *names = NULL;
    *out = (struct tn_directory_row){0};
    if (tn_staff_session_names(station, &names) != TN_OK) {
        return false;
    }
    bool has_learner = learner != NULL && !tn_id_is_none(learner);
    bool has_badge = badge != NULL && !tn_id_is_none(badge);
    return (has_learner && tn_names_by_learner(names, learner, out)) ||
           (has_badge && tn_names_by_badge(names, badge, out));
}

enum tn_status tn_staff_session_check(struct tn_station *station)
{
    enum tn_status status = tn_station_ready(station);
    return status == TN_OK && station->session == NULL ? TN_ERR_STATE : status;
}

const char *tn_staff_session_holder(const struct tn_station *station)
{
    return station->session == NULL ? NULL : station->session->holder;
}
