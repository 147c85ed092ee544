/* The words for what can go wrong. One table, so that both programs say the same thing, and so
 * that a new status without words is seen at once by the test that walks the enum. */
#include "turnout/status.h"

#include <stdbool.h>
#include <stddef.h>

struct row {
    const char *text;
    bool is_world;
};

static const struct row rows[TN_STATUS_COUNT] = {
    [TN_OK] = {"all is well", false},
    [TN_ERR_FORMAT] = {"this is not in the form it should have", false},
    [TN_ERR_LIMIT] = {"it is larger than is allowed", false},
    [TN_ERR_FORGED] = {"the signature or seal does not hold", false},
    [TN_ERR_NOT_FOUND] = {"it was not found", false},
    [TN_ERR_EXISTS] = {"it is there already", false},
    [TN_ERR_STATE] = {"this cannot be done now", false},
    [TN_ERR_FULL] = {"the disk is full", true},
    [TN_ERR_READ_ONLY] = {"the disk or the file cannot be written", true},
    [TN_ERR_IO] = {"the disk failed", true},
    [TN_ERR_DAMAGED] = {"the database is damaged", true},
    [TN_ERR_BUSY] = {"another program holds the database for too long", true},
    [TN_ERR_NO_MEMORY] = {"there is not enough memory", true},
};

const char *tn_status_text(enum tn_status status)
{
    if ((unsigned)status >= TN_STATUS_COUNT) {
        return "an unknown failure";
    }
    return rows[status].text;
}

_Bool tn_status_is_world(enum tn_status status)
{
    return (unsigned)status < TN_STATUS_COUNT && rows[status].is_world;
}
