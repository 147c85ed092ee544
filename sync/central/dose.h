/* Bands of contact time, kept as data since whoever pays decides where they begin. */
#ifndef TURNOUT_CENTRAL_DOSE_H
#define TURNOUT_CENTRAL_DOSE_H

#include "sync/central/db.h"

#define TN_DOSE_BANDS_MAX 64
#define TN_DOSE_CONTACT "contact" /* for events of a day or a few */
#define TN_DOSE_21CCLC "21cclc"   /* of the 21st Century Community Learning Centers */

struct tn_dose_band {
    char scheme[32];
    char label[64];
    int64_t lo; /* minutes */
    int64_t hi; /* not with it; INT64_MAX: no end */
};

/* Gives a new ecosystem, by its code, the bands it begins with. Inside the caller's transaction. */
enum tn_status tn_dose_begin(struct tn_db *db, const char *code);

/* All bands, by scheme and lo. TN_ERR_LIMIT past TN_DOSE_BANDS_MAX. */
enum tn_status tn_dose_read(struct tn_db *db, int64_t ecosystem,
                            struct tn_dose_band out[TN_DOSE_BANDS_MAX], size_t *count);

#endif
