/* Scenes of the walk-in form, step by step as a child takes it, of its keyboards, and of the badge
 * at its end. */
#include <stdio.h>
#include <string.h>

#include "tests/shots/scenes.h"

/* The form, opened with the keyboard of another language than the screen's. */
static void keys_of(struct tn_model *model, enum tn_lang lang)
{
    enum tn_lang shown = model->lang;
    model->lang = lang;
    scene_open(model, tn_register_open);
    model->lang = model->shown_lang = shown;
}

static void given_empty(struct tn_model *model)
{
    model->info.has_walk_in = true;
    scene_tap(model, "no-badge");
}

static void given(struct tn_model *model)
{
    keys_of(model, TN_LANG_EN);
    scene_type(model, scene_data("Maya"));
}

static void given_long(struct tn_model *model)
{
    keys_of(model, TN_LANG_EN);
    scene_type(model, scene_data("Wilhelmina-Alexandrina Josephine Maria"));
}

static void keys_es(struct tn_model *model)
{
    keys_of(model, TN_LANG_ES);
    scene_type(model, scene_data("Iñaki"));
}

static void keys_fr(struct tn_model *model)
{
    keys_of(model, TN_LANG_FR);
    scene_type(model, scene_data("Chloé"));
}

static void keys_vi(struct tn_model *model)
{
    keys_of(model, TN_LANG_VI);
    scene_type(model, scene_data("Nguyễn"));
}

static void keys_ar(struct tn_model *model)
{
    keys_of(model, TN_LANG_AR);
    scene_type(model, scene_data("ليلى"));
}

static void keys_hi(struct tn_model *model)
{
    keys_of(model, TN_LANG_HI);
    scene_type(model, scene_data("प्रिया"));
}

static void keys_zh(struct tn_model *model)
{
    keys_of(model, TN_LANG_ZH_HANS);
}

static void keys_zh_picks(struct tn_model *model)
{
    keys_of(model, TN_LANG_ZH_HANS);
    scene_type(model, "ming");
    scene_spelt(model, "明 名 命 鸣 铭 茗 冥 螟 酩 瞑 暝");
}

static void keys_second_page(struct tn_model *model)
{
    keys_of(model, TN_LANG_FR);
    scene_tap(model, "key-page");
}

static void family_empty(struct tn_model *model)
{
    given(model);
    scene_tap(model, "next");
}

static void family(struct tn_model *model)
{
    family_empty(model);
    scene_type(model, scene_data("R"));
}

static void grade(struct tn_model *model)
{
    family(model);
    scene_tap(model, "next");
}

/* Answers a question for the list of schools. */
static void schools(struct tn_model *model, size_t total)
{
    static const char *const names[TN_PARTNERS_PAGE] = {
        "Lincoln Elementary School", "Boys & Girls Club of the Lower Fox Valley, West Side Center",
        "Museum of Science",         "Riverside Public Library",
        "Washington Middle School",  "4-H Robotics"};
    struct tn_reply reply = {.type = TN_ASK_PARTNERS};
    reply.partners.total = total;
    reply.partners.count = total < TN_PARTNERS_PAGE ? total : TN_PARTNERS_PAGE;
    for (size_t i = 0; i < reply.partners.count; i++) {
        reply.partners.items[i].id = scene_id(10 + (unsigned)i);
        SCENE_PUT(reply.partners.items[i].name, names[i]);
    }
    scene_reply(model, &reply);
}

static void school(struct tn_model *model)
{
    grade(model);
    scene_tap(model, "grade-3");
    schools(model, 43);
}

static void school_few(struct tn_model *model)
{
    grade(model);
    scene_tap(model, "grade-3");
    schools(model, 3);
}

static void school_back(struct tn_model *model)
{
    school(model);
    scene_tap(model, "partner-2");
    scene_tap(model, "back");
    schools(model, 43);
}

