/* Events are plain values; the one thing they need is to be forgotten. A scan's text holds a
 * badge's secret and a store's answer holds a name, so whoever is done with an event wipes it. */
#include "kiosk/ui/event.h"

#include <sodium.h>

void tn_event_wipe(struct tn_event *event)
{
    if (event->len > 0) {
        sodium_memzero(event->text, sizeof event->text);
    }
    sodium_memzero(&event->record, sizeof event->record);
    event->len = 0;
}
