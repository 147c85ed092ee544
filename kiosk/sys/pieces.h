/* The pieces a text may be broken into, measured once, and lines made of them: wrapping is then
 * only adding up. No fonts but through ink.h. Main thread. */
#ifndef TURNOUT_SYS_PIECES_H
#define TURNOUT_SYS_PIECES_H

#include "kiosk/sys/ink.h"
#include "kiosk/ui/draw.h"

/* Where a line may break: where the language lets it; inside pieces too wide for a line as well;
 * behind every letter. */
enum tn_pieces_how { TN_PIECES_WORDS, TN_PIECES_WIDE_WORDS, TN_PIECES_LETTERS, TN_PIECES_COUNT };

struct tn_piece {
    uint16_t at, len; /* bytes in the text, without the spaces behind */
    bool is_last;     /* the line ends with it */
    int w_px;         /* of itself */
    int whole_px;     /* with the spaces behind it */
};

struct tn_pieces {
    size_t count;
    struct tn_piece piece[TN_DRAW_TEXT_MAX];
};

/* Cuts and measures a whole text (at most TN_DRAW_TEXT_MAX bytes) for lines of w_px. */
void tn_pieces_cut(struct tn_fonts *fonts, const struct tn_ink *text, enum tn_pieces_how how,
                   int w_px, struct tn_pieces *out);

/* The end of the line that begins with piece `first`: the piece behind its last one. Sets how wide
 * that line is. A piece that is wider than w_px gets a line of its own. */
size_t tn_pieces_line(const struct tn_pieces *pieces, size_t first, int w_px, int *line_px);

#endif
