/* A set-up card on paper: one page, one large symbol, and what to do with it in four lines. Its
 * symbol is large because it holds the ecosystem's keys; a module is near a millimetre all the
 * same.
 */
#include <stdlib.h>

#include "sync/paper/draw.h"

#define PAGE_W 210.0
#define MARGIN 20.0
#define QR_SIDE 130.0 /* with its quiet zone */

static const char *const steps[] = {
    "1. Start the new kiosk. It says: scan the set-up card.",
    "2. Hold this code in front of its camera or scanner.",
    "3. The kiosk shows its name and is ready.",
    "This card sets up one kiosk, once. Then tear it up; until then keep it like a key.",
};

static enum tn_status draw_symbol(cairo_t *cr, const char *digits, double x, double y)
{
    int side = 0;
    uint8_t *modules = NULL;
    enum tn_status status = tn_paper_qr_digits(digits, &side, &modules);
    if (status != TN_OK) {
        return status;
    }
    const double module = QR_SIDE / (side + 2 * TN_PAPER_QUIET);
    cairo_set_source_rgb(cr, 0, 0, 0);
    for (int row = 0; row < side; row++) {
        for (int from = 0; from < side;) {
            int to = from;
            while (to < side && modules[row * side + to] != 0) {
                to++;
            }
            if (to > from) {
                cairo_rectangle(cr, x + (TN_PAPER_QUIET + from) * module,
                                y + (TN_PAPER_QUIET + row) * module, (to - from) * module, module);
            }
            from = to + 1;
        }
    }
    cairo_fill(cr);
    free(modules);
    return TN_OK;
}

enum tn_status tn_paper_draw_setup(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *card)
{
    (void)layout;
    const double w = PAGE_W - 2 * MARGIN;
    tn_paper_logo(cr, MARGIN, 26);
    tn_paper_text(cr, card->host, TN_PAPER_INK,
                  &(struct tn_paper_box){MARGIN + 14, 19, w - 14, 8, 5, 3, 1, false, false});
    tn_paper_text(cr, card->display, TN_PAPER_INK,
                  &(struct tn_paper_box){MARGIN, 34, w, 22, 16, 6, 2, true, false});
    tn_paper_text(cr, card->title, TN_PAPER_INK,
                  &(struct tn_paper_box){MARGIN, 58, w, 9, 6, 3.4, 1, false, false});
    (void)tn_paper_label(cr, card->label, MARGIN, 70, 10);
    enum tn_status status = draw_symbol(cr, card->text, (PAGE_W - QR_SIDE) / 2, 86);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        tn_paper_text(
            cr, steps[i], TN_PAPER_INK,
            &(struct tn_paper_box){MARGIN, 222 + 13 * (double)i, w, 12, 5.6, 4, 2, false, false});
    }
    return status;
}
