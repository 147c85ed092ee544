/* Stops stand in columns: those that are done, then the newest, then up to three lanes of what is
 * to come, which share the columns that are left. Where an event has more activities than there is
 * room for, the stops at the far end are left out; the count beside the path tells the rest. */
#include "kiosk/ui/passport.h"

#include <math.h>

#define LANES 3
#define DONE_MAX TN_STAMPS_MAX

enum lane { LANE_UP, LANE_MAIN, LANE_DOWN };

/* Everything a stop needs to know of where it is. */
struct rails {
    const struct tn_view *view;
    struct tn_draw *draw;
    struct tn_area area;
    float radius; /* of a stop; the newest is larger */
    float rise;   /* from lane to lane */
    float y;      /* of the main lane */
    float step;   /* from column to column */
    float label;  /* the height of a stop's label; 0: there is no room for labels */
    int columns;
};

static float column_x(const struct rails *rails, float column)
{
    return rails->area.x + rails->step * (column + 0.5f);
}

static float lane_y(const struct rails *rails, enum lane lane)
{
    return rails->y + rails->rise * (lane == LANE_UP ? -1.0f : lane == LANE_DOWN ? 1.0f : 0.0f);
}

static void stretch(const struct rails *rails, float from, float to, enum lane lane,
                    enum tn_color color)
{
    float thick = rails->radius * 0.34f;
    float x = column_x(rails, from);
    struct tn_area area = {x, lane_y(rails, lane) - thick / 2.0f, column_x(rails, to) - x, thick};
    tn_draw_track(rails->draw, tn_area_px(rails->view, area), tn_px(rails->view, thick), color);
}

/* The curve from the main lane at one column to another lane at the next. */
static void branch(const struct rails *rails, float from, enum lane lane)
{
    float thick = rails->radius * 0.34f;
    float x = column_x(rails, from);
    float top = fminf(lane_y(rails, lane), rails->y) - thick / 2.0f;
    struct tn_area area = {x, top, column_x(rails, from + 1.0f) - x, rails->rise + thick};
    struct tn_item *item = tn_draw_track(rails->draw, tn_area_px(rails->view, area),
                                         tn_px(rails->view, thick), TN_COLOR_TRACK);
    item->is_rising = lane == LANE_UP;
    item->is_falling = lane == LANE_DOWN;
}

static void label(const struct rails *rails, float column, enum lane lane, float below,
                  const char *text, bool is_bold)
{
    if (rails->label <= 0.0f || text[0] == '\0') {
        return;
    }
    float w = rails->step - 1.0f;
    struct tn_area area = {column_x(rails, column) - w / 2.0f, lane_y(rails, lane) + below + 0.6f,
                           w, rails->label};
    struct tn_item *item =
        tn_draw_text(rails->draw, tn_area_px(rails->view, area), TN_TYPE_SMALL, TN_COLOR_INK, text);
    item->align = TN_ALIGN_CENTRE;
    item->is_bold = is_bold;
}

static void tick(const struct rails *rails, float column, float radius, float rise,
                 enum tn_color color)
{
    struct tn_area disc = {column_x(rails, column) - radius, rails->y - radius - rise,
                           2.0f * radius, 2.0f * radius};
    tn_draw_picture(rails->draw, tn_area_px(rails->view, disc), "tick", color, TN_COLOR_PAPER);
}

static void ring(const struct rails *rails, float column, enum lane lane, const char *title)
{
    int x = tn_px(rails->view, column_x(rails, column));
    int y = tn_px(rails->view, lane_y(rails, lane));
    tn_draw_node(rails->draw, x, y, tn_px(rails->view, rails->radius), TN_COLOR_PAPER,
                 TN_COLOR_TRACK, tn_px(rails->view, rails->radius * 0.2f));
    label(rails, column, lane, rails->radius, title, false);
}

/* What is done, oldest first: the gate, then the stamps; as many as there are columns for, the
 * first ones left out. */
