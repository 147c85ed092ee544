/* What sync found out about this machine's clock, as an entry like any other. */
#include <stdio.h>

#include "turnout/cbor.h"

#include "kiosk/core/station_impl.h"

#define CLOCK_BODY_FORMAT 1
#define CLOCK_BODY_MAX 32

enum tn_status tn_station_note_clock(struct tn_station *station, int64_t offset_ms, int64_t at_ms,
                                     int64_t mono_ms)
{
    struct tn_buf body;
    tn_buf_init(&body, CLOCK_BODY_MAX);
    tn_cbor_put_array(&body, 2);
    tn_cbor_put_uint(&body, CLOCK_BODY_FORMAT);
    tn_cbor_put_int(&body, offset_ms);
    struct tn_entry entry = {.at_ms = at_ms, .mono_ms = mono_ms, .body = tn_buf_bytes(&body)};
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", tn_kind_name(TN_KIND_CLOCK));
    enum tn_status status = body.status == TN_OK ? tn_station_append(station, &entry) : body.status;
    tn_buf_destroy(&body);
    return status;
}
