/* The parts of the staff panel above its buttons: the cards with numbers, the chart, the line of
 * devices. Each fits itself into the area it is given. */
#ifndef TURNOUT_UI_STAFF_PANEL_H
#define TURNOUT_UI_STAFF_PANEL_H

#include "kiosk/ui/staff_parts.h"

/* What the cards need at least, and what they need to show everything they can, in millimetres. */
float tn_staff_cards_least(const struct tn_view *view);

/* Who is here, what is safe at the centre, and check-ins each quarter hour. */
void tn_staff_cards(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    struct tn_area area);

/* Check-ins each quarter hour as bars; the newest is orange, at the end, and its count is bold. */
void tn_staff_chart(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                    const struct tn_tally *tally);

/* The height the line of devices takes at a width. */
float tn_staff_health_height(const struct tn_model *model, const struct tn_view *view, float w);

/* Scanner, camera, printer, disk: a mark and words each. */
void tn_staff_health(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                     struct tn_area area);

/* What was just done, with a tick: the line instead of the devices for a few seconds. */
void tn_staff_notice_draw(const struct tn_model *model, const struct tn_view *view,
                          struct tn_draw *draw, struct tn_area area);

/* The panel's housekeeping, which the PIN's panel shares: the notice goes, the numbers come. */
void tn_staff_tick(struct tn_model *model, struct tn_effects *effects);
void tn_staff_reply(struct tn_model *model, const struct tn_reply *reply);

/* The PIN's panel again, after something it had opened; asks for the numbers. */
void tn_pin_panel_open(struct tn_model *model, struct tn_effects *effects);

#endif
