/* A camera and a picture give whole symbols only, checked by their own error correction, so what
 * they read and we do not know is somebody else's. A scanner that types may have lost keys: there
 * only a character that no badge has, or a number too short for one, tells. */
#include "kiosk/app/foreign.h"

#define PRODUCT_DIGITS_MAX 14 /* GTIN-14, the longest number on what is sold */

bool tn_scan_is_foreign(const struct tn_event *scan)
{
    if (scan->source != TN_SOURCE_SCANNER) {
        return scan->had_end; /* none: a picture in which no symbol was found */
    }
    if (!scan->had_end || scan->len == 0 || scan->len > TN_SCAN_TEXT_MAX) {
        return false;
    }
    for (size_t i = 0; i < scan->len; i++) {
        if (scan->text[i] < '0' || scan->text[i] > '9') {
            return true;
        }
    }
    return scan->len <= PRODUCT_DIGITS_MAX;
}
