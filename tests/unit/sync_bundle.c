/* Bundles as they travel: what comes back is what went in, whoever has no key reads nothing, and
 * nothing that was altered, cut, claimed or inflated is taken for a bundle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>
#include <zstd.h>

#include "sync/wire/bundle.h"
#include "sync/wire/seal.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

#define ENTRIES 200

static const struct tn_id ecosystem = {{0xec}};
static const struct tn_id event = {{0xef}};
static const struct tn_id log_id = {{0x10}};
static struct tn_key event_key = {{0xaa, 1, 2}};
static struct tn_sign_key device;
static struct tn_key transport_secret;
static struct tn_public_key transport_key;

static uint64_t state_of_random = 1;

static uint8_t some_byte(void)
{
    state_of_random = state_of_random * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(state_of_random >> 33);
}

static void fill(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = some_byte();
    }
}

static uint8_t body[] = {0x82, 0x01, 0x02};

/* An entry of a busy gate; some are of other kinds, some are erased, some have bodies. */
static struct tn_entry entry_at(uint64_t seq)
{
    static int64_t at_ms = 1773480000000;
    static int64_t mono_ms = 4000;
    struct tn_entry entry = {.seq = seq, .format = TN_ENTRY_FORMAT, .event = event};
    at_ms = seq == 1 ? 1773480000000 : at_ms + 1000 + some_byte() * 32;
    mono_ms = at_ms - 1773479996000 + some_byte() % 2;
    entry.at_ms = at_ms;
    entry.mono_ms = mono_ms;
    entry.boot.b[0] = (uint8_t)(1 + seq / 150);
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", seq % 20 == 0 ? "pass" : "check_in");
    (void)snprintf(entry.method, sizeof entry.method, "%s", seq % 30 == 0 ? "tap" : "scan");
    fill(entry.badge.b, TN_ID_SIZE);
    if (seq % 7 != 0) {
        fill(entry.learner.b, TN_ID_SIZE);
    }
    fill(entry.salt, sizeof entry.salt);
    if (seq % 50 == 0) {
        entry.body = (struct tn_bytes){body, sizeof body};
        entry.activity = log_id;
    }
    return entry;
}

static void erase(struct tn_entry *entry)
{
    entry->is_erased = true;
    entry->badge = entry->learner = (struct tn_id){{0}};
    entry->body = (struct tn_bytes){0};
    memset(entry->salt, 0, sizeof entry->salt);
}

static struct tn_entry entries[ENTRIES + 1];

static int make_entries(void **state)
{
    struct tn_hash previous = {{0}};
    (void)state;
    for (uint64_t seq = 1; seq <= ENTRIES; seq++) {
        entries[seq] = entry_at(seq);
        assert_int_equal(tn_entry_chain(&entries[seq], &previous, &log_id), TN_OK);
        previous = entries[seq].hash;
        if (seq % 40 == 0) {
            erase(&entries[seq]);
        }
    }
    tn_sign_key_from_seed(event_key.b, &device);
    fill(transport_secret.b, TN_KEY_SIZE);
    (void)crypto_scalarmult_base(transport_key.b, transport_secret.b);
    return 0;
}

static void make(struct tn_buf *out, uint64_t first, uint64_t last,
                 const struct tn_bundle_seal *seal)
{
    struct tn_bundle_writer writer;
    tn_bundle_writer_init(&writer);
    writer.ecosystem = ecosystem;
    writer.log = log_id;
    writer.first = first;
    writer.before = entries[first - 1].hash;
    for (uint64_t seq = first; seq <= last; seq++) {
        assert_int_equal(tn_bundle_add(&writer, &entries[seq]), TN_OK);
    }
    assert_int_equal(tn_bundle_finish(&writer, &device, seal, out), TN_OK);
    tn_bundle_writer_destroy(&writer);
}

static enum tn_status give_event_key(const void *ctx, const struct tn_id *id, struct tn_key *out)
{
    (void)ctx;
    *out = event_key;
    return tn_id_equal(id, &event) ? TN_OK : TN_ERR_NOT_FOUND;
}

static struct tn_bundle_keys keys_of_all(void)
{
    return (struct tn_bundle_keys){give_event_key, NULL, &transport_secret, &transport_key, false};
}

static struct tn_bundle_seal seal_to(enum tn_recipient recipient)
{
    return (struct tn_bundle_seal){recipient, event, event_key, transport_key};
}

