/* Test vectors of everything that travels (tests/vectors, whose README says what is in them): each
 * file is read here as its reader would, and what it says is known in advance. What is written
 * without anything random is also written again, to the same bytes. With VECTORS_WRITE=1 in the
 * environment the files are made anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"
#include "sync/wire/request.h"
#include "sync/wire/seal.h"
#include "sync/wire/siblings.h"
#include "turnout/cbor.h"
#include "turnout/forget.h"
#include "turnout/receipt.h"
#include "turnout/setup.h"

#define FILE_MAX 16384
#define AT_MS INT64_C(1773480000000) /* 2026-03-14T09:20:00Z */

/* Keys and ids are one byte over and over, as the README says. */
static struct tn_id id_of(uint8_t byte)
{
    struct tn_id id;
    memset(id.b, byte, sizeof id.b);
    return id;
}

static struct tn_key key_of(uint8_t byte)
{
    struct tn_key key;
    memset(key.b, byte, sizeof key.b);
    return key;
}

static struct tn_sign_key sign_key_of(uint8_t byte)
{
    struct tn_sign_key key;
    const struct tn_key seed = key_of(byte);
    tn_sign_key_from_seed(seed.b, &key);
    return key;
}

#define ECOSYSTEM 0x01
#define EVENT 0x02
#define LOG 0x03
#define BOOT 0x04
#define BADGE 0x05 /* and 0x06, 0x07 */
#define LEARNER 0x08
#define SALT 0x09
#define ACTIVITY 0x0a
#define TOKEN 0x0b
#define DEVICE 0x11
#define SIGNING 0x12
#define EVENT_KEY 0x13
#define TRANSPORT 0x14
#define FORGET 0x15

static bool is_writing(void)
{
    return getenv("VECTORS_WRITE") != NULL;
}

/* A file of hexadecimal digits, in lines of 64. */
static void write_file(const char *name, struct tn_bytes bytes)
{
    char path[256];
    (void)snprintf(path, sizeof path, "tests/vectors/%s.hex", name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < bytes.len; i++) {
        (void)fprintf(file, "%02x%s", bytes.data[i], (i + 1) % 32 == 0 ? "\n" : "");
    }
    (void)fprintf(file, "%s", bytes.len % 32 == 0 ? "" : "\n");
    assert_int_equal(fclose(file), 0);
}

static struct tn_bytes read_file(const char *name)
{
    static char text[4 * FILE_MAX];
    static uint8_t bytes[FILE_MAX];
    char path[256];
    size_t len = 0;
    (void)snprintf(path, sizeof path, "tests/vectors/%s.hex", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t read = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, text, read, "\n", &len, NULL), 0);
    return (struct tn_bytes){bytes, len};
}

/* Bytes that must be the file's. */
static void expect_file(const char *name, const struct tn_buf *bytes)
{
    assert_int_equal(bytes->status, TN_OK);
    if (is_writing()) {
        write_file(name, tn_buf_bytes(bytes));
    }
    const struct tn_bytes file = read_file(name);
    assert_int_equal(file.len, bytes->len);
    assert_memory_equal(file.data, bytes->data, file.len);
}

static uint8_t undo_body[] = {0x82, 0x01, 0x01};

/* Four entries: a check-in, a visit, an undo of the first, and one that was erased. */
static void make_entries(struct tn_entry out[4], struct tn_hash *after)
{
    static const char *const kinds[] = {"check_in", "visit", "undo", "check_in"};
    struct tn_hash previous = {{0}};
    const struct tn_id log = id_of(LOG);
    for (int i = 0; i < 4; i++) {
        struct tn_entry *entry = &out[i];
        *entry = (struct tn_entry){.seq = (uint64_t)i + 1,
                                   .format = TN_ENTRY_FORMAT,
                                   .at_ms = AT_MS + i * 5000,
                                   .mono_ms = 60000 + i * 5001,
                                   .boot = id_of(BOOT),
                                   .event = id_of(EVENT)};
        (void)snprintf(entry->kind, sizeof entry->kind, "%s", kinds[i]);
        (void)snprintf(entry->method, sizeof entry->method, "%s", i == 2 ? "tap" : "scan");
        if (i != 2) {
            entry->badge = id_of((uint8_t)(BADGE + (i == 3 ? 2 : i)));
        }
        if (i == 0) {
            entry->learner = id_of(LEARNER);
        }
        if (i == 1) {
            entry->activity = id_of(ACTIVITY);
        }
        if (i == 2) {
            entry->body = (struct tn_bytes){undo_body, sizeof undo_body};
        }
        memset(entry->salt, SALT, sizeof entry->salt);
        assert_int_equal(tn_entry_chain(entry, &previous, &log), TN_OK);
        previous = entry->hash;
    }
    out[3].is_erased = true;
    out[3].badge = (struct tn_id){{0}};
    memset(out[3].salt, 0, sizeof out[3].salt);
    *after = previous;
}

