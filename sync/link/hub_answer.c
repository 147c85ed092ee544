/* The hub's side of a reconcile. A station's last word is noted later, together with others': to
 * have heard from a station is worth no write of its own. */
#include "sync/link/hub_answer.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/contact.h"
#include "sync/central/epoch.h"
#include "sync/central/logs.h"
#include "sync/link/enrol.h"
#include "sync/link/near_answer.h"
#include "turnout/log.h"

static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    struct tn_hub_answer *hub = ctx;
    *out = (struct tn_cursor){.at_ms = hub->link.now_ms};
    tn_hub_siblings_say(&hub->siblings, hello, out);
    enum tn_status status = tn_hub_packs_refresh(&hub->packs, hub->link.now_ms);
    return status == TN_OK ? tn_hub_packs_has(&hub->packs, hello, &out->has_pack) : status;
}

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    struct tn_hub_answer *hub = ctx;
    return tn_centre_link_ops.want(&hub->link, hello, log, out);
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    struct tn_hub_answer *hub = ctx;
    enum tn_status status = tn_centre_link_ops.ingest(&hub->link, bundle, out);
    hub->bundles += status == TN_OK;
    hub->entries += status == TN_OK ? out->added : 0;
    if (status == TN_OK && out->verdict == TN_VERDICT_TAKEN && out->added > 0) {
        tn_hub_siblings_keep(&hub->siblings, bundle, hub->link.now_ms);
    }
    return status;
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    struct tn_hub_answer *hub = ctx;
    enum tn_status status = tn_centre_link_ops.receipt(&hub->link, log, seq, hash, out);
    if (status == TN_OK && hash != NULL) {
        tn_relay_attach(&hub->siblings.relay, log, seq, hash, tn_buf_bytes(out));
    }
    return status;
}

static enum tn_status pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    struct tn_hub_answer *hub = ctx;
    enum tn_status status = tn_hub_packs_refresh(&hub->packs, hub->link.now_ms);
    return status == TN_OK ? tn_hub_packs_write(&hub->packs, hello, out) : status;
}

static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    struct tn_hub_answer *hub = ctx;
    return tn_centre_link_ops.show(&hub->link, bytes);
}

static const struct tn_session_centre_ops ops = {want, ingest, receipt, pack, say, show};

enum tn_status tn_hub_answer_init(struct tn_hub_answer *hub, struct tn_centre *centre,
                                  const struct tn_keyring *keyring, const char *keys_path)
{
    *hub = (struct tn_hub_answer){.link = {.centre = centre, .keyring = keyring},
                                  .keys_path = keys_path};
    hub->contacts = calloc(TN_HUB_CONTACTS_MAX, sizeof *hub->contacts);
    hub->programs = calloc(TN_HUB_CONTACTS_MAX, sizeof *hub->programs);
    tn_hub_packs_init(&hub->packs, centre, keyring);
    centre->keyring = keyring;
    centre->is_outside = true;
    enum tn_status status = tn_hub_siblings_init(&hub->siblings, centre);
    return hub->contacts == NULL || hub->programs == NULL ? TN_ERR_NO_MEMORY : status;
}

void tn_hub_answer_destroy(struct tn_hub_answer *hub)
{
    if (hub->link.centre != NULL) {
        hub->link.centre->is_outside = false;
    }
    tn_hub_packs_destroy(&hub->packs);
    tn_hub_siblings_destroy(&hub->siblings);
    free(hub->contacts);
    free(hub->programs);
    *hub = (struct tn_hub_answer){0};
}

