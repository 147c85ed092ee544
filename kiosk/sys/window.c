/* The kiosk's loop with a window. It sleeps until something happens or the next deadline, and what
 * shows nothing moving costs nothing. Scans come first: without a display the loop goes on, takes
 * them from every other source, and tries once a second to get the display back. */
#include <limits.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/window.h"
#include "turnout/log.h"

#define WAIT_MS_MAX 60000
#define MEND_MS 1000

static int64_t boot_ms(void)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    return mono_ms;
}

static void play(void *ctx, enum tn_sound sound)
{
    struct tn_window *window = ctx;
    tn_devices_play(&window->devices, sound);
}

static void print(void *ctx, const struct tn_handed *handed)
{
    struct tn_window *window = ctx;
    tn_devices_print(&window->devices, handed);
}

static void look(void *ctx, const struct tn_model *model)
{
    struct tn_window *window = ctx;
    tn_devices_look(&window->devices, model);
}

static void spell(void *ctx, const char *pinyin, char *out, size_t out_size)
{
    struct tn_window *window = ctx;
    tn_devices_spell(&window->devices, pinyin, out, out_size);
}

static void note_answer(void *ctx, enum tn_screen screen, uint64_t seq)
{
    struct tn_window *window = ctx;
    (void)screen;
    window->has_answer = true;
    window->answer_seq = seq;
    window->touched_ms = boot_ms();
}

/* SDL would reach for a video driver that is just being taken down. */
void tn_window_ring(void *ctx)
{
    struct tn_window *window = ctx;
    SDL_Event event = {.type = window->doorbell};
    (void)pthread_mutex_lock(&window->bell_lock);
    if (window->has_bell) {
        (void)SDL_PushEvent(&event);
    }
    (void)pthread_mutex_unlock(&window->bell_lock);
}

/* Opens the display, after closing the one that is open. */
static enum tn_status reopen(struct tn_window *window)
{
    (void)pthread_mutex_lock(&window->bell_lock);
    tn_display_close(&window->display);
    enum tn_status status = tn_display_open(&window->display);
    window->has_bell = status == TN_OK;
    (void)pthread_mutex_unlock(&window->bell_lock);

    window->tried_ms = boot_ms();
    window->loss = TN_LOSS_NONE;
    window->pressed[0] = '\0';
    if (status == TN_OK) {
        SDL_FlushEvent(SDL_DISPLAYEVENT); /* what they tell has just been read */
        (void)SDL_ShowCursor(window->is_pointer_hidden ? SDL_DISABLE : SDL_ENABLE);
        tn_window_measure(window);
    }
    return status;
}

void tn_window_mend(struct tn_window *window)
{
    if (tn_display_is_open(&window->display) && tn_display_x11_is_missing(window->display.window)) {
        window->loss = TN_LOSS_DISPLAY;
    }
    if (window->loss == TN_LOSS_TEXTURES) {
        bool is_mended = tn_display_renew(&window->display) == TN_OK;
        window->loss = is_mended ? TN_LOSS_NONE : TN_LOSS_DISPLAY;
        window->needs_paint = true;
    }
    bool is_whole = window->loss == TN_LOSS_NONE && tn_display_is_open(&window->display);
    if (is_whole || boot_ms() - window->tried_ms < MEND_MS) {
        return;
    }
    if (reopen(window) == TN_OK) {
        tn_window_want_keys(window);
    } else if (!window->is_dark) {
        tn_log(TN_LOG_WARN,
               "the display is gone (%s); scans are still taken, and the display is tried again "
               "every second",
               window->display.why);
        window->is_dark = true;
    }
}

