/* Partners: `code,name,sector` and a parent. A parent may stand anywhere in the same files, so
 * their ids are gathered before the first row is written. */
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

enum { CODE, NAME, SECTOR, PARENT };

static const struct tn_csv_column columns[] = {
    [CODE] = {"code", true, TN_TITLE_MAX, tn_check_code},
    [NAME] = {"name", true, TN_TITLE_MAX, tn_check_line},
    [SECTOR] = {"sector", true, TN_TITLE_MAX, tn_check_sector},
    [PARENT] = {"parent", false, TN_TITLE_MAX, tn_check_code},
    {NULL, false, 0, NULL},
};

const struct tn_upsert tn_import_partner_row = {
    .select = "SELECT code, name, sector, parent FROM partner WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO partner (ecosystem, id, code, name, sector, parent)"
             " VALUES ($1, $2, $3, $4, $5, $6)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET code = excluded.code,"
             " name = excluded.name, sector = excluded.sector, parent = excluded.parent",
    .count = 4,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_centre_id(&import->centre->id, "partner", "partners", row->values[CODE]);
}

static const char by_code[] = "SELECT id FROM partner WHERE ecosystem = $1 AND code = $2";

/* A parent in these files, or else one the centre knows. */
static enum tn_status find_parent(struct tn_import *import, const struct tn_csv_row *row,
                                  const struct tn_id *id, struct tn_cell *out)
{
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[PARENT]};
    if (row->values[PARENT][0] == '\0') {
        return TN_OK;
    }
    const struct tn_id named =
        tn_centre_id(&import->centre->id, "partner", "partners", row->values[PARENT]);
    out->type = TN_CELL_ID;
    out->id = named;
    enum tn_status status = tn_import_by_code(import, by_code, row->values[PARENT], &out->id);
    if (status == TN_OK && tn_id_equal(&out->id, id)) {
        tn_import_problem(import, row, PARENT, "a partner cannot be its own parent");
        return TN_OK;
    }
    return status != TN_OK || tn_idset_find(&import->seen, &named) != 0
               ? status
               : tn_import_partner(import, row, PARENT, out);
}

/* A partner that came from elsewhere under this code is this one. */
static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *derived, enum tn_change *change)
{
    struct tn_id id = *derived;
    struct tn_cell cells[] = {
        tn_cell_text(row, CODE),
        tn_cell_text(row, NAME),
        {.type = TN_CELL_TEXT, .text = tn_sector_name(row->numbers[SECTOR])},
        {0},
    };
    enum tn_status status = tn_import_by_code(import, by_code, row->values[CODE], &id);
    if (status == TN_OK) {
        status = find_parent(import, row, &id, &cells[3]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    return tn_upsert_run(import->centre->db, &tn_import_partner_row,
                         &(struct tn_upsert_row){import->centre->no, &id, cells}, change);
}

/* Sums over a tree of partners would never end where parents lead back to where they began. Only a
 * row of these files can have closed such a circle. */
enum tn_status tn_import_check_circles(struct tn_import *import, int column)
{
    static const char sql[] =
        "WITH RECURSIVE up (id, at) AS (SELECT id, parent FROM partner WHERE ecosystem = $1"
        " AND parent IS NOT NULL UNION SELECT up.id, p.parent FROM up JOIN partner p"
        " ON p.ecosystem = $1 AND p.id = up.at WHERE p.parent IS NOT NULL)"
        " SELECT p.id FROM up JOIN partner p ON p.ecosystem = $1 AND p.id = up.id"
        " WHERE up.at = up.id ORDER BY p.code";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(import->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, import->centre->no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id id;
        tn_col_id(stmt, 0, &id);
        tn_import_problem_of(import, &id, column,
                             "this partner's parents lead back to itself; leave one of them out");
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status check_circles(struct tn_import *import)
{
    return tn_import_check_circles(import, PARENT);
}

const struct tn_import_kind tn_import_partners = {
    .name = "partners",
    .thing = "partner",
    .things = "partners",
    .columns = columns,
    .id = id_of,
    .take = take,
    .refers_to_itself = true,
    .check = check_circles,
};
