/* A partner by its code. */
#ifndef TURNOUT_CENTRAL_PARTNER_H
#define TURNOUT_CENTRAL_PARTNER_H

#include "sync/central/centre.h"

struct tn_central_partner {
    struct tn_id id;
    char code[121];
    char name[121];
};

/* TN_ERR_NOT_FOUND is logged with the codes there are. */
enum tn_status tn_centre_partner(struct tn_centre *centre, const char *code,
                                 struct tn_central_partner *out);

#endif
