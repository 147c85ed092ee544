/* Looking for duplicates. Each learner becomes a record in each block they belong to; sorting
 * brings a block together, and within it all are compared. A pair that shares several blocks is
 * taken in the first of them, which the two records themselves tell. */
#include "sync/central/duplicates.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/alike.h"
#include "sync/central/conflict.h"
#include "sync/central/fold.h"
#include "sync/central/spill.h"
#include "turnout/log.h"

#define PAGE 5000      /* learners read at a time */
#define BLOCK_MAX 8192 /* records compared with each other; a larger block is cut */
#define KEY_BYTES (8 + TN_ID_SIZE)
#define FOLDED_MAX 512

/* What puts learners into one block. */
enum block {
    BLOCK_NAME,
    BLOCK_FAMILY_YEAR,
    BLOCK_GIVEN_YEAR,
    BLOCK_FAMILY_PARTNER,
    BLOCK_GIVEN_PARTNER,
    BLOCK_COUNT
};

struct record {
    uint8_t key[8];
    struct tn_id id;
    struct tn_alike who;
    uint8_t block;
    uint8_t unused[3];
};
static_assert(sizeof(struct record) % 32 == 0, "a multiple of 32, as spill.h wants");

struct pair {
    struct tn_id a;
    struct tn_id b;
    struct tn_alike one;
    struct tn_alike other;
    uint32_t namesakes;
    int score;
};

/* A look under way. */
struct look {
    struct tn_centre *centre;
    struct tn_fold *fold;
    struct tn_spill *spill;
    uint8_t key[crypto_shorthash_KEYBYTES];
    struct record *block;
    size_t block_count;
    struct pair *pairs;
    size_t pair_count;
    size_t pair_room;
    struct tn_id last; /* who was read last */
    uint64_t all;
    void (*progress)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
    struct tn_duplicates *out;
};

static size_t first_word(const char *name)
{
    return strcspn(name, " ");
}

/* The block's key over what its learners share. */
static void make_key(const struct look *look, enum block block, const char *text, size_t len,
                     int64_t extra, uint8_t out[8])
{
    uint8_t bytes[2 * TN_ALIKE_NAME_SIZE + 16];
    bytes[0] = (uint8_t)block;
    memcpy(bytes + 1, &extra, sizeof extra);
    memcpy(bytes + 1 + sizeof extra, text, len);
    (void)crypto_shorthash(out, bytes, 1 + sizeof extra + len, look->key);
}

/* The two names without spaces, the smaller first, so that exchanging them changes nothing. */
static size_t both_names(const struct tn_alike *who, char out[2 * TN_ALIKE_NAME_SIZE])
{
    char given[TN_ALIKE_NAME_SIZE];
    char family[TN_ALIKE_NAME_SIZE];
    tn_alike_join(who->given, given);
    tn_alike_join(who->family, family);
    const bool is_given_first = strcmp(given, family) <= 0;
    (void)snprintf(out, 2 * TN_ALIKE_NAME_SIZE, "%s %s", is_given_first ? given : family,
                   is_given_first ? family : given);
    return strlen(out);
}

/* The first word of one name and the first letter of the other. */
static size_t word_and_letter(const char *word, const char *letter,
                              char out[2 * TN_ALIKE_NAME_SIZE])
{
    (void)snprintf(out, 2 * TN_ALIKE_NAME_SIZE, "%.*s %.1s", (int)first_word(word), word, letter);
    return strlen(out);
}

static bool is_in_block(const struct tn_alike *who, enum block block)
{
    switch (block) {
    case BLOCK_NAME:
        return true;
    case BLOCK_FAMILY_YEAR:
    case BLOCK_GIVEN_YEAR:
        return who->birth_year != 0 && who->family[0] != '\0';
    case BLOCK_FAMILY_PARTNER:
    case BLOCK_GIVEN_PARTNER:
        return who->partner != 0 && who->family[0] != '\0';
    case BLOCK_COUNT:
        break;
    }
    return false;
}

static void key_of(const struct look *look, const struct tn_alike *who, enum block block,
                   uint8_t out[8])
{
    char text[2 * TN_ALIKE_NAME_SIZE];
    const bool is_year = block == BLOCK_FAMILY_YEAR || block == BLOCK_GIVEN_YEAR;
    const bool is_family = block == BLOCK_FAMILY_YEAR || block == BLOCK_FAMILY_PARTNER;
    size_t len = block == BLOCK_NAME ? both_names(who, text)
                 : is_family         ? word_and_letter(who->family, who->given, text)
                                     : word_and_letter(who->given, who->family, text);
    int64_t extra = 0;
    if (block != BLOCK_NAME) {
        extra = is_year ? (int64_t)who->birth_year : (int64_t)who->partner;
    }
    make_key(look, block, text, len, extra, out);
}

