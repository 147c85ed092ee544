/* Settling a badge's row from everything that was minted and handed out, and from no other badge's
 * row, so that badges may be settled in any order. The row is compared before it is written, so
 * that settling again writes nothing. */
#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/handouts.h"

/* What the row of a badge says, or is to say. */
struct row {
    bool is_there;
    enum tn_handed_how handed;
    struct tn_id learner;
    struct tn_id event;
    int64_t issued;
    char status[16];
    struct tn_id replaced_by;
    bool has_secret;
    bool has_card;
    uint8_t card[TN_CARD_SIZE];
};

/* The handout that counts for a badge. */
struct winner {
    bool is_there;
    bool is_register;
    struct tn_id learner;
    struct tn_id old;
    struct tn_id event;
    int64_t at_ms;
};

static bool take_card(struct tn_stmt *stmt, int column, uint8_t out[TN_CARD_SIZE])
{
    struct tn_bytes card = tn_col_bytes(stmt, column);
    if (card.len != TN_CARD_SIZE) {
        return false;
    }
    memcpy(out, card.data, TN_CARD_SIZE);
    return true;
}

static enum tn_status read_row(struct tn_centre *centre, const struct tn_id *badge, struct row *out)
{
    static const char sql[] = "SELECT handed, learner, event, issued, status, replaced_by, secret,"
                              " card FROM badge WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    *out = (struct row){.handed = TN_HANDED_MADE};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &out->is_there);
    if (status == TN_OK && out->is_there) {
        out->handed = (enum tn_handed_how)tn_col_int(stmt, 0);
        tn_col_id(stmt, 1, &out->learner);
        tn_col_id(stmt, 2, &out->event);
        out->issued = tn_col_int(stmt, 3);
        (void)snprintf(out->status, sizeof out->status, "%s", tn_col_text(stmt, 4));
        tn_col_id(stmt, 5, &out->replaced_by);
        out->has_secret = tn_col_bytes(stmt, 6).len > 0;
        out->has_card = take_card(stmt, 7, out->card);
    }
    tn_reset(stmt);
    return status;
}

/* The first handout of a badge; of the old one, with `of_old`, which tells only when and where. */
static enum tn_status read_winner(struct tn_centre *centre, const struct tn_id *badge, bool of_old,
                                  struct winner *out, struct tn_id *given)
{
    static const char of_badge[] =
        "SELECT kind, learner, old, event, at_ms, badge FROM handout WHERE ecosystem = $1 AND"
        " badge = $2 ORDER BY at_ms, CASE WHEN card IS NULL THEN 1 ELSE 0 END, hash LIMIT 1";
    static const char by_old[] =
        "SELECT kind, learner, old, event, at_ms, badge FROM handout WHERE ecosystem = $1 AND"
        " old = $2 ORDER BY at_ms, hash, badge LIMIT 1";
    struct tn_stmt *stmt = NULL;
    *out = (struct winner){0};
    enum tn_status status = tn_centre_prepare(centre, of_old ? by_old : of_badge, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &out->is_there);
    if (status == TN_OK && out->is_there) {
        out->is_register = strcmp(tn_col_text(stmt, 0), tn_kind_name(TN_KIND_REGISTER)) == 0;
        tn_col_id(stmt, 1, &out->learner);
        tn_col_id(stmt, 2, &out->old);
        tn_col_id(stmt, 3, &out->event);
        out->at_ms = tn_col_int(stmt, 4);
        tn_col_id(stmt, 5, given);
    }
    tn_reset(stmt);
    return status;
}

/* One step towards whose a badge is: *learner where it is known here, else *from, the badge whose
 * holder got this one; both none where nobody knows. */
