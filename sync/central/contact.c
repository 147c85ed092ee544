/* One statement: a station's logs all say the same. */
#include "sync/central/contact.h"

enum tn_status tn_contact_note(struct tn_centre *centre, const struct tn_contact *contact)
{
    static const char sql[] =
        "UPDATE kiosk SET last_seen = $3, clock_offset = $4, waiting = $5, version = $6,"
        " pack_epoch = $7, pack_version = $8, forgot = $9 WHERE ecosystem = $1 AND pubkey = $2"
        " AND coalesce(last_seen, 0) <= $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){contact->device_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_int(stmt, 3, contact->at_ms);
    if (contact->has_clock_offset) {
        tn_bind_int(stmt, 4, contact->clock_offset_ms);
    }
    tn_bind_int(stmt, 5, (int64_t)contact->waiting);
    tn_bind_text(stmt, 6, contact->program);
    tn_bind_int(stmt, 7, (int64_t)contact->epoch);
    tn_bind_int(stmt, 8, (int64_t)contact->pack_version);
    tn_bind_int(stmt, 9, (int64_t)contact->forgot);
    return tn_run(stmt);
}

enum tn_status tn_contact_forgot(struct tn_centre *centre, const struct tn_public_key *device_key,
                                 uint64_t version)
{
    static const char ask[] = "SELECT 1 FROM kiosk WHERE ecosystem = $1 AND pubkey = $2"
                              " AND forgot <> $3";
    static const char sql[] = "UPDATE kiosk SET forgot = $3 WHERE ecosystem = $1 AND pubkey = $2";
    const struct tn_bytes key = {device_key->b, TN_PUBLIC_KEY_SIZE};
    struct tn_stmt *stmt = NULL;
    bool is_other = false;
    enum tn_status status = tn_centre_prepare(centre, ask, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, key);
    tn_bind_int(stmt, 3, (int64_t)version);
    status = tn_step(stmt, &is_other);
    tn_reset(stmt);
    if (status != TN_OK || !is_other) {
        return status;
    }
    status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_bytes(stmt, 2, key);
        tn_bind_int(stmt, 3, (int64_t)version);
        status = tn_run(stmt);
    }
    return status;
}
