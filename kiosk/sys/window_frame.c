/* What is shown: the model's draw list, painted only where it differs from the one on the screen,
 * dimmed where nobody needs it, and shifted a little each minute against burning in. The shift
 * changes only while nobody is near, so that nothing moves under a finger. */
#include <sodium.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/window.h"
#include "kiosk/ui/layout.h"
#include "turnout/log.h"

#define SHIFT_REST_MS 10000
#define PREVIEW_MS 66      /* 15 pictures of the camera a second, */
#define PREVIEW_DIM_MS 500 /* and fewer while nobody is near */

void tn_window_measure(struct tn_window *window)
{
    SDL_Point picture;
    SDL_Point units;
    if (tn_display_size(&window->display, &picture, &units)) {
        window->size = tn_view_of(picture.x, picture.y, tn_display_px_per_mm(&window->display),
                                  TN_THEME_LIGHT);
        window->scale =
            (SDL_FPoint){(float)picture.x / (float)units.x, (float)picture.y / (float)units.y};
    }
    window->needs_paint = true;
}

static bool is_same_list(const struct tn_draw *a, const struct tn_draw *b)
{
    return a->count == b->count && memcmp(a->items, b->items, a->count * sizeof a->items[0]) == 0;
}

static bool is_same_look(const struct tn_look *a, const struct tn_look *b)
{
    return a->theme == b->theme && a->is_larger == b->is_larger && a->is_lower == b->is_lower &&
           a->is_still == b->is_still;
}

/* Sets how bright the screen is and where the picture stands. */
static void settle(struct tn_window *window, int64_t at_ms, int64_t mono_ms)
{
    const struct tn_station_info *info = &window->kiosk->runner.model.info;
    int64_t rest_ms = mono_ms - window->touched_ms;
    int percent = tn_dim_percent(at_ms, info->starts_ms, info->ends_ms, rest_ms);
    struct tn_shift shift = window->shift;
    if (rest_ms >= SHIFT_REST_MS && window->pressed[0] == '\0') {
        shift = tn_shift_at(mono_ms - window->begun_ms);
    }
    if (percent != window->dim_percent || shift.x != window->shift.x ||
        shift.y != window->shift.y) {
        window->needs_paint = true;
    }
    window->dim_percent = percent;
    window->shift = shift;
}

/* Where the picture has moved away from an edge, its ground goes on to the edge. */
static int fill_edges(SDL_Renderer *renderer, const struct tn_window *window)
{
    const struct tn_item *ground = &window->shown.items[0];
    struct tn_shift shift = window->shift;
    int w = window->size.w_px;
    int h = window->size.h_px;
    SDL_Rect edges[] = {
        {shift.x > 0 ? 0 : w + shift.x, 0, abs(shift.x), h},
        {0, shift.y > 0 ? 0 : h + shift.y, w, abs(shift.y)},
    };
    bool has_ground = window->shown.count > 0 && ground->type == TN_ITEM_FILL;
    uint32_t rgb = tn_theme_rgb(window->look.theme, has_ground ? ground->color : TN_COLOR_PAPER);
    return SDL_SetRenderDrawColor(renderer, (Uint8)(rgb >> 16), (Uint8)(rgb >> 8), (Uint8)rgb,
                                  255) |
           SDL_RenderFillRects(renderer, edges, 2);
}

/* A veil of black over the whole picture. */
static int veil(SDL_Renderer *renderer, int percent)
{
    if (percent >= 100) {
        return 0;
    }
    int failed = SDL_SetRenderDrawBlendMode(renderer, SDL_BLENDMODE_BLEND) |
                 SDL_SetRenderDrawColor(renderer, 0, 0, 0, (Uint8)(255 * (100 - percent) / 100)) |
                 SDL_RenderFillRect(renderer, NULL);
    return failed | SDL_SetRenderDrawBlendMode(renderer, SDL_BLENDMODE_NONE);
}

static void note_dark(struct tn_window *window)
{
    window->loss = TN_LOSS_DISPLAY;
    if (!window->is_dark) {
        tn_log(TN_LOG_WARN,
               "the display takes no picture (%s); scans are still taken, and the display is tried "
               "again every second",
               SDL_GetError());
        window->is_dark = true;
    }
}

