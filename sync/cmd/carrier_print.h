/* What is said of a carrier that was brought to a centre, or to a hub: a few lines, station by
 * station, by the names that the centre has for them. */
#ifndef TURNOUT_CMD_CARRIER_PRINT_H
#define TURNOUT_CMD_CARRIER_PRINT_H

#include "sync/central/centre.h"
#include "sync/link/carrier_bring.h"

#define TN_CARRIER_STATION_SIZE (TN_TITLE_MAX + 1)

/* What is said of it besides. */
struct tn_carrier_words {
    struct tn_centre *centre; /* which names stations; NULL: a hub, which does not */
    uint64_t others;          /* entries of ecosystems that are not this centre's */
    uint64_t conflicts; /* open ones of its stations; 0 at a hub, which keeps them to itself */
    bool needs_person;
};

/* What the centre calls a station; the beginning of its key where nobody says. out holds
 * TN_CARRIER_STATION_SIZE bytes. */
void tn_carrier_station_name(struct tn_centre *centre, const struct tn_public_key *key, char *out);

/* Whether anything lay on it, or lies there now. */
bool tn_carrier_is_news(const struct tn_carrier_brought *brought);

/* Lines for people, or the one object of --json. */
void tn_carrier_print(const struct tn_carrier_brought *brought,
                      const struct tn_carrier_words *words, bool json);

#endif
