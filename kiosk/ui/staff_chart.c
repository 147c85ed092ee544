/* The staff panel's chart: one bar a quarter hour. Bars are panels of the draw list, so that it
 * looks the same in goldens and on paper. Counts stand above the bars where there is room, always
 * above the newest; hours stand below. A low chart leaves out first its title, then its counts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/staff_panel.h"
#include "turnout/timefmt.h"

#define QUARTER_MS 900000
#define BAR_SHARE 0.74f
#define BAR_MOST_MM 13.0f
#define BARS_LEAST_MM 7.0f
#define AXIS_MM 0.5f
#define ROUND_MM 1.2f

struct chart {
    const struct tn_view *view;
    struct tn_draw *draw;
    const struct tn_tally *tally;
    struct tn_area bars;
    float pitch;
    float line;
    unsigned most;
    bool has_counts; /* above the newest bar */
    bool has_all_counts;
    bool has_hours;
};

static unsigned most_of(const struct tn_tally *tally)
{
    unsigned most = 1;
    for (size_t i = 0; i < tally->quarters; i++) {
        most = tally->quarter[i] > most ? tally->quarter[i] : most;
    }
    return most;
}

/* Counts above all bars, or only above the newest: some would look like a choice. */
static bool fits_all(const struct chart *chart)
{
    char words[16];
    snprintf(words, sizeof words, "%u", chart->most);
    return tn_text_mm(chart->view, words, TN_TYPE_SMALL, true) + 0.6f <= chart->pitch;
}

/* Shares the height out: title, counts, bars, hours. */
static void plan(struct chart *chart, struct tn_area area)
{
    float line = chart->line;
    const char *words = _("Check-ins each quarter hour");
    bool has_title = area.h >= 3.0f * line + BARS_LEAST_MM &&
                     tn_text_mm(chart->view, words, TN_TYPE_SMALL, false) <= area.w;
    chart->has_hours = area.h >= line + BARS_LEAST_MM;
    chart->has_counts = area.h >= 2.0f * line + BARS_LEAST_MM;
    if (has_title) {
        struct tn_area title = {area.x, area.y, area.w, line};
        tn_draw_text(chart->draw, tn_area_px(chart->view, title), TN_TYPE_SMALL, TN_COLOR_QUIET,
                     words);
        area.y += line;
        area.h -= line;
    }
    area.h -= chart->has_hours ? line : 0.0f;
    area.y += chart->has_counts ? line : 0.0f;
    area.h -= chart->has_counts ? line : 0.0f;
    chart->bars = area;
    chart->pitch = fminf(area.w / (float)chart->tally->quarters, BAR_MOST_MM);
    chart->most = most_of(chart->tally);
    chart->has_all_counts = fits_all(chart);
}

static struct tn_area bar_area(const struct chart *chart, size_t i)
{
    const struct tn_area *bars = &chart->bars;
    float share = (float)chart->tally->quarter[i] / (float)chart->most;
    float h = fmaxf(bars->h * share, AXIS_MM);
    return (struct tn_area){bars->x + (float)i * chart->pitch, bars->y + bars->h - h,
                            chart->pitch * BAR_SHARE, h};
}

static void bar(const struct chart *chart, size_t i)
{
    struct tn_area area = bar_area(chart, i);
    bool is_newest = i + 1 == chart->tally->quarters;
    float round = fminf(ROUND_MM, fminf(area.w, area.h) / 2.0f);
    tn_draw_panel(chart->draw, tn_area_px(chart->view, area), tn_px(chart->view, round),
                  is_newest ? TN_COLOR_NEWEST : TN_COLOR_ACTION, TN_COLOR_NONE, 0);
}

