/* orgs.csv: schools, departments and districts become partners. An org whose identifier or
 * sourcedId is the code of a partner that the organizer has made is that partner, and nothing of it
 * is changed; any other becomes one of its own, with a readable code made of its name. Parents may
 * stand below their children, so the table is read twice. An org that is to be deleted stays a
 * partner: what was done with it was done. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "sync/exchange/oneroster.h"
#include "sync/exchange/slug.h"
#include "turnout/setup.h"

#define CODES_TRIED 1000

enum { ID, STATUS, NAME, TYPE, IDENTIFIER, PARENT };

static const struct tn_csv_column columns[] = {
    [ID] = {"sourcedId", true, TN_TITLE_MAX, tn_check_line},
    [STATUS] = {"status", false, 0, tn_oneroster_status},
    [NAME] = {"name", true, TN_TITLE_MAX, tn_check_line},
    [TYPE] = {"type", false, TN_TITLE_MAX, tn_check_line},
    [IDENTIFIER] = {"identifier", false, TN_TITLE_MAX, tn_check_line},
    [PARENT] = {"parentSourcedId", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_oneroster_id(import, "partner", row->values[ID]);
}

static const char *sector_of(const char *type)
{
    return type[0] == '\0' || strcasecmp(type, "school") == 0 || strcasecmp(type, "department") == 0
               ? "school"
               : "government";
}

/* The partner that the source knows by this id; out->type stays NULL where there is none. */
static enum tn_status find_alias(struct tn_import *import, const char *source_id,
                                 struct tn_cell *out)
{
    static const char sql[] = "SELECT partner FROM partner_alias WHERE ecosystem = $1"
                              " AND source = $2 AND source_id = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out->type = TN_CELL_NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, tn_oneroster_of(import)->source->name);
    tn_bind_text(stmt, 3, source_id);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->type = TN_CELL_ID;
        tn_col_id(stmt, 0, &out->id);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status add_alias(struct tn_import *import, const char *source_id,
                                const struct tn_id *partner)
{
    static const char sql[] = "INSERT INTO partner_alias (ecosystem, source, source_id, partner)"
                              " VALUES ($1, $2, $3, $4)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 2, tn_oneroster_of(import)->source->name);
        tn_bind_text(stmt, 3, source_id);
        tn_bind_id(stmt, 4, partner);
        status = tn_run(stmt);
    }
    return status;
}

