/* What the desk's files share: private to core.
 *
 * record.c takes scans, scan_card.c the cards that are no learner's; desk_*.c are desk.h's. */
#ifndef KIOSK_CORE_DESK_IMPL_H
#define KIOSK_CORE_DESK_IMPL_H

#include "kiosk/core/body.h"
#include "kiosk/core/station_impl.h"

/* How a role's scan ends, by whether they were in. */
struct tn_outcome {
    enum tn_kind kind;
    enum tn_result was_out;
    enum tn_result was_in;
};

/* record.c */

/* What a badge held up at this station does. */
const struct tn_outcome *tn_outcome_scan(enum tn_role role);

/* What a group's members, or somebody just registered, do: they arrive, whatever presence says;
 * only at an exit does a group leave. */
const struct tn_outcome *tn_outcome_arrival(enum tn_role role);

/* Whether one of the pack's keys gives this badge its tag. */
bool tn_station_knows_tag(const struct tn_station *station, const struct tn_badge *badge);

/* The card of a badge, opened: the pack's, else the one of a badge handed out here.
 * TN_ERR_NOT_FOUND where there is none or it does not open. The caller wipes it. */
enum tn_status tn_station_card(struct tn_station *station, const struct tn_badge *badge,
                               const struct tn_id *id, struct tn_card *out);

/* TN_OK: this badge was replaced here. TN_ERR_NOT_FOUND: it was not. */
enum tn_status tn_station_retired(struct tn_station *station, const struct tn_id *badge);

/* desk_entry.c */

/* An entry of a kind here and now, without badge, learner and body. */
struct tn_entry tn_station_entry(const struct tn_station *station, enum tn_kind kind,
                                 const char *method, const struct tn_when *when);

/* Writes one entry with a body (borrowed; may have failed to be written) in a transaction of its
 * own; seq may be NULL. */
enum tn_status tn_station_write(struct tn_station *station, struct tn_entry *entry,
                                const struct tn_buf *body, uint64_t *seq);

/* The same inside a transaction that is open. */
enum tn_status tn_station_put_body(struct tn_station *station, struct tn_entry *entry,
                                   const struct tn_buf *body, bool *was_in);

/* Ends a transaction: commits where all went well, else rolls back and gives status. */
enum tn_status tn_station_finish(struct tn_station *station, enum tn_status status);

/* Reads an entry of the own log; its body is copied to body (TN_BODY_MAX bytes) where that is not
 * NULL, else it has none. TN_ERR_NOT_FOUND. */
enum tn_status tn_station_entry_at(struct tn_station *station, uint64_t seq,
                                   uint8_t body[TN_BODY_MAX], struct tn_entry *out);

/* TN_OK: the entry was taken back. TN_ERR_NOT_FOUND: it counts. */
enum tn_status tn_station_undone(struct tn_station *station, uint64_t log_no, uint64_t seq);

/* scan_card.c */

/* A scan of a staff card or a group card, of badge text that decoded. */
enum tn_status tn_station_scan_staff(struct tn_station *station, const struct tn_scan *scan,
                                     const struct tn_badge *badge, struct tn_record *out);
enum tn_status tn_station_scan_group(struct tn_station *station, const struct tn_scan *scan,
                                     const struct tn_badge *badge, struct tn_record *out);

/* Whether a scan that is no badge is a set-up card, ours or not. */
bool tn_scan_is_setup(const struct tn_scan *scan);

/* desk_group.c */

/* The open group's member that this badge is, or this learner (may be none); -1 where it is no
 * member or no group is open. */
int tn_station_group_member(const struct tn_station *station, const struct tn_id *badge,
                            const struct tn_id *learner);

/* Turns a member from here to absent or back, and tells the tally. */
void tn_station_group_toggle(struct tn_station *station, int member);
void tn_station_group_tally(const struct tn_station *station, struct tn_group_tally *out);

/* desk_mint.c */

/* Mints a learner's badge whose code no badge has that this station knows of. TN_ERR_STATE where
 * there is no key to mint with. The caller wipes it. */
enum tn_status tn_station_mint(struct tn_station *station, struct tn_badge *out);

/* Reads the text of a blank badge that is to be tied to somebody. TN_ERR_STATE: no keys to tell
 * by; TN_ERR_FORGED: it is none of ours; TN_ERR_EXISTS: it is somebody's, or was. The caller wipes
 * it. */
enum tn_status tn_station_blank(struct tn_station *station, const char *text, struct tn_badge *out);

/* The badge to hand out, by whether a blank one is given; fills digits and code of handed. */
enum tn_status tn_station_new_badge(struct tn_station *station, const char *blank,
                                    struct tn_badge *badge, struct tn_handed *handed);

/* Whose a badge is by now, and which one they have: where *badge was replaced here, or is none, the
 * badge that this learner has instead, where that is known; where *learner is none, the one that
 * the badge belongs to, where an entry here says so. */
enum tn_status tn_station_badge_now(struct tn_station *station, struct tn_id *learner,
                                    struct tn_id *badge);

/* settings.c */

/* Wrong PINs are counted up to here. */
#define TN_PIN_WRONG_MAX 1000

/* desk_day.c */

/* The wall clock's midnight before, in the process's zone, which is the event's. */
int64_t tn_day_start(int64_t at_ms);

/* Adults of the headcounts of the current event from first_ms to last_ms that were not taken back;
 * of this station's own logs only, or of every log here. */
enum tn_status tn_station_adults(struct tn_station *station, int64_t first_ms, int64_t last_ms,
                                 bool is_own, uint64_t *out);

#endif
