/* Scenes of finding somebody, of new badges, of counting, undoing and calling the roll: what staff
 * does with people. */
#include <stdio.h>
#include <string.h>

#include "tests/shots/scenes.h"

static void search_empty(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "search");
}

/* Five people and the store's answer with so many of them. */
static void find(struct tn_model *model, enum tn_request_type type, size_t count)
{
    static const char *const names[TN_FOUND_MAX] = {"Maya R.", "Maya Rosenthal-Okonkwo",
                                                    "Mayra Hernández", "Amaya T.", "Ismaya P."};
    struct tn_reply reply = {.type = type};
    reply.found.count = count;
    for (size_t i = 0; i < count; i++) {
        reply.found.items[i] = scene_found(names[i], i % 2 == 0);
    }
    scene_reply(model, &reply);
}

static void search_letter(struct tn_model *model)
{
    search_empty(model);
    scene_type(model, "M");
}

static void search_found(struct tn_model *model)
{
    search_empty(model);
    scene_type(model, scene_data("May"));
    find(model, TN_ASK_SEARCH, TN_FOUND_MAX);
}

static void search_list(struct tn_model *model)
{
    search_found(model);
    scene_tap(model, "show");
}

static void search_one(struct tn_model *model)
{
    search_empty(model);
    scene_type(model, scene_data("Maya R"));
    find(model, TN_ASK_SEARCH, 1);
}

static void search_nobody(struct tn_model *model)
{
    search_empty(model);
    scene_type(model, scene_data("Zzyx"));
    find(model, TN_ASK_SEARCH, 0);
}

static void search_no_names(struct tn_model *model)
{
    search_empty(model);
    scene_type(model, scene_data("Maya"));
    scene_replied(model, TN_ASK_SEARCH, TN_ERR_NOT_FOUND);
}

static void search_chosen_in(struct tn_model *model)
{
    search_found(model);
    scene_tap(model, "found-1");
}

static void search_chosen(struct tn_model *model)
{
    search_found(model);
    scene_tap(model, "found-2");
}

static void code_empty(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "code");
}

static void code_typed(struct tn_model *model)
{
    code_empty(model);
    scene_type(model, "12345");
}

static void code_wrong(struct tn_model *model)
{
    code_empty(model);
    scene_type(model, "123456780");
    scene_replied(model, TN_ASK_CODE, TN_ERR_FORMAT);
}

static void code_nobody(struct tn_model *model)
{
    code_empty(model);
    scene_type(model, "123456789");
    find(model, TN_ASK_CODE, 0);
}

static void code_two(struct tn_model *model)
{
    code_empty(model);
    scene_type(model, "123456789");
    find(model, TN_ASK_CODE, 2);
}

static void code_chosen(struct tn_model *model)
{
    struct tn_reply reply = {.type = TN_ASK_CODE, .found = {.count = 1}};
    reply.found.items[0] = scene_found("", false);
    code_empty(model);
    scene_type(model, "123456789");
    scene_reply(model, &reply);
}

static void replace(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "replace");
}

static void replace_why(struct tn_model *model)
{
    search_chosen(model);
    scene_tap(model, "new-badge");
}

static void replace_scan(struct tn_model *model)
{
    replace_why(model);
    scene_tap(model, "lost");
}

static void replace_refused(struct tn_model *model, enum tn_status status)
{
    replace_scan(model);
    scene_scan(model, scene_digits, true);
    scene_replied(model, TN_ASK_REPLACE, status);
}

static void replace_exists(struct tn_model *model)
{
    replace_refused(model, TN_ERR_EXISTS);
}

static void replace_state(struct tn_model *model)
{
    replace_refused(model, TN_ERR_STATE);
}

static void replace_forged(struct tn_model *model)
{
    replace_refused(model, TN_ERR_FORGED);
}

static void replace_naming(struct tn_model *model)
{
    replace(model);
    scene_tap(model, "blank");
}

