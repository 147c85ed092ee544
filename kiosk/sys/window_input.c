/* What comes in: SDL's events become ours.
 *
 * Keys are taken as scancodes, repeats included, before anything else could see them; their
 * characters come second, and only while a field is open. A tap is a finger or a button that goes
 * down and up on one control. On a whole screen no key, gesture or request ends the kiosk unless
 * staff has unlocked it. What SDL says of a display that went or changed is only noted here. */
#include "kiosk/sys/clock.h"
#include "kiosk/sys/window.h"
#include "turnout/log.h"

void tn_window_send(struct tn_window *window, struct tn_event *event)
{
    tn_clock_stamp(event);
    tn_runner_event(&window->kiosk->runner, event);
}

bool tn_window_may_leave(const struct tn_window *window)
{
    return window->kiosk->options->is_windowed || tn_ui_is_unlocked(&window->kiosk->runner.model);
}

/* Without a window manager nobody gives the keys back to a window that was hidden, and a scanner
 * that types would go unheard until a restart. */
void tn_window_want_keys(struct tn_window *window)
{
    if ((SDL_GetWindowFlags(window->display.window) & SDL_WINDOW_INPUT_FOCUS) == 0) {
        (void)SDL_SetWindowInputFocus(window->display.window);
    }
}

void tn_window_arm(struct tn_window *window)
{
    bool wants_text = tn_ui_wants_text(&window->kiosk->runner.model);
    if (wants_text && SDL_IsTextInputActive() != SDL_TRUE) {
        SDL_StartTextInput();
    } else if (!wants_text && SDL_IsTextInputActive() == SDL_TRUE) {
        SDL_StopTextInput();
    }
    tn_display_hold_keys(&window->display, !tn_window_may_leave(window));
}

/* Somebody is there. */
static void wake(struct tn_window *window)
{
    int64_t at_ms = 0;
    tn_clock_now(&at_ms, &window->touched_ms);
}

static void set_pointer(struct tn_window *window, bool is_hidden)
{
    window->is_pointer_hidden = is_hidden;
    (void)SDL_ShowCursor(is_hidden ? SDL_DISABLE : SDL_ENABLE);
}

/* The control under a point of the picture, which may stand a little off. */
static const char *hit(const struct tn_window *window, SDL_Point at)
{
    return tn_draw_hit(&window->shown, at.x - window->shift.x, at.y - window->shift.y);
}

/* The first touch of a dimmed screen only wakes it: nobody presses what they cannot see. */
static void press(struct tn_window *window, SDL_Point at)
{
    bool was_dim = window->dim_percent < 100;
    wake(window);
    tn_window_want_keys(window);
    tn_display_fit(&window->display);
    const char *control = was_dim ? NULL : hit(window, at);
    (void)snprintf(window->pressed, sizeof window->pressed, "%s", control != NULL ? control : "");
}

static void release(struct tn_window *window, SDL_Point at)
{
    const char *control = hit(window, at);
    if (control != NULL && window->pressed[0] != '\0' && strcmp(control, window->pressed) == 0) {
        struct tn_event event = {.type = TN_EVENT_TAP,
                                 .has_point = true,
                                 .x_mm = (float)at.x / window->size.unit_px,
                                 .y_mm = (float)at.y / window->size.unit_px};
        (void)snprintf(event.control, sizeof event.control, "%s", control);
        tn_window_send(window, &event);
        window->taps++;
    }
    window->pressed[0] = '\0';
    wake(window);
}

static void on_key(struct tn_window *window, const SDL_Event *event)
{
    struct tn_event key = {.type = TN_EVENT_KEY, .scancode = (uint16_t)event->key.keysym.scancode};
    wake(window);
    if (key.scancode == SDL_SCANCODE_RETURN && tn_ui_wants_text(&window->kiosk->runner.model)) {
        window->letters++;
    }
    tn_window_send(window, &key);
}

/* A scan that ended with this very key may have closed the field. */
static void on_text(struct tn_window *window, const SDL_Event *event)
{
    if (!tn_ui_wants_text(&window->kiosk->runner.model)) {
        return;
    }
    struct tn_event text = {.type = TN_EVENT_TEXT, .len = strlen(event->text.text)};
    memcpy(text.text, event->text.text, text.len + 1);
    tn_window_send(window, &text);
    window->letters++;
}

static void on_file(struct tn_window *window, const SDL_Event *event)
{
    struct tn_event file = {.type = TN_EVENT_FILE, .len = strlen(event->drop.file)};
    wake(window);
    if (tn_dropped_take(&window->kiosk->dropped, event->drop.file)) {
        SDL_free(event->drop.file);
        return; /* what it says comes as a scan */
    }
    if (file.len <= TN_SCAN_TEXT_MAX) {
        memcpy(file.text, event->drop.file, file.len + 1);
        tn_window_send(window, &file);
    } else {
        tn_log(TN_LOG_WARN,
               "a file was dropped whose path is longer than %d bytes; give it a "
               "shorter one",
               TN_SCAN_TEXT_MAX);
    }
    SDL_free(event->drop.file);
}

