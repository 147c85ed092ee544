/* The ladder is a table: a row names what is done to the picture and who reads the result. A row
 * costs nothing until it is reached, and a new idea is a new row.
 *
 * The work is done in three planes of memory, grown to the largest picture seen and kept. */
#include "kiosk/sys/reader.h"

#include <stdlib.h>
#include <string.h>

#include <zbar.h>

#include "kiosk/sys/passes.h"
#include "kiosk/sys/zxing.h"

#define DOUBLE_PX_MAX (2048 * 2048) /* a larger picture is not doubled */
#define HALVE_SIDE_MIN 400          /* a smaller one not halved */
#define SHARPEN_RADIUS 3

struct tn_reader {
    uint8_t *planes[2];
    size_t plane_size;
    uint32_t *columns;
    size_t column_count;
    zbar_image_scanner_t *zbar;
    zbar_image_t *image;
};

/* From one picture to the next; px lies in a plane of the reader's. False: not for this picture. */
typedef bool make_picture(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out);

#define STEPS_MAX 3

struct pass {
    const char *name;
    make_picture *steps[STEPS_MAX]; /* one after the other, up to a NULL */
    enum tn_zxing_threshold threshold;
    bool is_zbar;
};

/* The plane that is not the one `in` lies in, for w x h bytes. */
static uint8_t *plane_beside(struct tn_reader *reader, const struct tn_grey *in)
{
    return in->px == reader->planes[0] ? reader->planes[1] : reader->planes[0];
}

static struct tn_grey picture_of(const uint8_t *px, int w, int h)
{
    return (struct tn_grey){.px = px, .w = w, .h = h, .stride = (size_t)w};
}

static bool box(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out, int radius)
{
    uint8_t *px = plane_beside(reader, in);
    tn_pass_threshold(in, radius, reader->columns, px);
    *out = picture_of(px, in->w, in->h);
    return true;
}

static bool box_8(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    return box(reader, in, out, 8);
}

static bool box_15(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    return box(reader, in, out, 15);
}

/* Modules of a blurred symbol that are a few pixels wide come apart. */
static bool sharpen(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    uint8_t *px = plane_beside(reader, in);
    tn_pass_sharpen(in, SHARPEN_RADIUS, reader->columns, px);
    *out = picture_of(px, in->w, in->h);
    return true;
}

/* The middle, half as wide and high: where people hold what they show. */
static bool middle(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    (void)reader;
    *out = *in;
    out->px += (size_t)(in->h / 4) * in->stride + (size_t)(in->w / 4);
    out->w = in->w - in->w / 2;
    out->h = in->h - in->h / 2;
    return true;
}

static bool invert(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    uint8_t *px = plane_beside(reader, in);
    tn_pass_invert(in, px);
    *out = picture_of(px, in->w, in->h);
    return true;
}

static bool blur(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    uint8_t *px = plane_beside(reader, in);
    tn_pass_blur(in, px);
    *out = picture_of(px, in->w, in->h);
    return true;
}

static bool twice(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    uint8_t *px = plane_beside(reader, in);
    if ((size_t)in->w * (size_t)in->h > DOUBLE_PX_MAX) {
        return false;
    }
    tn_pass_double(in, px);
    *out = picture_of(px, 2 * in->w, 2 * in->h);
    return true;
}

static bool half(struct tn_reader *reader, const struct tn_grey *in, struct tn_grey *out)
{
    uint8_t *px = plane_beside(reader, in);
    if (in->w < HALVE_SIDE_MIN || in->h < HALVE_SIDE_MIN) {
        return false;
    }
    tn_pass_halve(in, px);
    *out = picture_of(px, in->w / 2, in->h / 2);
    return true;
}

