/* Scenes of what learners see without typing: idle, the results, groups, and the fault. */
#include <stdio.h>
#include <string.h>

#include "tests/shots/scenes.h"

#define LONG_NAME "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley Montgomery W."

static void idle(struct tn_model *model)
{
    model->info.role = TN_ROLE_GATE;
}

static void idle_demo(struct tn_model *model)
{
    static const char *const names[TN_DEMO_BADGES_MAX] = {"Maya R.", "José M.",  "Amara O.",
                                                          "Noah B.", "Sofia G.", "Christopher L."};
    model->demo_count = TN_DEMO_BADGES_MAX;
    for (size_t i = 0; i < TN_DEMO_BADGES_MAX; i++) {
        SCENE_PUT(model->demo[i].name, names[i]);
    }
}

static void idle_walkin(struct tn_model *model)
{
    model->info.has_walk_in = true;
}

static void idle_walkin_demo(struct tn_model *model)
{
    idle_demo(model);
    model->info.has_walk_in = true;
}

static void idle_camera(struct tn_model *model)
{
    model->health.camera = TN_PART_WELL;
}

static void idle_camera_demo(struct tn_model *model)
{
    idle_demo(model);
    idle_camera(model);
}

static void idle_camera_seen(struct tn_model *model)
{
    idle_camera(model);
    model->seen_mono_ms = model->mono_ms;
}

static void idle_closed(struct tn_model *model)
{
    model->info.is_closed = true;
}

static void idle_salvaged(struct tn_model *model)
{
    model->info.was_salvaged = true;
}

static void idle_printer(struct tn_model *model)
{
    model->health.printer = TN_PART_TROUBLE;
}

static void idle_waiting(struct tn_model *model)
{
    model->info.waiting = 1212;
    SCENE_PUT(model->info.event_title, "Great Lakes Family Science and Engineering Festival");
    SCENE_PUT(model->info.station_name, "Planetarium, second floor, east entrance");
}

static void idle_new(struct tn_model *model)
{
    model->info.entries = 0;
    model->info.event_title[0] = '\0';
}

static void idle_speaking(struct tn_model *model)
{
    model->is_speaking = true;
}

static void stick(struct tn_model *model, enum tn_sync_phase phase, uint64_t done, uint64_t all)
{
    scene_sync(model, &(struct tn_sync_state){.phase = phase,
                                              .via = TN_SYNC_STICK,
                                              .done = done,
                                              .all = all,
                                              .waiting = model->info.waiting});
}

static void stick_fault(struct tn_model *model, enum tn_sync_fault fault)
{
    model->info.waiting = 412;
    scene_sync(model, &(struct tn_sync_state){
                          .phase = TN_SYNC_FAILED, .via = TN_SYNC_STICK, .fault = fault});
}

static void idle_stick(struct tn_model *model)
{
    model->info.waiting = 412;
    stick(model, TN_SYNC_COPYING, 120, 412);
}

static void idle_stick_begins(struct tn_model *model)
{
    stick(model, TN_SYNC_COPYING, 0, 0);
}

static void idle_stick_demo(struct tn_model *model)
{
    idle_demo(model);
    idle_stick(model);
}

static void idle_stick_camera(struct tn_model *model)
{
    idle_camera(model);
    idle_stick(model);
}

static void idle_stick_copied(struct tn_model *model)
{
    model->info.waiting = 412;
    stick(model, TN_SYNC_COPIED, 412, 412);
}

static void idle_stick_copied_demo(struct tn_model *model)
{
    idle_demo(model);
    idle_stick_copied(model);
}

static void idle_stick_nothing(struct tn_model *model)
{
    stick(model, TN_SYNC_COPIED, 0, 0);
}

static void idle_stick_full(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_STICK_FULL);
}

static void idle_stick_locked(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_STICK_READ_ONLY);
}

static void idle_stick_pulled(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_STICK_PULLED);
}

static void idle_stick_damaged(struct tn_model *model)
{
    idle_demo(model);
    stick_fault(model, TN_SYNC_DAMAGED);
}

static void idle_stick_disk(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_DISK);
}

static void idle_stick_no_keys(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_NO_KEYS_YET);
}

static void idle_stick_refused(struct tn_model *model)
{
    stick_fault(model, TN_SYNC_REFUSED);
}

static void idle_alone(struct tn_model *model)
{
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model->has_lang[i] = (enum tn_lang)i == model->lang;
    }
}

static void language(struct tn_model *model)
{
    scene_tap(model, "language");
}

static void welcome(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, "Maya R.");
}

static void welcome_nameless(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, "");
}

static void welcome_long(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, LONG_NAME);
}

static void welcome_arabic(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, "ليلى م. 12");
}

static void welcome_hindi(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, "प्रिया शर्मा");
}

static void welcome_chinese(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_WELCOME, "王小明");
}

static void already(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_ALREADY, "Maya R.");
}

static void already_nameless(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_ALREADY, "");
}

static void goodbye(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_GOODBYE, "Maya R.");
}

