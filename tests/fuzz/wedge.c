/* Fuzz: bursts of keys under any rules that may be set. The first three bytes are the rules, and
 * then each two a scancode and the time until the next; whatever is typed, a scan never claims more
 * text than it holds, the self-test has a verdict on it, every key is in a scan, cut off or still
 * held, and the decoder is ready for the next. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kiosk/app/wedge.h"
#include "kiosk/ui/canary.h"

#define RULES 3
#define CODE "931415926535897932384626433832795028841971693993"
/* A byte of time is up to this many milliseconds, so that every rule is met. */
#define STRIDE_MS 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct tn_event *scan)
{
    assert(scan->type == TN_EVENT_SCAN);
    size_t held = strnlen(scan->text, sizeof scan->text);
    assert(held <= TN_SCAN_TEXT_MAX && held <= scan->len);
    struct tn_canary_scan canary = {.text = scan->text,
                                    .len = held,
                                    .given_up = scan->given_up,
                                    .had_end = scan->had_end,
                                    .is_slow = scan->is_slow};
    enum tn_canary verdict = tn_canary_judge(CODE, &canary);
    assert(verdict > TN_CANARY_NONE && verdict < TN_CANARY_COUNT);
    assert(verdict != TN_CANARY_WELL || (scan->had_end && held == sizeof CODE - 1));
}

static struct tn_wedge_rules rules_of(const uint8_t *data)
{
    return (struct tn_wedge_rules){.silence_ms = data[0] * 8,
                                   .scan_min = data[1] % (TN_WEDGE_SCAN_MOST + 1),
                                   .gap_ms = data[2]};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_wedge wedge;
    static struct tn_event out;
    if (size < RULES) {
        return 0;
    }
    memset(&wedge, 0, sizeof wedge);
    wedge.rules = rules_of(data);
    int64_t now_ms = 0;
    for (size_t i = RULES; i + 1 < size; i += 2) {
        struct tn_event key = {.type = TN_EVENT_KEY, .mono_ms = now_ms, .scancode = data[i]};
        size_t before = wedge.len + wedge.given_up;
        if (tn_wedge_key(&wedge, &key, &out)) {
            check(&out);
            assert(out.len + out.given_up <= before);
        }
        now_ms += data[i + 1] < 128 ? data[i + 1] : (data[i + 1] - 128) * STRIDE_MS;
        before = wedge.len + wedge.given_up;
        if (tn_wedge_silence(&wedge, now_ms, now_ms, &out)) {
            check(&out);
            assert(out.len + out.given_up == before && !out.had_end);
        } else {
            assert(wedge.len + wedge.given_up == before);
        }
    }
    now_ms += tn_wedge_rules_fill(&wedge.rules).silence_ms;
    (void)tn_wedge_silence(&wedge, now_ms, now_ms, &out);
    assert(tn_wedge_deadline(&wedge) == INT64_MAX);
    return 0;
}
