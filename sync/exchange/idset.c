/* The set of ids. Ids are hashes already, so their first bytes serve as the hash. */
#include "sync/exchange/idset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

/* The place that holds an id (its first bytes), or the free one it would go to. */
static struct tn_idset_place *find_place(const struct tn_idset *set, const uint8_t *id)
{
    uint64_t hash = 0;
    memcpy(&hash, id, sizeof(hash));
    for (size_t i = hash & (set->size - 1);; i = (i + 1) & (set->size - 1)) {
        struct tn_idset_place *place = &set->places[i];
        if (place->value == 0 || memcmp(place->id, id, TN_IDSET_KEPT) == 0) {
            return place;
        }
    }
}

static enum tn_status grow(struct tn_idset *set)
{
    struct tn_idset wider = {.size = set->size == 0 ? SIZE_FIRST : set->size * 2};
    wider.places = calloc(wider.size, sizeof(*wider.places));
    if (wider.places == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < set->size; i++) {
        if (set->places[i].value != 0) {
            *find_place(&wider, set->places[i].id) = set->places[i];
        }
    }
    wider.count = set->count;
    free(set->places);
    *set = wider;
    return TN_OK;
}

enum tn_status tn_idset_add(struct tn_idset *set, const struct tn_id *id, uint32_t *value)
{
    assert(*value != 0);
    if (set->count >= TN_IDSET_MAX) {
        return TN_ERR_LIMIT;
    }
    if (set->count * 2 >= set->size) {
        enum tn_status status = grow(set);
        if (status != TN_OK) {
            return status;
        }
    }
    struct tn_idset_place *place = find_place(set, id->b);
    if (place->value != 0) {
        *value = place->value;
        return TN_ERR_EXISTS;
    }
    memcpy(place->id, id->b, TN_IDSET_KEPT);
    place->value = *value;
    set->count++;
    return TN_OK;
}

uint32_t tn_idset_find(const struct tn_idset *set, const struct tn_id *id)
{
    return set->size == 0 ? 0 : find_place(set, id->b)->value;
}

void tn_idset_destroy(struct tn_idset *set)
{
    free(set->places);
    *set = (struct tn_idset){0};
}