/* In the order of what each finds for its time, first of all what it finds alone. */
static const struct pass passes[] = {
    {.name = "as it is"},
    {.name = "box 8", .steps = {box_8}, .threshold = TN_ZXING_FIXED},
    {.name = "inverted", .steps = {invert}},
    {.name = "sharp", .steps = {sharpen}},
    {.name = "blur, box 15", .steps = {blur, box_15}, .threshold = TN_ZXING_FIXED},
    {.name = "middle, twice", .steps = {middle, twice}},
    {.name = "middle, twice, sharp", .steps = {middle, twice, sharpen}},
    {.name = "middle, zbar", .steps = {middle}, .is_zbar = true},
    {.name = "zbar", .is_zbar = true},
    {.name = "twice", .steps = {twice}},
    {.name = "twice, sharp", .steps = {twice, sharpen}},
    {.name = "half", .steps = {half}},
    {.name = "half, box 8", .steps = {half, box_8}, .threshold = TN_ZXING_FIXED},
    {.name = "twice, zbar", .steps = {twice}, .is_zbar = true},
    {.name = "half, zbar", .steps = {half}, .is_zbar = true},
    {.name = "blur, twice", .steps = {blur, twice}},
    {.name = "twice, box 15", .steps = {twice, box_15}, .threshold = TN_ZXING_FIXED},
    {.name = "box 8, zbar", .steps = {box_8}, .is_zbar = true},
    {.name = "blur, zbar", .steps = {blur}, .is_zbar = true},
    {.name = "sharp, zbar", .steps = {sharpen}, .is_zbar = true},
    {.name = "inverted, twice", .steps = {invert, twice}},
    {.name = "inverted, half", .steps = {invert, half}},
    {.name = "quarter", .steps = {half, half}},
    {.name = "quarter, box 8", .steps = {half, half, box_8}, .threshold = TN_ZXING_FIXED},
    {.name = "quarter, zbar", .steps = {half, half}, .is_zbar = true},
};

#define PASS_COUNT ((int)(sizeof passes / sizeof passes[0]))

/* The passes, by their place above, that take turns after the first of a live frame. Most misses
 * are out of focus or in motion; ZBar is dear, and so is doubling but for the middle. */
static const int turns[] = {1, 3, 5, 2, 1, 6, 4, 7};

#define TURN_COUNT (sizeof turns / sizeof turns[0])

/* Room for a picture of w x h, doubled where it may be. */
static bool make_room(struct tn_reader *reader, int w, int h)
{
    size_t px = (size_t)w * (size_t)h;
    size_t plane = px > DOUBLE_PX_MAX ? px : 4 * px;
    size_t columns = 2 * (size_t)w;
    if (plane > reader->plane_size) {
        for (int i = 0; i < 2; i++) {
            free(reader->planes[i]);
            reader->planes[i] = malloc(plane);
        }
        bool is_ok = reader->planes[0] != NULL && reader->planes[1] != NULL;
        reader->plane_size = is_ok ? plane : 0;
    }
    if (columns > reader->column_count) {
        free(reader->columns);
        reader->columns = malloc(columns * sizeof *reader->columns);
        reader->column_count = reader->columns != NULL ? columns : 0;
    }
    return plane <= reader->plane_size && columns <= reader->column_count;
}

