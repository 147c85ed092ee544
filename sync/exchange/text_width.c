/* Widths by ICU's properties and not by wcwidth, which knows nothing outside a UTF-8 locale, and
 * whose answer would change with the machine. Clusters are not looked for: an emoji of several is
 * counted as wide as its parts, which costs a line its alignment and nothing else. */
#include "sync/exchange/text_width.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define ISOLATE "\u2068"
#define ISOLATE_END "\u2069"
#define REPLACEMENT 0xfffd

/* The character at *at, which moves past it. */
static UChar32 next_char(const char *text, int32_t len, int32_t *at)
{
    UChar32 c = 0;
    U8_NEXT_OR_FFFD((const uint8_t *)text, *at, len, c);
    return u_charType(c) == U_CONTROL_CHAR ? REPLACEMENT : c;
}

static size_t char_width(UChar32 c)
{
    const int8_t type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) {
        return 0;
    }
    const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

static size_t width_of(const char *text, size_t len)
{
    size_t width = 0;
    for (int32_t at = 0; (size_t)at < len;) {
        width += char_width(next_char(text, (int32_t)len, &at));
    }
    return width;
}

size_t tn_text_width(const char *text)
{
    return width_of(text, strlen(text));
}

size_t tn_text_word_width(const char *text)
{
    size_t widest = 0;
    while (*text != '\0') {
        const size_t len = strcspn(text, " ");
        const size_t width = width_of(text, len);
        widest = width > widest ? width : widest;
        text += len + (text[len] == ' ');
    }
    return widest;
}

static bool runs_leftward(const char *text, size_t len)
{
    for (int32_t at = 0; (size_t)at < len;) {
        const UCharDirection way = u_charDirection(next_char(text, (int32_t)len, &at));
        if (way == U_RIGHT_TO_LEFT || way == U_RIGHT_TO_LEFT_ARABIC) {
            return true;
        }
    }
    return false;
}

static void put_char(FILE *file, UChar32 c)
{
    uint8_t bytes[U8_MAX_LENGTH];
    int32_t len = 0;
    U8_APPEND_UNSAFE(bytes, len, c);
    (void)fwrite(bytes, 1, (size_t)len, file);
}

size_t tn_text_line_width(const struct tn_text_line *line)
{
    return width_of(line->text, line->len);
}

size_t tn_text_put_line(FILE *file, const struct tn_text_line *line)
{
    const bool is_leftward = runs_leftward(line->text, line->len);
    (void)fputs(is_leftward ? ISOLATE : "", file);
    for (int32_t at = 0; (size_t)at < line->len;) {
        put_char(file, next_char(line->text, (int32_t)line->len, &at));
    }
    (void)fputs(is_leftward ? ISOLATE_END : "", file);
    return tn_text_line_width(line);
}

size_t tn_text_fitting(const char *text, size_t columns)
{
    const size_t len = strlen(text);
    size_t used = 0;
    int32_t at = 0;
    while ((size_t)at < len) {
        int32_t next = at;
        used += char_width(next_char(text, (int32_t)len, &next));
        if (used > columns && at > 0) {
            break;
        }
        at = next;
    }
    return (size_t)at;
}

_Bool tn_text_take_line(const char **rest, size_t columns, struct tn_text_line *out)
{
    const char *text = *rest + strspn(*rest, " ");
    if (*text == '\0') {
        return false;
    }
    size_t len = tn_text_fitting(text, columns);
    if (text[len] != '\0' && text[len] != ' ') {
        size_t space = len;
        while (space > 0 && text[space - 1] != ' ') {
            space--;
        }
        len = space > 0 ? space : len;
    }
    *rest = text + len;
    while (len > 1 && text[len - 1] == ' ') {
        len--;
    }
    *out = (struct tn_text_line){text, len};
    return true;
}

void tn_text_put_wrapped(FILE *file, const char *text, size_t columns, size_t indent)
{
    struct tn_text_line line;
    const char *rest = text;
    for (bool is_first = true; tn_text_take_line(&rest, columns, &line); is_first = false) {
        (void)fprintf(file, "%*s", is_first ? 0 : (int)indent, "");
        (void)tn_text_put_line(file, &line);
        (void)fputc('\n', file);
    }
}
