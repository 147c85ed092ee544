/* How scenes come about: a model as a kiosk has it in the morning of a fair, and the few events
 * that lead from there to each scene. Effects go nowhere; what a store would answer, the scene
 * says itself. Holds no scene. */
#include "tests/shots/scenes.h"

#include <stdio.h>
#include <string.h>

#define SATURDAY_MS INT64_C(1773484920000) /* 14 March 2026, 10:42 UTC */
#define BOOT_MS 10000000
#define HOUR_MS INT64_C(3600000)
#define STILL_MS 1000
#define BUFFERS 8
#define DATA_MAX 64
/* A text of fewer bytes is data only where it is all of an item. */
#define WORD_MIN 3

const struct scene_size scene_sizes[SCENE_SIZES] = {
    {1280, 800, 217}, {800, 480, 154}, {800, 1280, 136}, {1920, 1080, 345}};

const char scene_digits[TN_BADGE_TEXT_SIZE] = "100000000000000000000000000000001234567812345678";

static const struct scene_list *const lists[] = {&scenes_of_learners, &scenes_of_register,
                                                 &scenes_of_desk, &scenes_of_staff};

static bool is_marking;
static const char *data[DATA_MAX]; /* literals of the scene that was loaded last */
static size_t data_count;
static struct tn_event event;
static struct tn_effects effects;

const struct scene *scene_at(size_t i)
{
    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
        if (i < lists[k]->count) {
            return &lists[k]->scenes[i];
        }
        i -= lists[k]->count;
    }
    return NULL;
}

void scene_mark_data(bool is_on)
{
    is_marking = is_on;
}

const char *scene_data(const char *text)
{
    static char buffers[BUFFERS][TN_DRAW_TEXT_MAX];
    static size_t turn;
    if (data_count < DATA_MAX) {
        data[data_count++] = text;
    }
    if (!is_marking || text[0] == '\0') {
        return text;
    }
    char *out = buffers[turn++ % BUFFERS];
    (void)snprintf(out, TN_DRAW_TEXT_MAX, SCENE_MARK "%s" SCENE_MARK, text);
    return out;
}

