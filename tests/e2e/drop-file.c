/* Drops files on one X11 window, as a file manager does (XDND, version 5): drop-file ID FILE...
 * No tool in Debian's archive does it without a hand at a real file manager. Ends with 0 once the
 * window says that it is done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <X11/Xatom.h>
#include <X11/Xlib.h>

#define DONE_S 10
#define TEXT_MAX 16384

static Display *display;
static Window source;
static Window target;
static char uris[TEXT_MAX];

static Atom atom(const char *name)
{
    return XInternAtom(display, name, False);
}

static void tell(const char *type, long flags, long third, long fourth)
{
    XEvent event = {0};
    event.xclient.type = ClientMessage;
    event.xclient.window = target;
    event.xclient.message_type = atom(type);
    event.xclient.format = 32;
    event.xclient.data.l[0] = (long)source;
    event.xclient.data.l[1] = flags;
    event.xclient.data.l[2] = third;
    event.xclient.data.l[3] = fourth;
    event.xclient.data.l[4] = (long)atom("XdndActionCopy");
    (void)XSendEvent(display, target, False, NoEventMask, &event);
    (void)XFlush(display);
}

/* The window asks for the list of files. */
static void give(const XSelectionRequestEvent *request)
{
    XEvent answer = {0};
    (void)XChangeProperty(display, request->requestor, request->property, request->target, 8,
                          PropModeReplace, (const unsigned char *)uris, (int)strlen(uris));
    answer.xselection.type = SelectionNotify;
    answer.xselection.requestor = request->requestor;
    answer.xselection.selection = request->selection;
    answer.xselection.target = request->target;
    answer.xselection.property = request->property;
    answer.xselection.time = request->time;
    (void)XSendEvent(display, request->requestor, False, NoEventMask, &answer);
    (void)XFlush(display);
}

/* Each step is begun by the window's answer to the one before. 1: done, -1: refused. */
static int take(const XEvent *event)
{
    if (event->type == SelectionRequest) {
        give(&event->xselectionrequest);
    } else if (event->type == ClientMessage && event->xclient.message_type == atom("XdndStatus")) {
        if ((event->xclient.data.l[1] & 1) == 0) {
            return -1;
        }
        tell("XdndDrop", 0, CurrentTime, 0);
    } else if (event->type == ClientMessage &&
               event->xclient.message_type == atom("XdndFinished")) {
        return 1;
    }
    return 0;
}

static int run(void)
{
    const struct timespec nap = {.tv_nsec = 5000000};
    time_t until = time(NULL) + DONE_S;
    int result = 0;
    while (result == 0 && time(NULL) < until) {
        while (result == 0 && XPending(display) > 0) {
            XEvent event;
            (void)XNextEvent(display, &event);
            result = take(&event);
        }
        (void)nanosleep(&nap, NULL);
    }
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "drop-file: give the number of one window, and files\n");
        return 2;
    }
    display = XOpenDisplay(NULL);
    if (display == NULL) {
        fprintf(stderr, "drop-file: cannot reach the display; is DISPLAY set?\n");
        return 3;
    }
    for (int i = 2; i < argc; i++) {
        size_t used = strlen(uris);
        (void)snprintf(uris + used, sizeof uris - used, "file://%s\r\n", argv[i]);
    }
    target = (Window)strtoul(argv[1], NULL, 0);
    source = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0);
    (void)XSetSelectionOwner(display, atom("XdndSelection"), source, CurrentTime);
    tell("XdndEnter", 5L << 24, (long)atom("text/uri-list"), 0);
    tell("XdndPosition", 0, 100 << 16 | 100, CurrentTime);
    int result = run();
    XCloseDisplay(display);
    if (result != 1) {
        fprintf(stderr, "drop-file: the window %s\n", result < 0 ? "takes no files" : "is silent");
    }
    return result == 1 ? 0 : 3;
}
