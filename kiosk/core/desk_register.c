/* Handing out badges: to a walk-in, whose form is sealed to the centre's vault key before anything
 * touches the disk, and to somebody who lost theirs. Register and check-in are one transaction, so
 * that nobody has a badge who is not in, and nobody is in by a form that was lost.
 *
 * A blank badge that was already welcomed becomes its learner's with all it did (derive.c). */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/staff_session.h"

/* A registration in the making. Holds a secret and a name: wiped. */
struct hand_out {
    struct tn_badge badge;
    struct tn_card card;
    uint8_t sealed_card[TN_CARD_SIZE];
    uint8_t sealed_form[TN_WALKIN_SIZE];
};

static enum tn_status seal_form(struct tn_station *station, const struct tn_walkin *form,
                                struct hand_out *hand_out, const struct tn_id *badge)
{
    struct tn_card *card = &hand_out->card;
    card->learner = tn_walkin_learner(badge);
    tn_walkin_display(form, card->display);
    memcpy(card->lang, form->lang, sizeof card->lang);
    enum tn_status status =
        tn_walkin_seal(form, &hand_out->badge, &station->setup.vault_key, hand_out->sealed_form);
    if (status == TN_OK) {
        status = tn_card_seal(card, &hand_out->badge, &station->random, hand_out->sealed_card);
    }
    return status;
}

static enum tn_status put_register(struct tn_station *station, const struct hand_out *hand_out,
                                   const struct tn_when *when, const struct tn_id *badge)
{
    struct tn_buf body;
    struct tn_entry entry = tn_station_entry(station, TN_KIND_REGISTER, "typed", when);
    entry.badge = *badge;
    entry.learner = hand_out->card.learner;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_register(&body, hand_out->sealed_form, hand_out->sealed_card);
    enum tn_status status = tn_station_put_body(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    return status;
}

static enum tn_status put_arrival(struct tn_station *station, const struct hand_out *hand_out,
                                  const struct tn_when *when, struct tn_handed *out)
{
    /* At an exit too: whoever has just got a badge is here. */
    enum tn_role role = tn_station_role(station);
    const struct tn_outcome *outcome =
        tn_outcome_arrival(role == TN_ROLE_EXIT ? TN_ROLE_GATE : role);
    struct tn_entry entry = tn_station_entry(station, outcome->kind, "typed", when);
    entry.badge = out->badge;
    entry.learner = hand_out->card.learner;
    enum tn_status status = tn_station_put(station, &entry, NULL);
    out->record = (struct tn_record){
        .result = outcome->was_out,
        .seq = entry.seq,
        .is_verified = true,
        .who = hand_out->card.learner,
        .badge = out->badge,
    };
    memcpy(out->record.name, hand_out->card.display, sizeof out->record.name);
    memcpy(out->record.lang, hand_out->card.lang, sizeof out->record.lang);
    return status;
}

static enum tn_status put_walkin(struct tn_station *station, const struct hand_out *hand_out,
                                 const struct tn_when *when, struct tn_handed *out)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = put_register(station, hand_out, when, &out->badge);
    if (status == TN_OK) {
        status = put_arrival(station, hand_out, when, out);
    }
    return tn_station_finish(station, status);
}

/* What a caller gets of a failure is nothing: no secret of a badge that is nobody's. */
static enum tn_status end(struct hand_out *hand_out, enum tn_status status, struct tn_handed *out)
{
    memcpy(out->name, hand_out->card.display, sizeof out->name);
    sodium_memzero(hand_out, sizeof *hand_out);
    if (status != TN_OK) {
        sodium_memzero(out, sizeof *out);
    }
    return status;
}

enum tn_status tn_station_register(struct tn_station *station, const struct tn_walkin *form,
                                   const char *blank, const struct tn_when *when,
                                   struct tn_handed *out)
{
    struct hand_out hand_out = {0};
    const struct tn_public_key *vault = &station->setup.vault_key;
    *out = (struct tn_handed){0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK && sodium_is_zero(vault->b, sizeof vault->b) == 1) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_station_new_badge(station, blank, &hand_out.badge, out);
    }
    if (status == TN_OK) {
        status = seal_form(station, form, &hand_out, &out->badge);
    }
    if (status == TN_OK) {
        status = put_walkin(station, &hand_out, when, out);
    }
    return end(&hand_out, status, out);
}

/* The new card greets as the directory does; somebody of whom only a badge is known gets none. */
static enum tn_status seal_card(struct tn_station *station, const struct tn_found *who,
                                const struct tn_id *learner, struct hand_out *hand_out)
{
    struct tn_directory_row row;
    struct tn_card *card = &hand_out->card;
    card->learner = *learner;
    if (tn_staff_session_name(station, learner, &who->badge, &row)) {
        card->learner = row.learner;
        memcpy(card->display, row.display, sizeof card->display);
        memcpy(card->lang, row.lang, sizeof card->lang);
    }
    sodium_memzero(&row, sizeof row);
    return tn_id_is_none(&card->learner)
               ? TN_OK
               : tn_card_seal(card, &hand_out->badge, &station->random, hand_out->sealed_card);
}

static enum tn_status put_replace(struct tn_station *station, const struct hand_out *hand_out,
                                  const struct tn_id *old, enum tn_replace_why why,
                                  const struct tn_when *when, struct tn_handed *out)
{
    struct tn_buf body;
    struct tn_entry entry = tn_station_entry(station, TN_KIND_REPLACE, "tap", when);
    entry.badge = out->badge;
    entry.learner = hand_out->card.learner;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_replace(&body, old, why,
                          tn_id_is_none(&entry.learner) ? NULL : hand_out->sealed_card);
    enum tn_status status = tn_station_put_body(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    out->record = (struct tn_record){
        .result = TN_RESULT_NOISE,
        .seq = entry.seq,
        .is_verified = true,
        .who = tn_derive_who(&entry),
        .badge = out->badge,
    };
    memcpy(out->record.name, hand_out->card.display, sizeof out->record.name);
    memcpy(out->record.lang, hand_out->card.lang, sizeof out->record.lang);
    return status;
}

static enum tn_status replace(struct tn_station *station, const struct hand_out *hand_out,
                              const struct tn_id *old, enum tn_replace_why why,
                              const struct tn_when *when, struct tn_handed *out)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    return tn_station_finish(station, put_replace(station, hand_out, old, why, when, out));
}

enum tn_status tn_station_replace(struct tn_station *station, const struct tn_found *who,
                                  const char *blank, enum tn_replace_why why,
                                  const struct tn_when *when, struct tn_handed *out)
{
    struct hand_out hand_out = {0};
    *out = (struct tn_handed){0};
    enum tn_status status = tn_staff_session_check(station);
    if (status != TN_OK) {
        return status;
    }
    if (tn_id_is_none(&who->learner) && tn_id_is_none(&who->badge)) {
        return TN_ERR_NOT_FOUND;
    }
    struct tn_id old = who->badge;
    struct tn_id learner = who->learner;
    status = tn_station_badge_now(station, &learner, &old);
    if (status == TN_OK) {
        status = tn_station_new_badge(station, blank, &hand_out.badge, out);
    }
    if (status == TN_OK && tn_id_equal(&out->badge, &old)) {
        status = TN_ERR_EXISTS;
    }
    if (status == TN_OK) {
        status = seal_card(station, who, &learner, &hand_out);
    }
    if (status == TN_OK) {
        status = replace(station, &hand_out, &old, why, when, out);
    }
    return end(&hand_out, status, out);
}
