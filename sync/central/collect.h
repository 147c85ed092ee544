/* Collecting one person's visits at one event, from everything that tells of them: sightings,
 * paper, corrections, and what corrections brought from other events. */
#ifndef TURNOUT_CENTRAL_COLLECT_H
#define TURNOUT_CENTRAL_COLLECT_H

#include "sync/central/sightings.h"
#include "sync/central/stay.h"

/* Appends the visits to out, also those that are void. corrections are loaded; which list the
 * person is noted in them. room holds TN_SIGHTINGS_MAX + 1. */
enum tn_status tn_collect(struct tn_centre *centre, struct tn_corrections *corrections,
                          const struct tn_person *person, int64_t now_ms, struct tn_sighting *room,
                          struct tn_stays *out);

#endif
