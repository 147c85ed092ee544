/* Fuzz: calendars as they arrive. Whatever is handed on ends after it starts, has a title and a
 * zone, and is one of at most so many occurrences; whatever is not handed on is said. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sync/exchange/ical_read.h"
#include "turnout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNTIL_MS INT64_C(1900000000000)

static void ignore(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    assert(line[0] != '\0');
}

static enum tn_status check(void *ctx, const struct tn_ical_event *event)
{
    uint64_t *count = ctx;
    (*count)++;
    assert(event->uid[0] != '\0' && strlen(event->uid) <= TN_ICAL_UID_MAX);
    assert(event->ends_ms > event->starts_ms);
    assert(event->title[0] != '\0' || event->is_cancelled);
    assert(strpbrk(event->title, "\r\n\t") == NULL);
    assert(event->tz[0] != '\0');
    assert(event->place.line > 0);
    assert(event->recurs_ms == INT64_MIN || event->starts_ms <= UNTIL_MS);
    return TN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t count = 0;
    char *text = malloc(size + 1);
    if (text == NULL) {
        return 0;
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    tn_log_to(ignore, NULL);
    struct tn_problems problems = {.file = "fuzz.ics"};
    const struct tn_ical_reading reading = {.text = text,
                                            .len = size,
                                            .tz = "America/Chicago",
                                            .until_ms = UNTIL_MS,
                                            .problems = &problems,
                                            .each = check,
                                            .ctx = &count};
    enum tn_status status = tn_ical_read(&reading);
    assert(status == TN_OK || problems.count > 0);
    assert(count <= (uint64_t)TN_ICAL_REPEATS_MAX * (size / 20 + 1));
    free(text);
    return 0;
}
