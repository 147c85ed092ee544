/* Every screen in every state worth seeing, as one table that the pictures, the tests of layout,
 * of painting and of words, and the benchmark of frames share. A scene is made by the program
 * itself: the real openers, taps, typed text and replies of a store that is not there, so that no
 * scene shows what a kiosk cannot show. Main thread. */
#ifndef TURNOUT_TESTS_SCENES_H
#define TURNOUT_TESTS_SCENES_H

#include <stddef.h>

#include "kiosk/ui/screens.h"

struct scene {
    const char *name; /* "register-grade": the screen's name first */
    enum tn_screen screen;
    void (*fill)(struct tn_model *model);
};

/* One list a file: learners.c, desk.c, staff.c. */
struct scene_list {
    const struct scene *scenes;
    size_t count;
};
extern const struct scene_list scenes_of_learners;
extern const struct scene_list scenes_of_register;
extern const struct scene_list scenes_of_desk;
extern const struct scene_list scenes_of_staff;

/* All of them, in order; NULL past the last. */
const struct scene *scene_at(size_t i);

/* Makes a scene's model in a language, for a view, its motion over. */
void scene_load(const struct scene *scene, enum tn_lang lang, const struct tn_view *view,
                struct tn_model *model);

/* The screens they must look right on: pixels, and the panel's width in millimetres. */
struct scene_size {
    int w, h;
    float w_mm;
};
#define SCENE_SIZES 4
extern const struct scene_size scene_sizes[SCENE_SIZES];

/* The view of one of those screens, with a look. */
struct tn_view scene_view_of(const struct scene_size *size, const struct tn_look *look);

/* The first item that is seen: a box over the whole view hides what was drawn before it. */
size_t scene_first_seen(const struct tn_draw *draw, const struct tn_view *view);

/* What is somebody's data and not our words stands between two of these marks while they are on: a
 * letter that no language of ours uses, so that name fields take it. */
#define SCENE_MARK "\xC7\x82"
void scene_mark_data(bool is_on);

/* Tells whether a text holds data of the scene that was loaded last. */
bool scene_has_data(const char *text);

/* For the files of scenes: what happens to a kiosk, as its events. */

/* Text as data; one of eight buffers that take turns. */
const char *scene_data(const char *text);
/* Copies text as data; static arrays only. */
#define SCENE_PUT(array, text) (void)snprintf((array), sizeof(array), "%s", scene_data(text))

void scene_tap(struct tn_model *model, const char *control);
void scene_type(struct tn_model *model, const char *text);
void scene_scan(struct tn_model *model, const char *text, bool had_end);
void scene_spelt(struct tn_model *model, const char *picks);
void scene_reply(struct tn_model *model, const struct tn_reply *reply);
/* A reply that only says how it went. */
void scene_replied(struct tn_model *model, enum tn_request_type type, enum tn_status status);
void scene_stored(struct tn_model *model, enum tn_result result, const char *name);
void scene_wait(struct tn_model *model, int64_t ms);
/* What sync says it is doing, now; at_ms is filled. */
void scene_sync(struct tn_model *model, const struct tn_sync_state *sync);
/* How many rows the newest request asked for. */
size_t scene_asked(void);
/* Opens a place by its opener. */
void scene_open(struct tn_model *model, void (*open)(struct tn_model *, struct tn_effects *));
/* Staff's card, and the numbers that the panel asks for. */
void scene_unlock(struct tn_model *model);
/* The numbers of a good day. */
struct tn_tally scene_tally(void);
/* An id that is somebody's. */
struct tn_id scene_id(unsigned n);
/* Somebody found, and a badge's digits that are nobody's. */
struct tn_found scene_found(const char *name, bool is_in);
extern const char scene_digits[TN_BADGE_TEXT_SIZE];

#endif