static enum tn_status add_records(struct look *look, const struct tn_id *id,
                                  const struct tn_alike *who)
{
    enum tn_status status = TN_OK;
    for (int block = 0; block < BLOCK_COUNT && status == TN_OK; block++) {
        struct record record = {.id = *id, .who = *who, .block = (uint8_t)block};
        if (is_in_block(who, (enum block)block)) {
            key_of(look, who, (enum block)block, record.key);
            status = tn_spill_add(look->spill, &record);
        }
    }
    return status;
}

/* A number for a partner's name, so that one that a walk-in typed is the one of the list. */
static uint32_t partner_of(const struct look *look, const char *name)
{
    char folded[FOLDED_MAX];
    uint8_t hash[crypto_shorthash_BYTES];
    uint32_t number = 0;
    tn_fold_name(look->fold, name, folded, sizeof folded);
    if (folded[0] == '\0') {
        return 0;
    }
    (void)crypto_shorthash(hash, (const uint8_t *)folded, strlen(folded), look->key);
    memcpy(&number, hash, sizeof number);
    return number == 0 ? 1 : number;
}

static void take_learner(const struct look *look, struct tn_stmt *stmt, struct tn_alike *out)
{
    *out = (struct tn_alike){.birth_year = (int16_t)tn_col_int(stmt, 3),
                             .is_walkin = tn_col_int(stmt, 6) == 0};
    tn_fold_name(look->fold, tn_col_text(stmt, 1), out->given, sizeof out->given);
    tn_fold_name(look->fold, tn_col_text(stmt, 2), out->family, sizeof out->family);
    tn_alike_grade(tn_col_text(stmt, 4), &out->grade_lo, &out->grade_hi);
    out->partner = partner_of(look, tn_col_text(stmt, 5));
}

static enum tn_status read_page(struct look *look, bool *has_more)
{
    static const char sql[] =
        "SELECT l.id, p.given, p.family, coalesce(l.birth_year, 0), l.grade, coalesce(h.name,"
        " l.partner_text), CASE WHEN EXISTS (SELECT 1 FROM learner_alias a WHERE a.ecosystem ="
        " l.ecosystem AND a.learner = l.id) THEN 1 ELSE 0 END FROM learner l JOIN learner_pii p ON"
        " p.ecosystem = l.ecosystem AND p.learner = l.id LEFT JOIN partner h ON h.ecosystem ="
        " l.ecosystem AND h.id = l.home_partner WHERE l.ecosystem = $1 AND l.id > $2 AND"
        " l.merged_into IS NULL AND l.erased_at IS NULL ORDER BY l.id LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    int count = 0;
    enum tn_status status = tn_centre_prepare(look->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){look->last.b, TN_ID_SIZE});
    tn_bind_int(stmt, 3, PAGE);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_alike who;
        struct tn_id id;
        tn_col_id(stmt, 0, &id);
        take_learner(look, stmt, &who);
        status = who.given[0] == '\0' ? TN_OK : add_records(look, &id, &who);
        look->last = id;
        count++;
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    look->out->learners += (uint64_t)count;
    *has_more = count == PAGE;
    return status;
}

static bool shares(const struct look *look, const struct record *a, const struct record *b,
                   enum block block)
{
    uint8_t x[8];
    uint8_t y[8];
    if (!is_in_block(&a->who, block) || !is_in_block(&b->who, block)) {
        return false;
    }
    key_of(look, &a->who, block, x);
    key_of(look, &b->who, block, y);
    return memcmp(x, y, sizeof x) == 0;
}

