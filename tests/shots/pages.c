/* The pages are plain HTML that works from the disk: links for every choice, no script. Light or
 * dark as the reader's system has it. */
#include "tests/shots/pages.h"

#include <stdio.h>
#include <string.h>

#define LOOKS_MAX 8

/* What is shown of a size: which looks, and whether those are for all languages. */
struct plan {
    struct tn_look look;
    bool is_every_lang;
};

/* The size the layouts are drawn for has everything; the others every language in the light theme,
 * and English for the rest. */
static const struct plan first_plans[] = {
    {{.theme = TN_THEME_LIGHT}, true},
    {{.theme = TN_THEME_LIGHT, .is_larger = true}, true},
    {{.theme = TN_THEME_DARK}, true},
    {{.theme = TN_THEME_DARK, .is_larger = true}, true},
    {{.theme = TN_THEME_CONTRAST}, true},
    {{.theme = TN_THEME_CONTRAST, .is_larger = true}, true},
    {{.theme = TN_THEME_LIGHT, .is_lower = true}, false},
};
static const struct plan other_plans[] = {
    {{.theme = TN_THEME_LIGHT}, true},
    {{.theme = TN_THEME_LIGHT, .is_larger = true}, false},
    {{.theme = TN_THEME_DARK}, false},
    {{.theme = TN_THEME_CONTRAST}, false},
    {{.theme = TN_THEME_LIGHT, .is_lower = true}, false},
};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const style =
    ":root { color-scheme: light dark; --paper: #fffcf5; --ink: #1a1d3a; --line: #d9d6e8;\n"
    "  --action: #2b2a8c }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --paper: #14162b; --ink: #f5f3ff; --line: #5a5d96; --action: #afaeff } }\n"
    "body { font: 16px/1.5 Andika, sans-serif; margin: 32px; background: var(--paper);\n"
    "  color: var(--ink) }\n"
    "a { color: var(--action) }\n"
    "nav a, nav b { display: inline-block; padding: 4px 12px 4px 0 }\n"
    "main { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr));\n"
    "  gap: 24px; margin-top: 24px }\n"
    "figure { margin: 0 }\n"
    "img { width: 100%; border-radius: 8px; box-shadow: 0 0 0 1px var(--line) }\n";

bool pages_shot(size_t i, struct shot *out)
{
    for (size_t size = 0; size < SCENE_SIZES; size++) {
        const struct plan *plans = size == 0 ? first_plans : other_plans;
        size_t count = size == 0 ? COUNT(first_plans) : COUNT(other_plans);
        for (size_t k = 0; k < count; k++) {
            size_t langs = plans[k].is_every_lang ? TN_LANG_COUNT : 1;
            if (i < langs) {
                *out = (struct shot){.size = size, .lang = (enum tn_lang)i, .look = plans[k].look};
                return true;
            }
            i -= langs;
        }
    }
    return false;
}

/* "en-light-1280x800-larger": a shot's part of every name. */
static void shot_name(const struct shot *shot, char out[PAGES_NAME_MAX])
{
    const struct scene_size *size = &scene_sizes[shot->size];
    (void)snprintf(out, PAGES_NAME_MAX, "%s-%s-%dx%d%s%s", tn_langs[shot->lang].code,
                   tn_theme_name(shot->look.theme), size->w, size->h,
                   shot->look.is_larger ? "-larger" : "", shot->look.is_lower ? "-lower" : "");
}

void pages_picture(const struct scene *scene, const struct shot *shot, char out[PAGES_NAME_MAX])
{
    char name[PAGES_NAME_MAX];
    shot_name(shot, name);
    (void)snprintf(out, PAGES_NAME_MAX, "%.60s-%.90s.png", scene->name, name);
}

static FILE *begin(const char *dir, const char *name, const char *title)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s.html", dir, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "shots: %s: cannot be written\n", path);
        return NULL;
    }
    fprintf(file,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n"
            "<title>Turnout: %s</title>\n<style>\n%s</style>\n<h1>Every screen: %s</h1>\n",
            title, style, title);
    return file;
}

static bool end(FILE *file)
{
    fprintf(file, "</html>\n");
    return fclose(file) == 0;
}

/* Links to the pages of all shots, this one's in bold. */
static void put_links(FILE *file, const char *here)
{
    struct shot shot;
    char name[PAGES_NAME_MAX];
    size_t size = SCENE_SIZES;
    fprintf(file, "<nav>\n");
    for (size_t i = 0; pages_shot(i, &shot); i++) {
        shot_name(&shot, name);
        if (shot.size != size || shot.lang == TN_LANG_EN) {
            fprintf(file, "%s", i > 0 ? "<br>\n" : "");
            size = shot.size;
        }
        if (strcmp(name, here) == 0) {
            fprintf(file, "<b>%s</b>", name);
        } else {
            fprintf(file, "<a href=\"%s.html\">%s</a>", i == 0 ? "index" : name, name);
        }
    }
    fprintf(file, "</nav>\n<main>\n");
}

static void put_picture(FILE *file, const struct scene *scene, const struct shot *shot,
                        const char *words, const char *link)
{
    char picture[PAGES_NAME_MAX];
    pages_picture(scene, shot, picture);
    fprintf(file,
            "<figure><a href=\"%s\"><img loading=\"lazy\" src=\"%s\" alt=\"%s\"></a>"
            "<figcaption><a href=\"%s\">%s</a></figcaption></figure>\n",
            picture, picture, words, link, words);
}

/* All scenes as one shot has them. */
static bool write_shot(const char *dir, const char *word, const struct shot *shot, bool is_first)
{
    char name[PAGES_NAME_MAX];
    char link[PAGES_NAME_MAX];
    const struct scene *scene = NULL;
    shot_name(shot, name);
    FILE *file = begin(dir, is_first ? "index" : name, name);
    if (file == NULL) {
        return false;
    }
    put_links(file, name);
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        if (strstr(scene->name, word) != NULL) {
            (void)snprintf(link, sizeof link, "scene-%.100s.html", scene->name);
            put_picture(file, scene, shot, scene->name, link);
        }
    }
    fprintf(file, "</main>\n");
    return end(file);
}

/* One scene as all shots have it. */
static bool write_scene(const char *dir, const struct scene *scene)
{
    char name[PAGES_NAME_MAX];
    char link[PAGES_NAME_MAX + 8];
    struct shot shot;
    (void)snprintf(name, sizeof name, "scene-%.100s", scene->name);
    FILE *file = begin(dir, name, scene->name);
    if (file == NULL) {
        return false;
    }
    fprintf(file, "<nav><a href=\"index.html\">All scenes</a></nav>\n<main>\n");
    for (size_t i = 0; pages_shot(i, &shot); i++) {
        shot_name(&shot, name);
        (void)snprintf(link, sizeof link, "%s.html", i == 0 ? "index" : name);
        put_picture(file, scene, &shot, name, link);
    }
    fprintf(file, "</main>\n");
    return end(file);
}

bool pages_write(const char *dir, const char *word)
{
    struct shot shot;
    const struct scene *scene = NULL;
    bool is_written = true;
    for (size_t i = 0; pages_shot(i, &shot); i++) {
        is_written = write_shot(dir, word, &shot, i == 0) && is_written;
    }
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        if (strstr(scene->name, word) != NULL) {
            is_written = write_scene(dir, scene) && is_written;
        }
    }
    return is_written;
}
