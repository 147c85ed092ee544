/* Few enough to be looked through from one end to the other. */
#include "sync/link/listeners.h"

#include <stdlib.h>
#include <string.h>

enum tn_status tn_listeners_init(struct tn_listeners *listeners)
{
    *listeners = (struct tn_listeners){.all = calloc(TN_LISTENERS_MAX, sizeof *listeners->all)};
    return listeners->all == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

void tn_listeners_destroy(struct tn_listeners *listeners)
{
    free(listeners->all);
    *listeners = (struct tn_listeners){.all = NULL};
}

static struct tn_listener *find(const struct tn_listeners *listeners,
                                const struct tn_public_key *key)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (memcmp(listeners->all[i].device_key.b, key->b, sizeof key->b) == 0) {
            return &listeners->all[i];
        }
    }
    return NULL;
}

const struct tn_listener *tn_listeners_find(const struct tn_listeners *listeners,
                                            const struct tn_public_key *key)
{
    return find(listeners, key);
}

/* The one that has been there longest makes room. */
static struct tn_listener *add(struct tn_listeners *listeners, const struct tn_public_key *key)
{
    bool is_full = listeners->count == TN_LISTENERS_MAX;
    size_t at = is_full ? listeners->next : listeners->count++;
    listeners->next = is_full ? (at + 1) % TN_LISTENERS_MAX : 0;
    listeners->all[at] = (struct tn_listener){.device_key = *key};
    return &listeners->all[at];
}

void tn_listeners_note(struct tn_listeners *listeners, const struct tn_listeners_note *note)
{
    struct tn_listener *listener = find(listeners, &note->device_key);
    listener = listener == NULL ? add(listeners, &note->device_key) : listener;
    listener->again = tn_hash_equal(&listener->asked, &note->asked) ? listener->again + 1 : 1;
    listener->asked = note->asked;
    listener->event = note->event;
    if (note->is_all || listener->again >= TN_LISTENERS_ASKED_MAX) {
        listener->heard = note->there;
    }
}
