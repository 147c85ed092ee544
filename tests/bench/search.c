/* Finding somebody: how long a staff card takes to open a directory, and what one key press costs
 * while a name is being typed. One name in ten is in another script. A million names is no event
 * that we know of: it is measured where BENCH_LONG is set, and has no target. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/desk.h"

#define STARTS_MS INT64_C(1773478800000)
#define NAMES 100000
#define NAMES_STRESS 1000000
#define NAMES_TYPED 200
#define KEYS_MAX (NAMES_TYPED * 64)
#define PLAIN_MAX ((size_t)512 << 20)

static const char *const given[] = {
    "Maya", "José",   "Ana",    "Zoë",   "Bo",     "Christopher", "Nguyễn", "Søren",  "Aaliyah",
    "Liam", "Olivia", "Mateo",  "Sofía", "Łukasz", "Mary-Jane",   "Işık",   "Thuy",   "Amara",
    "Noah", "Emma",   "Daniel", "Chloé", "Omar",   "Mohamed",     "Priya",  "Xiuying"};
static const char *const syllables[] = {"ri", "ve",  "ra",  "mon", "ta", "ler", "son", "ber",
                                        "o'", "ña",  "ker", "sch", "wi", "dal", "é",   "no",
                                        "pa", "tel", "gar", "cía", "lo", "pez", "han", "mi"};
static const char *const others[] = {"محمد علي", "李小明", "Юлия Щукина", "प्रिया शर्मा", "김민준",
                                     "שרה כהן",  "王秀英", "فاطمة",       "राहुल वर्मा",  "Γιώργος"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* The n-th person of a repeatable town. */
static void person(uint32_t n, struct tn_directory_row *out)
{
    uint32_t dice = n * 2654435761u;
    *out = (struct tn_directory_row){.lang = "en"};
    for (int i = 0; i < 4; i++) {
        out->learner.b[i] = (uint8_t)(n >> (24 - 8 * i));
        out->badge.b[4 + i] = (uint8_t)(dice >> (24 - 8 * i));
    }
    out->learner.b[15] = 1;
    out->badge.b[0] = (uint8_t)n;
    out->badge.b[15] = 1;
    if (n % 10 == 0) {
        (void)snprintf(out->full, sizeof out->full, "%s %s", others[n / 10 % COUNT(others)],
                       others[dice >> 8 & 7]);
        (void)snprintf(out->display, sizeof out->display, "%s", others[n / 10 % COUNT(others)]);
        return;
    }
    const char *first = given[dice % COUNT(given)];
    (void)snprintf(out->full, sizeof out->full, "%s %c%s%s%s", first, 'A' + (char)(dice >> 8 & 15),
                   syllables[dice >> 12 & 15], syllables[(dice >> 16 & 15) + 8],
                   syllables[dice >> 22 & 15]);
    (void)snprintf(out->display, sizeof out->display, "%s %c.", first,
                   'A' + (char)(dice >> 8 & 15));
}

