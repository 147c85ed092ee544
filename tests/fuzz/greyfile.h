/* How a fuzzer's bytes are a grey picture: the first gives its width, the second is the target's
 * own choice, the rest are its rows, as many as there are whole. */
#ifndef TURNOUT_TESTS_GREYFILE_H
#define TURNOUT_TESTS_GREYFILE_H

#include "kiosk/sys/symbol.h"

#define GREYFILE_SIDE_MAX 128
#define GREYFILE_HEAD 2

/* False where there is not one row. The pixels are the bytes themselves. */
static inline bool greyfile_read(const uint8_t *data, size_t size, struct tn_grey *out)
{
    if (size < GREYFILE_HEAD) {
        return false;
    }
    int w = data[0] % GREYFILE_SIDE_MAX + 1;
    size_t h = (size - GREYFILE_HEAD) / (size_t)w;
    h = h > GREYFILE_SIDE_MAX ? GREYFILE_SIDE_MAX : h;
    *out = (struct tn_grey){.px = data + GREYFILE_HEAD, .w = w, .h = (int)h, .stride = (size_t)w};
    return h > 0;
}

/* Whether what was read keeps to what symbol.h says. */
static inline bool greyfile_is_sound(const struct tn_symbols *symbols)
{
    bool is_sound = symbols->count <= TN_SYMBOLS_MAX;
    for (size_t i = 0; is_sound && i < symbols->count; i++) {
        const struct tn_symbol *symbol = &symbols->items[i];
        is_sound = symbol->len > 0 && symbol->len <= TN_SYMBOL_TEXT_MAX &&
                   tn_symbol_is_text(symbol->text, symbol->len);
    }
    return is_sound;
}

#endif
