/* The window's parts without a screen: SDL's driver that shows nothing, a store in memory, and
 * SDL's events given by hand. What is lost is made anew, a locked kiosk stays, a dimmed one is only
 * woken by the first touch, and a picture that has moved is pressed where it is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <cmocka.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/window.h"
#include "kiosk/ui/screens.h"
#include "tests/unit/kiosk_fake_store.h"

#define W_PX 640
#define H_PX 400
#define HOUR_MS INT64_C(3600000)

static struct tn_kiosk kiosk;
static struct tn_options options;
static struct tn_window window;
static struct fake_store fake;

static int begin(void **state)
{
    (void)state;
    fake = (struct fake_store){0};
    kiosk = (struct tn_kiosk){.options = &options};
    tn_dropped_init(&kiosk.dropped, &kiosk.queue);
    tn_preview_init(&kiosk.preview);
    options = (struct tn_options){.w_px = W_PX, .h_px = H_PX};
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    window = (struct tn_window){
        .kiosk = &kiosk, .begun_ms = mono_ms, .touched_ms = mono_ms, .dim_percent = 100};
    struct tn_store store = fake_store_of(&fake);
    struct tn_runner_out out = {0};
    tn_runner_init(&kiosk.runner, &store, &out, at_ms, mono_ms);
    if (pthread_mutex_init(&window.bell_lock, NULL) != 0 ||
        tn_display_init(&window.display, &options) != TN_OK) {
        return -1;
    }
    window.display.may_be_blind = true;
    window.doorbell = SDL_RegisterEvents(1);
    tn_window_mend(&window);
    tn_window_show(&window);
    return tn_display_is_open(&window.display) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_display_destroy(&window.display);
    tn_preview_destroy(&kiosk.preview);
    tn_dropped_destroy(&kiosk.dropped);
    (void)pthread_mutex_destroy(&window.bell_lock);
    return 0;
}

static void give(SDL_Event event)
{
    tn_window_handle(&window, &event);
}

static void give_window(Uint8 what)
{
    give((SDL_Event){.window = {.type = SDL_WINDOWEVENT, .event = what}});
}

/* The mouse's left button goes down or up at a point. */
static void give_button(Uint32 type, int x, int y)
{
    give((SDL_Event){.button = {.type = type, .button = SDL_BUTTON_LEFT, .x = x, .y = y}});
}

/* Somebody was last here this long ago. */
static void rest(int64_t rest_ms)
{
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    window.touched_ms = mono_ms - rest_ms;
}

/* The colour of one pixel of the picture. */
static Uint32 pixel(int x, int y)
{
    Uint32 rgb = 0;
    SDL_Rect place = {x, y, 1, 1};
    assert_int_equal(SDL_RenderReadPixels(window.display.renderer, &place, SDL_PIXELFORMAT_XRGB8888,
                                          &rgb, (int)sizeof rgb),
                     0);
    return rgb & 0xFFFFFF;
}

/* A screen of one button that covers everything right of x, for presses; the list is what the last
 * frame has shown. */
static void show_button(int x)
{
    tn_draw_clear(&window.shown);
    (void)tn_draw_fill(&window.shown, (struct tn_rect){0, 0, W_PX, H_PX}, TN_COLOR_PAPER);
    struct tn_item *panel = tn_draw_panel(&window.shown, (struct tn_rect){x, 0, W_PX - x, H_PX}, 0,
                                          TN_COLOR_ACTION, TN_COLOR_NONE, 0);
    panel->control = "button";
}

static void a_whole_screen_is_locked_until_staff_unlocks_it(void **state)
{
    (void)state;
    give_window(SDL_WINDOWEVENT_CLOSE);
    assert_false(kiosk.runner.is_done);
    kiosk.runner.model.info.is_unlocked = true;
    give_window(SDL_WINDOWEVENT_CLOSE);
    assert_true(kiosk.runner.is_done);
}

static void a_window_among_others_closes(void **state)
{
    (void)state;
    options.is_windowed = true;
    give_window(SDL_WINDOWEVENT_CLOSE);
    assert_true(kiosk.runner.is_done);
}

static bool has_whole_keyboard(void)
{
    return (SDL_GetWindowFlags(window.display.window) & SDL_WINDOW_KEYBOARD_GRABBED) != 0;
}

static void the_keyboard_is_held_only_while_locked(void **state)
{
    (void)state;
    tn_window_arm(&window);
    assert_true(has_whole_keyboard());
    kiosk.runner.model.info.is_unlocked = true;
    tn_window_arm(&window);
    assert_false(has_whole_keyboard());
}

