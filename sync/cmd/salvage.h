/* What salvages have left at a station, told in words: the same to whoever verifies it and to
 * whoever reconciles it. */
#ifndef TURNOUT_CMD_SALVAGE_H
#define TURNOUT_CMD_SALVAGE_H

#include "turnout/station.h"

/* Whether entries are known to be gone, or could not be made out: reconciling does not bring them
 * back, a person has to ask who was there. */
bool tn_salvage_has_losses(const struct tn_station_salvage *salvage);

/* Whether there is anything left to do: losses, or entries that are not at the centre yet. */
bool tn_salvage_is_open(const struct tn_station_salvage *salvage);

/* Warns on stderr of each loss, with what to do; silent where there is none. dir: the station's. */
void tn_salvage_warn(const char *dir, const struct tn_station_salvage *salvage);

/* The same after a line on stdout that says what was set aside, and what still has to be
 * reconciled. */
void tn_salvage_tell(const char *dir, const struct tn_station_salvage *salvage);

#endif
