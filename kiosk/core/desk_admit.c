/* Letting somebody in by hand: whom staff found by name or code, or whom the newest refusal kept
 * out. The entry is the role's own; its method says how it came to be. */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/staff_session.h"

/* Who is let in. Holds a name while a directory is open: wiped. */
struct admission {
    const char *method;
    const char *note; /* for the body; NULL: none */
    struct tn_id badge;
    struct tn_id learner;
    struct tn_directory_row row;
};

static void look_up(struct tn_station *station, struct admission *admission)
{
    if (tn_staff_session_name(station, &admission->learner, &admission->badge, &admission->row) &&
        tn_id_is_none(&admission->learner)) {
        admission->learner = admission->row.learner;
    }
}

static void fill(const struct admission *admission, struct tn_record *out)
{
    const struct tn_id *learner = &admission->learner;
    out->is_verified = admission->note == NULL;
    out->badge = admission->badge;
    out->who = tn_id_is_none(learner) ? admission->badge : *learner;
    memcpy(out->name, admission->row.display, sizeof out->name);
    memcpy(out->lang, admission->row.lang, sizeof out->lang);
}

static enum tn_status put(struct tn_station *station, const struct admission *admission,
                          const struct tn_when *when, struct tn_record *out)
{
    struct tn_buf body;
    bool was_in = false;
    const struct tn_outcome *outcome = tn_outcome_scan(tn_station_role(station));
    struct tn_entry entry = tn_station_entry(station, outcome->kind, admission->method, when);
    entry.badge = admission->badge;
    entry.learner = admission->learner;
    tn_buf_init(&body, TN_BODY_MAX);
    if (admission->note != NULL) {
        tn_body_write_word(&body, admission->note);
    }
    enum tn_status status =
        tn_station_finish(station, tn_station_put_body(station, &entry, &body, &was_in));
    tn_buf_destroy(&body);
    if (status == TN_OK) {
        out->result = was_in ? outcome->was_in : outcome->was_out;
        out->seq = entry.seq;
        fill(admission, out);
    }
    return status;
}

enum tn_status tn_station_admit(struct tn_station *station, const struct tn_found *who,
                                const char *method, const struct tn_when *when,
                                struct tn_record *out)
{
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    enum tn_status status = tn_staff_session_check(station);
    if (status != TN_OK) {
        return status;
    }
    if (tn_id_is_none(&who->learner) && tn_id_is_none(&who->badge)) {
        return TN_ERR_NOT_FOUND;
    }
    struct admission admission = {.method = method, .badge = who->badge, .learner = who->learner};
    look_up(station, &admission);
    status = tn_station_begin(station);
    if (status != TN_OK) {
        sodium_memzero(&admission, sizeof admission);
        return status;
    }
    status = tn_station_badge_now(station, &admission.learner, &admission.badge);
    if (status != TN_OK) {
        tn_station_rollback(station);
    } else {
        status = put(station, &admission, when, out);
    }
    sodium_memzero(&admission, sizeof admission);
    return status;
}

/* Only a learner's badge is let in by a tap; a staff card or a group card that was refused is not
 * somebody at the door. */
static enum tn_status check_refused(struct tn_station *station, uint64_t seq,
                                    struct admission *admission)
{
    uint8_t bytes[TN_BODY_MAX];
    char word[TN_BODY_WORD_MAX + 1];
    struct tn_entry entry;
    enum tn_status status = tn_station_entry_at(station, seq, bytes, &entry);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_ERR_STATE : status;
    }
    bool is_word = tn_body_read_word(tn_body_of(&entry), word);
    if (tn_kind_from_name(entry.kind) != TN_KIND_REFUSED || tn_id_is_none(&entry.badge) ||
        !is_word || strcmp(word, "staff") == 0 || strcmp(word, "group") == 0) {
        return TN_ERR_STATE;
    }
    admission->badge = entry.badge;
    admission->note = strcmp(word, "tag") == 0 ? "unverified" : NULL;
    return TN_OK;
}

/* TN_ERR_STATE where somebody was refused, or this badge let in, since. */
static enum tn_status check_newest(struct tn_station *station, uint64_t seq,
                                   const struct tn_id *badge)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        tn_sql_prepare(station->db,
                       "SELECT 1 FROM entry WHERE log_no = ? AND seq > ? AND "
                       "(kind = 'refused' OR (badge = ? AND method = 'tap')) LIMIT 1",
                       &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)seq);
        tn_sql_bind_id(stmt, 3, badge);
        status = tn_sql_row(stmt);
    }
    (void)sqlite3_finalize(stmt);
    if (status == TN_OK) {
        return TN_ERR_STATE;
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_admit_refused(struct tn_station *station, uint64_t refused_seq,
                                        const struct tn_when *when, struct tn_record *out)
{
    struct admission admission = {.method = "tap"};
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = check_refused(station, refused_seq, &admission);
    if (status == TN_OK) {
        status = check_newest(station, refused_seq, &admission.badge);
    }
    if (status == TN_OK) {
        look_up(station, &admission);
        status = put(station, &admission, when, out);
    } else {
        tn_station_rollback(station);
    }
    sodium_memzero(&admission, sizeof admission);
    return status;
}