static enum tn_status trace(struct tn_centre *centre, const struct tn_id *badge,
                            struct tn_id *learner, struct tn_id *from)
{
    struct row row;
    struct winner winner;
    struct winner gone;
    struct tn_id other;
    enum tn_status status = read_row(centre, badge, &row);
    bool is_minted_for = row.handed == TN_HANDED_NOT && !tn_id_is_none(&row.learner);
    *learner = *from = (struct tn_id){{0}};
    if (status != TN_OK || is_minted_for) {
        *learner = row.learner;
        return status;
    }
    status = read_winner(centre, badge, false, &winner, &other);
    if (status == TN_OK && !winner.is_there && row.handed == TN_HANDED_MADE) {
        status = read_winner(centre, badge, true, &gone, &other);
        *learner = gone.learner;
    } else if (status == TN_OK) {
        *learner = winner.learner;
        *from = winner.old;
    }
    return status;
}

/* Whose a badge is, from what was minted and handed out alone and not from rows that were settled
 * before, so that no order shows. Badges that only replace each other are nobody's. */
static enum tn_status learner_of(struct tn_centre *centre, const struct tn_id *badge,
                                 struct tn_id *out)
{
    struct tn_id at = *badge;
    *out = (struct tn_id){{0}};
    enum tn_status status = TN_OK;
    for (int i = 0; i < TN_HANDOUT_CHAIN_MAX && status == TN_OK; i++) {
        struct tn_id from;
        status = trace(centre, &at, out, &from);
        if (!tn_id_is_none(out) || tn_id_is_none(&from)) {
            break;
        }
        at = from;
    }
    return status;
}

static enum tn_status write_row(struct tn_centre *centre, const struct tn_id *badge,
                                const struct row *row)
{
    static const char sql[] =
        "INSERT INTO badge (ecosystem, id, learner, event, code, issued, status, replaced_by,"
        " secret, card, handed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT"
        " (ecosystem, id) DO UPDATE SET learner = excluded.learner, event = excluded.event, issued"
        " = excluded.issued, status = excluded.status, replaced_by = excluded.replaced_by, card ="
        " excluded.card, handed = excluded.handed";
    char code[TN_BADGE_CODE_SIZE];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_badge_code(badge, code);
    tn_bind_id(stmt, 2, badge);
    tn_bind_id(stmt, 3, &row->learner);
    tn_bind_id(stmt, 4, &row->event);
    tn_bind_text(stmt, 5, code);
    tn_bind_int(stmt, 6, row->issued);
    tn_bind_text(stmt, 7, row->status);
    tn_bind_id(stmt, 8, &row->replaced_by);
    tn_bind_bytes(stmt, 9, (struct tn_bytes){(const uint8_t *)"", 0}); /* a new row's */
    tn_bind_bytes(
        stmt, 10,
        (struct tn_bytes){row->has_card ? row->card : NULL, row->has_card ? sizeof row->card : 0});
    tn_bind_int(stmt, 11, row->handed);
    return tn_run(stmt);
}

/* Says once that a badge was given to more than one learner. */
static enum tn_status note_two(struct tn_centre *centre, const struct tn_id *badge,
                               const struct row *row, int64_t now_ms)
{
    static const char sql[] =
        "SELECT count(DISTINCT learner), max(CASE WHEN learner <> $1 THEN 1 ELSE 0 END) FROM"
        " handout WHERE ecosystem = $2 AND badge = $3 AND learner IS NOT NULL";
    static const struct tn_id none = {{0}};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, (struct tn_bytes){row->learner.b, TN_ID_SIZE});
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, badge);
    status = tn_step(stmt, &has_row);
    bool is_minted_for = row->handed == TN_HANDED_NOT;
    bool are_two = status == TN_OK && has_row &&
                   (tn_col_int(stmt, 0) > 1 || (is_minted_for && tn_col_int(stmt, 1) != 0));
    tn_reset(stmt);
    return are_two ? tn_conflict_note(centre, "two_learners", badge, &none, now_ms) : status;
}

/* The first card that a kiosk made on this badge for its learner, in whichever handout: the one
 * that counts may have come from a kiosk that did not know whose the old badge was. A card that was
 * made here stays only where there is none, and as long as the badge is the same learner's. */