static void assert_same(const struct tn_entry *a, const struct tn_entry *b)
{
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->format, b->format);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->method, b->method);
    assert_int_equal(a->at_ms, b->at_ms);
    assert_int_equal(a->mono_ms, b->mono_ms);
    assert_int_equal(a->is_erased, b->is_erased);
    assert_true(tn_id_equal(&a->boot, &b->boot) && tn_id_equal(&a->event, &b->event));
    assert_true(tn_id_equal(&a->activity, &b->activity) && tn_id_equal(&a->badge, &b->badge));
    assert_true(tn_id_equal(&a->learner, &b->learner));
    assert_memory_equal(a->salt, b->salt, TN_SALT_SIZE);
    assert_int_equal(a->body.len, b->body.len);
    assert_true(a->body.len == 0 || memcmp(a->body.data, b->body.data, a->body.len) == 0);
    assert_true(tn_hash_equal(&a->hash, &b->hash) && tn_hash_equal(&a->who_hash, &b->who_hash));
}

static void what_went_in_comes_back_from_each_kind_of_bundle(void **state)
{
    (void)state;
    static const uint64_t ranges[][2] = {{1, 1}, {1, ENTRIES}, {40, 40}, {120, 160}};
    for (int recipient = 0; recipient <= TN_RECIPIENT_CENTRE; recipient++) {
        const struct tn_bundle_seal seal = seal_to((enum tn_recipient)recipient);
        for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
            struct tn_buf out;
            struct tn_bundle read;
            struct tn_bundle_keys keys = keys_of_all();
            keys.takes_clear = true;
            tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
            make(&out, ranges[i][0], ranges[i][1], &seal);
            assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_OK);
            assert_int_equal(read.head.recipient, recipient);
            assert_int_equal(read.count, ranges[i][1] - ranges[i][0] + 1);
            for (size_t j = 0; j < read.count; j++) {
                assert_same(&read.entries[j], &entries[ranges[i][0] + j]);
            }
            tn_bundle_free(&read);
            tn_buf_destroy(&out);
        }
    }
}

/* Each entry has 48 bytes that nothing can shrink; a gate's others take two more. */
static void an_entry_takes_little_more_than_its_badge_learner_and_salt(void **state)
{
    (void)state;
    const struct tn_bundle_seal seal = seal_to(TN_RECIPIENT_EVENT);
    struct tn_buf out;
    struct tn_bundle_writer writer;
    enum { MANY = 3200 };
    tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = ecosystem;
    writer.log = log_id;
    writer.first = 1;
    for (uint64_t seq = 1; seq <= MANY; seq++) {
        struct tn_entry entry = entry_at(seq);
        assert_int_equal(tn_entry_chain(&entry, &writer.after, &log_id), TN_OK);
        assert_int_equal(tn_bundle_add(&writer, &entry), TN_OK);
    }
    assert_int_equal(tn_bundle_finish(&writer, &device, &seal, &out), TN_OK);
    tn_bundle_writer_destroy(&writer);
    print_message("%.2f bytes an entry, of which %.2f are random\n", (double)out.len / MANY,
                  48.0 - 16.0 / 7);
    assert_true((double)out.len / MANY < 48.0 - 16.0 / 7 + 2.5);
    tn_buf_destroy(&out);
}

static void who_has_no_key_reads_nothing_but_knows_whose_it_is(void **state)
{
    (void)state;
    for (int recipient = TN_RECIPIENT_EVENT; recipient <= TN_RECIPIENT_CENTRE; recipient++) {
        const struct tn_bundle_seal seal = seal_to((enum tn_recipient)recipient);
        const struct tn_bundle_keys none = {0};
        struct tn_buf out;
        struct tn_bundle read;
        struct tn_bundle_head head;
        tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
        make(&out, 1, 20, &seal);
        assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &none, &read), TN_ERR_STATE);
        assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), NULL, &read), TN_ERR_STATE);
        assert_int_equal(tn_bundle_peek(tn_buf_bytes(&out), &head), TN_OK);
        assert_int_equal(head.last, 20);
        assert_memory_equal(head.device_key.b, device.public_key.b, TN_PUBLIC_KEY_SIZE);
        assert_null(memmem(out.data, out.len, entries[3].badge.b, TN_ID_SIZE));
        tn_buf_destroy(&out);
    }
}

static void another_events_key_opens_nothing(void **state)
{
    (void)state;
    const struct tn_bundle_seal seal = seal_to(TN_RECIPIENT_EVENT);
    struct tn_buf out;
    struct tn_bundle read;
    struct tn_bundle_keys keys = keys_of_all();
    tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
    make(&out, 1, 20, &seal);
    event_key.b[5] ^= 1;
    assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_ERR_FORGED);
    event_key.b[5] ^= 1;
    assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_OK);
    tn_bundle_free(&read);
    tn_buf_destroy(&out);
}

