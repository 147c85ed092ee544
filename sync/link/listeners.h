/* The stations that have asked somebody for their siblings (sync/wire/siblings.h): a cursor tells
 * them whether there is something new, which who has never asked would not understand. Kept in
 * memory by a hub and by a station that serves; whoever is forgotten asks once more. One thread. */
#ifndef TURNOUT_LINK_LISTENERS_H
#define TURNOUT_LINK_LISTENERS_H

#include <stddef.h>

#include "turnout/crypto.h"

#define TN_LISTENERS_MAX 4096

/* So often a station may ask the same before it is taken to have what it can use: of a clone's
 * entries it takes none, however often it gets them. An answer may be lost on the way. */
#define TN_LISTENERS_ASKED_MAX 3

struct tn_listener {
    struct tn_public_key device_key;
    struct tn_id event;
    uint64_t heard;       /* the number for what there was when it had all; 0: of nothing yet */
    struct tn_hash asked; /* its last question */
    unsigned again;       /* times in a row that it has asked the same */
};

struct tn_listeners {
    struct tn_listener *all;
    size_t count;
    size_t next; /* who makes room for the next one */
};

enum tn_status tn_listeners_init(struct tn_listeners *listeners); /* TN_ERR_NO_MEMORY */
void tn_listeners_destroy(struct tn_listeners *listeners);

/* NULL: it has not asked. Good until the next note. */
const struct tn_listener *tn_listeners_find(const struct tn_listeners *listeners,
                                            const struct tn_public_key *key);

/* What a station asked and was answered. */
struct tn_listeners_note {
    struct tn_public_key device_key;
    struct tn_id event;
    struct tn_hash asked; /* a hash of its question */
    uint64_t there;       /* a number for what there was: another where there is something else */
    bool is_all;          /* the answer was that it has all of it */
};
void tn_listeners_note(struct tn_listeners *listeners, const struct tn_listeners_note *note);

#endif
