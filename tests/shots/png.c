/* PNG (ISO/IEC 15948): 8-bit RGB, rows as they are, zlib at its fastest, whose window holds a few
 * rows: enough to say that one is like the row above. Larger files than an optimizer's, in a tenth
 * of its time. */
#include "tests/shots/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define FILTER_NONE 0
#define ROW_MAX (1 + 3 * PNG_WIDTH_MAX)

static void put_u32(uint8_t out[4], uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
}

static bool chunk(FILE *file, const char type[4], const uint8_t *data, size_t len)
{
    uint8_t head[8];
    uint8_t tail[4];
    put_u32(head, (uint32_t)len);
    memcpy(head + 4, type, 4);
    uLong crc = crc32(0, head + 4, 4);
    crc = len > 0 ? crc32(crc, data, (uInt)len) : crc;
    put_u32(tail, (uint32_t)crc);
    return fwrite(head, 1, 8, file) == 8 && (len == 0 || fwrite(data, 1, len, file) == len) &&
           fwrite(tail, 1, 4, file) == 4;
}

/* One row of pixels as the file has it. */
static void pack(const uint32_t *row, int w, uint8_t out[ROW_MAX])
{
    *out++ = FILTER_NONE;
    for (int i = 0; i < w; i++) {
        *out++ = (uint8_t)(row[i] >> 16);
        *out++ = (uint8_t)(row[i] >> 8);
        *out++ = (uint8_t)row[i];
    }
}

/* All rows into one buffer; gives its length, 0 where that failed. */
static size_t squeeze(const SDL_Surface *surface, uint8_t *out, size_t size)
{
    static uint8_t line[ROW_MAX];
    z_stream zip = {.next_out = out, .avail_out = (uInt)size};
    const uint8_t *pixels = surface->pixels;
    if (deflateInit2(&zip, 1, Z_DEFLATED, 15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return 0;
    }
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)(pixels + y * surface->pitch);
        pack(row, surface->w, line);
        zip.next_in = line;
        zip.avail_in = 1 + 3 * (uInt)surface->w;
        (void)deflate(&zip, y + 1 < surface->h ? Z_NO_FLUSH : Z_FINISH);
    }
    size_t len = zip.total_out;
    return deflateEnd(&zip) == Z_OK ? len : 0;
}

static bool write_all(const SDL_Surface *surface, FILE *file, const uint8_t *data, size_t len)
{
    static const uint8_t magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    uint8_t head[13] = {[8] = 8, [9] = 2};
    put_u32(head, (uint32_t)surface->w);
    put_u32(head + 4, (uint32_t)surface->h);
    return fwrite(magic, 1, sizeof magic, file) == sizeof magic &&
           chunk(file, "IHDR", head, sizeof head) && chunk(file, "IDAT", data, len) &&
           chunk(file, "IEND", NULL, 0);
}

bool png_write(const SDL_Surface *surface, const char *path)
{
    size_t size = compressBound((uLong)(surface->h * (1 + 3 * surface->w))) + 64;
    uint8_t *data = surface->w <= PNG_WIDTH_MAX ? malloc(size) : NULL;
    if (data == NULL) {
        return false;
    }
    size_t len = squeeze(surface, data, size);
    FILE *file = len > 0 ? fopen(path, "wb") : NULL;
    bool is_written = file != NULL && write_all(surface, file, data, len);
    is_written = file != NULL && fclose(file) == 0 && is_written;
    free(data);
    return is_written;
}
