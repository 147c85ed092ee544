/* Population: how many young people there are, by place, grades and whatever is counted of them:
 * what participation is measured against. The figures are somebody else's, and keep their source
 * and year; the same place, grades, dimension, value, source and year are one figure. */
#include <stdio.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

enum { GEO, GRADE_BAND, DIMENSION, VALUE, N, SOURCE, YEAR };

static const struct tn_csv_column columns[] = {
    [GEO] = {"geo", true, TN_TITLE_MAX, tn_check_line},
    [GRADE_BAND] = {"grade_band", true, 0, tn_check_grade_band},
    [DIMENSION] = {"dimension", true, TN_TITLE_MAX, tn_check_line},
    [VALUE] = {"value", true, TN_TITLE_MAX, tn_check_line},
    [N] = {"n", true, 0, tn_check_population},
    [SOURCE] = {"source", false, TN_TITLE_MAX, tn_check_line},
    [YEAR] = {"year", false, 0, tn_check_year},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT geo, grade_band, grade_lo, grade_hi, dimension, value, n, source, year FROM"
              " ref_population WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO ref_population (ecosystem, id, geo, grade_band, grade_lo, grade_hi,"
             " dimension, value, n, source, year) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
             " $11) ON CONFLICT (ecosystem, id) DO UPDATE SET geo = excluded.geo,"
             " grade_band = excluded.grade_band, grade_lo = excluded.grade_lo,"
             " grade_hi = excluded.grade_hi, dimension = excluded.dimension,"
             " value = excluded.value, n = excluded.n, source = excluded.source,"
             " year = excluded.year",
    .count = 9,
};

/* By the grades themselves, so that "k-2" and "K-2" are one band. No value holds a tab. */
static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char all[4 * TN_TITLE_MAX + 64];
    (void)snprintf(all, sizeof(all), "%s\t%lld\t%s\t%s\t%s\t%lld", row->values[GEO],
                   (long long)row->numbers[GRADE_BAND], row->values[DIMENSION], row->values[VALUE],
                   row->values[SOURCE], (long long)row->numbers[YEAR]);
    return tn_centre_id(&import->centre->id, "ref_population", "population", all);
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_grade_band band = tn_grade_band(row->numbers[GRADE_BAND]);
    struct tn_cell cells[] = {
        tn_cell_text(row, GEO),
        {.type = TN_CELL_TEXT, .text = band.text},
        {.type = TN_CELL_INT, .number = band.lo},
        {.type = TN_CELL_INT, .number = band.hi},
        tn_cell_text(row, DIMENSION),
        tn_cell_text(row, VALUE),
        tn_cell_int(row, N),
        tn_cell_text(row, SOURCE),
        tn_cell_int(row, YEAR),
    };
    return tn_upsert_run(import->centre->db, &table,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_import_population = {
    .name = "population",
    .thing = "figure",
    .things = "figures",
    .key = "place, grades, dimension, value, source and year",
    .columns = columns,
    .id = id_of,
    .take = take,
};
