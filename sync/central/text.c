/* Cutting text. It never leaves half a character, which the readers of packs would refuse. */
#include "sync/central/text.h"

#include <inttypes.h>
#include <stdio.h>
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

void tn_text_number(int64_t number, char out[TN_TEXT_NUMBER_SIZE])
{
    char digits[TN_TEXT_NUMBER_SIZE];
    const int len = snprintf(digits, sizeof digits, "%" PRId64, number);
    size_t used = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-') {
            out[used++] = ',';
        }
        out[used++] = digits[i];
    }
    out[used] = '\0';
}
