/* The one row that stands before the pack's own word: private to core. */
#ifndef KIOSK_CORE_DESK_SWITCH_H
#define KIOSK_CORE_DESK_SWITCH_H

#include "kiosk/core/desk_impl.h"

/* Writes the row, within a transaction; it holds from the next look at the database on, until the
 * pack's own word changes. station_name is empty where it stays. */
enum tn_status tn_station_put_switched(struct tn_station *station, const struct tn_duty *to,
                                       const char *station_name);

#endif
