/* Tombstones: the table `erasure`, its key, and the file beside the keyring. The file is written
 * before an erasure commits: were it the other way round, a crash between the two and an old backup
 * would bring somebody back. */
#include "sync/central/tombstones.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/beside.h"
#include "turnout/cbor.h"
#include "turnout/log.h"

#define FORMAT 1

static const struct tn_beside beside = {"erased", "turnout erasures v1"};

void tn_tombstone_key(struct tn_centre *centre, const struct tn_keyring *keyring)
{
    struct tn_key seed;
    if (!keyring->has_signing) {
        return;
    }
    memcpy(seed.b, keyring->signing.seed, TN_KEY_SIZE);
    centre->erase_key =
        tn_key_derive(&seed, "turnout erasure key v1", (struct tn_bytes){centre->id.b, TN_ID_SIZE});
    centre->has_erase_key = true;
    sodium_memzero(&seed, sizeof seed);
}

static struct tn_hash keyed(const struct tn_centre *centre, const char *label, struct tn_bytes id)
{
    struct tn_hash out;
    struct tn_key key = tn_key_derive(&centre->erase_key, label, id);
    memcpy(out.b, key.b, TN_HASH_SIZE);
    return out;
}

struct tn_hash tn_tombstone_of(const struct tn_centre *centre, const struct tn_id *id)
{
    return keyed(centre, "turnout erasure v1", (struct tn_bytes){id->b, TN_ID_SIZE});
}

struct tn_hash tn_ghost_of(const struct tn_centre *centre, struct tn_bytes id)
{
    return keyed(centre, "turnout ghost v1", id);
}

enum tn_status tn_tombstones_any(struct tn_centre *centre, bool *any)
{
    static const char sql[] = "SELECT 1 FROM erasure WHERE ecosystem = $1 LIMIT 1";
    struct tn_stmt *stmt = NULL;
    *any = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, any);
        tn_reset(stmt);
    }
    return status;
}

static enum tn_status has_hash(struct tn_centre *centre, const struct tn_hash *hash, bool *has)
{
    static const char sql[] = "SELECT 1 FROM erasure WHERE ecosystem = $1 AND id_hash = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_bytes(stmt, 2, (struct tn_bytes){hash->b, TN_HASH_SIZE});
        status = tn_step(stmt, has);
        tn_reset(stmt);
    }
    return status;
}

enum tn_status tn_tombstone_has(struct tn_centre *centre, const struct tn_id *id, bool *is_erased)
{
    bool any = false;
    *is_erased = false;
    if (tn_id_is_none(id)) {
        return TN_OK;
    }
    enum tn_status status = centre->has_erase_key ? TN_OK : tn_tombstones_any(centre, &any);
    if (status == TN_OK && any) {
        tn_log(TN_LOG_ERROR,
               "learners of %s were erased, and without the file beside the keyring (%s.%s.erased) "
               "nobody can tell who must not come back; name the keyring in $TURNOUT_KEYS",
               centre->code, centre->keys_path, centre->code);
        return TN_ERR_STATE;
    }
    if (status == TN_OK && centre->has_erase_key) {
        const struct tn_hash hash = tn_tombstone_of(centre, id);
        status = has_hash(centre, &hash, is_erased);
    }
    return status;
}

enum tn_status tn_tombstone_add(struct tn_centre *centre, const struct tn_tombstone *tombstone)
{
    static const char sql[] = "INSERT INTO erasure (ecosystem, id_hash, at) VALUES ($1, $2, $3)"
                              " ON CONFLICT (ecosystem, id_hash) DO UPDATE SET is_scrubbed = 0";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){tombstone->hash.b, TN_HASH_SIZE});
    tn_bind_int(stmt, 3, tombstone->at_ms);
    return tn_run(stmt);
}

static void put_head(struct tn_buf *out, const struct tn_centre *centre)
{
    tn_cbor_put_array(out, 4);
    tn_cbor_put_uint(out, FORMAT);
    tn_cbor_put_id(out, &centre->id);
    tn_cbor_put_bytes(out, (struct tn_bytes){centre->erase_key.b, TN_KEY_SIZE});
}

static enum tn_status count_rows(struct tn_centre *centre, uint64_t *count)
{
    static const char sql[] = "SELECT count(*) FROM erasure WHERE ecosystem = $1";
    int64_t number = 0;
    enum tn_status status = tn_centre_number(centre, sql, &number);
    *count = (uint64_t)number;
    return status;
}