static void columns_are_these_bytes(void **state)
{
    (void)state;
    struct tn_entry entries[4];
    struct tn_hash after;
    struct tn_columns columns;
    struct tn_buf out;
    size_t wide = 0;
    make_entries(entries, &after);
    tn_columns_init(&columns, FILE_MAX);
    tn_buf_init(&out, FILE_MAX);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(tn_columns_add(&columns, &entries[i]), TN_OK);
    }
    tn_columns_write(&columns, &out, &wide);
    expect_file("columns", &out);
    tn_columns_destroy(&columns);
    tn_buf_destroy(&out);
}

static enum tn_status give_event_key(const void *ctx, const struct tn_id *event, struct tn_key *out)
{
    (void)ctx;
    const struct tn_id known = id_of(EVENT);
    *out = key_of(EVENT_KEY);
    return tn_id_equal(event, &known) ? TN_OK : TN_ERR_NOT_FOUND;
}

static void make_bundle(const char *name, enum tn_recipient recipient)
{
    struct tn_entry entries[4];
    struct tn_bundle_writer writer;
    struct tn_buf out;
    struct tn_hash after;
    const struct tn_sign_key device = sign_key_of(DEVICE);
    struct tn_bundle_seal seal = {recipient, id_of(EVENT), key_of(EVENT_KEY), {{0}}};
    const struct tn_key transport = key_of(TRANSPORT);
    assert_int_equal(crypto_scalarmult_base(seal.transport_key.b, transport.b), 0);
    make_entries(entries, &after);
    tn_buf_init(&out, FILE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = id_of(ECOSYSTEM);
    writer.log = id_of(LOG);
    writer.first = 1;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(tn_bundle_add(&writer, &entries[i]), TN_OK);
    }
    assert_int_equal(tn_bundle_finish(&writer, &device, &seal, &out), TN_OK);
    write_file(name, tn_buf_bytes(&out));
    tn_bundle_writer_destroy(&writer);
    tn_buf_destroy(&out);
}

static void expect_bundle(const char *name, enum tn_recipient recipient)
{
    struct tn_entry entries[4];
    struct tn_hash after;
    struct tn_bundle read;
    struct tn_public_key public_key;
    const struct tn_key transport = key_of(TRANSPORT);
    const struct tn_sign_key device = sign_key_of(DEVICE);
    const struct tn_bundle_keys keys = {.event_key = give_event_key,
                                        .transport_secret = &transport,
                                        .transport_key = &public_key,
                                        .takes_clear = true};
    assert_int_equal(crypto_scalarmult_base(public_key.b, transport.b), 0);
    if (is_writing()) {
        make_bundle(name, recipient);
    }
    make_entries(entries, &after);
    assert_int_equal(tn_bundle_read(read_file(name), &keys, &read), TN_OK);
    assert_int_equal(read.head.recipient, recipient);
    assert_memory_equal(read.head.device_key.b, device.public_key.b, TN_PUBLIC_KEY_SIZE);
    assert_true(tn_hash_equal(&read.head.after, &after));
    assert_int_equal(read.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_true(tn_hash_equal(&read.entries[i].hash, &entries[i].hash));
        assert_string_equal(read.entries[i].kind, entries[i].kind);
        assert_int_equal(read.entries[i].at_ms, entries[i].at_ms);
        assert_int_equal(read.entries[i].is_erased, i == 3);
    }
    tn_bundle_free(&read);
}

