/* Fuzz: what serial scanners, FIFOs and standard input send. The first byte says which kind, and
 * from then on 0x00 is a silence; whatever comes, every byte is an end, in a scan, or still held,
 * no scan claims more text than it holds, and none of a device is empty. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kiosk/app/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes of the line that the scan should be. */
static size_t came;

static void check(const struct tn_lines *lines, const struct tn_event *scan, bool had_end)
{
    assert(scan->type == TN_EVENT_SCAN && scan->had_end == had_end);
    assert(scan->len == came && lines->len == 0);
    assert(strnlen(scan->text, sizeof scan->text) <= TN_SCAN_TEXT_MAX);
    assert(!lines->is_device || scan->len > 0);
    came = 0;
}

static bool is_end(const struct tn_lines *lines, uint8_t byte)
{
    return byte == '\n' || (lines->is_device && byte == '\r');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_lines lines;
    static struct tn_event out;
    if (size == 0) {
        return 0;
    }
    memset(&lines, 0, sizeof lines);
    lines.is_device = data[0] % 2 == 1;
    came = 0;
    for (size_t i = 1; i < size; i++) {
        if (data[i] == 0) {
            assert(tn_lines_silence(&lines, &out) == (came > 0));
            if (came > 0) {
                check(&lines, &out, false);
            }
            continue;
        }
        bool is_scan = tn_lines_byte(&lines, (char)data[i], &out);
        if (is_scan) {
            check(&lines, &out, true);
        } else if (!is_end(&lines, data[i])) {
            came++;
        }
    }
    assert(tn_lines_end(&lines, &out) == (came > 0));
    for (size_t i = 0; i < sizeof lines.text; i++) {
        assert(lines.text[i] == 0);
    }
    return 0;
}
