/* Badges that take another's place: whose they are, what is refused, and who is one person over all
 * of them. */
#include "tests/unit/core_desk.h"

static void text_of(const struct tn_badge *badge, char out[TN_BADGE_TEXT_SIZE])
{
    tn_badge_encode(badge, out);
}

static void replacing_needs_a_staff_card(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_ERR_STATE);
    assert_int_equal(tn_station_admit(d.station, &found, "search", &when, &record), TN_ERR_STATE);
    desk_destroy(&d);
}

/* Sync brings the pack while the panel is open; nothing is scanned or searched in between. */
static void try_revoked(int which)
{
    struct desk d;
    struct tn_handed handed;
    struct tn_record record;
    struct tn_roll roll;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    struct tn_station *panel = d.station;
    fixture_mint(&d.f, TN_BADGE_STAFF, &d.staff_card);
    d.station = fixture_open(&d.f);
    desk_pack(&d);
    tn_station_close(d.station);
    d.station = panel;
    enum tn_status status = TN_OK;
    switch (which) {
    case 0:
        status = tn_station_replace(panel, &found, NULL, TN_WHY_LOST, &when, &handed);
        break;
    case 1:
        status = tn_station_admit(panel, &found, "search", &when, &record);
        break;
    case 2:
        status = tn_station_roll(panel, 0, TN_ROLL_MAX, &roll);
        break;
    default:
        status = tn_station_switch(panel, TN_ROLE_EXIT, NULL, &when);
        break;
    }
    assert_int_equal(status, TN_ERR_STATE);
    desk_destroy(&d);
}

static void a_staff_card_that_is_revoked_does_nothing_more(void **state)
{
    (void)state;
    for (int which = 0; which < 4; which++) {
        try_revoked(which);
    }
}

static void a_replaced_badge_is_refused_and_the_new_one_is_the_same_learner(void **state)
{
    (void)state;
    static struct desk_entry entry;
    struct desk d;
    struct tn_handed handed;
    desk_init(&d, TN_ROLE_GATE);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_WELCOME);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    assert_string_equal(handed.name, "Ana R.");
    assert_int_equal(desk_info(&d).present, 1);
    desk_entry_at(&d, handed.record.seq, &entry);
    assert_string_equal(entry.entry.kind, "replace");
    assert_true(tn_id_equal(&entry.entry.badge, &handed.badge));
    assert_true(tn_id_equal(&entry.entry.learner, &d.learner_ids[0]));
    assert_memory_equal(entry.body, "\x84\x01\x50", 3);
    assert_memory_equal(entry.body + 3, found.badge.b, TN_ID_SIZE);
    assert_memory_equal(entry.body + 19, "\x64lost", 5);
    assert_memory_equal(entry.body + 24, "\x58\xc8", 2);
    assert_int_equal(entry.entry.body.len, 26 + TN_CARD_SIZE);
    struct tn_badge badge;
    struct tn_card card;
    assert_int_equal(tn_badge_decode(handed.digits, strlen(handed.digits), &badge), TN_OK);
    assert_int_equal(tn_card_open((struct tn_bytes){entry.body + 26, TN_CARD_SIZE}, &badge, &card),
                     TN_OK);
    assert_string_equal(card.display, "Ana R.");
    desk_reopen(&d);
    struct tn_record record = desk_scan(&d, &d.learners[0]);
    assert_int_equal(record.result, TN_RESULT_REFUSED);
    assert_string_equal(record.name, "");
    desk_assert_body(&d, record.seq, "\x82\x01\x68replaced", 11);
    record = desk_scan_text(&d, handed.digits, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_string_equal(record.name, "Ana R.");
    assert_true(tn_id_equal(&record.who, &d.learner_ids[0]));
    desk_destroy(&d);
}

/* The directory still names the first of the three. */
static void a_badge_may_be_lost_twice(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed first;
    struct tn_handed second;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &first),
                     TN_OK);
    assert_int_equal(tn_station_admit(d.station, &found, "search", &when, &record), TN_OK);
    assert_true(tn_id_equal(&record.badge, &first.badge));
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &second),
                     TN_OK);
    assert_int_equal(desk_scan(&d, &d.learners[0]).result, TN_RESULT_REFUSED);
    assert_int_equal(desk_scan_text(&d, first.digits, false).result, TN_RESULT_REFUSED);
    assert_string_equal(desk_scan_text(&d, second.digits, false).name, "Ana R.");
    desk_destroy(&d);
}

static struct tn_found find_code(struct desk *d, const struct tn_id *badge)
{
    struct tn_found found[TN_FOUND_MAX];
    char code[TN_BADGE_CODE_SIZE];
    size_t count = 0;
    tn_badge_code(badge, code);
    assert_int_equal(tn_station_find_code(d->station, code, found, &count), TN_OK);
    assert_int_equal(count, 1);
    return found[0];
}

