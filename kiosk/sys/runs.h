/* Cuts a line of text into runs of one font, one script and one direction, in the order in which
 * they stand on the screen: SDL_ttf shapes one such run at a time. Main thread. */
#ifndef TURNOUT_SYS_RUNS_H
#define TURNOUT_SYS_RUNS_H

#include <stddef.h>

#include "kiosk/sys/font.h"
#include "kiosk/sys/unicode.h"

#define TN_RUNS_TEXT_MAX TN_UNICODE_TEXT_MAX /* characters of a line; the rest is not shown */
#define TN_RUNS_MAX TN_RUNS_TEXT_MAX         /* every character may be a run */

struct tn_run {
    const char *at; /* borrowed from the line */
    size_t len;     /* bytes */
    int face;
    int level;          /* odd: from right to left; HarfBuzz then mirrors its brackets */
    const char *script; /* ISO 15924, static */
};

/* Splits len bytes of a line whose paragraph runs as is_rtl says; gives how many runs there are, at
 * most TN_RUNS_MAX, the leftmost first. */
size_t tn_runs_split(struct tn_fonts *fonts, const char *text, size_t len, bool is_bold,
                     bool is_rtl, struct tn_run runs[TN_RUNS_MAX]);

#endif