static void bundles_open_to_the_same_entries(void **state)
{
    (void)state;
    expect_bundle("bundle-clear", TN_RECIPIENT_NOBODY);
    expect_bundle("bundle-event", TN_RECIPIENT_EVENT);
    expect_bundle("bundle-centre", TN_RECIPIENT_CENTRE);
}

static void a_request_is_these_bytes(void **state)
{
    (void)state;
    static struct tn_hello hello;
    static struct tn_hello back;
    struct tn_entry entries[4];
    struct tn_buf message;
    struct tn_buf out;
    struct tn_bytes inner;
    const struct tn_id token = id_of(TOKEN);
    const struct tn_hash token_hash = tn_token_hash(&token);
    const struct tn_sign_key device = sign_key_of(DEVICE);
    hello = (struct tn_hello){.ecosystem = id_of(ECOSYSTEM),
                              .device_key = device.public_key,
                              .epoch = 1,
                              .pack_version = 7,
                              .at_ms = AT_MS,
                              .program = "0.1.0",
                              .has_token = true,
                              .forgot = 6,
                              .count = 1};
    tn_token_prove(&token_hash, &device.public_key, hello.token);
    make_entries(entries, &hello.logs[0].hash);
    hello.logs[0].log = id_of(LOG);
    hello.logs[0].last = 4;
    hello.logs[0].receipt_epoch = 1;
    hello.logs[0].receipt_seq = 2;
    tn_buf_init(&message, FILE_MAX);
    tn_buf_init(&out, FILE_MAX);
    tn_hello_write(&message, &hello);
    tn_request_write(&out, tn_buf_bytes(&message), &device);
    expect_file("request", &out);
    assert_int_equal(tn_request_read(read_file("request"), &inner, &back), TN_OK);
    assert_int_equal(back.logs[0].last, 4);
    tn_buf_destroy(&message);
    tn_buf_destroy(&out);
}

static void a_receipt_is_these_bytes(void **state)
{
    (void)state;
    struct tn_entry entries[4];
    struct tn_receipt receipt = {
        .ecosystem = id_of(ECOSYSTEM), .epoch = 1, .log = id_of(LOG), .seq = 4, .at_ms = AT_MS};
    struct tn_buf out;
    const struct tn_sign_key signing = sign_key_of(SIGNING);
    make_entries(entries, &receipt.hash);
    tn_buf_init(&out, FILE_MAX);
    tn_receipt_write(&out, &receipt, &signing);
    expect_file("receipt", &out);
    tn_buf_destroy(&out);
}

static void a_question_for_siblings_and_its_answer_are_these_bytes(void **state)
{
    (void)state;
    static struct tn_siblings known;
    struct tn_others others;
    struct tn_buf out;
    const struct tn_sign_key device = sign_key_of(DEVICE);
    known = (struct tn_siblings){
        .ecosystem = id_of(ECOSYSTEM), .device_key = device.public_key, .count = 2};
    known.logs[0] = (struct tn_siblings_log){id_of(LOG), 4};
    known.logs[1] = (struct tn_siblings_log){id_of(0x0c), 1000};
    tn_buf_init(&out, FILE_MAX);
    tn_siblings_write(&out, &known, &device);
    expect_file("siblings", &out);
    assert_int_equal(tn_siblings_read(read_file("siblings"), &known), TN_OK);
    tn_buf_clear(&out);
    tn_others_init(&others);
    assert_true(tn_others_add(&others, (struct tn_bytes){(const uint8_t *)"bundle", 6},
                              (struct tn_bytes){(const uint8_t *)"receipt", 7}));
    assert_true(tn_others_add(&others, (struct tn_bytes){(const uint8_t *)"another", 7},
                              (struct tn_bytes){NULL, 0}));
    others.has_more = true;
    assert_int_equal(tn_others_write(&others, &out), TN_OK);
    expect_file("others", &out);
    tn_others_destroy(&others);
    tn_buf_destroy(&out);
}

