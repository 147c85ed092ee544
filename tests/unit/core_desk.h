/* A station with everything a desk needs: cards, a directory, a staff card, a class, activities,
 * partners, a PIN. Shared by the tests of what a station does besides scans. */
#ifndef TESTS_UNIT_CORE_DESK_H
#define TESTS_UNIT_CORE_DESK_H

#include "tests/unit/core_names.h"

#include <sqlite3.h>

#include "turnout/desk.h"

#define DESK_LEARNERS 6
#define DESK_PIN "2468"

struct desk {
    struct fixture f;
    struct tn_station *station;
    struct tn_badge learners[DESK_LEARNERS]; /* 0 to 3 are of the class; 5 has no card: a blank */
    struct tn_id learner_ids[DESK_LEARNERS];
    struct tn_badge group_card;
    struct tn_badge staff_card;
    struct tn_key directory_key;
    struct tn_group group;
    uint8_t vault_secret[32];
    int64_t at_ms;
    int64_t mono_ms;
    uint64_t version;
    struct tn_pack_head head;
    size_t activities;
};

static const char *const desk_displays[DESK_LEARNERS] = {"Ana R.", "Ben S.", "Chi T.",
                                                         "Dia U.", "Eli V.", ""};
static const char *const desk_fulls[DESK_LEARNERS] = {"Ana Ruiz",   "Ben Sato", "Chi Tran",
                                                      "Dia Umarov", "Eli Vang", ""};

static inline struct tn_when desk_when(struct desk *d)
{
    return (struct tn_when){d->at_ms, d->mono_ms};
}

static inline void desk_wait(struct desk *d, int64_t ms)
{
    d->at_ms += ms;
    d->mono_ms += ms;
}

static inline struct tn_id desk_activity(size_t i)
{
    return (struct tn_id){{0xac, (uint8_t)(i + 1)}};
}

static inline struct tn_pack_head desk_head(const struct desk *d)
{
    struct tn_pack_head head = {
        .ecosystem = d->f.setup.ecosystem,
        .epoch = 1,
        .event = d->f.setup.event,
        .event_title = "Science night",
        .tz = "UTC",
        .starts_ms = FIXTURE_AT_MS,
        .ends_ms = FIXTURE_AT_MS + 3600000,
        .station_name = "Gate A",
        .role = d->f.setup.role,
        .activity = d->f.setup.activity,
        .repeat_ms = 4000,
        .consent_age = 14,
    };
    assert_int_equal(crypto_pwhash_str(head.pin, DESK_PIN, strlen(DESK_PIN),
                                       crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
                     0);
    return head;
}

static inline void desk_add_cards(struct desk *d, struct tn_pack_builder *pack)
{
    for (size_t i = 0; i + 1 < DESK_LEARNERS; i++) {
        struct tn_card card = {.learner = d->learner_ids[i], .lang = "en"};
        struct tn_id id = tn_badge_id(&d->learners[i]);
        uint8_t sealed[TN_CARD_SIZE];
        (void)snprintf(card.display, sizeof card.display, "%s", desk_displays[i]);
        assert_int_equal(tn_card_seal(&card, &d->learners[i], &d->f.env.random, sealed), TN_OK);
        assert_int_equal(tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed}),
                         TN_OK);
    }
}

static inline void desk_add_directory(struct desk *d, struct tn_pack_builder *pack)
{
    struct tn_buf plain;
    struct tn_buf sealed;
    names_begin(&plain, DESK_LEARNERS - 1);
    for (uint32_t i = 0; i + 1 < DESK_LEARNERS; i++) {
        struct tn_directory_row row = names_row(i, desk_fulls[i], desk_displays[i]);
        row.learner = d->learner_ids[i];
        row.badge = tn_badge_id(&d->learners[i]);
        tn_directory_put_row(&plain, &row);
    }
    names_seal(&plain, &d->directory_key, &d->head.event, &sealed);
    assert_int_equal(tn_pack_set_directory(pack, tn_buf_bytes(&sealed)), TN_OK);
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
}