static enum tn_status keep(struct look *look, const struct record *a, const struct record *b,
                           uint32_t namesakes, int score)
{
    for (int block = 0; block < a->block; block++) {
        if (shares(look, a, b, (enum block)block)) {
            return TN_OK; /* taken there */
        }
    }
    if (look->pair_count == TN_DUPLICATES_MAX) {
        tn_log(TN_LOG_ERROR,
               "more than %d pairs of learners may be one: was a roster imported under"
               " other ids? Nothing was noted",
               TN_DUPLICATES_MAX);
        return TN_ERR_LIMIT;
    }
    if (look->pair_count == look->pair_room) {
        const size_t room = look->pair_room == 0 ? 1024 : 2 * look->pair_room;
        struct pair *more = realloc(look->pairs, room * sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        look->pairs = more;
        look->pair_room = room;
    }
    const bool is_first = memcmp(a->id.b, b->id.b, TN_ID_SIZE) < 0;
    look->pairs[look->pair_count++] = (struct pair){.a = is_first ? a->id : b->id,
                                                    .b = is_first ? b->id : a->id,
                                                    .one = a->who,
                                                    .other = b->who,
                                                    .namesakes = namesakes,
                                                    .score = score};
    return TN_OK;
}

/* Years that are known and far apart cannot be made up for, so most pairs of a block of a common
 * name are passed over by one comparison. */
static bool is_hopeless(const struct record *a, const struct record *b)
{
    return a->who.birth_year != 0 && b->who.birth_year != 0 &&
           abs(a->who.birth_year - b->who.birth_year) > 1;
}

/* How many of a block's names, which are all one, are of a partner. */
static uint32_t count_at(const struct look *look, uint32_t partner)
{
    uint32_t count = 0;
    for (size_t i = 0; i < look->block_count; i++) {
        count += look->block[i].who.partner == partner;
    }
    return count;
}

/* One of a block with those after it. A name that many have elsewhere says no less of two who are
 * of one partner; one that many have there does. */
static enum tn_status compare_with_rest(struct look *look, size_t first)
{
    const struct record *a = &look->block[first];
    const bool is_name = a->block == BLOCK_NAME;
    const uint32_t here = is_name ? count_at(look, a->who.partner) : 2;
    const uint32_t all = is_name ? (uint32_t)look->block_count : 2;
    enum tn_status status = TN_OK;
    for (size_t j = first + 1; j < look->block_count && status == TN_OK; j++) {
        const struct record *b = &look->block[j];
        const uint32_t namesakes = tn_alike_is_one_partner(&a->who, &b->who) ? here : all;
        if (is_hopeless(a, b)) {
            continue;
        }
        look->out->compared++;
        const int score = tn_alike_score(&a->who, &b->who, namesakes, NULL);
        if (score >= TN_ALIKE_PROBABLE) {
            status = keep(look, a, b, namesakes, score);
        }
    }
    return status;
}

static enum tn_status compare_block(struct look *look)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i + 1 < look->block_count && status == TN_OK; i++) {
        status = compare_with_rest(look, i);
    }
    look->block_count = 0;
    return status;
}

static enum tn_status compare_all(struct look *look)
{
    const void *next = NULL;
    enum tn_status status = tn_spill_sort(look->spill);
    while (status == TN_OK && (status = tn_spill_next(look->spill, &next)) == TN_OK &&
           next != NULL) {
        const struct record *record = next;
        const bool is_new = look->block_count > 0 &&
                            memcmp(look->block[0].key, record->key, sizeof record->key) != 0;
        const struct record kept = *record;
        if (is_new || look->block_count == BLOCK_MAX) {
            status = compare_block(look);
        }
        look->block[look->block_count++] = kept;
    }
    return status == TN_OK ? compare_block(look) : status;
}

static enum tn_status write_pair(struct tn_centre *centre, const struct pair *pair, int64_t now_ms)
{
    static const char sql[] =
        "INSERT INTO duplicate (ecosystem, a, b, score, reasons) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING";
    char reasons[TN_ALIKE_REASONS_SIZE];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    (void)tn_alike_score(&pair->one, &pair->other, pair->namesakes, reasons);
    tn_bind_id(stmt, 2, &pair->a);
    tn_bind_id(stmt, 3, &pair->b);
    tn_bind_int(stmt, 4, pair->score);
    tn_bind_text(stmt, 5, reasons);
    status = tn_run(stmt);
    return status == TN_OK ? tn_conflict_note(centre, "duplicate", &pair->a, &pair->b, now_ms)
                           : status;
}

static enum tn_status count(struct tn_centre *centre, const char *sql, uint64_t *out)
{
    int64_t number = 0;
    enum tn_status status = tn_centre_number(centre, sql, &number);
    *out = (uint64_t)number;
    return status;
}

