/* A helper at a real station, who opens it with a staff card and gives blank badges for lost ones:
 * what tests of badges that change hands share. */
#ifndef TURNOUT_TESTS_SYNC_HANDING_H
#define TURNOUT_TESTS_SYNC_HANDING_H

#include <sodium.h>

#include "tests/unit/sync_world.h"
#include "turnout/desk.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */
#define MIN INT64_C(60000)

__attribute__((unused)) static struct tn_when at(int64_t minutes)
{
    return (struct tn_when){STARTS + minutes * MIN, 1000 + minutes * MIN};
}

__attribute__((unused)) static void scan_text(struct tn_station *station, const char *text,
                                              int64_t minutes)
{
    struct tn_record record;
    const struct tn_when when = at(minutes);
    const struct tn_scan one = {when.at_ms, when.mono_ms, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    assert_true(record.seq > 0);
}

__attribute__((unused)) static struct tn_station *open_station(const char *dir)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    return station;
}

/* Finds a lost badge, whose digits are these, by its code, and gives a blank one for it. */
__attribute__((unused)) static void replace_by(const char *dir, const char *lost, const char *blank,
                                               int64_t minutes)
{
    char text[TN_BADGE_TEXT_SIZE];
    char code[TN_BADGE_CODE_SIZE];
    struct tn_badge badge;
    struct tn_handed handed;
    struct tn_found found[TN_FOUND_MAX];
    size_t count = 0;
    struct tn_when when = at(minutes);
    struct tn_station *station = open_station(dir);
    assert_int_equal(tn_badge_decode(lost, strlen(lost), &badge), TN_OK);
    const struct tn_id id = tn_badge_id(&badge);
    tn_badge_code(&id, code);
    badge_text("cards.csv", 1, text);
    scan_text(station, text, minutes);
    assert_int_equal(tn_station_find_code(station, code, found, &count), TN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tn_station_replace(station, &found[0], blank, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    tn_station_close(station);
    sodium_memzero(&handed, sizeof handed);
}

/* Somebody signs in at the desk; the code on their new badge. */
__attribute__((unused)) static void walk_in(char code[TN_BADGE_CODE_SIZE])
{
    const struct tn_when when = at(60);
    const struct tn_walkin form = {.given = "Canarygiven",
                                   .family = "Canaryfamily",
                                   .grade = "3-5",
                                   .partner_text = "Canarysource",
                                   .consent = TN_CONSENT_PARENT,
                                   .consent_ms = when.at_ms,
                                   .lang = "en"};
    struct tn_station *station = open_station("desk");
    struct tn_handed handed;
    assert_int_equal(tn_station_register(station, &form, NULL, &when, &handed), TN_OK);
    tn_station_close(station);
    snprintf(code, TN_BADGE_CODE_SIZE, "%s", handed.code);
}

#endif