static enum tn_status seal(size_t names, const struct tn_key *key, const struct tn_id *event,
                           struct tn_buf *plain, uint8_t **out)
{
    struct tn_directory_row row;
    tn_buf_init(plain, PLAIN_MAX);
    tn_cbor_put_array(plain, 2);
    tn_cbor_put_uint(plain, TN_DIRECTORY_FORMAT);
    tn_cbor_put_array(plain, names);
    for (uint32_t i = 0; i < names; i++) {
        person(i, &row);
        tn_directory_put_row(plain, &row);
    }
    *out = plain->status == TN_OK ? malloc(24 + plain->len + 16) : NULL;
    if (*out == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    memset(*out, 7, 24);
    crypto_aead_xchacha20poly1305_ietf_encrypt(*out + 24, NULL, plain->data, plain->len, event->b,
                                               sizeof event->b, NULL, *out, key->b);
    return TN_OK;
}

/* Cards nobody opens, for the codes. */
static enum tn_status add_cards(struct tn_pack_builder *pack, size_t names)
{
    static const uint8_t sealed[TN_CARD_SIZE] = {1};
    enum tn_status status = TN_OK;
    for (uint32_t i = 0; i < names && status == TN_OK; i++) {
        struct tn_directory_row row;
        person(i, &row);
        status = tn_pack_add_card(pack, &row.badge, (struct tn_bytes){sealed, sizeof sealed});
    }
    return status;
}

static enum tn_status add_names(struct tn_pack_builder *pack, const struct tn_pack_head *head,
                                const struct tn_bench_station *on, const struct tn_badge *staff,
                                size_t names)
{
    const struct tn_key key = {{1, 2, 3}};
    struct tn_staff_card card = {
        .id = tn_badge_id(staff), .name = "Rosa", .until_ms = INT64_MAX / 2};
    struct tn_buf plain;
    uint8_t *sealed = NULL;
    tn_staff_wrap(staff, &key, &on->random, card.wrapped);
    enum tn_status status = seal(names, &key, &head->event, &plain, &sealed);
    if (status == TN_OK) {
        status = tn_pack_add_staff(pack, &card);
    }
    if (status == TN_OK) {
        status = tn_pack_set_directory(pack, (struct tn_bytes){sealed, 24 + plain.len + 16});
    }
    free(sealed);
    tn_buf_destroy(&plain);
    return status == TN_OK ? add_cards(pack, names) : status;
}

/* Switches the bench's station to a pack with the names. */
static enum tn_status give_names(struct tn_bench_station *on, struct tn_station *station,
                                 const struct tn_badge *staff, size_t names)
{
    struct tn_station_info info;
    enum tn_status status = tn_station_info(station, &info);
    if (status != TN_OK) {
        return status;
    }
    struct tn_pack_head head = {.ecosystem = info.ecosystem,
                                .epoch = 1,
                                .version = info.pack_version + 1,
                                .event = info.event,
                                .event_title = "City STEM Fair",
                                .tz = "UTC",
                                .starts_ms = STARTS_MS,
                                .ends_ms = STARTS_MS + 1,
                                .station_name = "North gate",
                                .role = TN_ROLE_GATE};
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    status = tn_pack_begin(on->dir, &head, &pack);
    if (status != TN_OK) {
        return status;
    }
    status = tn_pack_add_badge_key(pack, &on->badge_key);
    if (status == TN_OK) {
        status = add_names(pack, &head, on, staff, names);
    }
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    status = tn_pack_finish(pack, &number);
    return status == TN_OK ? tn_station_switch_pack(station, number, on->at_ms) : status;
}

static enum tn_status unlock(struct tn_bench_station *on, struct tn_station *station,
                             const struct tn_badge *staff, double *ms)
{
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    tn_badge_encode(staff, text);
    const struct tn_scan scan = {.at_ms = on->at_ms + 1000,
                                 .mono_ms = 1000,
                                 .method = "scan",
                                 .text = text,
                                 .len = TN_BADGE_DIGITS};
    double start = tn_bench_now_ms();
    enum tn_status status = tn_station_record(station, &scan, &record);
    *ms = tn_bench_now_ms() - start;
    return status == TN_OK && record.result != TN_RESULT_STAFF ? TN_ERR_STATE : status;
}

/* Types a person's name letter by letter, every third one with a letter wrong. */
static enum tn_status type_name(struct tn_station *station, uint32_t n, double *ms, size_t *keys)
{
    struct tn_directory_row row;
    struct tn_found found[TN_FOUND_MAX];
    char text[sizeof row.full];
    size_t count = 0;
    enum tn_status status = TN_OK;
    person(n, &row);
    if (n % 3 == 0 && strlen(row.full) > 6) {
        row.full[4] = row.full[4] == 'x' ? 'y' : row.full[4] > 0 ? 'x' : row.full[4];
    }
    for (size_t len = 1; len <= strlen(row.full) && status == TN_OK && *keys < KEYS_MAX; len++) {
        if (((unsigned char)row.full[len] & 0xc0) == 0x80) {
            continue;
        }
        (void)snprintf(text, sizeof text, "%.*s", (int)len, row.full);
        double start = tn_bench_now_ms();
        status = tn_station_search(station, text, found, &count);
        ms[(*keys)++] = tn_bench_now_ms() - start;
    }
    return status;
}

static enum tn_status type_names(struct tn_station *station, size_t names, double *ms, size_t *keys)
{
    enum tn_status status = TN_OK;
    *keys = 0;
    for (uint32_t i = 0; i < NAMES_TYPED && status == TN_OK; i++) {
        status = type_name(station, (uint32_t)((uint64_t)i * 7919 % names), ms, keys);
    }
    return status;
}

static enum tn_status find_code(struct tn_station *station, size_t names, double *ms)
{
    struct tn_directory_row row;
    struct tn_found found[TN_FOUND_MAX];
    char code[TN_BADGE_CODE_SIZE];
    size_t count = 0;
    person((uint32_t)names / 2, &row);
    tn_badge_code(&row.badge, code);
    double start = tn_bench_now_ms();
    enum tn_status status = tn_station_find_code(station, code, found, &count);
    *ms = tn_bench_now_ms() - start;
    return status == TN_OK && count == 0 ? TN_ERR_NOT_FOUND : status;
}

static void add(struct tn_bench *bench, const char *what, size_t names, double value, double max)
{
    struct tn_bench_row row = {.value = value, .unit = "ms", .value_max = max};
    const char *size = names == NAMES_STRESS ? "1,000,000" : "100,000";
    (void)snprintf(row.name, sizeof row.name, "%s (%s names)", what, size);
    tn_bench_add(bench, &row);
}

/* Measures one size; targets only where it is a real event's. */
static enum tn_status measure(struct tn_bench *bench, struct tn_bench_station *on,
                              struct tn_station *station, size_t names, bool has_target)
{
    static double ms[KEYS_MAX];
    struct tn_badge staff;
    double unlock_ms = 0;
    double code_ms = 0;
    size_t keys = 0;
    tn_badge_mint(TN_BADGE_STAFF, &on->badge_key, &on->random, &staff);
    enum tn_status status = give_names(on, station, &staff, names);
    if (status == TN_OK) {
        status = unlock(on, station, &staff, &unlock_ms);
    }
    if (status == TN_OK) {
        status = type_names(station, names, ms, &keys);
    }
    if (status == TN_OK) {
        status = find_code(station, names, &code_ms);
    }
    tn_station_lock(station);
    if (status != TN_OK) {
        return status;
    }
    double p99 = tn_bench_quantile(ms, keys, 0.99);
    add(bench, "staff card to names at hand", names, unlock_ms, has_target ? 1000 : 0);
    add(bench, "search, a key press, p50", names, tn_bench_quantile(ms, keys, 0.5), 0);
    add(bench, "search, a key press, p99", names, p99, has_target ? 50 : 0);
    add(bench, "badge code to badge", names, code_ms, has_target ? 1000 : 0);
    return TN_OK;
}

enum tn_status tn_bench_searches(struct tn_bench *bench)
{
    struct tn_bench_station on;
    struct tn_station *station = NULL;
    enum tn_status status = tn_bench_station_make(bench, "search", 1, 1, &on);
    if (status == TN_OK) {
        status = tn_station_open(on.dir, &on.env, &station);
    }
    if (status == TN_OK) {
        status = measure(bench, &on, station, NAMES, true);
    }
    if (status == TN_OK && getenv("BENCH_LONG") != NULL) {
        status = measure(bench, &on, station, NAMES_STRESS, false);
    }
    tn_station_close(station);
    tn_bench_station_free(&on);
    return status;
}
