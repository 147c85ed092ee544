/* Scenes of the staff's own places: the PIN, the panel, the clock, the scanner's test, switches,
 * settings, cleaning, closing, and set-up. */
#include <stdio.h>
#include <string.h>

#include "tests/shots/scenes.h"

static void pin(struct tn_model *model)
{
    scene_open(model, tn_pin_open);
}

static void pin_none(struct tn_model *model)
{
    model->info.has_pin = false;
    scene_open(model, tn_pin_open);
}

static void pin_typed(struct tn_model *model)
{
    pin(model);
    scene_type(model, "4711");
}

static void pin_wait(struct tn_model *model)
{
    for (int i = 0; i < 6; i++) {
        pin_typed(model);
        scene_tap(model, "ok");
        scene_replied(model, TN_ASK_PIN, TN_ERR_FORGED);
        scene_wait(model, i < 5 ? 40000 : 1000);
    }
}

static void pin_wrong(struct tn_model *model)
{
    pin_typed(model);
    scene_tap(model, "ok");
    scene_replied(model, TN_ASK_PIN, TN_ERR_FORGED);
    scene_wait(model, 3000);
}

static void pin_panel(struct tn_model *model)
{
    pin_typed(model);
    scene_tap(model, "ok");
    scene_replied(model, TN_ASK_PIN, TN_OK);
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY, .tally = scene_tally()});
}

static void pin_language(struct tn_model *model)
{
    pin_panel(model);
    scene_tap(model, "language");
}

static void pin_volume(struct tn_model *model)
{
    pin_panel(model);
    scene_tap(model, "volume");
}

static void staff(struct tn_model *model)
{
    scene_unlock(model);
}

static void staff_second(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "more");
}

static void staff_third(struct tn_model *model)
{
    staff_second(model);
    scene_tap(model, "more");
}

static void staff_trouble(struct tn_model *model)
{
    model->info.waiting = 1212;
    model->info.last_sync_ms = 0;
    SCENE_PUT(model->info.station_name, "Planetarium, second floor, east entrance");
    model->health = (struct tn_health){.printer = TN_PART_TROUBLE,
                                       .scanner = TN_PART_TROUBLE,
                                       .camera = TN_PART_NONE,
                                       .disk = TN_PART_TROUBLE,
                                       .printer_reason = "Out of labels",
                                       .disk_free_mb = 412};
    scene_unlock(model);
}

static void network(struct tn_model *model, enum tn_sync_fault fault)
{
    model->info.waiting = 212;
    scene_sync(model, &(struct tn_sync_state){
                          .phase = TN_SYNC_FAILED, .via = TN_SYNC_NETWORK, .fault = fault});
}

static void staff_no_network(struct tn_model *model)
{
    network(model, TN_SYNC_NO_NETWORK);
    scene_unlock(model);
}

static void staff_portal(struct tn_model *model)
{
    network(model, TN_SYNC_PORTAL);
    scene_unlock(model);
    scene_wait(model, 10000);
}

static void staff_wrong_hub(struct tn_model *model)
{
    network(model, TN_SYNC_WRONG_CERTIFICATE);
    scene_unlock(model);
}

static void staff_hub_busy(struct tn_model *model)
{
    network(model, TN_SYNC_HUB_BUSY);
    scene_unlock(model);
}

static void staff_sending(struct tn_model *model)
{
    model->info.waiting = 212;
    scene_sync(model,
               &(struct tn_sync_state){
                   .phase = TN_SYNC_COPYING, .via = TN_SYNC_NETWORK, .done = 60, .all = 212});
    scene_unlock(model);
}

static void on_stick(struct tn_model *model)
{
    model->info.waiting = 212;
    scene_sync(model, &(struct tn_sync_state){.phase = TN_SYNC_COPIED,
                                              .via = TN_SYNC_STICK,
                                              .done = 212,
                                              .all = 212,
                                              .waiting = 212});
}

static void staff_on_stick(struct tn_model *model)
{
    on_stick(model);
    scene_unlock(model);
}

static void close_on_stick(struct tn_model *model)
{
    staff_on_stick(model);
    scene_open(model, tn_close_open);
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY, .tally = scene_tally()});
}

static void close_no_network(struct tn_model *model)
{
    staff_portal(model);
    scene_open(model, tn_close_open);
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY, .tally = scene_tally()});
}

static void staff_early(struct tn_model *model)
{
    model->info.present = 0;
    model->info.entries = 0;
    scene_unlock(model);
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY});
}

