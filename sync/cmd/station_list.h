/* `station list`: the stations, how far they have come, and set-up cards that none has used. */
#ifndef TURNOUT_CMD_STATION_LIST_H
#define TURNOUT_CMD_STATION_LIST_H

#include <stdbool.h>

#include "sync/central/centre.h"

/* Prints them, as a table or as one JSON object. */
enum tn_status tn_station_list(struct tn_centre *centre, bool is_json);

#endif
