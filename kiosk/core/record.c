/* What a scan does, from the digits to the disk. The decision (judge) is made before the
 * transaction and reads only the pack and what the desk keeps; the transaction then writes one
 * entry and what follows from it. Cards of other kinds are scan_card.c's.
 *
 * Bodies written here: none where the badge verified; CBOR [1, "unverified"] where the station has
 * no keys yet; CBOR [1, "tag"], [1, "revoked"] or [1, "replaced"] in a `refused` entry. */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"

static const struct tn_outcome outcomes[TN_ROLE_COUNT] = {
    [TN_ROLE_GATE] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_ALREADY},
    [TN_ROLE_EXIT] = {TN_KIND_CHECK_OUT, TN_RESULT_GOODBYE, TN_RESULT_GOODBYE},
    [TN_ROLE_BOTH] = {TN_KIND_PASS, TN_RESULT_WELCOME, TN_RESULT_GOODBYE},
    [TN_ROLE_ACTIVITY] = {TN_KIND_VISIT, TN_RESULT_VISIT, TN_RESULT_VISIT},
    [TN_ROLE_DESK] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_ALREADY},
};

/* A pass would send out who is in already. */
static const struct tn_outcome arrivals[TN_ROLE_COUNT] = {
    [TN_ROLE_GATE] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_WELCOME},
    [TN_ROLE_EXIT] = {TN_KIND_CHECK_OUT, TN_RESULT_GOODBYE, TN_RESULT_GOODBYE},
    [TN_ROLE_BOTH] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_WELCOME},
    [TN_ROLE_ACTIVITY] = {TN_KIND_VISIT, TN_RESULT_VISIT, TN_RESULT_VISIT},
    [TN_ROLE_DESK] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_WELCOME},
};

static const struct tn_outcome refusal = {TN_KIND_REFUSED, TN_RESULT_REFUSED, TN_RESULT_REFUSED};

/* What is known of a badge before anything is written. Holds a name: wiped. */
struct verdict {
    const struct tn_outcome *outcome;
    const char *note; /* for the body; NULL: none */
    bool is_verified;
    struct tn_id event;
    struct tn_id activity;
    struct tn_id badge;
    struct tn_card card;
};

const struct tn_outcome *tn_outcome_scan(enum tn_role role)
{
    return &outcomes[role];
}

const struct tn_outcome *tn_outcome_arrival(enum tn_role role)
{
    return &arrivals[role];
}

bool tn_station_knows_tag(const struct tn_station *station, const struct tn_badge *badge)
{
    for (int i = 0; i < station->pack.badge_keys_count; i++) {
        if (tn_badge_verify(badge, &station->pack.badge_keys[i])) {
            return true;
        }
    }
    return false;
}

static enum tn_status handed_card(struct tn_station *station, const struct tn_id *badge,
                                  uint8_t out[TN_CARD_SIZE])
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_WALKIN_CARD, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_id(stmt, 1, badge);
    status = tn_sql_row(stmt);
    if (status == TN_OK && !tn_sql_get_fixed(stmt, 0, out, TN_CARD_SIZE)) {
        status = tn_sql_bad_row(stmt);
    }
    tn_sql_reset(stmt);
    return status;
}

enum tn_status tn_station_card(struct tn_station *station, const struct tn_badge *badge,
                               const struct tn_id *id, struct tn_card *out)
{
    uint8_t sealed[TN_CARD_SIZE];
    *out = (struct tn_card){0};
    enum tn_status status = tn_pack_file_card(&station->pack, id, sealed);
    if (status != TN_OK) {
        status = handed_card(station, id, sealed);
    }
    if (status == TN_OK) {
        status = tn_card_open((struct tn_bytes){sealed, sizeof sealed}, badge, out);
    }
    return status == TN_OK ? TN_OK : TN_ERR_NOT_FOUND;
}

enum tn_status tn_station_retired(struct tn_station *station, const struct tn_id *badge)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_RETIRED, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_id(stmt, 1, badge);
    status = tn_sql_row(stmt);
    tn_sql_reset(stmt);
    return status;
}

static void refuse(struct verdict *verdict, const char *note)
{
    verdict->outcome = &refusal;
    verdict->note = note;
}

/* A card that is missing, or does not open, is a welcome without a name, never a failure. A badge
 * of which the disk cannot say whether it was replaced is not turned away for it. */