static void a_gpu_that_was_reset_gets_a_new_painter(void **state)
{
    (void)state;
    SDL_Renderer *renderer = window.display.renderer;
    give((SDL_Event){.type = SDL_RENDER_DEVICE_RESET});
    assert_int_equal(window.loss, TN_LOSS_TEXTURES);
    tn_window_mend(&window);
    assert_int_equal(window.loss, TN_LOSS_NONE);
    assert_ptr_equal(window.display.renderer, renderer);
    assert_true(window.needs_paint);
    tn_window_show(&window);
    assert_int_equal(pixel(0, 0), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_PAPER));
}

static void lost_targets_are_painted_again(void **state)
{
    (void)state;
    assert_false(window.needs_paint);
    give((SDL_Event){.type = SDL_RENDER_TARGETS_RESET});
    assert_true(window.needs_paint);
    assert_int_equal(window.loss, TN_LOSS_NONE);
}

static void a_display_that_comes_or_goes_is_opened_anew_and_painted(void **state)
{
    static const Uint8 events[] = {SDL_DISPLAYEVENT_DISCONNECTED, SDL_DISPLAYEVENT_CONNECTED};
    (void)state;
    for (size_t i = 0; i < sizeof events; i++) {
        give((SDL_Event){.display = {.type = SDL_DISPLAYEVENT, .event = events[i]}});
        assert_int_equal(window.loss, TN_LOSS_DISPLAY);
        window.tried_ms -= HOUR_MS;
        tn_window_mend(&window);
        assert_int_equal(window.loss, TN_LOSS_NONE);
        assert_true(tn_display_is_open(&window.display));
        tn_window_show(&window);
        assert_int_equal(pixel(0, 0), tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_PAPER));
    }
}

static void it_is_tried_once_a_second_and_scans_are_taken_meanwhile(void **state)
{
    (void)state;
    window.display.may_be_blind = false; /* from here on there is no display to open */
    give((SDL_Event){.type = SDL_QUIT});
    assert_int_equal(window.loss, TN_LOSS_DISPLAY);
    window.tried_ms -= HOUR_MS;
    tn_window_mend(&window);
    assert_false(tn_display_is_open(&window.display));
    assert_true(window.is_dark);
    int64_t tried_ms = window.tried_ms;
    tn_window_mend(&window);
    assert_int_equal(window.tried_ms, tried_ms);

    struct tn_event scan = {.type = TN_EVENT_SCAN, .method = "scan", .len = TN_BADGE_DIGITS};
    memset(scan.text, '1', TN_BADGE_DIGITS);
    tn_window_send(&window, &scan);
    assert_int_equal(fake.records, 1);
    assert_false(kiosk.runner.is_done);

    window.display.may_be_blind = true;
    window.tried_ms -= HOUR_MS;
    tn_window_mend(&window);
    assert_true(tn_display_is_open(&window.display));
    tn_window_show(&window);
    assert_false(window.is_dark);
}

static void a_touch_is_a_tap_where_it_goes_down_and_up(void **state)
{
    (void)state;
    kiosk.runner.model.demo_count = 1;
    memset(kiosk.runner.model.demo[0].digits, '1', TN_BADGE_DIGITS);
    show_button(100);
    window.shown.items[1].control = "demo-1";
    give_button(SDL_MOUSEBUTTONDOWN, 200, 10);
    give_button(SDL_MOUSEBUTTONUP, 50, 10);
    assert_int_equal(fake.records, 0);
    give_button(SDL_MOUSEBUTTONDOWN, 200, 10);
    give_button(SDL_MOUSEBUTTONUP, 210, 10);
    assert_int_equal(fake.records, 1);
}

static void a_picture_that_has_moved_is_pressed_where_it_is_seen(void **state)
{
    (void)state;
    show_button(100);
    window.shift = (struct tn_shift){.x = 4, .y = 0};
    give_button(SDL_MOUSEBUTTONDOWN, 103, 10);
    assert_string_equal(window.pressed, "");
    give_button(SDL_MOUSEBUTTONDOWN, 104, 10);
    assert_string_equal(window.pressed, "button");
    window.shift = (struct tn_shift){.x = -4, .y = 0};
    give_button(SDL_MOUSEBUTTONDOWN, 96, 10);
    assert_string_equal(window.pressed, "button");
}

static void the_first_touch_of_a_dimmed_screen_only_wakes_it(void **state)
{
    (void)state;
    struct tn_station_info *info = &kiosk.runner.model.info;
    info->starts_ms = 1;
    info->ends_ms = 2; /* long over */
    rest(HOUR_MS);
    tn_window_show(&window);
    assert_int_equal(window.dim_percent, TN_DIM_PERCENT);
    uint32_t paper = tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_PAPER);
    int red = (int)(paper >> 16);
    assert_in_range(pixel(0, 0) >> 16, red * TN_DIM_PERCENT / 100 - 3,
                    red * TN_DIM_PERCENT / 100 + 3);

    show_button(0);
    give_button(SDL_MOUSEBUTTONDOWN, 10, 10);
    assert_string_equal(window.pressed, "");
    give_button(SDL_MOUSEBUTTONUP, 10, 10);
    tn_window_show(&window);
    assert_int_equal(window.dim_percent, 100);
    assert_int_equal(pixel(0, 0), paper);
    show_button(0);
    give_button(SDL_MOUSEBUTTONDOWN, 10, 10);
    assert_string_equal(window.pressed, "button");
}

