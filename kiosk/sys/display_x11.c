/* What SDL does not do under X11: it reads the modes of outputs when it starts, and does not follow
 * a mode that changes on an output that stays. Opening SDL's display anew would not help: on its
 * way out it puts back the mode it knew. One round trip to the server a question. */
#include "kiosk/sys/display.h"

#include <SDL_syswm.h>

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
