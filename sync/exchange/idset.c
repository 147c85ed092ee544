/* The set of ids. Ids are hashes already, so their first bytes serve as the hash. */
#include "sync/exchange/idset.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

static struct tn_idset_place *find_place(const struct tn_idset *set, const struct tn_id *id)
{
    uint64_t hash = 0;
    memcpy(&hash, id->b, sizeof(hash));
    for (size_t i = hash & (set->size - 1);; i = (i + 1) & (set->size - 1)) {
        struct tn_idset_place *place = &set->places[i];
        if (tn_id_is_none(&place->id) || tn_id_equal(&place->id, id)) {
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
        if (!tn_id_is_none(&set->places[i].id)) {
            *find_place(&wider, &set->places[i].id) = set->places[i];
        }
    }
    wider.count = set->count;
    free(set->places);
    *set = wider;
    return TN_OK;
}

enum tn_status tn_idset_add(struct tn_idset *set, const struct tn_id *id, uint64_t *value)
{
    if (set->count >= TN_IDSET_MAX) {
        return TN_ERR_LIMIT;
    }
    if (set->count * 2 >= set->size) {
        enum tn_status status = grow(set);
        if (status != TN_OK) {
            return status;
        }
    }
    struct tn_idset_place *place = find_place(set, id);
    if (!tn_id_is_none(&place->id)) {
        *value = place->value;
        return TN_ERR_EXISTS;
    }
    *place = (struct tn_idset_place){*id, *value};
    set->count++;
    return TN_OK;
}

uint64_t tn_idset_find(const struct tn_idset *set, const struct tn_id *id)
{
    return set->size == 0 ? 0 : find_place(set, id)->value;
}

void tn_idset_destroy(struct tn_idset *set)
{
    free(set->places);
    *set = (struct tn_idset){0};
}
