/* A stick's banner: a headline, what it means or what to do, and below it the path, which is walked
 * as far as the copy has come. When all is over a mark stands in the path's place: a tick or a
 * triangle, so that the end is seen without reading. */
#include "kiosk/ui/sync_banner.h"

#include <math.h>
#include <stdio.h>

#define PATH_W_MM 76.0f
#define GAP_MM 6.0f
#define GAP_LOW_MM 2.0f
#define MARK_MM 18.0f
#define MARK_LOW_MM 12.0f
#define RADIUS_MM 3.2f
#define ROOM_SHARE 0.85f

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
    snprintf(banner->headline, sizeof banner->headline, "%s",
             tn_sync_fault_short(model->sync.fault));
    banner->advice = tn_sync_fault_advice(model->sync.fault);
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
    struct tn_page page = tn_page_of(view);
    struct banner banner;
    fill(model, &banner);
    float small = page.is_compact ? 1.0f : 3.0f;
    struct tn_say says[] = {
        {banner.headline, TN_TYPE_HEADLINE, true, 3, 0.0f},
        {banner.count, TN_TYPE_BODY, true, 1, small},
        {banner.advice, TN_TYPE_BODY, false, 4, small},
        {banner.more, TN_TYPE_LABEL, false, 3, small},
    };
    size_t count = sizeof says / sizeof says[0];
    float gap = page.is_compact ? GAP_LOW_MM : GAP_MM;
    float sign_h =
        banner.picture == NULL ? 2.0f * RADIUS_MM : (page.is_compact ? MARK_LOW_MM : MARK_MM);
    /* The last line is the first to go: room around the others says more. */
    count -= tn_stack_height(view, says, count, area.w) > ROOM_SHARE * (area.h - sign_h - gap);
    float words = fminf(tn_stack_height(view, says, count, area.w), area.h - sign_h - gap);
    float y = area.y + (area.h - words - gap - sign_h) / 2.0f;
    bool is_above = banner.picture != NULL;
    float words_y = is_above ? y + sign_h + gap : y;
    float sign_y = is_above ? y : y + words + gap;
    sign(model, view, draw, (struct tn_area){area.x, sign_y, area.w, sign_h}, &banner);
    tn_layout_stack(view, draw, (struct tn_area){area.x, words_y, area.w, words + 0.1f}, says,
                    count, TN_COLOR_INK, page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
}
