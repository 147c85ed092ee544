/* Counts for the reach report, then what must be withheld: sectors against the total, partners
 * against their sector. A withheld sector takes its partners with it, or they would sum to it. */
#include "sync/central/reach.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/suppress.h"

#define WHICH " v.ecosystem = $1 AND ($2 IS NULL OR v.event = $2)"
#define OF_PARTNER                                                                                 \
    " FROM visit v JOIN activity a ON a.ecosystem = v.ecosystem AND a.id = v.activity"             \
    " LEFT JOIN partner p ON p.ecosystem = a.ecosystem AND p.id = a.partner WHERE" WHICH

static enum tn_status count(struct tn_centre *centre, const char *sql, const struct tn_id *event,
                            int64_t **targets, int targets_count)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, event);
    status = tn_step(stmt, &has_row);
    for (int i = 0; status == TN_OK && has_row && i < targets_count; i++) {
        *targets[i] = tn_col_int(stmt, i);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status read_totals(struct tn_centre *centre, const struct tn_id *event,
                                  struct tn_reach *out)
{
    static const char visits[] =
        "SELECT count(DISTINCT v.who), coalesce(sum(CASE WHEN v.activity IS NULL THEN 1 ELSE 0"
        " END), 0), coalesce(sum(CASE WHEN v.activity IS NULL THEN 0 ELSE 1 END), 0),"
        " coalesce(sum(v.imputed), 0) FROM visit v WHERE" WHICH;
    static const char minutes[] =
        "SELECT coalesce(sum(CASE WHEN stays > 0 THEN inside ELSE outside END), 0) FROM (SELECT"
        " sum(CASE WHEN v.activity IS NULL THEN 1 ELSE 0 END) AS stays, sum(CASE WHEN v.activity IS"
        " NULL THEN v.minutes ELSE 0 END) AS inside, sum(CASE WHEN v.activity IS NULL THEN 0 ELSE"
        " v.minutes END) AS outside FROM visit v WHERE" WHICH " GROUP BY v.event, v.who) AS people";
    static const char unknown[] =
        "SELECT count(DISTINCT v.badge) FROM visit v LEFT JOIN badge b ON b.ecosystem = v.ecosystem"
        " AND b.id = v.badge WHERE" WHICH " AND b.id IS NULL";
    static const char stations[] =
        "SELECT count(DISTINCT v.pubkey), count(DISTINCT CASE WHEN v.last_seen >= e.ends THEN"
        " v.pubkey END) FROM kiosk v JOIN event e ON e.ecosystem = v.ecosystem AND e.id = v.event"
        " WHERE" WHICH;
    int64_t *first[] = {&out->learners, &out->stays, &out->visits, &out->imputed};
    int64_t *second[] = {&out->minutes};
    int64_t *third[] = {&out->unknown_badges};
    int64_t *fourth[] = {&out->stations, &out->stations_home};
    enum tn_status status = count(centre, visits, event, first, 4);
    status = status == TN_OK ? count(centre, minutes, event, second, 1) : status;
    status = status == TN_OK ? count(centre, unknown, event, third, 1) : status;
    return status == TN_OK ? count(centre, stations, event, fourth, 2) : status;
}

static enum tn_status read_rows(struct tn_centre *centre, const char *sql,
                                const struct tn_id *event, struct tn_reach_row **rows,
                                size_t *rows_count)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *rows = calloc(TN_REACH_ROWS_MAX, sizeof **rows);
    if (*rows == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*rows_count == TN_REACH_ROWS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        struct tn_reach_row *row = &(*rows)[(*rows_count)++];
        snprintf(row->sector, sizeof row->sector, "%s", tn_col_text(stmt, 0));
        snprintf(row->partner, sizeof row->partner, "%s", tn_col_text(stmt, 1));
        row->learners = tn_col_int(stmt, 2);
        row->visits = tn_col_int(stmt, 3);
        row->minutes = tn_col_int(stmt, 4);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status withhold(struct tn_reach_row *rows, size_t rows_count, int64_t min_cell)
{
    int64_t cells[TN_REACH_ROWS_MAX] = {0};
    bool marks[TN_REACH_ROWS_MAX] = {false};
    if (rows_count > TN_REACH_ROWS_MAX) {
        return TN_ERR_LIMIT;
    }
    for (size_t i = 0; i < rows_count; i++) {
        cells[i] = rows[i].learners;
    }
    tn_suppress_group(cells, rows_count, min_cell, marks);
    for (size_t i = 0; i < rows_count; i++) {
        rows[i].is_withheld = rows[i].is_withheld || marks[i];
    }
    return TN_OK;
}

static bool sector_is_withheld(const struct tn_reach *reach, const char *sector)
{
    for (size_t i = 0; i < reach->sector_count; i++) {
        if (strcmp(reach->sectors[i].sector, sector) == 0) {
            return reach->sectors[i].is_withheld;
        }
    }
    return true;
}

static void clear_withheld(struct tn_reach_row *rows, size_t rows_count)
{
    for (size_t i = 0; i < rows_count; i++) {
        if (rows[i].is_withheld) {
            rows[i].learners = rows[i].visits = rows[i].minutes = 0;
        }
    }
}

static enum tn_status withhold_all(struct tn_reach *reach, int64_t min_cell)
{
    enum tn_status status = withhold(reach->sectors, reach->sector_count, min_cell);
    size_t start = 0;
    while (start < reach->partner_count && status == TN_OK) {
        size_t end = start;
        bool all = sector_is_withheld(reach, reach->partners[start].sector);
        for (; end < reach->partner_count &&
               strcmp(reach->partners[end].sector, reach->partners[start].sector) == 0;
             end++) {
            reach->partners[end].is_withheld = all;
        }
        status = withhold(&reach->partners[start], end - start, min_cell);
        start = end;
    }
    if (reach->learners > 0 && reach->learners < min_cell) {
        reach->is_withheld = true;
        reach->learners = reach->stays = reach->visits = reach->minutes = reach->imputed = 0;
    }
    clear_withheld(reach->sectors, reach->sector_count);
    clear_withheld(reach->partners, reach->partner_count);
    return status;
}

enum tn_status tn_reach_read(struct tn_centre *centre, const struct tn_id *event,
                             struct tn_reach *out)
{
    static const char by_sector[] =
        "SELECT coalesce(p.sector, ''), '', count(DISTINCT v.who), count(*), "
        "sum(v.minutes)" OF_PARTNER " GROUP BY coalesce(p.sector, '') ORDER BY 1";
    static const char by_partner[] =
        "SELECT coalesce(p.sector, ''), coalesce(p.name, ''), count(DISTINCT v.who), count(*),"
        " sum(v.minutes)" OF_PARTNER
        " GROUP BY coalesce(p.sector, ''), coalesce(p.name, ''), p.id ORDER BY 1, 2, p.id";
    *out = (struct tn_reach){0};
    enum tn_status status = read_totals(centre, event, out);
    if (status == TN_OK) {
        status = read_rows(centre, by_sector, event, &out->sectors, &out->sector_count);
    }
    if (status == TN_OK) {
        status = read_rows(centre, by_partner, event, &out->partners, &out->partner_count);
    }
    if (status == TN_OK) {
        status = withhold_all(out, centre->min_cell);
    }
    if (status != TN_OK) {
        tn_reach_free(out);
    }
    return status;
}

void tn_reach_free(struct tn_reach *reach)
{
    free(reach->sectors);
    free(reach->partners);
    *reach = (struct tn_reach){0};
}
