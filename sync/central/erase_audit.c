/* Taking what the audit log says of somebody out of it: rows whose object names them (by an id, the
 * first digits of a conflict's, or the code on a badge) keep who did what and when, and no more of
 * whom and why. */
#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/erase.h"
#include "sync/central/erasing.h"
#include "sync/central/prefix.h"

#define AT_ONCE 64
#define HEX_MIN 8

struct line {
    uint64_t seq;
    char object[TN_AUDIT_OBJECT_MAX + 1];
};

static enum tn_status read_lines(struct tn_centre *centre, uint64_t after, struct line *out,
                                 size_t *count)
{
    static const char sql[] = "SELECT seq, object FROM audit WHERE ecosystem = $1 AND seq > $2 AND"
                              " salt IS NOT NULL ORDER BY seq LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, (int64_t)after);
    tn_bind_int(stmt, 3, AT_ONCE);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct line *line = &out[(*count)++];
        line->seq = (uint64_t)tn_col_int(stmt, 0);
        (void)snprintf(line->object, sizeof line->object, "%s", tn_col_text(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status is_code(struct tn_centre *centre, const char *word, bool *is_theirs)
{
    static const char sql[] =
        "SELECT 1 FROM badge WHERE ecosystem = $1 AND code = $2 AND " TN_ERASING_ANY("id");
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 2, word);
        status = tn_step(stmt, is_theirs);
        tn_reset(stmt);
    }
    return status;
}

static enum tn_status is_word(struct tn_centre *centre, const char *word, bool *is_theirs)
{
    static const char sql[] =
        "SELECT id FROM erasing WHERE ecosystem = $1 AND id >= $2 AND id <= $3 LIMIT 1";
    struct tn_id id;
    int count = 0;
    const size_t len = strlen(word);
    if (len < HEX_MIN || strspn(word, "0123456789abcdef") != len) {
        return TN_OK;
    }
    enum tn_status status = tn_prefix_find(centre, sql, word, &id, &count);
    *is_theirs = count > 0;
    return status == TN_OK && count == 0 ? is_code(centre, word, is_theirs) : status;
}

enum tn_status tn_erase_audit(struct tn_centre *centre, struct tn_erase_sum *out)
{
    struct line lines[AT_ONCE];
    size_t count = 0;
    uint64_t last = 0;
    enum tn_status status = TN_OK;
    while ((status = read_lines(centre, last, lines, &count)) == TN_OK && count > 0) {
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            char *rest = lines[i].object;
            bool is_theirs = false;
            for (char *word;
                 !is_theirs && status == TN_OK && (word = strsep(&rest, " =,")) != NULL;) {
                status = is_word(centre, word, &is_theirs);
            }
            if (status == TN_OK && is_theirs) {
                status = tn_audit_forget(centre, lines[i].seq);
                out->audited++;
            }
        }
        if (status != TN_OK) {
            break;
        }
        last = lines[count - 1].seq;
    }
    return status;
}
