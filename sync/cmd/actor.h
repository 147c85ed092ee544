/* Who runs a command and why, for the audit log: the options --by NAME and --why TEXT of every
 * command that changes the centre or opens names.
 *
 *     struct choice { ...; struct tn_actor actor; };
 *     const struct tn_option options[] = {..., TN_ACTOR_OPTIONS(c.actor), {NULL, NULL, NULL}};
 *     code = tn_options_take(...);
 *     code = tn_actor_settle(cmd, &c.actor);     before anything is opened
 *     code = tn_common_open(cmd, central, &centre);
 *     centre.actor = c.actor;
 *
 * and in the usage TN_ACTOR_USAGE. A centre that tn_common_open opened has the login name for its
 * actor until another is set. */
#ifndef TURNOUT_CMD_ACTOR_H
#define TURNOUT_CMD_ACTOR_H

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"

#define TN_ACTOR_OPTIONS(actor)                                                                    \
    {"by", &(actor).by, NULL},                                                                     \
    {                                                                                              \
        "why", &(actor).why, NULL                                                                  \
    }

#define TN_ACTOR_USAGE                                                                             \
    "  --by NAME and --why TEXT go into the audit log: who does it (your login name if not\n"      \
    "  said) and why.\n"

/* Checks the two, and fills in the login name where --by was not given. */
enum tn_exit tn_actor_settle(const struct tn_cmd *cmd, struct tn_actor *actor);

/* The login name of whoever runs the program; "uid 1000" where it has none. Static storage. */
const char *tn_actor_login(void);

#endif