static enum tn_status settle_card(struct tn_centre *centre, const struct tn_id *badge,
                                  const struct tn_id *before, struct row *row)
{
    static const char sql[] = "SELECT card FROM handout WHERE ecosystem = $1 AND badge = $2 AND"
                              " learner = $3 AND card IS NOT NULL ORDER BY at_ms, hash LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    tn_bind_id(stmt, 3, &row->learner);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && (has_row || !tn_id_equal(before, &row->learner))) {
        memset(row->card, 0, sizeof row->card);
        row->has_card = has_row && take_card(stmt, 0, row->card);
    }
    tn_reset(stmt);
    return status;
}

/* Whose the badge is: minted for a learner it stays theirs; else the first handout's. */
static enum tn_status settle_learner(struct tn_centre *centre, const struct tn_id *badge,
                                     const struct winner *winner, struct row *row)
{
    enum tn_status status = TN_OK;
    bool is_minted_for = row->handed == TN_HANDED_NOT && !tn_id_is_none(&row->learner);
    if (!winner->is_there || is_minted_for) {
        return TN_OK;
    }
    const struct tn_id before = row->learner;
    row->handed = row->handed == TN_HANDED_MADE ? TN_HANDED_MADE : TN_HANDED_BLANK;
    status = learner_of(centre, badge, &row->learner);
    return status == TN_OK ? settle_card(centre, badge, &before, row) : status;
}

/* What only a kiosk made has no facts of its own: they are the handout's. */
static void settle_facts(const struct winner *winner, const struct winner *gone, struct row *row)
{
    const struct winner *from = winner->is_there ? winner : gone;
    if (row->handed == TN_HANDED_MADE) {
        row->event = from->event;
        row->issued = from->at_ms;
        if (!winner->is_there) {
            row->learner = gone->learner;
        }
    }
    bool is_fixed = strcmp(row->status, "revoked") == 0 || strcmp(row->status, "void") == 0;
    if (is_fixed) {
        return;
    }
    bool is_form_closed = winner->is_there && winner->is_register && !row->has_secret;
    (void)snprintf(row->status, sizeof row->status, "%s",
                   gone->is_there                                    ? "replaced"
                   : is_form_closed && row->handed == TN_HANDED_MADE ? "walk-in"
                                                                     : "active");
}

static bool is_same(const struct row *a, const struct row *b)
{
    return a->handed == b->handed && tn_id_equal(&a->learner, &b->learner) &&
           tn_id_equal(&a->event, &b->event) && a->issued == b->issued &&
           strcmp(a->status, b->status) == 0 && tn_id_equal(&a->replaced_by, &b->replaced_by) &&
           a->has_card == b->has_card && memcmp(a->card, b->card, sizeof a->card) == 0;
}

enum tn_status tn_handout_settle(struct tn_centre *centre, const struct tn_id *badge,
                                 int64_t now_ms)
{
    static const struct tn_id none = {{0}};
    struct row row;
    struct winner winner;
    struct winner gone;
    struct tn_id self;
    enum tn_status status = read_row(centre, badge, &row);
    struct row before = row;
    status = status == TN_OK ? read_winner(centre, badge, false, &winner, &self) : status;
    struct tn_id given = none;
    status = status == TN_OK ? read_winner(centre, badge, true, &gone, &given) : status;
    if (status != TN_OK || (!winner.is_there && !gone.is_there)) {
        return status;
    }
    status = settle_learner(centre, badge, &winner, &row);
    if (status != TN_OK) {
        return status;
    }
    settle_facts(&winner, &gone, &row);
    row.replaced_by = gone.is_there ? given : none;
    if (!before.is_there || !is_same(&row, &before)) {
        status = write_row(centre, badge, &row);
    }
    if (status == TN_OK) {
        status = tn_conflict_drop(centre, "unknown_badge", badge, &none);
    }
    return status == TN_OK ? note_two(centre, badge, &row, now_ms) : status;
}