static struct tn_pack_head pack_head(void)
{
    struct tn_pack_head head = {.ecosystem = id_of(ECOSYSTEM),
                                .epoch = 1,
                                .version = 7,
                                .event = id_of(EVENT),
                                .starts_ms = AT_MS,
                                .ends_ms = AT_MS + 3600000,
                                .role = TN_ROLE_GATE,
                                .repeat_ms = 10000,
                                .event_key = key_of(EVENT_KEY),
                                .consent_age = 13,
                                .retention_days = 30};
    (void)snprintf(head.event_title, sizeof head.event_title, "Science night");
    (void)snprintf(head.tz, sizeof head.tz, "America/Chicago");
    (void)snprintf(head.station_name, sizeof head.station_name, "North gate");
    return head;
}

/* Sections with a member or none. */
static void put_sections(struct tn_buf *out)
{
    const struct tn_key badge_key = key_of(0x16);
    const struct tn_id revoked = id_of(BADGE);
    const struct tn_sign_key device = sign_key_of(DEVICE);
    const struct tn_key forget = key_of(FORGET);
    const struct tn_forget_mark mark = tn_forget_mark_of(&forget, &revoked);
    tn_cbor_put_array(out, 1);
    tn_pack_put_badge_key(out, &badge_key);
    tn_cbor_put_array(out, 0); /* activities */
    tn_cbor_put_array(out, 0); /* cards */
    tn_cbor_put_array(out, 1);
    tn_cbor_put_id(out, &revoked);
    tn_cbor_put_array(out, 0); /* staff */
    tn_cbor_put_array(out, 1);
    tn_pack_put_station_key(out, &device.public_key, "North gate");
    tn_cbor_put_array(out, 0); /* partners */
    tn_cbor_put_array(out, 0); /* groups */
    tn_cbor_put_array(out, 2);
    tn_pack_put_forget_key(out, &forget);
    tn_pack_put_forgotten(out, &mark);
    tn_cbor_put_null(out); /* directory */
}

static void make_pack(void)
{
    struct tn_pack_body body;
    struct tn_buf sections;
    struct tn_buf out;
    const struct tn_pack_head head = pack_head();
    const struct tn_sign_key device = sign_key_of(DEVICE);
    const struct tn_sign_key signing = sign_key_of(SIGNING);
    tn_buf_init(&sections, FILE_MAX);
    tn_buf_init(&out, FILE_MAX);
    put_sections(&sections);
    assert_int_equal(tn_pack_body_seal(&body, tn_buf_bytes(&sections)), TN_OK);
    assert_int_equal(tn_pack_write(&out, &head, &device.public_key, &body, &signing), TN_OK);
    write_file("pack", tn_buf_bytes(&out));
    tn_pack_body_destroy(&body);
    tn_buf_destroy(&sections);
    tn_buf_destroy(&out);
}

/* The sections on their own are the same bytes each time. */
static void a_pack_opens_for_its_station_alone(void **state)
{
    (void)state;
    struct tn_pack_head head;
    struct tn_buf sections;
    const struct tn_pack_head known = pack_head();
    const struct tn_sign_key device = sign_key_of(DEVICE);
    const struct tn_sign_key signing = sign_key_of(SIGNING);
    const struct tn_sign_key other = sign_key_of(0x17);
    if (is_writing()) {
        make_pack();
    }
    const struct tn_bytes file = read_file("pack");
    assert_int_equal(tn_pack_read_head(file, &signing.public_key, &device, &head), TN_OK);
    assert_string_equal(head.station_name, "North gate");
    assert_int_equal(head.version, 7);
    assert_int_equal(head.retention_days, 30);
    assert_memory_equal(head.event_key.b, known.event_key.b, TN_KEY_SIZE);
    assert_int_equal(tn_pack_read_head(file, &signing.public_key, &other, &head), TN_ERR_STATE);
    assert_int_equal(tn_pack_read_head(file, &device.public_key, &device, &head), TN_ERR_FORGED);
    tn_buf_init(&sections, FILE_MAX);
    put_sections(&sections);
    expect_file("pack-sections", &sections);
    tn_buf_destroy(&sections);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_these_bytes),
        cmocka_unit_test(bundles_open_to_the_same_entries),
        cmocka_unit_test(a_request_is_these_bytes),
        cmocka_unit_test(a_receipt_is_these_bytes),
        cmocka_unit_test(a_question_for_siblings_and_its_answer_are_these_bytes),
        cmocka_unit_test(a_pack_opens_for_its_station_alone),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
