/* What a scan of a known code says of the scanner that sent it. Pure: the code that was shown and
 * what came of it go in, one verdict comes out. It knows no screen, no words and no device, and
 * looks at how the digits went wrong, not only at how many there are. */
#ifndef TURNOUT_UI_CANARY_H
#define TURNOUT_UI_CANARY_H

#include <stdbool.h>
#include <stddef.h>

/* From what hides the rest to what is well. */
enum tn_canary {
    TN_CANARY_NONE,    /* nothing came yet */
    TN_CANARY_CODES,   /* each digit came as the number of its character: a scanner's ALT mode */
    TN_CANARY_AROUND,  /* the whole code, and something before or after it */
    TN_CANARY_STRANGE, /* keys that are no digits: another keyboard layout, or another symbol */
    TN_CANARY_PAUSED,  /* all of it, in pieces: it was silent for too long within the code */
    TN_CANARY_SHORT,   /* digits were dropped */
    TN_CANARY_DOUBLED, /* digits came more than once, or the whole code did */
    TN_CANARY_LONG,    /* too many digits, of another symbol or mixed up */
    TN_CANARY_MIXED,   /* as many as there should be, most of them in their place */
    TN_CANARY_OTHER,   /* as many as there should be, of another symbol */
    TN_CANARY_NO_END,  /* right, but only silence ended it */
    TN_CANARY_SLOW,    /* right, but as slow as a person types */
    TN_CANARY_WELL,
    TN_CANARY_COUNT
};

struct tn_canary_scan {
    const char *text; /* what came: '?' for a key that is no digit; len bytes, no NUL needed */
    size_t len;
    size_t given_up; /* keys before it that silence had cut off */
    bool is_badge;   /* it is another right code, so the one that was shown was not scanned */
    bool had_end;
    bool is_slow;
};

/* The verdict on a scan where `code` was shown, digits all of them. Never NONE. */
enum tn_canary tn_canary_judge(const char *code, const struct tn_canary_scan *scan);

#endif
