/* Who came in today, kept between two looks at the staff panel: private to core. Counting 100,000
 * entries anew took 220 ms, during which a scan would have waited; kept, a look reads only what was
 * written since. Ids only. The count of a day is made once (the first look after the start, or
 * after midnight): some 60 ms for 100,000 entries, 3 ms for the few thousand of a real day. */
#ifndef KIOSK_CORE_TALLY_H
#define KIOSK_CORE_TALLY_H

#include "turnout/desk.h"

#define TN_QUARTER_MS 900000

struct tn_tally_kept;

/* Fills today, first_ms and quarter of *out. Entries of later than now_ms, which a clock that was
 * set back leaves, count where they are of today. The handle is ready. TN_ERR_LIMIT: more people
 * in a day than a station counts (about half a million). */
enum tn_status tn_tally_count(struct tn_station *station, int64_t now_ms, struct tn_tally *out);

/* Forgets what is kept; NULL is accepted. */
void tn_tally_free(struct tn_tally_kept *kept);

#endif
