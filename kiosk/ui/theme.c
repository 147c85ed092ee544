/* The look's values: one table of colours, one of type sizes, and the one place where layout
 * millimetres become pixels. The light theme is drawn first; the dark one keeps its roles on a
 * night sky, the contrast one goes as far apart as the roles allow. Text against its ground is 7:1
 * or better everywhere, which tests/unit/kiosk_ui_theme.c computes from these very values. */
#include "kiosk/ui/theme.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* The screen the layouts are drawn for, and the smallest they still fit (a 7-inch panel). */
#define DRAWN_LONG_MM 217.0f
#define DRAWN_SHORT_MM 136.0f
#define LEAST_LONG_MM 150.0f
#define LEAST_SHORT_MM 86.0f
#define LARGER_SCALE 1.3f

struct color_row {
    const char *name;
    uint32_t rgb[TN_THEME_COUNT]; /* light, dark, contrast */
};

static const struct color_row colors[TN_COLOR_COUNT] = {
    [TN_COLOR_NONE] = {"none", {0, 0, 0}},
    [TN_COLOR_PAPER] = {"paper", {0xFFFCF5, 0x14162B, 0x000000}},
    [TN_COLOR_INK] = {"ink", {0x1A1D3A, 0xF5F3FF, 0xFFFFFF}},
    [TN_COLOR_LINE] = {"line", {0x8884B0, 0x8C8AB8, 0xFFFFFF}},
    [TN_COLOR_QUIET] = {"quiet", {0x4A4E69, 0xC4C3DC, 0xFFFFFF}},
    [TN_COLOR_ACTION] = {"action", {0x2B2A8C, 0xAFAEFF, 0xFFE14D}},
    [TN_COLOR_SURFACE] = {"surface", {0xECEBFA, 0x262950, 0x1E1E1E}},
    [TN_COLOR_TRACK] = {"track", {0xB9B6D8, 0x5A5D96, 0x8A8A8A}},
    [TN_COLOR_WHITE] = {"white", {0xFFFFFF, 0xFFFFFF, 0xFFFFFF}},
    [TN_COLOR_WELCOME] = {"welcome", {0x0A6240, 0x0A5638, 0x003D24}},
    [TN_COLOR_GOODBYE] = {"goodbye", {0xCDEBDB, 0x143A2B, 0xDFFFEE}},
    [TN_COLOR_ALREADY] = {"already", {0x1D4E9E, 0x1A458C, 0x00286B}},
    [TN_COLOR_HELP] = {"help", {0xFFC94A, 0xFFC94A, 0xFFD84D}},
    [TN_COLOR_FAULT] = {"fault", {0x8E1B1B, 0x7D1717, 0x660000}},
    [TN_COLOR_NEWEST] = {"newest", {0xD9731A, 0xF09A4A, 0xFF9D3B}},
    [TN_COLOR_SUN] = {"sun", {0xFFD166, 0xFFD166, 0xFFE14D}},
    [TN_COLOR_ACTION_INK] = {"action-ink", {0xFFFFFF, 0x14162B, 0x000000}},
    [TN_COLOR_GOODBYE_INK] = {"goodbye-ink", {0x0A4A31, 0xCDEBDB, 0x002114}},
    [TN_COLOR_HELP_INK] = {"help-ink", {0x1A1D3A, 0x1A1D3A, 0x000000}},
    [TN_COLOR_WELCOME_TRACK] = {"welcome-track", {0x5F9C84, 0x5B9179, 0x7FB79E}},
    [TN_COLOR_GOODBYE_TRACK] = {"goodbye-track", {0x93C2AB, 0x3F6E5A, 0x5A8C74}},
    [TN_COLOR_ALREADY_TRACK] = {"already-track", {0x7793C6, 0x6F8CBE, 0x8FA9D8}},
    [TN_COLOR_GOOD] = {"good", {0x0B7A4B, 0x4CC38A, 0x2EE88F}},
    [TN_COLOR_WARN] = {"warn", {0xB35900, 0xFFC94A, 0xFFD84D}},
};

static const char *const theme_names[TN_THEME_COUNT] = {
    [TN_THEME_LIGHT] = "light",
    [TN_THEME_DARK] = "dark",
    [TN_THEME_CONTRAST] = "contrast",
};

struct type_row {
    const char *name;
    float cap_mm;
};

static const struct type_row types[TN_TYPE_COUNT] = {
    [TN_TYPE_SMALL] = {"small", 3.6f}, [TN_TYPE_LABEL] = {"label", 5.0f},
    [TN_TYPE_BODY] = {"body", 7.5f},   [TN_TYPE_HEADLINE] = {"headline", 10.0f},
    [TN_TYPE_NAME] = {"name", 14.0f},
};