static enum tn_status note_contacts(struct tn_hub_answer *hub)
{
    int64_t stamp = 0;
    if (hub->contacts_count == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_db_stamp(hub->link.centre->db, &stamp);
    if (status == TN_OK) {
        status = tn_db_begin(hub->link.centre->db);
    }
    if (status != TN_OK) {
        return status;
    }
    for (size_t i = 0; i < hub->contacts_count && status == TN_OK; i++) {
        status = tn_contact_note(hub->link.centre, &hub->contacts[i]);
    }
    if (status != TN_OK) {
        tn_db_rollback(hub->link.centre->db);
        return status;
    }
    status = tn_db_commit(hub->link.centre->db);
    hub->contacts_count = status == TN_OK ? 0 : hub->contacts_count;
    return status == TN_OK ? tn_hub_packs_overlook(&hub->packs, stamp) : status;
}

static struct tn_contact *find_contact(struct tn_hub_answer *hub, const struct tn_public_key *key)
{
    for (size_t i = 0; i < hub->contacts_count; i++) {
        if (memcmp(hub->contacts[i].device_key.b, key->b, TN_PUBLIC_KEY_SIZE) == 0) {
            return &hub->contacts[i];
        }
    }
    return &hub->contacts[hub->contacts_count++];
}

/* What hello said of its station; waits until somebody notes it. */
static enum tn_status keep_contact(struct tn_hub_answer *hub, const struct tn_hello *hello)
{
    enum tn_status status = hub->contacts_count == TN_HUB_CONTACTS_MAX ? note_contacts(hub) : TN_OK;
    if (status != TN_OK) {
        return status;
    }
    struct tn_contact *contact = find_contact(hub, &hello->device_key);
    char *program = hub->programs[contact - hub->contacts];
    (void)memcpy(program, hello->program, sizeof hello->program);
    *contact = (struct tn_contact){
        .device_key = hello->device_key,
        .at_ms = hub->link.now_ms,
        .clock_offset_ms = (int64_t)((uint64_t)hub->link.now_ms - (uint64_t)hello->at_ms),
        .has_clock_offset = true,
        .program = program,
        .epoch = hello->epoch,
        .pack_version = hello->pack_version,
        .forgot = hello->forgot,
        .waiting = tn_hello_waiting(hello),
    };
    return TN_OK;
}

static enum tn_status refuse(const char *why)
{
    tn_log(TN_LOG_WARN, "a station was refused: %s", why);
    return TN_ERR_STATE;
}

/* Whether the centre knows who asks, once its token was looked at. A guest is known. */
static enum tn_status know(struct tn_hub_answer *hub, const struct tn_hello *hello)
{
    struct tn_centre *centre = hub->link.centre;
    struct tn_central_log log;
    bool is_guest = false;
    if (!tn_id_equal(&hello->ecosystem, &centre->id)) {
        return refuse("it belongs to another ecosystem");
    }
    enum tn_status status = tn_enrol_claim(centre, hello, hub->link.now_ms);
    if (status == TN_OK) {
        status = tn_logs_by_key(centre, &hello->device_key, &log);
    }
    if (status == TN_ERR_NOT_FOUND) {
        status = tn_logs_is_guest(centre, &hello->device_key, &is_guest);
        return status == TN_OK && !is_guest ? refuse("nobody enrolled it here") : status;
    }
    return status;
}

static enum tn_status admit(void *ctx, const struct tn_hello *hello)
{
    struct tn_hub_answer *hub = ctx;
    enum tn_status status = know(hub, hello);
    return status == TN_OK ? keep_contact(hub, hello) : status;
}

enum tn_status tn_hub_answer(struct tn_hub_answer *hub, enum tn_ask what, struct tn_bytes question,
                             int64_t now_ms, struct tn_buf *out)
{
    hub->link.now_ms = now_ms;
    if (what == TN_ASK_SIBLINGS) {
        return tn_hub_siblings_answer(&hub->siblings, question, now_ms, out);
    }
    tn_session_centre_init(&hub->session, &ops, hub);
    return tn_near_answer(&hub->session, what, question, admit, out);
}

enum tn_status tn_hub_answer_idle(struct tn_hub_answer *hub, int64_t now_ms)
{
    hub->link.now_ms = now_ms;
    enum tn_status status = note_contacts(hub);
    if (status == TN_OK) {
        status = tn_hub_siblings_refresh(&hub->siblings, now_ms);
    }
    if (status == TN_OK) {
        status = tn_hub_packs_refresh(&hub->packs, now_ms);
    }
    if (status == TN_OK && hub->entries > hub->marked) {
        status = tn_epoch_mark(hub->link.centre, hub->link.keyring, hub->keys_path);
        hub->marked = status == TN_OK ? hub->entries : hub->marked;
    }
    return status;
}
