/* What a scan does, from the digits to the disk. The decision (judge) is made before the
 * transaction and reads only the pack; the transaction then writes one entry and its presence.
 *
 * Bodies written here: none where the badge verified; CBOR [1, "unverified"] where the station has
 * no keys yet; CBOR [1, "tag"] or [1, "revoked"] in a `refused` entry. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"

#include "kiosk/core/station_impl.h"

#define SCAN_BODY_FORMAT 1
#define SCAN_BODY_MAX 32

/* How each role's scan ends, by whether they were in. */
struct outcome {
    enum tn_kind kind;
    enum tn_result was_out;
    enum tn_result was_in;
};

static const struct outcome outcomes[TN_ROLE_COUNT] = {
    [TN_ROLE_GATE] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_ALREADY},
    [TN_ROLE_EXIT] = {TN_KIND_CHECK_OUT, TN_RESULT_GOODBYE, TN_RESULT_GOODBYE},
    [TN_ROLE_BOTH] = {TN_KIND_PASS, TN_RESULT_WELCOME, TN_RESULT_GOODBYE},
    [TN_ROLE_ACTIVITY] = {TN_KIND_VISIT, TN_RESULT_VISIT, TN_RESULT_VISIT},
    [TN_ROLE_DESK] = {TN_KIND_CHECK_IN, TN_RESULT_WELCOME, TN_RESULT_ALREADY},
};

static const struct outcome refusal = {TN_KIND_REFUSED, TN_RESULT_REFUSED, TN_RESULT_REFUSED};

/* What is known of a badge before anything is written. Holds a name: wiped. */
struct verdict {
    const struct outcome *outcome; /* NULL: no entry */
    const char *note;              /* for the body; NULL: none */
    bool is_verified;
    struct tn_id event;
    struct tn_id activity;
    struct tn_id badge;
    struct tn_card card;
};

static bool verifies(const struct tn_pack_file *pack, const struct tn_badge *badge)
{
    for (int i = 0; i < pack->badge_keys_count; i++) {
        if (tn_badge_verify(badge, &pack->badge_keys[i])) {
            return true;
        }
    }
    return false;
}

/* A card that is missing, or does not open, is a welcome without a name, never a failure. */
static void open_card(struct tn_pack_file *pack, const struct tn_badge *badge,
                      struct verdict *verdict)
{
    uint8_t sealed[TN_CARD_SIZE];
    if (tn_pack_file_card(pack, &verdict->badge, sealed) == TN_OK) {
        (void)tn_card_open((struct tn_bytes){sealed, sizeof sealed}, badge, &verdict->card);
    }
}

static void refuse(struct verdict *verdict, const char *note)
{
    verdict->outcome = &refusal;
    verdict->note = note;
}

static void judge(struct tn_station *station, const struct tn_badge *badge, struct verdict *verdict)
{
    bool has_keys = station->pack.badge_keys_count > 0;
    verdict->event = tn_station_event(station);
    verdict->activity = tn_station_activity(station);
    verdict->badge = tn_badge_id(badge);
    verdict->is_verified = has_keys && verifies(&station->pack, badge);
    if (has_keys && !verdict->is_verified) {
        refuse(verdict, "tag");
        return;
    }
    if (badge->type != TN_BADGE_LEARNER) {
        return;
    }
    if (tn_pack_file_revoked(&station->pack, &verdict->badge) == TN_OK) {
        refuse(verdict, "revoked");
        return;
    }
    verdict->outcome = &outcomes[tn_station_role(station)];
    verdict->note = has_keys ? NULL : "unverified";
    open_card(&station->pack, badge, verdict);
}

static void fill(const struct tn_station *station, const struct tn_scan *scan,
                 const struct verdict *verdict, struct tn_entry *entry)
{
    *entry = (struct tn_entry){
        .at_ms = scan->at_ms,
        .mono_ms = scan->mono_ms,
        .boot = station->boot,
        .event = verdict->event,
        .activity = verdict->activity,
        .badge = verdict->badge,
    };
    if (verdict->outcome != &refusal) {
        entry->learner = verdict->card.learner;
    }
    (void)snprintf(entry->kind, sizeof entry->kind, "%s", tn_kind_name(verdict->outcome->kind));
    (void)snprintf(entry->method, sizeof entry->method, "%s",
                   scan->method == NULL ? "" : scan->method);
}

static enum tn_status store(struct tn_station *station, struct tn_entry *entry, const char *note,
                            bool *was_in)
{
    struct tn_buf body;
    tn_buf_init(&body, SCAN_BODY_MAX);
    if (note != NULL) {
        tn_cbor_put_array(&body, 2);
        tn_cbor_put_uint(&body, SCAN_BODY_FORMAT);
        tn_cbor_put_text(&body, note);
        entry->body = tn_buf_bytes(&body);
    }
    enum tn_status status = body.status;
    if (status == TN_OK) {
        status = tn_station_put(station, entry, was_in);
    }
    entry->body = (struct tn_bytes){0};
    tn_buf_destroy(&body);
    return status;
}

/* One transaction. Where the pack changes between the verdict and here, the one that was current
 * when the badge was held up decides, for the whole entry. */
static enum tn_status write(struct tn_station *station, const struct tn_scan *scan,
                            const struct verdict *verdict, struct tn_record *out)
{
    struct tn_entry entry;
    bool was_in = false;
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    fill(station, scan, verdict, &entry);
    status = store(station, &entry, verdict->note, &was_in);
    if (status != TN_OK) {
        tn_station_rollback(station);
        return status;
    }
    status = tn_station_commit(station);
    if (status == TN_OK) {
        out->result = was_in ? verdict->outcome->was_in : verdict->outcome->was_out;
        out->seq = entry.seq;
    }
    return status;
}

static enum tn_status record(struct tn_station *station, const struct tn_scan *scan,
                             const struct tn_badge *badge, struct tn_record *out)
{
    struct verdict verdict = {0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    judge(station, badge, &verdict);
    if (verdict.outcome != NULL) {
        status = write(station, scan, &verdict, out);
    }
    if (status == TN_OK && out->seq != 0) {
        out->is_verified = verdict.is_verified;
        memcpy(out->name, verdict.card.display, sizeof out->name);
        memcpy(out->lang, verdict.card.lang, sizeof out->lang);
    }
    sodium_memzero(&verdict, sizeof verdict);
    return status;
}

enum tn_status tn_station_record(struct tn_station *station, const struct tn_scan *scan,
                                 struct tn_record *out)
{
    struct tn_badge badge;
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    if (tn_badge_decode(scan->text, scan->len, &badge) != TN_OK) {
        return TN_OK;
    }
    enum tn_status status = record(station, scan, &badge, out);
    tn_badge_wipe(&badge);
    return status;
}
