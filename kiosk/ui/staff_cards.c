/* The staff panel's cards. With room: two numbers with a line above and below, and the chart. Low:
 * three numbers with a line above, and a small chart. Upright: the chart below the numbers. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/dates.h"
#include "kiosk/ui/staff_panel.h"
#include "kiosk/ui/sync_words.h"

#define STATS_MAX 3
#define GAP_MM 4.0f
#define DENSE_LEAST_MM 17.0f
#define WORDS_SIZE 200

struct words {
    char here[WORDS_SIZE];
    char today[WORDS_SIZE];
    char came[WORDS_SIZE];
    char safe[WORDS_SIZE];
    char sync[TN_DATE_WORDS_SIZE + WORDS_SIZE];
    char synced[TN_DATE_WORDS_SIZE + WORDS_SIZE];
};

/* When the centre was last spoken to: short in every language. */
static void synced_words(const struct tn_model *model, char *out, size_t size)
{
    char when[TN_DATE_WORDS_SIZE];
    if (tn_sync_last_ms(model) == 0) {
        snprintf(out, size, "%s", _("Never synced"));
    } else {
        tn_date_short(tn_sync_last_ms(model), model->now_ms, when);
        snprintf(out, size, _("Synced %s"), when);
    }
}

static void sync_words(const struct tn_model *model, char *out, size_t size)
{
    char count[TN_SYNC_WORDS_SIZE];
    if (tn_sync_is_copying(model)) {
        tn_sync_count_words(&model->sync, count);
        /* Translators: "120 of 412" follows. */
        snprintf(out, size, count[0] == '\0' ? "%s" : "%s · %s", _("Copying"), count);
    } else if (tn_sync_is_trouble(model)) {
        snprintf(out, size, "%s", tn_sync_fault_short(&model->sync));
    } else if (tn_sync_is_on_stick(model)) {
        snprintf(out, size, "%s", _("All of it is on the stick"));
    } else {
        synced_words(model, out, size);
    }
}

static void fill_words(const struct tn_model *model, struct words *words)
{
    const struct tn_staff_state *staff = &model->states.staff;
    unsigned long long today = staff->tally.today;
    unsigned long long waiting = model->info.waiting;
    unsigned long long present = staff->has_tally ? staff->tally.present : model->info.present;
    snprintf(words->here, WORDS_SIZE, "%llu", present);
    snprintf(words->today, WORDS_SIZE, staff->has_tally ? "%llu" : "–", today);
    words->came[0] = '\0'; /* as long as nobody knows */
    if (staff->has_tally) {
        snprintf(words->came, WORDS_SIZE, ngettext("%llu came today", "%llu came today", today),
                 today);
    }
    snprintf(words->safe, WORDS_SIZE, "%llu",
             waiting > 0 ? waiting : (unsigned long long)model->info.entries);
    sync_words(model, words->sync, sizeof words->sync);
    synced_words(model, words->synced, sizeof words->synced);
}

static bool is_dense(const struct tn_view *view, float h)
{
    float full = 2.0f * tn_line_mm(view, TN_TYPE_SMALL) + tn_line_mm(view, TN_TYPE_HEADLINE);
    return h < full * 0.85f;
}

/* The numbers, left to right. Gives how many. Words of trouble are long: beside them there is no
 * room for who came today, and low there is room for a mark only. */
static size_t fill_stats(const struct tn_model *model, const struct words *words, bool is_low,
                         struct tn_stat stats[STATS_MAX])
{
    bool is_waiting = model->info.waiting > 0;
    const char *waiting = is_low ? _("To send") : _("Waiting to be sent");
    const char *safe = is_waiting ? waiting : _("Safe at the centre");
    bool is_trouble = tn_sync_is_trouble(model);
    enum tn_part_state mark = is_trouble   ? TN_PART_TROUBLE
                              : is_waiting ? TN_PART_NONE
                                           : TN_PART_WELL;
    enum tn_type_size size = is_low ? TN_TYPE_BODY : TN_TYPE_HEADLINE;
    size_t count = 0;
    stats[count++] = (struct tn_stat){.label = _("Here now"),
                                      .value = words->here,
                                      .sub = is_low || is_trouble ? "" : words->came,
                                      .size = size};
    if (is_low) {
        stats[count++] =
            (struct tn_stat){.label = _("Today"), .value = words->today, .sub = "", .size = size};
    }
    stats[count++] = (struct tn_stat){.label = is_low && !is_waiting ? words->synced : safe,
                                      .value = words->safe,
                                      .sub = is_low ? "" : words->sync,
                                      .size = size,
                                      .has_mark = true,
                                      .mark = mark};
    return count;
}

float tn_staff_cards_least(const struct tn_view *view)
{
    struct tn_page page = tn_page_of(view);
    return page.is_tall ? 2.0f * DENSE_LEAST_MM + GAP_MM : DENSE_LEAST_MM;
}

void tn_staff_cards(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    struct tn_area area)
{
    struct tn_page page = tn_page_of(view);
    struct words words;
    struct tn_stat stats[STATS_MAX];
    struct tn_area row = area;
    struct tn_area chart = area;
    if (page.is_tall) {
        row.h = (area.h - GAP_MM) * 0.44f;
        chart.y += row.h + GAP_MM;
        chart.h -= row.h + GAP_MM;
    } else {
        row.w = (area.w - GAP_MM) * (page.is_compact ? 0.66f : 0.53f);
        chart.x += row.w + GAP_MM;
        chart.w -= row.w + GAP_MM;
    }
    fill_words(model, &words);
    size_t count = fill_stats(model, &words, is_dense(view, row.h), stats);
    tn_stat_row(view, draw, row, stats, count);
    struct tn_area inside = tn_card_draw(view, draw, chart);
    tn_staff_chart(view, draw, inside, &model->states.staff.tally);
}
