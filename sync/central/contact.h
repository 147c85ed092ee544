/* What a station said of itself when it was last heard, for whoever looks after a fair: kept where
 * it arrives, and in no dump. */
#ifndef TURNOUT_CENTRAL_CONTACT_H
#define TURNOUT_CENTRAL_CONTACT_H

#include "sync/central/centre.h"

struct tn_contact {
    struct tn_public_key device_key;
    int64_t at_ms;           /* when */
    int64_t clock_offset_ms; /* our clock less its; only where it was heard at once */
    bool has_clock_offset;
    uint64_t waiting; /* entries there that no receipt covers */
    const char *program;
    uint64_t epoch; /* of its pack */
    uint64_t pack_version;
    uint64_t forgot; /* the pack whose marks it carried out */
};

/* The last of those alone, where it is another than is known: it is the station's word that nothing
 * of whoever was erased is left there. In the caller's transaction, where there is one. */
enum tn_status tn_contact_forgot(struct tn_centre *centre, const struct tn_public_key *device_key,
                                 uint64_t version);

/* Notes it with the logs of that station; one that is older than what is known changes nothing, and
 * an unknown station neither. */
enum tn_status tn_contact_note(struct tn_centre *centre, const struct tn_contact *contact);

#endif
