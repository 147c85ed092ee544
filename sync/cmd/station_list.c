/* Whether a station has forgotten is its own word, carried by its hello: it said which pack's marks
 * it carried out, and the centre knows with which pack the newest marks went out. */
#include "sync/cmd/station_list.h"

#include <stdio.h>

#include <jansson.h>

#include "sync/central/logs.h"
#include "sync/cmd/common.h"
#include "turnout/timefmt.h"

/* The columns of the list, in order. */
enum column { NAME, ROLE, EVENT, ENTRIES, LAST_SEEN, IS_REVOKED, CLOSED, HAS_FORGOTTEN };

static void print_row(struct tn_stmt *stmt)
{
    char seen[TN_TIME_TEXT_SIZE] = "never";
    if (!tn_col_is_null(stmt, LAST_SEEN)) {
        tn_time_format(tn_col_int(stmt, LAST_SEEN), seen);
    }
    const char *state = tn_col_int(stmt, IS_REVOKED) != 0 ? "revoked"
                        : tn_col_is_null(stmt, CLOSED)    ? ""
                                                          : "home";
    const char *owes = tn_col_int(stmt, HAS_FORGOTTEN) != 0 ? "" : "has yet to forget";
    const char *gap = state[0] != '\0' && owes[0] != '\0' ? ", " : "";
    tn_common_pad(tn_col_text(stmt, NAME), 24);
    tn_common_pad(tn_col_text(stmt, ROLE), 10);
    tn_common_pad(tn_col_text(stmt, EVENT), 16);
    printf("%9lld  ", (long long)tn_col_int(stmt, ENTRIES));
    if (state[0] == '\0' && owes[0] == '\0') {
        printf("%s\n", seen);
    } else {
        printf("%-26s%s%s%s\n", seen, state, gap, owes);
    }
}

static json_t *time_or_null(struct tn_stmt *stmt, int column)
{
    return tn_col_is_null(stmt, column) ? json_null() : json_integer(tn_col_int(stmt, column));
}

static json_t *json_row(struct tn_stmt *stmt)
{
    json_t *row = json_pack("{s:s, s:s, s:s, s:I, s:b, s:b}", "name", tn_col_text(stmt, NAME),
                            "role", tn_col_text(stmt, ROLE), "event", tn_col_text(stmt, EVENT),
                            "entries", (json_int_t)tn_col_int(stmt, ENTRIES), "is_revoked",
                            tn_col_int(stmt, IS_REVOKED) != 0, "has_forgotten",
                            tn_col_int(stmt, HAS_FORGOTTEN) != 0);
    json_object_set_new(row, "last_contact_ms", time_or_null(stmt, LAST_SEEN));
    json_object_set_new(row, "closed_ms", time_or_null(stmt, CLOSED));
    return row;
}

/* Nobody was erased, or the station was never heard, or it carried out the pack that first named
 * all who are erased by now. */
#define ERASURES_SQL "(SELECT count(*) FROM erasure WHERE ecosystem = $1)"
#define HAS_FORGOTTEN_SQL                                                                          \
    "CASE WHEN count(k.last_seen) = 0 OR " ERASURES_SQL " = 0 OR max(CASE WHEN p.erasures ="       \
    " " ERASURES_SQL                                                                               \
    " AND p.erasures_version <= k.forgot THEN 1 ELSE 0 END) = 1 THEN 1 ELSE 0 END"

static enum tn_status list_stations(struct tn_centre *centre, bool is_json, json_t *rows)
{
    static const char sql[] =
        "SELECT k.station, k.role, e.code, sum(k.last_seq - coalesce(f.seq - 1, 0)),"
        " max(k.last_seen), max(CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END), " TN_HOME_SQL
        ", " HAS_FORGOTTEN_SQL " FROM kiosk k JOIN"
        " event e ON e.ecosystem = k.ecosystem AND e.id = k.event LEFT JOIN fork f ON f.ecosystem ="
        " k.ecosystem AND f.branch_id = k.log_id LEFT JOIN pack_sent p ON p.ecosystem ="
        " k.ecosystem AND p.device_key = k.pubkey WHERE k.ecosystem = $1 GROUP BY k.pubkey,"
        " k.station, k.role, e.code ORDER BY e.code, k.station";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    if (!is_json) {
        printf("%-24s%-10s%-16s%9s  %s\n", "station", "role", "event", "entries", "last contact");
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (is_json) {
            json_array_append_new(rows, json_row(stmt));
        } else {
            print_row(stmt);
        }
    }
    tn_reset(stmt);
    return status;
}

/* Set-up cards that no kiosk has come home with yet. */
static enum tn_status list_cards(struct tn_centre *centre, bool is_json, json_t *rows)
{
    static const char sql[] =
        "SELECT n.station, n.role, e.code FROM enrolment n JOIN event e ON e.ecosystem ="
        " n.ecosystem AND e.id = n.event WHERE n.ecosystem = $1 AND n.device_key IS NULL"
        " ORDER BY e.code, n.station";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (is_json) {
            json_array_append_new(rows,
                                  json_pack("{s:s, s:s, s:s}", "name", tn_col_text(stmt, 0), "role",
                                            tn_col_text(stmt, 1), "event", tn_col_text(stmt, 2)));
            continue;
        }
        tn_common_pad(tn_col_text(stmt, 0), 24);
        tn_common_pad(tn_col_text(stmt, 1), 10);
        tn_common_pad(tn_col_text(stmt, 2), 16);
        printf("%9s  its set-up card not used yet\n", "");
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_station_list(struct tn_centre *centre, bool is_json)
{
    json_t *rows = json_array();
    json_t *cards = json_array();
    enum tn_status status = list_stations(centre, is_json, rows);
    status = status == TN_OK ? list_cards(centre, is_json, cards) : status;
    if (is_json && status == TN_OK) {
        tn_common_json(json_pack("{s:O, s:O}", "stations", rows, "unused_setup_cards", cards));
    }
    json_decref(cards);
    json_decref(rows);
    return status;
}
