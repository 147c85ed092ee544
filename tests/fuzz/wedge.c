/* Fuzz: bursts of keys. Each two bytes are a scancode and the time until the next; whatever is
 * typed, a scan never claims more text than it holds, and the decoder is ready for the next. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kiosk/app/wedge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct tn_event *scan)
{
    assert(scan->type == TN_EVENT_SCAN);
    size_t held = strnlen(scan->text, sizeof scan->text);
    assert(held <= TN_SCAN_TEXT_MAX && held <= scan->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_wedge wedge;
    static struct tn_event out;
    memset(&wedge, 0, sizeof wedge);
    int64_t now_ms = 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        struct tn_event key = {.type = TN_EVENT_KEY, .mono_ms = now_ms, .scancode = data[i]};
        if (tn_wedge_key(&wedge, &key, &out)) {
            check(&out);
        }
        now_ms += data[i + 1];
        if (tn_wedge_silence(&wedge, now_ms, now_ms, &out)) {
            check(&out);
        }
    }
    now_ms += TN_WEDGE_SILENCE_MS;
    (void)tn_wedge_silence(&wedge, now_ms, now_ms, &out);
    assert(tn_wedge_deadline(&wedge) == INT64_MAX);
    return 0;
}
