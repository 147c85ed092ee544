/* The kiosk's window: SDL's events become ours, and our draw list becomes pixels. It sleeps until
 * something happens or the runner's next deadline, and paints only where the new list differs from
 * the one on the screen, so a kiosk that shows nothing moving costs nothing.
 *
 * Keys are taken as scancodes, repeats included, before anything else could see them; text input is
 * switched off. A tap is a finger or a button that goes down and up on one control. */
#include <limits.h>

#include <SDL.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/kiosk.h"
#include "kiosk/sys/paint.h"
#include "kiosk/sys/sound.h"
#include "turnout/log.h"

#define WAIT_MS_MAX 60000

struct window {
    struct tn_kiosk *kiosk;
    SDL_Window *window;
    SDL_Renderer *renderer;
    struct tn_paint *paint;
    struct tn_sounds *sounds;
    Uint32 doorbell; /* the type of the event that wakes the loop */
    struct tn_view view;
    struct tn_draw shown; /* what is on the screen */
    struct tn_draw next;
    bool needs_paint;
    bool has_answer;                  /* a scan was answered since the last frame */
    uint64_t answer_seq;              /* of the entry it became; 0: none */
    char pressed[TN_CONTROL_MAX + 1]; /* the control that went down; empty: none */
};

static void send(struct window *window, struct tn_event *event)
{
    tn_clock_stamp(event);
    tn_runner_event(&window->kiosk->runner, event);
}

static void play(void *ctx, enum tn_sound sound)
{
    struct window *window = ctx;
    tn_sounds_ask(window->sounds, sound);
}

static void note_answer(void *ctx, enum tn_screen screen, uint64_t seq)
{
    struct window *window = ctx;
    (void)screen;
    window->has_answer = true;
    window->answer_seq = seq;
}

/* Any thread. */
static void ring(void *ctx)
{
    const struct window *window = ctx;
    SDL_Event event = {.type = window->doorbell};
    (void)SDL_PushEvent(&event);
}

static void measure(struct window *window)
{
    const struct tn_options *options = window->kiosk->options;
    int w_px = 0;
    int h_px = 0;
    if (SDL_GetRendererOutputSize(window->renderer, &w_px, &h_px) == 0 && w_px > 0 && h_px > 0) {
        window->view = tn_view_of(w_px, h_px, options->px_per_mm, options->theme);
    }
    window->needs_paint = true;
}

/* Without a window manager nobody gives the keys back to a window that was hidden, and a scanner
 * that types would go unheard until a restart. */
static void want_keys(struct window *window)
{
    if ((SDL_GetWindowFlags(window->window) & SDL_WINDOW_INPUT_FOCUS) == 0) {
        (void)SDL_SetWindowInputFocus(window->window);
    }
}

static void press(struct window *window, int x, int y)
{
    want_keys(window);
    const char *control = tn_draw_hit(&window->shown, x, y);
    (void)snprintf(window->pressed, sizeof window->pressed, "%s", control != NULL ? control : "");
}

static void release(struct window *window, int x, int y)
{
    const char *control = tn_draw_hit(&window->shown, x, y);
    if (control != NULL && window->pressed[0] != '\0' && strcmp(control, window->pressed) == 0) {
        struct tn_event event = {.type = TN_EVENT_TAP};
        (void)snprintf(event.control, sizeof event.control, "%s", control);
        send(window, &event);
    }
    window->pressed[0] = '\0';
}

static void on_key(struct window *window, const SDL_Event *event)
{
    struct tn_event key = {.type = TN_EVENT_KEY, .scancode = (uint16_t)event->key.keysym.scancode};
    send(window, &key);
}

static void on_button(struct window *window, const SDL_Event *event)
{
    if (event->button.button != SDL_BUTTON_LEFT || event->button.which == SDL_TOUCH_MOUSEID) {
        return;
    }
    if (event->type == SDL_MOUSEBUTTONDOWN) {
        press(window, event->button.x, event->button.y);
    } else {
        release(window, event->button.x, event->button.y);
    }
}

/* A finger hides the pointer, which would sit where somebody last touched; a mouse brings it
 * back. */
