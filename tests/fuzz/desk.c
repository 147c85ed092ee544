/* Fuzz: what a pack, a carrier or another station may hold for the desk: groups, walk-in forms, a
 * directory, cards, the bodies of entries; and what is typed to find a name. The first byte chooses
 * the reader. What is sealed is reached both as it comes and sealed properly around hostile plain
 * text, as whoever holds one key could; what a reader takes must be written back the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/desk.h"
#include "turnout/directory.h"
#include "turnout/group.h"
#include "turnout/salvaged.h"
#include "turnout/walkin.h"

#include "kiosk/core/body.h"
#include "kiosk/core/names.h"
#include "kiosk/core/search.h"

#define SEALED_MAX 16384
#define NONCE 24
#define TAG 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tn_badge group_card = {.type = TN_BADGE_GROUP, .secret = {9}};
static const struct tn_badge learner = {.type = TN_BADGE_LEARNER, .secret = {8}};

/* nonce | ciphertext of any bytes, under a key and for an id. */
static struct tn_bytes seal(struct tn_bytes plain, const struct tn_key *key, const struct tn_id *id,
                            uint8_t out[SEALED_MAX])
{
    if (plain.len > SEALED_MAX - NONCE - TAG) {
        plain.len = SEALED_MAX - NONCE - TAG;
    }
    memset(out, 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, plain.data, plain.len, id->b,
                                               sizeof id->b, NULL, out, key->b);
    return (struct tn_bytes){out, NONCE + plain.len + TAG};
}

/* Copied to where a read past its end is seen. */
static uint8_t *copy(struct tn_bytes in)
{
    uint8_t *out = malloc(in.len == 0 ? 1 : in.len);
    assert(out != NULL);
    if (in.len > 0) {
        memcpy(out, in.data, in.len);
    }
    return out;
}

static void try_group(struct tn_bytes in)
{
    static struct tn_group group;
    static struct tn_group again;
    uint8_t sealed[SEALED_MAX];
    const struct tn_id id = tn_badge_id(&group_card);
    const struct tn_key key = tn_badge_key(&group_card, "turnout group v1");
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 1);
    struct tn_buf out;
    (void)tn_group_open(in, &group_card, &group);
    if (tn_group_open(seal(in, &key, &id, sealed), &group_card, &group) != TN_OK) {
        assert(group.count == 0 && group.title[0] == 0);
        return;
    }
    assert(group.count <= TN_GROUP_MEMBERS_MAX);
    tn_buf_init(&out, SEALED_MAX);
    tn_group_seal(&out, &group, &group_card, &random);
    assert(out.status == TN_OK);
    assert(tn_group_open(tn_buf_bytes(&out), &group_card, &again) == TN_OK);
    assert(memcmp(&group, &again, sizeof group) == 0);
    tn_buf_destroy(&out);
}

static void try_walkin(struct tn_bytes in)
{
    uint8_t plain[TN_WALKIN_PLAIN_SIZE] = {0};
    uint8_t sealed[TN_WALKIN_SIZE] = {0};
    static struct tn_public_key vault;
    static uint8_t secret[32];
    static const uint8_t seed[32] = {3};
    struct tn_walkin form;
    struct tn_walkin again;
    struct tn_badge badge;
    char display[TN_NAME_MAX + 1];
    (void)crypto_box_seed_keypair(vault.b, secret, seed);
    memcpy(sealed, in.data, in.len < sizeof sealed ? in.len : sizeof sealed);
    (void)tn_walkin_open(sealed, &vault, secret, &form, &badge);
    memcpy(plain, in.data, in.len < sizeof plain ? in.len : sizeof plain);
    assert(crypto_box_seal(sealed, plain, sizeof plain, vault.b) == 0);
    if (tn_walkin_open(sealed, &vault, secret, &form, &badge) != TN_OK) {
        assert(form.given[0] == 0 && sodium_is_zero(badge.secret, sizeof badge.secret) == 1);
        return;
    }
    tn_walkin_display(&form, display);
    assert(strlen(display) <= TN_NAME_MAX);
    assert(tn_walkin_seal(&form, &badge, &vault, sealed) == TN_OK);
    assert(tn_walkin_open(sealed, &vault, secret, &again, &badge) == TN_OK);
    assert(memcmp(&form, &again, sizeof form) == 0);
}

/* A directory that opens is searched and read to its last row. */
static void try_names(struct tn_bytes in)
{
    static const struct tn_key key = {{5}};
    static const struct tn_id event = {{6}};
    struct tn_names names = {0};
    struct tn_directory_row row;
    uint8_t sealed[SEALED_MAX];
    size_t found[TN_SEARCH_ROWS_MAX];
    size_t count = 0;
    if (tn_names_open(&names, in, &key, &event) == TN_OK) {
        tn_names_destroy(&names);
    }
    if (tn_names_open(&names, seal(in, &key, &event, sealed), &key, &event) != TN_OK) {
        return;
    }
    for (size_t i = 0; i < names.rows_count; i++) {
        struct tn_directory_row same;
        tn_names_row(&names, i, &row);
        assert(tn_names_by_learner(&names, &row.learner, &same));
        assert(tn_id_is_none(&row.badge) || tn_names_by_badge(&names, &row.badge, &same));
        (void)tn_search(&names, row.full, found, &count);
        assert(count <= TN_SEARCH_ROWS_MAX);
    }
    tn_names_destroy(&names);
}

