/* Opening and closing as a whole costs a tenth of a second where less might have done, and in
 * exchange every loss is mended by the code that also starts the kiosk, which runs every day.
 *
 * The software renderer is ours on X11, where it takes 16 MB against 115 MB of GL. Wayland and
 * KMS/DRM have no plain memory to paint into in SDL 2: there it is OpenGL ES, which Mesa also gives
 * without a GPU. */
#include "kiosk/sys/display.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/sys/density.h"
#include "turnout/log.h"

/* Where a Wayland server's socket could be; without any libwayland complains in words of its own
 * before SDL can. */
static bool may_have_wayland(void)
{
    const char *display = getenv("WAYLAND_DISPLAY");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    return getenv("WAYLAND_SOCKET") != NULL || (display != NULL && display[0] == '/') ||
           (runtime != NULL && runtime[0] == '/');
}

/* Leaves Wayland out where it cannot be, also where the environment asks for it. */
static void hint_driver(void)
{
    const char *wanted = getenv("SDL_VIDEODRIVER");
    if (!may_have_wayland() && (wanted == NULL || strstr(wanted, "wayland") != NULL)) {
        (void)SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "x11,kmsdrm", SDL_HINT_OVERRIDE);
    }
}

static const struct {
    const char *name;
    const char *value;
} hints[] = {
    {SDL_HINT_TOUCH_MOUSE_EVENTS, "0"},
    {SDL_HINT_MOUSE_TOUCH_EVENTS, "0"},
    /* The press that also gives the window the keys is a press like any other. */
    {SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1"},
    {SDL_HINT_NO_SIGNAL_HANDLERS, "1"},
    {SDL_HINT_APP_NAME, "Turnout"},
    {SDL_HINT_SCREENSAVER_INHIBIT_ACTIVITY_NAME, "Turnout"},
    /* The window stays where it is, whatever is pressed. Closing is asked for by a window's event;
       SDL_QUIT is left for a display that is gone. */
    {SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0"},
    {SDL_HINT_ALLOW_ALT_TAB_WHILE_GRABBED, "0"},
    {SDL_HINT_WINDOWS_NO_CLOSE_ON_ALT_F4, "1"},
    {SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "0"},
};

enum tn_status tn_display_init(struct tn_display *display, const struct tn_options *options)
{
    *display = (struct tn_display){.options = options};
    hint_driver();
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        (void)SDL_SetHint(hints[i].name, hints[i].value);
    }
    /* Events on their own, so that they outlive a video driver that is started anew. */
    return SDL_Init(SDL_INIT_EVENTS) == 0 ? TN_OK : TN_ERR_STATE;
}

void tn_display_destroy(struct tn_display *display)
{
    tn_display_close(display);
    SDL_Quit();
}

static bool is_driver(const char *name)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver != NULL && strcmp(driver, name) == 0;
}

/* SDL picks a driver that shows nothing where it finds no display; a kiosk must not. */
static bool is_blind(void)
{
    return is_driver("offscreen") || is_driver("dummy");
}

static enum tn_status open_video(struct tn_display *display)
{
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) == 0) {
        display->has_video = true;
        if ((display->may_be_blind || !is_blind()) && SDL_GetNumVideoDisplays() > 0) {
            SDL_DisableScreenSaver();
            SDL_StopTextInput();
            return TN_OK;
        }
    }
    (void)snprintf(display->why, sizeof display->why,
                   "no display to show the kiosk on; start it under X11 or Wayland, or use "
                   "--headless with --scanner stdin or --script FLOW");
    return TN_ERR_NOT_FOUND;
}

/* Where no window manager runs, nobody grows a window that asks to be full screen: it is made as
 * large as the display and without a border, and only then asks. */
static SDL_Window *create_window(const struct tn_options *options)
{
    SDL_Rect bounds;
    if (options->is_windowed || SDL_GetDisplayBounds(0, &bounds) != 0) {
        return SDL_CreateWindow("Turnout", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                options->w_px, options->h_px,
                                SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    }
    SDL_Window *window = SDL_CreateWindow("Turnout", bounds.x, bounds.y, bounds.w, bounds.h,
                                          SDL_WINDOW_BORDERLESS | SDL_WINDOW_ALLOW_HIGHDPI);
    if (window != NULL && SDL_SetWindowFullscreen(window, SDL_WINDOW_FULLSCREEN_DESKTOP) != 0) {
        tn_log(TN_LOG_WARN, "the window covers the screen, but cannot take it whole: %s",
               SDL_GetError());
    }
    return window;
}

/* In the order they are tried. Software without acceleration copies plain memory to the window,
 * with it through a texture of whatever GL there is. */
static const struct renderer {
    const char *driver; /* NULL: any that is not named above */
    const char *name;   /* NULL: SDL's choice */
    const char *acceleration;
    Uint32 flags;
} renderers[] = {
    {"x11", "software", "0", SDL_RENDERER_SOFTWARE},
    {"dummy", "software", "0", SDL_RENDERER_SOFTWARE},
    {NULL, "opengles2", "1", SDL_RENDERER_ACCELERATED},
    {NULL, "", "1", SDL_RENDERER_ACCELERATED},
    {NULL, "software", "1", SDL_RENDERER_SOFTWARE},
};

static SDL_Renderer *create_renderer(SDL_Window *window)
{
    SDL_Renderer *renderer = NULL;
    bool is_named = is_driver("x11") || is_driver("dummy");
    for (size_t i = 0; i < sizeof renderers / sizeof renderers[0] && renderer == NULL; i++) {
        const struct renderer *row = &renderers[i];
        if (row->driver != NULL ? is_driver(row->driver) : !is_named) {
            (void)SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, row->acceleration);
            (void)SDL_SetHint(SDL_HINT_RENDER_DRIVER, row->name);
            renderer = SDL_CreateRenderer(window, -1, row->flags);
        }
    }
    return renderer;
}

