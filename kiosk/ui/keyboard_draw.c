/* Where keys stand and how they look. A layout has rows for three shapes of screen; the first one
 * whose keys all get their 12 mm is taken, so that no screen ever shows a key too small for a
 * finger. All pages of a layout stand on the same rows, from the bottom up: what a hand has learned
 * does not move when the page does. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/keyboard.h"
#include "kiosk/ui/keyboard_layouts.h"

/* A little more than the least, so that rounding to pixels never takes from it. */
#define GAP_MM 2.2f
#define RADIUS_MM 3.0f
#define LINE_MM 0.4f
#define ROW_MM_MAX 16.0f
#define ROW_MM_TALL 18.0f
#define ROW_MM_LOW 13.0f
#define KEY_MM_MAX 26.0f
#define DIGIT_MM_MAX 40.0f
#define EDGE_MM 4.0f
#define ICON_MM 9.0f
/* Signs above and below a letter take this much more than its line. */
#define MARKS_SHARE 1.25f
#define TATWEEL "\xD9\x80"
/* A space bar takes two keys' room or more, but not a whole row of it. */
#define SPACE_KEYS 2.0f
#define SPACE_KEYS_MAX 6.0f
#define WIDE_KEYS 1.5f
#define WIDE_KEYS_MAX 2.0f

/* How a layout meets a room. */
struct fit {
    enum tn_key_shape shape;
    int columns;
    int rows;
    float key_w;
    float key_h;
    float gap_y;
};

/* What is not a letter: its control, its picture or its words. */
struct special {
    const char *control;
    const char *picture;
};

static const struct special specials[] = {
    [TN_KEY_SHIFT] = {"key-shift", "key-shift"}, [TN_KEY_ERASE] = {"key-erase", "key-erase"},
    [TN_KEY_SPACE] = {"key-space", "key-space"}, [TN_KEY_PAGE] = {"key-page", NULL},
    [TN_KEY_LANG] = {"key-lang", "globe"},
};

#define TEN(n)                                                                                     \
    "key-" #n "0", "key-" #n "1", "key-" #n "2", "key-" #n "3", "key-" #n "4", "key-" #n "5",      \
        "key-" #n "6", "key-" #n "7", "key-" #n "8", "key-" #n "9"

/* The controls' names, which a draw list borrows. */
static const char *const key_controls[TN_KEYS_MAX] = {
    "key-0", "key-1", "key-2", "key-3", "key-4", "key-5", "key-6", "key-7", "key-8",
    "key-9", TEN(1),  TEN(2),  TEN(3),  TEN(4),  TEN(5),  TEN(6),  TEN(7),  TEN(8),
    TEN(9),  TEN(10), TEN(11), TEN(12), TEN(13), TEN(14), TEN(15)};

static const char *const pick_controls[] = {"pick-1", "pick-2", "pick-3",
                                            "pick-4", "pick-5", "pick-6"};
static_assert(sizeof pick_controls / sizeof pick_controls[0] == TN_PICKS_PAGE,
              "one control a candidate");

static bool is_special(const char *key)
{
    return key[0] <= TN_KEY_NONE && key[0] > 0;
}

/* With one language only there is nothing to go on to. */
static bool is_shown(const struct tn_keyboard *keyboard, const char *key)
{
    bool has_several = (keyboard->langs & (keyboard->langs - 1)) != 0;
    bool has_pages = tn_key_pages(keyboard) > 1;
    return (key[0] != TN_KEY_LANG || has_several) && (key[0] != TN_KEY_PAGE || has_pages);
}

static const char *const *rows_of(const struct tn_key_page *page, enum tn_key_shape shape)
{
    return page->rows[shape][0] != NULL ? page->rows[shape] : page->rows[TN_KEYS_WIDE];
}

/* Room a row needs at least, in keys. */
static int row_keys(const struct tn_keyboard *keyboard, const char *row)
{
    char key[TN_KEYCAP_SIZE];
    int keys = 0;
    while ((row = tn_key_next(row, key)) != NULL) {
        keys += key[0] == TN_KEY_SPACE ? (int)SPACE_KEYS : is_shown(keyboard, key) ? 1 : 0;
    }
    return keys;
}

