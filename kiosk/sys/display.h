/* The display: SDL's video driver, the one window on it, its renderer and the painter, opened and
 * closed together, so that whatever of them is lost is made again from the ground up. It shows
 * nothing by itself and takes no events. Main thread. */
#ifndef TURNOUT_SYS_DISPLAY_H
#define TURNOUT_SYS_DISPLAY_H

#include <SDL.h>

#include "kiosk/sys/options.h"
#include "kiosk/sys/paint.h"

#define TN_DISPLAY_WHY_MAX 255

struct tn_display {
    const struct tn_options *options; /* borrowed */
    bool may_be_blind; /* tests: a driver that shows nothing will do; set before opening */
    bool has_video;
    SDL_Window *window; /* this and the next two: NULL where it is not open */
    SDL_Renderer *renderer;
    struct tn_paint *paint;
    SDL_Point root;                   /* X11: the size of the screen the window was made for */
    char why[TN_DISPLAY_WHY_MAX + 1]; /* why it could not be opened: for the log */
};

/* Starts SDL's events and says what we want of it; opens nothing yet. */
enum tn_status tn_display_init(struct tn_display *display, const struct tn_options *options);

/* Closes it and ends SDL altogether. */
void tn_display_destroy(struct tn_display *display);

/* Opens the driver, the window, its renderer and the painter. On any other status than TN_OK
 * nothing is open, and why says so in words: TN_ERR_NOT_FOUND where there is no display,
 * TN_ERR_STATE where it takes no window, the painter's where that fails. May be tried again. */
enum tn_status tn_display_open(struct tn_display *display);

/* Closes all that open opened. Nothing may be painted until it is opened again. */
void tn_display_close(struct tn_display *display);

/* Tells whether there is a painter to paint with. */
bool tn_display_is_open(const struct tn_display *display);

/* A new painter on the same renderer, whose textures are gone (a GPU that was reset). */
enum tn_status tn_display_renew(struct tn_display *display);

/* The size of the picture and of the window, which differ where the desktop scales, in pixels and
 * in the window's units; false where neither can be told. */
bool tn_display_size(const struct tn_display *display, SDL_Point *picture, SDL_Point *window);

/* Pixels a millimetre: --px-per-mm, else what the display says where that can be believed, else 0.
 */
float tn_display_px_per_mm(const struct tn_display *display);

/* Makes a full-screen window as large as the screen under it, where that has changed its size and
 * nobody else looks after the window (X11 without a window manager). SDL tells of the new size by
 * an event. */
void tn_display_fit(struct tn_display *display);

/* Tells whether a compositor looks after the window when displays come and go (Wayland). */
bool tn_display_is_looked_after(const struct tn_display *display);

/* Takes the whole keyboard, a window manager's keys too, or gives it back. */
void tn_display_hold_keys(struct tn_display *display, bool is_held);

/* Has X11 go on after a request that the server refuses, for which Xlib would end the program. Call
 * it each time before SDL opens a display: SDL puts back what it found before it closes one. */
void tn_display_x11_forgive(void);

/* Tells whether the X11 server has refused something because this window is not there any more:
 * somebody else has destroyed it. False where it is not X11. */
bool tn_display_x11_is_missing(SDL_Window *window);

/* The size of the X11 screen a window is on; false where it is not X11. */
bool tn_display_x11_root(SDL_Window *window, SDL_Point *out);

/* Makes an X11 window cover the screen from its left top on; nothing where it is not X11. */
void tn_display_x11_cover(SDL_Window *window, SDL_Point size);

#endif
