/* The short list of symbols that were found in one picture. */
#include "kiosk/sys/symbol.h"

#include <string.h>

#include <glib.h>

static bool has(const struct tn_symbols *symbols, const char *text, size_t len)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const struct tn_symbol *known = &symbols->items[i];
        if (known->len == len && memcmp(known->text, text, len) == 0) {
            return true;
        }
    }
    return false;
}

bool tn_symbols_add(struct tn_symbols *symbols, const char *text, size_t len)
{
    if (len == 0 || len > TN_SYMBOL_TEXT_MAX || symbols->count == TN_SYMBOLS_MAX ||
        has(symbols, text, len)) {
        return false;
    }
    struct tn_symbol *next = &symbols->items[symbols->count++];
    next->len = len;
    memcpy(next->text, text, len);
    return true;
}

bool tn_symbol_is_text(const char *bytes, size_t len)
{
    return g_utf8_validate_len(bytes, len, NULL);
}

bool tn_symbol_is_digits(const struct tn_symbol *symbol)
{
    for (size_t i = 0; i < symbol->len; i++) {
        if (symbol->text[i] < '0' || symbol->text[i] > '9') {
            return false;
        }
    }
    return true;
}

const struct tn_symbol *tn_symbols_choose(const struct tn_symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++) {
        if (tn_symbol_is_digits(&symbols->items[i])) {
            return &symbols->items[i];
        }
    }
    return symbols->count > 0 ? &symbols->items[0] : NULL;
}
