/* Where frames come from: a camera or a file that stands in for one, behind three calls, so that
 * the camera's thread knows neither. Used by that one thread. */
#ifndef TURNOUT_SYS_EYE_H
#define TURNOUT_SYS_EYE_H

#include "kiosk/sys/symbol.h"
#include "turnout/status.h"

struct tn_eye {
    void *ctx;
    /* Waits for the newest frame, at most a second, and no longer than until stop_fd can be read.
     * TN_OK: *out is a frame, valid until the next call; TN_ERR_STATE: none yet, ask again;
     * TN_ERR_NOT_FOUND: the camera was unplugged, or the file has ended; TN_ERR_IO: it gives no
     * usable frames any more, closing and opening may help. */
    enum tn_status (*next)(void *ctx, int stop_fd, struct tn_grey *out);
    void (*close)(void *ctx); /* frees all; out of the last frame, too */
};

#endif
