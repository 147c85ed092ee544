/* One packing for each of a few events, the one used longest ago making room. The stamp is read
 * after everything that is written here, so that our own notes do not call for more work. */
#include "sync/link/hub_packs.h"

#include <sodium.h>

#include "sync/central/logs.h"
#include "sync/central/visits.h"
#include "sync/central/walkins.h"

void tn_hub_packs_init(struct tn_hub_packs *packs, struct tn_centre *centre,
                       const struct tn_keyring *keyring)
{
    *packs = (struct tn_hub_packs){.centre = centre, .keyring = keyring};
    for (int i = 0; i < TN_HUB_PACKS_EVENTS; i++) {
        tn_packing_init(&packs->of[i], centre, keyring);
    }
}

static void drop_all(struct tn_hub_packs *packs)
{
    packs->known_count = 0;
    packs->made = 0;
    for (int i = 0; i < TN_HUB_PACKS_EVENTS; i++) {
        tn_packing_destroy(&packs->of[i]);
        tn_packing_init(&packs->of[i], packs->centre, packs->keyring);
    }
}

void tn_hub_packs_destroy(struct tn_hub_packs *packs)
{
    for (int i = 0; i < TN_HUB_PACKS_EVENTS; i++) {
        tn_packing_destroy(&packs->of[i]);
    }
    *packs = (struct tn_hub_packs){0};
}

static enum tn_status derive(struct tn_hub_packs *packs, int64_t now_ms)
{
    uint64_t opened = 0;
    bool may = false;
    enum tn_status status = tn_db_may_insert(packs->centre->db, "visit", &may);
    if (status != TN_OK || !may) {
        return status;
    }
    status = tn_visits_update(packs->centre, now_ms, NULL, NULL);
    if (status == TN_OK) {
        status = tn_walkins_open(packs->centre, packs->keyring, now_ms, &opened);
    }
    return status;
}

enum tn_status tn_hub_packs_refresh(struct tn_hub_packs *packs, int64_t now_ms)
{
    int64_t stamp = 0;
    const int64_t until = packs->made_ms + TN_HUB_PACKS_MS + packs->made * TN_HUB_PACKS_EACH_MS;
    bool is_early = packs->made_ms > 0 && now_ms >= packs->made_ms && now_ms < until;
    enum tn_status status = is_early ? TN_OK : tn_db_stamp(packs->centre->db, &stamp);
    if (status != TN_OK || is_early || (packs->made_ms > 0 && stamp == packs->stamp)) {
        return status;
    }
    drop_all(packs);
    status = derive(packs, now_ms);
    packs->made_ms = now_ms;
    return status == TN_OK ? tn_db_stamp(packs->centre->db, &packs->stamp) : status;
}

enum tn_status tn_hub_packs_overlook(struct tn_hub_packs *packs, int64_t before)
{
    return before == packs->stamp ? tn_db_stamp(packs->centre->db, &packs->stamp) : TN_OK;
}

/* Which event a station is of, and whether it is_given packs. */
static enum tn_status find_event(struct tn_hub_packs *packs, const struct tn_public_key *key,
                                 struct tn_id *event, bool *is_given)
{
    *is_given = false;
    return packs->keyring == NULL || !packs->keyring->has_signing
               ? TN_OK
               : tn_logs_event(packs->centre, key, event, is_given);
}

/* The packing of an event, or the one that makes room for it. */
static struct tn_packing *packing_of(struct tn_hub_packs *packs, const struct tn_id *event)
{
    int oldest = 0;
    packs->uses++;
    for (int i = 0; i < TN_HUB_PACKS_EVENTS; i++) {
        if (tn_id_equal(&packs->of[i].event, event)) {
            packs->used[i] = packs->uses;
            return &packs->of[i];
        }
        oldest = packs->used[i] < packs->used[oldest] ? i : oldest;
    }
    packs->used[oldest] = packs->uses;
    return &packs->of[oldest];
}

static const struct tn_hash *find_known(const struct tn_hub_packs *packs, const struct tn_id *event)
{
    for (size_t i = 0; i < packs->known_count; i++) {
        if (tn_id_equal(&packs->known[i].event, event)) {
            return &packs->known[i].plain;
        }
    }
    return NULL;
}

/* What an event's packs come to; made and noted where that is not known. */
static enum tn_status find_plain(struct tn_hub_packs *packs, const struct tn_id *event,
                                 struct tn_hash *out)
{
    const struct tn_hash *known = find_known(packs, event);
    struct tn_packing *packing = known == NULL ? packing_of(packs, event) : NULL;
    int64_t stamp = 0;
    if (known != NULL) {
        *out = *known;
        return TN_OK;
    }
    enum tn_status status = tn_db_stamp(packs->centre->db, &stamp);
    if (status == TN_OK) {
        status = tn_packing_make(packing, event);
    }
    if (status != TN_OK) {
        return status;
    }
    *out = packing->body.plain;
    packs->known[packs->made++ % TN_HUB_PACKS_KNOWN] = (struct tn_hub_pack_known){*event, *out};
    packs->known_count += packs->known_count < TN_HUB_PACKS_KNOWN;
    /* Cards and groups may have been sealed anew on the way. */
    return tn_hub_packs_overlook(packs, stamp);
}

enum tn_status tn_hub_packs_has(struct tn_hub_packs *packs, const struct tn_hello *hello, bool *has)
{
    const struct tn_packing_for station = {hello->device_key, hello->epoch, hello->pack_version};
    struct tn_id event = {{0}};
    struct tn_hash plain;
    *has = false;
    enum tn_status status = find_event(packs, &hello->device_key, &event, has);
    if (status == TN_OK && *has) {
        status = find_plain(packs, &event, &plain);
    }
    if (status == TN_OK && *has) {
        status = tn_packing_is_new(&packs->of[0], &station, &plain, has);
    }
    *has = status == TN_OK && *has;
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_hub_packs_write(struct tn_hub_packs *packs, const struct tn_hello *hello,
                                  struct tn_buf *out)
{
    const struct tn_packing_for station = {hello->device_key, hello->epoch, hello->pack_version};
    struct tn_id event = {{0}};
    bool is_given = false;
    int64_t stamp = 0;
    enum tn_status status = tn_db_stamp(packs->centre->db, &stamp);
    if (status == TN_OK) {
        status = find_event(packs, &hello->device_key, &event, &is_given);
    }
    if (status == TN_OK && is_given) {
        status = tn_packing_write(packing_of(packs, &event), &station, out);
    }
    /* That a pack was given is noted. */
    if (status == TN_OK) {
        status = tn_hub_packs_overlook(packs, stamp);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
