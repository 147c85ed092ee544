/* Reads a pack. A pack that cannot be read never stops a scan: the caller goes on without names. A
 * file of the format before this one (no partners, groups, age of consent, walk-ins or PIN) is read
 * as one that has none of them. */
#include "kiosk/core/pack_file.h"

#include <sodium.h>

#include "kiosk/core/pack_path.h"

/* From this format on a pack has partners, groups and the rest. */
#define FORMAT_DESK 2
/* From this one it says what is to be forgotten, and when. */
#define FORMAT_FORGET 3

#define HEAD_COLUMNS                                                                               \
    "SELECT ecosystem, epoch, version, event, event_title, tz, starts_ms, ends_ms, "               \
    "station_name, role, head.activity, repeat_ms, event_key, coalesce(activity.title, ''), "
#define HEAD_FROM " FROM head LEFT JOIN activity ON activity.id = head.activity"

static const char head_sql[] = HEAD_COLUMNS "consent_age, walk_in, pin, retention_days" HEAD_FROM;
static const char head_before_forget_sql[] = HEAD_COLUMNS "consent_age, walk_in, pin, 0" HEAD_FROM;
static const char head_before_desk_sql[] = HEAD_COLUMNS "0, 0, '', 0" HEAD_FROM;

static bool parse_desk(sqlite3_stmt *stmt, struct tn_pack_head *head)
{
    int64_t age = 0;
    int64_t walk_in = 0;
    int64_t days = 0;
    if (!tn_sql_get_int(stmt, 14, &age) || !tn_sql_get_int(stmt, 15, &walk_in) ||
        !tn_sql_get_int(stmt, 17, &days) || days < 0 || days > UINT32_MAX ||
        !tn_sql_get_text(stmt, 16, head->pin, sizeof head->pin) || age < 0 || age > UINT32_MAX) {
        return false;
    }
    head->consent_age = (uint32_t)age;
    head->has_walk_in = walk_in != 0;
    head->retention_days = (uint32_t)days;
    return true;
}

static bool parse_head(sqlite3_stmt *stmt, struct tn_pack_file *pack)
{
    struct tn_pack_head *head = &pack->head;
    char role[TN_TITLE_MAX + 1];
    int64_t epoch = 0;
    int64_t version = 0;
    int64_t repeat_ms = 0;
    bool is_good =
        tn_sql_get_id(stmt, 0, &head->ecosystem) && tn_sql_get_int(stmt, 1, &epoch) &&
        tn_sql_get_int(stmt, 2, &version) && tn_sql_get_id(stmt, 3, &head->event) &&
        tn_sql_get_text(stmt, 4, head->event_title, sizeof head->event_title) &&
        tn_sql_get_text(stmt, 5, head->tz, sizeof head->tz) &&
        tn_sql_get_int(stmt, 6, &head->starts_ms) && tn_sql_get_int(stmt, 7, &head->ends_ms) &&
        tn_sql_get_text(stmt, 8, head->station_name, sizeof head->station_name) &&
        tn_sql_get_text(stmt, 9, role, sizeof role) && tn_sql_get_id(stmt, 10, &head->activity) &&
        tn_sql_get_int(stmt, 11, &repeat_ms) &&
        tn_sql_get_fixed(stmt, 12, head->event_key.b, sizeof head->event_key.b) &&
        tn_sql_get_text(stmt, 13, pack->activity_title, sizeof pack->activity_title);
    is_good = is_good && parse_desk(stmt, head);
    if (!is_good || epoch < 0 || version < 0 || repeat_ms < 0 || repeat_ms > UINT32_MAX) {
        return false;
    }
    head->epoch = (uint64_t)epoch;
    head->version = (uint64_t)version;
    head->repeat_ms = (uint32_t)repeat_ms;
    head->role = tn_role_from_name(role);
    return head->role < TN_ROLE_COUNT;
}

static enum tn_status read_head(struct tn_pack_file *pack)
{
    sqlite3_stmt *stmt = NULL;
    int64_t format = 0;
    enum tn_status status = tn_sql_number(pack->db, "PRAGMA user_version", &format);
    pack->has_desk = format >= FORMAT_DESK;
    pack->has_forget = format >= FORMAT_FORGET;
    if (status == TN_OK) {
        status = tn_sql_prepare(pack->db,
                                pack->has_forget ? head_sql
                                : pack->has_desk ? head_before_forget_sql
                                                 : head_before_desk_sql,
                                &stmt);
    }
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK && !parse_head(stmt, pack)) {
        status = TN_ERR_DAMAGED;
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_ERR_DAMAGED : status;
}

