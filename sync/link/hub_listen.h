/* Where a hub listens: ADDR:PORT as people type it, or a socket that systemd opened for it. */
#ifndef TURNOUT_LINK_HUB_LISTEN_H
#define TURNOUT_LINK_HUB_LISTEN_H

#include "turnout/status.h"

/* "127.0.0.1:65535", "[::1]:8443". */
#define TN_HUB_ADDRESS_SIZE 80

/* Opens a listening socket. where is ADDR:PORT, [V6]:PORT or :PORT (all addresses, of both kinds,
 * as [::]:PORT does too); ADDR may be a name of this machine; port 0 takes a free one.
 * TN_ERR_FORMAT where it is none of them, TN_ERR_BUSY where the port is taken, TN_ERR_READ_ONLY
 * where it is one for root only, TN_ERR_NOT_FOUND where this machine has no such address; all said.
 */
enum tn_status tn_hub_listen(const char *where, int *fd);

/* Takes the socket that systemd handed over ($LISTEN_FDS), once. TN_ERR_NOT_FOUND, not said, where
 * there is none; TN_ERR_FORMAT, said, where there are several or it is none that listens. */
enum tn_status tn_hub_listen_handed(int *fd);

/* The address a socket is bound to. */
void tn_hub_listen_address(int fd, char out[TN_HUB_ADDRESS_SIZE]);

#endif