static void school_find(struct tn_model *model)
{
    school(model);
    scene_tap(model, "find");
    scene_type(model, scene_data("Li"));
    schools(model, 2);
}

static void school_find_none(struct tn_model *model)
{
    school(model);
    scene_tap(model, "find");
    scene_type(model, scene_data("Xy"));
    schools(model, 0);
}

static void school_found(struct tn_model *model)
{
    school_find(model);
    scene_tap(model, "next");
    schools(model, 2);
}

static void school_other(struct tn_model *model)
{
    school(model);
    scene_tap(model, "other");
}

static void school_other_typed(struct tn_model *model)
{
    school_other(model);
    scene_type(model, scene_data("Home school co-op, Oak Street"));
}

static void consent(struct tn_model *model)
{
    school(model);
    scene_tap(model, "partner-1");
}

static void consent_chosen(struct tn_model *model)
{
    consent(model);
    scene_tap(model, "consent-1");
}

static void consent_teen(struct tn_model *model)
{
    grade(model);
    scene_tap(model, "grade-5");
    schools(model, 43);
    scene_tap(model, "partner-1");
}

static void consent_adult(struct tn_model *model)
{
    grade(model);
    scene_tap(model, "grade-6");
    schools(model, 43);
    scene_tap(model, "partner-1");
    scene_tap(model, "consent-3");
}

static void warning(struct tn_model *model)
{
    family(model);
    scene_wait(model, TN_FORM_REST_MS - 17000);
}

static void cannot(struct tn_model *model)
{
    model->info.has_vault = false;
    scene_open(model, tn_register_open);
}

static void refused(struct tn_model *model, enum tn_status status)
{
    consent_chosen(model);
    scene_tap(model, "next");
    scene_replied(model, TN_ASK_REGISTER, status);
}

static void refused_state(struct tn_model *model)
{
    refused(model, TN_ERR_STATE);
}

static void refused_forged(struct tn_model *model)
{
    refused(model, TN_ERR_FORGED);
}

static void refused_exists(struct tn_model *model)
{
    refused(model, TN_ERR_EXISTS);
}

static void refused_limit(struct tn_model *model)
{
    refused(model, TN_ERR_LIMIT);
}

static void refused_other(struct tn_model *model)
{
    refused(model, TN_ERR_NOT_FOUND);
}

/* The badge that the form ends with. */
static void hand_out(struct tn_model *model, const char *name, const char *digits)
{
    struct tn_reply reply = {.type = TN_ASK_REGISTER};
    reply.handed.record = (struct tn_record){.result = TN_RESULT_WELCOME, .seq = 214};
    SCENE_PUT(reply.handed.name, name);
    (void)snprintf(reply.handed.digits, sizeof reply.handed.digits, "%s", digits);
    (void)snprintf(reply.handed.code, sizeof reply.handed.code, "123456789");
    scene_tap(model, "next");
    scene_reply(model, &reply);
}

static void badge(struct tn_model *model)
{
    consent_chosen(model);
    hand_out(model, "Maya R.", scene_digits);
}

static void badge_printed(struct tn_model *model)
{
    model->health.printer = TN_PART_WELL;
    badge(model);
}

static void badge_printer_trouble(struct tn_model *model)
{
    model->health.printer = TN_PART_TROUBLE;
    badge(model);
}

static void badge_no_consent(struct tn_model *model)
{
    consent(model);
    scene_tap(model, "consent-4");
    hand_out(model, "Wilhelmina-Alexandrina R.", scene_digits);
}

static void badge_blank(struct tn_model *model)
{
    consent_chosen(model);
    hand_out(model, "Maya R.", "");
}

static void badge_warning(struct tn_model *model)
{
    badge(model);
    scene_wait(model, TN_BADGE_REST_MS - 5000);
}

static void next_child(struct tn_model *model)
{
    badge(model);
    scene_tap(model, "again");
}

