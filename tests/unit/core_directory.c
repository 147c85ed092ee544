/* The directory on a station: what a staff card opens, whom it finds, and that it is gone when the
 * station is locked, the pack changes or the card ends. */
#include "tests/unit/core_names.h"

#include <sqlite3.h>

#include "turnout/desk.h"

#include "kiosk/core/staff_session.h"

struct world {
    struct fixture f;
    struct tn_station *station;
    struct tn_badge staff;
    struct tn_badge learners[3];
    struct tn_key key;
    struct tn_directory_row rows[5];
    struct names_pack pack;
};

/* A gate whose pack has a staff card, five names, and cards for the first three of them. */
static void world_init(struct world *w)
{
    static const char *const full[] = {"Maya Rivera", "Maya Ríos", "Bo Li", "José Ñáñez",
                                       "محمد علي"};
    static const char *const display[] = {"Maya R.", "Maya R.", "Bo L.", "José Ñ.", "محمد"};
    *w = (struct world){.key = {{4, 5, 6}}};
    fixture_init(&w->f, TN_ROLE_BOTH);
    w->station = fixture_create(&w->f);
    fixture_mint(&w->f, TN_BADGE_STAFF, &w->staff);
    for (uint32_t i = 0; i < 5; i++) {
        w->rows[i] = names_row(i, full[i], display[i]);
        if (i < 3) {
            fixture_mint(&w->f, TN_BADGE_LEARNER, &w->learners[i]);
            w->rows[i].badge = tn_badge_id(&w->learners[i]);
        }
    }
    w->pack = (struct names_pack){
        .version = 1,
        .staff = &w->staff,
        .until_ms = FIXTURE_AT_MS + 1000,
        .key = &w->key,
        .rows = w->rows,
        .rows_count = 5,
        .learners = w->learners,
        .learners_count = 3,
    };
}

/* Lays down the pack as it is described now, as sync would, and switches to it. */
static void take_pack(struct world *w)
{
    uint64_t number = names_lay_pack(&w->f, &w->pack);
    assert_int_equal(tn_station_switch_pack(w->station, number, FIXTURE_AT_MS), TN_OK);
    w->pack.version++;
}

static enum tn_status unlock(struct world *w)
{
    char name[TN_TITLE_MAX + 1];
    enum tn_status status = tn_staff_session_open(w->station, &w->staff, FIXTURE_AT_MS, name);
    assert_string_equal(name, status == TN_OK ? "Rosa Marín" : "");
    return status;
}

static void world_destroy(struct world *w)
{
    tn_station_close(w->station);
    fixture_destroy(&w->f);
}

/* What a search finds, as one line. */
static const char *found(struct world *w, const char *text)
{
    static char line[TN_FOUND_MAX * (TN_FULL_NAME_MAX + 8)];
    struct tn_found out[TN_FOUND_MAX];
    size_t count = 0;
    size_t len = 0;
    line[0] = '\0';
    assert_int_equal(tn_station_search(w->station, text, out, &count), TN_OK);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(line + len, sizeof line - len, "%s%s%s", i == 0 ? "" : "; ",
                                out[i].name, out[i].is_in ? " (in)" : "");
    }
    return line;
}

static enum tn_status search_status(struct world *w)
{
    struct tn_found out[TN_FOUND_MAX];
    size_t count = 7;
    enum tn_status status = tn_station_search(w->station, "maya", out, &count);
    assert_int_equal(status == TN_OK, count > 0);
    return status;
}

static void a_staff_card_opens_the_names_until_the_station_is_locked(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    assert_null(tn_staff_session_holder(w.station));
    assert_int_equal(unlock(&w), TN_OK);
    assert_string_equal(tn_staff_session_holder(w.station), "Rosa Marín");
    assert_string_equal(found(&w, "maya"), "Maya Ríos; Maya Rivera");
    assert_int_equal(unlock(&w), TN_OK); /* again */
    assert_string_equal(found(&w, "bo"), "Bo L.");
    tn_station_lock(w.station);
    tn_station_lock(w.station);
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    assert_null(tn_staff_session_holder(w.station));
    world_destroy(&w);
}

