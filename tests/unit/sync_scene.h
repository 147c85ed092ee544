/* A station of one log with two copies, and bundles of it as they come: what tests of settling
 * share. */
#ifndef TURNOUT_TESTS_SYNC_SCENE_H
#define TURNOUT_TESTS_SYNC_SCENE_H

#include "sync/central/ingest.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_settling.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */
#define MIN INT64_C(60000)
#define PEOPLE 12
#define SHARED 6 /* entries before the two copies part */
#define COPY 4   /* entries of each copy */

struct scene {
    struct tn_centre centre;
    struct tn_sign_key device;
    struct tn_id log;
    struct tn_id event;
    struct tn_id badges[PEOPLE]; /* in the order of the roster */
    bool is_broken;              /* the chain of what is ingested does not hold */
};

__attribute__((unused)) static const struct tn_id unknown_badge = {{0xee, 1}};

__attribute__((unused)) static void enrol(struct scene *s)
{
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) VALUES ($1, 90, $2, $3, 'Extra', 'gate', $4, $5)";
    static const uint8_t zeros[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(&s->centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &s->log);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){s->device.public_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_id(stmt, 4, &s->event);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){zeros, sizeof zeros});
    assert_int_equal(tn_run(stmt), TN_OK);
}

__attribute__((unused)) static void scene_open(struct scene *s, const char *uri)
{
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 8);
    *s = (struct scene){.log = {{9}}};
    tn_sign_key_create(&random, &s->device);
    assert_int_equal(tn_centre_open(uri, &s->centre), TN_OK);
    s->event =
        one_id(&s->centre, "SELECT id FROM event WHERE ecosystem = $1 AND code = $2", "fair");
    for (int i = 0; i < PEOPLE; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "L%05d", i + 1);
        s->badges[i] = one_id(&s->centre,
                              "SELECT b.id FROM badge b JOIN learner_alias a ON a.learner ="
                              " b.learner WHERE b.ecosystem = $1 AND a.source_id = $2",
                              id);
    }
}

__attribute__((unused)) static void scene_close(struct scene *s)
{
    tn_centre_close(&s->centre);
}

/* The two copies of the station's log: after the shared entries one goes on with people 7 to 10,
 * the other with 9 to 11 and a badge nobody knows. */
__attribute__((unused)) static void make_entry(const struct scene *s, uint64_t seq, int story,
                                               struct tn_entry *out)
{
    const uint64_t person = seq <= SHARED ? seq - 1 : seq - 1 + (story == 0 ? 0 : 2);
    *out = (struct tn_entry){.seq = seq,
                             .format = TN_ENTRY_FORMAT,
                             .event = s->event,
                             .at_ms = STARTS + (int64_t)seq * MIN + story,
                             .mono_ms = 1};
    (void)snprintf(out->method, sizeof out->method, "scan");
    (void)snprintf(out->kind, sizeof out->kind, "check_in");
    out->badge = story == 1 && seq == SHARED + COPY ? unknown_badge : s->badges[person];
}

__attribute__((unused)) static struct tn_ack ingest(struct scene *s, uint64_t first, uint64_t last,
                                                    int story)
{
    struct tn_bundle_writer writer;
    struct tn_hash hash = {{0}};
    struct tn_entry entry;
    struct tn_buf bundle;
    struct tn_ack ack;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = s->centre.id;
    writer.log = s->log;
    writer.first = first;
    for (uint64_t seq = 1; seq <= last; seq++) {
        make_entry(s, seq, seq <= SHARED ? 0 : story, &entry);
        assert_int_equal(tn_entry_chain(&entry, &hash, &s->log), TN_OK);
        if (seq == first) {
            writer.before = hash;
        }
        if (seq >= first) {
            assert_int_equal(tn_bundle_add(&writer, &entry), TN_OK);
        }
        hash = entry.hash;
    }
    writer.after.b[0] ^= s->is_broken;
    assert_int_equal(tn_bundle_finish(&writer, &s->device, NULL, &bundle), TN_OK);
    tn_bundle_writer_destroy(&writer);
    assert_int_equal(tn_ingest_bundle(&s->centre, tn_buf_bytes(&bundle), STARTS, &ack), TN_OK);
    tn_buf_destroy(&bundle);
    return ack;
}

__attribute__((unused)) static void derive(struct scene *s)
{
    assert_int_equal(tn_visits_update(&s->centre, STARTS, NULL, NULL), TN_OK);
}

#endif
