/* The two halves of forgetting, and what is left to do after either: private to core. */
#ifndef KIOSK_CORE_FORGET_IMPL_H
#define KIOSK_CORE_FORGET_IMPL_H

#include "kiosk/core/station_impl.h"

/* Erases what the pack's marks name. *left: entries that no receipt covers yet. */
enum tn_status tn_forget_erase(struct tn_station *station, struct tn_forgot *out, uint64_t *left);

/* Purges what is covered and old. */
enum tn_status tn_forget_purge(struct tn_station *station, int64_t at_ms, struct tn_forgot *out);

/* The last entry of a log that was purged, and its hash; seq 0 where none was. */
enum tn_status tn_forget_purged(struct tn_station *station, uint64_t log_no, uint64_t *seq,
                                struct tn_hash *hash);

#endif