/* No frame may be expected of a display that is lost, closed or not. */
static bool is_seen(const struct tn_window *window)
{
    return window->loss == TN_LOSS_NONE && tn_display_is_open(&window->display);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct tn_window *window)
{
    int64_t deadline = tn_runner_deadline(&window->kiosk->runner);
    deadline = earlier(deadline, tn_devices_deadline(&window->devices));
    deadline = earlier(deadline, tn_watchdog_deadline(&window->watchdog));
    if (!is_seen(window)) {
        deadline = earlier(deadline, window->tried_ms + MEND_MS);
    }
    int64_t left_ms = deadline - boot_ms();
    if (left_ms < 0) {
        return 0;
    }
    return left_ms < WAIT_MS_MAX ? (int)left_ms : WAIT_MS_MAX;
}

/* A Ctrl-C on the console under a whole screen is a key of the seat like any other. */
static bool is_locked_out(const struct tn_window *window, const struct tn_event *event)
{
    return event->type == TN_EVENT_QUIT && strcmp(event->control, TN_SIGNAL_SEAT) == 0 &&
           !tn_window_may_leave(window);
}

static void take_one(struct tn_window *window, struct tn_event *event)
{
    if (!is_locked_out(window, event)) {
        tn_runner_event(&window->kiosk->runner, event);
    }
}

/* Sleeps, then takes what waits: SDL's events first, so that keys come before the tick that might
 * end their scan. An answered scan is shown before the next is taken, or a scanner that never
 * pauses would keep the screen from ever telling anybody. */
static void take_events(struct tn_window *window)
{
    SDL_Event sdl;
    struct tn_event event;
    struct tn_model *model = &window->kiosk->runner.model;
    struct tn_view view = tn_view_for(&window->size, &model->look);
    /* After the first frame the results are made ready, one a turn, before the loop may sleep. */
    bool is_warming = tn_paint_warm(window->display.paint, model, &view);
    /* What was left for after the frame has rung its bell already. */
    bool is_busy = is_warming || window->has_answer;
    window->has_answer = false;
    tn_window_arm(window);
    if (SDL_WaitEventTimeout(&sdl, is_busy ? 0 : wait_ms(window)) != 0) {
        do {
            tn_window_handle(window, &sdl);
        } while (!window->has_answer && SDL_PollEvent(&sdl) != 0);
    }
    while (!window->has_answer && tn_queue_take(&window->kiosk->queue, &event)) {
        take_one(window, &event);
    }
}

/* The same where nothing can be shown: nobody would see a frame, so no scan waits for one. */
static void take_events_unseen(struct tn_window *window)
{
    struct tn_event event;
    window->has_answer = false;
    if (tn_queue_wait(&window->kiosk->queue, &event, wait_ms(window))) {
        take_one(window, &event);
    }
    window->answer_seq = 0;
}

/* A scan is being typed, and more of it has come than was looked at. */
static bool has_keys_waiting(const struct tn_window *window)
{
    if (!is_seen(window) || tn_typist_deadline(&window->kiosk->runner.typist) == INT64_MAX) {
        return false;
    }
    SDL_PumpEvents();
    return SDL_HasEvent(SDL_KEYDOWN) == SDL_TRUE;
}

/* Silence ends a scan, and a loop that stood still took it for silence while the scanner typed on.
 * So what the clock says holds only where no key has come by then; else the keys are taken first,
 * at once, and the time is told after them. */
void tn_window_tell_time(struct tn_window *window)
{
    struct tn_event event = {.type = TN_EVENT_TICK};
    tn_clock_stamp(&event);
    if (!has_keys_waiting(window)) {
        tn_runner_event(&window->kiosk->runner, &event);
    }
}

static void tick(struct tn_window *window)
{
    const struct tn_station_info *info = &window->kiosk->runner.model.info;
    struct tn_event event = {.type = TN_EVENT_HEALTH};
    tn_window_tell_time(window);
    if (tn_devices_health(&window->devices, &window->kiosk->runner.model, boot_ms(),
                          &event.health)) {
        tn_window_send(window, &event);
    }
    tn_watchdog_feed(&window->watchdog, boot_ms());
    tn_watchdog_tell(&window->watchdog, info->station_name, info->waiting);
}

