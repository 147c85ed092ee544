/* Symbols that are nobody's badge: a web address, a Wi-Fi code, a ticket, a tin of beans. */
#ifndef TURNOUT_APP_FOREIGN_H
#define TURNOUT_APP_FOREIGN_H

#include "kiosk/ui/event.h"

/* Whether a scan, where it proves to be noise, is a whole symbol of somebody else and not a damaged
 * or half-read badge of ours: that child needs another square, not another try. Badges and cards
 * are digits, 48 and more; numbers of products (GTIN) have 14 at most. */
bool tn_scan_is_foreign(const struct tn_event *scan);

#endif
