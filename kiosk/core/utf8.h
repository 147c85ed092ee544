/* Whether bytes are UTF-8 (RFC 3629): private to core, shared by what reads text from outside. */
#ifndef KIOSK_CORE_UTF8_H
#define KIOSK_CORE_UTF8_H

#include <stdbool.h>

#include "turnout/buf.h"

/* Refuses overlong forms, surrogates and what lies past U+10FFFF. Empty bytes are valid. Any
 * thread. */
bool tn_utf8_is_valid(struct tn_bytes text);

#endif
