/* Types keys as a scanner that pretends to be a keyboard does, by their positions and without a
 * pause: type-keys KEYCODE... All of them reach the X server in one piece. xdotool asks it six
 * questions a key, and where the machine is busy pauses longer within a badge than any scanner. */
#include <stdio.h>
#include <stdlib.h>

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>

int main(int argc, char **argv)
{
    Display *display = XOpenDisplay(NULL);
    if (display == NULL) {
        fprintf(stderr, "type-keys: cannot reach the display; is DISPLAY set?\n");
        return 3;
    }
    for (int i = 1; i < argc; i++) {
        unsigned key = (unsigned)strtoul(argv[i], NULL, 10);
        XTestFakeKeyEvent(display, key, True, CurrentTime);
        XTestFakeKeyEvent(display, key, False, CurrentTime);
    }
    XSync(display, False);
    XCloseDisplay(display);
    return 0;
}
