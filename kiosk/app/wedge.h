/* The wedge decoder: turns the keys of a scanner that pretends to be a keyboard into scans. Works
 * on HID usage numbers (SDL's scancodes), never on text, and ignores modifiers: digits come out
 * right under every layout, Caps Lock and lost Shift.
 *
 * A scan ends at Enter, keypad Enter, Tab, or a silence without a key. Keys that are not
 * digits make it noise: it is still one scan, and its text shows a '?' for each. */
#ifndef TURNOUT_APP_WEDGE_H
#define TURNOUT_APP_WEDGE_H

#include <stdbool.h>

#include "kiosk/ui/event.h"

#define TN_WEDGE_SILENCE_MS 100
#define TN_WEDGE_SCAN_MIN 20
#define TN_WEDGE_GAP_MS 35
#define TN_WEDGE_TYPED_MAX 8 /* keys at a scanner's pace that a person may still manage */
/* The most a rule may ask for, and the least a silence. */
#define TN_WEDGE_SILENCE_LEAST_MS 20
#define TN_WEDGE_SILENCE_MOST_MS 2000
#define TN_WEDGE_SCAN_MOST 48
#define TN_WEDGE_GAP_MOST_MS 500

/* What tells a scanner from a person; 0: the usual, which stands above. */
struct tn_wedge_rules {
    int silence_ms; /* without a key, which ends a scan */
    int scan_min;   /* digits that make a burst without an end a scan, not typing */
    int gap_ms;     /* mean gap below which it is a scanner's hand, not a person's */
};

struct tn_wedge {
    struct tn_wedge_rules rules;
    size_t len;      /* keys seen; may exceed what text holds */
    size_t given_up; /* keys since the last scan that silence cut off: too few or too slow */
    int64_t first_ms;
    int64_t last_ms;
    char text[TN_SCAN_TEXT_MAX + 1];
};

/* The rules with the usual put in for each 0. */
struct tn_wedge_rules tn_wedge_rules_fill(const struct tn_wedge_rules *rules);

/* Takes one key (event.type TN_EVENT_KEY). True where it ended a scan: out is then that SCAN. */
bool tn_wedge_key(struct tn_wedge *wedge, const struct tn_event *key, struct tn_event *out);

/* Tells whether the keys so far came at a scanner's pace: what decides between a scan and typing
 * while somebody types into a field. */
bool tn_wedge_is_scanner(const struct tn_wedge *wedge);

/* Forgets the keys so far: they were a person's. */
void tn_wedge_forget(struct tn_wedge *wedge);

/* Tells the decoder the time: true where silence has ended a scan. */
bool tn_wedge_silence(struct tn_wedge *wedge, int64_t at_ms, int64_t mono_ms, struct tn_event *out);

/* When tn_wedge_silence should next be asked; INT64_MAX where nothing is begun. */
int64_t tn_wedge_deadline(const struct tn_wedge *wedge);

#endif
