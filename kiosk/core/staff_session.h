/* A staff session: what a staff card opens on a station, and for how long. Private to core.
 *
 * The session belongs to the handle (tn_station.session, NULL while locked): the holder's name,
 * and the directory decrypted into locked memory. tn_station_lock (desk.h) wipes and frees it, and
 * so does closing the station; detaching and re-attaching the database does not. When the handle
 * gets another pack, the directory is wiped at once; it is opened again with the kept key when it
 * is next asked for (a scan must not wait for that), and where the new pack has no such card, or
 * its directory has another key, the session ends. */
#ifndef KIOSK_CORE_STAFF_SESSION_H
#define KIOSK_CORE_STAFF_SESSION_H

#include "turnout/station.h"

struct tn_staff_session;

/* Opens a session with a staff card whose tag was already looked at: finds the card in the current
 * pack by its id, checks its end against now_ms, unwraps the directory key and decrypts the
 * directory (a pack without one opens a session without names). A session that is open is replaced
 * only on success. name gets the holder's, empty on failure. Writes nothing to the disk.
 * TN_ERR_STATE: the card has ended. TN_ERR_NOT_FOUND: the pack has no such card, or there is none.
 * TN_ERR_FORGED: the wrapped key or the directory does not open. TN_ERR_NO_MEMORY and the like. */
enum tn_status tn_staff_session_open(struct tn_station *station, const struct tn_badge *badge,
                                     int64_t now_ms, char name[TN_TITLE_MAX + 1]);

/* The directory's row of a learner, or of whoever has this badge: learner is looked for first, then
 * badge; either may be NULL or none. False while locked, without a directory, or where it names
 * neither; *out is then zero. The caller wipes it. */
bool tn_staff_session_name(struct tn_station *station, const struct tn_id *learner,
                           const struct tn_id *badge, struct tn_directory_row *out);

/* Tells the session that the handle may have another pack: see above. Cheap, and nothing happens
 * where there is no session or the pack is the same. */
void tn_staff_session_repack(struct tn_station *station);

/* The open directory, borrowed until the next call on this station. TN_ERR_STATE: locked.
 * TN_ERR_NOT_FOUND: the pack has none. TN_ERR_NO_MEMORY and the like, and still unlocked. */
struct tn_names;
enum tn_status tn_staff_session_names(struct tn_station *station, struct tn_names **out);

/* TN_OK while a staff card that is of the current pack has this station unlocked; TN_ERR_STATE:
 * locked, maybe just now, by a pack that came. Makes the handle ready. */
enum tn_status tn_staff_session_check(struct tn_station *station);

/* The holder's name while a session is open; NULL while locked. Borrowed until the session ends. */
const char *tn_staff_session_holder(const struct tn_station *station);

#endif
