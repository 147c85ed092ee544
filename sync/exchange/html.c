/* Markup with gaps for values, and every text that fills one escaped: a call that forgets to escape
 * cannot be written. Formats are our own, so an unknown gap is a bug. */
#include "sync/exchange/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "sync/exchange/text_width.h"

static void put_escaped(FILE *file, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            (void)fputs("&amp;", file);
            break;
        case '<':
            (void)fputs("&lt;", file);
            break;
        case '>':
            (void)fputs("&gt;", file);
            break;
        case '"':
            (void)fputs("&quot;", file);
            break;
        case '\'':
            (void)fputs("&#39;", file);
            break;
        default:
            (void)fputc((unsigned char)text[i] < 0x20 ? ' ' : text[i], file);
            break;
        }
    }
}

void tn_html_text(FILE *file, const char *text)
{
    put_escaped(file, text, strlen(text));
}

void tn_html_cut(FILE *file, const char *text, size_t columns)
{
    if (tn_text_width(text) <= columns) {
        tn_html_text(file, text);
        return;
    }
    put_escaped(file, text, tn_text_fitting(text, columns - 1));
    (void)fputs("\u2026", file);
}

void tn_html(FILE *file, const char *markup, ...)
{
    va_list args;
    va_start(args, markup);
    for (const char *gap = strchr(markup, '%'); gap != NULL; gap = strchr(markup, '%')) {
        (void)fwrite(markup, 1, (size_t)(gap - markup), file);
        switch (gap[1]) {
        case 's':
            tn_html_text(file, va_arg(args, const char *));
            break;
        case 'd':
            (void)fprintf(file, "%d", va_arg(args, int));
            break;
        case 'z':
            (void)fprintf(file, "%zu", va_arg(args, size_t));
            break;
        case 'p':
            (void)fprintf(file, "%.2f%%", va_arg(args, double));
            break;
        case '%':
            (void)fputc('%', file);
            break;
        default:
            assert(false);
        }
        markup = gap + 2;
    }
    va_end(args);
    (void)fputs(markup, file);
}
