/* Finding a partner by the code that people type. */
#include "sync/central/partner.h"

#include "sync/central/text.h"

enum tn_status tn_centre_partner(struct tn_centre *centre, const char *code,
                                 struct tn_central_partner *out)
{
    static const char sql[] = "SELECT id, code, name FROM partner WHERE ecosystem = $1 AND"
                              " code = $2";
    static const char codes[] =
        "SELECT code FROM partner WHERE ecosystem = $1 ORDER BY code LIMIT 40";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_central_partner){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, code);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &out->id);
        tn_text_cut(tn_col_text(stmt, 1), out->code, sizeof out->code);
        tn_text_cut(tn_col_text(stmt, 2), out->name, sizeof out->name);
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        tn_centre_log_unknown(centre, codes, "partner", code);
        return TN_ERR_NOT_FOUND;
    }
    return status;
}
