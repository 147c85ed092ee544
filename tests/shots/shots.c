/* Draws every screen from made-up models, at every size and in every theme, into PNG files for
 * people to look at: shots DIR. One process, no display, no station. What gates is the goldens;
 * this is for eyes. */
#include <stdio.h>
#include <string.h>

#include "kiosk/sys/paint.h"
#include "kiosk/ui/screen.h"

struct size {
    int w, h;
    float w_mm; /* of the real panel */
};

static const struct size sizes[] = {
    {1280, 800, 217}, {800, 480, 154}, {800, 1280, 136}, {1920, 1080, 345}, {480, 800, 86}};

struct scene {
    const char *name; /* as the file is called */
    enum tn_screen screen;
    enum tn_result result;
    enum tn_status fault;
    const char *learner;
    size_t demo;
    uint64_t waiting;
    bool was_salvaged;
};

static const struct scene scenes[] = {
    {"idle", TN_SCREEN_IDLE, TN_RESULT_NOISE, TN_OK, "", 0, 0, false},
    {"idle-demo", TN_SCREEN_IDLE, TN_RESULT_NOISE, TN_OK, "", 6, 12, false},
    {"idle-repaired", TN_SCREEN_IDLE, TN_RESULT_NOISE, TN_OK, "", 4, 12, true},
    {"welcome", TN_SCREEN_WELCOME, TN_RESULT_WELCOME, TN_OK, "Maya R.", 0, 0, false},
    {"welcome-nameless", TN_SCREEN_WELCOME, TN_RESULT_WELCOME, TN_OK, "", 0, 0, false},
    {"welcome-long", TN_SCREEN_WELCOME, TN_RESULT_WELCOME, TN_OK,
     "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley Montgomery W.", 0, 0, false},
    {"welcome-arabic", TN_SCREEN_WELCOME, TN_RESULT_WELCOME, TN_OK,
     "\xD9\x84\xD9\x8A\xD9\x84\xD9\x89 \xD9\x85. 12", 0, 0, false},
    {"welcome-hindi", TN_SCREEN_WELCOME, TN_RESULT_WELCOME, TN_OK,
     "\xE0\xA4\xAA\xE0\xA5\x8D\xE0\xA4\xB0\xE0\xA4\xBF\xE0\xA4\xAF\xE0\xA4\xBE R.", 0, 0, false},
    {"already", TN_SCREEN_ALREADY, TN_RESULT_ALREADY, TN_OK, "Maya R.", 0, 0, false},
    {"goodbye", TN_SCREEN_GOODBYE, TN_RESULT_GOODBYE, TN_OK, "Maya R.", 0, 0, false},
    {"visit", TN_SCREEN_VISIT, TN_RESULT_VISIT, TN_OK, "Maya R.", 0, 0, false},
    {"help", TN_SCREEN_HELP, TN_RESULT_REFUSED, TN_OK, "", 0, 0, false},
    {"help-noise", TN_SCREEN_HELP, TN_RESULT_NOISE, TN_OK, "", 0, 0, false},
    {"fault", TN_SCREEN_FAULT, TN_RESULT_NOISE, TN_ERR_FULL, "", 0, 0, false},
};

static const char *const demo_names[TN_DEMO_BADGES_MAX] = {
    "Maya R.", "Jos\xC3\xA9 M.", "Amara O.", "Noah B.", "Sofia G.", "Christopher L."};

static void fill_model(const struct scene *scene, struct tn_model *model)
{
    *model = (struct tn_model){.screen = scene->screen,
                               .now_ms = 1773484920000,
                               .mono_ms = 10000,
                               .fault = scene->fault,
                               .is_unsaved = scene->fault != TN_OK,
                               .demo_count = scene->demo};
    model->record.result = scene->result;
    snprintf(model->record.name, sizeof model->record.name, "%s", scene->learner);
    struct tn_station_info *info = &model->info;
    snprintf(info->event_title, sizeof info->event_title, "City STEM Fair");
    snprintf(info->station_name, sizeof info->station_name, "%s",
             scene->screen == TN_SCREEN_VISIT ? "Robotics" : "North gate");
    snprintf(info->activity_title, sizeof info->activity_title, "%s",
             scene->screen == TN_SCREEN_VISIT ? "Robotics" : "");
    info->entries = 213;
    info->waiting = scene->waiting;
    info->was_salvaged = scene->was_salvaged;
    for (size_t i = 0; i < scene->demo; i++) {
        snprintf(model->demo[i].name, sizeof model->demo[i].name, "%s", demo_names[i]);
    }
}

static enum tn_status shoot(const char *dir, const struct scene *scene, const struct size *size,
                            enum tn_theme_id theme)
{
    static struct tn_model model;
    static struct tn_draw draw;
    char path[4096];
    fill_model(scene, &model);
    struct tn_view view = tn_view_of(size->w, size->h, (float)size->w / size->w_mm, theme);
    tn_ui_draw(&model, &view, &draw);
    snprintf(path, sizeof path, "%s/%s-en-%s-%dx%d.png", dir, scene->name, tn_theme_name(theme),
             size->w, size->h);
    return tn_paint_png(&draw, &view, path);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: shots DIR\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            for (int theme = 0; theme < TN_THEME_COUNT; theme++) {
                if (shoot(argv[1], &scenes[i], &sizes[k], (enum tn_theme_id)theme) != TN_OK) {
                    return 3;
                }
            }
        }
    }
    return 0;
}