static void measure(const struct tn_keyboard *keyboard, enum tn_key_shape shape, int *columns,
                    int *rows)
{
    const struct tn_key_layout *layout = tn_key_layout_of(keyboard);
    *columns = 0;
    *rows = 0;
    for (int p = 0; p < tn_key_pages(keyboard); p++) {
        const char *const *lines = rows_of(layout->pages[p], shape);
        int count = 0;
        for (; count < TN_KEY_ROWS_MAX && lines[count] != NULL; count++) {
            int keys = row_keys(keyboard, lines[count]);
            *columns = keys > *columns ? keys : *columns;
        }
        *rows = count > *rows ? count : *rows;
    }
}

/* How many of `least` mm fit into the room, gaps between them. */
static int how_many(float room, float least)
{
    return (int)floorf((room + GAP_MM + 0.01f) / (least + GAP_MM));
}

/* The first shape that fits; on a screen too small for all of them the last, as it can be. */
static struct fit fit_into(const struct tn_keyboard *keyboard, float w, float h)
{
    struct fit fit = {0};
    for (int shape = 0; shape < TN_KEYS_SHAPES; shape++) {
        fit.shape = (enum tn_key_shape)shape;
        measure(keyboard, fit.shape, &fit.columns, &fit.rows);
        if (fit.columns <= how_many(w, TN_KEY_MM) && fit.rows <= how_many(h, TN_KEY_MM)) {
            break;
        }
    }
    float most = keyboard->is_digits ? DIGIT_MM_MAX : KEY_MM_MAX;
    float columns = (float)fit.columns;
    fit.key_w = fminf((w - (columns - 1.0f) * GAP_MM) / columns, most);
    return fit;
}

static float least_height(int rows)
{
    return (float)rows * TN_KEY_MM + (float)(rows - 1) * GAP_MM;
}

/* In portrait nine keys are as wide as the page: a keyboard that fills it takes from its margins.
 */
static float widened(const struct tn_page *page, float w)
{
    bool is_full = page->is_tall && w + 2.0f * page->margin > page->w - 0.1f;
    return is_full ? fmaxf(w, page->w - 2.0f * EDGE_MM) : w;
}

float tn_keyboard_height(const struct tn_keyboard *keyboard, const struct tn_view *view, float w,
                         float height_max)
{
    struct tn_page page = tn_page_of(view);
    struct fit fit = fit_into(keyboard, widened(&page, w), height_max);
    bool is_low = view->is_lower && !page.is_compact;
    float row = is_low ? ROW_MM_LOW : page.is_tall ? ROW_MM_TALL : ROW_MM_MAX;
    float most = (float)fit.rows * row + (float)(fit.rows - 1) * GAP_MM;
    return fminf(most, fmaxf(height_max, least_height(fit.rows)));
}

/* A key's ground: quiet for what is no letter, filled for a shift that is set. */
static void key_panel(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                      const char *control, enum tn_color ground)
{
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, RADIUS_MM), ground, TN_COLOR_LINE,
                  ground == TN_COLOR_ACTION ? 0 : tn_px(view, LINE_MM))
        ->control = control;
}

/* A vowel's sign of Devanagari, which stands above or below the place of its letter. */
static bool is_indic_mark(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] != 0xE0 || (p[1] != 0xA4 && p[1] != 0xA5)) {
        return false;
    }
    return p[1] == 0xA5 ? p[2] <= 0x8F : p[2] <= 0x83 || (p[2] >= 0xBA && p[2] != 0xBD);
}

static struct tn_item *key_text(const struct tn_view *view, struct tn_draw *draw,
                                struct tn_area area, const char *text, bool is_letter)
{
    struct tn_area inner = {area.x + 0.8f, area.y + 0.4f, area.w - 1.6f, area.h - 0.8f};
    /* Room above and below for the marks of letters. */
    bool is_large = is_letter && tn_line_mm(view, TN_TYPE_BODY) + 1.0f < area.h;
    enum tn_type_size size = is_large ? TN_TYPE_BODY : TN_TYPE_LABEL;
    if (is_indic_mark(text) && tn_line_mm(view, size) * MARKS_SHARE > area.h) {
        size = TN_TYPE_SMALL;
    }
    struct tn_item *item = tn_draw_text(draw, tn_area_px(view, inner), size, TN_COLOR_INK, text);
    item->align = TN_ALIGN_CENTRE;
    item->is_fixed = true;
    return item;
}