static enum tn_status read_keys(struct tn_pack_file *pack)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        tn_sql_prepare(pack->db, "SELECT key FROM badge_key ORDER BY place", &stmt);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        struct tn_key *key = &pack->badge_keys[pack->badge_keys_count];
        if (pack->badge_keys_count == TN_PACK_BADGE_KEYS_MAX) {
            status = TN_ERR_LIMIT;
        } else if (!tn_sql_get_fixed(stmt, 0, key->b, sizeof key->b)) {
            status = TN_ERR_DAMAGED;
        } else {
            pack->badge_keys_count++;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status prepare(struct tn_pack_file *pack)
{
    const struct {
        const char *sql;
        sqlite3_stmt **out;
    } rows[] = {
        {"SELECT sealed FROM card WHERE badge = ?", &pack->card},
        {"SELECT 1 FROM revoked WHERE badge = ?", &pack->revoked},
        {"SELECT count(*) FROM station_key WHERE key <> ?", &pack->siblings},
        {"SELECT 1 FROM station_key WHERE key = ?", &pack->sibling},
        {"SELECT sealed FROM grp WHERE card = ?", &pack->group},
    };
    enum tn_status status = TN_OK;
    size_t count = sizeof rows / sizeof rows[0] - (pack->has_desk ? 0 : 1);
    for (size_t i = 0; status == TN_OK && i < count; i++) {
        status = tn_sql_prepare(pack->db, rows[i].sql, rows[i].out);
    }
    return status;
}

static enum tn_status open_pack(struct tn_pack_file *pack, const char *path)
{
    enum tn_status status = tn_sql_open(path, SQLITE_OPEN_READONLY, &pack->db);
    if (status == TN_OK) {
        status = tn_sql_exec(pack->db, "PRAGMA trusted_schema = OFF; BEGIN");
    }
    if (status == TN_OK) {
        status = read_head(pack);
    }
    if (status == TN_OK) {
        status = read_keys(pack);
    }
    return status == TN_OK ? prepare(pack) : status;
}

enum tn_status tn_pack_file_open(struct tn_pack_file *pack, const char *dir, uint64_t number)
{
    char path[TN_PATH_SIZE];
    *pack = (struct tn_pack_file){0};
    enum tn_status status = tn_pack_path(dir, number, path);
    if (status == TN_OK) {
        status = open_pack(pack, path);
    }
    if (status != TN_OK) {
        tn_pack_file_close(pack);
    }
    return status;
}

void tn_pack_file_close(struct tn_pack_file *pack)
{
    (void)sqlite3_finalize(pack->card);
    (void)sqlite3_finalize(pack->revoked);
    (void)sqlite3_finalize(pack->group);
    (void)sqlite3_finalize(pack->siblings);
    (void)sqlite3_finalize(pack->sibling);
    tn_sql_close(&pack->db);
    sodium_memzero(pack, sizeof *pack);
}

void tn_pack_file_retire(struct tn_pack_file *pack, sqlite3 **former)
{
    tn_sql_close(former);
    *former = pack->db;
    pack->db = NULL;
    tn_pack_file_close(pack);
}

enum tn_status tn_pack_file_card(struct tn_pack_file *pack, const struct tn_id *badge,
                                 uint8_t out[TN_CARD_SIZE])
{
    if (pack->db == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    tn_sql_bind_id(pack->card, 1, badge);
    enum tn_status status = tn_sql_row(pack->card);
    if (status == TN_OK && !tn_sql_get_fixed(pack->card, 0, out, TN_CARD_SIZE)) {
        status = TN_ERR_DAMAGED;
    }
    tn_sql_reset(pack->card);
    return status;
}

enum tn_status tn_pack_file_revoked(struct tn_pack_file *pack, const struct tn_id *badge)
{
    if (pack->db == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    tn_sql_bind_id(pack->revoked, 1, badge);
    enum tn_status status = tn_sql_row(pack->revoked);
    tn_sql_reset(pack->revoked);
    return status;
}

enum tn_status tn_pack_file_group(struct tn_pack_file *pack, const struct tn_badge *card,
                                  struct tn_group *out)
{
    struct tn_bytes sealed;
    struct tn_id id = tn_badge_id(card);
    *out = (struct tn_group){0};
    if (pack->group == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    tn_sql_bind_id(pack->group, 1, &id);
    enum tn_status status = tn_sql_row(pack->group);
    if (status == TN_OK) {
        status = tn_sql_get_bytes(pack->group, 0, &sealed) ? tn_group_open(sealed, card, out)
                                                           : tn_sql_bad_row(pack->group);
    }
    tn_sql_reset(pack->group);
    return tn_pack_file_status(status);
}

enum tn_status tn_pack_file_siblings(struct tn_pack_file *pack, const struct tn_public_key *own,
                                     uint64_t *out)
{
    *out = 0;
    tn_sql_bind_bytes(pack->siblings, 1, own->b, sizeof own->b);
    enum tn_status status = tn_sql_row(pack->siblings);
    if (status == TN_OK) {
        *out = (uint64_t)sqlite3_column_int64(pack->siblings, 0);
    }
    tn_sql_reset(pack->siblings);
    return tn_pack_file_status(status);
}

bool tn_pack_file_is_sibling(struct tn_pack_file *pack, const struct tn_public_key *key)
{
    tn_sql_bind_bytes(pack->sibling, 1, key->b, sizeof key->b);
    bool is_there = tn_sql_row(pack->sibling) == TN_OK;
    tn_sql_reset(pack->sibling);
    return is_there;
}
