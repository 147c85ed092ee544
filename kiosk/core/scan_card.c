/* Scans of cards that are no learner's badge. A staff card unlocks and leaves an entry; a group
 * card opens its group and leaves none until it is confirmed; a set-up card is only told from noise
 * here, since a scan alone never sets a station up.
 *
 * Bodies written here: staff [1, "unlock", name]; of a `refused` entry [1, "tag"], [1, "staff"] (no
 * such staff card, or it has ended) or [1, "group"] (no such group). */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/staff_session.h"

#define SETUP_LEAD '3'

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void fill(const struct tn_station *station, const struct tn_badge *badge,
                 struct tn_record *out)
{
    out->badge = tn_badge_id(badge);
    out->who = out->badge;
    out->is_verified = tn_station_knows_tag(station, badge);
}

/* One entry with the card's id. */
static enum tn_status put(struct tn_station *station, const struct tn_scan *scan, enum tn_kind kind,
                          const struct tn_buf *body, struct tn_record *out)
{
    const struct tn_when when = {scan->at_ms, scan->mono_ms};
    struct tn_entry entry = tn_station_entry(station, kind, scan->method, &when);
    entry.badge = out->badge;
    return tn_station_write(station, &entry, body, &out->seq);
}

static enum tn_status refuse(struct tn_station *station, const struct tn_scan *scan,
                             const char *note, struct tn_record *out)
{
    struct tn_buf body;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_word(&body, note);
    enum tn_status status = put(station, scan, TN_KIND_REFUSED, &body, out);
    tn_buf_destroy(&body);
    out->result = TN_RESULT_REFUSED;
    return status;
}

/* A slip of the scanner is told apart from a card this station does not know. */
static bool is_slip(const struct tn_station *station, const struct tn_record *record)
{
    return station->pack.badge_keys_count > 0 && !record->is_verified;
}

/* The session is open by now; where its entry cannot be written it is closed again, since every
 * unlock is on record. */
static enum tn_status put_unlock(struct tn_station *station, const struct tn_scan *scan,
                                 const char *name, struct tn_record *out)
{
    struct tn_buf body;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_staff(&body, "unlock", name);
    enum tn_status status = put(station, scan, TN_KIND_STAFF, &body, out);
    tn_buf_destroy(&body);
    out->result = TN_RESULT_STAFF;
    if (status != TN_OK) {
        tn_station_lock(station);
    }
    return status;
}

enum tn_status tn_station_scan_staff(struct tn_station *station, const struct tn_scan *scan,
                                     const struct tn_badge *badge, struct tn_record *out)
{
    char name[TN_TITLE_MAX + 1] = "";
    fill(station, badge, out);
    if (is_slip(station, out)) {
        return refuse(station, scan, "tag", out);
    }
    if (tn_pack_file_revoked(&station->pack, &out->badge) == TN_OK) {
        return refuse(station, scan, "staff", out);
    }
    enum tn_status status = tn_staff_session_open(station, badge, scan->at_ms, name);
    if (status != TN_OK && tn_status_is_world(status)) {
        return status;
    }
    status = status == TN_OK ? put_unlock(station, scan, name, out)
                             : refuse(station, scan, "staff", out);
    sodium_memzero(name, sizeof name);
    return status;
}

static enum tn_status open_group(struct tn_station *station, const struct tn_badge *badge,
                                 const struct tn_id *card)
{
    struct tn_open_group *group = calloc(1, sizeof *group);
    if (group == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    group->card = *card;
    enum tn_status status = tn_pack_file_group(&station->pack, badge, &group->group);
    if (status != TN_OK) {
        free(group);
        return status;
    }
    tn_station_group_drop(station);
    station->group = group;
    return TN_OK;
}

/* The card of the group that is open leaves it as it is: whoever was found absent stays so. */
enum tn_status tn_station_scan_group(struct tn_station *station, const struct tn_scan *scan,
                                     const struct tn_badge *badge, struct tn_record *out)
{
    enum tn_status status = TN_OK;
    fill(station, badge, out);
    if (is_slip(station, out)) {
        return refuse(station, scan, "tag", out);
    }
    if (tn_pack_file_revoked(&station->pack, &out->badge) == TN_OK) {
        return refuse(station, scan, "revoked", out);
    }
    if (station->group == NULL || !tn_id_equal(&station->group->card, &out->badge)) {
        status = open_group(station, badge, &out->badge);
    }
    if (status != TN_OK) {
        return tn_status_is_world(status) ? status : refuse(station, scan, "group", out);
    }
    out->result = TN_RESULT_GROUP;
    tn_station_group_tally(station, &out->group);
    return TN_OK;
}

/* One that is signed by somebody else, or altered, is a set-up card too: whoever takes it says what
 * is wrong with it. */
bool tn_scan_is_setup(const struct tn_scan *scan)
{
    struct tn_buf bytes;
    struct tn_setup setup;
    const char *text = scan->text;
    size_t len = scan->len;
    while (len > 0 && is_space(text[len - 1])) {
        len--;
    }
    for (; len > 0 && is_space(text[0]); text++) {
        len--;
    }
    if (len == 0 || text[0] != SETUP_LEAD) {
        return false;
    }
    tn_buf_init(&bytes, TN_SETUP_SIZE_MAX);
    enum tn_status status = tn_setup_from_digits(&bytes, text, len);
    if (status == TN_OK) {
        status = tn_setup_read(tn_buf_bytes(&bytes), NULL, &setup);
        sodium_memzero(&setup, sizeof setup);
    }
    tn_buf_destroy(&bytes);
    return status == TN_OK || status == TN_ERR_FORGED;
}
