/* What idle says while a stick is in the kiosk, in the place of its invitation; the picture beside
 * it goes on asking for a badge, and badges go on being taken. */
#ifndef TURNOUT_UI_SYNC_BANNER_H
#define TURNOUT_UI_SYNC_BANNER_H

#include "kiosk/ui/layout.h"
#include "kiosk/ui/sync_words.h"

/* Fills the area; only where tn_sync_is_shown. */
void tn_sync_banner(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    struct tn_area area);

#endif
