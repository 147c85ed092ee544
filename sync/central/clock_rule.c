/* The rule that tells the time of spans. Pure, so that a table of logs can test it. Anchored spans
 * are fixed points; the rest is looked at twice, since a clock that was ahead must not push what
 * came after it forward, and one that fell back must not pull what came before it along. */
#include <string.h>

#include "sync/central/clock.h"
#include "turnout/cbor.h"

#define SANE_MAX (INT64_C(1) << 60)

int64_t tn_clock_sane(int64_t ms)
{
    return ms > SANE_MAX ? SANE_MAX : ms < -SANE_MAX ? -SANE_MAX : ms;
}

int64_t tn_clock_time(const struct tn_clock_told *told, int64_t at_ms, int64_t mono_ms)
{
    if (told->how == TN_CLOCK_AS_IT_WAS || told->how == TN_CLOCK_DOUBTED) {
        return at_ms;
    }
    if (told->how == TN_CLOCK_SETTLED) {
        return tn_clock_sane(at_ms) + told->base;
    }
    int64_t time = tn_clock_sane(mono_ms) + told->base;
    time = time > told->hi ? told->hi : time;
    return time < told->lo ? told->lo : time;
}

static int64_t first_time(const struct tn_clock_span *span)
{
    return tn_clock_time(&span->told, span->first_at, span->first_mono);
}

static int64_t last_time(const struct tn_clock_span *span)
{
    return tn_clock_time(&span->told, span->last_at, span->last_mono);
}

static bool is_fixed(const struct tn_clock_span *span)
{
    return span->word == TN_CLOCK_ANCHORED || span->word == TN_CLOCK_SETTLED ||
           span->word == TN_CLOCK_BOUNDED;
}

static void fix(struct tn_clock_span *span)
{
    span->told = (struct tn_clock_told){span->word, span->word_base, INT64_MIN, INT64_MAX};
    span->width_ms = 0;
}

/* goes_on: the clock of the boot says how far it is from a neighbour of the same boot; else the
 * time is only known to lie between its neighbours. */
static void bound(struct tn_clock_span *span, int64_t base, bool goes_on)
{
    const bool is_open = span->floor == INT64_MIN || span->ceiling == INT64_MAX;
    span->width_ms = goes_on ? 0 : is_open ? INT64_MAX : span->ceiling - span->floor;
    span->told = (struct tn_clock_told){TN_CLOCK_BOUNDED, base, span->floor, span->ceiling};
}

/* The ceiling of each span, from the next fixed one; a span above it is late. */
static void find_late(struct tn_clock_span *spans, size_t count)
{
    int64_t ceiling = INT64_MAX;
    for (size_t i = count; i > 0; i--) {
        struct tn_clock_span *span = &spans[i - 1];
        span->ceiling = ceiling;
        span->is_late = !span->is_salvaged && !is_fixed(span) && span->last_at > ceiling;
        if (!span->is_salvaged && is_fixed(span)) {
            fix(span);
            ceiling = first_time(span);
        }
    }
}

/* Tells all but the late ones, each from the one before it. */
static void go_forward(struct tn_clock_span *spans, size_t count)
{
    const struct tn_clock_span *before = NULL;
    int64_t floor = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        struct tn_clock_span *span = &spans[i];
        span->floor = floor;
        span->told = (struct tn_clock_told){
            span->word == TN_CLOCK_DOUBTED ? TN_CLOCK_DOUBTED : TN_CLOCK_AS_IT_WAS, 0, 0, 0};
        if (is_fixed(span)) {
            fix(span);
        } else if (!span->is_salvaged && !span->is_late && span->first_at < floor) {
            bool goes_on = before != NULL && tn_id_equal(&before->boot, &span->boot);
            bound(span, goes_on ? floor - before->last_mono : floor - span->first_mono, goes_on);
        }
        if (!span->is_salvaged && !span->is_late) {
            floor = last_time(span);
            before = span;
        }
    }
}

/* The late ones end where what follows them begins. */
static void go_back(struct tn_clock_span *spans, size_t count)
{
    const struct tn_clock_span *after = NULL;
    for (size_t i = count; i > 0; i--) {
        struct tn_clock_span *span = &spans[i - 1];
        if (span->is_salvaged) {
            continue;
        }
        if (span->is_late) {
            int64_t next = after == NULL ? span->ceiling : first_time(after);
            bool goes_on = after != NULL && tn_id_equal(&after->boot, &span->boot);
            span->ceiling = next < span->ceiling ? next : span->ceiling;
            bound(span, next - (goes_on ? after->first_mono : span->last_mono), goes_on);
        }
        after = span;
    }
}

void tn_clock_resolve(struct tn_clock_span *spans, size_t count)
{
    find_late(spans, count);
    go_forward(spans, count);
    go_back(spans, count);
}

static bool is_far(int64_t a, int64_t b)
{
    return a - b > TN_CLOCK_BOUND_MS || b - a > TN_CLOCK_BOUND_MS;
}

bool tn_clock_is_off(const struct tn_clock_span *span)
{
    if (span->told.how == TN_CLOCK_SETTLED) {
        return false;
    }
    const bool is_wide = span->told.how == TN_CLOCK_BOUNDED && span->width_ms > TN_CLOCK_BOUND_MS;
    return is_wide || span->told.how == TN_CLOCK_DOUBTED ||
           is_far(first_time(span), span->first_at) || is_far(last_time(span), span->last_at);
}

/* [1, "right" | "wrong"] by a person, [1, offset] measured. */
enum tn_clock_word tn_clock_read(struct tn_bytes body, int64_t *offset_ms)
{
    char word[16];
    struct tn_cbor cbor;
    *offset_ms = 0;
    tn_cbor_init(&cbor, body);
    tn_cbor_get_array(&cbor, 2, 8);
    if (tn_cbor_get_uint(&cbor) != 1 || cbor.status != TN_OK) {
        return TN_CLOCK_SAYS_NOTHING;
    }
    struct tn_cbor number = cbor;
    tn_cbor_get_text(&cbor, word, sizeof word);
    if (cbor.status == TN_OK) {
        return strcmp(word, "right") == 0   ? TN_CLOCK_RIGHT
               : strcmp(word, "wrong") == 0 ? TN_CLOCK_WRONG
                                            : TN_CLOCK_SAYS_NOTHING;
    }
    *offset_ms = tn_clock_sane(tn_cbor_get_int(&number));
    return number.status == TN_OK ? TN_CLOCK_MEASURED : TN_CLOCK_SAYS_NOTHING;
}