static void one_in_the_clear_is_refused_where_it_must_be_sealed(void **state)
{
    (void)state;
    struct tn_buf out;
    struct tn_bundle read;
    const struct tn_bundle_keys keys = keys_of_all();
    tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
    make(&out, 1, 20, NULL);
    assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_ERR_STATE);
    tn_buf_destroy(&out);
}

static void every_altered_byte_and_every_cut_is_refused(void **state)
{
    (void)state;
    const struct tn_bundle_keys keys = keys_of_all();
    for (int recipient = TN_RECIPIENT_EVENT; recipient <= TN_RECIPIENT_CENTRE; recipient++) {
        const struct tn_bundle_seal seal = seal_to((enum tn_recipient)recipient);
        struct tn_buf out;
        struct tn_bundle read;
        tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
        make(&out, 30, 45, &seal);
        for (size_t i = 0; i < out.len; i++) {
            out.data[i] ^= 0x10;
            assert_int_not_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_OK);
            out.data[i] ^= 0x10;
            assert_int_not_equal(tn_bundle_read((struct tn_bytes){out.data, i}, &keys, &read),
                                 TN_OK);
        }
        tn_buf_destroy(&out);
    }
}

/* A header of our own around any body. */
static void claim(struct tn_buf *out, uint64_t first, uint64_t last, struct tn_bytes sealed)
{
    static const uint8_t zeros[TN_HASH_SIZE];
    const struct tn_hash digest = tn_hash_of(&sealed, 1);
    struct tn_buf payload;
    struct tn_buf envelope;
    tn_buf_init(&payload, 4096);
    tn_buf_init(&envelope, 4096);
    tn_cbor_put_array(&payload, 10);
    tn_cbor_put_uint(&payload, 3);
    tn_cbor_put_id(&payload, &ecosystem);
    tn_cbor_put_array(&payload, 2);
    tn_cbor_put_uint(&payload, TN_RECIPIENT_EVENT);
    tn_cbor_put_id(&payload, &event);
    tn_cbor_put_id(&payload, &log_id);
    tn_cbor_put_null(&payload);
    tn_cbor_put_uint(&payload, first);
    tn_cbor_put_uint(&payload, last);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){digest.b, sizeof digest.b});
    tn_signed_write(&envelope, TN_BUNDLE_LABEL, tn_buf_bytes(&payload), &device);
    tn_cbor_put_array(out, 3);
    tn_cbor_put_uint(out, 3);
    tn_cbor_put_bytes(out, tn_buf_bytes(&envelope));
    tn_cbor_put_bytes(out, sealed);
    assert_int_equal(out->status, TN_OK);
    tn_buf_destroy(&payload);
    tn_buf_destroy(&envelope);
}

static struct tn_key body_key(void)
{
    return tn_key_derive(&event_key, "turnout bundle key v1",
                         (struct tn_bytes){log_id.b, TN_ID_SIZE});
}

static void an_oversized_claim_is_refused(void **state)
{
    (void)state;
    static const uint64_t claims[][2] = {
        {1, TN_BUNDLE_ENTRIES_MAX + 1}, {1, UINT64_MAX}, {0, 5}, {5, 4}, {UINT64_MAX, UINT64_MAX}};
    const struct tn_bundle_keys keys = keys_of_all();
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        struct tn_buf out;
        struct tn_bundle read;
        tn_buf_init(&out, 65536);
        claim(&out, claims[i][0], claims[i][1], (struct tn_bytes){body, sizeof body});
        enum tn_status status = tn_bundle_read(tn_buf_bytes(&out), &keys, &read);
        assert_true(status == TN_ERR_LIMIT || status == TN_ERR_FORMAT);
        tn_buf_destroy(&out);
    }
}

/* 512 MiB of zeros in some 16 KB, under the right key and signature. */
static void a_zip_bomb_is_refused_before_it_fills_memory(void **state)
{
    (void)state;
    const size_t huge = (size_t)512 * 1024 * 1024;
    const struct tn_key key = body_key();
    const struct tn_bundle_keys keys = keys_of_all();
    struct tn_buf sealed;
    struct tn_buf out;
    struct tn_bundle read;
    uint8_t *zeros = calloc(1, huge / 64);
    struct tn_bytes parts[64];
    assert_non_null(zeros);
    for (size_t i = 0; i < 64; i++) {
        parts[i] = (struct tn_bytes){zeros, huge / 64};
    }
    tn_buf_init(&sealed, TN_BUNDLE_SIZE_MAX);
    tn_buf_init(&out, TN_BUNDLE_SIZE_MAX);
    assert_int_equal(tn_seal_write(&sealed, &key, parts, 64), TN_OK);
    free(zeros);
    claim(&out, 1, 10, tn_buf_bytes(&sealed));
    assert_true(out.len < 100000);
    assert_int_equal(tn_bundle_read(tn_buf_bytes(&out), &keys, &read), TN_ERR_LIMIT);
    tn_buf_destroy(&sealed);
    tn_buf_destroy(&out);
}

