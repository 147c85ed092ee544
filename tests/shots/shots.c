/* Draws every scene in every language, theme and size of text into PNG files for people to look
 * at: shots DIR [WORD]. One process, no display, no station, and one painter a size, so that fonts
 * and pictures are opened once. WORD takes only scenes whose name holds it. What gates is the
 * tests; this is for eyes. */
#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/sys/locale.h"
#include "kiosk/sys/paint.h"
#include "kiosk/sys/preview.h"
#include "tests/shots/pages.h"
#include "tests/shots/png.h"
#include "tests/shots/scenes.h"

struct stage {
    const struct scene_size *size;
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct tn_paint *paint;
};

static bool stage_open(struct stage *stage, const struct scene_size *size)
{
    *stage = (struct stage){.size = size};
    stage->surface =
        SDL_CreateRGBSurfaceWithFormat(0, size->w, size->h, 32, SDL_PIXELFORMAT_XRGB8888);
    stage->renderer = stage->surface != NULL ? SDL_CreateSoftwareRenderer(stage->surface) : NULL;
    return stage->renderer != NULL && tn_paint_create(stage->renderer, &stage->paint) == TN_OK;
}

static void stage_close(struct stage *stage)
{
    tn_paint_free(stage->paint);
    if (stage->renderer != NULL) {
        SDL_DestroyRenderer(stage->renderer);
    }
    SDL_FreeSurface(stage->surface);
}

/* What stands in for somebody before the camera: head and shoulders. */
static void stand_before_camera(struct tn_paint *paint, const struct tn_item *item)
{
    static uint8_t px[TN_PREVIEW_PX];
    const int side = TN_PREVIEW_SIDE;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            int dx = x - side / 2;
            int head = dx * dx * 4 / 3 + (y - side * 2 / 5) * (y - side * 2 / 5);
            int shoulders = dx * dx + (y - side) * (y - side) * 2;
            px[y * side + x] = (uint8_t)(head < side * side / 36       ? 205
                                         : shoulders < side * side / 7 ? 70
                                                                       : 160 - y * 50 / side);
        }
    }
    tn_paint_camera(paint, item, item != NULL ? px : NULL);
}

static bool shoot(struct stage *stage, const char *dir, const struct scene *scene,
                  const struct shot *shot)
{
    static struct tn_model model;
    static struct tn_draw draw;
    char name[PAGES_NAME_MAX];
    char path[4096];
    struct tn_view view = scene_view_of(stage->size, &shot->look);
    scene_load(scene, shot->lang, &view, &model);
    tn_ui_draw(&model, &view, &draw);
    stand_before_camera(stage->paint, tn_draw_find_camera(&draw));
    tn_paint_list(stage->paint, &draw, &view);
    SDL_RenderPresent(stage->renderer);
    pages_picture(scene, shot, name);
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    if (!png_write(stage->surface, path)) {
        fprintf(stderr, "shots: %s: cannot be written\n", path);
        return false;
    }
    return true;
}

/* Every scene as one shot's look and language have it; gives how many, below 0 on failure. */
static int shoot_all(struct stage *stage, const char *dir, const char *word,
                     const struct shot *shot)
{
    int count = 0;
    const struct scene *scene = NULL;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        if (strstr(scene->name, word) == NULL) {
            continue;
        }
        if (!shoot(stage, dir, scene, shot)) {
            return -1;
        }
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    const char *word = argc == 3 ? argv[2] : "";
    struct stage stage = {0};
    struct shot shot;
    int pictures = 0;
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: shots DIR [WORD]\n");
        return 2;
    }
    (void)setenv("TZ", "UTC", 1);
    tn_locale_start();
    for (size_t i = 0; pages_shot(i, &shot); i++) {
        if (stage.size != &scene_sizes[shot.size]) {
            stage_close(&stage);
            if (!stage_open(&stage, &scene_sizes[shot.size])) {
                fprintf(stderr, "shots: no picture can be painted: %s\n", SDL_GetError());
                return 3;
            }
        }
        int count = shoot_all(&stage, argv[1], word, &shot);
        if (count < 0) {
            return 3;
        }
        pictures += count;
    }
    stage_close(&stage);
    if (!pages_write(argv[1], word)) {
        return 3;
    }
    printf("%d pictures: %s/index.html\n", pictures, argv[1]);
    return 0;
}