static enum tn_status open_window(struct tn_display *display)
{
    display->window = create_window(display->options);
    if (display->window != NULL) {
        display->renderer = create_renderer(display->window);
    }
    if (display->renderer == NULL) {
        (void)snprintf(display->why, sizeof display->why,
                       "no window can be opened on this display: %s", SDL_GetError());
        return TN_ERR_STATE;
    }
    (void)tn_display_x11_root(display->window, &display->root);
    return TN_OK;
}

static enum tn_status open_painter(struct tn_display *display)
{
    enum tn_status status = tn_paint_create(display->renderer, &display->paint);
    if (status != TN_OK) {
        (void)snprintf(display->why, sizeof display->why,
                       "the screen cannot be painted; is the package fonts-sil-andika installed?");
    }
    return status;
}

enum tn_status tn_display_open(struct tn_display *display)
{
    tn_display_x11_forgive();
    enum tn_status status = open_video(display);
    if (status == TN_OK) {
        status = open_window(display);
    }
    if (status == TN_OK) {
        status = open_painter(display);
    }
    if (status != TN_OK) {
        tn_display_close(display);
    }
    return status;
}

void tn_display_close(struct tn_display *display)
{
    tn_paint_free(display->paint);
    if (display->renderer != NULL) {
        SDL_DestroyRenderer(display->renderer);
    }
    if (display->window != NULL) {
        SDL_DestroyWindow(display->window);
    }
    if (display->has_video) {
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
    }
    display->paint = NULL;
    display->renderer = NULL;
    display->window = NULL;
    display->has_video = false;
    display->root = (SDL_Point){0, 0};
}

bool tn_display_is_open(const struct tn_display *display)
{
    return display->paint != NULL;
}

enum tn_status tn_display_renew(struct tn_display *display)
{
    tn_paint_free(display->paint);
    display->paint = NULL;
    return open_painter(display);
}

bool tn_display_size(const struct tn_display *display, SDL_Point *picture, SDL_Point *window)
{
    *picture = (SDL_Point){0, 0};
    SDL_GetWindowSize(display->window, &window->x, &window->y);
    return SDL_GetRendererOutputSize(display->renderer, &picture->x, &picture->y) == 0 &&
           picture->x > 0 && picture->y > 0 && window->x > 0 && window->y > 0;
}

float tn_display_px_per_mm(const struct tn_display *display)
{
    struct tn_density_claim claim = {0};
    SDL_DisplayMode mode;
    if (display->options->px_per_mm > 0) {
        return display->options->px_per_mm;
    }
    int index = SDL_GetWindowDisplayIndex(display->window);
    if (index < 0 || SDL_GetDisplayDPI(index, NULL, &claim.h_dpi, &claim.v_dpi) != 0 ||
        SDL_GetDesktopDisplayMode(index, &mode) != 0) {
        return 0;
    }
    claim.w_px = mode.w;
    claim.h_px = mode.h;
    return tn_density_of(&claim);
}

/* With several displays the screen is all of them together, and SDL tells of each. */
void tn_display_fit(struct tn_display *display)
{
    SDL_Point now;
    if (display->options->is_windowed || SDL_GetNumVideoDisplays() != 1 ||
        !tn_display_x11_root(display->window, &now)) {
        return;
    }
    if (now.x != display->root.x || now.y != display->root.y) {
        display->root = now;
        tn_display_x11_cover(display->window, now);
    }
}

bool tn_display_is_looked_after(const struct tn_display *display)
{
    return display->options->is_windowed || is_driver("wayland");
}

/* The flag is what we asked for; SDL_GetWindowKeyboardGrab tells whether it is so at this moment,
 * which a window without focus cannot have. */
void tn_display_hold_keys(struct tn_display *display, bool is_held)
{
    bool was_held = (SDL_GetWindowFlags(display->window) & SDL_WINDOW_KEYBOARD_GRABBED) != 0;
    if (was_held != is_held) {
        SDL_SetWindowKeyboardGrab(display->window, is_held ? SDL_TRUE : SDL_FALSE);
    }
}
