/* The display name of a learner: what a public screen and a badge may show. */
#ifndef TURNOUT_EXCHANGE_NAME_H
#define TURNOUT_EXCHANGE_NAME_H

#include "turnout/card.h"

/* Preferred (or else given) name and the initial of the family name: "Maya R.". The initial is the
 * first letter with the marks that belong to it, in capitals where the script has them; a Chinese,
 * Japanese or Korean one takes no full stop. Long names are cut between letters. */
void tn_name_display(const char *given, const char *preferred, const char *family,
                     char out[TN_NAME_MAX + 1]);

#endif
