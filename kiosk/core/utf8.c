/* A UTF-8 check by the table of RFC 3629: the first byte says how many follow and which range the
 * second must lie in; all later ones lie in 80..BF. */
#include "kiosk/core/utf8.h"

struct lead {
    uint8_t from;
    uint8_t to;
    uint8_t more;
    uint8_t second_min;
    uint8_t second_max;
};

static const struct lead leads[] = {
    {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const struct lead *lead_of(uint8_t byte)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        if (byte >= leads[i].from && byte <= leads[i].to) {
            return &leads[i];
        }
    }
    return NULL;
}

bool tn_utf8_is_valid(struct tn_bytes text)
{
    size_t at = 0;
    while (at < text.len) {
        const struct lead *lead = lead_of(text.data[at]);
        if (lead == NULL || text.len - at <= lead->more) {
            return false;
        }
        for (size_t i = 1; i <= lead->more; i++) {
            uint8_t min = i == 1 ? lead->second_min : 0x80;
            uint8_t max = i == 1 ? lead->second_max : 0xbf;
            if (text.data[at + i] < min || text.data[at + i] > max) {
                return false;
            }
        }
        at += (size_t)lead->more + 1;
    }
    return true;
}