static void keys_wake_a_dimmed_screen_and_are_never_lost(void **state)
{
    (void)state;
    kiosk.runner.model.info.starts_ms = 1;
    kiosk.runner.model.info.ends_ms = 2;
    rest(HOUR_MS);
    tn_window_show(&window);
    assert_int_equal(window.dim_percent, TN_DIM_PERCENT);
    for (int i = 0; i < TN_BADGE_DIGITS; i++) {
        give((SDL_Event){.key = {.type = SDL_KEYDOWN, .keysym = {.scancode = SDL_SCANCODE_1}}});
    }
    give((SDL_Event){.key = {.type = SDL_KEYDOWN, .keysym = {.scancode = SDL_SCANCODE_RETURN}}});
    assert_int_equal(fake.records, 1);
    tn_window_show(&window);
    assert_int_equal(window.dim_percent, 100);
}

static void silence_is_told_of_only_after_the_keys_that_have_come(void **state)
{
    (void)state;
    struct tn_wedge *wedge = &kiosk.runner.typist.wedge;
    SDL_Event digit = {.key = {.type = SDL_KEYDOWN, .keysym = {.scancode = SDL_SCANCODE_1}}};
    for (int i = 0; i < 4; i++) {
        give(digit);
    }
    /* The loop stands still for a second, and the scanner types on. */
    wedge->first_ms -= 10 * TN_WEDGE_SILENCE_MS;
    wedge->last_ms -= 10 * TN_WEDGE_SILENCE_MS;
    assert_int_equal(SDL_PushEvent(&digit), 1);
    tn_window_tell_time(&window);
    assert_int_equal(wedge->len, 4);
    SDL_FlushEvent(SDL_KEYDOWN);
    tn_window_tell_time(&window);
    assert_int_equal(wedge->len, 0);
}

static void the_picture_moves_only_while_nobody_is_near(void **state)
{
    (void)state;
    window.begun_ms -= 60000; /* a minute on: one pixel to the side */
    tn_window_show(&window);
    assert_int_equal(window.shift.x, 0);
    rest(HOUR_MS);
    tn_window_show(&window);
    assert_int_not_equal(window.shift.x, 0);
    uint32_t paper = tn_theme_rgb(TN_THEME_LIGHT, TN_COLOR_PAPER);
    assert_int_equal(pixel(0, 0), paper); /* no edge is left bare */
    assert_int_equal(pixel(W_PX - 1, H_PX - 1), paper);
}

static void typed_text_goes_to_an_open_field_and_to_nothing_else(void **state)
{
    (void)state;
    struct tn_model *model = &kiosk.runner.model;
    struct tn_effects effects = {0};
    SDL_Event text = {.text = {.type = SDL_TEXTINPUT, .text = "\xC3\xA9"}};
    give(text);
    tn_window_arm(&window);
    assert_int_equal(SDL_IsTextInputActive(), SDL_FALSE);

    model->info.is_unlocked = true;
    tn_search_open(model, &effects);
    tn_window_arm(&window);
    assert_int_equal(SDL_IsTextInputActive(), SDL_TRUE);
    const struct tn_field *field = tn_screens[TN_SCREEN_SEARCH].field(model);
    assert_string_equal(field->text, "");
    give(text);
    assert_string_equal(field->text, "\xC3\xA9");

    tn_go_home(model, &effects);
    tn_window_arm(&window);
    assert_int_equal(SDL_IsTextInputActive(), SDL_FALSE);
}

static char asked_path[sizeof((struct tn_request *)NULL)->path];
static unsigned asked;

/* Notes which file a set-up card was asked for from. */
static enum tn_status note_path(void *ctx, const struct tn_request *request,
                                const struct tn_when *when, struct tn_reply *reply)
{
    (void)ctx;
    (void)when;
    if (request->type == TN_ASK_SET_UP) {
        (void)snprintf(asked_path, sizeof asked_path, "%s", request->path);
        asked++;
    }
    reply->status = TN_ERR_NOT_FOUND;
    return TN_OK;
}

static void drop(const char *path)
{
    give((SDL_Event){.drop = {.type = SDL_DROPFILE, .file = SDL_strdup(path)}});
}