static void open_names(struct tn_names *names)
{
    static const char *const people[] = {"Maya Rivera", "O'Brien Sean", "李小明", "이 도윤",
                                         "محمد علي",    "Nguyễn Đức",   "प्रिया"};
    static const struct tn_key key = {{5}};
    static const struct tn_id event = {{6}};
    const size_t count = sizeof people / sizeof people[0];
    uint8_t sealed[SEALED_MAX];
    struct tn_buf plain;
    tn_buf_init(&plain, SEALED_MAX);
    tn_cbor_put_array(&plain, 2);
    tn_cbor_put_uint(&plain, TN_DIRECTORY_FORMAT);
    tn_cbor_put_array(&plain, count);
    for (size_t i = 0; i < count; i++) {
        struct tn_directory_row row = {.learner = {{1, (uint8_t)i}}};
        memcpy(row.full, people[i], strlen(people[i]));
        tn_directory_put_row(&plain, &row);
    }
    const struct tn_bytes whole = seal(tn_buf_bytes(&plain), &key, &event, sealed);
    assert(tn_names_open(names, whole, &key, &event) == TN_OK);
    tn_buf_destroy(&plain);
}

/* Any bytes typed: few are found, and by too little nobody. */
static void try_search(struct tn_bytes in)
{
    static struct tn_names names;
    char text[TN_FULL_NAME_MAX + 2] = {0};
    size_t found[TN_SEARCH_ROWS_MAX];
    size_t count = 0;
    if (names.rows_count == 0) {
        open_names(&names);
    }
    memcpy(text, in.data, in.len < sizeof text - 1 ? in.len : sizeof text - 1);
    assert(tn_search(&names, text, found, &count) == TN_OK);
    assert(count <= TN_SEARCH_ROWS_MAX && (count == 0 || tn_search_is_enough(text)));
    for (size_t i = 0; i < count; i++) {
        assert(found[i] < names.rows_count);
        for (size_t j = 0; j < i; j++) {
            assert(found[i] != found[j]);
        }
    }
}

static void try_row(struct tn_bytes in)
{
    struct tn_cbor cbor;
    struct tn_directory_row row = {0};
    struct tn_directory_row again = {0};
    struct tn_buf out;
    tn_cbor_init(&cbor, in);
    tn_directory_read_row(&cbor, &row);
    if (tn_cbor_end(&cbor) != TN_OK) {
        return;
    }
    tn_buf_init(&out, SEALED_MAX);
    tn_directory_put_row(&out, &row);
    tn_cbor_init(&cbor, tn_buf_bytes(&out));
    tn_directory_read_row(&cbor, &again);
    assert(tn_cbor_end(&cbor) == TN_OK && tn_id_equal(&row.learner, &again.learner));
    assert(strcmp(row.full, again.full) == 0 && strcmp(row.display, again.display) == 0);
    tn_buf_destroy(&out);
}

static void try_card(struct tn_bytes in)
{
    struct tn_card card;
    uint8_t sealed[SEALED_MAX];
    uint8_t plain[TN_CARD_PLAIN_SIZE] = {0};
    const struct tn_id id = tn_badge_id(&learner);
    const struct tn_key key = tn_badge_key(&learner, "turnout card v1");
    (void)tn_card_open(in, &learner, &card);
    memcpy(plain, in.data, in.len < sizeof plain ? in.len : sizeof plain);
    const struct tn_bytes whole = {plain, sizeof plain};
    if (tn_card_open(seal(whole, &key, &id, sealed), &learner, &card) == TN_OK) {
        assert(strlen(card.display) <= TN_NAME_MAX && strlen(card.lang) <= TN_LANG_MAX);
    }
}

static void try_body(struct tn_bytes in)
{
    char word[TN_BODY_WORD_MAX + 1];
    uint64_t number = 0;
    struct tn_id old;
    struct tn_bytes card;
    const struct tn_entry entry = {.body = in};
    const struct tn_bytes body = tn_body_of(&entry);
    assert(!tn_body_read_word(body, word) || strlen(word) <= TN_BODY_WORD_MAX);
    (void)tn_body_read_number(body, &number);
    if (tn_body_read_register(body, &card)) {
        assert(card.len == TN_CARD_SIZE);
    }
    if (tn_body_read_replace(body, &old, &card)) {
        assert(card.len == 0 || card.len == TN_CARD_SIZE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {try_group, try_walkin, try_names, try_row,
                                                     try_card,  try_body,   try_search};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    const struct tn_bytes in = {data + 1, size - 1};
    uint8_t *own = copy(in);
    tries[data[0] % 7]((struct tn_bytes){own, in.len});
    free(own);
    return 0;
}
