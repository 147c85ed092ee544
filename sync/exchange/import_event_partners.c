/* Partners of events: `event,partner`, what a partner is there (host, exhibitor, sponsor ...) and
 * the hours its people gave. A partner is named once an event. */
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

enum { EVENT, PARTNER, ROLE, STAFF_HOURS };

static const struct tn_csv_column columns[] = {
    [EVENT] = {"event", true, TN_TITLE_MAX, tn_check_code},
    [PARTNER] = {"partner", true, TN_TITLE_MAX, tn_check_code},
    [ROLE] = {"role", false, TN_TITLE_MAX, tn_check_line},
    [STAFF_HOURS] = {"staff_hours", false, 0, tn_check_hours},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT event, partner, role, staff_min FROM event_partner WHERE ecosystem = $1"
              " AND id = $2",
    .write = "INSERT INTO event_partner (ecosystem, id, event, partner, role, staff_min)"
             " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ecosystem, id) DO UPDATE SET"
             " event = excluded.event, partner = excluded.partner, role = excluded.role,"
             " staff_min = excluded.staff_min",
    .count = 4,
};

/* Both codes with a tab between them, which no code holds. */
static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char both[2 * TN_TITLE_MAX + 2];
    (void)snprintf(both, sizeof(both), "%s\t%s", row->values[EVENT], row->values[PARTNER]);
    return tn_centre_id(&import->centre->id, "event_partner", "event-partners", both);
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell cells[] = {{0}, {0}, tn_cell_text(row, ROLE), tn_cell_int(row, STAFF_HOURS)};
    enum tn_status status = tn_import_event(import, row, EVENT, &cells[EVENT]);
    if (status == TN_OK) {
        status = tn_import_partner(import, row, PARTNER, &cells[PARTNER]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    return tn_upsert_run(import->centre->db, &table,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_import_event_partners = {
    .name = "event-partners",
    .thing = "partner of an event",
    .things = "partners of events",
    .key = "event and partner",
    .columns = columns,
    .id = id_of,
    .take = take,
};
