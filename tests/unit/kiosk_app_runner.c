/* The runner against a store in memory: each scan is one record, one repeat or one visible error,
 * and is answered once, whatever comes before and after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/runner.h"
#include "kiosk/ui/motion.h"
#include "tests/unit/kiosk_fake_store.h"

#define START_MS 1773478800000LL
#define BADGE_A "111111111111111111111111111111111111111111111111"
#define BADGE_B "122222222222222222222222222222222222222222222222"

struct heard {
    uint64_t answers;
    uint64_t sounds;
    enum tn_screen screen;
    uint64_t seq;
};

static struct fake_store fake;
static struct tn_runner runner;
static struct heard heard;
static int64_t now_ms; /* boot time; the wall clock is START_MS ahead */

static void on_sound(void *ctx, enum tn_sound sound)
{
    (void)sound;
    ((struct heard *)ctx)->sounds++;
}

static void on_answer(void *ctx, enum tn_screen screen, uint64_t seq)
{
    struct heard *to = ctx;
    to->answers++;
    to->screen = screen;
    to->seq = seq;
}

static void start(void)
{
    struct tn_store store = fake_store_of(&fake);
    struct tn_runner_out out = {.ctx = &heard, .sound = on_sound, .answered = on_answer};
    tn_runner_init(&runner, &store, &out, START_MS + now_ms, now_ms);
}

static int begin(void **state)
{
    (void)state;
    fake = (struct fake_store){0};
    heard = (struct heard){0};
    now_ms = 1000000;
    start();
    return 0;
}

static void send(struct tn_event event)
{
    event.at_ms = START_MS + now_ms;
    event.mono_ms = now_ms;
    tn_runner_event(&runner, &event);
}

static void scan_text(const char *text, size_t len)
{
    struct tn_event event = {.type = TN_EVENT_SCAN, .method = "scan", .len = len};
    memcpy(event.text, text, len < TN_SCAN_TEXT_MAX ? len : TN_SCAN_TEXT_MAX);
    send(event);
}

static void scan(const char *text)
{
    scan_text(text, strlen(text));
}

static void tick_after(int64_t wait_ms)
{
    now_ms += wait_ms;
    send((struct tn_event){.type = TN_EVENT_TICK});
}

static void a_badge_is_one_record_and_one_answer(void **state)
{
    (void)state;
    scan(BADGE_A);
    assert_int_equal(fake.records, 1);
    assert_int_equal(heard.answers, 1);
    assert_int_equal(heard.screen, TN_SCREEN_WELCOME);
    assert_int_equal(heard.seq, 1);
    assert_int_equal(heard.sounds, 1);
    assert_string_equal(fake.method, "scan");
    assert_int_equal(runner.model.info.waiting, 1); /* the corner has caught up */
}

static void a_repeat_is_dropped_and_answered_with_what_is_shown(void **state)
{
    (void)state;
    scan(BADGE_A);
    now_ms += 4999;
    scan(BADGE_A);
    assert_int_equal(fake.records, 1);
    assert_int_equal(heard.answers, 2);
    assert_int_equal(heard.screen, TN_SCREEN_WELCOME);
    assert_int_equal(heard.seq, 0);
    now_ms += 4999;
    scan(BADGE_A); /* the sighting before restarted the window */
    assert_int_equal(fake.records, 1);
    now_ms += 5000;
    scan(BADGE_A);
    assert_int_equal(fake.records, 2);
}

static void the_pack_says_how_long_a_badge_must_be_away(void **state)
{
    (void)state;
    fake.repeat_ms = 60000;
    send((struct tn_event){.type = TN_EVENT_INFO});
    scan(BADGE_A);
    now_ms += 59999;
    scan(BADGE_A);
    assert_int_equal(fake.records, 1);
    now_ms += 60000;
    scan(BADGE_A);
    assert_int_equal(fake.records, 2);
}

static void white_space_around_a_badge_makes_no_other_badge(void **state)
{
    (void)state;
    scan("  " BADGE_A "\r");
    scan(BADGE_A);
    assert_int_equal(fake.records, 1);
    assert_int_equal(fake.len, TN_BADGE_DIGITS);
}

static void an_empty_scan_is_answered_and_not_recorded(void **state)
{
    (void)state;
    scan("");
    scan(" \t ");
    assert_int_equal(fake.records + fake.noises, 0);
    assert_int_equal(heard.answers, 2);
    assert_int_equal(heard.screen, TN_SCREEN_IDLE);
    assert_int_equal(heard.sounds, 0);
}

