/* A badge as a PNG, by libpng's fast way: cairo's own writer tries every filter on every row and
 * takes five times as long for a file that is a twentieth smaller. Ten thousand badges are asked
 * for at once. */
#include "sync/paper/png.h"

#include <png.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Cairo's pixels are native words with a byte to spare, a PNG's are three bytes. */
static void pack(const uint8_t *pixels, int stride, const png_image *image, uint8_t *out)
{
    for (png_uint_32 y = 0; y < image->height; y++) {
        for (png_uint_32 x = 0; x < image->width; x++) {
            uint32_t pixel = 0;
            memcpy(&pixel, pixels + (size_t)y * (size_t)stride + x * sizeof pixel, sizeof pixel);
            *out++ = (uint8_t)(pixel >> 16);
            *out++ = (uint8_t)(pixel >> 8);
            *out++ = (uint8_t)pixel;
        }
    }
}

cairo_status_t tn_paper_png(cairo_surface_t *surface, FILE *file)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)cairo_image_surface_get_width(surface),
                       .height = (png_uint_32)cairo_image_surface_get_height(surface),
                       .format = PNG_FORMAT_RGB,
                       .flags = PNG_IMAGE_FLAG_FAST};
    cairo_surface_flush(surface);
    uint8_t *rows = malloc(PNG_IMAGE_SIZE(image));
    if (rows == NULL) {
        return CAIRO_STATUS_NO_MEMORY;
    }
    pack(cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface), &image,
         rows);
    const int is_written = png_image_write_to_stdio(&image, file, 0, rows, 0, NULL);
    free(rows);
    return is_written != 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}
