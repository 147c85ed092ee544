/* Cuts a stream of bytes into scans, one a line: what a serial scanner, a FIFO and standard input
 * share. Pure; the thread that reads owns it. */
#ifndef TURNOUT_APP_LINES_H
#define TURNOUT_APP_LINES_H

#include <stdbool.h>

#include "kiosk/ui/event.h"

struct tn_lines {
    bool is_device; /* a scanner's line ends at CR, LF or both, and an empty one is no scan; else
                       LF ends a line, and every line is a scan */
    size_t len;     /* bytes of the line so far; may exceed what text holds */
    char text[TN_SCAN_TEXT_MAX + 1];
};

/* Takes one byte. True where it ended a line: out is then that SCAN, its time left to fill. A line
 * past TN_SCAN_TEXT_MAX is counted to its end and kept only so far. */
bool tn_lines_byte(struct tn_lines *lines, char byte, struct tn_event *out);

/* The stream has ended: true where a last line without an end is a scan. */
bool tn_lines_end(struct tn_lines *lines, struct tn_event *out);

/* The source has been silent for long enough: the same, and the scan says that nothing ended it. */
bool tn_lines_silence(struct tn_lines *lines, struct tn_event *out);

#endif