static void on_button(struct tn_window *window, const SDL_Event *event)
{
    if (event->button.button != SDL_BUTTON_LEFT || event->button.which == SDL_TOUCH_MOUSEID) {
        return;
    }
    SDL_Point at = {(int)((float)event->button.x * window->scale.x),
                    (int)((float)event->button.y * window->scale.y)};
    if (event->type == SDL_MOUSEBUTTONDOWN) {
        press(window, at);
    } else {
        release(window, at);
    }
}

/* A finger hides the pointer, which would sit where somebody last touched; a mouse brings it
 * back. */
static void on_finger(struct tn_window *window, const SDL_Event *event)
{
    SDL_Point at = {(int)(event->tfinger.x * (float)window->size.w_px),
                    (int)(event->tfinger.y * (float)window->size.h_px)};
    if (event->type == SDL_FINGERDOWN) {
        set_pointer(window, true);
        press(window, at);
    } else {
        release(window, at);
    }
}

static void on_motion(struct tn_window *window, const SDL_Event *event)
{
    if (event->motion.which != SDL_TOUCH_MOUSEID) {
        wake(window);
        set_pointer(window, false);
    }
}

/* Somebody asks the kiosk to end: a close button, Alt+F4, a task list. */
static void on_close(struct tn_window *window)
{
    if (!tn_window_may_leave(window)) {
        tn_log(TN_LOG_INFO, "asked to close, but the kiosk is locked: a staff card opens the way");
        return;
    }
    struct tn_event quit = {.type = TN_EVENT_QUIT};
    tn_window_send(window, &quit);
}

static void on_exposed(struct tn_window *window)
{
    window->needs_paint = true;
    tn_display_fit(&window->display);
}

static const struct {
    Uint8 event;
    void (*handle)(struct tn_window *window);
} window_handlers[] = {
    {SDL_WINDOWEVENT_SIZE_CHANGED, tn_window_measure},
    {SDL_WINDOWEVENT_EXPOSED, on_exposed},
    {SDL_WINDOWEVENT_SHOWN, tn_window_want_keys},
    {SDL_WINDOWEVENT_RESTORED, tn_window_want_keys},
    {SDL_WINDOWEVENT_DISPLAY_CHANGED, tn_window_measure},
    {SDL_WINDOWEVENT_CLOSE, on_close},
};

static void on_window(struct tn_window *window, const SDL_Event *event)
{
    for (size_t i = 0; i < sizeof window_handlers / sizeof window_handlers[0]; i++) {
        if (window_handlers[i].event == event->window.event) {
            window_handlers[i].handle(window);
        }
    }
}

/* A display was plugged in or out. A compositor moves and sizes the window by itself; without one
 * all is made anew, for the displays that are there now. */
static void on_display(struct tn_window *window, const SDL_Event *event)
{
    if (event->display.event != SDL_DISPLAYEVENT_CONNECTED &&
        event->display.event != SDL_DISPLAYEVENT_DISCONNECTED &&
        event->display.event != SDL_DISPLAYEVENT_ORIENTATION) {
        return;
    }
    if (tn_display_is_looked_after(&window->display)) {
        tn_window_measure(window);
    } else {
        window->loss = TN_LOSS_DISPLAY;
    }
}

/* What was asked of our window comes as a window's event; this comes where SDL has lost its display
 * server for good. */
static void on_quit(struct tn_window *window, const SDL_Event *event)
{
    (void)event;
    if (window->kiosk->options->is_windowed) {
        on_close(window);
    } else {
        window->loss = TN_LOSS_DISPLAY;
    }
}

static void on_targets_reset(struct tn_window *window, const SDL_Event *event)
{
    (void)event;
    window->needs_paint = true;
}

static void on_device_reset(struct tn_window *window, const SDL_Event *event)
{
    (void)event;
    if (window->loss == TN_LOSS_NONE) {
        window->loss = TN_LOSS_TEXTURES;
    }
}

static const struct {
    Uint32 type;
    void (*handle)(struct tn_window *window, const SDL_Event *event);
} handlers[] = {
    {SDL_KEYDOWN, on_key},
    {SDL_TEXTINPUT, on_text},
    {SDL_DROPFILE, on_file},
    {SDL_MOUSEBUTTONDOWN, on_button},
    {SDL_MOUSEBUTTONUP, on_button},
    {SDL_FINGERDOWN, on_finger},
    {SDL_FINGERUP, on_finger},
    {SDL_MOUSEMOTION, on_motion},
    {SDL_WINDOWEVENT, on_window},
    {SDL_DISPLAYEVENT, on_display},
    {SDL_RENDER_TARGETS_RESET, on_targets_reset},
    {SDL_RENDER_DEVICE_RESET, on_device_reset},
    {SDL_QUIT, on_quit},
};

void tn_window_handle(struct tn_window *window, const SDL_Event *event)
{
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (handlers[i].type == event->type) {
            handlers[i].handle(window, event);
            return;
        }
    }
}
