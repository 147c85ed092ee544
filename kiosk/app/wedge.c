/* Keys to scans. The usage numbers are those of the USB HID Usage Tables, page 0x07 (Keyboard),
 * which SDL's scancodes are too. Nothing here knows a layout, a shift state or a character: a
 * table says which usages are digits, which end a scan and which are ignored; all others are '?'.
 *
 * The trade-off: a burst without an end key counts only where it is long and fast enough to be a
 * scanner's, so a few digits typed by hand are dropped in silence. */
#include "kiosk/app/wedge.h"

#include <sodium.h>

enum {
    USAGE_1 = 0x1E, /* 1 to 9, then 0 */
    USAGE_0 = 0x27,
    USAGE_ENTER = 0x28,
    USAGE_TAB = 0x2B,
    USAGE_CAPS_LOCK = 0x39,
    USAGE_SCROLL_LOCK = 0x47,
    USAGE_NUM_LOCK = 0x53,
    USAGE_KEYPAD_ENTER = 0x58,
    USAGE_KEYPAD_1 = 0x59,
    USAGE_KEYPAD_0 = 0x62,
    USAGE_LEFT_CTRL = 0xE0, /* eight modifiers */
    USAGE_RIGHT_META = 0xE7,
};

/* What is held longer than this without a word of silence from the loop (it stood still, or the
 * machine slept) is no longer one scan. A card that is slow to write holds it up for a second or
 * two while the scanner types on. */
#define STALE_MS 4000

static const char digits[] = "1234567890";

static char digit_of(uint16_t usage)
{
    if (usage >= USAGE_1 && usage <= USAGE_0) {
        return digits[usage - USAGE_1];
    }
    if (usage >= USAGE_KEYPAD_1 && usage <= USAGE_KEYPAD_0) {
        return digits[usage - USAGE_KEYPAD_1];
    }
    return '?';
}

static bool is_end(uint16_t usage)
{
    return usage == USAGE_ENTER || usage == USAGE_KEYPAD_ENTER || usage == USAGE_TAB;
}

static bool is_ignored(uint16_t usage)
{
    return (usage >= USAGE_LEFT_CTRL && usage <= USAGE_RIGHT_META) || usage == USAGE_CAPS_LOCK ||
           usage == USAGE_SCROLL_LOCK || usage == USAGE_NUM_LOCK || usage == 0;
}

struct tn_wedge_rules tn_wedge_rules_fill(const struct tn_wedge_rules *rules)
{
    struct tn_wedge_rules whole = *rules;
    whole.silence_ms = whole.silence_ms != 0 ? whole.silence_ms : TN_WEDGE_SILENCE_MS;
    whole.scan_min = whole.scan_min != 0 ? whole.scan_min : TN_WEDGE_SCAN_MIN;
    whole.gap_ms = whole.gap_ms != 0 ? whole.gap_ms : TN_WEDGE_GAP_MS;
    return whole;
}

void tn_wedge_forget(struct tn_wedge *wedge)
{
    if (wedge->len > 0) {
        sodium_memzero(wedge->text, sizeof wedge->text);
    }
    wedge->len = 0;
    wedge->given_up = 0;
}

static bool is_fast(const struct tn_wedge *wedge)
{
    int64_t gaps = (int64_t)wedge->len - 1;
    return wedge->last_ms - wedge->first_ms < gaps * tn_wedge_rules_fill(&wedge->rules).gap_ms;
}

/* Hands the keys so far over as a scan. */
static void finish(struct tn_wedge *wedge, int64_t at_ms, int64_t mono_ms, struct tn_event *out)
{
    *out = (struct tn_event){
        .type = TN_EVENT_SCAN,
        .at_ms = at_ms,
        .mono_ms = mono_ms,
        .method = "scan",
        .is_slow = wedge->len > TN_WEDGE_TYPED_MAX && !is_fast(wedge),
        .given_up = wedge->given_up,
        .len = wedge->len,
    };
    size_t kept = wedge->len < TN_SCAN_TEXT_MAX ? wedge->len : TN_SCAN_TEXT_MAX;
    memcpy(out->text, wedge->text, kept);
    tn_wedge_forget(wedge);
}

bool tn_wedge_key(struct tn_wedge *wedge, const struct tn_event *key, struct tn_event *out)
{
    if (is_ignored(key->scancode)) {
        return false;
    }
    if (key->mono_ms - wedge->last_ms > STALE_MS) {
        tn_wedge_forget(wedge);
    }
    if (is_end(key->scancode)) {
        finish(wedge, key->at_ms, key->mono_ms, out);
        out->had_end = true;
        return true;
    }
    if (wedge->len == 0) {
        wedge->first_ms = key->mono_ms;
    }
    if (wedge->len < TN_SCAN_TEXT_MAX) {
        wedge->text[wedge->len] = digit_of(key->scancode);
    }
    wedge->len++;
    wedge->last_ms = key->mono_ms;
    return false;
}

static size_t count_digits(const struct tn_wedge *wedge)
{
    size_t kept = wedge->len < TN_SCAN_TEXT_MAX ? wedge->len : TN_SCAN_TEXT_MAX;
    size_t count = 0;
    for (size_t i = 0; i < kept; i++) {
        count += wedge->text[i] != '?' ? 1 : 0;
    }
    return count;
}

bool tn_wedge_is_scanner(const struct tn_wedge *wedge)
{
    return wedge->len > TN_WEDGE_TYPED_MAX && is_fast(wedge);
}

/* Long and fast enough to be a scanner's hand. Only digits count: a key that something leans on
 * repeats as fast as a scanner types. */
static bool is_burst(const struct tn_wedge *wedge)
{
    size_t scan_min = (size_t)tn_wedge_rules_fill(&wedge->rules).scan_min;
    return count_digits(wedge) >= scan_min && is_fast(wedge);
}

bool tn_wedge_silence(struct tn_wedge *wedge, int64_t at_ms, int64_t mono_ms, struct tn_event *out)
{
    if (mono_ms < tn_wedge_deadline(wedge)) {
        return false;
    }
    if (!is_burst(wedge)) {
        size_t given_up = wedge->given_up + wedge->len;
        tn_wedge_forget(wedge);
        wedge->given_up = given_up;
        return false;
    }
    finish(wedge, at_ms, mono_ms, out);
    return true;
}

int64_t tn_wedge_deadline(const struct tn_wedge *wedge)
{
    return wedge->len == 0 ? INT64_MAX
                           : wedge->last_ms + tn_wedge_rules_fill(&wedge->rules).silence_ms;
}
