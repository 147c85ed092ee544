/* Fuzz: whatever a scanner may say. A text that decodes must encode to itself. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "turnout/badge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tn_badge badge;
    if (tn_badge_decode((const char *)data, size, &badge) == TN_OK) {
        char text[TN_BADGE_TEXT_SIZE];
        tn_badge_encode(&badge, text);
        assert(memmem(data, size, text, TN_BADGE_DIGITS) != NULL);
    }
    return 0;
}