/* Paints the list, or only what lies within a part of it; NULL: all. */
static void paint(struct tn_window *window, const struct tn_view *view, const SDL_Rect *part)
{
    SDL_Renderer *renderer = window->display.renderer;
    SDL_Rect place = {window->shift.x, window->shift.y, view->w_px, view->h_px};
    int failed = SDL_RenderSetViewport(renderer, NULL) | fill_edges(renderer, window) |
                 SDL_RenderSetViewport(renderer, &place) | SDL_RenderSetClipRect(renderer, part);
    tn_paint_list(window->display.paint, &window->shown, view);
    failed |= part != NULL ? SDL_RenderSetClipRect(renderer, NULL) : 0;
    failed |= SDL_RenderSetViewport(renderer, NULL) | veil(renderer, window->dim_percent) |
              SDL_RenderFlush(renderer);
    if (failed != 0) {
        note_dark(window);
        return;
    }
    SDL_RenderPresent(renderer);
    window->needs_paint = false;
}

/* Takes the camera's newest picture where the list has a place for one; false: there is nothing new
 * to be seen. */
static bool take_preview(struct tn_window *window)
{
    static uint8_t px[TN_PREVIEW_PX]; /* main thread only, and large for a stack */
    struct tn_preview *preview = &window->kiosk->preview;
    const struct tn_item *item = tn_draw_find_camera(&window->next);
    int every_ms = window->dim_percent < 100 ? PREVIEW_DIM_MS : PREVIEW_MS;
    tn_preview_want(preview, item != NULL ? every_ms : 0, tn_window_ring, window);
    if (item == NULL) {
        tn_paint_camera(window->display.paint, NULL, NULL);
        return false;
    }
    bool is_new = tn_preview_take(preview, px);
    if (is_new) {
        tn_paint_camera(window->display.paint, item, px);
        sodium_memzero(px, sizeof px);
    }
    return is_new;
}

/* Only the software renderer still has the last frame: with it a new picture of the camera costs no
 * more than its own part of the screen. */
static void paint_preview(struct tn_window *window, const struct tn_view *view)
{
    const struct tn_item *item = tn_draw_find_camera(&window->shown);
    SDL_RendererInfo info;
    SDL_Rect part = {item->box.x, item->box.y, item->box.w, item->box.h};
    bool keeps_frame = SDL_GetRendererInfo(window->display.renderer, &info) == 0 &&
                       (info.flags & SDL_RENDERER_SOFTWARE) != 0;
    paint(window, view, keeps_frame && window->dim_percent == 100 ? &part : NULL);
}

/* The first frame after a time without a display. */
static void note_light(struct tn_window *window)
{
    if (window->is_dark && window->loss == TN_LOSS_NONE) {
        tn_log(TN_LOG_WARN, "the display is back");
        window->is_dark = false;
    }
}

static void note_shown(struct tn_window *window)
{
    if (window->answer_seq != 0 && window->loss == TN_LOSS_NONE) {
        tn_log(TN_LOG_INFO, "shown: %s, entry %llu",
               tn_screen_name(window->kiosk->runner.model.screen),
               (unsigned long long)window->answer_seq);
    }
    window->answer_seq = 0;
}

/* Where hands have led. How often they touched, and never what: a tap may be a PIN's, letters are a
 * name. */
static void note_hands(struct tn_window *window)
{
    enum tn_screen screen = window->kiosk->runner.model.screen;
    unsigned hands = window->taps + window->letters;
    if ((hands != window->told || screen != window->told_screen) && window->loss == TN_LOSS_NONE) {
        tn_log(TN_LOG_INFO, "on the screen: %s, after %u taps and %u letters",
               tn_screen_name(screen), window->taps, window->letters);
        window->told = hands;
        window->told_screen = screen;
    }
}

void tn_window_show(struct tn_window *window)
{
    struct tn_model *model = &window->kiosk->runner.model;
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    model->is_small = tn_page_of(&window->size).is_compact;
    settle(window, at_ms, mono_ms);
    struct tn_view view = tn_view_for(&window->size, &model->look);
    tn_ui_draw(model, &view, &window->next);
    bool is_new = take_preview(window);
    if (window->needs_paint || !is_same_look(&window->look, &model->look) ||
        !is_same_list(&window->shown, &window->next)) {
        window->shown = window->next;
        window->look = model->look;
        paint(window, &view, NULL);
    } else if (is_new) {
        paint_preview(window, &view);
    }
    note_light(window);
    note_shown(window);
    note_hands(window);
}
