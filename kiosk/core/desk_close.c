/* The short ones: the clock question's answer, the close of a day, and the PIN. */
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

enum tn_status tn_station_check_pin(struct tn_station *station, const char *pin)
{
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK) {
        return status;
    }
    const char *kept = station->pack.head.pin;
    if (kept[0] == '\0') {
        return TN_ERR_NOT_FOUND;
    }
    size_t len = strnlen(pin, TN_PIN_DIGITS_MAX + 1);
    if (len < TN_PIN_DIGITS_MIN || len > TN_PIN_DIGITS_MAX) {
        return TN_ERR_FORGED;
    }
    return crypto_pwhash_str_verify(kept, pin, len) == 0 ? TN_OK : TN_ERR_FORGED;
}
