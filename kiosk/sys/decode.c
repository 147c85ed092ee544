/* Files are opened here and looked at in the decoding process, so that a hostile picture meets
 * nothing to take. */
#include "kiosk/sys/decode.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/sys/decoder.h"
#include "kiosk/sys/file.h"
#include "kiosk/sys/picture.h"
#include "turnout/log.h"

/* Of a UTF-8 text the bytes at `at` that a terminal would obey: C0 (ECMA-48) and DEL, one; C1,
 * which UTF-8 writes as two. */
static size_t control_at(const char *text, size_t at, size_t len)
{
    unsigned char c = (unsigned char)text[at];
    bool is_c1 = c == 0xC2 && at + 1 < len && (unsigned char)text[at + 1] >= 0x80 &&
                 (unsigned char)text[at + 1] < 0xA0;
    return is_c1 ? 2 : c < 0x20 || c == 0x7F ? 1 : 0;
}

/* A terminal must not be told what to do by a symbol or a file's name; a program gets every byte.
 */
static void print_text(const char *text, size_t len, bool is_terminal)
{
    size_t escaped = 0;
    for (size_t i = 0; i < len; i++) {
        escaped = escaped > 0 || !is_terminal ? escaped : control_at(text, i, len);
        if (escaped > 0) {
            (void)printf("\\x%02X", (unsigned char)text[i]);
            escaped--;
        } else {
            (void)putchar(text[i]);
        }
    }
}

static enum tn_exit say_why(const char *path, enum tn_status status)
{
    switch (status) {
    case TN_OK:
        tn_log(TN_LOG_WARN, "%s: no QR symbol was found in this picture", path);
        return TN_EXIT_PERSON;
    case TN_ERR_FORMAT:
        tn_log(TN_LOG_WARN, "%s: this is no picture that can be read; PNG, JPEG and WebP can",
               path);
        return TN_EXIT_PERSON;
    case TN_ERR_LIMIT:
        tn_log(TN_LOG_WARN, "%s: this picture is too large; %d pixels a side are read, in %u MiB",
               path, TN_GREY_SIDE_MAX, TN_PICTURE_FILE_MAX >> 20);
        return TN_EXIT_PERSON;
    default:
        tn_log(TN_LOG_WARN, "%s: reading this picture failed; is it damaged?", path);
        return TN_EXIT_PERSON;
    }
}

static enum tn_exit decode_one(struct tn_decoder *decoder, const char *path)
{
    static struct tn_symbols symbols;
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    uint8_t *file = NULL;
    size_t len = 0;
    enum tn_status status = tn_file_read(path, TN_PICTURE_FILE_MAX, &file, &len);
    if (status == TN_ERR_IO || status == TN_ERR_NOT_FOUND || status == TN_ERR_NO_MEMORY) {
        tn_log(TN_LOG_ERROR, "%s: %s", path,
               status == TN_ERR_NO_MEMORY ? "there is no memory to read it" : strerror(errno));
        return TN_EXIT_WORLD;
    }
    if (status == TN_OK) {
        status = tn_decoder_file(decoder, file, len, &symbols);
    }
    free(file);
    if (status != TN_OK || symbols.count == 0) {
        return say_why(path, status);
    }
    const struct tn_symbol *symbol = tn_symbols_choose(&symbols);
    print_text(path, strlen(path), is_terminal);
    (void)putchar('\t');
    print_text(symbol->text, symbol->len, is_terminal);
    return putchar('\n') != EOF && fflush(stdout) == 0 ? TN_EXIT_DONE : TN_EXIT_WORLD;
}

enum tn_exit tn_decode_pictures(const struct tn_options *options)
{
    struct tn_decoder *decoder = NULL;
    enum tn_exit result = TN_EXIT_DONE;
    (void)signal(SIGPIPE, SIG_IGN);
    if (tn_decoder_create(NULL, &decoder) != TN_OK) {
        return TN_EXIT_WORLD;
    }
    for (int i = 0; i < options->picture_count; i++) {
        enum tn_exit one = decode_one(decoder, options->pictures[i]);
        result = one > result ? one : result;
    }
    tn_decoder_free(decoder);
    return result;
}