/* The count above a bar, and above any neighbour it is wider than the bar into. */
static void count(const struct chart *chart, size_t i)
{
    char words[16];
    bool is_newest = i + 1 == chart->tally->quarters;
    struct tn_area area = bar_area(chart, i);
    snprintf(words, sizeof words, "%u", chart->tally->quarter[i]);
    float w = fmaxf(tn_text_mm(chart->view, words, TN_TYPE_SMALL, is_newest) + 0.6f, area.w);
    float middle = fminf(area.x + area.w / 2.0f, chart->bars.x + chart->bars.w - w / 2.0f);
    float y = area.y;
    for (size_t j = i; j > 0 && bar_area(chart, j - 1).x + area.w > middle - w / 2.0f; j--) {
        y = fminf(y, bar_area(chart, j - 1).y);
    }
    struct tn_area label = {middle - w / 2.0f, y - chart->line, w, chart->line};
    struct tn_item *item = tn_draw_text(chart->draw, tn_area_px(chart->view, label), TN_TYPE_SMALL,
                                        TN_COLOR_INK, words);
    item->align = TN_ALIGN_CENTRE;
    item->is_bold = is_newest;
}

static void counts(const struct chart *chart)
{
    size_t newest = chart->tally->quarters - 1;
    for (size_t i = 0; i < newest && chart->has_all_counts; i++) {
        if (chart->tally->quarter[i] > 0) {
            count(chart, i);
        }
    }
    count(chart, newest);
}

static bool is_hour(const struct chart *chart, size_t i)
{
    return tn_time_date(chart->tally->first_ms + (int64_t)i * QUARTER_MS).minute == 0;
}

/* "10:00", or where an hour's bars are narrower than that "10". */
static void hour_words(const struct chart *chart, size_t i, char words[TN_TIME_TEXT_SIZE])
{
    int64_t at_ms = chart->tally->first_ms + (int64_t)i * QUARTER_MS;
    tn_time_clock(at_ms, words);
    if (chart->tally->quarters > 4 &&
        tn_text_mm(chart->view, words, TN_TYPE_SMALL, false) + 2.0f > 4.0f * chart->pitch) {
        snprintf(words, TN_TIME_TEXT_SIZE, "%d", tn_time_date(at_ms).hour);
    }
}

/* Full hours below their bars, as many as fit; the first bar's time where no hour is among them. */
static void hours(const struct chart *chart)
{
    char words[TN_TIME_TEXT_SIZE];
    float end = chart->bars.x - 1.0f;
    float right = chart->bars.x + chart->bars.w;
    bool has_hour = false;
    for (size_t i = 0; i < chart->tally->quarters; i++) {
        has_hour = has_hour || is_hour(chart, i);
    }
    for (size_t i = 0; i < chart->tally->quarters; i++) {
        hour_words(chart, i, words);
        float w = tn_text_mm(chart->view, words, TN_TYPE_SMALL, false) + 0.6f;
        float x = fminf(chart->bars.x + (float)i * chart->pitch, right - w);
        if (!(has_hour ? is_hour(chart, i) : i == 0) || x < end + 1.0f) {
            continue;
        }
        struct tn_area area = {x, chart->bars.y + chart->bars.h, w, chart->line};
        tn_draw_text(chart->draw, tn_area_px(chart->view, area), TN_TYPE_SMALL, TN_COLOR_QUIET,
                     words);
        end = x + w;
    }
}

void tn_staff_chart(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                    const struct tn_tally *tally)
{
    struct chart chart = {
        .view = view, .draw = draw, .tally = tally, .line = tn_line_mm(view, TN_TYPE_SMALL)};
    if (tally->quarters == 0) {
        struct tn_item *item = tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_SMALL,
                                            TN_COLOR_QUIET, _("Check-ins will show here."));
        item->lines_max = 2;
        return;
    }
    plan(&chart, area);
    for (size_t i = 0; i < tally->quarters; i++) {
        bar(&chart, i);
    }
    if (chart.has_counts) {
        counts(&chart);
    }
    if (chart.has_hours) {
        hours(&chart);
    }
}
