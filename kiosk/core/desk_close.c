/* The short ones: the clock question's answer, the close of a day, and the PIN. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"

enum tn_status tn_station_clock(struct tn_station *station, bool is_right,
                                const struct tn_when *when)
{
    struct tn_buf body;
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    struct tn_entry entry = tn_station_entry(station, TN_KIND_CLOCK, "tap", when);
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_word(&body, is_right ? "right" : "wrong");
    status = tn_station_write(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    return status;
}

enum tn_status tn_station_close_day(struct tn_station *station, const struct tn_when *when,
                                    uint64_t *seq)
{
    struct tn_buf body;
    *seq = 0;
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    struct tn_entry entry = tn_station_entry(station, TN_KIND_CLOSE, "tap", when);
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_plain(&body);
    status = tn_station_write(station, &entry, &body, seq);
    tn_buf_destroy(&body);
    return status;
}

static bool is_pin(const char *kept, const char *pin)
{
    size_t len = strnlen(pin, TN_PIN_DIGITS_MAX + 1);
    return len >= TN_PIN_DIGITS_MIN && len <= TN_PIN_DIGITS_MAX &&
           crypto_pwhash_str_verify(kept, pin, len) == 0;
}

/* The count is on the disk before anybody learns that the PIN was wrong. */
static enum tn_status count_wrong(struct tn_station *station, bool is_right)
{
    char text[TN_SETTING_MAX + 1] = "";
    const uint32_t wrong = is_right ? 0 : station->pin_wrong + 1;
    if (wrong > TN_PIN_WRONG_MAX || (is_right && station->pin_wrong == 0)) {
        return TN_OK;
    }
    if (!is_right) {
        (void)snprintf(text, sizeof text, "%u", (unsigned)wrong);
    }
    return tn_station_set_setting(station, TN_SETTING_PIN_WRONG, text);
}

enum tn_status tn_station_check_pin(struct tn_station *station, const char *pin)
{
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    if (station->pack.head.pin[0] == '\0') {
        return TN_ERR_NOT_FOUND;
    }
    const bool is_right = is_pin(station->pack.head.pin, pin);
    status = count_wrong(station, is_right);
    return status == TN_OK && !is_right ? TN_ERR_FORGED : status;
}
