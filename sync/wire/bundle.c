/* Writing and reading bundles. A bundle is read whole into an array before anybody acts on it: the
 * last entry's hash vouches for the first, so there is nothing to act on until the end. */
#include "sync/wire/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "turnout/cbor.h"
#include "turnout/signed.h"

#define BUNDLE_FORMAT 2
#define BUNDLE_FORMAT_1 1
#define PARTS 3  /* of a bundle */
#define FIELDS 9 /* of what is signed */
#define SIGNED_MAX 1024

void tn_bundle_writer_init(struct tn_bundle_writer *writer)
{
    *writer = (struct tn_bundle_writer){0};
    tn_buf_init(&writer->entries, TN_BUNDLE_SIZE_MAX);
}

void tn_bundle_writer_destroy(struct tn_bundle_writer *writer)
{
    tn_buf_destroy(&writer->entries);
}

bool tn_bundle_is_full(const struct tn_bundle_writer *writer)
{
    return writer->count == TN_BUNDLE_ENTRIES_MAX || writer->entries.len >= TN_BUNDLE_SIZE_FULL;
}

enum tn_status tn_bundle_add(struct tn_bundle_writer *writer, const struct tn_entry *entry)
{
    if (tn_bundle_is_full(writer)) {
        return TN_ERR_LIMIT;
    }
    if (entry->seq != writer->first + writer->count) {
        return TN_ERR_STATE;
    }
    tn_entry_write(&writer->entries, entry);
    writer->after = entry->hash;
    writer->count++;
    return writer->entries.status;
}

/* Signs the header. Entries are hashed with the head of their array before them. */
static enum tn_status put_envelope(const struct tn_bundle_writer *writer, struct tn_bytes head,
                                   const struct tn_sign_key *key, struct tn_buf *out)
{
    const struct tn_bytes parts[] = {head, tn_buf_bytes(&writer->entries)};
    const struct tn_hash digest = tn_hash_of(parts, 2);
    struct tn_buf payload;
    tn_buf_init(&payload, SIGNED_MAX);
    tn_cbor_put_array(&payload, FIELDS);
    tn_cbor_put_uint(&payload, BUNDLE_FORMAT);
    tn_cbor_put_id(&payload, &writer->ecosystem);
    tn_cbor_put_id(&payload, &writer->log);
    tn_cbor_put_id(&payload, &writer->origin);
    tn_cbor_put_uint(&payload, writer->first);
    tn_cbor_put_uint(&payload, writer->first + writer->count - 1);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){writer->before.b, TN_HASH_SIZE});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){writer->after.b, TN_HASH_SIZE});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){digest.b, TN_HASH_SIZE});
    enum tn_status status =
        writer->entries.status != TN_OK ? writer->entries.status : payload.status;
    if (status == TN_OK) {
        tn_signed_write(out, TN_BUNDLE_LABEL, tn_buf_bytes(&payload), key);
        status = out->status;
    }
    tn_buf_destroy(&payload);
    return status;
}

enum tn_status tn_bundle_finish(struct tn_bundle_writer *writer, const struct tn_sign_key *key,
                                struct tn_buf *out)
{
    if (writer->count == 0) {
        return TN_ERR_STATE;
    }
    struct tn_buf head;
    struct tn_buf envelope;
    tn_buf_init(&head, 16);
    tn_buf_init(&envelope, SIGNED_MAX);
    tn_cbor_put_array(&head, writer->count);
    enum tn_status status = put_envelope(writer, tn_buf_bytes(&head), key, &envelope);
    if (status == TN_OK) {
        tn_cbor_put_array(out, PARTS);
        tn_cbor_put_uint(out, BUNDLE_FORMAT);
        tn_cbor_put_bytes(out, tn_buf_bytes(&envelope));
        tn_cbor_put_bytes_head(out, head.len + writer->entries.len);
        tn_buf_append(out, head.data, head.len);
        tn_buf_append(out, writer->entries.data, writer->entries.len);
        status = out->status;
    }
    tn_buf_destroy(&envelope);
    tn_buf_destroy(&head);
    return status;
}

/* All of the header but what its last field is. */
static enum tn_status read_header(struct tn_cbor *cbor, uint64_t format, struct tn_bundle *out)
{
    tn_cbor_get_array(cbor, FIELDS, FIELDS);
    bool is_format = tn_cbor_get_uint(cbor) == format;
    tn_cbor_get_id(cbor, &out->ecosystem);
    tn_cbor_get_id(cbor, &out->log);
    tn_cbor_get_id(cbor, &out->origin);
    out->first = tn_cbor_get_uint(cbor);
    out->last = tn_cbor_get_uint(cbor);
    tn_cbor_get_fixed(cbor, out->before.b, TN_HASH_SIZE);
    tn_cbor_get_fixed(cbor, out->after.b, TN_HASH_SIZE);
    if (cbor->status != TN_OK) {
        return cbor->status;
    }
    bool is_sound = is_format && !tn_id_is_none(&out->log) && !tn_id_is_none(&out->ecosystem) &&
                    out->first >= 1 && out->last <= INT64_MAX && out->last >= out->first;
    return is_sound ? TN_OK : TN_ERR_FORMAT;
}