static int draw_done(const struct rails *rails, const struct tn_passport *passport)
{
    const char *titles[DONE_MAX + 1];
    int count = 0;
    if (passport->is_checked_in) {
        /* Translators: the first stop of today's path, at the gate. */
        titles[count++] = _("Check-in");
    }
    for (size_t i = 0; i < passport->count; i++) {
        if (passport->stamps[i].is_done && !passport->stamps[i].is_here) {
            titles[count++] = passport->stamps[i].title;
        }
    }
    int most = rails->columns - 3;
    int shown = count < most ? count : most;
    if (shown > 0) {
        stretch(rails, 0.0f, (float)shown, LANE_MAIN, TN_COLOR_ACTION);
    }
    for (int i = 0; i < shown; i++) {
        tick(rails, (float)i, rails->radius, 0.0f, TN_COLOR_ACTION);
        label(rails, (float)i, LANE_MAIN, rails->radius, titles[count - shown + i], false);
    }
    return shown;
}

/* The rails to what is to come, then its stops, lane by lane, so that no label lies on a rail. */
static void draw_todo(const struct rails *rails, const struct tn_passport *passport, int newest)
{
    static const enum lane order[LANES] = {LANE_MAIN, LANE_UP, LANE_DOWN};
    int used[LANES] = {0};
    float last = (float)rails->columns - 1.0f;
    int left = rails->columns - 1 - newest;
    struct {
        enum lane lane;
        float column;
        const char *title;
    } stops[TN_STAMPS_MAX];
    size_t count = 0;
    int turn = 0;
    for (size_t i = 0; i < passport->count; i++) {
        if (passport->stamps[i].is_done || passport->stamps[i].is_here) {
            continue;
        }
        enum lane lane = LANE_MAIN;
        bool has_room = false;
        for (int tries = 0; tries < LANES && !has_room; tries++, turn++) {
            lane = order[turn % LANES];
            has_room = used[lane] < left - (lane == LANE_MAIN ? 0 : 1);
        }
        if (!has_room) {
            break;
        }
        used[lane]++;
        stops[count].lane = lane;
        stops[count].column = (float)(newest + used[lane] + (lane == LANE_MAIN ? 0 : 1));
        stops[count].title = passport->stamps[i].title;
        count++;
    }
    for (int lane = 0; lane < LANES; lane++) {
        if (used[lane] > 0 && lane != LANE_MAIN) {
            branch(rails, (float)newest, (enum lane)lane);
            stretch(rails, (float)newest + 1.0f, last, (enum lane)lane, TN_COLOR_TRACK);
        }
    }
    stretch(rails, (float)newest, last, LANE_MAIN, TN_COLOR_TRACK);
    for (size_t i = 0; i < count; i++) {
        ring(rails, stops[i].column, stops[i].lane, stops[i].title);
    }
}

/* The name of this station's activity as the passport gives it. */
static const char *title_here(const struct tn_passport *passport, const char *otherwise)
{
    for (size_t i = 0; i < passport->count; i++) {
        if (passport->stamps[i].is_here) {
            return passport->stamps[i].title;
        }
    }
    return otherwise;
}

void tn_passport_draw(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area, const char *here)
{
    const struct tn_passport *passport = &model->states.visit.passport;
    struct tn_page page = tn_page_of(view);
    struct rails rails = {.view = view, .draw = draw, .area = area};
    rails.columns = page.is_tall ? 4 : 6;
    rails.step = area.w / (float)rails.columns;
    rails.label = tn_line_mm(view, TN_TYPE_SMALL);
    rails.rise = fminf(area.h / 3.0f, page.is_tall ? 34.0f : 26.0f);
    rails.radius = fminf(5.0f, (rails.rise - rails.label - 0.6f) / 2.0f);
    if (rails.radius < 3.0f) { /* too low for labels: rings alone */
        rails.label = 0.0f;
        rails.radius = fminf(5.0f, rails.rise / 2.6f);
    }
    /* The lowest lane's names end where the area does. */
    float below = rails.rise + rails.radius + 1.0f + rails.label;
    rails.y = fminf(area.y + area.h / 2.0f, area.y + area.h - below);
    int newest = draw_done(&rails, passport);
    draw_todo(&rails, passport, newest);
    float radius = rails.radius * 1.5f;
    tick(&rails, (float)newest, radius, 10.0f * tn_motion_left(model), TN_COLOR_NEWEST);
    label(&rails, (float)newest, LANE_MAIN, radius, title_here(passport, here), true);
}