struct tn_reader *tn_reader_create(void)
{
    struct tn_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return NULL;
    }
    reader->zbar = zbar_image_scanner_create();
    reader->image = zbar_image_create();
    if (reader->zbar == NULL || reader->image == NULL) {
        tn_reader_free(reader);
        return NULL;
    }
    zbar_image_set_format(reader->image, zbar_fourcc('Y', '8', '0', '0'));
    (void)zbar_image_scanner_set_config(reader->zbar, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    (void)zbar_image_scanner_set_config(reader->zbar, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    (void)zbar_image_scanner_set_config(reader->zbar, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    (void)zbar_image_scanner_set_config(reader->zbar, ZBAR_NONE, ZBAR_CFG_TEST_INVERTED, 0);
    return reader;
}

void tn_reader_free(struct tn_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->image != NULL) {
        zbar_image_destroy(reader->image);
    }
    if (reader->zbar != NULL) {
        zbar_image_scanner_destroy(reader->zbar);
    }
    free(reader->planes[0]);
    free(reader->planes[1]);
    free(reader->columns);
    free(reader);
}

/* ZBar's guess at other charsets is not ours, and often wrong. */
static void add(struct tn_symbols *out, const char *text, size_t len)
{
    if (tn_symbol_is_text(text, len)) {
        (void)tn_symbols_add(out, text, len);
    }
}

/* ZBar reads rows that lie close together only; the others are copied first. */
static void read_by_zbar(struct tn_reader *reader, const struct tn_grey *grey,
                         struct tn_symbols *out)
{
    const uint8_t *px = grey->px;
    size_t w = (size_t)grey->w;
    if (grey->stride != w) {
        uint8_t *copy = plane_beside(reader, grey);
        for (int y = 0; y < grey->h; y++) {
            memcpy(copy + (size_t)y * w, grey->px + (size_t)y * grey->stride, w);
        }
        px = copy;
    }
    zbar_image_set_size(reader->image, (unsigned)grey->w, (unsigned)grey->h);
    zbar_image_set_data(reader->image, px, w * (size_t)grey->h, NULL);
    (void)zbar_scan_image(reader->zbar, reader->image);
    const zbar_symbol_t *symbol = zbar_image_first_symbol(reader->image);
    for (; symbol != NULL; symbol = zbar_symbol_next(symbol)) {
        if (zbar_symbol_get_type(symbol) == ZBAR_QRCODE) {
            add(out, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
        }
    }
    zbar_image_set_data(reader->image, NULL, 0, NULL);
}

static bool is_picture(const struct tn_grey *grey)
{
    return grey->w > 0 && grey->h > 0 && grey->w <= TN_GREY_SIDE_MAX &&
           grey->h <= TN_GREY_SIDE_MAX && grey->stride >= (size_t)grey->w;
}

bool tn_reader_pass(struct tn_reader *reader, int pass, const struct tn_grey *grey,
                    struct tn_symbols *out)
{
    const struct pass *row = &passes[pass];
    struct tn_grey now = *grey;
    out->count = 0;
    if (!is_picture(grey) || !make_room(reader, grey->w, grey->h)) {
        return false;
    }
    for (int i = 0; i < STEPS_MAX && row->steps[i] != NULL; i++) {
        const struct tn_grey before = now;
        if (!row->steps[i](reader, &before, &now)) {
            return false;
        }
    }
    if (row->is_zbar) {
        read_by_zbar(reader, &now, out);
    } else {
        (void)tn_zxing_read(&now, row->threshold, 1, out);
    }
    return out->count > 0;
}

/* A poster's symbol may stand beside the badge, so where there is one that is no card of ours, the
 * picture is looked through once more for others. */
static bool look_beside(const struct tn_grey *grey, struct tn_symbols *out)
{
    if (out->count > 0 && !tn_symbol_is_digits(tn_symbols_choose(out))) {
        (void)tn_zxing_read(grey, TN_ZXING_LOCAL, TN_SYMBOLS_MAX, out);
    }
    return out->count > 0;
}

bool tn_reader_picture(struct tn_reader *reader, const struct tn_grey *grey, struct tn_symbols *out)
{
    for (int pass = 0; pass < PASS_COUNT; pass++) {
        if (tn_reader_pass(reader, pass, grey, out)) {
            return look_beside(grey, out);
        }
    }
    return false;
}

bool tn_reader_frame(struct tn_reader *reader, const struct tn_grey *grey, unsigned turn,
                     struct tn_symbols *out)
{
    int other = turns[turn % TURN_COUNT];
    bool is_read = tn_reader_pass(reader, 0, grey, out) || tn_reader_pass(reader, other, grey, out);
    return is_read && look_beside(grey, out);
}

int tn_reader_pass_count(void)
{
    return PASS_COUNT;
}

const char *tn_reader_pass_name(int pass)
{
    return passes[pass].name;
}