static enum tn_status read_chain(struct tn_cbor *cbor, struct tn_bundle *out)
{
    const struct tn_id *chain = tn_id_is_none(&out->origin) ? &out->log : &out->origin;
    const struct tn_hash *previous = &out->before;
    for (size_t i = 0; i < out->count; i++) {
        struct tn_entry *entry = &out->entries[i];
        tn_entry_read(cbor, entry);
        if (cbor->status != TN_OK) {
            return cbor->status;
        }
        struct tn_hash who = entry->who_hash;
        entry->seq = out->first + i;
        enum tn_status status = tn_entry_chain(entry, previous, chain);
        if (status != TN_OK) {
            return status;
        }
        if (!tn_hash_equal(&who, &entry->who_hash)) {
            return TN_ERR_DAMAGED;
        }
        previous = &entry->hash;
    }
    if (tn_cbor_end(cbor) != TN_OK) {
        return TN_ERR_FORMAT;
    }
    return tn_hash_equal(previous, &out->after) ? TN_OK : TN_ERR_DAMAGED;
}

/* The array of entries, which ends what is read. */
static enum tn_status read_entries(struct tn_cbor *cbor, struct tn_bundle *out)
{
    out->count = (size_t)tn_cbor_get_array(cbor, 1, TN_BUNDLE_ENTRIES_MAX);
    if (cbor->status != TN_OK || out->last - out->first != out->count - 1) {
        return cbor->status != TN_OK ? cbor->status : TN_ERR_FORMAT;
    }
    out->entries = calloc(out->count, sizeof *out->entries);
    if (out->entries == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = read_chain(cbor, out);
    if (status != TN_OK) {
        tn_bundle_free(out);
    }
    return status;
}

/* The header out of its envelope, and the entries where their digest is the one it names. */
static enum tn_status read_signed(struct tn_bytes envelope, struct tn_bytes entries,
                                  struct tn_bundle *out)
{
    struct tn_bytes payload;
    struct tn_hash digest;
    struct tn_cbor cbor;
    enum tn_status status =
        tn_signed_open(envelope, TN_BUNDLE_LABEL, NULL, &out->device_key, &payload);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, payload);
    status = read_header(&cbor, BUNDLE_FORMAT, out);
    tn_cbor_get_fixed(&cbor, digest.b, TN_HASH_SIZE);
    if (status == TN_OK) {
        status = tn_cbor_end(&cbor);
    }
    if (status != TN_OK) {
        return status;
    }
    struct tn_hash found = tn_hash_of(&entries, 1);
    if (!tn_hash_equal(&found, &digest)) {
        return TN_ERR_FORGED;
    }
    tn_cbor_init(&cbor, entries);
    return read_entries(&cbor, out);
}

static enum tn_status read_version_1(struct tn_bytes bytes, struct tn_bundle *out)
{
    struct tn_bytes payload;
    struct tn_cbor cbor;
    enum tn_status status =
        tn_signed_open(bytes, TN_BUNDLE_LABEL_1, NULL, &out->device_key, &payload);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, payload);
    status = read_header(&cbor, BUNDLE_FORMAT_1, out);
    return status == TN_OK ? read_entries(&cbor, out) : status;
}

enum tn_status tn_bundle_read(struct tn_bytes bytes, struct tn_bundle *out)
{
    struct tn_cbor cbor;
    *out = (struct tn_bundle){0};
    if (bytes.len > TN_BUNDLE_SIZE_MAX + SIGNED_MAX) {
        return TN_ERR_LIMIT;
    }
    tn_cbor_init(&cbor, bytes);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    if (cbor.status != TN_OK) {
        return read_version_1(bytes, out);
    }
    bool is_format = tn_cbor_get_uint(&cbor) == BUNDLE_FORMAT;
    struct tn_bytes envelope = tn_cbor_get_bytes(&cbor);
    struct tn_bytes entries = tn_cbor_get_bytes(&cbor);
    if (tn_cbor_end(&cbor) != TN_OK || !is_format || envelope.len > SIGNED_MAX) {
        return TN_ERR_FORMAT;
    }
    return read_signed(envelope, entries, out);
}

void tn_bundle_free(struct tn_bundle *bundle)
{
    free(bundle->entries);
    bundle->entries = NULL;
    bundle->count = 0;
}
