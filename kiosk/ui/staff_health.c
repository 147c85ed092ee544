/* The staff panel's line of devices: a mark by shape and words for each. What a volunteer has to
 * look at says so in words. Where one line is too short for all, there are two. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/staff_panel.h"

#define PARTS 4
#define MARK_MM 4.0f
#define SKIP_MM 5.5f /* from the mark to the words */
#define PART_GAP_MM 5.0f
#define WORDS_SIZE 200
#define SHRINK 0.86f
#define SHRINK_WIDE 0.72f /* a wide page has no height to give away */

struct part {
    enum tn_part_state state;
    char words[WORDS_SIZE];
};

/* By what it is and how it is: nobody knows or there is none; well; trouble. */
static const char *const scanner_words[] = {N_("No scan heard yet"), N_("Scanner"),
                                            N_("Scanner: check it")};
static const char *const camera_words[] = {N_("No camera"), N_("Camera"), N_("Camera: check it")};
static const char *const printer_words[] = {N_("No printer"), N_("Printer"),
                                            N_("Printer: check it")};

static void put(struct part *part, enum tn_part_state state, const char *words)
{
    part->state = state;
    snprintf(part->words, sizeof part->words, "%s", words);
}

static void put_printer(const struct tn_health *health, struct part *part)
{
    put(part, health->printer, _(printer_words[health->printer]));
    if (health->printer == TN_PART_TROUBLE && health->printer_reason[0] != '\0') {
        /* Translators: one of the reasons, such as "Out of labels". */
        snprintf(part->words, sizeof part->words, _("Printer: %s"), _(health->printer_reason));
    }
}

static void put_disk(const struct tn_model *model, struct part *part)
{
    unsigned long long free_mb = model->health.disk_free_mb;
    put(part, model->health.disk, _("Disk"));
    if (model->health.disk == TN_PART_TROUBLE) {
        snprintf(part->words, sizeof part->words,
                 ngettext("Disk: %llu MB left", "Disk: %llu MB left", free_mb), free_mb);
    } else if (model->info.was_salvaged) {
        put(part, TN_PART_TROUBLE, _("Disk: log was repaired"));
    }
}

static void fill_parts(const struct tn_model *model, struct part parts[PARTS])
{
    const struct tn_health *health = &model->health;
    put(&parts[0], health->scanner, _(scanner_words[health->scanner]));
    put(&parts[1], health->camera, _(camera_words[health->camera]));
    put_printer(health, &parts[2]);
    put_disk(model, &parts[3]);
}

static float words_mm(const struct tn_view *view, const struct part *part)
{
    return tn_text_mm(view, part->words, TN_TYPE_SMALL, false) + 1.6f;
}

/* By how much the words of one line are cut so that all fit; 1: there is room. */
static float share_of(const struct tn_view *view, const struct part parts[PARTS], float w)
{
    float words = 0.0f;
    for (size_t i = 0; i < PARTS; i++) {
        words += words_mm(view, &parts[i]);
    }
    float room = w - PARTS * SKIP_MM - (PARTS - 1) * PART_GAP_MM;
    return fminf(1.0f, room / words);
}

static size_t rows_for(const struct tn_view *view, const struct part parts[PARTS], float w)
{
    float least = tn_page_of(view).is_tall ? SHRINK : SHRINK_WIDE;
    return share_of(view, parts, w) >= least ? 1 : 2;
}

float tn_staff_health_height(const struct tn_model *model, const struct tn_view *view, float w)
{
    struct part parts[PARTS];
    fill_parts(model, parts);
    return (float)rows_for(view, parts, w) * tn_line_mm(view, TN_TYPE_SMALL);
}

static void part_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                      const struct part *part)
{
    struct tn_area mark = {area.x, area.y + (area.h - MARK_MM) / 2.0f, MARK_MM, MARK_MM};
    struct tn_area text = {area.x + SKIP_MM, area.y, area.w - SKIP_MM, area.h};
    tn_mark_draw(view, draw, mark, part->state);
    tn_draw_text(draw, tn_area_px(view, text), TN_TYPE_SMALL, TN_COLOR_INK, part->words);
}

/* One of two columns: by the longer of what stands in it. */
static float column_mm(const struct tn_view *view, const struct part parts[PARTS], float w,
                       size_t column)
{
    float wish[2];
    for (size_t i = 0; i < 2; i++) {
        wish[i] = SKIP_MM + fmaxf(words_mm(view, &parts[i]), words_mm(view, &parts[i + 2]));
    }
    return (w - PART_GAP_MM) * wish[column] / (wish[0] + wish[1]);
}

void tn_staff_health(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                     struct tn_area area)
{
    struct part parts[PARTS];
    fill_parts(model, parts);
    size_t rows = rows_for(view, parts, area.w);
    size_t each = PARTS / rows;
    float h = area.h / (float)rows;
    /* One line is shared out by need, two stand in columns. */
    float share = share_of(view, parts, area.w);
    float x = area.x;
    for (size_t i = 0; i < PARTS; i++) {
        float w = SKIP_MM + words_mm(view, &parts[i]) * share;
        w = rows > 1 ? column_mm(view, parts, area.w, i % each) : w;
        float y = area.y + (float)(i / each) * h;
        x = i % each == 0 ? area.x : x;
        part_draw(view, draw, (struct tn_area){x, y, w, h}, &parts[i]);
        x += w + PART_GAP_MM;
    }
}
