/* The repeated-scan gate, as one small unsorted table: 256 rows are searched faster than a scanner
 * can beep. It keeps a 128-bit hash of a badge's text, so that a core dump of the table gives
 * nothing away, and lets the oldest sighting go when it is full. */
#include "kiosk/app/gate.h"

static struct tn_id hash_text(const char *text, size_t len)
{
    static const char label[] = "turnout gate v1";
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1},
        {(const uint8_t *)text, len},
    };
    return tn_id_of(parts, 2);
}

/* The row of a badge, or count where it is not there. */
static size_t find(const struct tn_gate *gate, const struct tn_id *who)
{
    size_t i = 0;
    while (i < gate->count && !tn_id_equal(&gate->seen[i].who, who)) {
        i++;
    }
    return i;
}

/* A row for a badge that has none: a new one, or the oldest one's. */
static size_t make_room(struct tn_gate *gate)
{
    if (gate->count < TN_GATE_MAX) {
        return gate->count++;
    }
    size_t oldest = 0;
    for (size_t i = 1; i < gate->count; i++) {
        if (gate->seen[i].seen_ms < gate->seen[oldest].seen_ms) {
            oldest = i;
        }
    }
    return oldest;
}

bool tn_gate_admits(struct tn_gate *gate, const char *text, size_t len, int64_t mono_ms,
                    uint32_t window_ms)
{
    struct tn_id who = hash_text(text, len);
    size_t i = find(gate, &who);
    bool is_known = i < gate->count;
    bool is_repeat = is_known && mono_ms - gate->seen[i].seen_ms < (int64_t)window_ms;
    if (!is_known) {
        i = make_room(gate);
        gate->seen[i].who = who;
    }
    gate->seen[i].seen_ms = mono_ms;
    return !is_repeat;
}

void tn_gate_forget(struct tn_gate *gate, const char *text, size_t len)
{
    struct tn_id who = hash_text(text, len);
    size_t i = find(gate, &who);
    if (i < gate->count) {
        gate->seen[i] = gate->seen[--gate->count];
    }
}
