/* Turns one item of a draw list into an antialiased surface. Panels, tracks and nodes are written
 * as a line of SVG of just their size; pictures are read from the embedded assets and their colour
 * words replaced. Writing text to draw a circle costs some microseconds and spares a rasteriser of
 * our own; the painter caches the result. */
#include "kiosk/sys/svg.h"

#include <SDL_image.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "turnout/asset.h"
#include "turnout/log.h"

#define SVG_MAX 32768 /* bytes of one picture; badge.svg, the largest, has 4,000 */
#define WORD_MAX 31

/* Appends fill or stroke of a role; nothing is painted for NONE. */
static void put_paint(struct tn_buf *svg, const char *what, enum tn_theme_id theme,
                      enum tn_color role)
{
    if (role == TN_COLOR_NONE) {
        (void)tn_buf_printf(svg, " %s=\"none\"", what);
        return;
    }
    (void)tn_buf_printf(svg, " %s=\"#%06x\"", what, (unsigned)tn_theme_rgb(theme, role));
}

static void put_panel(struct tn_buf *svg, const struct tn_item *item, enum tn_theme_id theme)
{
    float inset = item->line == TN_COLOR_NONE ? 0.0f : (float)item->line_px / 2.0f;
    (void)tn_buf_printf(svg, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", inset,
                        inset, (float)item->box.w - 2.0f * inset,
                        (float)item->box.h - 2.0f * inset);
    (void)tn_buf_printf(svg, " rx=\"%.1f\" stroke-width=\"%d\"", (float)item->radius_px - inset,
                        item->line_px);
    put_paint(svg, "fill", theme, item->color);
    put_paint(svg, "stroke", theme, item->line);
    (void)tn_buf_text(svg, "/>");
}

static void put_node(struct tn_buf *svg, const struct tn_item *item, enum tn_theme_id theme)
{
    float inset = item->line == TN_COLOR_NONE ? 0.0f : (float)item->line_px / 2.0f;
    (void)tn_buf_printf(svg, "<circle cx=\"%d\" cy=\"%d\" r=\"%.1f\" stroke-width=\"%d\"",
                        item->radius_px, item->radius_px, (float)item->radius_px - inset,
                        item->line_px);
    put_paint(svg, "fill", theme, item->color);
    put_paint(svg, "stroke", theme, item->line);
    (void)tn_buf_text(svg, "/>");
}

static void put_track(struct tn_buf *svg, const struct tn_item *item, enum tn_theme_id theme)
{
    float half = (float)item->line_px / 2.0f;
    float w = (float)item->box.w;
    float low = (float)item->box.h - half;
    float from = item->is_rising ? low : half;
    float to = item->is_rising ? half : low;
    if (!item->is_rising && !item->is_falling) {
        from = to = (float)item->box.h / 2.0f;
    }
    (void)tn_buf_printf(svg, "<path d=\"M0 %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"", from, w / 2, from,
                        w / 2, to, w, to);
    (void)tn_buf_printf(svg, " fill=\"none\" stroke-width=\"%d\"", item->line_px);
    put_paint(svg, "stroke", theme, item->color);
    (void)tn_buf_text(svg, "/>");
}

/* Appends what a word after an @ stands for. An unknown word is a slip in a picture: it shows as
 * the ink, and the log says so. */
static void put_word(struct tn_buf *svg, const char *word, const struct tn_item *item,
                     enum tn_theme_id theme)
{
    if (strcmp(word, "turn") == 0) {
        (void)tn_buf_printf(svg, "%d", item->turn_deg);
        return;
    }
    enum tn_color role = TN_COLOR_NONE;
    if (strcmp(word, "color") == 0) {
        role = item->color;
    } else if (strcmp(word, "line") == 0) {
        role = item->line;
    } else {
        for (int i = 1; i < TN_COLOR_COUNT; i++) {
            role = strcmp(tn_color_name((enum tn_color)i), word) == 0 ? (enum tn_color)i : role;
        }
        if (role == TN_COLOR_NONE) {
            tn_log(TN_LOG_WARN, "icons/%s.svg: @%s is no colour role", item->text, word);
            role = TN_COLOR_INK;
        }
    }
    if (role == TN_COLOR_NONE) {
        (void)tn_buf_text(svg, "none");
        return;
    }
    (void)tn_buf_printf(svg, "#%06x", (unsigned)tn_theme_rgb(theme, role));
}

/* Copies a picture's text with its @words replaced. */
static void put_picture(struct tn_buf *svg, const char *text, const struct tn_item *item,
                        enum tn_theme_id theme)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "@");
        (void)tn_buf_append(svg, text, plain);
        text += plain;
        if (*text != '@') {
            return;
        }
        text++;
        char word[WORD_MAX + 1];
        size_t len = 0;
        while (len < WORD_MAX && (islower((unsigned char)text[len]) || text[len] == '-')) {
            word[len] = text[len];
            len++;
        }
        word[len] = '\0';
        text += len;
        put_word(svg, word, item, theme);
    }
}

/* The whole SVG of an item; false where a picture is not there. */
static bool write_svg(struct tn_buf *svg, const struct tn_item *item, enum tn_theme_id theme)
{
    if (item->type == TN_ITEM_PICTURE) {
        char name[TN_DRAW_TEXT_MAX + 16];
        snprintf(name, sizeof name, "icons/%s.svg", item->text);
        struct tn_bytes asset = tn_asset(name);
        if (asset.data == NULL) {
            tn_log(TN_LOG_ERROR, "%s is not embedded in this program", name);
            return false;
        }
        put_picture(svg, (const char *)asset.data, item, theme);
        return svg->status == TN_OK;
    }
    (void)tn_buf_printf(svg,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\">",
                        item->box.w, item->box.h);
    if (item->type == TN_ITEM_PANEL) {
        put_panel(svg, item, theme);
    } else if (item->type == TN_ITEM_NODE) {
        put_node(svg, item, theme);
    } else {
        put_track(svg, item, theme);
    }
    (void)tn_buf_text(svg, "</svg>");
    return svg->status == TN_OK;
}

SDL_Surface *tn_svg_raster(const struct tn_item *item, enum tn_theme_id theme)
{
    struct tn_buf svg;
    SDL_Surface *surface = NULL;
    tn_buf_init(&svg, SVG_MAX);
    if (write_svg(&svg, item, theme)) {
        (void)tn_buf_append(&svg, "", 1);
        SDL_RWops *bytes = SDL_RWFromConstMem(svg.data, (int)svg.len);
        if (bytes != NULL && svg.status == TN_OK) {
            surface = IMG_LoadSizedSVG_RW(bytes, item->box.w, item->box.h);
            SDL_RWclose(bytes);
        }
        if (surface == NULL) {
            tn_log(TN_LOG_ERROR, "a shape of %dx%d cannot be drawn: %s", item->box.w, item->box.h,
                   SDL_GetError());
        }
    }
    tn_buf_destroy(&svg);
    return surface;
}
