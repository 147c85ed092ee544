/* Fuzz: libzxing behind its one C function, either threshold, one symbol or several. No exception
 * comes out, nothing is read beside the picture, and what it finds is UTF-8 that fits. */
#include <assert.h>
#include <string.h>

#include "kiosk/sys/zxing.h"
#include "tests/fuzz/greyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_symbols found;
    struct tn_grey grey;
    if (!greyfile_read(data, size, &grey)) {
        return 0;
    }
    found.count = 0;
    int count = tn_zxing_read(&grey, data[1] % 2 == 0 ? TN_ZXING_LOCAL : TN_ZXING_FIXED,
                              data[1] % 4 < 2 ? 1 : TN_SYMBOLS_MAX, &found);
    assert(count >= 0 && (size_t)count == found.count && greyfile_is_sound(&found));
    return 0;
}
