/* Pieces between the places where ICU lets a line break. Widths of pieces are added up as if
 * letters of two pieces never pulled at each other; whoever draws a line measures it once more. */
#include "kiosk/sys/pieces.h"

#include <string.h>

static int width_of(struct tn_fonts *fonts, const struct tn_ink *text, size_t at, size_t len)
{
    struct tn_ink part = *text;
    part.text += at;
    part.len = len;
    return len > 0 ? tn_ink_width(fonts, &part) : 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next place behind `at` where a break of this kind or a stronger one is. */
static size_t next_break(const uint8_t *breaks, size_t at, size_t len, enum tn_break least)
{
    do {
        at++;
    } while (at < len && breaks[at] < least);
    return at < len ? at : len;
}

/* As many letters as go on a line of their own: one at least. */
static size_t fitting_end(struct tn_fonts *fonts, const struct tn_ink *text, const uint8_t *breaks,
                          struct tn_piece span, int w_px)
{
    size_t end = (size_t)span.at + span.len;
    size_t fits = next_break(breaks, span.at, end, TN_BREAK_CLUSTER);
    while (fits < end) {
        size_t next = next_break(breaks, fits, end, TN_BREAK_CLUSTER);
        if (width_of(fonts, text, span.at, next - span.at) > w_px) {
            break;
        }
        fits = next;
    }
    return fits;
}

static void measure(struct tn_fonts *fonts, const struct tn_ink *text, size_t end,
                    struct tn_piece *piece)
{
    size_t len = end - piece->at;
    while (len > 0 && is_space(text->text[piece->at + len - 1])) {
        len--;
    }
    piece->len = (uint16_t)len;
    piece->w_px = width_of(fonts, text, piece->at, len);
    piece->whole_px = piece->w_px;
    if (piece->at + len < end && text->text[piece->at + len] == ' ') {
        piece->whole_px += width_of(fonts, text, piece->at + len, 1);
    }
}

void tn_pieces_cut(struct tn_fonts *fonts, const struct tn_ink *text, enum tn_pieces_how how,
                   int w_px, struct tn_pieces *out)
{
    uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
    size_t len = text->len < TN_DRAW_TEXT_MAX ? text->len : TN_DRAW_TEXT_MAX;
    enum tn_break least = how == TN_PIECES_LETTERS ? TN_BREAK_CLUSTER : TN_BREAK_LINE;
    tn_unicode_breaks(tn_fonts_unicode(fonts), text->text, len, breaks);
    out->count = 0;
    for (size_t at = 0; at < len;) {
        struct tn_piece *piece = &out->piece[out->count];
        size_t end = next_break(breaks, at, len, least);
        *piece = (struct tn_piece){.at = (uint16_t)at};
        measure(fonts, text, end, piece);
        if (how == TN_PIECES_WIDE_WORDS && piece->w_px > w_px) {
            end = fitting_end(fonts, text, breaks, *piece, w_px);
            measure(fonts, text, end, piece);
        }
        piece->is_last = end < len && breaks[end] == TN_BREAK_MUST;
        at = end;
        /* Spaces at the beginning belong to nothing. */
        out->count += piece->len > 0 || piece->is_last ? 1 : 0;
    }
}

size_t tn_pieces_line(const struct tn_pieces *pieces, size_t first, int w_px, int *line_px)
{
    int before = 0;
    size_t i = first;
    *line_px = 0;
    while (i < pieces->count) {
        const struct tn_piece *piece = &pieces->piece[i];
        if (i > first && before + piece->w_px > w_px) {
            break;
        }
        *line_px = before + piece->w_px;
        before += piece->whole_px;
        i++;
        if (piece->is_last) {
            break;
        }
    }
    return i;
}