/* A vowel's sign is shown on a stroke, as Arabic primers do; alone it would be a speck. */
static bool is_arabic_mark(const char *key)
{
    unsigned char low = (unsigned char)key[1];
    return (unsigned char)key[0] == 0xD9 && low >= 0x8B && low <= 0x92;
}

static void draw_letter(const struct tn_keyboard *keyboard, const struct tn_view *view,
                        struct tn_draw *draw, struct tn_area area, const char *key)
{
    const struct tn_key_layout *layout = tn_key_layout_of(keyboard);
    char shown[sizeof TATWEEL + TN_KEYCAP_SIZE];
    int number = tn_key_number(layout, key);
    assert(number > 0 && number < TN_KEYS_MAX);
    memcpy(shown, key, TN_KEYCAP_SIZE);
    if (keyboard->is_shifted && layout->has_case) {
        tn_key_upper(key, shown);
    }
    key_panel(view, draw, area, key_controls[number], TN_COLOR_NONE);
    if (is_arabic_mark(key)) {
        (void)snprintf(shown, sizeof shown, TATWEEL "%s", key);
    }
    (void)key_text(view, draw, area, shown, true);
}

/* What the next page holds, on the key that leads there. */
static const char *page_label(const struct tn_keyboard *keyboard, enum tn_key_shape shape)
{
    int next = (keyboard->page + 1) % tn_key_pages(keyboard);
    const struct tn_key_page *page = tn_key_layout_of(keyboard)->pages[next];
    return shape == TN_KEYS_SMALL && page->small != NULL ? page->small : page->label;
}

static void draw_special(const struct tn_keyboard *keyboard, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area area, char key,
                         enum tn_key_shape shape)
{
    const struct special *what = &specials[(size_t)key];
    bool is_set = key == TN_KEY_SHIFT && keyboard->is_shifted;
    enum tn_color ink = is_set ? TN_COLOR_ACTION_INK : TN_COLOR_INK;
    enum tn_color ground = key == TN_KEY_SPACE ? TN_COLOR_NONE : TN_COLOR_SURFACE;
    key_panel(view, draw, area, what->control, is_set ? TN_COLOR_ACTION : ground);
    if (what->picture == NULL) {
        (void)key_text(view, draw, area, page_label(keyboard, shape), false);
        return;
    }
    float d = fminf(ICON_MM, fminf(area.w, area.h) - 3.0f);
    struct tn_area icon = {area.x + (area.w - d) / 2.0f, area.y + (area.h - d) / 2.0f, d, d};
    tn_draw_picture(draw, tn_area_px(view, icon), what->picture, ink, ink)->is_fixed = true;
}

/* Widths of a row's keys: letters alike, the space bar what is left, the others what is over. */
struct row_widths {
    float wide; /* shift, erase, page, globe */
    float space;
    float sum;
};

static struct row_widths widths(const struct tn_keyboard *keyboard, const struct fit *fit,
                                const char *row)
{
    char key[TN_KEYCAP_SIZE];
    int letters = 0, wides = 0, spaces = 0;
    while ((row = tn_key_next(row, key)) != NULL) {
        if (is_shown(keyboard, key)) {
            spaces += key[0] == TN_KEY_SPACE;
            wides += is_special(key) && key[0] != TN_KEY_SPACE && key[0] != TN_KEY_NONE;
            letters += !is_special(key) || key[0] == TN_KEY_NONE;
        }
    }
    float u = fit->key_w;
    float gaps = (float)(letters + wides + spaces - 1) * GAP_MM;
    float room =
        (float)fit->columns * u + (float)(fit->columns - 1) * GAP_MM - gaps - (float)letters * u;
    struct row_widths out = {u, 0.0f, 0.0f};
    if (keyboard->is_digits) {
        out.wide = u;
    } else if (spaces > 0) {
        bool is_roomy = room - (float)wides * WIDE_KEYS * u >= SPACE_KEYS * u;
        out.wide = is_roomy ? WIDE_KEYS * u : u;
        out.space = fminf(room - (float)wides * out.wide, SPACE_KEYS_MAX * u);
    } else if (wides > 0) {
        out.wide = fminf(fmaxf(room / (float)wides, u), WIDE_KEYS_MAX * u);
    }
    out.sum = gaps + (float)letters * u + (float)wides * out.wide + out.space;
    return out;
}

