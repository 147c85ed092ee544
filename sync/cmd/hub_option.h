/* --hub and --hub-pin, which several commands take alike: where the hub is, and whom it must be. */
#ifndef TURNOUT_CMD_HUB_OPTION_H
#define TURNOUT_CMD_HUB_OPTION_H

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"

/* Both may be NULL; a pin goes with a hub only. What is wrong is a usage error. */
enum tn_exit tn_hub_option_check(const struct tn_cmd *cmd, const char *hub, const char *pin);

/* The pin alone. */
enum tn_exit tn_hub_option_check_pin(const struct tn_cmd *cmd, const char *pin);

/* The pin of the hub: the one that was said, else that of the key beside the keyring, which is made
 * where an init of before did not. Errors are logged. */
enum tn_status tn_hub_option_pin(const struct tn_centre *centre, const char *keys, const char *pin,
                                 uint8_t out[TN_HASH_SIZE]);

#endif
