/* Attendance that was kept on paper, as it was imported. */
#ifndef TURNOUT_CENTRAL_ATTENDANCE_H
#define TURNOUT_CENTRAL_ATTENDANCE_H

#include "sync/central/sightings.h"
#include "sync/central/stay.h"

/* Gives a stay without an end the one it would have, had it been scanned: imputed. */
enum tn_status tn_attendance_impute(struct tn_centre *centre, int64_t event_ends,
                                    struct tn_visit *visit);

/* Appends a person's stays at an event, in the order of their beginning. */
enum tn_status tn_attendance_read(struct tn_centre *centre, const struct tn_person *person,
                                  int64_t event_ends, struct tn_stays *out);

#endif
