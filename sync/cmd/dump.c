/* `dump`: every central table as text, in key order, logs by log id. Left out is what depends on
 * how facts arrived and not on what they are: interned numbers, last contacts, when a conflict was
 * noticed, what was sent, where the keyring lies. So any route, and any database, gives the same
 * text. */
#include <stdio.h>

#include "sync/cmd/common.h"

/* $1 is the ecosystem. */
static const struct {
    const char *name;
    const char *sql;
} tables[] = {
    {"ecosystem", "SELECT id, code, name, country, tz, min_cell, consent_age, retention_days,"
                  " epoch, sign_key, transport_key, vault_key FROM ecosystem WHERE no = $1"},
    {"partner", "SELECT id, code, parent, name, sector, agreement_basis, agreement_expires FROM"
                " partner WHERE ecosystem = $1 ORDER BY id"},
    {"event",
     "SELECT id, code, title, setting, term, starts, ends, tz, site, policy, ical_uid, rev,"
     " ical_seq, status FROM event WHERE ecosystem = $1 ORDER BY id"},
    {"activity", "SELECT id, code, event, partner, title, strand, pathway, step, setting,"
                 " workforce_kind, grade_lo, grade_hi, starts, ends, default_min, capacity FROM"
                 " activity WHERE ecosystem = $1 ORDER BY id"},
    {"event_partner", "SELECT id, event, partner, role, staff_min FROM event_partner WHERE"
                      " ecosystem = $1 ORDER BY id"},
    {"pathway", "SELECT id, code, title FROM pathway WHERE ecosystem = $1 ORDER BY id"},
    {"pathway_step", "SELECT id, pathway, step, title, needs_n FROM pathway_step WHERE"
                     " ecosystem = $1 ORDER BY id"},
    {"ref_population",
     "SELECT id, geo, grade_band, grade_lo, grade_hi, dimension, value, n, source,"
     " year FROM ref_population WHERE ecosystem = $1 ORDER BY id"},
    {"partner_alias", "SELECT source, source_id, partner FROM partner_alias WHERE ecosystem = $1"
                      " ORDER BY source, source_id"},
    {"class_group",
     "SELECT id, source, source_id, partner, title, code, name FROM class_group WHERE"
     " ecosystem = $1 ORDER BY id"},
    {"dose_band", "SELECT scheme, lo, hi, label FROM dose_band WHERE ecosystem = $1 ORDER BY"
                  " scheme, lo"},
    {"learner",
     "SELECT id, display, grade, birth_year, home_partner, partner_text, zip3,"
     " lang, directory_opt_out, merged_into, erased_at, rev FROM learner WHERE ecosystem = $1"
     " ORDER BY id"},
    {"learner_pii", "SELECT learner, given, preferred, family, contact FROM learner_pii WHERE"
                    " ecosystem = $1 ORDER BY learner"},
    {"learner_alias", "SELECT source, source_id, learner FROM learner_alias WHERE ecosystem = $1"
                      " ORDER BY source, source_id"},
    {"learner_group", "SELECT learner, title FROM learner_group WHERE ecosystem = $1"
                      " ORDER BY learner, title"},
    {"class_member", "SELECT id, class_group, learner FROM class_member WHERE ecosystem = $1"
                     " ORDER BY id"},
    {"registration", "SELECT id, event, learner, activity, status, source FROM registration WHERE"
                     " ecosystem = $1 ORDER BY id"},
    {"learner_demo", "SELECT id, learner, dimension, value, consent FROM learner_demo WHERE"
                     " ecosystem = $1 ORDER BY id"},
    {"consent", "SELECT learner, purpose, basis, given_by, given_at, until, withdrawn_at FROM"
                " consent WHERE ecosystem = $1 ORDER BY learner, purpose"},
    {"badge", "SELECT id, learner, event, code, issued, expires, status, replaced_by, secret, card,"
              " handed FROM badge WHERE ecosystem = $1 ORDER BY id"},
    {"group_card", "SELECT id, event, partner, title, issued, secret, sealed FROM group_card WHERE"
                   " ecosystem = $1 ORDER BY id"},
    {"staff_card", "SELECT id, event, name, until, wrapped, revoked_at FROM staff_card WHERE"
                   " ecosystem = $1 ORDER BY id"},
    {"enrolment", "SELECT token_hash, station, role, event, activity, device_key, issued FROM"
                  " enrolment WHERE ecosystem = $1 ORDER BY token_hash"},
    {"guest", "SELECT device_key, token_hash FROM guest WHERE ecosystem = $1 ORDER BY device_key"},
    {"kiosk",
     "SELECT log_id, pubkey, station, role, event, activity, origin, last_seq, head,"
     " closed_at, revoked_at, revoked_seq FROM kiosk WHERE ecosystem = $1 ORDER BY log_id"},
    {"entry",
     "SELECT k.log_id, e.seq, e.format, e.kind, e.at_ms, e.mono_ms, e.boot, e.event,"
     " e.activity, e.method, e.badge, e.learner, e.body, e.salt, e.ghost, e.who_hash, e.hash FROM"
     " kiosk k JOIN entry e ON e.ecosystem = k.ecosystem AND e.log_no = k.log_no WHERE"
     " k.ecosystem = $1 ORDER BY k.log_id, e.seq"},
    {"held", "SELECT log_id, first_seq, last_seq, hash, why, bundle FROM held WHERE ecosystem = $1"
             " ORDER BY log_id, first_seq, hash"},
    {"fork", "SELECT log_id, seq, hash, branch_id, before FROM fork WHERE ecosystem = $1"
             " ORDER BY branch_id"},
    {"handout", "SELECT badge, hash, kind, at_ms, event, learner, old, why, card FROM handout WHERE"
                " ecosystem = $1 ORDER BY badge, hash"},
    {"sealed", "SELECT badge, hash, at_ms, form, state FROM sealed WHERE ecosystem = $1"
               " ORDER BY badge, hash"},
    {"headcount", "SELECT k.log_id, h.seq, h.event, h.at_ms, h.adults, h.is_undone, h.from_log,"
                  " h.from_seq FROM kiosk k JOIN headcount h ON h.ecosystem = k.ecosystem AND"
                  " h.log_no = k.log_no WHERE k.ecosystem = $1 ORDER BY k.log_id, h.seq"},
    {"erasure", "SELECT id_hash FROM erasure WHERE ecosystem = $1 ORDER BY id_hash"},
    {"erased_badge", "SELECT id, event FROM erased_badge WHERE ecosystem = $1 ORDER BY id"},
    {"attendance", "SELECT id, learner, event, activity, starts, ends, source FROM attendance WHERE"
                   " ecosystem = $1 ORDER BY id"},
    {"correction",
     "SELECT seq, actor, why, verb, reverts, event, station, from_ms, to_ms, activity,"
     " group_title, has_learners, to_event, to_activity, by_ms, starts_ms, ends_ms,"
     " minutes FROM correction WHERE ecosystem = $1 ORDER BY seq"},
    {"correction_learner", "SELECT seq, learner FROM correction_learner WHERE ecosystem = $1"
                           " ORDER BY seq, learner"},
    {"clock_span",
     "SELECT k.log_id, c.first_seq, c.last_seq, c.boot, c.is_salvaged, c.first_at, c.first_mono,"
     " c.last_at, c.last_mono, c.told, c.base, c.lo, c.hi FROM kiosk k JOIN clock_span c ON"
     " c.ecosystem = k.ecosystem AND c.log_no = k.log_no WHERE k.ecosystem = $1"
     " ORDER BY k.log_id, c.first_seq"},
    {"visit",
     "SELECT id, who, learner, badge, event, activity, in_log, in_seq, out_log, out_seq,"
     " starts, ends, minutes, imputed, clock, source FROM visit WHERE ecosystem = $1 ORDER BY id"},
    {"conflict",
     "SELECT id, type, a, b, c, rule, state, resolved_by FROM conflict WHERE ecosystem ="
     " $1 ORDER BY id"},
    {"settlement", "SELECT conflict, step, verb, how, actor, why FROM settlement WHERE ecosystem ="
                   " $1 ORDER BY conflict, step"},
    {"ruling", "SELECT does, about, conflict, target, amount FROM ruling WHERE ecosystem = $1"
               " ORDER BY does, about"},
    {"merged", "SELECT learner, root FROM merged WHERE ecosystem = $1 ORDER BY learner"},
    {"duplicate", "SELECT a, b, score, reasons FROM duplicate WHERE ecosystem = $1"
                  " ORDER BY a, b"},
};

