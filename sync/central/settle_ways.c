/* The table of ways. A new way is a row here, and where it is to do something new, a ruling that
 * deriving knows. */
#include <string.h>

#include "sync/central/settle.h"

#define SEEN "looked at; nothing changes"

static const struct tn_way ways[] = {
    {"fork", "keep-both", TN_WAY_NOTHING, "both copies count, as they do now", NULL},
    {"fork", "void-branch", TN_WAY_NOTHING, "the second copy does not count, nor what follows it",
     "void_log"},
    {"fork", "void-first", TN_WAY_NOTHING, "the first copy does not count from where they part",
     "void_log"},
    {"revoked_station", "count", TN_WAY_NOTHING, "what it wrote since counts after all",
     "trust_log"},
    {"revoked_station", "discount", TN_WAY_NOTHING, "what it wrote since stays uncounted", NULL},
    {"clock", "trust", TN_WAY_NOTHING, "its times are right as the station wrote them",
     "trust_clock"},
    {"clock", "shift", TN_WAY_MINUTES, "its times are moved by these minutes", "shift_clock"},
    {"unknown_badge", "accept", TN_WAY_NOTHING,
     "its visits count, of a learner nobody knows more of", NULL},
    {"unknown_badge", "void", TN_WAY_NOTHING, "its scans do not count", "void_badge"},
    {"unknown_badge", "learner", TN_WAY_LEARNER, "its scans are this learner's", "badge_is"},
    {"revoked_badge", "accept", TN_WAY_NOTHING,
     "scans that a kiosk let in count, refused ones do not, as now", NULL},
    {"revoked_badge", "count", TN_WAY_NOTHING, "it was its learner: refused scans count too",
     "count_late"},
    {"revoked_badge", "discount", TN_WAY_NOTHING,
     "it was somebody else: no scan since it was replaced counts", "void_late"},
    {"two_learners", "keep", TN_WAY_NOTHING, "it stays the first learner's, as now", NULL},
    {"two_learners", "learner", TN_WAY_LEARNER, "it is this learner's", "badge_is"},
    {"duplicate", "merge", TN_WAY_LEARNER, "they are one; this one is kept, the other follows",
     "merge"},
    {"duplicate", "distinct", TN_WAY_NOTHING, "they are two learners", NULL},
    {"overlap", "accept", TN_WAY_NOTHING, "both count, as they do now", NULL},
    {"overlap", "void", TN_WAY_EVENT, "somebody else carried the badge at this event", "void_stay"},
    {"capacity", "accept", TN_WAY_NOTHING, "more were let in than planned; all count", NULL},
    {"gap", "seen", TN_WAY_NOTHING, SEEN, NULL},
    {"chain", "seen", TN_WAY_NOTHING, SEEN, NULL},
    {"wrong_key", "seen", TN_WAY_NOTHING, SEEN, NULL},
    {"unknown_station", "seen", TN_WAY_NOTHING, SEEN, NULL},
    {"salvaged", "seen", TN_WAY_NOTHING, SEEN, NULL},
    {"sealed_form", "seen", TN_WAY_NOTHING, SEEN, NULL},
};

const struct tn_way *tn_way_of(const char *type, size_t index)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(ways[i].type, type) == 0 && index-- == 0) {
            return &ways[i];
        }
    }
    return NULL;
}
