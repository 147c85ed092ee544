/* The bands an ecosystem begins with: those of a day's event, and those of 21st Century Community
 * Learning Centers. Other schemes are rows of the table, and reports show whatever is there. */
#include "sync/central/dose.h"

#include <stdio.h>

static const struct {
    const char *scheme;
    int64_t lo;
    int64_t hi; /* 0: no end */
    const char *label;
} first_bands[] = {
    {TN_DOSE_CONTACT, 0, 60, "under 1 hour"},
    {TN_DOSE_CONTACT, 60, 120, "1 to 2 hours"},
    {TN_DOSE_CONTACT, 120, 240, "2 to 4 hours"},
    {TN_DOSE_CONTACT, 240, 480, "4 to 8 hours"},
    {TN_DOSE_CONTACT, 480, 900, "8 to 15 hours"},
    {TN_DOSE_CONTACT, 900, 0, "15 hours and more"},
    {TN_DOSE_21CCLC, 0, 900, "under 15 hours"},
    {TN_DOSE_21CCLC, 900, 2700, "15 to 44 hours"},
    {TN_DOSE_21CCLC, 2700, 5400, "45 to 89 hours"},
    {TN_DOSE_21CCLC, 5400, 10800, "90 to 179 hours"},
    {TN_DOSE_21CCLC, 10800, 16200, "180 to 269 hours"},
    {TN_DOSE_21CCLC, 16200, 0, "270 hours and more"},
};

static enum tn_status number_of(struct tn_db *db, const char *code, int64_t *out)
{
    static const char sql[] = "SELECT no FROM ecosystem WHERE code = $1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, code);
    status = tn_step(stmt, &has_row);
    *out = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
}

enum tn_status tn_dose_begin(struct tn_db *db, const char *code)
{
    static const char sql[] = "INSERT INTO dose_band (ecosystem, scheme, lo, hi, label) VALUES ($1,"
                              " $2, $3, $4, $5)";
    int64_t ecosystem = 0;
    enum tn_status status = number_of(db, code, &ecosystem);
    for (size_t i = 0; i < sizeof first_bands / sizeof first_bands[0] && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_db_prepare(db, sql, &stmt);
        if (status != TN_OK) {
            return status;
        }
        tn_bind_int(stmt, 1, ecosystem);
        tn_bind_text(stmt, 2, first_bands[i].scheme);
        tn_bind_int(stmt, 3, first_bands[i].lo);
        if (first_bands[i].hi > 0) {
            tn_bind_int(stmt, 4, first_bands[i].hi);
        } else {
            tn_bind_null(stmt, 4);
        }
        tn_bind_text(stmt, 5, first_bands[i].label);
        status = tn_run(stmt);
    }
    return status;
}

enum tn_status tn_dose_read(struct tn_db *db, int64_t ecosystem,
                            struct tn_dose_band out[TN_DOSE_BANDS_MAX], size_t *count)
{
    static const char sql[] = "SELECT scheme, lo, hi, label FROM dose_band WHERE ecosystem = $1"
                              " ORDER BY scheme, lo";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, ecosystem);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == TN_DOSE_BANDS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        struct tn_dose_band *band = &out[(*count)++];
        band->lo = tn_col_int(stmt, 1);
        band->hi = tn_col_is_null(stmt, 2) ? INT64_MAX : tn_col_int(stmt, 2);
        (void)snprintf(band->scheme, sizeof band->scheme, "%s", tn_col_text(stmt, 0));
        (void)snprintf(band->label, sizeof band->label, "%s", tn_col_text(stmt, 3));
    }
    tn_reset(stmt);
    return status;
}