static void run(struct tn_window *window)
{
    while (!window->kiosk->runner.is_done) {
        tn_window_mend(window);
        if (is_seen(window)) {
            tn_window_show(window);
        } else {
            tn_preview_want(&window->kiosk->preview, 0, NULL, NULL);
        }
        tn_devices_frame(&window->devices, &window->kiosk->runner.model, &window->shown, boot_ms());
        if (is_seen(window)) {
            take_events(window);
        } else {
            take_events_unseen(window);
        }
        tick(window);
    }
}

static enum tn_exit open_window(struct tn_window *window)
{
    const struct tn_options *options = window->kiosk->options;
    enum tn_label_kind label = options->prints_cards ? TN_LABEL_BADGE_CARD : TN_LABEL_62X29;
    if (pthread_mutex_init(&window->bell_lock, NULL) != 0 ||
        tn_display_init(&window->display, window->kiosk->options) != TN_OK ||
        tn_devices_open(&window->devices, options->station, label) != TN_OK) {
        tn_log(TN_LOG_ERROR, "there is no memory for a window");
        return TN_EXIT_WORLD;
    }
    window->doorbell = SDL_RegisterEvents(1);
    if (reopen(window) != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s", window->display.why);
        return TN_EXIT_WORLD;
    }
    return TN_EXIT_DONE;
}

/* Which languages this machine can show. */
static void read_fonts(struct tn_window *window)
{
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        window->has_fonts[i] =
            i == TN_LANG_EN || tn_paint_covers(window->display.paint, tn_langs[i].sample);
    }
    window->kiosk->has_fonts = window->has_fonts;
}

/* And which it can say. */
static void read_voices(struct tn_window *window)
{
    struct tn_model *model = &window->kiosk->runner.model;
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model->has_voice[i] = tn_speech_has(window->devices.speech, tn_langs[i].code);
    }
    tn_devices_look(&window->devices, model);
}

static void close_window(struct tn_window *window)
{
    tn_devices_close(&window->devices);
    tn_display_destroy(&window->display);
    (void)pthread_mutex_destroy(&window->bell_lock);
}

/* From the first frame to the last. */
static enum tn_exit run_shown(struct tn_window *window)
{
    struct tn_kiosk *kiosk = window->kiosk;
    tn_window_show(window);
    tn_log(TN_LOG_INFO, "first frame");
    enum tn_exit result = tn_kiosk_start(kiosk);
    if (result == TN_EXIT_DONE) {
        tn_watchdog_ready(&window->watchdog, boot_ms());
        window->devices.serial = kiosk->has_serial ? &kiosk->serial : NULL;
        tn_devices_start(&window->devices);
        read_voices(window);
        run(window);
        tn_watchdog_stopping(&window->watchdog);
        tn_kiosk_stop(kiosk);
    }
    return result;
}

enum tn_exit tn_window_run(struct tn_kiosk *kiosk)
{
    static struct tn_window window; /* two draw lists are too large for the stack's taste */
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    window = (struct tn_window){
        .kiosk = kiosk, .begun_ms = mono_ms, .touched_ms = mono_ms, .dim_percent = 100};
    tn_watchdog_init(&window.watchdog);
    enum tn_exit result = open_window(&window);
    if (result == TN_EXIT_DONE) {
        struct tn_runner_out out = {.ctx = &window,
                                    .sound = play,
                                    .answered = note_answer,
                                    .spell = spell,
                                    .print = print,
                                    .look = look};
        read_fonts(&window);
        kiosk->queue.doorbell = tn_window_ring;
        kiosk->queue.doorbell_ctx = &window;
        tn_clock_now(&at_ms, &mono_ms);
        (void)tn_kiosk_begin(kiosk, &kiosk->store, &out, at_ms, mono_ms);
        result = run_shown(&window);
    }
    close_window(&window);
    return result;
}