static void goodbye_nameless(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_GOODBYE, "");
}

static const char *const titles[TN_STAMPS_MAX] = {
    "Robotics",         "Bridge building",  "Slime lab",       "Planetarium",
    "Meet a scientist", "Coding with cats", "Water rockets",   "Soldering",
    "Microscopes",      "3D printing",      "Kitchen physics", "Solar cars"};

/* A visit at Robotics, with the first `done` of `total` activities done. */
static void visit_of(struct tn_model *model, const char *name, unsigned done, unsigned total)
{
    struct tn_reply reply = {.type = TN_ASK_PASSPORT};
    model->info.role = TN_ROLE_ACTIVITY;
    SCENE_PUT(model->info.station_name, "Robotics");
    SCENE_PUT(model->info.activity_title, "Robotics");
    scene_stored(model, TN_RESULT_VISIT, name);
    reply.passport =
        (struct tn_passport){.done = done, .total = total, .is_checked_in = true, .count = total};
    for (unsigned i = 0; i < total; i++) {
        SCENE_PUT(reply.passport.stamps[i].title, titles[i]);
        reply.passport.stamps[i].is_done = i < done;
        reply.passport.stamps[i].is_here = i == 0;
    }
    scene_reply(model, &reply);
}

static void visit_0(struct tn_model *model)
{
    visit_of(model, "Maya R.", 0, 0);
}

static void visit_3(struct tn_model *model)
{
    visit_of(model, "Maya R.", 3, 6);
}

static void visit_12(struct tn_model *model)
{
    visit_of(model, "Maya R.", 12, 12);
}

static void visit_nameless(struct tn_model *model)
{
    visit_of(model, "", 1, 4);
}

static void visit_long(struct tn_model *model)
{
    visit_of(model, LONG_NAME, 5, 9);
}

static void help_noise(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_NOISE, "");
}

static void help_refused(struct tn_model *model)
{
    scene_stored(model, TN_RESULT_REFUSED, "");
}

static void help_admit(struct tn_model *model)
{
    scene_unlock(model);
    scene_stored(model, TN_RESULT_REFUSED, "");
}

/* A staff card at a station that no pack has reached. */
static void help_too_early(struct tn_model *model)
{
    model->info.epoch = 0;
    scene_stored(model, TN_RESULT_REFUSED, "");
}

static void fail(struct tn_model *model, enum tn_status status, bool is_unsaved)
{
    struct tn_effects effects = {0};
    struct tn_event event = {.type = TN_EVENT_STORE_FAILED,
                             .at_ms = model->now_ms,
                             .mono_ms = model->mono_ms,
                             .status = status};
    model->is_recording = is_unsaved;
    tn_ui_event(model, &event, &effects);
}

static void fault_full(struct tn_model *model)
{
    fail(model, TN_ERR_FULL, true);
}

static void fault_full_idle(struct tn_model *model)
{
    fail(model, TN_ERR_FULL, false);
}

static void fault_locked(struct tn_model *model)
{
    fail(model, TN_ERR_READ_ONLY, true);
}

static void fault_io(struct tn_model *model)
{
    fail(model, TN_ERR_IO, true);
}

static void fault_damaged(struct tn_model *model)
{
    fail(model, TN_ERR_DAMAGED, true);
}

static void fault_busy(struct tn_model *model)
{
    fail(model, TN_ERR_BUSY, true);
}

static void fault_memory(struct tn_model *model)
{
    fail(model, TN_ERR_NO_MEMORY, true);
}

static void fault_files(struct tn_model *model)
{
    fail(model, TN_ERR_FORMAT, false);
}

static void group_of(struct tn_model *model, unsigned absent)
{
    struct tn_effects effects = {0};
    struct tn_event event = {
        .type = TN_EVENT_STORED,
        .at_ms = model->now_ms,
        .mono_ms = model->mono_ms,
        .record = {.result = TN_RESULT_GROUP, .group = {.members = 30, .absent = absent}}};
    SCENE_PUT(event.record.group.title, "Lincoln 4B");
    tn_ui_event(model, &event, &effects);
}

static void group_all(struct tn_model *model)
{
    group_of(model, 0);
}

static void group_absent(struct tn_model *model)
{
    group_of(model, 2);
}

static void group_adults(struct tn_model *model)
{
    group_of(model, 1);
    scene_tap(model, "adults");
    scene_type(model, "3");
}

static void group_warning(struct tn_model *model)
{
    group_of(model, 1);
    scene_wait(model, TN_FORM_REST_MS - 17000);
}

static void welcome_group(struct tn_model *model)
{
    struct tn_reply reply = {
        .type = TN_ASK_GROUP_CONFIRM,
        .record = {.result = TN_RESULT_WELCOME, .seq = 240, .group = {.members = 30, .absent = 2}}};
    group_of(model, 2);
    SCENE_PUT(reply.record.group.title, "Lincoln 4B");
    scene_reply(model, &reply);
}

