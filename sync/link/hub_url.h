/* A hub's address, as people type it and set-up cards carry it: https://HOST[:PORT], and no more.
 * HOST is a name, an IPv4 address, or an IPv6 address in brackets. */
#ifndef TURNOUT_LINK_HUB_URL_H
#define TURNOUT_LINK_HUB_URL_H

#include <stdbool.h>

#include "turnout/setup.h"

#define TN_HUB_URL_FORM "https://HOST or https://HOST:PORT"
#define TN_HUB_PORT 443 /* where the address names none */

struct tn_hub_url {
    char host[TN_HUB_MAX + 1]; /* without brackets */
    bool is_v6;                /* host is a number that needs them */
    uint16_t port;
};

/* Reads an address; a single / at its end is left out. TN_ERR_FORMAT for anything else,
 * TN_ERR_LIMIT past TN_HUB_MAX bytes. */
enum tn_status tn_hub_url_read(const char *text, struct tn_hub_url *out);

/* Writes SCHEME://HOST:PORT, as in "https"; out holds TN_HUB_URL_SIZE bytes. */
#define TN_HUB_URL_SIZE (TN_HUB_MAX + 32)
void tn_hub_url_write(const struct tn_hub_url *url, const char *scheme, uint16_t port, char *out);

/* The number after a colon, 0 to 65535, digits only; also what --listen takes. TN_ERR_FORMAT. */
enum tn_status tn_hub_url_port(const char *text, uint16_t *out);

#endif