static enum tn_status put_rows(struct tn_centre *centre, struct tn_buf *out)
{
    static const char sql[] =
        "SELECT id_hash, at FROM erasure WHERE ecosystem = $1 ORDER BY id_hash";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    uint64_t count = 0;
    enum tn_status status = count_rows(centre, &count);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_put_array(out, count);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        tn_cbor_put_array(out, 2);
        tn_cbor_put_bytes(out, tn_col_bytes(stmt, 0));
        tn_cbor_put_int(out, tn_col_int(stmt, 1));
    }
    tn_reset(stmt);
    return status == TN_OK ? out->status : status;
}

enum tn_status tn_tombstones_save(struct tn_centre *centre, const struct tn_keyring *keyring,
                                  const char *keys_path)
{
    struct tn_buf payload;
    tn_buf_init(&payload, TN_BESIDE_SIZE_MAX);
    put_head(&payload, centre);
    enum tn_status status = put_rows(centre, &payload);
    if (status == TN_OK) {
        status =
            tn_beside_write(centre, &beside, keys_path, &keyring->signing, tn_buf_bytes(&payload));
    }
    tn_buf_destroy(&payload);
    return status;
}

/* Reads the payload up to its rows; *count is how many those are. */
static enum tn_status read_head(struct tn_centre *centre, struct tn_cbor *cbor, struct tn_key *key,
                                size_t *count)
{
    struct tn_id ecosystem;
    tn_cbor_get_array(cbor, 4, 4);
    if (tn_cbor_get_uint(cbor) != FORMAT) {
        return TN_ERR_FORMAT;
    }
    tn_cbor_get_id(cbor, &ecosystem);
    tn_cbor_get_fixed(cbor, key->b, TN_KEY_SIZE);
    *count = (size_t)tn_cbor_get_array(cbor, 0, TN_TOMBSTONES_MAX);
    return cbor->status == TN_OK && !tn_id_equal(&ecosystem, &centre->id) ? TN_ERR_FORGED
                                                                          : cbor->status;
}

enum tn_status tn_tombstone_find_key(struct tn_centre *centre, const char *keys_path)
{
    struct tn_buf payload;
    struct tn_cbor cbor;
    size_t count = 0;
    tn_buf_init(&payload, TN_BESIDE_SIZE_MAX);
    enum tn_status status = tn_beside_read(centre, &beside, keys_path, &payload);
    if (status == TN_OK) {
        tn_cbor_init(&cbor, tn_buf_bytes(&payload));
        status = read_head(centre, &cbor, &centre->erase_key, &count);
        centre->has_erase_key = status == TN_OK;
    }
    tn_buf_destroy(&payload);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status read_missing(struct tn_centre *centre, struct tn_cbor *cbor,
                                   struct tn_tombstone *out, size_t *count)
{
    size_t kept = 0;
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < *count && status == TN_OK; i++) {
        bool has = false;
        struct tn_tombstone *one = &out[kept];
        tn_cbor_get_array(cbor, 2, 2);
        tn_cbor_get_fixed(cbor, one->hash.b, TN_HASH_SIZE);
        one->at_ms = tn_cbor_get_int(cbor);
        status = cbor->status == TN_OK ? has_hash(centre, &one->hash, &has) : cbor->status;
        kept += status == TN_OK && !has;
    }
    *count = kept;
    return status == TN_OK ? tn_cbor_end(cbor) : status;
}

enum tn_status tn_tombstones_missing(struct tn_centre *centre, const char *keys_path,
                                     struct tn_tombstone **out, size_t *count, bool *is_behind)
{
    struct tn_buf payload;
    struct tn_cbor cbor;
    struct tn_key key;
    uint64_t there = 0;
    *out = NULL;
    *count = 0;
    tn_buf_init(&payload, TN_BESIDE_SIZE_MAX);
    enum tn_status status = tn_beside_read(centre, &beside, keys_path, &payload);
    if (status == TN_OK) {
        tn_cbor_init(&cbor, tn_buf_bytes(&payload));
        status = read_head(centre, &cbor, &key, count);
    }
    const size_t all = *count;
    if (status == TN_OK) {
        *out = calloc(*count + 1, sizeof **out);
        status = *out == NULL ? TN_ERR_NO_MEMORY : read_missing(centre, &cbor, *out, count);
    }
    status = status == TN_ERR_NOT_FOUND ? TN_OK : status;
    if (status == TN_OK) {
        status = count_rows(centre, &there);
    }
    *is_behind = there > all - *count;
    if (status != TN_OK) {
        free(*out);
        *out = NULL;
        *count = 0;
    }
    tn_buf_destroy(&payload);
    sodium_memzero(&key, sizeof key);
    return status;
}
