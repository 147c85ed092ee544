/* Slugs through GLib's transliteration, which needs no locale: what has no likeness in ASCII comes
 * out as a question mark, and is left out. */
#include "sync/exchange/slug.h"

#include <glib.h>
#include <string.h>

void tn_slug(const char *name, char out[TN_SLUG_MAX + 1])
{
    size_t len = 0;
    char *ascii = g_str_to_ascii(name, "C");
    for (const char *at = ascii; *at != '\0' && len < TN_SLUG_MAX; at++) {
        if (g_ascii_isalnum(*at)) {
            out[len++] = g_ascii_tolower(*at);
        } else if (len > 0 && out[len - 1] != '-' && *at != '?' && *at != '\'') {
            out[len++] = '-';
        }
    }
    out[len] = '\0';
    /* A long name ends with a whole word. */
    char *dash = strrchr(out, '-');
    if (dash != NULL && (dash[1] == '\0' || len == TN_SLUG_MAX)) {
        *dash = '\0';
    }
    g_free(ascii);
}
