/* A made-up roster for the demo: plausible children of many cultures and scripts, none of them
 * real. The same seed and size give the same file, byte for byte. */
#ifndef TURNOUT_EXCHANGE_DEMO_ROSTER_H
#define TURNOUT_EXCHANGE_DEMO_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/crypto.h"

#define TN_DEMO_LEARNERS_MAX 1000000

/* The first learners have short names that anybody can read; they come first on a kiosk's strip of
 * demo badges. */
#define TN_DEMO_FRIENDS 6

/* The class of the learners after them. */
#define TN_DEMO_GROUP "4B"

#define TN_DEMO_ID_SIZE 24

/* The roster's own id of learner number `index` (from 0): "L00001". */
void tn_demo_learner_id(uint64_t index, char out[TN_DEMO_ID_SIZE]);

/* Writes the roster of `count` learners to a new file. */
enum tn_status tn_demo_roster_write(const char *path, uint64_t count,
                                    const struct tn_random *random);

#endif
