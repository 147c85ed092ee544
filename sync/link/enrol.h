/* Enrolment: a new station's folder, made from a signed set-up card as a kiosk would
 * make it, known to the centre, with its first pack installed. */
#ifndef TURNOUT_LINK_ENROL_H
#define TURNOUT_LINK_ENROL_H

#include "sync/central/centre.h"
#include "sync/wire/hello.h"
#include "turnout/station.h"

struct tn_enrol {
    struct tn_central_event event;
    const char *name;
    enum tn_role role;
    struct tn_id activity;  /* none at a gate */
    const char *hub;        /* NULL: none */
    const uint8_t *hub_pin; /* of its key (TN_HASH_SIZE bytes); NULL: none */
    struct tn_id token;     /* filled here, with the time the card is made at */
    int64_t now_ms;
};

/* A station as its set-up card makes it known to the centre. */
struct tn_enrolled {
    char station[TN_TITLE_MAX + 1];
    char role[16];
    struct tn_id event;
    struct tn_id activity;
};

/* Makes DIR. The keyring must hold the signing part. TN_ERR_EXISTS where DIR holds a station or the
 * event has one of that name. Errors are logged. */
enum tn_status tn_enrol_station(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct tn_enrol *what, const char *dir,
                                const struct tn_station_env *env, int64_t now_ms);

/* Makes a set-up card for a kiosk that has no folder yet, and appends its digits. The first kiosk
 * that comes with its token is the station (tn_enrol_claim). TN_ERR_EXISTS as above. */
enum tn_status tn_enrol_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const struct tn_enrol *what, const struct tn_random *random,
                             int64_t now_ms, struct tn_buf *digits);

/* Makes a station known that was set up by a card, by the proof of that card's token in its hello.
 * A card already used by another kiosk is said, and the centre notes that kiosk as a guest, whose
 * entries it holds; one that was not made here changes nothing. TN_OK also then. */
enum tn_status tn_enrol_claim(struct tn_centre *centre, const struct tn_hello *hello,
                              int64_t now_ms);

/* Makes the log that a station writes known, where the centre has none of its device key. In the
 * caller's transaction. */
enum tn_status tn_enrol_add_log(struct tn_centre *centre, const struct tn_enrolled *what,
                                const struct tn_id *log, const struct tn_public_key *device);

/* An activity of an event by its code; TN_ERR_NOT_FOUND is logged with the codes there are. */
enum tn_status tn_enrol_activity(struct tn_centre *centre, const struct tn_central_event *event,
                                 const char *code, struct tn_id *out);

#endif
