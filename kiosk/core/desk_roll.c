/* The roll call: who is in, for whoever counts heads outside. Sorted anew at each call, since
 * between two pages somebody may have come or gone; names, and the keys they sort by, pass through
 * locked memory only (the C library's qsort copies what it sorts, and so gets pointers), and only
 * the page's own names leave it. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/fold.h"
#include "kiosk/core/staff_session.h"

/* Bytes of a sort key that are kept: names that are the same so far stand as they come. */
#define KEY_SIZE 96

struct line {
    struct tn_id who;
    struct tn_id badge; /* of the entry that let them in */
    bool has_name;
    char key[KEY_SIZE]; /* of the name; the code where there is none */
};

static int compare(const void *a, const void *b)
{
    const struct line *left = *(const struct line *const *)a;
    const struct line *right = *(const struct line *const *)b;
    if (left->has_name != right->has_name) {
        return left->has_name ? -1 : 1;
    }
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : memcmp(left->who.b, right->who.b, sizeof left->who.b);
}

static const char *text_of(const struct tn_directory_row *row)
{
    return row->full[0] == '\0' ? row->display : row->full;
}

/* The code of the badge they came in with; where its entry has gone, of what is known of them. */
static void code(const struct line *line, char out[TN_BADGE_CODE_SIZE])
{
    tn_badge_code(tn_id_is_none(&line->badge) ? &line->who : &line->badge, out);
}

static enum tn_status fill_line(struct tn_station *station, sqlite3_stmt *stmt, struct line *line)
{
    struct tn_directory_row row;
    enum tn_status status = TN_OK;
    *line = (struct line){0};
    if (!tn_sql_get_id(stmt, 0, &line->who) || !tn_sql_get_id(stmt, 1, &line->badge)) {
        return tn_sql_bad_row(stmt);
    }
    const struct tn_id *badge = tn_id_is_none(&line->badge) ? &line->who : &line->badge;
    line->has_name =
        tn_staff_session_name(station, &line->who, badge, &row) && text_of(&row)[0] != '\0';
    if (line->has_name) {
        status = tn_fold_sort_key(text_of(&row), line->key, sizeof line->key);
    } else {
        code(line, line->key);
    }
    sodium_memzero(&row, sizeof row);
    return status;
}

static enum tn_status fill_lines(struct tn_station *station, struct line *lines, uint64_t max,
                                 struct tn_roll *out)
{
    sqlite3_stmt *stmt = NULL;
    const struct tn_id event = tn_station_event(station);
    enum tn_status status =
        tn_sql_prepare(station->db,
                       "SELECT who, (SELECT badge FROM entry WHERE entry.log_no = presence.log_no "
                       "AND entry.seq = presence.seq) FROM presence WHERE event = ? AND "
                       "state = 'in'",
                       &stmt);
    if (status == TN_OK) {
        tn_sql_bind_bytes(stmt, 1, event.b, sizeof event.b);
    }
    while (status == TN_OK && out->total < max && (status = tn_sql_row(stmt)) == TN_OK) {
        status = fill_line(station, stmt, &lines[out->total]);
        out->unnamed += status == TN_OK && !lines[out->total].has_name ? 1 : 0;
        out->total += status == TN_OK ? 1 : 0;
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static void fill_page(struct tn_station *station, const struct line *const *order, uint64_t first,
                      size_t count_max, struct tn_roll *out)
{
    struct tn_directory_row row;
    for (uint64_t i = first; i < out->total && out->count < count_max; i++) {
        const struct line *line = order[i];
        const struct tn_id *badge = tn_id_is_none(&line->badge) ? &line->who : &line->badge;
        code(line, out->rows[out->count].code);
        if (tn_staff_session_name(station, &line->who, badge, &row)) {
            (void)snprintf(out->rows[out->count].name, sizeof out->rows[0].name, "%s",
                           text_of(&row));
        }
        out->count++;
    }
    sodium_memzero(&row, sizeof row);
}

/* Headcounts of the day of the newest entry here: a roll is called when it is called. */
static enum tn_status count_adults(struct tn_station *station, struct tn_roll *out)
{
    int64_t newest = 0;
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(
        station->db, "SELECT at_ms FROM entry WHERE log_no = ? ORDER BY seq DESC LIMIT 1", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
        status = tn_sql_row(stmt);
        newest = status == TN_OK ? sqlite3_column_int64(stmt, 0) : 0;
    }
    (void)sqlite3_finalize(stmt);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    return tn_station_adults(station, tn_day_start(newest), INT64_MAX, false, &out->adults);
}

static enum tn_status sort_page(struct tn_station *station, const struct line *lines,
                                uint64_t first, size_t count_max, struct tn_roll *out)
{
    const struct line **order = malloc((size_t)out->total * sizeof *order);
    if (order == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (uint64_t i = 0; i < out->total; i++) {
        order[i] = &lines[i];
    }
    qsort(order, (size_t)out->total, sizeof *order, compare);
    fill_page(station, order, first, count_max, out);
    free(order);
    return TN_OK;
}

static enum tn_status call_roll(struct tn_station *station, uint64_t present, uint64_t first,
                                size_t count_max, struct tn_roll *out)
{
    struct line *lines = present == 0 ? NULL : sodium_allocarray((size_t)present, sizeof *lines);
    if (present > 0 && lines == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = fill_lines(station, lines, present, out);
    if (status == TN_OK && out->total > 0) {
        status = sort_page(station, lines, first, count_max, out);
    }
    sodium_free(lines);
    return status == TN_OK ? count_adults(station, out) : status;
}

enum tn_status tn_station_roll(struct tn_station *station, uint64_t first, size_t count_max,
                               struct tn_roll *out)
{
    struct tn_station_info info;
    *out = (struct tn_roll){0};
    enum tn_status status = tn_staff_session_check(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_info(station, &info);
    if (status == TN_OK) {
        status = call_roll(station, info.present, first,
                           count_max < TN_ROLL_MAX ? count_max : TN_ROLL_MAX, out);
    }
    if (status != TN_OK) {
        sodium_memzero(out, sizeof *out);
    }
    return status;
}
