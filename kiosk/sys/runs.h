/* Cuts a line of text into runs of one font and one direction, in the order in which they stand on
 * the screen: SDL_ttf shapes one such run at a time. Main thread. */
#ifndef TURNOUT_SYS_RUNS_H
#define TURNOUT_SYS_RUNS_H

#include <stddef.h>

#include "kiosk/sys/font.h"

#define TN_RUNS_MAX 32
#define TN_RUNS_TEXT_MAX 160 /* characters of a line; the rest is not shown */

struct tn_run {
    const char *at; /* borrowed from the line */
    size_t len;     /* bytes */
    int face;
    int level;          /* odd: from right to left */
    const char *script; /* ISO 15924, static */
};

/* Reads one character of UTF-8 from at (at least one byte), gives its length in bytes. Bytes that
 * are no UTF-8 count as U+FFFD each. */
size_t tn_utf8_read(const char *at, size_t len, uint32_t *out);

/* Splits len bytes; gives how many runs there are, at most TN_RUNS_MAX. */
size_t tn_runs_split(struct tn_fonts *fonts, const char *text, size_t len, bool is_bold,
                     struct tn_run runs[TN_RUNS_MAX]);

#endif