static void a_file_is_given_by_dropping_it(void **state)
{
    (void)state;
    char path[TN_SCAN_TEXT_MAX + 2];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    kiosk.runner.store.ask = note_path;
    kiosk.runner.model.is_fresh = true;
    kiosk.runner.model.place = TN_SCREEN_SETUP;
    kiosk.runner.model.screen = TN_SCREEN_SETUP;
    asked = 0;
    drop("/media/stick/gate.card");
    assert_int_equal(asked, 1);
    assert_string_equal(asked_path, "/media/stick/gate.card");
    drop(path); /* one byte too long for any event of ours */
    assert_int_equal(asked, 1);
}

/* What the camera sees is painted on idle, alone, at most 15 times a second; nowhere else. */
static void the_cameras_picture_is_shown_on_idle_only(void **state)
{
    (void)state;
    static uint8_t px[64 * 64];
    const struct tn_grey frame = {.px = px, .w = 64, .h = 64, .stride = 64};
    kiosk.runner.model.health.camera = TN_PART_WELL;
    tn_window_show(&window);
    const struct tn_item *item = tn_draw_find_camera(&window.shown);
    assert_non_null(item);
    struct tn_rect box = item->box;
    memset(px, 0x5A, sizeof px);
    tn_preview_put(&kiosk.preview, &frame, HOUR_MS);
    tn_window_show(&window);
    assert_int_equal(pixel(box.x + box.w / 3, box.y + box.h / 3), 0x5A5A5A);
    memset(px, 0x33, sizeof px);
    tn_preview_put(&kiosk.preview, &frame, HOUR_MS + 10); /* too soon */
    tn_window_show(&window);
    assert_int_equal(pixel(box.x + box.w / 3, box.y + box.h / 3), 0x5A5A5A);
    tn_preview_put(&kiosk.preview, &frame, HOUR_MS + 100);
    tn_window_show(&window);
    assert_int_equal(pixel(box.x + box.w / 3, box.y + box.h / 3), 0x333333);

    kiosk.runner.model.screen = TN_SCREEN_LANGUAGE;
    tn_window_show(&window);
    assert_int_equal(kiosk.preview.every_ms, 0);
    assert_int_equal(kiosk.preview.px[0], 0);
    kiosk.runner.model.screen = TN_SCREEN_IDLE;
    tn_window_show(&window);
    assert_int_not_equal(pixel(box.x + box.w / 3, box.y + box.h / 3), 0x333333);
    kiosk.runner.model.health.camera = TN_PART_TROUBLE; /* no picture of what is not there */
    tn_window_show(&window);
    assert_null(tn_draw_find_camera(&window.shown));
}

static void a_touch_hides_the_pointer_and_a_mouse_brings_it_back(void **state)
{
    (void)state;
    give((SDL_Event){.tfinger = {.type = SDL_FINGERDOWN, .x = 0.5F, .y = 0.5F}});
    assert_int_equal(SDL_ShowCursor(SDL_QUERY), SDL_DISABLE);
    give((SDL_Event){.motion = {.type = SDL_MOUSEMOTION, .which = SDL_TOUCH_MOUSEID}});
    assert_int_equal(SDL_ShowCursor(SDL_QUERY), SDL_DISABLE);
    give((SDL_Event){.motion = {.type = SDL_MOUSEMOTION, .which = 0}});
    assert_int_equal(SDL_ShowCursor(SDL_QUERY), SDL_ENABLE);
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(a_whole_screen_is_locked_until_staff_unlocks_it),
        WINDOW_TEST(a_window_among_others_closes),
        WINDOW_TEST(the_keyboard_is_held_only_while_locked),
        WINDOW_TEST(a_gpu_that_was_reset_gets_a_new_painter),
        WINDOW_TEST(lost_targets_are_painted_again),
        WINDOW_TEST(a_display_that_comes_or_goes_is_opened_anew_and_painted),
        WINDOW_TEST(it_is_tried_once_a_second_and_scans_are_taken_meanwhile),
        WINDOW_TEST(a_touch_is_a_tap_where_it_goes_down_and_up),
        WINDOW_TEST(a_picture_that_has_moved_is_pressed_where_it_is_seen),
        WINDOW_TEST(the_first_touch_of_a_dimmed_screen_only_wakes_it),
        WINDOW_TEST(keys_wake_a_dimmed_screen_and_are_never_lost),
        WINDOW_TEST(silence_is_told_of_only_after_the_keys_that_have_come),
        WINDOW_TEST(the_picture_moves_only_while_nobody_is_near),
        WINDOW_TEST(typed_text_goes_to_an_open_field_and_to_nothing_else),
        WINDOW_TEST(a_file_is_given_by_dropping_it),
        WINDOW_TEST(the_cameras_picture_is_shown_on_idle_only),
        WINDOW_TEST(a_touch_hides_the_pointer_and_a_mouse_brings_it_back),
    };
    if (setenv("SDL_VIDEODRIVER", "dummy", 1) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
