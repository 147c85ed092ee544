/* Which pictures there are, what they are called, and the pages to look at them: one page for all
 * scenes in each language, theme and size, one page a scene with all of its pictures, joined by
 * plain links. */
#ifndef TURNOUT_TESTS_PAGES_H
#define TURNOUT_TESTS_PAGES_H

#include "tests/shots/scenes.h"

#define PAGES_NAME_MAX 160

/* One way to see every scene. */
struct shot {
    size_t size; /* of scene_sizes */
    enum tn_lang lang;
    struct tn_look look;
};

/* The i-th of them, those of one size together; false past the last. */
bool pages_shot(size_t i, struct shot *out);

/* SCENE-LANG-THEME-SIZE.png; SIZE is "1280x800", with "-larger" or "-lower" behind it. */
void pages_picture(const struct scene *scene, const struct shot *shot, char out[PAGES_NAME_MAX]);

/* Writes index.html and the other pages for scenes whose name holds the word. */
bool pages_write(const char *dir, const char *word);

#endif