static void badge_replaced(struct tn_model *model)
{
    struct tn_reply reply = {.type = TN_ASK_REPLACE};
    struct tn_found who = scene_found("Maya R.", true);
    struct tn_effects effects = {0};
    reply.handed.record.seq = 41;
    SCENE_PUT(reply.handed.name, "Maya R.");
    (void)snprintf(reply.handed.digits, sizeof reply.handed.digits, "%s", scene_digits);
    (void)snprintf(reply.handed.code, sizeof reply.handed.code, "123456789");
    scene_unlock(model);
    tn_replace_open_for(model, &who, &effects);
    scene_tap(model, "lost");
    scene_tap(model, "make");
    scene_reply(model, &reply);
}

static const struct scene scenes[] = {
    {"register-given-empty", TN_SCREEN_REGISTER, given_empty},
    {"register-given", TN_SCREEN_REGISTER, given},
    {"register-given-long", TN_SCREEN_REGISTER, given_long},
    {"register-keys-es", TN_SCREEN_REGISTER, keys_es},
    {"register-keys-fr", TN_SCREEN_REGISTER, keys_fr},
    {"register-keys-vi", TN_SCREEN_REGISTER, keys_vi},
    {"register-keys-ar", TN_SCREEN_REGISTER, keys_ar},
    {"register-keys-hi", TN_SCREEN_REGISTER, keys_hi},
    {"register-keys-zh", TN_SCREEN_REGISTER, keys_zh},
    {"register-keys-zh-picks", TN_SCREEN_REGISTER, keys_zh_picks},
    {"register-keys-page", TN_SCREEN_REGISTER, keys_second_page},
    {"register-family-empty", TN_SCREEN_REGISTER, family_empty},
    {"register-family", TN_SCREEN_REGISTER, family},
    {"register-grade", TN_SCREEN_REGISTER, grade},
    {"register-school", TN_SCREEN_REGISTER, school},
    {"register-school-few", TN_SCREEN_REGISTER, school_few},
    {"register-school-back", TN_SCREEN_REGISTER, school_back},
    {"register-school-find", TN_SCREEN_REGISTER, school_find},
    {"register-school-find-none", TN_SCREEN_REGISTER, school_find_none},
    {"register-school-found", TN_SCREEN_REGISTER, school_found},
    {"register-school-other", TN_SCREEN_REGISTER, school_other},
    {"register-school-typed", TN_SCREEN_REGISTER, school_other_typed},
    {"register-consent", TN_SCREEN_REGISTER, consent},
    {"register-consent-chosen", TN_SCREEN_REGISTER, consent_chosen},
    {"register-consent-teen", TN_SCREEN_REGISTER, consent_teen},
    {"register-consent-adult", TN_SCREEN_REGISTER, consent_adult},
    {"register-warning", TN_SCREEN_REGISTER, warning},
    {"register-cannot", TN_SCREEN_REGISTER, cannot},
    {"register-refused-state", TN_SCREEN_REGISTER, refused_state},
    {"register-refused-forged", TN_SCREEN_REGISTER, refused_forged},
    {"register-refused-exists", TN_SCREEN_REGISTER, refused_exists},
    {"register-refused-limit", TN_SCREEN_REGISTER, refused_limit},
    {"register-refused-other", TN_SCREEN_REGISTER, refused_other},
    {"register-family-child", TN_SCREEN_REGISTER, next_child},
    {"badge", TN_SCREEN_BADGE, badge},
    {"badge-printed", TN_SCREEN_BADGE, badge_printed},
    {"badge-printer-trouble", TN_SCREEN_BADGE, badge_printer_trouble},
    {"badge-no-consent", TN_SCREEN_BADGE, badge_no_consent},
    {"badge-blank", TN_SCREEN_BADGE, badge_blank},
    {"badge-warning", TN_SCREEN_BADGE, badge_warning},
    {"badge-replaced", TN_SCREEN_BADGE, badge_replaced},
};

const struct scene_list scenes_of_register = {scenes, sizeof scenes / sizeof scenes[0]};