static void on_finger(struct window *window, const SDL_Event *event)
{
    int x = (int)(event->tfinger.x * (float)window->view.w_px);
    int y = (int)(event->tfinger.y * (float)window->view.h_px);
    if (event->type == SDL_FINGERDOWN) {
        (void)SDL_ShowCursor(SDL_DISABLE);
        press(window, x, y);
    } else {
        release(window, x, y);
    }
}

static void on_motion(struct window *window, const SDL_Event *event)
{
    (void)window;
    if (event->motion.which != SDL_TOUCH_MOUSEID) {
        (void)SDL_ShowCursor(SDL_ENABLE);
    }
}

static void on_window(struct window *window, const SDL_Event *event)
{
    if (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
        measure(window);
    } else if (event->window.event == SDL_WINDOWEVENT_EXPOSED) {
        window->needs_paint = true;
    } else if (event->window.event == SDL_WINDOWEVENT_SHOWN ||
               event->window.event == SDL_WINDOWEVENT_RESTORED) {
        want_keys(window);
    }
}

static void on_quit(struct window *window, const SDL_Event *event)
{
    (void)event;
    struct tn_event quit = {.type = TN_EVENT_QUIT};
    send(window, &quit);
}

static const struct {
    Uint32 type;
    void (*handle)(struct window *window, const SDL_Event *event);
} handlers[] = {
    {SDL_KEYDOWN, on_key},          {SDL_MOUSEBUTTONDOWN, on_button},
    {SDL_MOUSEBUTTONUP, on_button}, {SDL_FINGERDOWN, on_finger},
    {SDL_FINGERUP, on_finger},      {SDL_MOUSEMOTION, on_motion},
    {SDL_WINDOWEVENT, on_window},   {SDL_QUIT, on_quit},
};

static void handle(struct window *window, const SDL_Event *event)
{
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (handlers[i].type == event->type) {
            handlers[i].handle(window, event);
            return;
        }
    }
}

static int wait_ms(const struct window *window)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    int64_t deadline = tn_runner_deadline(&window->kiosk->runner);
    int64_t sounds = tn_sounds_deadline(window->sounds);
    int64_t left_ms = (sounds < deadline ? sounds : deadline) - mono_ms;
    if (left_ms < 0) {
        return 0;
    }
    return left_ms < WAIT_MS_MAX ? (int)left_ms : WAIT_MS_MAX;
}

/* Sleeps, then takes what waits: SDL's events first, so that keys come before the tick that might
 * end their scan. An answered scan is shown before the next is taken, or a scanner that never
 * pauses would keep the screen from ever telling anybody. */
static void take_events(struct window *window)
{
    SDL_Event sdl;
    struct tn_event event;
    /* After the first frame the results are made ready, one a turn, before the loop may sleep. */
    bool is_warming = tn_paint_warm(window->paint, &window->kiosk->runner.model, &window->view);
    /* What was left for after the frame has rung its bell already. */
    bool is_busy = is_warming || window->has_answer;
    window->has_answer = false;
    if (SDL_WaitEventTimeout(&sdl, is_busy ? 0 : wait_ms(window)) != 0) {
        do {
            handle(window, &sdl);
        } while (!window->has_answer && SDL_PollEvent(&sdl) != 0);
    }
    while (!window->has_answer && tn_queue_take(&window->kiosk->queue, &event)) {
        tn_runner_event(&window->kiosk->runner, &event);
    }
    event = (struct tn_event){.type = TN_EVENT_TICK};
    send(window, &event);
}

static bool is_same(const struct tn_draw *a, const struct tn_draw *b)
{
    return a->count == b->count && memcmp(a->items, b->items, a->count * sizeof a->items[0]) == 0;
}

static void show(struct window *window)
{
    tn_ui_draw(&window->kiosk->runner.model, &window->view, &window->next);
    if (window->needs_paint || !is_same(&window->shown, &window->next)) {
        window->shown = window->next;
        window->needs_paint = false;
        tn_paint_list(window->paint, &window->shown, &window->view);
        SDL_RenderPresent(window->renderer);
    }
    if (window->answer_seq != 0) {
        tn_log(TN_LOG_INFO, "shown: %s, entry %llu",
               tn_screen_name(window->kiosk->runner.model.screen),
               (unsigned long long)window->answer_seq);
        window->answer_seq = 0;
    }
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    tn_sounds_flush(window->sounds, mono_ms);
}

