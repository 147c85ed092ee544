/* What tells the time of a boot: an anchor, what a person ruled, and from where on somebody said
 * that its clock was wrong. Asked once for each boot of a log. */
#include "sync/central/clock.h"

#include "sync/central/ruling.h"

/* The anchor of a boot that counts. */
static enum tn_status find_anchor(struct tn_centre *centre, const struct tn_clock_log *log,
                                  const struct tn_id *boot, bool *is_there, int64_t *base)
{
    static const char sql[] =
        "SELECT a.at_ms, a.mono_ms FROM clock_anchor a JOIN kiosk k ON k.ecosystem = a.ecosystem"
        " AND k.log_no = a.log_no WHERE a.ecosystem = $1 AND a.boot = $2 AND k.pubkey = $3 AND"
        " a.word <> 'wrong' ORDER BY a.word, a.mono_ms, k.log_id, a.seq LIMIT 1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, boot);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){log->pubkey.b, sizeof log->pubkey.b});
    status = tn_step(stmt, is_there);
    *base = *is_there ? tn_col_int(stmt, 0) - tn_col_int(stmt, 1) : 0;
    tn_reset(stmt);
    return status;
}

/* What a person decided about the clock of a boot in this log. */
static enum tn_status find_ruling(struct tn_centre *centre, const struct tn_clock_log *log,
                                  const struct tn_id *boot, bool *is_there, int64_t *amount)
{
    static const char sql[] =
        "SELECT coalesce(amount, 0) FROM ruling WHERE ecosystem = $1 AND does IN ('trust_clock',"
        " 'shift_clock') AND about = $2 ORDER BY does LIMIT 1";
    const struct tn_id about = tn_ruling_boot(&log->id, boot);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &about);
    status = tn_step(stmt, is_there);
    *amount = *is_there ? tn_clock_sane(tn_col_int(stmt, 0)) : 0;
    tn_reset(stmt);
    return status;
}

/* The last time somebody said in this log that the clock of a boot was wrong; 0: nobody did. */
static enum tn_status find_wrong(struct tn_centre *centre, const struct tn_clock_log *log,
                                 const struct tn_id *boot, int64_t *seq)
{
    static const char sql[] = "SELECT coalesce(max(seq), 0) FROM clock_anchor WHERE ecosystem = $1"
                              " AND boot = $2 AND log_no = $3 AND word = 'wrong'";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, boot);
    tn_bind_int(stmt, 3, log->log_no);
    status = tn_step(stmt, &has_row);
    *seq = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
}

/* Says of every span of a boot that somebody called its clock wrong. Where it was set afterwards,
 * what it shows from then on is the better word for all that came before. */
static void doubt(struct tn_clock_log *log, const struct tn_id *boot, int64_t wrong)
{
    size_t set = log->count;
    for (size_t i = 0; i < log->count; i++) {
        struct tn_clock_span *span = &log->spans[i];
        if (tn_id_equal(&span->boot, boot) && !span->is_salvaged) {
            set = span->first_seq > wrong ? i : set;
            span->word = TN_CLOCK_DOUBTED;
        }
    }
    for (size_t i = 0; i < set && set < log->count; i++) {
        struct tn_clock_span *span = &log->spans[i];
        if (span->word == TN_CLOCK_DOUBTED && tn_id_equal(&span->boot, boot)) {
            span->word = TN_CLOCK_BOUNDED;
            span->word_base = log->spans[set].first_at - log->spans[set].first_mono;
        }
    }
    if (set < log->count) {
        log->spans[set].word = TN_CLOCK_AS_IT_WAS;
    }
}

static enum tn_status ask_boot(struct tn_centre *centre, struct tn_clock_log *log, size_t first)
{
    const struct tn_id boot = log->spans[first].boot;
    bool is_there = false;
    int64_t base = 0;
    int64_t wrong = 0;
    enum tn_clock word = TN_CLOCK_SETTLED;
    enum tn_status status = find_ruling(centre, log, &boot, &is_there, &base);
    if (status == TN_OK && !is_there && !tn_id_is_none(&boot)) {
        word = TN_CLOCK_ANCHORED;
        status = find_anchor(centre, log, &boot, &is_there, &base);
    }
    for (size_t i = first; i < log->count && is_there; i++) {
        if (tn_id_equal(&log->spans[i].boot, &boot)) {
            log->spans[i].word = word;
            log->spans[i].word_base = base;
        }
    }
    if (status == TN_OK && !is_there && !tn_id_is_none(&boot)) {
        status = find_wrong(centre, log, &boot, &wrong);
    }
    if (status == TN_OK && wrong > 0) {
        doubt(log, &boot, wrong);
    }
    return status;
}

/* Whether the boot of a span stands before it in the log too: boots are asked about once. */
static bool is_asked(const struct tn_clock_log *log, size_t span)
{
    for (size_t i = span; i > 0; i--) {
        if (tn_id_equal(&log->spans[i - 1].boot, &log->spans[span].boot)) {
            return true;
        }
    }
    return false;
}

enum tn_status tn_clock_ask(struct tn_centre *centre, struct tn_clock_log *log)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < log->count; i++) {
        log->spans[i].word = TN_CLOCK_AS_IT_WAS;
    }
    for (size_t i = 0; i < log->count && status == TN_OK; i++) {
        if (!is_asked(log, i)) {
            status = ask_boot(centre, log, i);
        }
    }
    return status;
}
