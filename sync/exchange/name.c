/* Display names, with glib's Unicode tables (a part of Pango, so it is here anyway). A grapheme is
 * taken as a character and the marks after it: enough for an initial, and no locale decides. */
#include "sync/exchange/name.h"

#include <glib.h>

#define INITIAL_MAX 32

/* The initial with its marks, or "". */
static void write_initial(const char *family, char *out, size_t size)
{
    size_t len = 0;
    const char *at = family;
    while (*at != '\0' && !g_unichar_isalnum(g_utf8_get_char(at))) {
        at = g_utf8_next_char(at);
    }
    const gunichar first = *at == '\0' ? 0 : g_utf8_get_char(at);
    if (first != 0) {
        len += (size_t)g_unichar_to_utf8(g_unichar_toupper(first), out);
        for (at = g_utf8_next_char(at); *at != '\0' && g_unichar_ismark(g_utf8_get_char(at));
             at = g_utf8_next_char(at)) {
            const size_t mark_len = (size_t)(g_utf8_next_char(at) - at);
            if (len + mark_len + 2 > size) {
                break;
            }
            memcpy(out + len, at, mark_len);
            len += mark_len;
        }
        if (!g_unichar_iswide(first)) {
            out[len++] = '.';
        }
    }
    out[len] = '\0';
}

void tn_name_display(const char *given, const char *preferred, const char *family,
                     char out[TN_NAME_MAX + 1])
{
    const char *name = preferred[0] != '\0' ? preferred : given;
    char initial[INITIAL_MAX];
    write_initial(family, initial, sizeof(initial));
    const size_t initial_len = strlen(initial);
    const size_t room = TN_NAME_MAX - (initial_len == 0 ? 0 : initial_len + 1);
    size_t len = strlen(name);
    if (len > room) {
        /* Back to the start of a character; its marks may be lost, the text stays UTF-8. */
        len = (size_t)(g_utf8_find_prev_char(name, name + room + 1) - name);
    }
    (void)snprintf(out, TN_NAME_MAX + 1, "%.*s%s%s", (int)len, name, initial_len == 0 ? "" : " ",
                   initial);
}
