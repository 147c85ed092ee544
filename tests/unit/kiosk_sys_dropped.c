/* Pictures dropped on the window, read by the real decoding process: a badge becomes a scan, what
 * holds none becomes noise, other files stay the caller's, and more than can wait is refused. This
 * program is its own decoding process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL_image.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/sys/decoder.h"
#include "kiosk/sys/decoder_wire.h"
#include "kiosk/sys/dropped.h"
#include "kiosk/sys/qr.h"

#define WAIT_MS 30000
#define DIGITS "100000000000000000000000000000001234567812345678"

static char dir[] = "/tmp/turnout-dropped-XXXXXX";
static struct tn_queue queue;
static struct tn_dropped dropped;

static int begin(void **state)
{
    (void)state;
    if (tn_queue_init(&queue) != TN_OK) {
        return -1;
    }
    tn_dropped_init(&dropped, &queue);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tn_queue_close(&queue);
    tn_dropped_destroy(&dropped);
    tn_queue_destroy(&queue);
    return 0;
}

static const char *path_of(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t len)
{
    FILE *file = fopen(path_of(name), "wbe");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* A symbol as a picture; or, with no text, a white one. */
static SDL_Surface *symbol_of(const char *text)
{
    struct tn_item item = {.type = TN_ITEM_QR, .box = {0, 0, 300, 300}};
    SDL_Surface *surface = NULL;
    if (text != NULL) {
        (void)snprintf(item.text, sizeof item.text, "%s", text);
        surface = tn_qr_raster(&item);
    } else {
        surface = SDL_CreateRGBSurfaceWithFormat(0, 300, 300, 32, SDL_PIXELFORMAT_ARGB8888);
        assert_int_equal(SDL_FillRect(surface, NULL, 0xFFFFFFFF), 0);
    }
    assert_non_null(surface);
    return surface;
}

static void write_png(const char *name, const char *text)
{
    SDL_Surface *surface = symbol_of(text);
    assert_int_equal(IMG_SavePNG(surface, path_of(name)), 0);
    SDL_FreeSurface(surface);
}

static void next_scan(struct tn_event *event)
{
    assert_true(tn_queue_wait(&queue, event, WAIT_MS));
    assert_int_equal(event->type, TN_EVENT_SCAN);
    assert_int_equal(event->source, TN_SOURCE_PICTURE);
    assert_string_equal(event->method, "scan");
    assert_true(event->mono_ms > 0);
}

static void a_picture_of_a_badge_is_a_scan(void **state)
{
    (void)state;
    struct tn_event event;
    SDL_Surface *surface = symbol_of(DIGITS);
    write_png("badge.png", DIGITS);
    assert_int_equal(IMG_SaveJPG(surface, path_of("a photo.jpg"), 80), 0);
    SDL_FreeSurface(surface);
    assert_true(tn_dropped_take(&dropped, path_of("badge.png")));
    next_scan(&event);
    assert_int_equal(event.len, strlen(DIGITS));
    assert_memory_equal(event.text, DIGITS, strlen(DIGITS));
    assert_true(tn_dropped_take(&dropped, path_of("a photo.jpg")));
    next_scan(&event);
    assert_memory_equal(event.text, DIGITS, strlen(DIGITS));
}

static void several_are_read_in_their_order(void **state)
{
    (void)state;
    struct tn_event event;
    char name[16];
    char text[16];
    for (int i = 0; i < 5; i++) {
        (void)snprintf(name, sizeof name, "%d.png", i);
        (void)snprintf(text, sizeof text, "%d%d%d", i, i, i);
        write_png(name, text);
        assert_true(tn_dropped_take(&dropped, path_of(name)));
    }
    for (int i = 0; i < 5; i++) {
        (void)snprintf(text, sizeof text, "%d%d%d", i, i, i);
        next_scan(&event);
        assert_int_equal(event.len, 3);
        assert_memory_equal(event.text, text, 3);
    }
}

/* What cannot be read is answered as well, so that nobody waits. */
static void a_picture_without_a_badge_is_noise(void **state)
{
    (void)state;
    struct tn_event event;
    write_png("white.png", NULL);
    write_file("cut.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    write_file("cut.webp", "RIFF\x10\0\0\0WEBPVP8 ", 16);
    write_file("cut.jpg", "\xff\xd8\xff\xe0", 4);
    const char *const names[] = {"white.png", "cut.png", "cut.webp", "cut.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(tn_dropped_take(&dropped, path_of(names[i])));
        next_scan(&event);
        assert_int_equal(event.len, 1);
        assert_string_equal(event.text, "?");
        assert_false(event.had_end); /* and so nobody else's symbol */
    }
}

static void other_files_are_the_callers(void **state)
{
    (void)state;
    struct tn_event event;
    write_file("gate.card", "TURNOUT", 7);
    write_file("empty.png", "", 0);
    write_file("half.png", "\x89PN", 3);
    assert_false(tn_dropped_take(&dropped, path_of("gate.card")));
    assert_false(tn_dropped_take(&dropped, path_of("empty.png"))); /* by what it holds */
    assert_false(tn_dropped_take(&dropped, path_of("half.png")));
    assert_false(tn_dropped_take(&dropped, path_of("missing.png")));
    assert_false(tn_dropped_take(&dropped, dir));
    assert_int_equal(mkfifo(path_of("fifo.png"), 0600), 0);
    assert_false(tn_dropped_take(&dropped, path_of("fifo.png"))); /* and never waits for one */
    assert_false(tn_queue_wait(&queue, &event, 0));
}

static void more_than_can_wait_is_refused_and_nothing_leaks(void **state)
{
    (void)state;
    static const struct tn_event tick = {.type = TN_EVENT_TICK};
    write_png("badge.png", DIGITS);
    for (int i = 0; i < TN_QUEUE_MAX; i++) { /* nobody listens: the worker stands at its first */
        assert_int_equal(tn_queue_push(&queue, &tick), TN_OK);
    }
    for (int i = 0; i < 3 * TN_DROPPED_MAX; i++) {
        assert_true(tn_dropped_take(&dropped, path_of("badge.png")));
    }
    (void)pthread_mutex_lock(&dropped.lock);
    assert_in_range(dropped.count, TN_DROPPED_MAX - 1, TN_DROPPED_MAX);
    (void)pthread_mutex_unlock(&dropped.lock);
}

static void clean_up(void)
{
    static const char *const names[] = {"badge.png", "a photo.jpg", "white.png", "cut.png",
                                        "cut.webp",  "cut.jpg",     "gate.card", "empty.png",
                                        "half.png",  "fifo.png",    "0.png",     "1.png",
                                        "2.png",     "3.png",       "4.png"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)unlink(path_of(names[i]));
    }
    (void)rmdir(dir);
}

#define DROP_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        DROP_TEST(a_picture_of_a_badge_is_a_scan),
        DROP_TEST(several_are_read_in_their_order),
        DROP_TEST(a_picture_without_a_badge_is_noise),
        DROP_TEST(other_files_are_the_callers),
        DROP_TEST(more_than_can_wait_is_refused_and_nothing_leaks),
    };
    if (argc > 1 && strcmp(argv[1], TN_DECODER_ARG) == 0) {
        return tn_decoder_child();
    }
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || mkdtemp(dir) == NULL) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    clean_up();
    return failed;
}