static void a_scanned_staff_card_unlocks(void **state)
{
    (void)state;
    struct world w;
    struct tn_record record;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(fixture_scan(w.station, &w.staff, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_STAFF);
    assert_string_equal(found(&w, "mohamed"), "محمد");
    world_destroy(&w);
}

static void two_who_would_read_the_same_show_their_full_names(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_string_equal(found(&w, "rivera"), "Maya R.");
    assert_string_equal(found(&w, "maya"), "Maya Ríos; Maya Rivera");
    world_destroy(&w);
}

static void namesakes_show_what_is_on_their_badges(void **state)
{
    (void)state;
    struct world w;
    char code[TN_BADGE_CODE_SIZE];
    char wanted[64];
    char line[TN_FOUND_MAX * (TN_FULL_NAME_MAX + 8)];
    world_init(&w);
    w.rows[3] = names_row(3, "Bo Li", "Bo L."); /* who has no badge to show */
    w.rows[4] = names_row(4, "Bo Lind", "Bo L.");
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    tn_badge_code(&w.rows[2].badge, code);
    (void)snprintf(wanted, sizeof wanted, "Bo Li %.3s %.3s %.3s", code, code + 3, code + 6);
    (void)snprintf(line, sizeof line, "%s", found(&w, "bo li"));
    assert_non_null(strstr(line, wanted));
    assert_non_null(strstr(line, "Bo Lind"));
    assert_null(strstr(line, "Bo Lind "));
    world_destroy(&w);
}

static void who_is_in_is_said(void **state)
{
    (void)state;
    struct world w;
    struct tn_record record;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(fixture_scan(w.station, &w.learners[2], &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_int_equal(unlock(&w), TN_OK);
    assert_string_equal(found(&w, "bo li"), "Bo L. (in)");
    assert_string_equal(found(&w, "jose"), "José Ñ.");
    world_destroy(&w);
}

static void names_are_told_by_learner_and_by_badge(void **state)
{
    (void)state;
    struct world w;
    struct tn_directory_row row;
    const struct tn_id nobody = {{0xff}};
    world_init(&w);
    take_pack(&w);
    assert_false(tn_staff_session_name(w.station, &w.rows[3].learner, NULL, &row));
    assert_int_equal(unlock(&w), TN_OK);
    for (size_t i = 0; i < 5; i++) {
        assert_true(tn_staff_session_name(w.station, &w.rows[i].learner, NULL, &row));
        assert_string_equal(row.full, w.rows[i].full);
        assert_true(tn_staff_session_name(w.station, &nobody, &w.rows[i].badge, &row));
        assert_string_equal(row.full, w.rows[i].full);
    }
    assert_false(tn_staff_session_name(w.station, &nobody, &nobody, &row));
    assert_string_equal(row.full, "");
    assert_false(tn_staff_session_name(w.station, NULL, &(struct tn_id){{0}}, &row));
    world_destroy(&w);
}

static void only_a_good_card_opens(void **state)
{
    (void)state;
    struct world w;
    char name[TN_TITLE_MAX + 1];
    struct tn_badge other;
    world_init(&w);
    assert_int_equal(unlock(&w), TN_ERR_NOT_FOUND); /* no pack yet */
    take_pack(&w);
    fixture_mint(&w.f, TN_BADGE_STAFF, &other);
    assert_int_equal(tn_staff_session_open(w.station, &other, FIXTURE_AT_MS, name),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(tn_staff_session_open(w.station, &w.staff, w.pack.until_ms, name), TN_OK);
    tn_station_lock(w.station);
    assert_int_equal(tn_staff_session_open(w.station, &w.staff, w.pack.until_ms + 1, name),
                     TN_ERR_STATE);
    other = w.staff;
    other.type = TN_BADGE_LEARNER;
    assert_int_equal(tn_staff_session_open(w.station, &other, FIXTURE_AT_MS, name), TN_ERR_FORGED);
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    world_destroy(&w);
}

static void a_card_that_fails_leaves_the_open_session(void **state)
{
    (void)state;
    struct world w;
    char name[TN_TITLE_MAX + 1];
    world_init(&w);
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(tn_staff_session_open(w.station, &w.staff, w.pack.until_ms + 1, name),
                     TN_ERR_STATE);
    assert_int_equal(search_status(&w), TN_OK);
    world_destroy(&w);
}

static void a_pack_without_a_directory_unlocks_without_names(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.pack.rows = NULL;
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(search_status(&w), TN_ERR_NOT_FOUND);
    assert_string_equal(tn_staff_session_holder(w.station), "Rosa Marín");
    world_destroy(&w);
}

static void an_empty_directory_finds_nobody(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.pack.rows_count = 0;
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_string_equal(found(&w, "maya"), "");
    world_destroy(&w);
}

static void a_directory_sealed_with_another_key_does_not_open(void **state)
{
    (void)state;
    struct world w;
    const struct tn_key other = {{9}};
    world_init(&w);
    w.pack.sealed_with = &other;
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_ERR_FORGED);
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    world_destroy(&w);
}

static void a_new_pack_brings_its_own_names(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_string_equal(found(&w, "jose"), "José Ñ.");
    w.rows[3] = names_row(3, "Zoë Müller", "Zoë M.");
    take_pack(&w);
    assert_string_equal(found(&w, "jose"), "");
    assert_string_equal(found(&w, "zoe"), "Zoë M.");
    assert_string_equal(tn_staff_session_holder(w.station), "Rosa Marín");
    world_destroy(&w);
}

static void a_new_pack_without_the_staff_card_locks(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    w.pack.staff = NULL;
    take_pack(&w);
    assert_null(tn_staff_session_holder(w.station));
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    world_destroy(&w);
}

static void a_new_directory_key_asks_for_the_card_again(void **state)
{
    (void)state;
    struct world w;
    struct tn_key rotated = {{7, 7}};
    world_init(&w);
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    w.pack.key = &rotated;
    take_pack(&w);
    assert_int_equal(search_status(&w), TN_ERR_STATE);
    assert_null(tn_staff_session_holder(w.station));
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(search_status(&w), TN_OK);
    world_destroy(&w);
}

/* A badge id whose code has this number. */
static struct tn_id badge_of(uint64_t number)
{
    struct tn_id id = {.b = {[15] = 1}};
    for (int i = 0; i < 8; i++) {
        id.b[i] = (uint8_t)(number >> (56 - 8 * i));
    }
    return id;
}

static size_t find(struct world *w, const char *code, struct tn_found out[TN_FOUND_MAX])
{
    size_t count = 0;
    assert_int_equal(tn_station_find_code(w->station, code, out, &count), TN_OK);
    return count;
}

static void a_code_finds_its_badge(void **state)
{
    (void)state;
    struct world w;
    struct tn_found out[TN_FOUND_MAX];
    char code[TN_BADGE_CODE_SIZE];
    char spaced[32];
    size_t count = 0;
    world_init(&w);
    take_pack(&w);
    tn_badge_code(&w.rows[2].badge, code);
    assert_int_equal(tn_station_find_code(w.station, code, out, &count), TN_ERR_STATE);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(find(&w, code, out), 1);
    assert_string_equal(out[0].name, "Bo L.");
    assert_memory_equal(&out[0].badge, &w.rows[2].badge, sizeof out[0].badge);
    assert_memory_equal(&out[0].learner, &w.rows[2].learner, sizeof out[0].learner);
    assert_false(out[0].is_in);
    (void)snprintf(spaced, sizeof spaced, "%.3s %.3s %s ", code, code + 3, code + 6);
    assert_int_equal(find(&w, spaced, out), 1);
    code[3] = code[3] == '9' ? '0' : (char)(code[3] + 1);
    assert_int_equal(tn_station_find_code(w.station, code, out, &count), TN_ERR_FORMAT);
    assert_int_equal(tn_station_find_code(w.station, "", out, &count), TN_ERR_FORMAT);
    assert_int_equal(count, 0);
    world_destroy(&w);
}

static void a_code_gives_every_badge_that_has_it(void **state)
{
    (void)state;
    struct world w;
    struct tn_found out[TN_FOUND_MAX];
    struct tn_id badges[TN_FOUND_MAX + 1];
    char code[TN_BADGE_CODE_SIZE];
    for (uint64_t i = 0; i <= TN_FOUND_MAX; i++) {
        badges[i] = badge_of(12345678 + i * 100000000);
    }
    world_init(&w);
    w.pack.badges = badges;
    w.pack.badges_count = TN_FOUND_MAX - 1;
    w.rows[3].badge = badges[1];
    take_pack(&w);
    assert_int_equal(unlock(&w), TN_OK);
    tn_badge_code(&badges[0], code);
    assert_int_equal(find(&w, code, out), TN_FOUND_MAX - 1);
    assert_string_equal(out[0].name, "");
    assert_true(tn_id_is_none(&out[0].learner));
    assert_string_equal(out[1].name, "José Ñ.");
    w.pack.badges_count = TN_FOUND_MAX + 1; /* one past what a page shows */
    take_pack(&w);
    assert_int_equal(find(&w, code, out), TN_FOUND_MAX);
    tn_badge_code(&(struct tn_id){{0x77}}, code);
    assert_int_equal(find(&w, code, out), 0);
    world_destroy(&w);
}

static void run_sql(struct world *w, const char *sql, const struct tn_id *a, const struct tn_id *b)
{
    char path[400];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    (void)snprintf(path, sizeof path, "%s/station.db", w->f.dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    (void)sqlite3_bind_blob(stmt, 1, a->b, sizeof a->b, SQLITE_STATIC);
    if (b != NULL) {
        (void)sqlite3_bind_blob(stmt, 2, b->b, sizeof b->b, SQLITE_STATIC);
    }
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    (void)sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void badges_handed_out_here_are_found(void **state)
{
    (void)state;
    struct world w;
    struct tn_found out[TN_FOUND_MAX];
    char code[TN_BADGE_CODE_SIZE];
    const struct tn_id walk_in = badge_of(555);
    const struct tn_id newer = badge_of(666);
    world_init(&w);
    take_pack(&w);
    run_sql(&w, "INSERT INTO walkin_card (badge, sealed) VALUES (?, x'00')", &walk_in, NULL);
    run_sql(&w, "INSERT INTO retired (badge) VALUES (?)", &w.rows[0].badge, NULL);
    run_sql(&w, "INSERT INTO alias (badge, who) VALUES (?, ?)", &w.rows[0].badge,
            &w.rows[0].learner);
    run_sql(&w, "INSERT INTO alias (badge, who) VALUES (?, ?)", &newer, &w.rows[0].learner);
    assert_int_equal(unlock(&w), TN_OK);
    tn_badge_code(&walk_in, code);
    assert_int_equal(find(&w, code, out), 1);
    assert_string_equal(out[0].name, "");
    tn_badge_code(&newer, code);
    assert_int_equal(find(&w, code, out), 1);
    assert_string_equal(out[0].name, "Maya R.");
    size_t count = 0;
    assert_int_equal(tn_station_search(w.station, "rivera", out, &count), TN_OK);
    assert_int_equal(count, 1);
    assert_memory_equal(&out[0].badge, &newer, sizeof newer); /* the old one is retired */
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_staff_card_opens_the_names_until_the_station_is_locked),
        cmocka_unit_test(a_scanned_staff_card_unlocks),
        cmocka_unit_test(two_who_would_read_the_same_show_their_full_names),
        cmocka_unit_test(namesakes_show_what_is_on_their_badges),
        cmocka_unit_test(who_is_in_is_said),
        cmocka_unit_test(names_are_told_by_learner_and_by_badge),
        cmocka_unit_test(only_a_good_card_opens),
        cmocka_unit_test(a_card_that_fails_leaves_the_open_session),
        cmocka_unit_test(a_pack_without_a_directory_unlocks_without_names),
        cmocka_unit_test(an_empty_directory_finds_nobody),
        cmocka_unit_test(a_directory_sealed_with_another_key_does_not_open),
        cmocka_unit_test(a_new_pack_brings_its_own_names),
        cmocka_unit_test(a_new_pack_without_the_staff_card_locks),
        cmocka_unit_test(a_new_directory_key_asks_for_the_card_again),
        cmocka_unit_test(a_code_finds_its_badge),
        cmocka_unit_test(a_code_gives_every_badge_that_has_it),
        cmocka_unit_test(badges_handed_out_here_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
