/* Lists that somebody chooses from: the event's activities, and the schools and other partners that
 * a walk-in may name. Partners are folded and sorted once for each pack, since a list that follows
 * every key would otherwise fold them all at every key. */
#include "kiosk/core/desk_lists.h"

#include <string.h>

#include <sodium.h>

#include "kiosk/core/fold.h"

#define KEY_SIZE 96           /* bytes of a sort key that are kept */
#define FOLDED_MAX (2u << 20) /* bytes of all folded names */
#define ACTIVITY_COLUMNS "id, code, title, strand, step"

static bool parse_activity(sqlite3_stmt *stmt, struct tn_pack_activity *out)
{
    int64_t step = 0;
    bool is_good =
        tn_sql_get_id(stmt, 0, &out->id) && tn_sql_get_text(stmt, 1, out->code, sizeof out->code) &&
        tn_sql_get_text(stmt, 2, out->title, sizeof out->title) &&
        tn_sql_get_text(stmt, 3, out->strand, sizeof out->strand) && tn_sql_get_int(stmt, 4, &step);
    out->step = (uint32_t)step;
    return is_good && step >= 0 && step <= UINT32_MAX;
}

static enum tn_status read_activities(struct tn_station *station, size_t first,
                                      struct tn_activity_list *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(
        station->pack.db,
        "SELECT " ACTIVITY_COLUMNS " FROM activity ORDER BY step, title, id LIMIT ? OFFSET ?",
        &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, TN_ACTIVITIES_PAGE);
        tn_sql_bind_int(stmt, 2, first > INT32_MAX ? INT32_MAX : (int64_t)first);
    }
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        status = parse_activity(stmt, &out->items[out->count]) ? TN_OK : tn_sql_bad_row(stmt);
        out->count += status == TN_OK ? 1 : 0;
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_activities(struct tn_station *station, size_t first,
                                     struct tn_activity_list *out)
{
    int64_t total = 0;
    *out = (struct tn_activity_list){0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || station->pack.db == NULL) {
        return status;
    }
    status = tn_sql_number(station->pack.db, "SELECT count(*) FROM activity", &total);
    out->total = (size_t)total;
    if (status == TN_OK) {
        status = read_activities(station, first, out);
    }
    status = tn_pack_file_status(status);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* One partner of the list that is kept. */
struct row {
    struct tn_pack_partner partner;
    char key[KEY_SIZE];
    uint32_t folded; /* where its folded name begins */
};

struct tn_partner_rows {
    uint64_t number; /* of the pack they are from */
    uint64_t epoch;
    uint64_t version;
    struct row *rows;
    size_t count;
    struct tn_buf folded; /* each with its NUL */
};

void tn_partner_rows_free(struct tn_partner_rows *partners)
{
    if (partners != NULL) {
        free(partners->rows);
        tn_buf_destroy(&partners->folded);
        free(partners);
    }
}

static int compare(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : memcmp(&left->partner.id, &right->partner.id, TN_ID_SIZE);
}

static enum tn_status read_row(struct tn_partner_rows *partners, sqlite3_stmt *stmt)
{
    char folded[TN_FOLD_SIZE];
    struct row *row = &partners->rows[partners->count];
    if (!tn_sql_get_id(stmt, 0, &row->partner.id) ||
        !tn_sql_get_text(stmt, 1, row->partner.name, sizeof row->partner.name)) {
        return tn_sql_bad_row(stmt);
    }
    row->folded = (uint32_t)partners->folded.len;
    enum tn_status status = tn_fold(row->partner.name, folded, sizeof folded);
    if (status == TN_ERR_NO_MEMORY) {
        return status;
    }
    status = tn_buf_append(&partners->folded, folded, strlen(folded) + 1);
    if (status == TN_OK) {
        status = tn_fold_sort_key(row->partner.name, row->key, sizeof row->key);
    }
    partners->count += status == TN_OK ? 1 : 0;
    return status;
}

static enum tn_status read_rows(struct tn_station *station, struct tn_partner_rows *partners)
{
    int64_t total = 0;
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_pack_file_status(
        tn_sql_number(station->pack.db, "SELECT count(*) FROM partner", &total));
    if (status != TN_OK || total == 0) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    if (total > TN_PARTNERS_MAX) {
        total = TN_PARTNERS_MAX;
    }
    partners->rows = calloc((size_t)total, sizeof *partners->rows);
    status =
        partners->rows == NULL
            ? TN_ERR_NO_MEMORY
            : tn_sql_prepare(station->pack.db, "SELECT id, name FROM partner ORDER BY id", &stmt);
    while (status == TN_OK && partners->count < (size_t)total &&
           (status = tn_sql_row(stmt)) == TN_OK) {
        status = read_row(partners, stmt);
    }
    (void)sqlite3_finalize(stmt);
    if (partners->count > 0) {
        qsort(partners->rows, partners->count, sizeof *partners->rows, compare);
    }
    status = tn_pack_file_status(status);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static bool is_current(const struct tn_station *station)
{
    const struct tn_partner_rows *kept = station->partners;
    return kept != NULL && kept->number == station->pack_number &&
           kept->epoch == station->pack_epoch && kept->version == station->pack_version;
}

static enum tn_status keep_rows(struct tn_station *station)
{
    if (is_current(station)) {
        return TN_OK;
    }
    tn_partner_rows_free(station->partners);
    station->partners = NULL;
    struct tn_partner_rows *partners = calloc(1, sizeof *partners);
    if (partners == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    partners->number = station->pack_number;
    partners->epoch = station->pack_epoch;
    partners->version = station->pack_version;
    tn_buf_init(&partners->folded, FOLDED_MAX);
    enum tn_status status = read_rows(station, partners);
    if (status != TN_OK) {
        tn_partner_rows_free(partners);
        return status;
    }
    station->partners = partners;
    return TN_OK;
}

/* Whether a word of a folded name begins as `word` (len bytes) says. */
static bool has_word(const char *name, const char *word, size_t len)
{
    for (const char *at = name; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ' ? 1 : 0;
        if (strncmp(at, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches(const char *name, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (len > 0 && !has_word(name, at, len)) {
            return false;
        }
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return true;
}

static void fill(const struct tn_partner_rows *partners, const char *text, size_t first,
                 struct tn_partner_list *out)
{
    for (size_t i = 0; i < partners->count; i++) {
        const struct row *row = &partners->rows[i];
        if (!matches((const char *)partners->folded.data + row->folded, text)) {
            continue;
        }
        if (out->total >= first && out->count < TN_PARTNERS_PAGE) {
            out->items[out->count++] = row->partner;
        }
        out->total++;
    }
}

enum tn_status tn_station_partners(struct tn_station *station, const char *text, size_t first,
                                   struct tn_partner_list *out)
{
    char folded[TN_FOLD_SIZE];
    *out = (struct tn_partner_list){0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || !station->pack.has_desk) {
        return status;
    }
    status = tn_fold(text, folded, sizeof folded);
    if (status == TN_ERR_NO_MEMORY) {
        return status;
    }
    status = keep_rows(station);
    if (status == TN_OK) {
        fill(station->partners, folded, first, out);
    }
    return status;
}
