/* The parts of forgetting, and what is left to do after each: private to core. */
#ifndef KIOSK_CORE_FORGET_IMPL_H
#define KIOSK_CORE_FORGET_IMPL_H

#include "turnout/forget.h"

#include "kiosk/core/station_impl.h"

/* The marks of a pack, and which one it is. Zeroed holds none. */
struct tn_forget_marks {
    struct tn_key key;
    struct tn_forget_mark *all; /* in order */
    size_t count;
    uint64_t epoch;
    uint64_t version;
};

/* Reads those of the current pack: about a megabyte and some milliseconds where there are as many
 * as there may be. The caller wipes them, also on failure. */
enum tn_status tn_forget_marks_read(struct tn_station *station, struct tn_forget_marks *out);
void tn_forget_marks_wipe(struct tn_forget_marks *marks);

/* Whether they name this id; *mark is then its mark. */
bool tn_forget_marks_has(const struct tn_forget_marks *marks, const struct tn_id *id,
                         struct tn_forget_mark *mark);

/* Erases what the pack's marks name. *left: entries that no receipt covers yet. */
enum tn_status tn_forget_erase(struct tn_station *station, struct tn_forgot *out, uint64_t *left);

/* Whether what was taken out still has to be cleaned from the pages, which another program may just
 * be at. */
bool tn_forget_is_cleaning(struct tn_station *station);

/* Purges what is covered and old. */
enum tn_status tn_forget_purge(struct tn_station *station, int64_t at_ms, struct tn_forgot *out);

/* The last entry of a log that was purged, and its hash; seq 0 where none was. */
enum tn_status tn_forget_purged(struct tn_station *station, uint64_t log_no, uint64_t *seq,
                                struct tn_hash *hash);

/* Entries that one transaction takes away or brings in, so that a scan waits for no more: some
 * milliseconds' work. */
#define TN_SLICE_CUT 2048
#define TN_SLICE_FOLD 256

/* Takes the entries of a log away up to seq `last`, whose hash is kept, within a transaction. */
enum tn_status tn_forget_remove(struct tn_station *station, uint64_t log_no, uint64_t last,
                                const struct tn_hash *hash);

/* Where entries `first` to `last` of a log are to go: takes away all but the last TN_SLICE_CUT of
 * them or fewer, in transactions of their own, each of which leaves a log that is whole. */
enum tn_status tn_forget_cut(struct tn_station *station, uint64_t log_no, uint64_t first,
                             uint64_t last);

#endif
