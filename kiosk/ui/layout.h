/* Pieces that screens are laid out with: the top bar, the frame of a result, the path, a stack of
 * lines. All in layout millimetres from the top left (struct tn_area); pixels only at the end. */
#ifndef TURNOUT_UI_LAYOUT_H
#define TURNOUT_UI_LAYOUT_H

#include "kiosk/ui/motion.h"
#include "kiosk/ui/screen.h"

/* Millimetres of layout. */
struct tn_area {
    float x, y, w, h;
};

/* What kind of screen this is: decided once, asked everywhere. */
struct tn_page {
    float w; /* millimetres */
    float h;
    bool is_tall;          /* portrait: things stand above each other */
    bool is_compact;       /* a 7-inch panel: the same things, closer together */
    float margin;          /* a multiple of 4 mm */
    float head;            /* the height of the top bar */
    float bar;             /* where the top bar ends */
    bool has_corner_below; /* too narrow for title and status side by side */
};

struct tn_page tn_page_of(const struct tn_view *view);

/* An area in pixels; edges that meet in millimetres meet in pixels. */
struct tn_rect tn_area_px(const struct tn_view *view, struct tn_area area);

/* The ground, the logo, "Event · Station", and the status corner with the clock. */
void tn_layout_bar(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* The width of one line of text, and the height a line takes, in layout millimetres. */
float tn_text_mm(const struct tn_view *view, const char *text, enum tn_type_size size,
                 bool is_bold);
float tn_line_mm(const struct tn_view *view, enum tn_type_size size);

/* A button: rounded, at least 20 mm high, its words centred and shrunk to fit, on up to two lines.
 * filled: the one to press on this screen; else outlined. picture: an icon's name before the words
 * (or alone, with text for speech only), or NULL. control is static. */
struct tn_button {
    struct tn_area area;
    const char *control;
    const char *text;
    const char *picture;
    bool is_filled;
    bool is_off; /* drawn quiet, and no control */
};

#define TN_BUTTON_MM 20.0f
#define TN_BUTTON_GAP_MM 4.0f

/* Draws one button in its area. */
void tn_layout_button(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_button *button);

/* A row of buttons along the bottom of the page: `first` of them from the start side, the others
 * from the end side; widths by their words, at least 36 mm (20 with a picture alone), shared out
 * where the room is short. Fills in the areas. Returns the top of the row. */
float tn_layout_actions(const struct tn_view *view, struct tn_draw *draw, struct tn_button *buttons,
                        size_t count, size_t first);

/* The top bar of a form or a staff's page: the logo, a title, and words at the end side (a step
 * "1 of 4", a clock, "Locks in 1:48"; empty: none). */
void tn_layout_title(const struct tn_view *view, struct tn_draw *draw, const char *title,
                     const char *end);

/* One line of a stack. Text of no length is left out. */
struct tn_say {
    const char *text;
    enum tn_type_size size;
    bool is_bold;
    int lines_max;
    float gap; /* above it, where it is not the first */
};

/* The height a stack takes, before it is squeezed. */
float tn_stack_height(const struct tn_view *view, const struct tn_say *says, size_t count, float w);

/* Sets lines below each other, centred in the area's height. A stack that is too high is squeezed
 * into the area, and its text with it. */
void tn_layout_stack(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                     const struct tn_say *says, size_t count, enum tn_color color,
                     enum tn_align align);

/* A result: one colour, one shape, a stack of words. foot is what stays free at the bottom. */
struct tn_result_frame {
    enum tn_color ground;
    enum tn_color ink;
    const char *picture;
    enum tn_color shape; /* the picture's @color and @line */
    enum tn_color sign;
    float shift; /* the picture, moved to the right, in millimetres */
    float foot;
    const struct tn_say *says;
    size_t count;
};

void tn_layout_result(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_result_frame *frame);

/* The path: a line along y from x to x + w, and a branch that rises by `rise`. Places along it are
 * shares of w. */
struct tn_stop {
    float at;
    bool is_up;     /* on the branch */
    bool is_walked; /* filled, not a ring */
};

#define TN_PATH_STOPS_MAX 6

struct tn_path {
    float x, y, w, rise;
    float radius; /* of the lit node; the stops are a little smaller */
    float walked; /* up to here the line is walked, and here the lit node lies */
    float branch; /* where the branch leaves the line, and where it runs straight again */
    float branch_end;
    float shift_x; /* the lit node, while it moves */
    float shift_y;
    enum tn_color ground;
    enum tn_color walked_color;
    enum tn_color todo_color;
    enum tn_color lit_color;
    size_t count;
    struct tn_stop stops[TN_PATH_STOPS_MAX];
};

/* Draws the path: what is to come, what is walked, the stops, the lit node on top. */
void tn_layout_path(const struct tn_view *view, struct tn_draw *draw, const struct tn_path *path);

/* The path as it runs along the bottom of a result, from edge to edge; the caller sets colours and
 * where it is lit. */
struct tn_path tn_path_of_result(const struct tn_page *page);

/* The path as a welcome walks it: the sun rolls to the first stop. */
void tn_layout_welcome_path(const struct tn_model *model, const struct tn_view *view,
                            struct tn_draw *draw);

/* The path that is all ahead, its first stop lit, filling an area. */
void tn_layout_path_ahead(const struct tn_view *view, struct tn_draw *draw, struct tn_area area);

/* A panel with a scanner's frame in it; gives the frame's square, for what is held into it. */
struct tn_area tn_layout_scan_frame(const struct tn_view *view, struct tn_draw *draw,
                                    struct tn_area area);

/* What that path needs at the bottom, in millimetres. */
float tn_path_foot(const struct tn_page *page);

#endif
