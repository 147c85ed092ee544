/* Cutting text. It never leaves half a character, which the readers of packs would refuse. */
#include "sync/central/text.h"

#include <string.h>

void tn_text_cut(const char *text, char *out, size_t out_size)
{
    size_t len = strlen(text);
    if (len >= out_size) {
        len = out_size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    memcpy(out, text, len);
    out[len] = '\0';
}