static void staff_notice(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "past");
    scene_replied(model, TN_ASK_UNDO, TN_OK);
}

static void staff_clock_noted(struct tn_model *model)
{
    model->info.has_clock = false;
    scene_unlock(model);
    scene_tap(model, "no");
    scene_replied(model, TN_ASK_CLOCK, TN_OK);
}

static void staff_touch_again(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_clean_open);
    scene_wait(model, 30000);
}

static void staff_not_closed(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_close_open);
    scene_tap(model, "day");
    scene_tap(model, "yes");
    scene_replied(model, TN_ASK_CLOSE, TN_ERR_STATE);
}

static void staff_new_badge(struct tn_model *model)
{
    struct tn_found who = scene_found("Maya R.", true);
    struct tn_effects effects = {0};
    scene_unlock(model);
    tn_replace_open_for(model, &who, &effects);
    scene_tap(model, "damaged");
    scene_scan(model, scene_digits, true);
    scene_replied(model, TN_ASK_REPLACE, TN_OK);
}

/* The facts are read anew before the reply comes. */
static void staff_role(struct tn_model *model, const char *control, enum tn_role role)
{
    scene_unlock(model);
    scene_open(model, tn_switch_open);
    scene_tap(model, control);
    model->info.role = role;
    scene_replied(model, TN_ASK_SWITCH, TN_OK);
}

static void staff_gate(struct tn_model *model)
{
    staff_role(model, "role-gate", TN_ROLE_GATE);
}

static void staff_exit(struct tn_model *model)
{
    staff_role(model, "role-exit", TN_ROLE_EXIT);
}

static void staff_both(struct tn_model *model)
{
    staff_role(model, "role-both", TN_ROLE_BOTH);
}

static void staff_desk(struct tn_model *model)
{
    staff_role(model, "role-desk", TN_ROLE_DESK);
}

static void clock_question(struct tn_model *model)
{
    model->info.has_clock = false;
    scene_unlock(model);
}

static void selftest(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_selftest_open);
}

static void selftest_silence(struct tn_model *model)
{
    selftest(model);
    scene_wait(model, 25000);
}

static void selftest_badge(struct tn_model *model)
{
    selftest(model);
    scene_scan(model, scene_digits, true);
}

/* After a scan of which the test thinks so. */
static void selftest_says(struct tn_model *model, enum tn_canary verdict, unsigned digits)
{
    selftest(model);
    model->states.selftest.verdict = verdict;
    model->states.selftest.digits = digits;
}

#define SELFTEST(name, verdict, digits)                                                            \
    static void selftest_##name(struct tn_model *model)                                            \
    {                                                                                              \
        selftest_says(model, verdict, digits);                                                     \
    }
SELFTEST(codes, TN_CANARY_CODES, 48)
SELFTEST(around, TN_CANARY_AROUND, 48)
SELFTEST(strange, TN_CANARY_STRANGE, 48)
SELFTEST(paused, TN_CANARY_PAUSED, 48)
SELFTEST(short, TN_CANARY_SHORT, 45)
SELFTEST(doubled, TN_CANARY_DOUBLED, 48)
SELFTEST(long, TN_CANARY_LONG, 52)
SELFTEST(mixed, TN_CANARY_MIXED, 48)
SELFTEST(other, TN_CANARY_OTHER, 48)
SELFTEST(no_end, TN_CANARY_NO_END, 48)
SELFTEST(slow, TN_CANARY_SLOW, 48)
SELFTEST(well, TN_CANARY_WELL, 48)
#undef SELFTEST

static void activities(struct tn_model *model)
{
    static const char *const titles[TN_ACTIVITIES_PAGE] = {
        "Robotics",    "Bridge building",
        "Slime lab",   "Planetarium and the night sky over our city",
        "Soldering",   "Microscopes",
        "3D printing", "Solar cars"};
    struct tn_reply reply = {.type = TN_ASK_ACTIVITIES};
    reply.activities.total = 19;
    reply.activities.count = TN_ACTIVITIES_PAGE;
    for (unsigned i = 0; i < TN_ACTIVITIES_PAGE; i++) {
        reply.activities.items[i].id = scene_id(20 + i);
        SCENE_PUT(reply.activities.items[i].title, titles[i]);
    }
    scene_reply(model, &reply);
}

static void switch_first(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_switch_open);
    activities(model);
}