static const struct scene scenes[] = {
    {"idle", TN_SCREEN_IDLE, idle},
    {"idle-demo", TN_SCREEN_IDLE, idle_demo},
    {"idle-walk-in", TN_SCREEN_IDLE, idle_walkin},
    {"idle-walk-in-demo", TN_SCREEN_IDLE, idle_walkin_demo},
    {"idle-camera", TN_SCREEN_IDLE, idle_camera},
    {"idle-camera-demo", TN_SCREEN_IDLE, idle_camera_demo},
    {"idle-camera-seen", TN_SCREEN_IDLE, idle_camera_seen},
    {"idle-closed", TN_SCREEN_IDLE, idle_closed},
    {"idle-salvaged", TN_SCREEN_IDLE, idle_salvaged},
    {"idle-printer", TN_SCREEN_IDLE, idle_printer},
    {"idle-waiting", TN_SCREEN_IDLE, idle_waiting},
    {"idle-new", TN_SCREEN_IDLE, idle_new},
    {"idle-speaking", TN_SCREEN_IDLE, idle_speaking},
    {"idle-one-language", TN_SCREEN_IDLE, idle_alone},
    {"idle-stick", TN_SCREEN_IDLE, idle_stick},
    {"idle-stick-begins", TN_SCREEN_IDLE, idle_stick_begins},
    {"idle-stick-demo", TN_SCREEN_IDLE, idle_stick_demo},
    {"idle-stick-camera", TN_SCREEN_IDLE, idle_stick_camera},
    {"idle-stick-copied", TN_SCREEN_IDLE, idle_stick_copied},
    {"idle-stick-copied-demo", TN_SCREEN_IDLE, idle_stick_copied_demo},
    {"idle-stick-nothing", TN_SCREEN_IDLE, idle_stick_nothing},
    {"idle-stick-full", TN_SCREEN_IDLE, idle_stick_full},
    {"idle-stick-locked", TN_SCREEN_IDLE, idle_stick_locked},
    {"idle-stick-pulled", TN_SCREEN_IDLE, idle_stick_pulled},
    {"idle-stick-damaged", TN_SCREEN_IDLE, idle_stick_damaged},
    {"idle-stick-disk", TN_SCREEN_IDLE, idle_stick_disk},
    {"idle-stick-no-keys", TN_SCREEN_IDLE, idle_stick_no_keys},
    {"idle-stick-refused", TN_SCREEN_IDLE, idle_stick_refused},
    {"language", TN_SCREEN_LANGUAGE, language},
    {"welcome", TN_SCREEN_WELCOME, welcome},
    {"welcome-nameless", TN_SCREEN_WELCOME, welcome_nameless},
    {"welcome-long", TN_SCREEN_WELCOME, welcome_long},
    {"welcome-arabic", TN_SCREEN_WELCOME, welcome_arabic},
    {"welcome-hindi", TN_SCREEN_WELCOME, welcome_hindi},
    {"welcome-chinese", TN_SCREEN_WELCOME, welcome_chinese},
    {"welcome-group", TN_SCREEN_WELCOME, welcome_group},
    {"already", TN_SCREEN_ALREADY, already},
    {"already-nameless", TN_SCREEN_ALREADY, already_nameless},
    {"goodbye", TN_SCREEN_GOODBYE, goodbye},
    {"goodbye-nameless", TN_SCREEN_GOODBYE, goodbye_nameless},
    {"visit-none", TN_SCREEN_VISIT, visit_0},
    {"visit-three", TN_SCREEN_VISIT, visit_3},
    {"visit-twelve", TN_SCREEN_VISIT, visit_12},
    {"visit-nameless", TN_SCREEN_VISIT, visit_nameless},
    {"visit-long", TN_SCREEN_VISIT, visit_long},
    {"help-noise", TN_SCREEN_HELP, help_noise},
    {"help-refused", TN_SCREEN_HELP, help_refused},
    {"help-admit", TN_SCREEN_HELP, help_admit},
    {"help-too-early", TN_SCREEN_HELP, help_too_early},
    {"fault-full", TN_SCREEN_FAULT, fault_full},
    {"fault-full-idle", TN_SCREEN_FAULT, fault_full_idle},
    {"fault-locked", TN_SCREEN_FAULT, fault_locked},
    {"fault-io", TN_SCREEN_FAULT, fault_io},
    {"fault-damaged", TN_SCREEN_FAULT, fault_damaged},
    {"fault-busy", TN_SCREEN_FAULT, fault_busy},
    {"fault-memory", TN_SCREEN_FAULT, fault_memory},
    {"fault-files", TN_SCREEN_FAULT, fault_files},
    {"group-all", TN_SCREEN_GROUP, group_all},
    {"group-absent", TN_SCREEN_GROUP, group_absent},
    {"group-adults", TN_SCREEN_GROUP, group_adults},
    {"group-warning", TN_SCREEN_GROUP, group_warning},
};

const struct scene_list scenes_of_learners = {scenes, sizeof scenes / sizeof scenes[0]};
