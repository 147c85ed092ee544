/* A real window with the software renderer, and a model and a painter for it: what the benches of
 * frames measure on. */
#ifndef TURNOUT_BENCH_STAGE_H
#define TURNOUT_BENCH_STAGE_H

#include <SDL.h>

#include "kiosk/sys/paint.h"
#include "kiosk/ui/model.h"
#include "turnout/status.h"

struct stage {
    SDL_Window *window;
    SDL_Renderer *renderer;
    struct tn_paint *paint;
    struct tn_model model;
    struct tn_view view;
    struct tn_draw draw;
};

/* Opens a window of w by h pixels on a panel of px_per_mm. Says on standard error why not. */
enum tn_status stage_open(struct stage *stage, int w, int h, float px_per_mm);
void stage_close(struct stage *stage);

/* Draws, paints and presents the model as it is. */
void stage_show(struct stage *stage);

#endif
