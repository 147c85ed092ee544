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
#define SECOND_MS 1000
/* No badge begins with this digit. */
#define TEST_TYPE '9'
#define QR_MOST_MM 70.0f

/* What a scan says of the scanner, from bad to good. */
enum found {
    FOUND_NOTHING_YET,
    FOUND_SILENCE,
    FOUND_STRANGE,
    FOUND_SHORT,
    FOUND_LONG,
    FOUND_MIXED,
    FOUND_NO_END,
    FOUND_BADGE,
    FOUND_WELL,
    FOUND_COUNT
};

struct finding {
    enum tn_part_state state;
    const char *headline;
    const char *advice;
};

static const struct finding findings[FOUND_COUNT] = {
    [FOUND_NOTHING_YET] = {TN_PART_NONE, N_("Scan this code"),
                           N_("With the scanner, or hold a photo of it before the camera.")},
    [FOUND_SILENCE] = {TN_PART_TROUBLE, N_("No scanner heard"),
                       N_("Check its cable or its battery, then scan once more.")},
    [FOUND_STRANGE] = {TN_PART_TROUBLE, N_("Strange characters"),
                       N_("Set the scanner to the keyboard \"USB, English (US)\" by its manual.")},
    [FOUND_SHORT] = {TN_PART_TROUBLE, N_("Digits are missing"),
                     N_("Set the scanner to a slower speed between characters.")},
    [FOUND_LONG] = {TN_PART_TROUBLE, N_("Too many digits"),
                    N_("Turn off what the scanner puts before or after a code.")},
    [FOUND_MIXED] = {TN_PART_TROUBLE, N_("Another code"),
                     N_("All digits came, but not those of this code. Scan this one.")},
    [FOUND_NO_END] = {TN_PART_TROUBLE, N_("It works, but Enter is missing"),
                      N_("Set the scanner to send Enter after each code: it will be faster.")},
    [FOUND_BADGE] = {TN_PART_WELL, N_("The scanner works"),
                     N_("That was a badge. It was not checked in here.")},
    [FOUND_WELL] = {TN_PART_WELL, N_("The scanner works"), N_("Every digit came, and Enter.")},
};

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

bool tn_selftest_scan(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects)
{
    (void)effects;
    struct tn_selftest_state *test = &model->states.selftest;
    char expected[TN_BADGE_TEXT_SIZE];
    struct tn_badge badge;
    size_t len = event->len < sizeof event->text ? event->len : sizeof event->text - 1;
    test_digits(test->since_mono_ms, expected);
    test->has_scan = true;
    test->had_end = event->had_end;
    test->digits = 0;
    test->strange = 0;
    for (size_t i = 0; i < len; i++) {
        bool is_digit = event->text[i] >= '0' && event->text[i] <= '9';
        test->digits += is_digit ? 1 : 0;
        test->strange += is_digit ? 0 : 1;
    }
    test->is_same = len == TN_BADGE_DIGITS && memcmp(event->text, expected, len) == 0;
    test->is_badge = tn_badge_decode(event->text, len, &badge) == TN_OK;
    tn_badge_wipe(&badge);
    return true;
}

static enum found found(const struct tn_model *model)
{
    const struct tn_selftest_state *test = &model->states.selftest;
    if (!test->has_scan) {
        return model->mono_ms - test->since_mono_ms >= SILENCE_MS ? FOUND_SILENCE
                                                                  : FOUND_NOTHING_YET;
    }
    if (test->strange > 0) {
        return FOUND_STRANGE;
    }
    if (test->digits != TN_BADGE_DIGITS) {
        return test->digits < TN_BADGE_DIGITS ? FOUND_SHORT : FOUND_LONG;
    }
    if (!test->is_same && !test->is_badge) {
        return FOUND_MIXED;
    }
    if (!test->had_end) {
        return FOUND_NO_END;
    }
    return test->is_badge ? FOUND_BADGE : FOUND_WELL;
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
static void count_words(const struct tn_model *model, enum found what, char *out, size_t size)
{
    out[0] = '\0';
    if (what == FOUND_SHORT || what == FOUND_LONG) {
        snprintf(out, size, _("%1$u of %2$d digits came."), model->states.selftest.digits,
                 TN_BADGE_DIGITS);
    }
}

void tn_screen_selftest(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    static const char *const pictures[] = {
        [TN_PART_NONE] = NULL, [TN_PART_WELL] = "tick", [TN_PART_TROUBLE] = "triangle"};
    enum found what = found(model);
    const struct finding *finding = &findings[what];
    char digits[TN_BADGE_TEXT_SIZE];
    char count[161];
    count_words(model, what, count, sizeof count);
    struct tn_say says[] = {
        {_(finding->headline), TN_TYPE_HEADLINE, true, 3, 0.0f},
        {count, TN_TYPE_BODY, false, 2, 2.0f},
        {_(finding->advice), TN_TYPE_BODY, false, 5, 3.0f},
    };
    bool has_scan = model->states.selftest.has_scan;
    struct tn_button buttons[] = {
        {.control = "back", .text = _("Back")},
        {.control = "again", .text = _("Test again"), .is_filled = true},
    };
    tn_staff_title(model, view, draw, _("Test scanner"));
    float bottom = tn_layout_actions(view, draw, buttons, has_scan ? 2 : 1, 1);
    struct tn_area place = tn_staff_message(view, draw, tn_staff_body(view, bottom),
                                            has_scan ? pictures[finding->state] : NULL, says, 3);
    if (!has_scan) {
        test_digits(model->states.selftest.since_mono_ms, digits);
        tn_draw_qr(draw, tn_area_px(view, place), digits);
    }
}
