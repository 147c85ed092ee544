/* Demo badges on idle (--demo). Controls: demo-1 to demo-6. */
#ifndef TURNOUT_UI_DEMO_STRIP_H
#define TURNOUT_UI_DEMO_STRIP_H

#include "kiosk/ui/layout.h"

/* True where the badges are part of the row of actions, and there is no strip. */
bool tn_demo_strip_is_shared(const struct tn_page *page);

/* How many of `count` badges there is room for. */
size_t tn_demo_strip_shown(const struct tn_page *page, size_t count);

/* The control of the i-th badge, from 0. */
const char *tn_demo_strip_control(size_t i);

/* The height of the strip, its label included; 0 where there is none. */
float tn_demo_strip_height(const struct tn_page *page, size_t count);

/* Draws it with its lower edge at `bottom`. */
void tn_demo_strip_draw(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw, float bottom);

#endif
