/* One page through cairo, its text through Pango. The bytes go straight into the caller's buffer
 * and never into a file, since the symbol is a key. Fonts are embedded as outlines by cairo, so the
 * printer's own do not matter. */
#include "kiosk/sys/label.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <sodium.h>

#include "kiosk/sys/label_draw.h"
#include "turnout/log.h"

#define POINTS_PER_MM (72.0 / 25.4)

struct size {
    int width_mm, height_mm;
};
static const struct size sizes[TN_LABEL_COUNT] = {
    [TN_LABEL_62X29] = {62, 29},
    [TN_LABEL_BADGE_CARD] = {54, 86},
};

void tn_label_size(enum tn_label_kind kind, int *width, int *height)
{
    *width = sizes[kind].width_mm * 100;
    *height = sizes[kind].height_mm * 100;
}

static cairo_status_t take(void *ctx, const unsigned char *data, unsigned len)
{
    struct tn_buf *out = ctx;
    return tn_buf_append(out, data, len) == TN_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool is_sound(const struct tn_label *label)
{
    struct tn_badge badge;
    const bool is_badge = label->kind < TN_LABEL_COUNT &&
                          strnlen(label->digits, TN_BADGE_TEXT_SIZE) == TN_BADGE_DIGITS &&
                          tn_badge_decode(label->digits, TN_BADGE_DIGITS, &badge) == TN_OK;
    tn_badge_wipe(&badge);
    return is_badge && g_utf8_validate(label->name, -1, NULL) &&
           g_utf8_validate(label->event_title, -1, NULL);
}

enum tn_status tn_label_pdf(const struct tn_label *label, struct tn_buf *out)
{
    if (!is_sound(label)) {
        return TN_ERR_FORMAT;
    }
    const struct size *size = &sizes[label->kind];
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        take, out, size->width_mm * POINTS_PER_MM, size->height_mm * POINTS_PER_MM);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, "Badge");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, POINTS_PER_MM, POINTS_PER_MM);
    enum tn_status status = tn_label_draw(cr, label);
    cairo_show_page(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    const cairo_status_t why = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status == TN_OK && out->status != TN_OK) {
        status = out->status;
    } else if (status == TN_OK && why != CAIRO_STATUS_SUCCESS) {
        status = TN_ERR_NO_MEMORY;
    }
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "a label cannot be drawn: %s", tn_status_text(status));
    }
    return status;
}

void tn_label_end(void)
{
    pango_cairo_font_map_set_default(NULL);
}

void tn_label_wipe(struct tn_label *label)
{
    sodium_memzero(label, sizeof *label);
}