static inline void desk_add_staff(struct desk *d, struct tn_pack_builder *pack)
{
    struct tn_staff_card card = {.id = tn_badge_id(&d->staff_card),
                                 .name = "Marta",
                                 .until_ms = FIXTURE_AT_MS + 7 * INT64_C(86400000)};
    tn_staff_wrap(&d->staff_card, &d->directory_key, &d->f.env.random, card.wrapped);
    assert_int_equal(tn_pack_add_staff(pack, &card), TN_OK);
}

static inline void desk_add_group(struct desk *d, struct tn_pack_builder *pack)
{
    struct tn_buf sealed;
    struct tn_id card = tn_badge_id(&d->group_card);
    tn_buf_init(&sealed, TN_GROUP_SIZE_MAX);
    tn_group_seal(&sealed, &d->group, &d->group_card, &d->f.env.random);
    assert_int_equal(sealed.status, TN_OK);
    assert_int_equal(tn_pack_add_group(pack, &card, tn_buf_bytes(&sealed)), TN_OK);
    tn_buf_destroy(&sealed);
}

static inline void desk_add_lists(struct desk *d, struct tn_pack_builder *pack)
{
    static const char *const partners[] = {"Lincoln Elementary", "École Lumière",
                                           "St Mary's Academy", "City Library"};
    for (size_t i = 0; i < d->activities; i++) {
        struct tn_pack_activity activity = {.id = desk_activity(i), .step = (uint32_t)(i / 2)};
        (void)snprintf(activity.title, sizeof activity.title, "Activity %02zu", i);
        assert_int_equal(tn_pack_add_activity(pack, &activity), TN_OK);
    }
    for (size_t i = 0; i < 4; i++) {
        struct tn_pack_partner partner = {.id = {{0x9a, (uint8_t)i}}};
        (void)snprintf(partner.name, sizeof partner.name, "%s", partners[i]);
        assert_int_equal(tn_pack_add_partner(pack, &partner), TN_OK);
    }
}

/* Brings a pack made from d->head as it is by now. */
static inline void desk_pack(struct desk *d)
{
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    d->head.version = ++d->version;
    assert_int_equal(tn_pack_begin(d->f.dir, &d->head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &d->f.badge_key), TN_OK);
    desk_add_cards(d, pack);
    desk_add_directory(d, pack);
    desk_add_staff(d, pack);
    desk_add_group(d, pack);
    desk_add_lists(d, pack);
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_station_switch_pack(d->station, number, d->at_ms), TN_OK);
}

static inline void desk_init(struct desk *d, enum tn_role role)
{
    *d = (struct desk){.at_ms = FIXTURE_AT_MS, .mono_ms = 1000, .activities = 4};
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
    fixture_init(&d->f, role);
    assert_int_equal(crypto_box_keypair(d->f.setup.vault_key.b, d->vault_secret), 0);
    if (role == TN_ROLE_ACTIVITY) {
        d->f.setup.activity = desk_activity(0);
    }
    d->f.setup.issued_ms = FIXTURE_AT_MS;
    d->station = fixture_create(&d->f);
    d->f.env.random.fill(d->f.env.random.ctx, d->directory_key.b, sizeof d->directory_key.b);
    (void)snprintf(d->group.title, sizeof d->group.title, "Lincoln 4B");
    d->group.count = 4;
    for (uint8_t i = 0; i < DESK_LEARNERS; i++) {
        fixture_mint(&d->f, TN_BADGE_LEARNER, &d->learners[i]);
        d->learner_ids[i] = (struct tn_id){{0x1e, i}};
        if (i < d->group.count) {
            d->group.members[i].badge = tn_badge_id(&d->learners[i]);
            d->group.members[i].learner = d->learner_ids[i];
        }
    }
    fixture_mint(&d->f, TN_BADGE_GROUP, &d->group_card);
    fixture_mint(&d->f, TN_BADGE_STAFF, &d->staff_card);
    d->head = desk_head(d);
    desk_pack(d);
}

