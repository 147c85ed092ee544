/* The options --by and --why. They are kept for years, so what is not plain text on one line is
 * refused before anything is done. */
#include "sync/cmd/actor.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "sync/central/text.h"
#include "sync/cmd/common.h"

const char *tn_actor_login(void)
{
    static char name[TN_ACTOR_BY_MAX + 1];
    if (name[0] == '\0') {
        const struct passwd *user = getpwuid(geteuid());
        if (user != NULL && tn_common_is_name(user->pw_name, TN_ACTOR_BY_MAX)) {
            tn_text_cut(user->pw_name, name, sizeof name);
        } else {
            (void)snprintf(name, sizeof name, "uid %lu", (unsigned long)geteuid());
        }
    }
    return name;
}

enum tn_exit tn_actor_settle(const struct tn_cmd *cmd, struct tn_actor *actor)
{
    if (actor->by == NULL) {
        actor->by = tn_actor_login();
    }
    if (!tn_common_is_name(actor->by, TN_ACTOR_BY_MAX)) {
        return tn_usage_error(cmd, "--by: 1 to %d bytes on one line are expected", TN_ACTOR_BY_MAX);
    }
    if (actor->why != NULL && !tn_common_is_name(actor->why, TN_ACTOR_WHY_MAX)) {
        return tn_usage_error(cmd, "--why: 1 to %d bytes on one line are expected",
                              TN_ACTOR_WHY_MAX);
    }
    return TN_EXIT_DONE;
}
