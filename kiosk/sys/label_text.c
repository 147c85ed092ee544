/* Text of any script in a box: Pango shapes and wraps it, and the size is searched from the largest
 * down, which is a dozen layouts at most for one label. Names break between words before they
 * shrink below the size that still reads across a table, and are never broken inside a word unless
 * even the smallest size is too large. */
#include <math.h>
#include <pango/pangocairo.h>

#include "kiosk/sys/label_draw.h"

#define FONT "Andika, Noto Sans"
#define STEP 0.92

static void set_font(PangoLayout *layout, const struct tn_label_box *box, double size)
{
    PangoFontDescription *font = pango_font_description_from_string(FONT);
    pango_font_description_set_weight(font, box->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

static bool fits(PangoLayout *layout, const struct tn_label_box *box)
{
    int width = 0;
    int height = 0;
    pango_layout_get_size(layout, &width, &height);
    return pango_layout_get_line_count(layout) <= box->lines && width <= box->w * PANGO_SCALE &&
           height <= box->h * PANGO_SCALE;
}

static bool has_glyph(PangoFontset *fonts, gunichar c)
{
    PangoFont *font = pango_fontset_get_font(fonts, c);
    const bool has = font != NULL && pango_font_has_char(font, c);
    g_clear_object(&font);
    return has;
}

/* The text that can be shown; the caller frees it. Joiners have no glyph and stay, since Indic and
 * Arabic names need them. */
static char *showable(PangoContext *context, const char *text)
{
    PangoFontDescription *font = pango_font_description_from_string(FONT);
    PangoFontset *fonts =
        pango_context_load_fontset(context, font, pango_context_get_language(context));
    GString *out = g_string_new(NULL);
    for (const char *at = text; fonts != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        const bool is_joiner = c == 0x200C || c == 0x200D;
        if (is_joiner || (g_unichar_isprint(c) && has_glyph(fonts, c))) {
            (void)g_string_append_unichar(out, c);
        }
    }
    g_clear_object(&fonts);
    pango_font_description_free(font);
    return g_strstrip(g_string_free(out, FALSE));
}

/* A unit is a millimetre here: rounding or hinting to whole ones would tear the letters apart. */
static PangoLayout *new_layout(cairo_t *cr, const struct tn_label_box *box)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_set_width(layout, (int)(box->w * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    pango_layout_set_line_spacing(layout, 0.9F);
    pango_layout_set_alignment(layout, box->is_centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    return layout;
}

static void shrink_to_fit(PangoLayout *layout, const struct tn_label_box *box)
{
    double size = box->size_max;
    set_font(layout, box, size);
    while (!fits(layout, box) && size > box->size_min) {
        size = fmax(size * STEP, box->size_min);
        set_font(layout, box, size);
    }
    if (!fits(layout, box)) {
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_height(layout, -box->lines);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
}

void tn_label_text(cairo_t *cr, const char *text, const struct tn_label_box *box)
{
    PangoLayout *layout = new_layout(cr, box);
    char *shown = showable(pango_layout_get_context(layout), text);
    pango_layout_set_text(layout, shown, -1);
    g_free(shown);
    shrink_to_fit(layout, box);
    PangoRectangle extents;
    pango_layout_get_extents(layout, NULL, &extents);
    cairo_move_to(cr, box->x, box->y + (box->h - extents.height / (double)PANGO_SCALE) / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}
