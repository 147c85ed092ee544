/* A stick's banner: a headline, what it means or what to do, and below it the path, which is walked
 * as far as the copy has come. When all is over there is a mark instead, above the words or beside
 * them: a tick or a triangle, so that the end is seen without reading. */
#include "kiosk/ui/sync_banner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PATH_W_MM 76.0f
#define GAP_MM 6.0f
#define GAP_LOW_MM 2.0f
#define MARK_MM 18.0f
#define MARK_LOW_MM 12.0f
#define RADIUS_MM 3.2f
#define ROOM_SHARE 0.85f
#define BESIDE_MM 5.0f
#define SAYS 4

struct banner {
    char headline[TN_DRAW_TEXT_MAX + 1];
    char count[TN_SYNC_WORDS_SIZE];
    const char *advice;
    const char *more;
    const char *picture; /* NULL: the path */
    enum tn_color color;
};

static void copying(const struct tn_model *model, struct banner *banner)
{
    snprintf(banner->headline, sizeof banner->headline, "%s", _("Copying"));
    tn_sync_count_words(&model->sync, banner->count);
    banner->advice = _("Leave the stick in.");
    banner->more = _("Badges are taken meanwhile.");
}

static void copied(const struct tn_model *model, struct banner *banner)
{
    unsigned long long all = model->sync.all;
    if (all > 0) {
        snprintf(banner->headline, sizeof banner->headline,
                 ngettext("%llu copied", "All %llu copied", all), all);
    } else {
        snprintf(banner->headline, sizeof banner->headline, "%s", _("Nothing new to copy"));
    }
    banner->advice = _("Take the stick.");
    banner->more = model->info.waiting == 0 ? _("Everything here is safe at the centre.") : "";
    banner->picture = "tick";
    banner->color = TN_COLOR_GOOD;
}

static void failed(const struct tn_model *model, struct banner *banner)
{
    snprintf(banner->headline, sizeof banner->headline, "%s", tn_sync_fault_short(&model->sync));
    banner->advice = tn_sync_fault_advice(&model->sync);
    banner->picture = "triangle";
    banner->color = TN_COLOR_WARN;
}

static void fill(const struct tn_model *model, struct banner *banner)
{
    *banner = (struct banner){.advice = "", .more = ""};
    if (model->sync.phase == TN_SYNC_COPYING) {
        copying(model, banner);
    } else if (model->sync.phase == TN_SYNC_COPIED) {
        copied(model, banner);
    } else {
        failed(model, banner);
    }
}

/* The path, walked as far as the copy has come. */
static void progress(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                     struct tn_area area)
{
    const struct tn_sync_state *sync = &model->sync;
    float share = sync->all > 0 ? (float)((double)sync->done / (double)sync->all) : 0.0f;
    struct tn_path path = {
        .x = area.x + RADIUS_MM,
        .y = area.y + area.h / 2.0f,
        .w = area.w - 2.0f * RADIUS_MM,
        .radius = RADIUS_MM,
        .walked = fminf(share, 1.0f),
        .ground = TN_COLOR_PAPER,
        .walked_color = TN_COLOR_ACTION,
        .todo_color = TN_COLOR_TRACK,
        .lit_color = TN_COLOR_NEWEST,
        .count = 2,
        .stops = {{.at = 0.0f, .is_walked = share > 0.0f}, {.at = 1.0f}},
    };
    tn_layout_path(view, draw, &path);
}

/* How a banner is set: the mark above the words, or beside them where the room is low; and the
 * words a size smaller where even that does not do. */
struct setting {
    bool is_beside;
    enum tn_type_size headline;
    enum tn_type_size body;
    enum tn_type_size label;
};

static const struct setting settings[] = {
    {false, TN_TYPE_HEADLINE, TN_TYPE_BODY, TN_TYPE_LABEL},
    {true, TN_TYPE_HEADLINE, TN_TYPE_BODY, TN_TYPE_LABEL},
    {false, TN_TYPE_BODY, TN_TYPE_LABEL, TN_TYPE_LABEL},
    {true, TN_TYPE_BODY, TN_TYPE_LABEL, TN_TYPE_LABEL},
};
#define SETTINGS (sizeof settings / sizeof settings[0])

