/* Entries as rows. */
#include "kiosk/core/station_impl.h"

void tn_entry_bind(sqlite3_stmt *stmt, uint64_t log_no, const struct tn_entry *entry)
{
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)entry->seq);
    tn_sql_bind_int(stmt, 3, entry->format);
    tn_sql_bind_text(stmt, 4, entry->kind);
    tn_sql_bind_int(stmt, 5, entry->at_ms);
    tn_sql_bind_int(stmt, 6, entry->mono_ms);
    tn_sql_bind_id(stmt, 7, &entry->boot);
    tn_sql_bind_id(stmt, 8, &entry->event);
    tn_sql_bind_id(stmt, 9, &entry->activity);
    tn_sql_bind_text(stmt, 10, entry->method);
    tn_sql_bind_id(stmt, 11, &entry->badge);
    tn_sql_bind_id(stmt, 12, &entry->learner);
    tn_sql_bind_bytes(stmt, 13, entry->body.data, entry->body.len);
    tn_sql_bind_bytes(stmt, 14, entry->is_erased ? NULL : entry->salt, sizeof entry->salt);
    tn_sql_bind_bytes(stmt, 15, entry->who_hash.b, sizeof entry->who_hash.b);
    tn_sql_bind_bytes(stmt, 16, entry->hash.b, sizeof entry->hash.b);
}

/* The facts: all but the hashes that prove them. */
static bool parse_facts(sqlite3_stmt *stmt, struct tn_entry *out)
{
    int64_t seq = 0;
    int64_t format = 0;
    bool is_good = tn_sql_get_int(stmt, 0, &seq) && tn_sql_get_int(stmt, 1, &format) &&
                   tn_sql_get_text(stmt, 2, out->kind, sizeof out->kind) &&
                   tn_sql_get_int(stmt, 3, &out->at_ms) && tn_sql_get_int(stmt, 4, &out->mono_ms) &&
                   tn_sql_get_id(stmt, 5, &out->boot) && tn_sql_get_id(stmt, 6, &out->event) &&
                   tn_sql_get_id(stmt, 7, &out->activity) &&
                   tn_sql_get_text(stmt, 8, out->method, sizeof out->method) &&
                   tn_sql_get_id(stmt, 9, &out->badge) && tn_sql_get_id(stmt, 10, &out->learner) &&
                   tn_sql_get_bytes(stmt, 11, &out->body);
    if (!is_good || seq < 1 || format < 0 || format > UINT32_MAX) {
        return false;
    }
    out->seq = (uint64_t)seq;
    out->format = (uint32_t)format;
    return true;
}

static bool parse_proof(sqlite3_stmt *stmt, struct tn_entry *out)
{
    out->is_erased = sqlite3_column_type(stmt, 12) == SQLITE_NULL;
    return (out->is_erased || tn_sql_get_fixed(stmt, 12, out->salt, sizeof out->salt)) &&
           tn_sql_get_fixed(stmt, 13, out->who_hash.b, sizeof out->who_hash.b) &&
           tn_sql_get_fixed(stmt, 14, out->hash.b, sizeof out->hash.b);
}

enum tn_status tn_entry_from_row(sqlite3_stmt *stmt, struct tn_entry *out)
{
    *out = (struct tn_entry){0};
    return parse_facts(stmt, out) && parse_proof(stmt, out) ? TN_OK : tn_sql_bad_row(stmt);
}

enum tn_status tn_entry_facts_from_row(sqlite3_stmt *stmt, struct tn_entry *out)
{
    *out = (struct tn_entry){0};
    return parse_facts(stmt, out) ? TN_OK : tn_sql_bad_row(stmt);
}
