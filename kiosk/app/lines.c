/* Lines to scans. What is longer than any symbol we care for is still exactly one scan: its bytes
 * are counted and forgotten, so that 10 kB of noise is one answer and the next line is heard. */
#include "kiosk/app/lines.h"

#include <sodium.h>

static void finish(struct tn_lines *lines, struct tn_event *out)
{
    size_t kept = lines->len < TN_SCAN_TEXT_MAX ? lines->len : TN_SCAN_TEXT_MAX;
    *out = (struct tn_event){
        .type = TN_EVENT_SCAN, .method = "scan", .had_end = true, .len = lines->len};
    memcpy(out->text, lines->text, kept);
    sodium_memzero(lines->text, sizeof lines->text);
    lines->len = 0;
}

static bool is_end(const struct tn_lines *lines, char byte)
{
    return byte == '\n' || (lines->is_device && byte == '\r');
}

bool tn_lines_byte(struct tn_lines *lines, char byte, struct tn_event *out)
{
    if (is_end(lines, byte)) {
        if (lines->is_device && lines->len == 0) {
            return false;
        }
        finish(lines, out);
        return true;
    }
    if (lines->len < TN_SCAN_TEXT_MAX) {
        lines->text[lines->len] = byte;
    }
    lines->len++;
    return false;
}

bool tn_lines_end(struct tn_lines *lines, struct tn_event *out)
{
    if (lines->len == 0) {
        return false;
    }
    finish(lines, out);
    return true;
}

bool tn_lines_silence(struct tn_lines *lines, struct tn_event *out)
{
    if (!tn_lines_end(lines, out)) {
        return false;
    }
    out->had_end = false;
    return true;
}