static inline void desk_destroy(struct desk *d)
{
    tn_station_close(d->station);
    fixture_destroy(&d->f);
}

/* Closes the station and opens it again. */
static inline void desk_reopen(struct desk *d)
{
    tn_station_close(d->station);
    d->station = fixture_open(&d->f);
}

static inline struct tn_record desk_scan_text(struct desk *d, const char *text, bool in_group)
{
    struct tn_record record;
    struct tn_scan scan = {.at_ms = d->at_ms,
                           .mono_ms = d->mono_ms,
                           .method = "scan",
                           .text = text,
                           .len = strlen(text),
                           .in_group = in_group};
    assert_int_equal(tn_station_record(d->station, &scan, &record), TN_OK);
    return record;
}

static inline struct tn_record desk_scan_in(struct desk *d, const struct tn_badge *badge,
                                            bool in_group)
{
    char text[TN_BADGE_TEXT_SIZE];
    tn_badge_encode(badge, text);
    return desk_scan_text(d, text, in_group);
}

static inline struct tn_record desk_scan(struct desk *d, const struct tn_badge *badge)
{
    return desk_scan_in(d, badge, false);
}

static inline void desk_unlock(struct desk *d)
{
    assert_int_equal(desk_scan(d, &d->staff_card).result, TN_RESULT_STAFF);
}

static inline struct tn_station_info desk_info(struct desk *d)
{
    struct tn_station_info info;
    assert_int_equal(tn_station_info(d->station, &info), TN_OK);
    return info;
}

static inline struct tn_found desk_found(const struct desk *d, size_t i)
{
    struct tn_found found = {.learner = d->learner_ids[i], .badge = tn_badge_id(&d->learners[i])};
    (void)snprintf(found.name, sizeof found.name, "%s", desk_displays[i]);
    return found;
}

/* Changes a closed station's database, or another file of its folder, behind its back. */
static inline void desk_spoil(const struct desk *d, const char *file, const char *sql)
{
    char path[512];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", d->f.dir, file);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* One entry of the own log, its body copied. */
struct desk_entry {
    struct tn_entry entry;
    uint8_t body[TN_BODY_MAX];
};

static inline enum tn_status desk_keep_entry(void *ctx, const struct tn_entry *entry)
{
    struct desk_entry *out = ctx;
    out->entry = *entry;
    if (entry->body.data != NULL) {
        memcpy(out->body, entry->body.data, entry->body.len);
        out->entry.body.data = out->body;
    }
    return TN_OK;
}

static inline enum tn_status desk_own_log(void *ctx, const struct tn_log_head *head)
{
    if (head->is_own) {
        *(uint64_t *)ctx = head->log_no;
    }
    return TN_OK;
}

static inline void desk_entry_at(struct desk *d, uint64_t seq, struct desk_entry *out)
{
    uint64_t log_no = 0;
    assert_int_equal(tn_station_logs(d->station, desk_own_log, &log_no), TN_OK);
    *out = (struct desk_entry){0};
    assert_int_equal(tn_station_entries(d->station, log_no, seq, 1, desk_keep_entry, out), TN_OK);
    assert_int_equal(out->entry.seq, seq);
}

/* Whether the body of an entry is exactly these bytes. */
static inline void desk_assert_body(struct desk *d, uint64_t seq, const void *bytes, size_t len)
{
    static struct desk_entry found;
    desk_entry_at(d, seq, &found);
    assert_int_equal(found.entry.body.len, len);
    assert_memory_equal(found.body, bytes, len);
}

static inline void desk_assert_kind(struct desk *d, uint64_t seq, const char *kind,
                                    const char *method)
{
    static struct desk_entry found;
    desk_entry_at(d, seq, &found);
    assert_string_equal(found.entry.kind, kind);
    assert_string_equal(found.entry.method, method);
}

#endif
