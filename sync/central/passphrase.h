/* Asking the person at the terminal for a passphrase, without showing it. */
#ifndef TURNOUT_CENTRAL_PASSPHRASE_H
#define TURNOUT_CENTRAL_PASSPHRASE_H

#include <stddef.h>

#include "turnout/status.h"

#define TN_PASSPHRASE_MAX 1023 /* bytes */

/* $TURNOUT_PASSPHRASE, else the first line of $CREDENTIALS_DIRECTORY/turnout-passphrase
 * (systemd.exec, LoadCredential=), else a line from the terminal (not standard input, which may be
 * a pipe). repeat not NULL: asks again with that prompt and both must agree. out holds out_size
 * bytes and is wiped by the caller. TN_ERR_STATE: there is no terminal; TN_ERR_FORMAT: empty, or
 * the two differ; TN_ERR_LIMIT: too long. Errors are logged. Main thread. */
enum tn_status tn_passphrase_get(const char *prompt, const char *repeat, char *out,
                                 size_t out_size);

#endif
