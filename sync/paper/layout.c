/* The papers, a row each. Sheets are centred on their page, places touch, and a cut serves both
 * sides of it; letter-10 is the grid of business cards of 3.5 by 2 inches, which stationers sell
 * perforated. Labels are those that the common label printers take, and any other size by name. */
#include "sync/paper/layout.h"

#include <stdlib.h>
#include <string.h>

#include "sync/paper/draw.h"

#define A4_W 210.0
#define A4_H 297.0
#define LETTER_W 215.9
#define LETTER_H 279.4
#define BADGE_W 95.0
#define BADGE_H 66.0

/* The least that a symbol and a few letters beside or below it need. */
#define LABEL_W_MIN 57
#define LABEL_H_MIN 28
#define UPRIGHT_W_MIN 29
#define UPRIGHT_H_MIN 60

const struct tn_paper_layout tn_paper_a4 = {
    "a4", A4_W, A4_H, BADGE_W, BADGE_H, 2, 4, tn_paper_draw_front, NULL};
const struct tn_paper_layout tn_paper_setup = {
    "setup", A4_W, A4_H, A4_W, A4_H, 1, 1, tn_paper_draw_setup, NULL};

static const struct tn_paper_layout others[] = {
    {"letter", LETTER_W, LETTER_H, BADGE_W, BADGE_H, 2, 4, tn_paper_draw_front, NULL},
    {"a4-10", A4_W, A4_H, 90, 56, 2, 5, tn_paper_draw_front, NULL},
    {"letter-10", LETTER_W, LETTER_H, 88.9, 50.8, 2, 5, tn_paper_draw_front, NULL},
    {"a4-fold", A4_W, A4_H, BADGE_W, BADGE_H, 2, 2, tn_paper_draw_front, tn_paper_draw_back},
    {"letter-fold", LETTER_W, LETTER_H, BADGE_W, BADGE_H, 2, 2, tn_paper_draw_front,
     tn_paper_draw_back},
    {"label-102x51", 101.6, 50.8, 101.6, 50.8, 1, 1, tn_paper_draw_label, NULL},
};

/* "label-62x29": nothing but two numbers of one to three digits. */
static bool is_label(const char *name, struct tn_paper_layout *out)
{
    static const char digits[] = "0123456789";
    static const char word[] = "label-";
    if (strncmp(name, word, sizeof word - 1) != 0) {
        return false;
    }
    const char *wide = name + sizeof word - 1;
    const size_t wide_len = strspn(wide, digits);
    const char *high = wide + wide_len + 1;
    if (wide_len == 0 || wide_len > 3 || wide[wide_len] != 'x' || high[0] == '\0' ||
        strlen(high) > 3 || high[strspn(high, digits)] != '\0') {
        return false;
    }
    const long w = strtol(wide, NULL, 10);
    const long h = strtol(high, NULL, 10);
    const bool is_wide = w >= LABEL_W_MIN && h >= LABEL_H_MIN;
    const bool is_upright = w >= UPRIGHT_W_MIN && h >= UPRIGHT_H_MIN && h > w;
    if ((!is_wide && !is_upright) || w > (long)A4_W || h > (long)A4_H) {
        return false;
    }
    *out = (struct tn_paper_layout){"label", (double)w, (double)h,           (double)w, (double)h,
                                    1,       1,         tn_paper_draw_label, NULL};
    return true;
}

bool tn_paper_layout_find(const char *name, struct tn_paper_layout *out)
{
    if (strcmp(name, tn_paper_a4.name) == 0) {
        *out = tn_paper_a4;
        return true;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i].name, name) == 0) {
            *out = others[i];
            return true;
        }
    }
    return is_label(name, out);
}

double tn_paper_place_h(const struct tn_paper_layout *layout)
{
    return layout->back == NULL ? layout->badge_h : 2 * layout->badge_h;
}

void tn_paper_place_at(const struct tn_paper_layout *layout, int place, double *x, double *y)
{
    const double h = tn_paper_place_h(layout);
    const double left = (layout->page_w - layout->badge_w * layout->columns) / 2;
    const double top = (layout->page_h - h * layout->rows) / 2;
    *x = left + place % layout->columns * layout->badge_w;
    *y = top + place / layout->columns * h;
}
