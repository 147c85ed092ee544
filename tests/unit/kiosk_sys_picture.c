/* Pictures' files: each format comes out as the same greys, a file that is cut anywhere or lies
 * about its size is refused, and nothing is lost where memory is short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <SDL_image.h>
#include <cmocka.h>

#include "kiosk/sys/picture.h"

#define SIDE 24
#define FILE_SIZE 65536

static uint8_t file[FILE_SIZE];
static size_t len;
static uint8_t *px;
static struct tn_grey grey;

/* Black on the left, white on the right, and a see-through row at the top. */
static SDL_Surface *draw(void)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_RGBA32);
    const SDL_Rect left = {0, 0, SIDE / 2, SIDE};
    const SDL_Rect top = {0, 0, SIDE, 8};
    assert_non_null(surface);
    assert_int_equal(SDL_FillRect(surface, NULL, SDL_MapRGBA(surface->format, 255, 255, 255, 255)),
                     0);
    assert_int_equal(SDL_FillRect(surface, &left, SDL_MapRGBA(surface->format, 0, 0, 0, 255)), 0);
    assert_int_equal(SDL_FillRect(surface, &top, SDL_MapRGBA(surface->format, 0, 0, 0, 0)), 0);
    return surface;
}

static void save(bool is_png)
{
    SDL_Surface *surface = draw();
    SDL_RWops *out = SDL_RWFromMem(file, FILE_SIZE);
    assert_int_equal(is_png ? IMG_SavePNG_RW(surface, out, 0) : IMG_SaveJPG_RW(surface, out, 0, 95),
                     0);
    len = (size_t)SDL_RWtell(out);
    (void)SDL_RWclose(out);
    SDL_FreeSurface(surface);
}

static void assert_halves(int first_row)
{
    assert_int_equal(grey.w, SIDE);
    assert_int_equal(grey.h, SIDE);
    for (int y = first_row; y < SIDE; y++) {
        assert_in_range(grey.px[(size_t)y * grey.stride + 2], 0, 20);
        assert_in_range(grey.px[(size_t)y * grey.stride + SIDE - 3], 235, 255);
    }
}

static void what_is_see_through_is_white(void **state)
{
    (void)state;
    save(true);
    assert_int_equal(tn_picture_grey(file, len, &px, &grey), TN_OK);
    assert_halves(8);
    assert_int_equal(grey.px[0], 255);
    free(px);
}

static void a_photo_is_read(void **state)
{
    (void)state;
    save(false);
    assert_int_equal(tn_picture_grey(file, len, &px, &grey), TN_OK);
    assert_halves(12); /* beyond the blocks that touch the see-through row */
    free(px);
}

/* Cut at every byte: refused, or what came so far, and never more than the file holds. */
static void a_file_that_is_cut_does_no_harm(void **state)
{
    (void)state;
    for (int is_png = 0; is_png < 2; is_png++) {
        save(is_png == 1);
        for (size_t cut = 0; cut < len; cut++) {
            uint8_t *copy = malloc(cut + 1); /* exactly: reading past it is found */
            assert_non_null(copy);
            memcpy(copy, file, cut);
            enum tn_status status = tn_picture_grey(copy, cut, &px, &grey);
            assert_true(status == TN_OK || status == TN_ERR_FORMAT);
            assert_true((status == TN_OK) == (px != NULL));
            free(px);
            free(copy);
        }
    }
}

/* Big-endian, as PNG has it. */
static void put_u32(size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        file[at + (size_t)i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

/* CRC-32 of a chunk's type and data (ISO/IEC 15948, annex D). */
static uint32_t crc_of(const uint8_t *bytes, size_t count)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
        }
    }
    return ~crc;
}

static void one_that_claims_to_be_huge_is_refused(void **state)
{
    (void)state;
    static const uint32_t sides[][2] = {{0, 10},
                                        {TN_GREY_SIDE_MAX + 1, 1},
                                        {1, TN_GREY_SIDE_MAX + 1},
                                        {8192, 8192},
                                        {0x7FFFFFFF, 0x7FFFFFFF}};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        save(true);
        put_u32(16, sides[i][0]);
        put_u32(20, sides[i][1]);
        put_u32(29, crc_of(file + 12, 17));
        enum tn_status status = tn_picture_grey(file, len, &px, &grey);
        assert_true(status == TN_ERR_FORMAT || status == TN_ERR_LIMIT);
        assert_null(px);
    }
    assert_int_equal(tn_picture_grey(file, TN_PICTURE_FILE_MAX + 1u, &px, &grey), TN_ERR_LIMIT);
}

static void what_is_no_picture_is_refused(void **state)
{
    (void)state;
    static const char *const others[] = {
        "", "BM", "GIF89a", "<svg xmlns=\"\"/>", "%PDF-1.5", "RIFF\x04\0\0\0WAVE"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(tn_picture_grey(others[i], strlen(others[i]), &px, &grey), TN_ERR_FORMAT);
        assert_null(px);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_see_through_is_white),
        cmocka_unit_test(a_photo_is_read),
        cmocka_unit_test(a_file_that_is_cut_does_no_harm),
        cmocka_unit_test(one_that_claims_to_be_huge_is_refused),
        cmocka_unit_test(what_is_no_picture_is_refused),
    };
    tn_picture_warm();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
