/* "Scan this code": finds out what is wrong with a scanner, in words a volunteer can act on. The
 * code has the form of a badge and is none, of a type that does not exist, and it is another one
 * each time, so that the gate that drops a badge scanned twice never drops it. Whatever is scanned
 * here is looked at and nothing is recorded. Controls: back, again. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/staff_parts.h"
#include "turnout/badge.h"

#define SILENCE_MS 20000
#define PIECES_MS 2000
/* No badge begins with this digit. */
#define TEST_TYPE '9'
#define QR_MOST_MM 70.0f

struct finding {
    enum tn_part_state state;
    const char *headline;
    const char *advice;
};

#define SLOWER N_("Set the scanner to a slower speed between characters.")
#define FASTER N_("Set the scanner to a faster speed between characters.")
#define ALONE N_("Turn off what the scanner puts before or after a code.")

static const struct finding findings[TN_CANARY_COUNT] = {
    [TN_CANARY_NONE] = {TN_PART_NONE, N_("Scan this code"),
                        N_("With the scanner, or hold a photo of it before the camera.")},
    [TN_CANARY_CODES] = {TN_PART_TROUBLE, N_("Numbers instead of digits"),
                         N_("Turn off the scanner's ALT mode, as its manual says.")},
    [TN_CANARY_AROUND] = {TN_PART_TROUBLE, N_("More than the code came"), ALONE},
    [TN_CANARY_STRANGE] = {TN_PART_TROUBLE, N_("Strange characters"),
                           N_("Set the scanner to the keyboard \"USB, English (US)\" by its "
                              "manual.")},
    [TN_CANARY_PAUSED] = {TN_PART_TROUBLE, N_("It pauses within a code"), FASTER},
    [TN_CANARY_SHORT] = {TN_PART_TROUBLE, N_("Digits are missing"), SLOWER},
    [TN_CANARY_DOUBLED] = {TN_PART_TROUBLE, N_("Digits came twice"), SLOWER},
    [TN_CANARY_LONG] = {TN_PART_TROUBLE, N_("Too many digits"), ALONE},
    [TN_CANARY_MIXED] = {TN_PART_TROUBLE, N_("Digits are mixed up"), SLOWER},
    [TN_CANARY_OTHER] = {TN_PART_TROUBLE, N_("Another code"),
                         N_("All digits came, but not those of this code. Scan this one.")},
    [TN_CANARY_NO_END] = {TN_PART_TROUBLE, N_("It works, but Enter is missing"),
                          N_("Set the scanner to send Enter after each code: it will be faster.")},
    [TN_CANARY_SLOW] = {TN_PART_TROUBLE, N_("It works, but it is slow"), FASTER},
    [TN_CANARY_WELL] = {TN_PART_WELL, N_("The scanner works"), N_("Every digit came, and Enter.")},
};
static const struct finding silence = {TN_PART_TROUBLE, N_("No scanner heard"),
                                       N_("Check its cable or its battery, then scan once more.")};
static const struct finding badge_came = {TN_PART_WELL, N_("The scanner works"),
                                          N_("That was a badge. It was not checked in here.")};

/* The digits of the code that is shown now: they follow from when the test began. */
static void test_digits(int64_t since_ms, char out[TN_BADGE_TEXT_SIZE])
{
    uint64_t state = (uint64_t)since_ms * UINT64_C(6364136223846793005) + 1;
    out[0] = TEST_TYPE;
    for (int i = 1; i < TN_BADGE_DIGITS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (char)('0' + (state >> 33) % 10);
    }
    out[TN_BADGE_DIGITS] = '\0';
}

static void begin(struct tn_model *model)
{
    model->states.selftest = (struct tn_selftest_state){.since_mono_ms = model->mono_ms};
}

void tn_selftest_open(struct tn_model *model, struct tn_effects *effects)
{
    begin(model);
    tn_go(model, TN_SCREEN_SELFTEST, effects);
}

void tn_selftest_wipe(struct tn_model *model)
{
    model->states.selftest = (struct tn_selftest_state){0};
}

