/* Builds, searches and prints draw lists. A list knows nothing of fonts or pixels' colours; it is
 * the one description that the painter, the finger, the voice and the goldens share. The printed
 * form is stable: what a golden holds changes only when a screen does. */
#include "kiosk/ui/draw.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct tn_item *append(struct tn_draw *draw, enum tn_item_type type, struct tn_rect box)
{
    assert(draw->count < TN_DRAW_MAX);
    struct tn_item *item = &draw->items[draw->count++];
    *item = (struct tn_item){.type = type, .box = box, .lines_max = 1};
    return item;
}

/* Copies text, cut where a character begins. */
static void set_text(struct tn_item *item, const char *text)
{
    size_t len = strnlen(text, TN_DRAW_TEXT_MAX + 1);
    if (len > TN_DRAW_TEXT_MAX) {
        len = TN_DRAW_TEXT_MAX;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    memcpy(item->text, text, len);
    item->text[len] = '\0';
}

/* Names and secrets of the screen before do not stay behind. */
void tn_draw_clear(struct tn_draw *draw)
{
    memset(draw->items, 0, draw->count * sizeof draw->items[0]);
    draw->count = 0;
}

struct tn_item *tn_draw_fill(struct tn_draw *draw, struct tn_rect box, enum tn_color color)
{
    struct tn_item *item = append(draw, TN_ITEM_FILL, box);
    item->color = color;
    return item;
}

struct tn_item *tn_draw_panel(struct tn_draw *draw, struct tn_rect box, int radius_px,
                              enum tn_color color, enum tn_color line, int line_px)
{
    struct tn_item *item = append(draw, TN_ITEM_PANEL, box);
    item->radius_px = radius_px;
    item->color = color;
    item->line = line;
    item->line_px = line_px;
    return item;
}

struct tn_item *tn_draw_text(struct tn_draw *draw, struct tn_rect box, enum tn_type_size size,
                             enum tn_color color, const char *text)
{
    struct tn_item *item = append(draw, TN_ITEM_TEXT, box);
    item->size = size;
    item->color = color;
    set_text(item, text);
    return item;
}

struct tn_item *tn_draw_picture(struct tn_draw *draw, struct tn_rect box, const char *name,
                                enum tn_color color, enum tn_color line)
{
    struct tn_item *item = append(draw, TN_ITEM_PICTURE, box);
    item->color = color;
    item->line = line;
    set_text(item, name);
    return item;
}

struct tn_item *tn_draw_track(struct tn_draw *draw, struct tn_rect box, int line_px,
                              enum tn_color color)
{
    struct tn_item *item = append(draw, TN_ITEM_TRACK, box);
    item->line_px = line_px;
    item->color = color;
    return item;
}

struct tn_item *tn_draw_node(struct tn_draw *draw, int x, int y, int radius_px, enum tn_color color,
                             enum tn_color line, int line_px)
{
    struct tn_rect box = {x - radius_px, y - radius_px, 2 * radius_px, 2 * radius_px};
    struct tn_item *item = append(draw, TN_ITEM_NODE, box);
    item->radius_px = radius_px;
    item->color = color;
    item->line = line;
    item->line_px = line_px;
    return item;
}

struct tn_item *tn_draw_qr(struct tn_draw *draw, struct tn_rect box, const char *digits)
{
    struct tn_item *item = append(draw, TN_ITEM_QR, box);
    item->is_fixed = true;
    set_text(item, digits);
    return item;
}

struct tn_item *tn_draw_camera(struct tn_draw *draw, struct tn_rect box, int radius_px)
{
    struct tn_item *item = append(draw, TN_ITEM_CAMERA, box);
    item->is_fixed = true;
    item->radius_px = radius_px;
    return item;
}

const struct tn_item *tn_draw_find_camera(const struct tn_draw *draw)
{
    for (size_t i = 0; i < draw->count; i++) {
        if (draw->items[i].type == TN_ITEM_CAMERA) {
            return &draw->items[i];
        }
    }
    return NULL;
}

static void mirror_item(struct tn_item *item, int w_px)
{
    static const enum tn_align turned[] = {
        [TN_ALIGN_START] = TN_ALIGN_END,
        [TN_ALIGN_CENTRE] = TN_ALIGN_CENTRE,
        [TN_ALIGN_END] = TN_ALIGN_START,
    };
    item->box.x = w_px - item->box.x - item->box.w;
    if (item->is_fixed) {
        return;
    }
    bool was_rising = item->is_rising;
    item->is_rising = item->is_falling;
    item->is_falling = was_rising;
    item->turn_deg = -item->turn_deg;
    item->is_rtl = item->type == TN_ITEM_TEXT;
    item->align = turned[item->align];
}

void tn_draw_mirror(struct tn_draw *draw, int w_px)
{
    for (size_t i = 0; i < draw->count; i++) {
        mirror_item(&draw->items[i], w_px);
    }
}

void tn_draw_spoken(const struct tn_draw *draw, struct tn_buf *out)
{
    for (size_t i = 0; i < draw->count; i++) {
        if (draw->items[i].is_spoken && draw->items[i].text[0] != '\0') {
            (void)tn_buf_text(out, draw->items[i].text);
            (void)tn_buf_text(out, "\n");
        }
    }
}

const char *tn_draw_hit(const struct tn_draw *draw, int x, int y)
{
    for (size_t i = draw->count; i > 0; i--) {
        const struct tn_item *item = &draw->items[i - 1];
        const struct tn_rect *box = &item->box;
        if (item->control != NULL && x >= box->x && x < box->x + box->w && y >= box->y &&
            y < box->y + box->h) {
            return item->control;
        }
    }
    return NULL;
}

const struct tn_item *tn_draw_control(const struct tn_draw *draw, const char *control)
{
    for (size_t i = 0; i < draw->count; i++) {
        const struct tn_item *item = &draw->items[i];
        if (item->control != NULL && strcmp(item->control, control) == 0) {
            return item;
        }
    }
    return NULL;
}

/* Tells whether `text` begins at `at`, a line break there standing for a space. */
static bool begins_with(const char *at, const char *text)
{
    for (; *text != '\0'; at++, text++) {
        char c = *at == '\n' ? ' ' : *at;
        if (c != *text) {
            return false;
        }
    }
    return true;
}

bool tn_draw_has_text(const struct tn_draw *draw, const char *text)
{
    for (size_t i = 0; i < draw->count; i++) {
        const struct tn_item *item = &draw->items[i];
        for (const char *p = item->text; item->type == TN_ITEM_TEXT && *p != '\0'; p++) {
            if (begins_with(p, text)) {
                return true;
            }
        }
    }
    return false;
}

static const char *const type_names[TN_ITEM_COUNT] = {
    [TN_ITEM_FILL] = "fill",       [TN_ITEM_PANEL] = "panel",   [TN_ITEM_TEXT] = "text",
    [TN_ITEM_PICTURE] = "picture", [TN_ITEM_TRACK] = "track",   [TN_ITEM_NODE] = "node",
    [TN_ITEM_QR] = "qr",           [TN_ITEM_CAMERA] = "camera",
};

static const char *const align_names[] = {
    [TN_ALIGN_START] = "start",
    [TN_ALIGN_CENTRE] = "centre",
    [TN_ALIGN_END] = "end",
};

/* The words only one kind of item has. */
static void print_particulars(const struct tn_item *item, struct tn_buf *out)
{
    if (item->type == TN_ITEM_TEXT) {
        (void)tn_buf_printf(out, " %s%s %s", tn_type_name(item->size), item->is_bold ? " bold" : "",
                            align_names[item->align]);
    }
    if (item->type == TN_ITEM_TEXT && item->lines_max > 1) {
        (void)tn_buf_printf(out, " lines %d", item->lines_max);
    }
    if (item->line != TN_COLOR_NONE) {
        (void)tn_buf_printf(out, " line %s", tn_color_name(item->line));
    }
    if (item->line_px > 0) {
        (void)tn_buf_printf(out, " wide %d", item->line_px);
    }
    if (item->type == TN_ITEM_PANEL || item->type == TN_ITEM_CAMERA) {
        (void)tn_buf_printf(out, " round %d", item->radius_px);
    }
    if (item->is_rising || item->is_falling) {
        (void)tn_buf_text(out, item->is_rising ? " rising" : " falling");
    }
    if (item->is_rtl) {
        (void)tn_buf_text(out, " rtl");
    }
    if (item->turn_deg != 0) {
        (void)tn_buf_printf(out, " turned %d", item->turn_deg);
    }
}

/* Quoted, a line break as \n, so that an item stays on its line. */
static void print_text(const char *text, struct tn_buf *out)
{
    (void)tn_buf_text(out, " \"");
    while (*text != '\0') {
        size_t plain = strcspn(text, "\n");
        (void)tn_buf_append(out, text, plain);
        text += plain;
        if (*text == '\n') {
            (void)tn_buf_text(out, "\\n");
            text++;
        }
    }
    (void)tn_buf_text(out, "\"");
}

void tn_draw_print(const struct tn_draw *draw, struct tn_buf *out)
{
    for (size_t i = 0; i < draw->count; i++) {
        const struct tn_item *item = &draw->items[i];
        (void)tn_buf_printf(out, "%-7s %d,%d %dx%d %s", type_names[item->type], item->box.x,
                            item->box.y, item->box.w, item->box.h, tn_color_name(item->color));
        print_particulars(item, out);
        if (item->control != NULL) {
            (void)tn_buf_printf(out, " control %s", item->control);
        }
        if (item->is_spoken) {
            (void)tn_buf_text(out, " spoken");
        }
        /* A QR symbol holds a secret, and goldens are kept. */
        if (item->text[0] != '\0' && item->type != TN_ITEM_QR) {
            print_text(item->text, out);
        }
        (void)tn_buf_text(out, "\n");
    }
}
