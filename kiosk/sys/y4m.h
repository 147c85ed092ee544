/* A YUV4MPEG2 file that stands in for a camera, played at its own speed. Used by one thread. */
#ifndef TURNOUT_SYS_Y4M_H
#define TURNOUT_SYS_Y4M_H

#include "kiosk/sys/eye.h"

/* Opens a file or FIFO. 8 bits a sample, with any subsampling of colour or none; the format is
 * MJPEG tools' yuv4mpeg(5). *out is then to be closed by its own call; its `next` gives frames at
 * the pace the file's header names, the newest where the caller is late, and TN_ERR_NOT_FOUND at
 * the end. TN_ERR_NOT_FOUND, TN_ERR_IO with errno; TN_ERR_FORMAT: no such file, said in the log;
 * TN_ERR_NO_MEMORY. */
enum tn_status tn_y4m_open(const char *path, struct tn_eye *out);

#endif
