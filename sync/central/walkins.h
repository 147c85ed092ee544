/* Walk-in forms at the centre: sealed to the vault, opened wherever the vault part of the keyring
 * is at hand. */
#ifndef TURNOUT_CENTRAL_WALKINS_H
#define TURNOUT_CENTRAL_WALKINS_H

#include "sync/central/centre.h"

/* What consent at a kiosk is noted as. */
#define TN_WALKIN_PURPOSE "participation"
#define TN_WALKIN_BASIS "kiosk"

/* Opens the forms that are not opened yet: the learner, their name, consent, grade, partner and
 * language, and the secret of their badge, sealed to the vault as every other. Then makes the cards
 * of badges given out at a kiosk that have none and whose secret is known. One transaction. Without
 * the vault part it does nothing. *opened counts forms; one that does not open is the conflict
 * "sealed_form"; two of one badge that give different names are "two_learners". */
enum tn_status tn_walkins_open(struct tn_centre *centre, const struct tn_keyring *keyring,
                               int64_t now_ms, uint64_t *opened);

/* Forms that wait for the vault. */
enum tn_status tn_walkins_waiting(struct tn_centre *centre, int64_t *out);

#endif
