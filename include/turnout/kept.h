/* The receipts a station keeps: what a reconcile tells the centre, so that no receipt travels
 * twice. */
#ifndef TURNOUT_KEPT_H
#define TURNOUT_KEPT_H

#include "turnout/station.h"

/* The newest receipt of one of the station's logs, by its number there; zeros where it has none. */
struct tn_kept_receipt {
    uint64_t epoch;
    uint64_t seq;
};
enum tn_status tn_station_kept_receipt(struct tn_station *station, uint64_t log_no,
                                       struct tn_kept_receipt *out);

/* Appends that receipt as it was signed; nothing where there is none. */
enum tn_status tn_station_kept_bytes(struct tn_station *station, uint64_t log_no,
                                     struct tn_buf *out);

#endif