static unsigned count_digits(const char *text, size_t len)
{
    unsigned count = 0;
    for (size_t i = 0; i < len; i++) {
        count += text[i] >= '0' && text[i] <= '9' ? 1 : 0;
    }
    return count;
}

static bool is_badge(const char *text, size_t len)
{
    struct tn_badge badge;
    bool is_one = tn_badge_decode(text, len, &badge) == TN_OK;
    tn_badge_wipe(&badge);
    return is_one;
}

/* A long pause within a code makes several scans of it, of which only the last has an end. */
static void note_piece(struct tn_selftest_state *test, const struct tn_event *event)
{
    if (event->mono_ms - test->scan_mono_ms > PIECES_MS) {
        test->pieces = 0;
    }
    test->scan_mono_ms = event->mono_ms;
}

bool tn_selftest_scan(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    (void)effects;
    struct tn_selftest_state *test = &model->states.selftest;
    char expected[TN_BADGE_TEXT_SIZE];
    size_t len = event->len < sizeof event->text ? event->len : sizeof event->text - 1;
    note_piece(test, event);
    struct tn_canary_scan scan = {
        .text = event->text,
        .len = len,
        .given_up = event->given_up + test->pieces,
        .is_badge = is_badge(event->text, len),
        .had_end = event->had_end,
        .is_slow = event->is_slow,
    };
    test_digits(test->since_mono_ms, expected);
    test->verdict = tn_canary_judge(expected, &scan);
    test->digits = count_digits(event->text, len);
    test->is_badge = scan.is_badge;
    bool is_piece = !event->had_end && len < TN_BADGE_DIGITS;
    test->pieces = is_piece ? test->pieces + (unsigned)len : 0;
    return true;
}

static const struct finding *found(const struct tn_model *model)
{
    const struct tn_selftest_state *test = &model->states.selftest;
    if (test->verdict == TN_CANARY_NONE && model->mono_ms - test->since_mono_ms >= SILENCE_MS) {
        return &silence;
    }
    if (test->verdict == TN_CANARY_WELL && test->is_badge) {
        return &badge_came;
    }
    return &findings[test->verdict];
}

void tn_selftest_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects)
{
    if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
    } else if (tn_is_tap(event, "again")) {
        begin(model);
    }
}

/* Trouble with digits says how many there were: a helper on the telephone will ask. */
static void count_words(const struct tn_selftest_state *test, char *out, size_t size)
{
    out[0] = '\0';
    if (test->verdict == TN_CANARY_SHORT) {
        snprintf(out, size, _("%1$u of %2$d digits came."), test->digits, TN_BADGE_DIGITS);
    } else if (test->verdict == TN_CANARY_LONG) {
        snprintf(out, size, _("Digits: %1$u instead of %2$d."), test->digits, TN_BADGE_DIGITS);
    }
}

void tn_screen_selftest(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    static const char *const pictures[] = {
        [TN_PART_NONE] = NULL, [TN_PART_WELL] = "tick", [TN_PART_TROUBLE] = "triangle"};
    const struct tn_selftest_state *test = &model->states.selftest;
    const struct finding *finding = found(model);
    char digits[TN_BADGE_TEXT_SIZE];
    char count[161];
    count_words(test, count, sizeof count);
    struct tn_say says[] = {
        {_(finding->headline), TN_TYPE_HEADLINE, true, 3, 0.0f},
        {count, TN_TYPE_BODY, false, 2, 2.0f},
        {_(finding->advice), TN_TYPE_BODY, false, 5, 3.0f},
    };
    bool has_scan = test->verdict != TN_CANARY_NONE;
    bool has_code = !has_scan || test->verdict == TN_CANARY_OTHER; /* "Scan this one" */
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "again", .text = _("Test again"), .is_filled = true},
    };
    tn_staff_title(model, view, draw, _("Test scanner"));
    float bottom = tn_layout_actions(view, draw, buttons, has_scan ? 2 : 1, 1);
    struct tn_area place = tn_staff_message(view, draw, tn_staff_body(view, bottom),
                                            has_code ? NULL : pictures[finding->state], says, 3);
    if (has_code) {
        test_digits(test->since_mono_ms, digits);
        tn_draw_qr(draw, tn_area_px(view, place), digits);
    }
}
