/* What the tests of names share: a directory made from a list, sealed as the centre seals it. */
#ifndef TESTS_UNIT_CORE_NAMES_H
#define TESTS_UNIT_CORE_NAMES_H

#include "tests/unit/core_fixture.h"

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/directory.h"

#define NAMES_SEALED_MAX (256u << 20)

static inline struct tn_directory_row names_row(uint32_t number, const char *full,
                                                const char *display)
{
    struct tn_directory_row row = {.lang = "en"};
    row.learner.b[0] = 0x51;
    row.badge.b[0] = 0xba;
    for (int i = 0; i < 4; i++) {
        row.learner.b[4 + i] = (uint8_t)(number >> (24 - 8 * i));
        row.badge.b[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    }
    (void)snprintf(row.full, sizeof row.full, "%s", full);
    (void)snprintf(row.display, sizeof row.display, "%s", display);
    return row;
}

/* Seals what `plain` holds; the nonce is as directory.h says. The caller destroys *out. */
static inline void names_seal(const struct tn_buf *plain, const struct tn_key *key,
                              const struct tn_id *event, struct tn_buf *out)
{
    uint8_t nonce[32];
    uint8_t *sealed = malloc(plain->len + 16);
    assert_int_equal(plain->status, TN_OK);
    assert_non_null(sealed);
    crypto_generichash(nonce, sizeof nonce, plain->data, plain->len, key->b, sizeof key->b);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain->data, plain->len, event->b,
                                               sizeof event->b, NULL, nonce, key->b);
    tn_buf_init(out, NAMES_SEALED_MAX);
    assert_int_equal(tn_buf_append(out, nonce, 24), TN_OK);
    assert_int_equal(tn_buf_append(out, sealed, plain->len + 16), TN_OK);
    free(sealed);
}

/* What a pack with names is made of. */
struct names_pack {
    uint64_t version;
    const struct tn_badge *staff; /* NULL: no staff card */
    int64_t until_ms;
    const struct tn_key *key;            /* wrapped for the staff card */
    const struct tn_directory_row *rows; /* NULL: no directory */
    size_t rows_count;
    const struct tn_key *sealed_with; /* NULL: key */
    const struct tn_badge *learners;  /* cards for these */
    const struct tn_id *badges;       /* and for these ids, which nobody can open */
    size_t learners_count;
    size_t badges_count;
};

static inline void names_begin(struct tn_buf *plain, size_t count);

static inline void names_add_staff(struct fixture *f, struct tn_pack_builder *pack,
                                   const struct names_pack *what)
{
    struct tn_staff_card card = {
        .id = tn_badge_id(what->staff), .name = "Rosa Marín", .until_ms = what->until_ms};
    tn_staff_wrap(what->staff, what->key, &f->env.random, card.wrapped);
    assert_int_equal(tn_pack_add_staff(pack, &card), TN_OK);
}

static inline void names_add_directory(struct fixture *f, struct tn_pack_builder *pack,
                                       const struct names_pack *what)
{
    struct tn_buf plain;
    struct tn_buf sealed;
    names_begin(&plain, what->rows_count);
    for (size_t i = 0; i < what->rows_count; i++) {
        tn_directory_put_row(&plain, &what->rows[i]);
    }
    names_seal(&plain, what->sealed_with == NULL ? what->key : what->sealed_with, &f->setup.event,
               &sealed);
    assert_int_equal(tn_pack_set_directory(pack, tn_buf_bytes(&sealed)), TN_OK);
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
}

static inline void names_add_cards(struct fixture *f, struct tn_pack_builder *pack,
                                   const struct names_pack *what)
{
    uint8_t sealed[TN_CARD_SIZE] = {0};
    for (size_t i = 0; i < what->learners_count; i++) {
        struct tn_card card = {.learner = names_row((uint32_t)i, "", "").learner, .lang = "en"};
        struct tn_id id = tn_badge_id(&what->learners[i]);
        (void)snprintf(card.display, sizeof card.display, "Learner");
        assert_int_equal(tn_card_seal(&card, &what->learners[i], &f->env.random, sealed), TN_OK);
        assert_int_equal(tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed}),
                         TN_OK);
    }
    for (size_t i = 0; i < what->badges_count; i++) {
        assert_int_equal(
            tn_pack_add_card(pack, &what->badges[i], (struct tn_bytes){sealed, sizeof sealed}),
            TN_OK);
    }
}

/* Lays down a pack and gives its number; tn_station_switch_pack switches to it. */
static inline uint64_t names_lay_pack(struct fixture *f, const struct names_pack *what)
{
    struct tn_pack_head head = {
        .ecosystem = f->setup.ecosystem,
        .epoch = 1,
        .version = what->version,
        .event = f->setup.event,
        .event_title = "Science night",
        .tz = "America/Chicago",
        .starts_ms = FIXTURE_AT_MS,
        .ends_ms = FIXTURE_AT_MS + 3600000,
        .station_name = "Gate A",
        .role = f->setup.role,
        .repeat_ms = 4000,
    };
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    assert_int_equal(tn_pack_begin(f->dir, &head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &f->badge_key), TN_OK);
    if (what->staff != NULL) {
        names_add_staff(f, pack, what);
    }
    if (what->rows != NULL) {
        names_add_directory(f, pack, what);
    }
    names_add_cards(f, pack, what);
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    return number;
}

/* Begins a directory of `count` rows. */
static inline void names_begin(struct tn_buf *plain, size_t count)
{
    tn_buf_init(plain, NAMES_SEALED_MAX);
    tn_cbor_put_array(plain, 2);
    tn_cbor_put_uint(plain, TN_DIRECTORY_FORMAT);
    tn_cbor_put_array(plain, count);
}

#endif