/* Whoever types the code of the badge before the last still means the one person. */
static void the_code_of_a_replaced_badge_finds_whose_it_was(struct desk *d,
                                                            const struct tn_id *first,
                                                            const struct tn_id *learner)
{
    struct tn_handed second;
    struct tn_handed third;
    struct tn_record record;
    uint64_t present = desk_info(d).present;
    const struct tn_when when = desk_when(d);
    struct tn_found found = find_code(d, first);
    assert_int_equal(tn_station_replace(d->station, &found, NULL, TN_WHY_LOST, &when, &second),
                     TN_OK);
    found = find_code(d, first);
    assert_true(tn_id_equal(&found.badge, &second.badge));
    assert_true(tn_id_equal(&found.learner, learner));
    assert_true(found.is_in);
    assert_int_equal(tn_station_admit(d->station, &found, "typed", &when, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    /* What was found before the badge was replaced is as good. */
    found = (struct tn_found){.badge = *first};
    assert_int_equal(tn_station_replace(d->station, &found, NULL, TN_WHY_LOST, &when, &third),
                     TN_OK);
    assert_int_equal(desk_scan_text(d, second.digits, false).result, TN_RESULT_REFUSED);
    record = desk_scan_text(d, third.digits, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_true(tn_id_is_none(learner) || tn_id_equal(&record.who, learner));
    assert_int_equal(desk_info(d).present, present);
}

static void the_code_of_a_replaced_badge_finds_one_person(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    const struct tn_walkin form = {.given = "Noor"};
    const struct tn_id nobody = {{0}};
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    /* In the directory; a walk-in, who is not; a badge of which nobody knows whose it is. */
    struct tn_record record = desk_scan(&d, &d.learners[0]);
    the_code_of_a_replaced_badge_finds_whose_it_was(&d, &record.badge, &d.learner_ids[0]);
    assert_int_equal(tn_station_register(d.station, &form, NULL, &when, &handed), TN_OK);
    the_code_of_a_replaced_badge_finds_whose_it_was(&d, &handed.badge, &handed.record.who);
    record = desk_scan(&d, &d.learners[5]);
    const struct tn_found found = {.badge = record.badge};
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    the_code_of_a_replaced_badge_finds_whose_it_was(&d, &record.badge, &nobody);
    desk_destroy(&d);
}

static void a_blank_badge_may_replace_a_lost_one(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    char text[TN_BADGE_TEXT_SIZE];
    desk_init(&d, TN_ROLE_GATE);
    (void)desk_scan(&d, &d.learners[0]);
    (void)desk_scan(&d, &d.learners[5]);
    assert_int_equal(desk_info(&d).present, 2);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    text_of(&d.learners[5], text);
    assert_int_equal(tn_station_replace(d.station, &found, text, TN_WHY_DAMAGED, &when, &handed),
                     TN_OK);
    assert_string_equal(handed.digits, "");
    assert_int_equal(desk_info(&d).present, 1); /* it was one learner all along */
    assert_string_equal(desk_scan(&d, &d.learners[5]).name, "Ana R.");
    text_of(&d.learners[0], text);
    assert_int_equal(tn_station_replace(d.station, &found, text, TN_WHY_OTHER, &when, &handed),
                     TN_ERR_EXISTS);
    desk_destroy(&d);
}

static void a_badge_of_nobody_known_is_replaced_without_a_name(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    desk_init(&d, TN_ROLE_GATE);
    struct tn_record record = desk_scan(&d, &d.learners[5]);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = {.badge = record.badge};
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    assert_int_equal(desk_info(&d).present, 1);
    assert_int_equal(desk_scan(&d, &d.learners[5]).result, TN_RESULT_REFUSED);
    record = desk_scan_text(&d, handed.digits, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_string_equal(record.name, "");
    struct tn_found nobody = {.name = "Nobody"};
    assert_int_equal(tn_station_replace(d.station, &nobody, NULL, TN_WHY_LOST, &when, &handed),
                     TN_ERR_NOT_FOUND);
    desk_destroy(&d);
}

/* Nobody knows the learner: the badges alone say that it is one person. */
static void a_chain_of_badges_of_nobody_known_is_one_person(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed first;
    struct tn_handed second;
    struct tn_tally tally;
    uint64_t seq = 0;
    desk_init(&d, TN_ROLE_GATE);
    uint64_t scanned = desk_scan(&d, &d.learners[5]).seq;
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = {.badge = tn_badge_id(&d.learners[5])};
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &first),
                     TN_OK);
    found.badge = first.badge;
    uint64_t again = desk_scan_text(&d, first.digits, false).seq;
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &second),
                     TN_OK);
    (void)desk_scan_text(&d, second.digits, false);
    assert_int_equal(tn_station_tally(d.station, &when, &tally), TN_OK);
    assert_int_equal(tally.today, 1);
    assert_int_equal(tally.present, 1);
    /* The first of the three scans alone keeps them in. */
    assert_int_equal(tn_station_undo(d.station, again, &when, &seq), TN_OK);
    assert_int_equal(tn_station_undo(d.station, again + 2, &when, &seq), TN_OK);
    assert_int_equal(desk_info(&d).present, 1);
    assert_int_equal(tn_station_undo(d.station, scanned, &when, &seq), TN_OK);
    assert_int_equal(desk_info(&d).present, 0);
    desk_destroy(&d);
}