/* SDL picks a driver that shows nothing where it finds no display; a kiosk must not. */
static bool has_display(void)
{
    static const char *const blind[] = {"offscreen", "dummy"};
    const char *driver = SDL_GetCurrentVideoDriver();
    for (size_t i = 0; driver != NULL && i < sizeof blind / sizeof blind[0]; i++) {
        if (strcmp(driver, blind[i]) == 0) {
            return false;
        }
    }
    return driver != NULL;
}

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

static void hint(void)
{
    hint_driver();
    /* The software renderer paints into plain memory; accelerating its copy to the window would
     * load 100 MB of GL. */
    (void)SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    (void)SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    (void)SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
    (void)SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    (void)SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    (void)SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    (void)SDL_SetHint(SDL_HINT_APP_NAME, "Turnout");
}

/* Where no window manager runs, nobody grows a window that asks to be full screen: it is made as
 * large as the display and without a border, and only then asks. */
static SDL_Window *create(const struct tn_options *options)
{
    SDL_Rect display;
    if (options->is_windowed || SDL_GetDisplayBounds(0, &display) != 0) {
        return SDL_CreateWindow("Turnout", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                options->w_px, options->h_px, SDL_WINDOW_RESIZABLE);
    }
    SDL_Window *window = SDL_CreateWindow("Turnout", display.x, display.y, display.w, display.h,
                                          SDL_WINDOW_BORDERLESS);
    if (window != NULL && SDL_SetWindowFullscreen(window, SDL_WINDOW_FULLSCREEN_DESKTOP) != 0) {
        tn_log(TN_LOG_WARN, "the window covers the screen, but cannot take it whole: %s",
               SDL_GetError());
    }
    return window;
}

static enum tn_exit open_window(struct window *window)
{
    hint();
    if (SDL_Init(SDL_INIT_VIDEO) != 0 || !has_display()) {
        tn_log(TN_LOG_ERROR, "no display to show the kiosk on; start it under X11 or Wayland, or "
                             "use --headless with --scanner stdin or --script FLOW");
        return TN_EXIT_WORLD;
    }
    SDL_DisableScreenSaver();
    SDL_StopTextInput();
    window->window = create(window->kiosk->options);
    if (window->window != NULL) {
        window->renderer = SDL_CreateRenderer(window->window, -1, SDL_RENDERER_SOFTWARE);
    }
    if (window->renderer == NULL) {
        tn_log(TN_LOG_ERROR, "no window can be opened on this display: %s", SDL_GetError());
        return TN_EXIT_WORLD;
    }
    window->doorbell = SDL_RegisterEvents(1);
    measure(window);
    if (tn_paint_create(window->renderer, &window->paint) != TN_OK ||
        tn_sounds_create(&window->sounds) != TN_OK) {
        tn_log(TN_LOG_ERROR, "the screen cannot be painted; is the package fonts-sil-andika "
                             "installed?");
        return TN_EXIT_WORLD;
    }
    return TN_EXIT_DONE;
}

static void close_window(struct window *window)
{
    tn_sounds_free(window->sounds);
    tn_paint_free(window->paint);
    if (window->renderer != NULL) {
        SDL_DestroyRenderer(window->renderer);
    }
    if (window->window != NULL) {
        SDL_DestroyWindow(window->window);
    }
    SDL_Quit();
}

static void run(struct window *window)
{
    while (!window->kiosk->runner.is_done) {
        show(window);
        take_events(window);
    }
}

enum tn_exit tn_window_run(struct tn_kiosk *kiosk)
{
    static struct window window; /* two draw lists are too large for the stack's taste */
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    window = (struct window){.kiosk = kiosk};
    enum tn_exit result = open_window(&window);
    if (result == TN_EXIT_DONE) {
        struct tn_runner_out out = {.ctx = &window, .sound = play, .answered = note_answer};
        kiosk->queue.doorbell = ring;
        kiosk->queue.doorbell_ctx = &window;
        tn_clock_now(&at_ms, &mono_ms);
        tn_kiosk_begin(kiosk, &kiosk->store, &out, at_ms, mono_ms);
        show(&window);
        tn_log(TN_LOG_INFO, "first frame");
        result = tn_kiosk_start(kiosk);
        if (result == TN_EXIT_DONE) {
            run(&window);
            tn_kiosk_stop(kiosk);
        }
    }
    close_window(&window);
    return result;
}
