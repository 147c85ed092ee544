/* Entries and their chain. What an entry says about a person (who) and what it says otherwise
 * (facts) are hashed apart, so that erasing the one leaves the other provable. */
#include "turnout/entry.h"

#include <assert.h>
#include <string.h>

#include "turnout/cbor.h"

#define FACT_PARTS 8
#define WHO_PARTS 4
#define LINK_PARTS 5
#define HASHED_MAX (TN_BODY_MAX + 512)

static const char *const kind_names[TN_KIND_COUNT] = {
    [TN_KIND_CHECK_IN] = "check_in",   [TN_KIND_CHECK_OUT] = "check_out",
    [TN_KIND_PASS] = "pass",           [TN_KIND_VISIT] = "visit",
    [TN_KIND_REGISTER] = "register",   [TN_KIND_REPLACE] = "replace",
    [TN_KIND_HEADCOUNT] = "headcount", [TN_KIND_UNDO] = "undo",
    [TN_KIND_REFUSED] = "refused",     [TN_KIND_CLOSE] = "close",
    [TN_KIND_BOOT] = "boot",           [TN_KIND_CLOCK] = "clock",
    [TN_KIND_PACK] = "pack",           [TN_KIND_STAFF] = "staff",
    [TN_KIND_PURGE] = "purge",
};

const char *tn_kind_name(enum tn_kind kind)
{
    assert((unsigned)kind < TN_KIND_COUNT);
    return kind_names[kind];
}

enum tn_kind tn_kind_from_name(const char *name)
{
    for (int i = 0; i < TN_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            return (enum tn_kind)i;
        }
    }
    return TN_KIND_COUNT;
}

static void put_body(struct tn_buf *out, struct tn_bytes body)
{
    if (body.data == NULL) {
        tn_cbor_put_null(out);
    } else {
        tn_cbor_put_bytes(out, body);
    }
}

static void put_facts(struct tn_buf *out, const struct tn_entry *entry)
{
    tn_cbor_put_uint(out, entry->format);
    tn_cbor_put_text(out, entry->kind);
    tn_cbor_put_int(out, entry->at_ms);
    tn_cbor_put_int(out, entry->mono_ms);
    tn_cbor_put_id(out, &entry->boot);
    tn_cbor_put_id(out, &entry->event);
    tn_cbor_put_id(out, &entry->activity);
    tn_cbor_put_text(out, entry->method);
}

static void put_hash(struct tn_buf *out, const struct tn_hash *hash)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){hash->b, sizeof hash->b});
}

static struct tn_hash hash_of(const struct tn_buf *buf)
{
    struct tn_bytes bytes = tn_buf_bytes(buf);
    return tn_hash_of(&bytes, 1);
}

static void write_who(struct tn_buf *out, const struct tn_entry *entry)
{
    tn_cbor_put_array(out, WHO_PARTS);
    tn_cbor_put_bytes(out, (struct tn_bytes){entry->salt, sizeof entry->salt});
    tn_cbor_put_id(out, &entry->badge);
    tn_cbor_put_id(out, &entry->learner);
    put_body(out, entry->body);
}

/* Both hashes of an entry. `buf` is scratch. */
static void chain(const struct tn_entry *entry, const struct tn_hash *previous,
                  const struct tn_id *log_id, struct tn_buf *buf, struct tn_hash out[2])
{
    out[0] = entry->who_hash;
    if (!entry->is_erased) {
        write_who(buf, entry);
        out[0] = hash_of(buf);
    }
    enum tn_status status = buf->status;
    tn_buf_clear(buf);
    tn_cbor_put_array(buf, FACT_PARTS);
    put_facts(buf, entry);
    struct tn_hash facts = hash_of(buf);
    tn_buf_clear(buf);
    tn_cbor_put_array(buf, LINK_PARTS);
    put_hash(buf, previous);
    tn_cbor_put_bytes(buf, (struct tn_bytes){log_id->b, sizeof log_id->b});
    tn_cbor_put_uint(buf, entry->seq);
    put_hash(buf, &facts);
    put_hash(buf, &out[0]);
    out[1] = hash_of(buf);
    if (status != TN_OK) {
        buf->status = status;
    }
}

static enum tn_status compute(const struct tn_entry *entry, const struct tn_hash *previous,
                              const struct tn_id *log_id, struct tn_hash out[2])
{
    if (entry->body.data != NULL && entry->body.len > TN_BODY_MAX) {
        return TN_ERR_LIMIT;
    }
    /* Of fixed memory, since this runs for every entry there is; each text is wiped after use. */
    uint8_t memory[HASHED_MAX];
    struct tn_buf buf = {.data = memory, .cap = sizeof memory, .size_max = sizeof memory};
    chain(entry, previous, log_id, &buf, out);
    enum tn_status status = buf.status;
    tn_buf_clear(&buf);
    return status;
}

enum tn_status tn_entry_chain(struct tn_entry *entry, const struct tn_hash *previous,
                              const struct tn_id *log_id)
{
    struct tn_hash hashes[2];
    enum tn_status status = compute(entry, previous, log_id, hashes);
    if (status == TN_OK) {
        entry->who_hash = hashes[0];
        entry->hash = hashes[1];
    }
    return status;
}

enum tn_status tn_entry_check(const struct tn_entry *entry, const struct tn_hash *previous,
                              const struct tn_id *log_id)
{
    struct tn_hash hashes[2];
    enum tn_status status = compute(entry, previous, log_id, hashes);
    if (status != TN_OK) {
        return status == TN_ERR_LIMIT ? TN_ERR_DAMAGED : status;
    }
    bool holds =
        tn_hash_equal(&hashes[0], &entry->who_hash) && tn_hash_equal(&hashes[1], &entry->hash);
    return holds ? TN_OK : TN_ERR_DAMAGED;
}