static void replace_naming_wrong(struct tn_model *model)
{
    replace_naming(model);
    scene_scan(model, "hello", true);
}

static void headcount(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "headcount");
}

static void headcount_typed(struct tn_model *model)
{
    headcount(model);
    scene_type(model, "12");
}

static void headcount_many(struct tn_model *model)
{
    headcount(model);
    scene_type(model, "501");
    scene_tap(model, "count");
}

static void headcount_done(struct tn_model *model)
{
    headcount_typed(model);
    scene_tap(model, "count");
    scene_replied(model, TN_ASK_HEADCOUNT, TN_OK);
}

static void fill_past(struct tn_model *model, struct tn_reply *reply)
{
    static const struct {
        const char *kind, *name;
        unsigned count;
    } rows[TN_PAST_MAX] = {{"check_in", "Maya R.", 1}, {"headcount", "", 12},
                           {"check_in", "José M.", 1}, {"check_out", "Amara O.", 1},
                           {"register", "Noah B.", 1}, {"visit", "Sofia G.", 1},
                           {"check_in", "", 1},        {"pass", "Christopher-Alexander L.", 1}};
    *reply = (struct tn_reply){.type = TN_ASK_PAST, .past = {.count = TN_PAST_MAX}};
    for (size_t i = 0; i < TN_PAST_MAX; i++) {
        struct tn_past *past = &reply->past.items[i];
        past->seq = 214 - i;
        past->at_ms = model->now_ms - (int64_t)i * 70000;
        past->count = rows[i].count;
        (void)snprintf(past->kind, sizeof past->kind, "%s", rows[i].kind);
        SCENE_PUT(past->name, rows[i].name);
    }
}

static void past(struct tn_model *model)
{
    struct tn_reply reply;
    fill_past(model, &reply);
    scene_unlock(model);
    scene_tap(model, "past");
    scene_reply(model, &reply);
}

static void past_chosen(struct tn_model *model)
{
    past(model);
    scene_tap(model, "past-1");
}

static void past_chosen_adults(struct tn_model *model)
{
    past(model);
    scene_tap(model, "past-2");
}

static void past_late(struct tn_model *model)
{
    past_chosen(model);
    scene_tap(model, "take-back");
    scene_replied(model, TN_ASK_UNDO, TN_ERR_STATE);
}

static void past_empty(struct tn_model *model)
{
    scene_unlock(model);
    scene_tap(model, "past");
    scene_replied(model, TN_ASK_PAST, TN_OK);
}

static void past_by_pin(struct tn_model *model, size_t count)
{
    struct tn_reply reply;
    struct tn_effects effects = {0};
    fill_past(model, &reply);
    reply.past.count = count;
    tn_past_open(model, true, &effects);
    scene_reply(model, &reply);
}

static void past_pin(struct tn_model *model)
{
    past_by_pin(model, 3);
}

static void past_pin_empty(struct tn_model *model)
{
    past_by_pin(model, 0);
}

/* The page of a roll that has so many people, the last three of whom no directory names. */
static void roll_of(struct tn_model *model, uint64_t total)
{
    static const char *const names[TN_ROLL_MAX] = {"Aaliyah B.", "Amara O.",
                                                   "Ana P.",     "Christopher-Alexander Montgomery",
                                                   "Daniel K.",  "Emma S.",
                                                   "José M.",    "Liam O'Neill",
                                                   "Maya R.",    "Nguyễn Thị A.",
                                                   "Noah B.",    "Priya Sharma",
                                                   "Sofia G.",   "",
                                                   "",           ""};
    struct tn_reply reply = {.type = TN_ASK_ROLL};
    reply.roll.total = total;
    reply.roll.unnamed = total > 3 ? 3 : 0;
    reply.roll.adults = total > 0 ? 24 : 0;
    scene_unlock(model);
    scene_tap(model, "roll");
    reply.roll.count = total < scene_asked() ? total : scene_asked();
    for (size_t i = 0; i < reply.roll.count; i++) {
        SCENE_PUT(reply.roll.rows[i].name, names[i]);
        (void)snprintf(reply.roll.rows[i].code, TN_BADGE_CODE_SIZE, "123456789");
    }
    scene_reply(model, &reply);
}

