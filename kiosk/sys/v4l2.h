/* A camera of Video4Linux: opened, set up and drained to its newest frame. Used by one thread. */
#ifndef TURNOUT_SYS_V4L2_H
#define TURNOUT_SYS_V4L2_H

#include "kiosk/sys/eye.h"
#include "kiosk/sys/video.h"

/* What staff may fix where the driver has it; what it has not is left alone. */
struct tn_camera_settings {
    float exposure_ms; /* 0: the camera's own; short ones freeze a badge that is waved */
    int focus;         /* in the driver's units, from far (0) to near; -1: the camera's own */
};

/* Opens a camera and starts it. *out is then to be closed by its own call. TN_ERR_NOT_FOUND: there
 * is none at that path; TN_ERR_STATE: another program has it, or this user may not use it, errno
 * says which; TN_ERR_FORMAT: it is no camera, or gives no picture we can read; TN_ERR_IO: it fails;
 * TN_ERR_NO_MEMORY. Nothing is logged. calls are borrowed. */
enum tn_status tn_v4l2_open(const struct tn_video_calls *calls, const char *path,
                            const struct tn_camera_settings *settings, struct tn_eye *out);

#endif
