/* The look of a label of any size: the symbol as large as the label lets it be, and beside it, or
 * below it where the label stands upright, the event, the name and the code. No outline and no
 * logo: a label is small, and its edge is its outline. */
#include <math.h>

#include "sync/paper/draw.h"

#define MODULE_MAX 1.2
#define MARGIN 1.0
#define TENTHS 10.0
#define HEIGHT 29.0 /* of the label that the sizes of text are meant for */

/* The largest module in whole tenths of a millimetre, so whole pixels of a picture. */
static double module_for(double side)
{
    const double tenths = floor(side / TN_PAPER_QR_SPAN * TENTHS + 1e-9) / TENTHS;
    return fmin(fmax(tenths, TN_PAPER_MODULE_MIN), MODULE_MAX);
}

static const char *heading(const struct tn_paper_badge *badge)
{
    return badge->label != NULL ? badge->label : badge->title;
}

/* A box by the fractions of a height that it begins and ends at. */
static struct tn_paper_box slice(const struct tn_paper_box *all, double from, double to)
{
    struct tn_paper_box box = *all;
    box.y = all->y + from * all->h;
    box.h = (to - from) * all->h;
    return box;
}

static void draw_words(cairo_t *cr, const struct tn_paper_badge *badge,
                       const struct tn_paper_box *all, double scale)
{
    struct tn_paper_box title = slice(all, 0.07, 0.276);
    struct tn_paper_box name = slice(all, 0.283, 0.718);
    struct tn_paper_box code = slice(all, 0.759, 0.931);
    title.size_max = 3 * scale;
    title.size_min = 2.2;
    title.lines = name.lines = 2;
    name.size_max = 7.5 * scale;
    name.size_min = 2.8;
    name.is_bold = true;
    code.size_max = 3.8 * scale;
    code.size_min = 3;
    code.lines = 1;
    tn_paper_text(cr, heading(badge), TN_PAPER_INK, &title);
    tn_paper_name(cr, badge, &name);
    tn_paper_draw_code(cr, badge->code, &code);
}

static enum tn_status draw_wide(cairo_t *cr, const struct tn_paper_layout *layout,
                                const struct tn_paper_badge *badge)
{
    const double w = layout->badge_w;
    const double h = layout->badge_h;
    const double module = module_for(fmin(h - MARGIN, w * 0.5 - MARGIN));
    const double side = TN_PAPER_QR_SPAN * module;
    const struct tn_paper_box all = {.x = side + 2, .y = 0, .w = w - side - 4, .h = h};
    draw_words(cr, badge, &all, h / HEIGHT);
    return tn_paper_draw_qr(cr, badge->text, MARGIN, (h - side) / 2, module);
}

static enum tn_status draw_upright(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge)
{
    const double w = layout->badge_w;
    const double h = layout->badge_h;
    const double module = module_for(fmin(w - 2 * MARGIN, h * 0.5));
    const double side = TN_PAPER_QR_SPAN * module;
    const struct tn_paper_box all = {
        .x = 2, .y = side + MARGIN, .w = w - 4, .h = h - side - 2 * MARGIN, .is_centred = true};
    draw_words(cr, badge, &all, fmin(all.h / HEIGHT, w / 40));
    return tn_paper_draw_qr(cr, badge->text, (w - side) / 2, MARGIN, module);
}

enum tn_status tn_paper_draw_label(cairo_t *cr, const struct tn_paper_layout *layout,
                                   const struct tn_paper_badge *badge)
{
    const bool is_wide = layout->badge_w >= 1.2 * layout->badge_h;
    return (is_wide ? draw_wide : draw_upright)(cr, layout, badge);
}