/* Keys are not turned round with the rest: what is placed here from the right is found at the
 * left again after the list was mirrored. */
static struct tn_area place(const struct tn_view *view, struct tn_area all, struct tn_area key)
{
    if (view->is_rtl) {
        key.x = all.x + all.w - (key.x - all.x) - key.w;
    }
    return key;
}

static void draw_row(const struct tn_keyboard *keyboard, const struct tn_view *view,
                     struct tn_draw *draw, struct tn_area all, const struct fit *fit,
                     const char *row, float y)
{
    struct row_widths w = widths(keyboard, fit, row);
    char key[TN_KEYCAP_SIZE];
    float x = all.x + (all.w - w.sum) / 2.0f;
    while ((row = tn_key_next(row, key)) != NULL) {
        if (!is_shown(keyboard, key)) {
            continue;
        }
        bool is_wide = is_special(key) && key[0] != TN_KEY_NONE;
        float key_w = key[0] == TN_KEY_SPACE ? w.space : is_wide ? w.wide : fit->key_w;
        struct tn_area area = place(view, all, (struct tn_area){x, y, key_w, fit->key_h});
        if (!is_special(key)) {
            draw_letter(keyboard, view, draw, area, key);
        } else if (is_wide) {
            draw_special(keyboard, view, draw, area, key[0], fit->shape);
        }
        x += key_w + GAP_MM;
    }
}

/* In place of the lowest row while a syllable is open: its letters, its candidates, the next ones.
 */
static void draw_picks(const struct tn_keyboard *keyboard, const struct tn_view *view,
                       struct tn_draw *draw, struct tn_area all, const struct fit *fit, float y)
{
    float raw_w = SPACE_KEYS * fit->key_w;
    float x = all.x;
    struct tn_area area = place(view, all, (struct tn_area){x, y, raw_w, fit->key_h});
    key_panel(view, draw, area, "key-raw", TN_COLOR_SURFACE);
    (void)key_text(view, draw, area, keyboard->pinyin, false);
    x += raw_w + GAP_MM;
    for (int i = 0; i < TN_PICKS_PAGE && keyboard->first_pick + i < keyboard->pick_count; i++) {
        area = place(view, all, (struct tn_area){x, y, fit->key_w, fit->key_h});
        key_panel(view, draw, area, pick_controls[i], TN_COLOR_NONE);
        (void)key_text(view, draw, area, keyboard->picks[keyboard->first_pick + i], true);
        x += fit->key_w + GAP_MM;
    }
    if (keyboard->pick_count > TN_PICKS_PAGE) {
        x = all.x + raw_w + GAP_MM + (float)TN_PICKS_PAGE * (fit->key_w + GAP_MM);
        area = place(view, all, (struct tn_area){x, y, fit->key_w, fit->key_h});
        key_panel(view, draw, area, "key-page", TN_COLOR_SURFACE);
        (void)key_text(view, draw, area, "…", false);
    }
}

void tn_keyboard_draw(const struct tn_keyboard *keyboard, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area)
{
    struct tn_page screen = tn_page_of(view);
    float w = widened(&screen, area.w);
    area.x -= (w - area.w) / 2.0f;
    area.w = w;
    struct fit fit = fit_into(keyboard, area.w, area.h);
    const struct tn_key_page *page = tn_key_layout_of(keyboard)->pages[keyboard->page];
    const char *const *rows = rows_of(page, fit.shape);
    int count = 0;
    while (count < TN_KEY_ROWS_MAX && rows[count] != NULL) {
        count++;
    }
    /* Gaps grow with the keys, as they do where pixels are not square. */
    fit.gap_y = GAP_MM * fminf(fmaxf(area.h / least_height(fit.rows), 1.0f), 1.1f);
    fit.key_h = (area.h - (float)(fit.rows - 1) * fit.gap_y) / (float)fit.rows;
    for (int i = 0; i < count; i++) {
        float y = area.y + (float)(fit.rows - count + i) * (fit.key_h + fit.gap_y);
        if (i == count - 1 && keyboard->pinyin[0] != '\0') {
            draw_picks(keyboard, view, draw, area, &fit, y);
        } else {
            draw_row(keyboard, view, draw, area, &fit, rows[i], y);
        }
    }
}
