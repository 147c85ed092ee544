/* Picture files to grey pixels. What a file holds is anybody's: call it where a crash does no harm
 * (decoder.h). */
#ifndef TURNOUT_SYS_PICTURE_H
#define TURNOUT_SYS_PICTURE_H

#include "kiosk/sys/symbol.h"
#include "turnout/status.h"

#define TN_PICTURE_FILE_MAX (64u << 20) /* bytes of a picture's file */
#define TN_PICTURE_PX_MAX (48u << 20)   /* pixels: the largest photo of a telephone */

/* Loads the libraries for PNG, JPEG and WebP, so that later nothing has to be opened. */
void tn_picture_warm(void);

/* Reads a PNG, JPEG or WebP from memory; what is transparent becomes white. *px gets out->px, to be
 * freed by the caller with free. TN_ERR_FORMAT: it is no such picture, or a broken one;
 * TN_ERR_LIMIT: more pixels than TN_PICTURE_PX_MAX or a side over TN_GREY_SIDE_MAX;
 * TN_ERR_NO_MEMORY. */
enum tn_status tn_picture_grey(const void *file, size_t len, uint8_t **px, struct tn_grey *out);

#endif
