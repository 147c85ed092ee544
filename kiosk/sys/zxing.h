/* libzxing behind one C function: zxing.cc is the only C++ of this project. */
#ifndef TURNOUT_SYS_ZXING_H
#define TURNOUT_SYS_ZXING_H

#include "kiosk/sys/symbol.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tn_zxing_threshold {
    TN_ZXING_LOCAL, /* libzxing's own: against the mean of the blocks around */
    TN_ZXING_FIXED, /* at 127: for pictures that are black and white already */
};

/* Finds QR symbols in a picture, most of them at most, and appends them to *out, which the caller
 * has cleared; what is there already is not told of twice. One alone is looked for harder than the
 * first of several. The number of new ones: 0 also where memory runs out. Any thread. An assertion
 * of libzxing may abort the process: call it where that does no harm. */
int tn_zxing_read(const struct tn_grey *grey, enum tn_zxing_threshold threshold, int most,
                  struct tn_symbols *out);

#ifdef __cplusplus
}
#endif

#endif
