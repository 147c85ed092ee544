/* The list of partners that a handle keeps: private to core. */
#ifndef KIOSK_CORE_DESK_LISTS_H
#define KIOSK_CORE_DESK_LISTS_H

#include "kiosk/core/desk_impl.h"

/* Partners of a pack that are listed; an ecosystem has some thousands. */
#define TN_PARTNERS_MAX 10000

/* Frees what tn_station_partners keeps. Accepts NULL. */
void tn_partner_rows_free(struct tn_partner_rows *partners);

#endif
