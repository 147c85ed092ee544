/* The table of screens: one row a screen, one file a screen. A new screen is a file and a row. */
#ifndef TURNOUT_UI_SCREEN_H
#define TURNOUT_UI_SCREEN_H

#include "kiosk/ui/model.h"

struct tn_screen_row {
    const char *name;
    void (*draw)(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);
    int64_t hold_ms; /* how long it stays before idle returns; 0: until something happens */
    bool has_sound;
    enum tn_sound sound; /* played when it is entered */
};

/* Indexed by enum tn_screen. */
extern const struct tn_screen_row tn_screens[TN_SCREEN_COUNT];

/* Text that people read goes through here, so that every string can be translated. */
#include <libintl.h>
#define _(text) gettext(text)
#define N_(text) text

#endif