static void switch_second(struct tn_model *model)
{
    model->info.role = TN_ROLE_ACTIVITY;
    model->info.activity = scene_id(21);
    switch_first(model);
    scene_tap(model, "more");
    activities(model);
}

static void switch_refused(struct tn_model *model)
{
    switch_first(model);
    scene_tap(model, "role-exit");
    scene_replied(model, TN_ASK_SWITCH, TN_ERR_STATE);
}

static void staff_activity(struct tn_model *model)
{
    switch_first(model);
    scene_tap(model, "activity-1");
    model->info.role = TN_ROLE_ACTIVITY;
    SCENE_PUT(model->info.activity_title, "Robotics");
    scene_replied(model, TN_ASK_SWITCH, TN_OK);
}

static void settings(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_settings_open);
}

static void settings_desk(struct tn_model *model)
{
    model->info.role = TN_ROLE_DESK;
    model->info.has_walk_in = true;
    model->look.is_larger = true;
    model->is_speaking = true;
    settings(model);
}

static void settings_language(struct tn_model *model)
{
    settings(model);
    scene_tap(model, "set-language");
}

static void settings_theme(struct tn_model *model)
{
    settings(model);
    scene_tap(model, "set-theme");
}

static void settings_volume(struct tn_model *model)
{
    settings(model);
    scene_tap(model, "set-volume");
}

static void clean(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_clean_open);
    scene_wait(model, 11000);
}

static void close_day(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_close_open);
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY, .tally = scene_tally()});
}

static void close_waiting(struct tn_model *model)
{
    model->info.waiting = 1212;
    close_day(model);
}

static void close_closed(struct tn_model *model)
{
    model->info.is_closed = true;
    close_day(model);
}

static void close_asks(struct tn_model *model)
{
    close_day(model);
    scene_tap(model, "day");
}

static void close_leave(struct tn_model *model)
{
    close_day(model);
    scene_tap(model, "leave");
}

/* A kiosk without a station. */
static void setup(struct tn_model *model)
{
    struct tn_effects effects = {0};
    model->is_fresh = true;
    model->info = (struct tn_station_info){0};
    tn_go(model, TN_SCREEN_SETUP, &effects);
}

static void setup_refused(struct tn_model *model, enum tn_status status)
{
    setup(model);
    scene_replied(model, TN_ASK_SET_UP, status);
}

static void setup_format(struct tn_model *model)
{
    setup_refused(model, TN_ERR_FORMAT);
}

static void setup_forged(struct tn_model *model)
{
    setup_refused(model, TN_ERR_FORGED);
}

static void setup_old(struct tn_model *model)
{
    setup_refused(model, TN_ERR_STATE);
}

static void setup_exists(struct tn_model *model)
{
    setup_refused(model, TN_ERR_EXISTS);
}

static void setup_not_found(struct tn_model *model)
{
    setup_refused(model, TN_ERR_NOT_FOUND);
}

static void setup_other(struct tn_model *model)
{
    setup_refused(model, TN_ERR_LIMIT);
}

static void setup_again(struct tn_model *model)
{
    scene_unlock(model);
    scene_open(model, tn_setup_open);
}

static void setup_done(struct tn_model *model)
{
    scene_open(model, tn_setup_open);
    scene_replied(model, TN_ASK_SET_UP, TN_OK);
}