/* The partner with a code; *has_row false where it is free. */
static enum tn_status find_code(struct tn_import *import, const char *code, bool *has_row,
                                struct tn_id *out)
{
    static const char sql[] = "SELECT id FROM partner WHERE ecosystem = $1 AND code = $2";
    struct tn_stmt *stmt = NULL;
    *has_row = false;
    if (code[0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, code);
    status = tn_step(stmt, has_row);
    if (status == TN_OK && *has_row) {
        tn_col_id(stmt, 0, out);
    }
    tn_reset(stmt);
    return status;
}

/* A code that is free: the name's, with a number behind it where it must be. */
static enum tn_status make_code(struct tn_import *import, const char *name,
                                char out[TN_TITLE_MAX + 1])
{
    char slug[TN_SLUG_MAX + 1];
    bool is_taken = true;
    struct tn_id other;
    enum tn_status status = TN_OK;
    tn_slug(name, slug);
    for (int i = 1; i <= CODES_TRIED && is_taken && status == TN_OK; i++) {
        char number[16] = "";
        if (i > 1) {
            (void)snprintf(number, sizeof(number), "-%d", i);
        }
        (void)snprintf(out, TN_TITLE_MAX + 1, "%s%s", slug[0] == '\0' ? "org" : slug, number);
        status = find_code(import, out, &is_taken, &other);
    }
    return is_taken && status == TN_OK ? TN_ERR_LIMIT : status;
}

/* First reading: an org that the source has not named yet gets its partner. */
static enum tn_status take_new(struct tn_import *import, const struct tn_csv_row *row,
                               const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell known = {0};
    struct tn_id partner = *id;
    bool is_known = false;
    uint32_t mark = 1;
    char code[TN_TITLE_MAX + 1];
    *change = TN_CHANGE_PASSED_OVER;
    enum tn_status status = find_alias(import, row->values[ID], &known);
    if (status != TN_OK || known.type == TN_CELL_ID || row->numbers[STATUS] != 0) {
        return status;
    }
    status = find_code(import, row->values[IDENTIFIER], &is_known, &partner);
    if (status == TN_OK && !is_known) {
        status = find_code(import, row->values[ID], &is_known, &partner);
    }
    if (status == TN_OK && !is_known) {
        partner = *id;
        status = make_code(import, row->values[NAME], code);
    }
    if (status == TN_OK && !is_known) {
        const struct tn_cell cells[] = {
            {.type = TN_CELL_TEXT, .text = code},
            tn_cell_text(row, NAME),
            {.type = TN_CELL_TEXT, .text = sector_of(row->values[TYPE])},
            {.is_kept = true, .type = TN_CELL_ID},
        };
        enum tn_change made = TN_CHANGE_NONE;
        status = tn_upsert_run(import->centre->db, &tn_import_partner_row,
                               &(struct tn_upsert_row){import->centre->no, id, cells}, &made);
        if (status == TN_OK) {
            status = tn_idset_add(&tn_oneroster_of(import)->fresh, id, &mark);
        }
    }
    return status == TN_OK ? add_alias(import, row->values[ID], &partner) : status;
}

static enum tn_status find_parent(struct tn_import *import, const struct tn_csv_row *row,
                                  struct tn_cell *out)
{
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[PARENT]};
    if (row->values[PARENT][0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = find_alias(import, row->values[PARENT], out);
    if (status == TN_OK && out->type == TN_CELL_NULL) {
        tn_import_problem(import, row, PARENT, "there is no org with the sourcedId %s",
                          row->values[PARENT]);
    }
    return status;
}

/* Second reading: names, sectors and parents of the partners that are the source's own. */
static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell known = {0};
    struct tn_cell cells[] = {
        {.type = TN_CELL_TEXT, .is_kept = true},
        tn_cell_text(row, NAME),
        {.type = TN_CELL_TEXT, .text = sector_of(row->values[TYPE])},
        {0},
    };
    *change = TN_CHANGE_PASSED_OVER;
    if (row->numbers[STATUS] != 0) {
        tn_import_remark(import, &(struct tn_import_remark){
                                     "ended_orgs", "org is to be deleted; its partner stays",
                                     "orgs are to be deleted; their partners stay", 1});
        return TN_OK;
    }
    enum tn_status status = find_alias(import, row->values[ID], &known);
    if (status == TN_OK) {
        status = find_parent(import, row, &cells[3]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    *change = TN_CHANGE_NONE;
    if (!tn_id_equal(&known.id, id)) {
        return TN_OK; /* the organizer's own */
    }
    status = tn_upsert_run(import->centre->db, &tn_import_partner_row,
                           &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    if (tn_idset_find(&tn_oneroster_of(import)->fresh, id) != 0) {
        *change = TN_CHANGE_NEW;
    }
    return status;
}

enum tn_status tn_oneroster_partner(struct tn_import *import, const struct tn_csv_row *row,
                                    int column, struct tn_cell *out)
{
    char first[TN_TITLE_MAX + 1];
    const char *list = row->values[column];
    size_t len = strcspn(list, ",");
    *out = (struct tn_cell){.type = TN_CELL_NULL, .is_kept = !row->has[column]};
    if (len == 0 || len >= sizeof(first)) {
        return TN_OK;
    }
    (void)snprintf(first, sizeof(first), "%.*s", (int)len, list);
    enum tn_status status = find_alias(import, g_strchomp(first), out);
    if (status == TN_OK && out->type == TN_CELL_NULL) {
        tn_import_problem(import, row, column, "there is no org with the sourcedId %s", first);
    }
    return status;
}

static enum tn_status check_circles(struct tn_import *import)
{
    return tn_import_check_circles(import, PARENT);
}

const struct tn_import_kind tn_oneroster_new_orgs = {
    .name = "orgs",
    .columns = columns,
    .id = id_of,
    .take = take_new,
    .is_foreign = true,
    .may_repeat = true,
};

const struct tn_import_kind tn_oneroster_orgs = {
    .name = "orgs",
    .columns = columns,
    .id = id_of,
    .take = take,
    .refers_to_itself = true, /* its ids were noted in the first reading */
    .check = check_circles,
    .is_foreign = true,
    .may_repeat = true,
};
