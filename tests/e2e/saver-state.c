/* Prints `on` where the X11 display's screen saver is at work, else `off`: saver-state. xset shows
 * how it is set, but not whether it has come. */
#include <stdio.h>

#include <X11/Xlib.h>
#include <X11/extensions/scrnsaver.h>

int main(void)
{
    Display *display = XOpenDisplay(NULL);
    if (display == NULL) {
        fprintf(stderr, "saver-state: cannot reach the display; is DISPLAY set?\n");
        return 3;
    }
    XScreenSaverInfo info = {0};
    Status is_told = XScreenSaverQueryInfo(display, DefaultRootWindow(display), &info);
    XCloseDisplay(display);
    if (is_told == 0) {
        fprintf(stderr, "saver-state: the display has no screen saver extension\n");
        return 3;
    }
    puts(info.state == ScreenSaverOn ? "on" : "off");
    return 0;
}
