/* What SDL does not do under X11. It reads the modes of outputs when it starts, and does not follow
 * a mode that changes on an output that stays. Opening SDL's display anew would not help: on its
 * way out it puts back the mode it knew. One round trip to the server a question.
 *
 * And it leaves requests that the server refuses to Xlib, which ends the program for each. SDL's
 * own waking of a sleeping loop is refused where it arrives after the window is closed, so a kiosk
 * that was only ending, or opening its display anew, died of it. Here they are noted and it goes
 * on; but where the window itself is not there any more, the display is lost. */
#include "kiosk/sys/display.h"

#include <stdatomic.h>

#include <SDL_syswm.h>

#include "turnout/log.h"

#define ERROR_TEXT_SIZE 128

/* What the server last said is not there; 0: nothing. Any thread. */
static _Atomic XID missing;

/* On whatever thread reads the server's answers. */
static int note_refusal(Display *server, XErrorEvent *error)
{
    char text[ERROR_TEXT_SIZE] = "";
    (void)XGetErrorText(server, error->error_code, text, sizeof text);
    tn_log(TN_LOG_INFO, "the X server refused a request: %s (request %d)", text,
           error->request_code);
    if (error->error_code == BadWindow || error->error_code == BadDrawable) {
        atomic_store(&missing, error->resourceid);
    }
    return 0;
}

void tn_display_x11_forgive(void)
{
    atomic_store(&missing, 0); /* a new window may well get the number of the old */
    (void)XSetErrorHandler(note_refusal);
}

/* The X11 side of a window; false where it has none. */
static bool get_info(SDL_Window *window, SDL_SysWMinfo *info)
{
    SDL_VERSION(&info->version);
    return SDL_GetWindowWMInfo(window, info) == SDL_TRUE && info->subsystem == SDL_SYSWM_X11;
}

bool tn_display_x11_root(SDL_Window *window, SDL_Point *out)
{
    SDL_SysWMinfo info;
    Window root = 0;
    int at[2] = {0};
    unsigned size[2] = {0};
    unsigned rest[2] = {0};
    if (!get_info(window, &info)) {
        return false;
    }
    Display *server = info.info.x11.display;
    if (XGetGeometry(server, DefaultRootWindow(server), &root, &at[0], &at[1], &size[0], &size[1],
                     &rest[0], &rest[1]) == 0) {
        return false;
    }
    *out = (SDL_Point){(int)size[0], (int)size[1]};
    return true;
}

void tn_display_x11_cover(SDL_Window *window, SDL_Point size)
{
    SDL_SysWMinfo info;
    if (get_info(window, &info)) {
        (void)XMoveResizeWindow(info.info.x11.display, info.info.x11.window, 0, 0, (unsigned)size.x,
                                (unsigned)size.y);
        (void)XFlush(info.info.x11.display);
    }
}

bool tn_display_x11_is_missing(SDL_Window *window)
{
    SDL_SysWMinfo info;
    XID gone = atomic_load(&missing);
    return gone != 0 && get_info(window, &info) && info.info.x11.window == gone;
}