static void noise_of_any_length_is_help_and_the_next_badge_works(void **state)
{
    (void)state;
    static char noise[10240];
    static const size_t lens[] = {1, 47, 49, TN_SCAN_TEXT_MAX, TN_SCAN_TEXT_MAX + 1, 10240};
    /* Digits first: what does not fit must not pass for its beginning. */
    memset(noise, ' ', sizeof noise);
    memcpy(noise, BADGE_B, TN_BADGE_DIGITS);
    noise[sizeof noise - 1] = 'x';
    noise[TN_SCAN_TEXT_MAX - 1] = 'x';
    noise[48] = 'x';
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        now_ms += 10000;
        scan_text(noise, lens[i]);
        assert_int_equal(heard.screen, TN_SCREEN_HELP);
        assert_int_equal(heard.seq, 0);
        scan(BADGE_A);
        assert_int_equal(heard.screen, TN_SCREEN_WELCOME);
        assert_int_equal(heard.seq, i + 1);
    }
}

static void a_failed_record_is_a_fault_and_may_be_shown_again_at_once(void **state)
{
    (void)state;
    fake.fails = TN_ERR_FULL;
    scan(BADGE_A);
    assert_int_equal(heard.screen, TN_SCREEN_FAULT);
    assert_int_equal(heard.seq, 0);
    assert_int_equal(runner.model.fault, TN_ERR_FULL);
    fake.fails = TN_OK;
    scan(BADGE_A);
    assert_int_equal(heard.screen, TN_SCREEN_WELCOME);
    assert_int_equal(fake.records, 1);
}

static void noise_does_not_hide_a_fault(void **state)
{
    (void)state;
    fake.fails = TN_ERR_FULL;
    scan(BADGE_A);
    scan("https://example.org/");
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    assert_int_equal(runner.model.fault, TN_ERR_FULL);
    fake.fails = TN_OK;
    scan("https://example.com/");
    assert_int_equal(runner.model.screen, TN_SCREEN_HELP);
}