/* What zstd made and nobody sealed as tn_seal_write does: a wide window, or two frames. */
static void seal_raw(struct tn_buf *out, const uint8_t *data, size_t len)
{
    const struct tn_key key = body_key();
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t *at = tn_buf_room(out, crypto_secretstream_xchacha20poly1305_HEADERBYTES);
    assert_non_null(at);
    assert_int_equal(crypto_secretstream_xchacha20poly1305_init_push(&stream, at, key.b), 0);
    at = tn_buf_room(out, len + crypto_secretstream_xchacha20poly1305_ABYTES);
    assert_non_null(at);
    crypto_secretstream_xchacha20poly1305_push(&stream, at, NULL, data, len, NULL, 0,
                                               crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

static void a_frame_that_wants_much_memory_or_company_is_refused(void **state)
{
    (void)state;
    const struct tn_key key = body_key();
    uint8_t frame[4096];
    struct tn_buf sealed;
    struct tn_buf plain;
    size_t len = ZSTD_compress(frame, sizeof frame, body, sizeof body, 3);
    assert_false(ZSTD_isError(len));
    memcpy(frame + len, frame, len);
    tn_buf_init(&sealed, 65536);
    tn_buf_init(&plain, 65536);
    seal_raw(&sealed, frame, len);
    assert_int_equal(tn_seal_open(tn_buf_bytes(&sealed), &key, &plain), TN_OK);
    tn_buf_clear(&sealed);
    tn_buf_clear(&plain);
    seal_raw(&sealed, frame, 2 * len);
    assert_int_equal(tn_seal_open(tn_buf_bytes(&sealed), &key, &plain), TN_ERR_FORMAT);
    /* A header that asks for a window of 64 MiB: magic, descriptor, window of 2^26, an empty last
     * block. */
    static const uint8_t wide[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x80, 0x01, 0x00, 0x00};
    tn_buf_clear(&sealed);
    tn_buf_clear(&plain);
    seal_raw(&sealed, wide, sizeof wide);
    assert_int_equal(tn_seal_open(tn_buf_bytes(&sealed), &key, &plain), TN_ERR_FORMAT);
    tn_buf_destroy(&sealed);
    tn_buf_destroy(&plain);
}

/* Sizes around a piece, so that a last piece is full, or one byte long. */
static void any_length_is_sealed_and_opened(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 1, 65500, 65536, 65560, 131072, 131100, 400000};
    const struct tn_key key = body_key();
    uint8_t *data = malloc(400000);
    assert_non_null(data);
    fill(data, 400000); /* nothing to compress: the frame is as long as what is in it */
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        for (size_t less = 0; less < 40; less++) {
            const struct tn_bytes part = {data, lens[i] < less ? 0 : lens[i] - less};
            struct tn_buf sealed;
            struct tn_buf plain;
            tn_buf_init(&sealed, 1000000);
            tn_buf_init(&plain, part.len);
            assert_int_equal(tn_seal_write(&sealed, &key, &part, 1), TN_OK);
            assert_int_equal(tn_seal_open(tn_buf_bytes(&sealed), &key, &plain), TN_OK);
            assert_int_equal(plain.len, part.len);
            assert_true(part.len == 0 || memcmp(plain.data, data, part.len) == 0);
            tn_buf_destroy(&sealed);
            tn_buf_destroy(&plain);
        }
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_comes_back_from_each_kind_of_bundle),
        cmocka_unit_test(an_entry_takes_little_more_than_its_badge_learner_and_salt),
        cmocka_unit_test(who_has_no_key_reads_nothing_but_knows_whose_it_is),
        cmocka_unit_test(another_events_key_opens_nothing),
        cmocka_unit_test(one_in_the_clear_is_refused_where_it_must_be_sealed),
        cmocka_unit_test(every_altered_byte_and_every_cut_is_refused),
        cmocka_unit_test(an_oversized_claim_is_refused),
        cmocka_unit_test(a_zip_bomb_is_refused_before_it_fills_memory),
        cmocka_unit_test(a_frame_that_wants_much_memory_or_company_is_refused),
        cmocka_unit_test(any_length_is_sealed_and_opened),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, make_entries, NULL) : 1;
}
