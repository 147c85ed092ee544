/* An address without a pin would have a station talk to whoever answers there, so there is always
 * one: a hub on this machine has its key beside the keyring, and another's is typed. */
#include "sync/cmd/hub_option.h"

#include <string.h>

#include "sync/link/hub_key.h"
#include "sync/link/hub_url.h"

enum tn_exit tn_hub_option_check(const struct tn_cmd *cmd, const char *hub, const char *pin)
{
    struct tn_hub_url url;
    if (hub != NULL && tn_hub_url_read(hub, &url) != TN_OK) {
        return tn_usage_error(cmd, "--hub %s: " TN_HUB_URL_FORM " is expected, of %d bytes at most",
                              hub, TN_HUB_MAX);
    }
    if (pin != NULL && hub == NULL) {
        return tn_usage_error(cmd, "--hub-pin goes with --hub only");
    }
    return tn_hub_option_check_pin(cmd, pin);
}

enum tn_exit tn_hub_option_check_pin(const struct tn_cmd *cmd, const char *pin)
{
    uint8_t bytes[TN_HASH_SIZE];
    if (pin != NULL && tn_hub_pin_read(pin, bytes) != TN_OK) {
        return tn_usage_error(
            cmd, "--hub-pin: `sha256//...` is expected, as `serve` prints it when it starts");
    }
    return TN_EXIT_DONE;
}

enum tn_status tn_hub_option_pin(const struct tn_centre *centre, const char *keys, const char *pin,
                                 uint8_t out[TN_HASH_SIZE])
{
    struct tn_hub_key key;
    bool is_new = false;
    if (pin != NULL) {
        return tn_hub_pin_read(pin, out);
    }
    enum tn_status status =
        tn_hub_key_get(tn_centre_keys_path(centre, keys), tn_now_ms(), &key, &is_new);
    memcpy(out, key.pin, TN_HASH_SIZE);
    tn_hub_key_free(&key);
    return status;
}
