/* The keys of the event's other stations, as the current pack names them. */
#include "turnout/sibling.h"

#include "kiosk/core/station_impl.h"

enum tn_status tn_station_sibling_keys(struct tn_station *station,
                                       enum tn_status (*each)(void *ctx,
                                                              const struct tn_public_key *key),
                                       void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_public_key key;
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || station->pack.db == NULL) {
        return status;
    }
    status = tn_sql_prepare(station->pack.db,
                            "SELECT key FROM station_key WHERE key <> ? ORDER BY key", &stmt);
    if (status == TN_OK) {
        const struct tn_public_key *own = &station->device.key.public_key;
        tn_sql_bind_bytes(stmt, 1, own->b, sizeof own->b);
    }
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        status =
            tn_sql_get_fixed(stmt, 0, key.b, sizeof key.b) ? each(ctx, &key) : tn_sql_bad_row(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