static void judge(struct tn_station *station, const struct tn_badge *badge, struct verdict *verdict)
{
    bool has_keys = station->pack.badge_keys_count > 0;
    verdict->event = tn_station_event(station);
    verdict->activity = tn_station_activity(station);
    verdict->badge = tn_badge_id(badge);
    verdict->is_verified = has_keys && tn_station_knows_tag(station, badge);
    if (has_keys && !verdict->is_verified) {
        refuse(verdict, "tag");
    } else if (tn_pack_file_revoked(&station->pack, &verdict->badge) == TN_OK) {
        refuse(verdict, "revoked");
    } else if (tn_station_retired(station, &verdict->badge) == TN_OK) {
        refuse(verdict, "replaced");
    } else {
        verdict->outcome = tn_outcome_scan(tn_station_role(station));
        verdict->note = has_keys ? NULL : "unverified";
        (void)tn_station_card(station, badge, &verdict->badge, &verdict->card);
    }
}

/* One transaction. Where the pack changes between the verdict and here, the one that was current
 * when the badge was held up decides, for the whole entry. */
static enum tn_status write(struct tn_station *station, const struct tn_scan *scan,
                            const struct verdict *verdict, struct tn_record *out)
{
    struct tn_buf body;
    bool was_in = false;
    const struct tn_when when = {scan->at_ms, scan->mono_ms};
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    struct tn_entry entry = tn_station_entry(station, verdict->outcome->kind, scan->method, &when);
    entry.event = verdict->event;
    entry.activity = verdict->activity;
    entry.badge = verdict->badge;
    entry.learner = verdict->card.learner;
    tn_buf_init(&body, TN_BODY_MAX);
    if (verdict->note != NULL) {
        tn_body_write_word(&body, verdict->note);
    }
    status = tn_station_finish(station, tn_station_put_body(station, &entry, &body, &was_in));
    tn_buf_destroy(&body);
    if (status == TN_OK) {
        out->result = was_in ? verdict->outcome->was_in : verdict->outcome->was_out;
        out->seq = entry.seq;
    }
    return status;
}

static void fill(const struct verdict *verdict, struct tn_record *out)
{
    const struct tn_id *learner = &verdict->card.learner;
    out->is_verified = verdict->is_verified;
    out->badge = verdict->badge;
    out->who = tn_id_is_none(learner) ? verdict->badge : *learner;
    memcpy(out->name, verdict->card.display, sizeof out->name);
    memcpy(out->lang, verdict->card.lang, sizeof out->lang);
}

/* A left-over badge of the open group: no entry, whatever else is to be said of the badge. */
static bool take_absence(struct tn_station *station, const struct tn_scan *scan,
                         const struct tn_badge *badge, struct verdict *verdict,
                         struct tn_record *out)
{
    if (!scan->in_group || station->group == NULL || !verdict->is_verified) {
        return false;
    }
    if (verdict->outcome == &refusal) {
        (void)tn_station_card(station, badge, &verdict->badge, &verdict->card);
    }
    int member = tn_station_group_member(station, &verdict->badge, &verdict->card.learner);
    if (member >= 0) {
        tn_station_group_toggle(station, member);
        tn_station_group_tally(station, &out->group);
        out->result = TN_RESULT_ABSENT;
    } else if (verdict->outcome == &refusal) {
        tn_card_wipe(&verdict->card);
    }
    return member >= 0;
}

static enum tn_status scan_learner(struct tn_station *station, const struct tn_scan *scan,
                                   const struct tn_badge *badge, struct tn_record *out)
{
    struct verdict verdict = {0};
    enum tn_status status = TN_OK;
    judge(station, badge, &verdict);
    if (!take_absence(station, scan, badge, &verdict, out)) {
        status = write(station, scan, &verdict, out);
    }
    if (status == TN_OK) {
        fill(&verdict, out);
    }
    sodium_memzero(&verdict, sizeof verdict);
    return status;
}

typedef enum tn_status scan_function(struct tn_station *station, const struct tn_scan *scan,
                                     const struct tn_badge *badge, struct tn_record *out);

static scan_function *const functions[] = {
    [TN_BADGE_LEARNER] = scan_learner,
    [TN_BADGE_STAFF] = tn_station_scan_staff,
    [TN_BADGE_GROUP] = tn_station_scan_group,
};

enum tn_status tn_station_record(struct tn_station *station, const struct tn_scan *scan,
                                 struct tn_record *out)
{
    struct tn_badge badge;
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    if (!scan->in_group) {
        tn_station_group_drop(station);
    }
    if (tn_badge_decode(scan->text, scan->len, &badge) != TN_OK) {
        out->result = tn_scan_is_setup(scan) ? TN_RESULT_SETUP : TN_RESULT_NOISE;
        return TN_OK;
    }
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = functions[badge.type](station, scan, &badge, out);
    }
    tn_badge_wipe(&badge);
    if (status != TN_OK) {
        sodium_memzero(out, sizeof *out);
        out->result = TN_RESULT_NOISE;
    }
    return status;
}