static void a_fault_heals_by_itself(void **state)
{
    (void)state;
    fake.fails = TN_ERR_IO;
    scan(BADGE_A);
    tick_after(TN_PROBE_MS);
    assert_int_equal(fake.probes, 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    fake.fails = TN_OK;
    tick_after(TN_PROBE_MS);
    assert_int_equal(fake.probes, 2);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    tick_after(10 * TN_PROBE_MS);
    assert_int_equal(fake.probes, 2);
}

static void a_station_that_cannot_be_read_at_the_start_is_a_fault(void **state)
{
    (void)state;
    fake.fails = TN_ERR_READ_ONLY;
    start();
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    fake.fails = TN_OK;
    tick_after(TN_PROBE_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_string_equal(runner.model.info.event_title, "Fair");
}

static void fifty_badges_in_ten_seconds_are_fifty_records(void **state)
{
    (void)state;
    char badge[TN_BADGE_TEXT_SIZE];
    for (unsigned i = 0; i < 50; i++) {
        (void)snprintf(badge, sizeof badge, "1%047u", i);
        scan(badge);
        now_ms += 200;
    }
    assert_int_equal(fake.records, 50);
    assert_int_equal(heard.answers, 50);
}

static void keys_become_a_scan(void **state)
{
    (void)state;
    for (int i = 0; i < TN_BADGE_DIGITS; i++) {
        send((struct tn_event){.type = TN_EVENT_KEY, .scancode = 0x1E});
        now_ms += 3;
    }
    assert_true(tn_runner_deadline(&runner) <= now_ms - 3 + TN_WEDGE_SILENCE_MS);
    tick_after(TN_WEDGE_SILENCE_MS);
    assert_int_equal(fake.records, 1);
    assert_string_equal(fake.text, BADGE_A);
}

/* Each key by itself, and at last an Enter at a place: silence has cut all of it off. */
static void type_in_pieces(enum tn_screen place)
{
    for (int i = 0; i < TN_BADGE_DIGITS; i++) {
        send((struct tn_event){.type = TN_EVENT_KEY, .scancode = 0x1E});
        tick_after(TN_WEDGE_SILENCE_MS);
    }
    runner.model.screen = place;
    runner.model.place = place;
    send((struct tn_event){.type = TN_EVENT_KEY, .scancode = 0x28});
}

static void what_silence_cut_off_is_heard_by_the_self_test_alone(void **state)
{
    (void)state;
    type_in_pieces(TN_SCREEN_IDLE);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    type_in_pieces(TN_SCREEN_SELFTEST);
    assert_int_equal(runner.model.states.selftest.verdict, TN_CANARY_PAUSED);
    assert_int_equal(fake.records, 0);
    assert_int_equal(fake.noises, 0);
}

static void a_tap_on_the_strip_is_a_scan_of_that_badge(void **state)
{
    (void)state;
    runner.model.demo_count = 2;
    (void)snprintf(runner.model.demo[1].digits, TN_BADGE_TEXT_SIZE, "%s", BADGE_B);
    send((struct tn_event){.type = TN_EVENT_TAP, .control = "demo-2"});
    assert_int_equal(fake.records, 1);
    assert_string_equal(fake.text, BADGE_B);
    assert_string_equal(fake.method, "tap");
    static const char *const others[] = {"demo-0", "demo-3", "demo-", "demo-2x", "demo", "ok"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct tn_event tap = {.type = TN_EVENT_TAP};
        (void)snprintf(tap.control, sizeof tap.control, "%s", others[i]);
        send(tap);
    }
    assert_int_equal(fake.records + fake.noises, 1);
}

static void chores_wait_for_quiet_and_end(void **state)
{
    (void)state;
    fake.chores_left = 3;
    for (int i = 0; i < 20; i++) {
        tick_after(100);
        scan(i % 2 == 0 ? BADGE_A : BADGE_B);
    }
    assert_int_equal(fake.chores_done, 0);
    for (int i = 0; i < 1000 && runner.has_chores; i++) {
        int64_t deadline = tn_runner_deadline(&runner);
        assert_true(deadline > now_ms);
        tick_after(deadline - now_ms);
    }
    assert_int_equal(fake.chores_done, 3);
    tick_after(20000); /* the screen is idle and stands still */
    assert_true(tn_runner_deadline(&runner) > now_ms + 16);
    tick_after(60000);
    assert_int_equal(fake.chores_done, 3);
}

static void the_corner_catches_up_once_a_minute(void **state)
{
    (void)state;
    uint64_t before = fake.infos;
    tick_after(60000);
    tick_after(60000);
    assert_in_range(fake.infos, before + 2, before + 3);
}

static void what_sync_writes_is_seen_within_two_seconds(void **state)
{
    (void)state;
    tick_after(1000);
    assert_int_equal(runner.model.sync.phase, TN_SYNC_NONE);
    fake.sync = (struct tn_sync_state){.phase = TN_SYNC_COPYING,
                                       .via = TN_SYNC_STICK,
                                       .done = 1,
                                       .all = 3,
                                       .at_ms = START_MS + now_ms};
    int64_t due_ms = tn_runner_deadline(&runner);
    assert_in_range(due_ms, now_ms + 1, now_ms + 2000);
    uint64_t infos = fake.infos;
    tick_after(due_ms - now_ms);
    tick_after(1000);
    assert_int_equal(runner.model.sync.phase, TN_SYNC_COPYING);
    assert_int_equal(runner.model.sync.all, 3);
    assert_true(fake.infos > infos); /* receipts may have come with it */
}

static void a_scan_is_taken_and_seen_while_a_stick_is_copied(void **state)
{
    (void)state;
    fake.sync = (struct tn_sync_state){
        .phase = TN_SYNC_COPYING, .via = TN_SYNC_STICK, .at_ms = START_MS + now_ms};
    tick_after(1000);
    assert_int_equal(runner.model.sync.phase, TN_SYNC_COPYING);
    scan(BADGE_A);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    fake.sync.done = 2;
    tick_after(1000);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    assert_int_equal(fake.records, 1);
}

static void nothing_secret_stays_in_the_runner(void **state)
{
    (void)state;
    struct tn_event event = {.type = TN_EVENT_SCAN, .method = "scan", .len = TN_BADGE_DIGITS};
    memcpy(event.text, BADGE_B, TN_BADGE_DIGITS);
    event.at_ms = START_MS + now_ms;
    event.mono_ms = now_ms;
    tn_runner_event(&runner, &event);
    assert_null(memmem(&runner, sizeof runner, BADGE_B, 16));
    assert_null(memmem(&event, sizeof event, BADGE_B, 16));
    tick_after(TN_RESULT_MS);
    tick_after(TN_RESULT_MS);
    assert_null(memmem(&runner, sizeof runner, "Ana G.", 6));
}

static void quit_ends_the_loop(void **state)
{
    (void)state;
    assert_false(runner.is_done);
    send((struct tn_event){.type = TN_EVENT_QUIT});
    assert_true(runner.is_done);
}

/* A small generator of our own, so that a seed gives one sequence on every libc. */
static uint32_t draw_number(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static void any_step(uint32_t *seed)
{
    char badge[TN_BADGE_TEXT_SIZE];
    uint64_t written = fake.records + fake.noises + fake.failures;
    uint64_t failures = fake.failures;
    uint64_t answers = heard.answers;
    switch (draw_number(seed, 8)) {
    case 0:
        fake.fails = draw_number(seed, 2) == 0 ? TN_OK : TN_ERR_FULL;
        return;
    case 1:
        tick_after((int64_t)draw_number(seed, 7000));
        return;
    case 2:
        send((struct tn_event){.type = TN_EVENT_TAP, .control = "ok"});
        return;
    case 3:
        send((struct tn_event){.type = TN_EVENT_KEY,
                               .scancode = (uint16_t)draw_number(seed, 0x100)});
        return;
    default:
        break;
    }
    (void)snprintf(badge, sizeof badge, "1%047u", draw_number(seed, 6));
    scan_text(badge, draw_number(seed, 5) == 0 ? draw_number(seed, 48) : TN_BADGE_DIGITS);
    assert_int_equal(heard.answers, answers + 1);
    uint64_t more = fake.records + fake.noises + fake.failures - written;
    assert_true(more <= 1);
    if (fake.failures != failures) {
        assert_int_equal(heard.screen, TN_SCREEN_FAULT);
        assert_int_equal(heard.seq, 0);
    }
    if (heard.seq != 0) {
        assert_int_equal(heard.seq, fake.records);
        assert_int_equal(heard.screen, TN_SCREEN_WELCOME);
    }
}

static void any_sequence_gives_each_scan_one_record_or_one_visible_error(void **state)
{
    (void)state;
    for (uint32_t run = 1; run <= 200; run++) {
        uint32_t seed = run;
        begin(NULL);
        for (int i = 0; i < 100; i++) {
            any_step(&seed);
            assert_true(tn_runner_deadline(&runner) < INT64_MAX);
        }
        /* Never stuck: once the store is well, a badge that was away is welcomed. */
        fake.fails = TN_OK;
        tick_after(60000);
        uint64_t before = fake.records;
        scan(BADGE_B);
        assert_int_equal(fake.records, before + 1);
    }
}

static void show_camera(const char *text)
{
    struct tn_event event = {.type = TN_EVENT_SCAN,
                             .method = "scan",
                             .source = TN_SOURCE_CAMERA,
                             .had_end = true,
                             .len = strlen(text)};
    memcpy(event.text, text, event.len + 1);
    send(event);
}

/* A badge that stays in view is one entry and one answer, and its sight is ticked until it is gone;
 * what came to nothing is not. */
static void a_badge_that_stays_before_the_camera_is_ticked(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        show_camera(BADGE_A);
        assert_int_equal(runner.model.seen_mono_ms, now_ms);
        tick_after(250);
    }
    assert_int_equal(heard.answers, 1);
    assert_int_equal(fake.records, 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_true(tn_motion_is_seen(&runner.model));
    tick_after(TN_SEEN_MS);
    assert_false(tn_motion_is_seen(&runner.model));
    int64_t before_ms = runner.model.seen_mono_ms;
    show_camera("https://example.org");
    assert_int_equal(runner.model.screen, TN_SCREEN_HELP);
    now_ms += 250;
    show_camera("https://example.org");
    assert_int_equal(runner.model.seen_mono_ms, before_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_badge_that_stays_before_the_camera_is_ticked, begin),
        cmocka_unit_test_setup(a_badge_is_one_record_and_one_answer, begin),
        cmocka_unit_test_setup(a_repeat_is_dropped_and_answered_with_what_is_shown, begin),
        cmocka_unit_test_setup(the_pack_says_how_long_a_badge_must_be_away, begin),
        cmocka_unit_test_setup(white_space_around_a_badge_makes_no_other_badge, begin),
        cmocka_unit_test_setup(an_empty_scan_is_answered_and_not_recorded, begin),
        cmocka_unit_test_setup(noise_of_any_length_is_help_and_the_next_badge_works, begin),
        cmocka_unit_test_setup(a_failed_record_is_a_fault_and_may_be_shown_again_at_once, begin),
        cmocka_unit_test_setup(noise_does_not_hide_a_fault, begin),
        cmocka_unit_test_setup(a_fault_heals_by_itself, begin),
        cmocka_unit_test_setup(a_station_that_cannot_be_read_at_the_start_is_a_fault, begin),
        cmocka_unit_test_setup(fifty_badges_in_ten_seconds_are_fifty_records, begin),
        cmocka_unit_test_setup(keys_become_a_scan, begin),
        cmocka_unit_test_setup(what_silence_cut_off_is_heard_by_the_self_test_alone, begin),
        cmocka_unit_test_setup(a_tap_on_the_strip_is_a_scan_of_that_badge, begin),
        cmocka_unit_test_setup(chores_wait_for_quiet_and_end, begin),
        cmocka_unit_test_setup(the_corner_catches_up_once_a_minute, begin),
        cmocka_unit_test_setup(what_sync_writes_is_seen_within_two_seconds, begin),
        cmocka_unit_test_setup(a_scan_is_taken_and_seen_while_a_stick_is_copied, begin),
        cmocka_unit_test_setup(nothing_secret_stays_in_the_runner, begin),
        cmocka_unit_test_setup(quit_ends_the_loop, begin),
        cmocka_unit_test_setup(any_sequence_gives_each_scan_one_record_or_one_visible_error, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
