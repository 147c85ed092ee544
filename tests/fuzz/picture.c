/* Fuzz: pictures' files, as they are dropped on the window. What comes out has the size it says,
 * and every pixel is there. */
#include <assert.h>
#include <stdlib.h>

#include "kiosk/sys/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *px = NULL;
    struct tn_grey grey = {0};
    unsigned sum = 0;
    if (tn_picture_grey(data, size, &px, &grey) == TN_OK) {
        assert(grey.w > 0 && grey.h > 0 && grey.w <= TN_GREY_SIDE_MAX &&
               grey.h <= TN_GREY_SIDE_MAX && grey.stride >= (size_t)grey.w);
        for (int y = 0; y < grey.h; y++) {
            for (int x = 0; x < grey.w; x++) {
                sum += grey.px[(size_t)y * grey.stride + (size_t)x];
            }
        }
        assert(sum <= 255u * (unsigned)grey.w * (unsigned)grey.h);
    }
    free(px);
    return 0;
}
