/* The look, as data: colour roles, the type scale and the spacing, and how millimetres become
 * pixels on the screen at hand. Every screen draws with these and nothing else. */
#ifndef TURNOUT_UI_THEME_H
#define TURNOUT_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* What a colour is for. Themes give each role a value. */
enum tn_color {
    TN_COLOR_NONE,
    TN_COLOR_PAPER,   /* the ground */
    TN_COLOR_INK,     /* text and strokes on the ground */
    TN_COLOR_LINE,    /* quiet outlines */
    TN_COLOR_QUIET,   /* text of second rank */
    TN_COLOR_ACTION,  /* what to press; the lit path */
    TN_COLOR_SURFACE, /* panels */
    TN_COLOR_TRACK,   /* the path not yet walked */
    TN_COLOR_WHITE,   /* shapes and text on a result's colour, and buttons */
    TN_COLOR_WELCOME,
    TN_COLOR_GOODBYE,
    TN_COLOR_ALREADY,
    TN_COLOR_HELP,
    TN_COLOR_FAULT,
    TN_COLOR_NEWEST,        /* the newest node */
    TN_COLOR_SUN,           /* the lit node on a result's colour */
    TN_COLOR_ACTION_INK,    /* text and strokes on ACTION */
    TN_COLOR_GOODBYE_INK,   /* text and shapes on GOODBYE */
    TN_COLOR_HELP_INK,      /* text and shapes on HELP */
    TN_COLOR_WELCOME_TRACK, /* the path not yet walked, on WELCOME */
    TN_COLOR_GOODBYE_TRACK, /* and on GOODBYE */
    TN_COLOR_ALREADY_TRACK, /* and on ALREADY */
    TN_COLOR_GOOD,          /* a small mark on the ground that says: all is well */
    TN_COLOR_WARN,          /* a small mark on the ground that says: look here */
    TN_COLOR_COUNT
};

enum tn_theme_id { TN_THEME_LIGHT, TN_THEME_DARK, TN_THEME_CONTRAST, TN_THEME_COUNT };

/* Text sizes by what the text is for; the scale gives capital heights in millimetres. */
enum tn_type_size {
    TN_TYPE_SMALL,
    TN_TYPE_LABEL,
    TN_TYPE_BODY,
    TN_TYPE_HEADLINE,
    TN_TYPE_NAME,
    TN_TYPE_COUNT
};

/* 0xRRGGBB of a role. */
uint32_t tn_theme_rgb(enum tn_theme_id theme, enum tn_color role);

/* "light", "dark", "contrast"; TN_THEME_COUNT for any other name. */
enum tn_theme_id tn_theme_from_name(const char *name);
const char *tn_theme_name(enum tn_theme_id theme);

/* Capital height in millimetres at a text scale of 1. */
float tn_type_cap_mm(enum tn_type_size size);

/* How people here want it: staff's settings, or a visitor's. */
struct tn_look {
    enum tn_theme_id theme;
    bool is_larger; /* text at 130 % */
    bool is_lower;  /* what is pressed lies in the lowest third */
    bool is_still;  /* nothing moves */
};

/* The screen a draw list is laid out for. */
struct tn_view {
    int w_px;
    int h_px;
    float unit_px; /* pixels a layout millimetre */
    enum tn_theme_id theme;
    float text_scale; /* 1, or 1.3 for larger text; every type size is multiplied by it */
    bool is_lower;
    bool is_still;
    bool is_rtl; /* the list will be turned round: set by tn_ui_draw for those few things that must
                    not be */
};

/* A view of w by h pixels at px_per_mm (0: not known). The layout millimetre is the real one where
 * the screen is small, and grows with the screen beyond the design size of 217 x 136 mm (or its
 * turn), so that a large display is filled and read from further off. */
struct tn_view tn_view_of(int w_px, int h_px, float px_per_mm, enum tn_theme_id theme);

/* The same display with a look: theme, text scale, lower, still. */
struct tn_view tn_view_for(const struct tn_view *display, const struct tn_look *look);

/* The capital height of a type size in this view: layout millimetres, and pixels. */
float tn_type_mm(const struct tn_view *view, enum tn_type_size size);
float tn_type_cap_px(const struct tn_view *view, enum tn_type_size size);

/* The role's name as goldens print it and as icons say it after an @ ("welcome", "action-ink"). */
const char *tn_color_name(enum tn_color role);

/* "small" ... "name". */
const char *tn_type_name(enum tn_type_size size);

/* From one line's baseline to the next, and the height one line takes, in capital heights. */
#define TN_TYPE_PITCH 1.6f

/* How wide one line of text will be, in capital heights of its size, as a layout needs to know
 * before it is painted. Exact for ASCII in Andika, generous for anything else. */
float tn_type_width_caps(const char *text, bool is_bold);

/* Layout millimetres to whole pixels. */
int tn_px(const struct tn_view *view, float mm);

#endif
