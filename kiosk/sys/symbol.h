/* What goes into a reader of QR symbols and what comes out of it: plain memory, so that both can
 * cross from one process to another. */
#ifndef TURNOUT_SYS_SYMBOL_H
#define TURNOUT_SYS_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_SYMBOL_TEXT_MAX 7089 /* bytes: what version 40-L holds as digits (ISO/IEC 18004) */
#define TN_SYMBOLS_MAX 4        /* symbols told of in one picture */
#define TN_GREY_SIDE_MAX 8192   /* pixels: a wider or higher picture is not read */

/* A grey picture in borrowed memory: h rows of w bytes, 0 black to 255 white, stride bytes from one
 * row to the next. */
struct tn_grey {
    const uint8_t *px;
    int w, h;
    size_t stride;
};

/* What one symbol says: UTF-8, anybody's, control characters and all, and not terminated. */
struct tn_symbol {
    size_t len;
    char text[TN_SYMBOL_TEXT_MAX];
};

struct tn_symbols {
    size_t count;
    struct tn_symbol items[TN_SYMBOLS_MAX];
};

#ifdef __cplusplus
extern "C" {
#endif

/* Adds one unless it is empty, too long, there already, or there are TN_SYMBOLS_MAX. True where it
 * was added. */
bool tn_symbols_add(struct tn_symbols *symbols, const char *text, size_t len);

/* Whether bytes are UTF-8 without a NUL: what most symbols hold, and every badge. */
bool tn_symbol_is_text(const char *bytes, size_t len);

/* Whether it says digits and nothing else, as every card of ours does. */
bool tn_symbol_is_digits(const struct tn_symbol *symbol);

/* Of several symbols the one that may be a card of ours, else the first; NULL where there are none.
 * Borrowed. */
const struct tn_symbol *tn_symbols_choose(const struct tn_symbols *symbols);

#ifdef __cplusplus
}
#endif

#endif