static void a_replaced_badge_let_in_by_a_tap_is_nobody_new(void **state)
{
    (void)state;
    struct desk d;
    struct tn_handed handed;
    struct tn_record record;
    desk_init(&d, TN_ROLE_GATE);
    desk_unlock(&d);
    const struct tn_when when = desk_when(&d);
    struct tn_found found = desk_found(&d, 0);
    assert_int_equal(tn_station_replace(d.station, &found, NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    (void)desk_scan_text(&d, handed.digits, false);
    assert_int_equal(desk_info(&d).present, 1);
    tn_station_lock(d.station);
    uint64_t refused = desk_scan(&d, &d.learners[0]).seq;
    assert_int_equal(tn_station_admit_refused(d.station, refused, &when, &record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_int_equal(desk_info(&d).present, 1);
    desk_destroy(&d);
}

#define FILE_ROOM (4u << 20)

/* Whether any file of the station's folder holds the text. */
static bool folder_has(const struct desk *d, const char *text, size_t *files)
{
    static char bytes[FILE_ROOM];
    char path[600];
    bool has = false;
    DIR *listing = opendir(d->f.dir);
    assert_non_null(listing);
    for (const struct dirent *one = NULL; (one = readdir(listing)) != NULL;) {
        (void)snprintf(path, sizeof path, "%s/%s", d->f.dir, one->d_name);
        FILE *file = one->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (file == NULL) {
            continue;
        }
        const size_t len = fread(bytes, 1, sizeof bytes, file);
        assert_true(len < sizeof bytes);
        has = has || memmem(bytes, len, text, strlen(text)) != NULL;
        *files += len > 0 ? 1 : 0;
        (void)fclose(file);
    }
    (void)closedir(listing);
    return has;
}

/* Of a stolen kiosk: the database, its WAL while it is open, the pack, all else in the folder. */
static void assert_tells_no_name(const struct desk *d, const char *secret)
{
    static const char *const names[] = {"Zubeida", "zubeida", "Quillfeather",
                                        "Ana R.",  "Ruiz",    "Ben S."};
    size_t files = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(folder_has(d, names[i], &files));
    }
    assert_false(folder_has(d, secret, &files));
    assert_true(files >= 3 * 7);
    assert_true(folder_has(d, "check_in", &files)); /* it would find what is there */
}

static void no_file_of_the_station_tells_a_name(void **state)
{
    (void)state;
    static const struct tn_walkin form = {.given = "Zubeida", .family = "Quillfeather"};
    struct desk d;
    struct tn_handed walkin;
    struct tn_handed handed;
    struct tn_record record;
    struct tn_found found[TN_FOUND_MAX];
    size_t count = 0;
    desk_init(&d, TN_ROLE_GATE);
    const struct tn_when when = desk_when(&d);
    (void)desk_scan(&d, &d.learners[0]);
    assert_int_equal(tn_station_register(d.station, &form, NULL, &when, &walkin), TN_OK);
    desk_unlock(&d);
    assert_int_equal(tn_station_search(d.station, "ana", found, &count), TN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tn_station_admit(d.station, &found[0], "search", &when, &record), TN_OK);
    assert_int_equal(tn_station_replace(d.station, &found[0], NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    assert_tells_no_name(&d, handed.digits);
    tn_station_close(d.station);
    d.station = NULL;
    assert_tells_no_name(&d, walkin.digits);
    desk_destroy(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replacing_needs_a_staff_card),
        cmocka_unit_test(a_staff_card_that_is_revoked_does_nothing_more),
        cmocka_unit_test(a_replaced_badge_is_refused_and_the_new_one_is_the_same_learner),
        cmocka_unit_test(a_badge_may_be_lost_twice),
        cmocka_unit_test(the_code_of_a_replaced_badge_finds_one_person),
        cmocka_unit_test(a_blank_badge_may_replace_a_lost_one),
        cmocka_unit_test(a_badge_of_nobody_known_is_replaced_without_a_name),
        cmocka_unit_test(a_chain_of_badges_of_nobody_known_is_one_person),
        cmocka_unit_test(a_replaced_badge_let_in_by_a_tap_is_nobody_new),
        cmocka_unit_test(no_file_of_the_station_tells_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
