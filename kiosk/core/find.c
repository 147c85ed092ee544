/* Finding somebody at the desk: by name in the open directory, or by the 9-digit code of any badge
 * that this station has heard of. A code is looked for by going through the badges: an index would
 * make every pack larger and slower to lay down for something done a few times a day. */
#include "turnout/desk.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/names.h"
#include "kiosk/core/search.h"
#include "kiosk/core/staff_session.h"
#include "kiosk/core/station_impl.h"

#define CODE_MOD 100000000u

_Static_assert(TN_FOUND_MAX == TN_SEARCH_ROWS_MAX, "a search fills one page");

/* Badges of this station that no pack needs to know: handed out, or tied to somebody, here. */
static const char own_badges[] = "SELECT badge FROM walkin_card UNION SELECT badge FROM alias";

static enum tn_status look_in(struct tn_station *station, const struct tn_id *who, bool *is_in)
{
    char state[8];
    sqlite3_stmt *stmt = NULL;
    const struct tn_id event = tn_station_event(station);
    if (*is_in || tn_id_is_none(who)) {
        return TN_OK;
    }
    enum tn_status status = tn_derive_stmt(&station->derive, TN_DERIVE_PRESENCE_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_bytes(stmt, 1, event.b, sizeof event.b);
    tn_sql_bind_bytes(stmt, 2, who->b, sizeof who->b);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        *is_in = tn_sql_get_text(stmt, 0, state, sizeof state) && strcmp(state, "in") == 0;
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status fill_name(struct tn_station *station, const struct tn_directory_row *row,
                                struct tn_found *out)
{
    out->learner = row->learner;
    out->badge = row->badge;
    (void)snprintf(out->name, sizeof out->name, "%s", row->display);
    enum tn_status status = tn_station_badge_now(station, &out->learner, &out->badge);
    if (status == TN_OK) {
        status = look_in(station, &out->learner, &out->is_in);
    }
    return status == TN_OK ? look_in(station, &out->badge, &out->is_in) : status;
}

/* The digits printed on their badge, where there is one and the name leaves room. */
static void append_code(struct tn_found *found)
{
    char code[TN_BADGE_CODE_SIZE];
    const size_t len = strlen(found->name);
    if (tn_id_is_none(&found->badge) || len + TN_BADGE_CODE_SIZE + 2 >= sizeof found->name) {
        return;
    }
    tn_badge_code(&found->badge, code);
    (void)snprintf(found->name + len, sizeof found->name - len, " %.3s %.3s %.3s", code, code + 3,
                   code + 6);
}

/* Namesakes are told apart by what is on their badges. */
static void tell_namesakes_apart(struct tn_found *out, size_t count)
{
    bool has_twin[TN_FOUND_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            has_twin[i] = has_twin[i] || (i != j && strcmp(out[i].name, out[j].name) == 0);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (has_twin[i]) {
            append_code(&out[i]);
        }
    }
}

/* Two who would read the same are shown by their full names. */
static void tell_apart(const struct tn_directory_row *rows, size_t count, struct tn_found *out)
{
    for (size_t i = 0; i < count; i++) {
        bool has_twin = rows[i].display[0] == '\0';
        for (size_t j = 0; j < count; j++) {
            has_twin = has_twin || (i != j && strcmp(rows[i].display, rows[j].display) == 0);
        }
        if (has_twin && rows[i].full[0] != '\0') {
            (void)snprintf(out[i].name, sizeof out[i].name, "%s", rows[i].full);
        }
    }
}

static enum tn_status search(struct tn_station *station, const char *text,
                             struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    size_t found[TN_SEARCH_ROWS_MAX];
    struct tn_directory_row rows[TN_SEARCH_ROWS_MAX];
    struct tn_names *names = NULL;
    enum tn_status status = tn_staff_session_names(station, &names);
    if (status == TN_OK) {
        status = tn_search(names, text, found, count);
    }
    for (size_t i = 0; i < *count && status == TN_OK; i++) {
        tn_names_row(names, found[i], &rows[i]);
        status = fill_name(station, &rows[i], &out[i]);
    }
    if (status == TN_OK) {
        tell_apart(rows, *count, out);
        tell_namesakes_apart(out, *count);
    }
    sodium_memzero(rows, sizeof rows);
    return status;
}

enum tn_status tn_station_search(struct tn_station *station, const char *text,
                                 struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    *count = 0;
    memset(out, 0, TN_FOUND_MAX * sizeof *out);
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = search(station, text, out, count);
    }
    if (status != TN_OK) {
        *count = 0;
        sodium_memzero(out, TN_FOUND_MAX * sizeof *out);
    }
    return status;
}

/* The number of a code's first eight digits: what a badge id's first eight bytes give modulo 10^8.
 */
static uint32_t number_of(const char *code)
{
    uint32_t number = 0;
    int digits = 0;
    for (; digits < TN_BADGE_CODE_DIGITS - 1; code++) {
        if (*code != ' ') {
            number = number * 10u + (uint32_t)(*code - '0');
            digits++;
        }
    }
    return number;
}

static bool has_number(const uint8_t *badge, uint32_t number)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | badge[i];
    }
    return value % CODE_MOD == number;
}

