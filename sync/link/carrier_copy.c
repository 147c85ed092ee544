/* Copying carriers, kind by kind. Each file is checked as far as anybody without keys can, and
 * named anew by what it says of itself, so that a file somebody renamed finds its place again. */
#include "sync/link/carrier_copy.h"

#include <stdlib.h>
#include <string.h>

#include "sync/link/carrier_bundles.h"
#include "sync/wire/pack.h"
#include "sync/wire/request.h"
#include "turnout/log.h"
#include "turnout/receipt.h"

/* What a file says of itself: its name, and by what it is newer than another of that name. */
struct said {
    struct tn_carrier_name name;
    struct tn_id ecosystem;
    uint64_t major;
    uint64_t minor;
};

static enum tn_status read_hello(struct tn_bytes bytes, struct said *out)
{
    struct tn_bytes message;
    struct tn_hello *hello = calloc(1, sizeof *hello);
    enum tn_status status =
        hello == NULL ? TN_ERR_NO_MEMORY : tn_request_read(bytes, &message, hello);
    if (status == TN_OK) {
        out->name.device = hello->device_key;
        out->ecosystem = hello->ecosystem;
        out->major = hello->at_ms > 0 ? (uint64_t)hello->at_ms : 0;
    }
    free(hello);
    return status;
}

static enum tn_status read_bundle(struct tn_bytes bytes, struct said *out)
{
    struct tn_bundle_head head;
    enum tn_status status = tn_bundle_peek(bytes, &head);
    if (status == TN_OK) {
        out->name = tn_carrier_bundle_name(&head);
        out->ecosystem = head.ecosystem;
    }
    return status;
}

static enum tn_status read_receipt(struct tn_bytes bytes, struct said *out)
{
    struct tn_receipt receipt;
    enum tn_status status = tn_receipt_read(bytes, NULL, &receipt);
    if (status == TN_OK) {
        out->name.log = receipt.log;
        memcpy(out->name.mark, receipt.hash.b, sizeof out->name.mark);
        out->ecosystem = receipt.ecosystem;
        out->major = receipt.epoch;
        out->minor = receipt.seq;
    }
    return status;
}

static enum tn_status read_pack(struct tn_bytes bytes, struct said *out)
{
    struct tn_pack_label label;
    enum tn_status status = tn_pack_peek(bytes, NULL, &label);
    if (status == TN_OK) {
        out->name.device = label.device_key;
        out->ecosystem = label.ecosystem;
        out->major = label.epoch;
        out->minor = label.version;
    }
    return status;
}

static enum tn_status (*const readers[TN_CARRIER_KIND_COUNT])(struct tn_bytes, struct said *) = {
    [TN_CARRIER_HELLO] = read_hello,
    [TN_CARRIER_BUNDLE] = read_bundle,
    [TN_CARRIER_RECEIPT] = read_receipt,
    [TN_CARRIER_PACK] = read_pack,
};

/* Reads a file and what it says; said.ecosystem is the folder's. */
static enum tn_status read_file(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                enum tn_carrier_kind kind, const char *file, struct tn_buf *bytes,
                                struct said *out)
{
    *out = (struct said){.name = {.kind = kind}};
    tn_buf_clear(bytes);
    enum tn_status status = tn_carrier_get(carrier, ecosystem, kind, file, bytes);
    if (status == TN_OK) {
        status = readers[kind](tn_buf_bytes(bytes), out);
    }
    return status == TN_OK && !tn_id_equal(&out->ecosystem, ecosystem) ? TN_ERR_FORMAT : status;
}

struct copy {
    struct tn_carrier *from;
    struct tn_carrier *to;
    struct tn_carrier_copied *out;
    struct tn_buf bytes;
    struct tn_buf there;
};

/* Tells whether the other carrier has it, or something newer under its name. */
static bool is_there(struct copy *c, const struct said *said)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct said other;
    tn_carrier_name_write(&said->name, file);
    return read_file(c->to, &said->ecosystem, said->name.kind, file, &c->there, &other) == TN_OK &&
           (other.major > said->major ||
            (other.major == said->major && other.minor >= said->minor));
}

static enum tn_status copy_file(struct copy *c, const struct tn_id *ecosystem,
                                enum tn_carrier_kind kind, const char *file)
{
    struct said said;
    enum tn_status status = read_file(c->from, ecosystem, kind, file, &c->bytes, &said);
    if (status == TN_ERR_NO_MEMORY || status == TN_ERR_NOT_FOUND) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    if (status != TN_OK) {
        tn_carrier_pass_over(c->from, kind, file, status);
        c->out->passed_over++;
        return TN_OK;
    }
    if (is_there(c, &said)) {
        c->out->there++;
        return TN_OK;
    }
    status = tn_carrier_put(c->to, ecosystem, &said.name, tn_buf_bytes(&c->bytes));
    if (status == TN_OK) {
        c->out->files++;
        c->out->entries += kind == TN_CARRIER_BUNDLE ? said.name.last - said.name.first + 1 : 0;
    }
    return status;
}

static enum tn_status copy_kind(struct copy *c, const struct tn_id *ecosystem,
                                enum tn_carrier_kind kind)
{
    struct tn_carrier_list list;
    enum tn_status status = tn_carrier_list(c->from, ecosystem, kind, &list);
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        status = copy_file(c, ecosystem, kind, list.names[i]);
    }
    tn_carrier_list_free(&list);
    return status;
}

enum tn_status tn_carrier_copy(struct tn_carrier *from, struct tn_carrier *to,
                               struct tn_carrier_copied *out)
{
    struct tn_carrier_ecosystems ecosystems;
    struct copy c = {.from = from, .to = to, .out = out};
    *out = (struct tn_carrier_copied){0};
    tn_buf_init(&c.bytes, tn_carrier_size_max(TN_CARRIER_PACK));
    tn_buf_init(&c.there, tn_carrier_size_max(TN_CARRIER_PACK));
    enum tn_status status = tn_carrier_ecosystems(from, &ecosystems);
    for (size_t i = 0; i < ecosystems.count && status == TN_OK; i++) {
        for (int kind = 0; kind < TN_CARRIER_KIND_COUNT && status == TN_OK; kind++) {
            status = copy_kind(&c, &ecosystems.ids[i], (enum tn_carrier_kind)kind);
        }
    }
    out->fault = status == TN_OK             ? TN_SYNC_WELL
                 : to->fault != TN_SYNC_WELL ? to->fault
                                             : from->fault;
    tn_buf_destroy(&c.bytes);
    tn_buf_destroy(&c.there);
    return status;
}