/* A banner that is being set in an area. */
struct layout {
    const struct setting *setting;
    struct tn_say says[SAYS];
    size_t count;
    float words_w;
    float words_h;
    float sign_h;
    float gap;
    float h; /* of all of it */
};

static void measure(const struct tn_view *view, const struct banner *banner,
                    const struct setting *setting, struct tn_area area, struct layout *out)
{
    const struct tn_page page = tn_page_of(view);
    const float small = page.is_compact ? 1.0f : 3.0f;
    const struct tn_say says[SAYS] = {
        {banner->headline, setting->headline, true, 3, 0.0f},
        {banner->count, setting->body, true, 1, small},
        {banner->advice, setting->body, false, 4, small},
        {banner->more, setting->label, false, 3, small},
    };
    *out = (struct layout){.setting = setting, .count = SAYS, .words_w = area.w};
    memcpy(out->says, says, sizeof says);
    out->gap = page.is_compact ? GAP_LOW_MM : GAP_MM;
    out->sign_h = banner->picture == NULL ? 2.0f * RADIUS_MM
                  : page.is_compact       ? MARK_LOW_MM
                                          : MARK_MM;
    if (setting->is_beside) {
        out->words_w -= out->sign_h + BESIDE_MM;
        out->h = tn_stack_height(view, says, SAYS, out->words_w);
        out->words_h = fminf(out->h, area.h);
        return;
    }
    const float room = area.h - out->sign_h - out->gap;
    float words = tn_stack_height(view, says, SAYS, area.w);
    if (words > ROOM_SHARE * room) { /* the last line is the first to go */
        out->count--;
        words = tn_stack_height(view, says, out->count, area.w);
    }
    out->h = words + out->sign_h + out->gap;
    out->words_h = fminf(words, room);
}

/* Beside the words a mark has its place only where they begin at the start side. */
static struct layout layout_for(const struct tn_view *view, const struct banner *banner,
                                struct tn_area area)
{
    struct layout layout;
    const bool may_be_beside = banner->picture != NULL && !tn_page_of(view).is_tall;
    for (size_t i = 0; i < SETTINGS; i++) {
        if (!settings[i].is_beside || may_be_beside) {
            measure(view, banner, &settings[i], area, &layout);
            if (layout.h <= area.h) {
                break;
            }
        }
    }
    return layout;
}

/* The mark or the path, at the start side, or in the middle of an upright page. */
static void sign(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                 struct tn_area area, const struct banner *banner)
{
    bool is_tall = tn_page_of(view).is_tall;
    float w = banner->picture == NULL ? fminf(area.w, PATH_W_MM) : fminf(area.h, area.w);
    float x = is_tall ? area.x + (area.w - w) / 2.0f : area.x;
    struct tn_area at = {x, area.y, w, area.h};
    if (banner->picture == NULL) {
        progress(model, view, draw, at);
        return;
    }
    tn_draw_picture(draw, tn_area_px(view, at), banner->picture, banner->color, TN_COLOR_PAPER);
}

void tn_sync_banner(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    struct tn_area area)
{
    struct banner banner;
    fill(model, &banner);
    const struct layout layout = layout_for(view, &banner, area);
    const float h = fminf(layout.h, area.h);
    const float y = area.y + (area.h - h) / 2.0f;
    const float below = layout.sign_h + layout.gap;
    struct tn_area words = {area.x, y, layout.words_w, layout.words_h + 0.1f};
    struct tn_area mark = {area.x, y, area.w, layout.sign_h};
    if (layout.setting->is_beside) {
        words.x += layout.sign_h + BESIDE_MM;
        mark.y = area.y + (area.h - layout.sign_h) / 2.0f;
    } else if (banner.picture != NULL) {
        words.y += below;
    } else {
        mark.y += layout.words_h + layout.gap;
    }
    sign(model, view, draw, mark, &banner);
    const size_t first = draw->count;
    tn_layout_stack(view, draw, words, layout.says, layout.count, TN_COLOR_INK,
                    tn_page_of(view).is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    for (size_t i = first; i < draw->count; i++) {
        draw->items[i].is_spoken = true; /* whatever size it came to */
    }
}