/* Text as it is, but for what would break a line or a column. */
static void print_text(struct tn_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *special = text.data[i] == '\t'   ? "\\t"
                              : text.data[i] == '\n' ? "\\n"
                              : text.data[i] == '\r' ? "\\r"
                              : text.data[i] == '\\' ? "\\\\"
                                                     : NULL;
        if (special != NULL) {
            fputs(special, stdout);
        } else {
            putchar(text.data[i]);
        }
    }
}

static void print_value(struct tn_stmt *stmt, int column)
{
    enum tn_col_kind kind = tn_col_kind(stmt, column);
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    switch (kind) {
    case TN_COL_NULL:
        fputs("\\N", stdout);
        break;
    case TN_COL_BYTES:
        fputs("x", stdout);
        for (size_t i = 0; i < bytes.len; i++) {
            printf("%02x", bytes.data[i]);
        }
        break;
    case TN_COL_INT:
        printf("%lld", (long long)tn_col_int(stmt, column));
        break;
    case TN_COL_TEXT:
        print_text(bytes);
        break;
    }
}

static enum tn_status dump_table(struct tn_centre *centre, const char *name, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    printf("== %s", name);
    for (int i = 0; i < tn_col_count(stmt); i++) {
        printf("\t%s", tn_col_name(stmt, i));
    }
    putchar('\n');
    tn_bind_int(stmt, 1, centre->no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        for (int i = 0; i < tn_col_count(stmt); i++) {
            if (i > 0) {
                putchar('\t');
            }
            print_value(stmt, i);
        }
        putchar('\n');
    }
    tn_reset(stmt);
    return status;
}

static enum tn_exit run(int argc, char **argv)
{
    const char *central = NULL;
    struct tn_centre centre;
    bool is_help = false;
    const struct tn_option options[] = {{"central", &central, NULL}, {NULL, NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_dump, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_dump, "%s: dump takes options only", argv[1]);
    }
    code = tn_common_open(&tn_cmd_dump, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == TN_OK; i++) {
        status = dump_table(&centre, tables[i].name, tables[i].sql);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

const struct tn_cmd tn_cmd_dump = {
    .name = "dump",
    .summary = "print every central table, the same by whatever route the facts came",
    .usage = "  turnout-sync dump --central C\n",
    .run = run,
};