static enum tn_status write_all(struct look *look, int64_t now_ms)
{
    static const char forget[] = "DELETE FROM duplicate WHERE ecosystem = $1";
    static const char drop[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type = 'duplicate' AND state = 'open' AND "
        "NOT"
        " EXISTS (SELECT 1 FROM duplicate d WHERE d.ecosystem = conflict.ecosystem AND d.a ="
        " conflict.a AND d.b = conflict.b)";
    static const char settled[] =
        "SELECT count(*) FROM duplicate d JOIN conflict c ON c.ecosystem = d.ecosystem AND c.type ="
        " 'duplicate' AND c.a = d.a AND c.b = d.b AND c.state = 'settled' WHERE d.ecosystem = $1";
    enum tn_status status = tn_db_begin(look->centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_centre_run(look->centre, forget);
    for (size_t i = 0; i < look->pair_count && status == TN_OK; i++) {
        status = write_pair(look->centre, &look->pairs[i], now_ms);
    }
    if (status == TN_OK) {
        status = tn_centre_run(look->centre, drop);
    }
    if (status == TN_OK) {
        status = count(look->centre, settled, &look->out->settled);
    }
    if (status == TN_OK) {
        return tn_db_commit(look->centre->db);
    }
    tn_db_rollback(look->centre->db);
    return status;
}

static enum tn_status look_at_all(struct look *look)
{
    static const char all[] = "SELECT count(*) FROM learner WHERE ecosystem = $1";
    bool has_more = true;
    enum tn_status status = count(look->centre, all, &look->all);
    while (status == TN_OK && has_more) {
        status = read_page(look, &has_more);
        if (look->progress != NULL) {
            look->progress(look->ctx, look->out->learners, look->all);
        }
    }
    if (status == TN_OK) {
        status = compare_all(look);
    }
    return status;
}

enum tn_status tn_duplicates_look(struct tn_centre *centre, int64_t now_ms, size_t spill_bytes,
                                  void (*progress)(void *ctx, uint64_t done, uint64_t all),
                                  void *ctx, struct tn_duplicates *out)
{
    struct look look = {.centre = centre, .progress = progress, .ctx = ctx, .out = out};
    *out = (struct tn_duplicates){0};
    crypto_shorthash_keygen(look.key);
    look.block = calloc(BLOCK_MAX, sizeof *look.block);
    enum tn_status status = look.block == NULL ? TN_ERR_NO_MEMORY : tn_fold_open(&look.fold);
    if (status == TN_OK) {
        status = tn_spill_open(sizeof(struct record), KEY_BYTES, spill_bytes, &look.spill);
    }
    if (status == TN_OK) {
        status = look_at_all(&look);
    }
    if (status == TN_OK) {
        out->found = look.pair_count;
        status = write_all(&look, now_ms);
    }
    if (look.block != NULL) {
        sodium_memzero(look.block, BLOCK_MAX * sizeof *look.block);
    }
    if (look.pairs != NULL) {
        sodium_memzero(look.pairs, look.pair_room * sizeof *look.pairs);
    }
    free(look.block);
    free(look.pairs);
    tn_spill_close(look.spill);
    tn_fold_close(look.fold);
    return status;
}

/* The pairs of a learner that are an open conflict, or would be: the two are not merged. */
static enum tn_status note_pairs(struct tn_centre *centre, const struct tn_id *learner,
                                 int64_t now_ms)
{
    static const char sql[] =
        "SELECT d.a, d.b FROM duplicate d WHERE d.ecosystem = $1 AND (d.a = $2 OR d.b = $2) AND NOT"
        " EXISTS (SELECT 1 FROM merged m WHERE m.ecosystem = d.ecosystem AND m.learner IN (d.a,"
        " d.b))";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id a;
        struct tn_id b;
        tn_col_id(stmt, 0, &a);
        tn_col_id(stmt, 1, &b);
        status = tn_conflict_note(centre, "duplicate", &a, &b, now_ms);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_duplicates_follow(struct tn_centre *centre, const struct tn_id *learner,
                                    int64_t now_ms)
{
    static const char drop[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type = 'duplicate' AND state = 'open' AND"
        " EXISTS (SELECT 1 FROM merged m WHERE m.ecosystem = conflict.ecosystem AND m.learner IN"
        " (conflict.a, conflict.b))";
    enum tn_status status = tn_centre_run(centre, drop);
    return status == TN_OK ? note_pairs(centre, learner, now_ms) : status;
}
