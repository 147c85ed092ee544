/* The one thing SDL does not tell about X11: how large the screen is now. It reads the modes of
 * outputs when it starts, and does not follow a mode that changes on an output that stays. One
 * round trip to the server a question. */
#include "kiosk/sys/display.h"

#include <SDL_syswm.h>

bool tn_display_x11_root(SDL_Window *window, SDL_Point *out)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (SDL_GetWindowWMInfo(window, &info) != SDL_TRUE || info.subsystem != SDL_SYSWM_X11) {
        return false;
    }
    Display *server = info.info.x11.display;
    Window root = 0;
    int x = 0;
    int y = 0;
    unsigned w = 0;
    unsigned h = 0;
    unsigned border = 0;
    unsigned depth = 0;
    if (XGetGeometry(server, DefaultRootWindow(server), &root, &x, &y, &w, &h, &border, &depth) ==
        0) {
        return false;
    }
    *out = (SDL_Point){(int)w, (int)h};
    return true;
}
