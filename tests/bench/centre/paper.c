/* What a printed badge costs: ten thousand on one PDF of sheets, beside the same symbols alone,
 * drawn by libqrencode and cairo onto as many pages and made as durable. The rest is text: names,
 * the event, the code, shaped anew for every badge. */
#include "tests/bench/centre/paper.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sync/paper/output.h"

#define BADGES 10000
#define ROUNDS 3
#define ON_PAGE 8
#define PAGE_W 595.0
#define PAGE_H 842.0

static const char *const names[] = {"Maya R.", "José Á.",  "ليلى ح.",        "小明 王",
                                    "Bảo N.",  "अदिति श.", "Maximiliane v.", "Di L."};

static enum tn_status make(struct tn_minted_list *list)
{
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 7);
    const struct tn_key key = {{1}};
    for (size_t i = 0; i < BADGES; i++) {
        struct tn_minted *item = tn_minted_add(list);
        if (item == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        tn_badge_mint(TN_BADGE_LEARNER, &key, &random, &item->badge);
        item->id = tn_badge_id(&item->badge);
        tn_badge_code(&item->id, item->code);
        (void)snprintf(item->card.display, sizeof item->card.display, "%s",
                       names[i % (sizeof names / sizeof names[0])]);
    }
    return TN_OK;
}

/* The symbol's black modules, a box each run of a row, in one fill. */
static enum tn_status draw_symbol(cairo_t *cr, const struct tn_badge *badge, double x, double y)
{
    char text[TN_BADGE_TEXT_SIZE];
    bool modules[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE];
    tn_badge_encode(badge, text);
    enum tn_status status = tn_paper_qr(text, modules);
    for (int row = 0; row < TN_PAPER_QR_SIDE && status == TN_OK; row++) {
        for (int from = 0, to = 0; from < TN_PAPER_QR_SIDE; from = to + 1) {
            for (to = from; to < TN_PAPER_QR_SIDE && modules[row][to]; to++) {
            }
            if (to > from) {
                cairo_rectangle(cr, x + from * 2.8, y + row * 2.8, (to - from) * 2.8, 2.8);
            }
        }
    }
    cairo_fill(cr);
    return status;
}

static enum tn_status draw_floor(const struct tn_minted_list *list, const char *path, double *ms)
{
    const double began = tn_bench_now_ms();
    cairo_surface_t *surface = cairo_pdf_surface_create(path, PAGE_W, PAGE_H);
    cairo_t *cr = cairo_create(surface);
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < list->count && status == TN_OK; i++) {
        if (i > 0 && i % ON_PAGE == 0) {
            cairo_show_page(cr);
        }
        status = draw_symbol(cr, &list->items[i].badge, 40 + (double)(i % 2) * 260,
                             40 + (double)(i / 2 % 4) * 180);
    }
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? status : TN_ERR_IO;
    cairo_surface_destroy(surface);
    FILE *file = fopen(path, "r+");
    if (file == NULL || fsync(fileno(file)) != 0) {
        status = TN_ERR_IO;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    *ms = tn_bench_now_ms() - began;
    return status;
}

static enum tn_status draw_badges(const struct tn_minted_list *list, const char *path, double *ms)
{
    const struct tn_badge_output output = {.path = path,
                                           .layout = &tn_paper_a4,
                                           .title = "City STEM Fair",
                                           .host = "Riverbend STEM Ecosystem"};
    const double began = tn_bench_now_ms();
    enum tn_status status = tn_badges_write_pdf(&output, list);
    *ms = tn_bench_now_ms() - began;
    return status;
}

enum tn_status bench_paper(struct tn_bench *bench)
{
    struct tn_minted_list list = {0};
    double value[ROUNDS];
    double floor[ROUNDS];
    char path[4200];
    (void)snprintf(path, sizeof path, "%s/badges.pdf", bench->work);
    enum tn_status status = make(&list);
    for (int i = 0; i < ROUNDS && status == TN_OK; i++) {
        status = draw_badges(&list, path, &value[i]);
        if (status == TN_OK) {
            status = draw_floor(&list, path, &floor[i]);
        }
    }
    (void)unlink(path);
    tn_minted_destroy(&list);
    tn_paper_end();
    if (status == TN_OK) {
        struct tn_bench_row row = {.unit = "ms",
                                   .value = tn_bench_quantile(value, ROUNDS, 0.5) / BADGES,
                                   .floor = tn_bench_quantile(floor, ROUNDS, 0.5) / BADGES};
        (void)snprintf(row.name, sizeof row.name, "paper: a badge, %d in a PDF; the bare symbol",
                       BADGES);
        tn_bench_add(bench, &row);
    }
    return status;
}
