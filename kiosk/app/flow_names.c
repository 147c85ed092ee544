/* Finds demo badges by name, and for a name that is not there those somebody may have meant. Near
 * is counted in bytes to change, capitals aside, which is enough for a slip of the keyboard. */
#include "kiosk/app/flow_names.h"

#include <ctype.h>

#define NEAR_COUNT 3
/* Further off than this, and than half the name, is another name. */
#define FAR 4

const char *tn_flow_badge_of(const struct tn_flow *flow, const char *name)
{
    for (size_t i = 0; i < flow->badge_count; i++) {
        if (strcmp(flow->badges[i].name, name) == 0) {
            return flow->badges[i].digits;
        }
    }
    return NULL;
}

bool tn_flow_is_name(const char *text)
{
    bool has_letter = false;
    const char *c = text;
    for (; *c != '\0'; c++) {
        bool is_letter = isalpha((unsigned char)*c) || (unsigned char)*c >= 0x80;
        if (!is_letter && strchr(" .-'", *c) == NULL) {
            return false;
        }
        has_letter = has_letter || is_letter;
    }
    return has_letter && c - text <= TN_NAME_MAX;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many bytes to put in, take away or change make one name of the other (Levenshtein). Both are
 * TN_NAME_MAX bytes at most. */
static size_t distance(const char *a, const char *b)
{
    size_t row[TN_NAME_MAX + 1];
    size_t len = strlen(b);
    for (size_t j = 0; j <= len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= len; j++) {
            bool is_same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j - 1]);
            size_t changed = diagonal + (is_same ? 0 : 1);
            diagonal = row[j];
            row[j] = least(changed, 1 + least(row[j], row[j - 1]));
        }
    }
    return row[len];
}

void tn_flow_names_near(const struct tn_flow *flow, const char *name, char out[TN_FLOW_NEAR_MAX])
{
    const char *names[NEAR_COUNT];
    size_t far[NEAR_COUNT];
    size_t count = 0;
    size_t most = least(FAR, (strlen(name) + 1) / 2);
    for (size_t i = 0; i < flow->badge_count; i++) {
        size_t d = distance(name, flow->badges[i].name);
        if (d > most || (count == NEAR_COUNT && d >= far[count - 1])) {
            continue;
        }
        size_t at = count < NEAR_COUNT ? count++ : count - 1;
        for (; at > 0 && far[at - 1] > d; at--) {
            far[at] = far[at - 1];
            names[at] = names[at - 1];
        }
        far[at] = d;
        names[at] = flow->badges[i].name;
    }
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(out + len, TN_FLOW_NEAR_MAX - len, "%s\"%s\"", i > 0 ? ", " : "",
                                names[i]);
    }
}
