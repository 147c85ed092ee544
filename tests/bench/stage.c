/* The stage of the benches of frames: as kiosk/sys/window.c opens one where there is no GPU. */
#include "tests/bench/stage.h"

#include <stdio.h>

enum tn_status stage_open(struct stage *stage, int w, int h, float px_per_mm)
{
    (void)SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        fprintf(stderr, "bench: %s\n", SDL_GetError());
        return TN_ERR_NOT_FOUND;
    }
    stage->window = SDL_CreateWindow("bench", 0, 0, w, h, 0);
    if (stage->window != NULL) {
        stage->renderer = SDL_CreateRenderer(stage->window, -1, SDL_RENDERER_SOFTWARE);
    }
    if (stage->renderer == NULL) {
        fprintf(stderr, "bench: %s\n", SDL_GetError());
        return TN_ERR_STATE;
    }
    stage->view = tn_view_of(w, h, px_per_mm, TN_THEME_LIGHT);
    tn_model_init(&stage->model, 0, 0);
    return tn_paint_create(stage->renderer, &stage->paint);
}

void stage_close(struct stage *stage)
{
    tn_paint_free(stage->paint);
    if (stage->renderer != NULL) {
        SDL_DestroyRenderer(stage->renderer);
    }
    if (stage->window != NULL) {
        SDL_DestroyWindow(stage->window);
    }
    SDL_Quit();
    stage->paint = NULL;
    stage->renderer = NULL;
    stage->window = NULL;
}

void stage_show(struct stage *stage)
{
    tn_ui_draw(&stage->model, &stage->view, &stage->draw);
    tn_paint_list(stage->paint, &stage->draw, &stage->view);
    SDL_RenderPresent(stage->renderer);
}
