/* Entries for a station that is measured. A header of its own, because core's names and sync's do
 * not go into one file. */
#ifndef TURNOUT_BENCH_CENTRE_FILL_H
#define TURNOUT_BENCH_CENTRE_FILL_H

#include <stddef.h>

#include "turnout/crypto.h"

/* Writes `count` entries of people going in or out into a station's log. */
struct fill {
    struct tn_id event;
    const struct tn_id *badges;
    const struct tn_id *learners;
    size_t people;
    size_t count;
    size_t turn; /* which station of its event: even ones see people come, odd ones go; each pair of
                    them other people than the last */
};
enum tn_status fill_station(const char *dir, const struct fill *fill);

/* Deletes the receipts of a station's folder, as if it had never met a centre. */
enum tn_status fill_forget(const char *dir);

#endif
