/* Enrolment in process: a new station's folder, made from a signed set-up card as a kiosk would
 * make it, known to the centre, with its first pack installed. */
#ifndef TURNOUT_LINK_ENROL_H
#define TURNOUT_LINK_ENROL_H

#include "sync/central/centre.h"
#include "turnout/station.h"

struct tn_enrol {
    struct tn_central_event event;
    const char *name;
    enum tn_role role;
    struct tn_id activity; /* none at a gate */
    const char *hub;       /* NULL: none */
};

/* Makes DIR. The keyring must hold the signing part. TN_ERR_EXISTS where DIR holds a station or the
 * event has one of that name. Errors are logged. */
enum tn_status tn_enrol_station(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct tn_enrol *what, const char *dir,
                                const struct tn_station_env *env, int64_t now_ms);

/* An activity of an event by its code; TN_ERR_NOT_FOUND is logged with the codes there are. */
enum tn_status tn_enrol_activity(struct tn_centre *centre, const struct tn_central_event *event,
                                 const char *code, struct tn_id *out);

#endif