static void roll_full(struct tn_model *model)
{
    roll_of(model, 131);
}

static void roll_few(struct tn_model *model)
{
    roll_of(model, 3);
}

static void roll_empty(struct tn_model *model)
{
    roll_of(model, 0);
}

static void roll_unheard(struct tn_model *model)
{
    model->info.siblings_heard = 0;
    model->info.last_sync_ms = 0;
    roll_of(model, 16);
}

static void roll_alone(struct tn_model *model)
{
    model->info.siblings = 0;
    roll_of(model, 1);
}

static const struct scene scenes[] = {
    {"search-empty", TN_SCREEN_SEARCH, search_empty},
    {"search-letter", TN_SCREEN_SEARCH, search_letter},
    {"search-found", TN_SCREEN_SEARCH, search_found},
    {"search-list", TN_SCREEN_SEARCH, search_list},
    {"search-one", TN_SCREEN_SEARCH, search_one},
    {"search-nobody", TN_SCREEN_SEARCH, search_nobody},
    {"search-no-names", TN_SCREEN_SEARCH, search_no_names},
    {"search-chosen", TN_SCREEN_SEARCH, search_chosen},
    {"search-chosen-in", TN_SCREEN_SEARCH, search_chosen_in},
    {"code-empty", TN_SCREEN_CODE, code_empty},
    {"code-typed", TN_SCREEN_CODE, code_typed},
    {"code-wrong", TN_SCREEN_CODE, code_wrong},
    {"code-nobody", TN_SCREEN_CODE, code_nobody},
    {"code-two", TN_SCREEN_CODE, code_two},
    {"code-chosen", TN_SCREEN_CODE, code_chosen},
    {"replace", TN_SCREEN_REPLACE, replace},
    {"replace-why", TN_SCREEN_REPLACE, replace_why},
    {"replace-scan", TN_SCREEN_REPLACE, replace_scan},
    {"replace-exists", TN_SCREEN_REPLACE, replace_exists},
    {"replace-state", TN_SCREEN_REPLACE, replace_state},
    {"replace-forged", TN_SCREEN_REPLACE, replace_forged},
    {"replace-naming", TN_SCREEN_REPLACE, replace_naming},
    {"replace-naming-wrong", TN_SCREEN_REPLACE, replace_naming_wrong},
    {"headcount", TN_SCREEN_HEADCOUNT, headcount},
    {"headcount-typed", TN_SCREEN_HEADCOUNT, headcount_typed},
    {"headcount-many", TN_SCREEN_HEADCOUNT, headcount_many},
    {"staff-counted", TN_SCREEN_STAFF, headcount_done},
    {"past", TN_SCREEN_PAST, past},
    {"past-chosen", TN_SCREEN_PAST, past_chosen},
    {"past-chosen-adults", TN_SCREEN_PAST, past_chosen_adults},
    {"past-late", TN_SCREEN_PAST, past_late},
    {"past-empty", TN_SCREEN_PAST, past_empty},
    {"past-pin", TN_SCREEN_PAST, past_pin},
    {"past-pin-empty", TN_SCREEN_PAST, past_pin_empty},
    {"roll-full", TN_SCREEN_ROLL, roll_full},
    {"roll-few", TN_SCREEN_ROLL, roll_few},
    {"roll-empty", TN_SCREEN_ROLL, roll_empty},
    {"roll-unheard", TN_SCREEN_ROLL, roll_unheard},
    {"roll-alone", TN_SCREEN_ROLL, roll_alone},
};

const struct scene_list scenes_of_desk = {scenes, sizeof scenes / sizeof scenes[0]};