static const struct scene scenes[] = {
    {"pin", TN_SCREEN_PIN, pin},
    {"pin-none", TN_SCREEN_PIN, pin_none},
    {"pin-typed", TN_SCREEN_PIN, pin_typed},
    {"pin-wrong", TN_SCREEN_PIN, pin_wrong},
    {"pin-wait", TN_SCREEN_PIN, pin_wait},
    {"pin-panel", TN_SCREEN_PIN, pin_panel},
    {"pin-language", TN_SCREEN_PIN, pin_language},
    {"pin-volume", TN_SCREEN_PIN, pin_volume},
    {"staff", TN_SCREEN_STAFF, staff},
    {"staff-second", TN_SCREEN_STAFF, staff_second},
    {"staff-third", TN_SCREEN_STAFF, staff_third},
    {"staff-trouble", TN_SCREEN_STAFF, staff_trouble},
    {"staff-no-network", TN_SCREEN_STAFF, staff_no_network},
    {"staff-portal", TN_SCREEN_STAFF, staff_portal},
    {"staff-wrong-hub", TN_SCREEN_STAFF, staff_wrong_hub},
    {"staff-hub-busy", TN_SCREEN_STAFF, staff_hub_busy},
    {"staff-sending", TN_SCREEN_STAFF, staff_sending},
    {"staff-on-stick", TN_SCREEN_STAFF, staff_on_stick},
    {"close-on-stick", TN_SCREEN_CLOSE, close_on_stick},
    {"close-no-network", TN_SCREEN_CLOSE, close_no_network},
    {"staff-early", TN_SCREEN_STAFF, staff_early},
    {"staff-undone", TN_SCREEN_STAFF, staff_notice},
    {"staff-clock-noted", TN_SCREEN_STAFF, staff_clock_noted},
    {"staff-touch-again", TN_SCREEN_STAFF, staff_touch_again},
    {"staff-not-closed", TN_SCREEN_STAFF, staff_not_closed},
    {"staff-new-badge", TN_SCREEN_STAFF, staff_new_badge},
    {"staff-switched-gate", TN_SCREEN_STAFF, staff_gate},
    {"staff-switched-exit", TN_SCREEN_STAFF, staff_exit},
    {"staff-switched-both", TN_SCREEN_STAFF, staff_both},
    {"staff-switched-desk", TN_SCREEN_STAFF, staff_desk},
    {"staff-switched-activity", TN_SCREEN_STAFF, staff_activity},
    {"clock", TN_SCREEN_CLOCK, clock_question},
    {"selftest", TN_SCREEN_SELFTEST, selftest},
    {"selftest-silence", TN_SCREEN_SELFTEST, selftest_silence},
    {"selftest-badge", TN_SCREEN_SELFTEST, selftest_badge},
    {"selftest-codes", TN_SCREEN_SELFTEST, selftest_codes},
    {"selftest-around", TN_SCREEN_SELFTEST, selftest_around},
    {"selftest-strange", TN_SCREEN_SELFTEST, selftest_strange},
    {"selftest-paused", TN_SCREEN_SELFTEST, selftest_paused},
    {"selftest-short", TN_SCREEN_SELFTEST, selftest_short},
    {"selftest-doubled", TN_SCREEN_SELFTEST, selftest_doubled},
    {"selftest-long", TN_SCREEN_SELFTEST, selftest_long},
    {"selftest-mixed", TN_SCREEN_SELFTEST, selftest_mixed},
    {"selftest-other", TN_SCREEN_SELFTEST, selftest_other},
    {"selftest-no-end", TN_SCREEN_SELFTEST, selftest_no_end},
    {"selftest-slow", TN_SCREEN_SELFTEST, selftest_slow},
    {"selftest-well", TN_SCREEN_SELFTEST, selftest_well},
    {"switch", TN_SCREEN_SWITCH, switch_first},
    {"switch-second", TN_SCREEN_SWITCH, switch_second},
    {"switch-refused", TN_SCREEN_SWITCH, switch_refused},
    {"settings", TN_SCREEN_SETTINGS, settings},
    {"settings-desk", TN_SCREEN_SETTINGS, settings_desk},
    {"settings-language", TN_SCREEN_SETTINGS, settings_language},
    {"settings-theme", TN_SCREEN_SETTINGS, settings_theme},
    {"settings-volume", TN_SCREEN_SETTINGS, settings_volume},
    {"clean", TN_SCREEN_CLEAN, clean},
    {"close", TN_SCREEN_CLOSE, close_day},
    {"close-waiting", TN_SCREEN_CLOSE, close_waiting},
    {"close-closed", TN_SCREEN_CLOSE, close_closed},
    {"close-asks", TN_SCREEN_CLOSE, close_asks},
    {"close-leave", TN_SCREEN_CLOSE, close_leave},
    {"setup", TN_SCREEN_SETUP, setup},
    {"setup-format", TN_SCREEN_SETUP, setup_format},
    {"setup-forged", TN_SCREEN_SETUP, setup_forged},
    {"setup-old", TN_SCREEN_SETUP, setup_old},
    {"setup-exists", TN_SCREEN_SETUP, setup_exists},
    {"setup-not-found", TN_SCREEN_SETUP, setup_not_found},
    {"setup-other", TN_SCREEN_SETUP, setup_other},
    {"setup-again", TN_SCREEN_SETUP, setup_again},
    {"setup-done", TN_SCREEN_SETUP, setup_done},
};

const struct scene_list scenes_of_staff = {scenes, sizeof scenes / sizeof scenes[0]};