/* Advances of Andika's ASCII from the space on, in hundredths of its capital height. */
static const uint8_t advances[2][95] = {
    {38, 52,  70,  82, 82, 104, 84, 41,  54,  54,  70, 82,  44, 59,  44, 68, 82, 82,  82,
     82, 82,  82,  82, 82, 82,  82, 44,  44,  82,  82, 82,  72, 117, 96, 88, 93, 98,  79,
     79, 97,  101, 67, 66, 90,  74, 123, 103, 100, 82, 101, 89, 81,  87, 99, 94, 142, 91,
     90, 84,  54,  68, 54, 58,  87, 40,  79,  79,  70, 81,  75, 51,  77, 81, 39, 41,  71,
     39, 115, 81,  78, 80, 77,  61, 66,  57,  81,  73, 106, 74, 73,  71, 68, 47, 68,  76},
    {38, 53,  74,  85, 85, 107, 93, 43,  59,  59,  71, 82,  46, 61,  49,  74,  85,  85,  85,
     85, 85,  85,  85, 85, 85,  85, 49,  49,  82,  82, 82,  75, 119, 102, 95,  95,  102, 83,
     82, 101, 104, 72, 71, 98,  77, 127, 106, 103, 87, 106, 95, 85,  87,  102, 100, 146, 94,
     93, 86,  58,  74, 58, 60,  89, 44,  86,  83,  70, 87,  76, 55,  81,  85,  44,  46,  78,
     44, 120, 85,  79, 85, 83,  68, 71,  61,  85,  76, 108, 81, 75,  73,  71,  47,  71,  76},
};

uint32_t tn_theme_rgb(enum tn_theme_id theme, enum tn_color role)
{
    assert(theme < TN_THEME_COUNT && role < TN_COLOR_COUNT);
    return colors[role].rgb[theme];
}

enum tn_theme_id tn_theme_from_name(const char *name)
{
    for (int i = 0; i < TN_THEME_COUNT; i++) {
        if (strcmp(theme_names[i], name) == 0) {
            return (enum tn_theme_id)i;
        }
    }
    return TN_THEME_COUNT;
}

const char *tn_theme_name(enum tn_theme_id theme)
{
    assert(theme < TN_THEME_COUNT);
    return theme_names[theme];
}

const char *tn_color_name(enum tn_color role)
{
    assert(role < TN_COLOR_COUNT);
    return colors[role].name;
}

const char *tn_type_name(enum tn_type_size size)
{
    assert(size < TN_TYPE_COUNT);
    return types[size].name;
}

float tn_type_cap_mm(enum tn_type_size size)
{
    assert(size < TN_TYPE_COUNT);
    return types[size].cap_mm;
}

/* A character's width by the first byte of its UTF-8: U+3000 and up is as wide as high; Arabic is
 * narrow; of the scripts from U+0800 to U+0FFF every third character stands above or below another;
 * the marks of U+0300 take no room. */
static unsigned width_of_lead(unsigned char lead)
{
    if (lead == 0xCC) {
        return 0;
    }
    if (lead >= 0xD8 && lead <= 0xDB) {
        return 75;
    }
    if (lead == 0xE0) {
        return 65;
    }
    return lead < 0xE3 ? 90 : 140;
}

float tn_type_width_caps(const char *text, bool is_bold)
{
    unsigned hundredths = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p >= ' ' && *p < 0x7F) {
            hundredths += advances[is_bold ? 1 : 0][*p - ' '];
        } else if (*p >= 0xC0) {
            hundredths += width_of_lead(*p);
        }
    }
    return (float)hundredths / 100.0f;
}

struct tn_view tn_view_of(int w_px, int h_px, float px_per_mm, enum tn_theme_id theme)
{
    float long_px = (float)(w_px > h_px ? w_px : h_px);
    float short_px = (float)(w_px > h_px ? h_px : w_px);
    float design = fminf(long_px / DRAWN_LONG_MM, short_px / DRAWN_SHORT_MM);
    float most = fminf(long_px / LEAST_LONG_MM, short_px / LEAST_SHORT_MM);
    return (struct tn_view){.w_px = w_px,
                            .h_px = h_px,
                            .unit_px = fminf(fmaxf(px_per_mm, design), most),
                            .theme = theme,
                            .text_scale = 1.0f};
}

struct tn_view tn_view_for(const struct tn_view *display, const struct tn_look *look)
{
    struct tn_view view = *display;
    view.theme = look->theme;
    view.text_scale = look->is_larger ? LARGER_SCALE : 1.0f;
    view.is_lower = look->is_lower;
    view.is_still = look->is_still;
    return view;
}

float tn_type_mm(const struct tn_view *view, enum tn_type_size size)
{
    return tn_type_cap_mm(size) * view->text_scale;
}

float tn_type_cap_px(const struct tn_view *view, enum tn_type_size size)
{
    return tn_type_mm(view, size) * view->unit_px;
}

int tn_px(const struct tn_view *view, float mm)
{
    return (int)lroundf(mm * view->unit_px);
}