bool scene_has_data(const char *text)
{
    for (size_t i = 0; i < data_count; i++) {
        bool is_word = strlen(data[i]) >= WORD_MIN;
        if (is_word ? strstr(text, data[i]) != NULL : strcmp(text, data[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void fill_info(struct tn_station_info *info)
{
    *info = (struct tn_station_info){.role = TN_ROLE_GATE,
                                     .event = scene_id(1),
                                     .starts_ms = SATURDAY_MS - 2 * HOUR_MS,
                                     .ends_ms = SATURDAY_MS + 6 * HOUR_MS,
                                     .epoch = 1,
                                     .pack_version = 3,
                                     .entries = 213,
                                     .present = 131,
                                     .has_keys = true,
                                     .has_vault = true,
                                     .has_pin = true,
                                     .has_clock = true,
                                     .consent_age = 13,
                                     .siblings = 4,
                                     .siblings_heard = 2,
                                     .last_sync_ms = SATURDAY_MS - HOUR_MS,
                                     .pack_ms = SATURDAY_MS - 3 * HOUR_MS};
    SCENE_PUT(info->event_title, "City STEM Fair");
    SCENE_PUT(info->station_name, "North gate");
}

void scene_load(const struct scene *scene, enum tn_lang lang, const struct tn_view *view,
                struct tn_model *model)
{
    tn_model_init(model, SATURDAY_MS, BOOT_MS);
    tn_lang_use(lang);
    data_count = 0;
    fill_info(&model->info);
    model->is_small = tn_page_of(view).is_compact;
    model->look.is_larger = view->text_scale > 1.0f;
    model->home_lang = model->lang = model->shown_lang = lang;
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model->has_lang[i] = true;
        model->has_voice[i] = true;
    }
    model->health = (struct tn_health){.scanner = TN_PART_WELL,
                                       .camera = TN_PART_WELL,
                                       .disk = TN_PART_WELL,
                                       .disk_free_mb = 52000};
    scene->fill(model);
    /* What moved as the screen was entered stands still now. */
    if (model->mono_ms - model->screen_mono_ms < STILL_MS) {
        model->mono_ms = model->screen_mono_ms + STILL_MS;
    }
}

struct tn_view scene_view_of(const struct scene_size *size, const struct tn_look *look)
{
    struct tn_view display =
        tn_view_of(size->w, size->h, (float)size->w / size->w_mm, TN_THEME_LIGHT);
    return tn_view_for(&display, look);
}

size_t scene_first_seen(const struct tn_draw *draw, const struct tn_view *view)
{
    size_t first = 0;
    for (size_t i = 0; i < draw->count; i++) {
        const struct tn_item *item = &draw->items[i];
        if (item->type == TN_ITEM_FILL && item->box.w >= view->w_px && item->box.h >= view->h_px) {
            first = i;
        }
    }
    return first;
}

static void happens(struct tn_model *model, enum tn_event_type type)
{
    event.type = type;
    event.at_ms = model->now_ms;
    event.mono_ms = model->mono_ms;
    tn_ui_event(model, &event, &effects);
    event = (struct tn_event){0};
}

void scene_tap(struct tn_model *model, const char *control)
{
    (void)snprintf(event.control, sizeof event.control, "%s", control);
    happens(model, TN_EVENT_TAP);
}

static void put_text(const char *text)
{
    (void)snprintf(event.text, sizeof event.text, "%s", text);
    event.len = strlen(event.text);
}

void scene_type(struct tn_model *model, const char *text)
{
    put_text(text);
    happens(model, TN_EVENT_TEXT);
}

void scene_scan(struct tn_model *model, const char *text, bool had_end)
{
    put_text(text);
    event.method = "scan";
    event.had_end = had_end;
    happens(model, TN_EVENT_SCAN);
}

void scene_spelt(struct tn_model *model, const char *picks)
{
    put_text(picks);
    happens(model, TN_EVENT_SPELT);
}

void scene_reply(struct tn_model *model, const struct tn_reply *reply)
{
    event.reply = reply;
    happens(model, TN_EVENT_REPLY);
}

void scene_replied(struct tn_model *model, enum tn_request_type type, enum tn_status status)
{
    scene_reply(model, &(struct tn_reply){.type = type, .status = status});
}

void scene_stored(struct tn_model *model, enum tn_result result, const char *name)
{
    event.record =
        (struct tn_record){.result = result, .seq = 214, .is_verified = true, .who = scene_id(2)};
    SCENE_PUT(event.record.name, name);
    happens(model, TN_EVENT_STORED);
}

void scene_sync(struct tn_model *model, const struct tn_sync_state *sync)
{
    event.sync = *sync;
    event.sync.at_ms = model->now_ms;
    happens(model, TN_EVENT_SYNC);
}

void scene_wait(struct tn_model *model, int64_t ms)
{
    model->now_ms += ms;
    model->mono_ms += ms;
    happens(model, TN_EVENT_TICK);
}

size_t scene_asked(void)
{
    return effects.request.count;
}

void scene_open(struct tn_model *model, void (*open)(struct tn_model *, struct tn_effects *))
{
    effects.count = 0;
    open(model, &effects);
}

struct tn_tally scene_tally(void)
{
    struct tn_tally tally = {.today = 187,
                             .present = 131,
                             .adults = 24,
                             .quarters = 12,
                             .first_ms = SATURDAY_MS - 3 * HOUR_MS + 180000};
    static const unsigned quarters[] = {2, 5, 9, 14, 23, 31, 28, 19, 22, 16, 12, 6};
    memcpy(tally.quarter, quarters, sizeof quarters);
    return tally;
}

void scene_unlock(struct tn_model *model)
{
    model->info.is_unlocked = true;
    SCENE_PUT(model->info.staff_name, "Rosa");
    scene_stored(model, TN_RESULT_STAFF, "");
    scene_reply(model, &(struct tn_reply){.type = TN_ASK_TALLY, .tally = scene_tally()});
}

struct tn_id scene_id(unsigned n)
{
    struct tn_id id = {{0}};
    id.b[0] = (uint8_t)n;
    id.b[15] = 1;
    return id;
}

struct tn_found scene_found(const char *name, bool is_in)
{
    struct tn_found found = {.learner = scene_id(3), .badge = scene_id(4), .is_in = is_in};
    SCENE_PUT(found.name, name);
    return found;
}
