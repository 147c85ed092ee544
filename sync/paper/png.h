/* Pictures of badges as PNG files. */
#ifndef TN_SYNC_PAPER_PNG_H
#define TN_SYNC_PAPER_PNG_H

#include <cairo.h>
#include <stdio.h>

/* Writes an image surface of CAIRO_FORMAT_RGB24 into a file as a PNG (ISO/IEC 15948) of 8-bit RGB.
 * The file is neither flushed nor closed. Gives CAIRO_STATUS_SUCCESS; CAIRO_STATUS_NO_MEMORY; or
 * CAIRO_STATUS_WRITE_ERROR, for which errno may say why. Any thread. */
cairo_status_t tn_paper_png(cairo_surface_t *surface, FILE *file);

#endif