static bool is_known(const struct tn_found *out, size_t count, const struct tn_id *badge)
{
    for (size_t i = 0; i < count; i++) {
        if (tn_id_equal(&out[i].badge, badge)) {
            return true;
        }
    }
    return false;
}

/* Goes through the badges a statement gives, and notes those of the code. */
static enum tn_status scan(sqlite3 *db, const char *sql, uint32_t number,
                           struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(db, sql, &stmt);
    while (status == TN_OK && *count < TN_FOUND_MAX && (status = tn_sql_row(stmt)) == TN_OK) {
        struct tn_id badge;
        if (!tn_sql_get_id(stmt, 0, &badge)) {
            status = tn_sql_bad_row(stmt);
        } else if (has_number(badge.b, number) && !is_known(out, *count, &badge)) {
            out[(*count)++].badge = badge;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Those of the pack's cards; a pack that cannot be read has none. */
static enum tn_status scan_cards(struct tn_station *station, uint32_t number,
                                 struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    if (station->pack.db == NULL) {
        return TN_OK;
    }
    enum tn_status status =
        tn_pack_file_status(scan(station->pack.db, "SELECT badge FROM card", number, out, count));
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Says whose the badge is, as far as this station and its directory know. */
static enum tn_status identify(struct tn_station *station, const struct tn_names *names,
                               struct tn_found *found)
{
    struct tn_directory_row row = {0};
    const struct tn_id typed = found->badge;
    enum tn_status status = tn_station_badge_now(station, &found->learner, &found->badge);
    if (status == TN_OK && names != NULL) {
        bool is_named = (!tn_id_is_none(&found->learner) &&
                         tn_names_by_learner(names, &found->learner, &row)) ||
                        tn_names_by_badge(names, &typed, &row);
        if (is_named) {
            found->learner = row.learner;
            (void)snprintf(found->name, sizeof found->name, "%s", row.display);
        }
    }
    sodium_memzero(&row, sizeof row);
    if (status == TN_OK) {
        status = look_in(station, &found->learner, &found->is_in);
    }
    return status == TN_OK ? look_in(station, &found->badge, &found->is_in) : status;
}

static enum tn_status find_code(struct tn_station *station, const char *code,
                                struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    struct tn_names *names = NULL;
    enum tn_status status = tn_staff_session_names(station, &names);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        return status;
    }
    if (!tn_badge_code_is_valid(code)) {
        return TN_ERR_FORMAT;
    }
    uint32_t number = number_of(code);
    status = scan_cards(station, number, out, count);
    if (status == TN_OK && station->has_desk) {
        status = scan(station->db, own_badges, number, out, count);
    }
    for (size_t i = 0; i < *count && status == TN_OK; i++) {
        status = identify(station, names, &out[i]);
    }
    return status;
}

enum tn_status tn_station_find_code(struct tn_station *station, const char *code,
                                    struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    *count = 0;
    memset(out, 0, TN_FOUND_MAX * sizeof *out);
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = find_code(station, code, out, count);
    }
    if (status != TN_OK) {
        *count = 0;
        sodium_memzero(out, TN_FOUND_MAX * sizeof *out);
    }
    return status;
}
