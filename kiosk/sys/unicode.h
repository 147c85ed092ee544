/* What ICU knows of a line of text: which way its letters run, and where it may be broken. The
 * tools are opened once, since opening them costs far more than a line. Text is UTF-8 of at most
 * TN_UNICODE_TEXT_MAX bytes; what is longer is taken up to there. Main thread. */
#ifndef TURNOUT_SYS_UNICODE_H
#define TURNOUT_SYS_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

#define TN_UNICODE_TEXT_MAX 400 /* bytes: the text of an item and its dots */

struct tn_unicode;

/* TN_ERR_STATE where ICU's data cannot be read (said in the log). */
enum tn_status tn_unicode_create(struct tn_unicode **out);
void tn_unicode_free(struct tn_unicode *unicode);

/* Reads one character of UTF-8 from at (at least one byte), gives its length in bytes. Bytes that
 * are no UTF-8 count as U+FFFD each. */
size_t tn_utf8_read(const char *at, size_t len, uint32_t *out);

/* What may happen before a byte of a text. */
enum tn_break {
    TN_BREAK_NONE,    /* inside what a reader takes for one letter */
    TN_BREAK_CLUSTER, /* between two letters */
    TN_BREAK_LINE,    /* a line may end here */
    TN_BREAK_MUST     /* a line ends here */
};

/* Fills breaks[0 .. len], one enum tn_break a byte; the ends are TN_BREAK_LINE. */
void tn_unicode_breaks(struct tn_unicode *unicode, const char *text, size_t len,
                       uint8_t breaks[TN_UNICODE_TEXT_MAX + 1]);

/* The embedding level of every character of a line (odd: from right to left) by Unicode's
 * bidirectional algorithm, where the paragraph runs as is_rtl says. */
void tn_unicode_levels(struct tn_unicode *unicode, const uint32_t *characters, size_t count,
                       bool is_rtl, uint8_t *levels);

/* Turns levels of runs in reading order into the order from left to right: order[i] is the run that
 * stands at place i. */
void tn_unicode_order(const uint8_t *levels, size_t count, int *order);

/* Which way a text runs. In surroundings from right to left everything does, unless all its words
 * run from left to right: a name keeps its full stop behind it. Elsewhere a text runs from right to
 * left where its first word does and no smaller part of its words, so that a sentence that begins
 * with a name in another script keeps its own direction. */
bool tn_unicode_is_rtl(const char *text, bool is_around_rtl);

#endif
