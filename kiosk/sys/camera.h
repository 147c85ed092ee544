/* The camera: a thread that shows each newest frame to the decoding process and pushes what it
 * reads as scans. Nothing of a frame is kept, written or sent. A camera may come, go, be busy or
 * lie; the thread waits for the next one without costing anything. */
#ifndef TURNOUT_SYS_CAMERA_H
#define TURNOUT_SYS_CAMERA_H

#include "kiosk/app/queue.h"
#include "kiosk/sys/preview.h"
#include "kiosk/sys/v4l2.h"

struct tn_camera;

/* All strings are borrowed until tn_camera_stop. */
struct tn_camera_wish {
    const char *path;    /* a device, a Y4M file, or "auto": the first camera that works */
    const char *folder;  /* where devices come and go; NULL: /dev */
    const char *decoder; /* the program that decodes; NULL: this one */
    const struct tn_video_calls *calls; /* NULL: libv4l2's */
    struct tn_camera_settings settings;
    struct tn_preview *preview; /* where the picture is shown; borrowed, may be NULL */
};

/* Starts the thread, which pushes to the borrowed queue: SCAN events of source TN_SOURCE_CAMERA,
 * a CAMERA event where the camera's state changes, and after a file's last scan SCANS_END. The same
 * badge in view is pushed four times a second at most; another symbol once, when it stays, and
 * again when it was away for a minute. A device that is not there is waited for; a file that cannot
 * be played is an error, said in the log: TN_ERR_NOT_FOUND, TN_ERR_IO, TN_ERR_FORMAT. Else
 * TN_ERR_NO_MEMORY. SIGPIPE must be ignored. */
enum tn_status tn_camera_start(const struct tn_camera_wish *wish, struct tn_queue *queue,
                               struct tn_camera **out);

/* Ends and frees it; the queue has to be closed before. NULL is allowed. */
void tn_camera_stop(struct tn_camera *camera);

/* Whether a path is played as a file: its name ends in .y4m, or it is a regular file. */
bool tn_camera_is_file(const char *path);

#endif
