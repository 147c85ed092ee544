/* The words of CUPS (RFC 8011, section 5.4.12, and PWG 5100.9) as words for a volunteer, who reads
 * them after "Printer:". What is only low or will be over soon is no reason: it prints. */
#include "kiosk/sys/cups_link.h"

#ifndef N_
#define N_(text) text
#endif

static const char *const reasons[TN_REASON_COUNT] = {
    [TN_REASON_NO_PRINTER] = N_("No printer"),  [TN_REASON_NO_LABELS] = N_("Out of labels"),
    [TN_REASON_SILENT] = N_("Not answering"),   [TN_REASON_JAM] = N_("Paper jam"),
    [TN_REASON_OPEN] = N_("Cover is open"),     [TN_REASON_NO_INK] = N_("Out of ink"),
    [TN_REASON_PAUSED] = N_("Paused"),          [TN_REASON_REFUSES] = N_("Takes no jobs"),
    [TN_REASON_BROKEN] = N_("Printing failed"),
};

/* Prefixes, since keywords end in -error, -warning or -report. */
static const struct {
    const char *prefix;
    enum tn_printer_reason reason;
} words[] = {
    {"media-empty", TN_REASON_NO_LABELS},
    {"media-needed", TN_REASON_NO_LABELS},
    {"input-tray-missing", TN_REASON_NO_LABELS},
    {"media-jam", TN_REASON_JAM},
    {"cover-open", TN_REASON_OPEN},
    {"door-open", TN_REASON_OPEN},
    {"interlock-open", TN_REASON_OPEN},
    {"marker-supply-empty", TN_REASON_NO_INK},
    {"toner-empty", TN_REASON_NO_INK},
    {"paused", TN_REASON_PAUSED},
    {"moving-to-paused", TN_REASON_PAUSED},
    {"offline", TN_REASON_SILENT},
    {"shutdown", TN_REASON_SILENT},
    {"timed-out", TN_REASON_SILENT},
    {"connecting-to-device", TN_REASON_SILENT},
    {"cups-missing-filter", TN_REASON_BROKEN},
    {"cups-insecure-filter", TN_REASON_BROKEN},
    {"other-error", TN_REASON_BROKEN},
};

const char *tn_printer_reason(enum tn_printer_reason i)
{
    return i < TN_REASON_COUNT ? reasons[i] : NULL;
}

const char *tn_cups_reason(const char *keyword)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(keyword, words[i].prefix, strlen(words[i].prefix)) == 0) {
            return reasons[words[i].reason];
        }
    }
    return NULL;
}
