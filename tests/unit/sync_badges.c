/* Badges from minting to paper and back: what is printed is read with another program's reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/exchange/import.h"
#include "sync/paper/output.h"
#include "tests/unit/sync_central.h"

#define PATH_SIZE 200
#define LEARNERS 11
#define BLANKS 3

static char dir[64];
static struct tn_centre centre;
static struct tn_keyring keyring;
static struct tn_random_seeded seeded;
static struct tn_mint mint;

static const char roster[] = "id,given_name,family_name,directory_opt_out,language\n"
                             "1,Maya,Rivera,,es\n2,Jos\xc3\xa9,\xc3\x81lvarez,,\n3,ليلى,حداد,,ar\n"
                             "4,अदिति,शर्मा,,\n5,小明,王,,\n6,Bo,,,\n7,Ann,Lee,yes,\n"
                             "8,Wolfeschlegelsteinhausen Alexandrina Maria-Theresia,von Berg,,\n"
                             "9,J'Nae,\"St. \"\"C\"\"\",,\n10,Ид,Ж,,\n11,\"=cmd, x\",Y,,\n";

static void path_in(const char *name, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", dir, name);
}

static void import_text(const struct tn_import_kind *kind, const char *text)
{
    char path[PATH_SIZE];
    path_in("in.csv", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    const char *const files[] = {path};
    struct tn_import import = {.centre = &centre, .kind = kind};
    assert_int_equal(tn_import_run(&import, files, 1, false), TN_OK);
}

static char uri[CENTRAL_URI_SIZE];

static int make_centre(void **state)
{
    (void)state;
    char keys[PATH_SIZE];
    assert_int_equal(tn_crypto_init(), TN_OK);
    (void)snprintf(dir, sizeof(dir), "/tmp/turnout-badges-XXXXXX");
    assert_non_null(mkdtemp(dir));
    central_new(dir, "central", uri);
    path_in("keys", keys);
    mint = (struct tn_mint){.centre = &centre, .keyring = &keyring, .now_ms = 1773496800000};
    mint.random = tn_random_from_seed(&seeded, 3);
    tn_keyring_create(&mint.random, &keyring);
    const struct tn_centre_new what = {
        .code = "test", .name = "Test Ecosystem", .tz = NULL, .keys_path = keys};
    assert_int_equal(tn_centre_create(uri, &what, &keyring), TN_OK);
    assert_int_equal(tn_centre_open(uri, &centre), TN_OK);
    import_text(&tn_import_events, "code,title,starts,ends\n"
                                   "fair,Fair,2026-03-14T09:00:00Z,2026-03-14T16:00:00Z\n");
    import_text(&tn_import_roster, roster);
    assert_int_equal(tn_centre_event(&centre, "fair", &mint.event), TN_OK);
    return 0;
}

static int drop_centre(void **state)
{
    (void)state;
    char command[PATH_SIZE];
    tn_centre_close(&centre);
    tn_keyring_wipe(&keyring);
    tn_paper_end();
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

/* Runs a command and keeps what it prints. */
static void run(const char *command, char *out, size_t size)
{
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    const size_t len = fread(out, 1, size - 1, pipe);
    out[len] = '\0';
    /* What was read is what is judged; a reader's other troubles are its own. */
    (void)pclose(pipe);
}

static void expect_all_read(const char *printed, const struct tn_minted_list *list)
{
    char text[TN_BADGE_TEXT_SIZE];
    for (size_t i = 0; i < list->count; i++) {
        tn_badge_encode(&list->items[i].badge, text);
        if (strstr(printed, text) == NULL) {
            fail_msg("badge %zu was not read back", i);
        }
    }
}

static struct tn_badge_output output_to(const char *path, const struct tn_paper_layout *layout)
{
    return (struct tn_badge_output){
        .path = path, .layout = layout, .title = "City STEM Fair", .host = "Test Ecosystem"};
}

static void each_learner_gets_one_badge_and_keeps_it(void **state)
{
    (void)state;
    struct tn_minted_list first;
    struct tn_minted_list second;
    mint.blank = BLANKS;
    assert_int_equal(tn_mint_badges(&mint, &first), TN_OK);
    mint.blank = 0;
    assert_int_equal(tn_mint_badges(&mint, &second), TN_OK);
    assert_int_equal(first.count, LEARNERS + BLANKS);
    assert_int_equal(second.count, LEARNERS);
    const struct tn_key key = tn_keyring_badge_key(&keyring, &mint.event.id);
    for (size_t i = 0; i < LEARNERS; i++) {
        char a[TN_BADGE_TEXT_SIZE];
        char b[TN_BADGE_TEXT_SIZE];
        tn_badge_encode(&first.items[i].badge, a);
        tn_badge_encode(&second.items[i].badge, b);
        assert_string_equal(a, b);
        assert_true(first.items[i].is_new);
        assert_false(second.items[i].is_new);
        assert_true(tn_badge_verify(&second.items[i].badge, &key));
        assert_true(tn_badge_code_is_valid(second.items[i].code));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(first.items[i].code, first.items[j].code);
        }
    }
    tn_minted_destroy(&first);
    tn_minted_destroy(&second);
}

static size_t find_display(const struct tn_minted_list *list, const char *display)
{
    size_t i = 0;
    while (i < list->count && strcmp(list->items[i].card.display, display) != 0) {
        i++;
    }
    return i;
}

static void the_stored_card_opens_with_the_badge(const struct tn_minted *item, const char *display)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_card card;
    assert_int_equal(tn_db_prepare(centre.db, "SELECT card FROM badge WHERE id = $1", &stmt),
                     TN_OK);
    tn_bind_id(stmt, 1, &item->id);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    assert_int_equal(tn_card_open(tn_col_bytes(stmt, 0), &item->badge, &card), TN_OK);
    tn_reset(stmt);
    assert_string_equal(card.display, display);
}

static void a_changed_name_renews_the_card_and_not_the_badge(void **state)
{
    (void)state;
    struct tn_minted_list first;
    struct tn_minted_list second;
    assert_int_equal(tn_mint_badges(&mint, &first), TN_OK);
    const size_t before = find_display(&first, "Maya R.");
    assert_true(before < first.count);
    the_stored_card_opens_with_the_badge(&first.items[before], "Maya R.");
    import_text(&tn_import_roster, "id,given_name,preferred_name\n1,Maya,May\n");
    assert_int_equal(tn_mint_badges(&mint, &second), TN_OK);
    const size_t after = find_display(&second, "May R.");
    assert_true(after < second.count);
    assert_true(tn_id_equal(&first.items[before].id, &second.items[after].id));
    the_stored_card_opens_with_the_badge(&second.items[after], "May R.");
    tn_minted_destroy(&first);
    tn_minted_destroy(&second);
}

static void opting_out_hides_the_name(void **state)
{
    (void)state;
    struct tn_minted_list list;
    assert_int_equal(tn_mint_badges(&mint, &list), TN_OK);
    assert_int_equal(find_display(&list, "Ann L."), list.count);
    assert_true(find_display(&list, "") < list.count);
    tn_minted_destroy(&list);
}

static void every_badge_of_every_sheet_is_read_back(void **state)
{
    (void)state;
    /* tests/e2e/sync-paper has all of them. */
    static const char *const names[] = {"a4-fold", "letter-10", "label-62x29"};
    static char printed[16384];
    char path[PATH_SIZE];
    char command[3 * PATH_SIZE];
    struct tn_minted_list list;
    mint.blank = BLANKS;
    assert_int_equal(tn_mint_badges(&mint, &list), TN_OK);
    mint.blank = 0;
    path_in("sheet.pdf", path);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct tn_paper_layout layout;
        assert_true(tn_paper_layout_find(names[i], &layout));
        const struct tn_badge_output output = output_to(path, &layout);
        assert_int_equal(tn_badges_write_pdf(&output, &list), TN_OK);
        (void)snprintf(
            command, sizeof(command),
            "rm -f '%s'/p-*.pgm; pdftoppm -gray -r 200 '%s' '%s/p' && "
            "zbarimg --nodbus -q --raw -Sdisable -Sqrcode.enable '%s'/p-*.pgm 2>/dev/null",
            dir, path, dir, dir);
        run(command, printed, sizeof(printed));
        expect_all_read(printed, &list);
    }
    tn_minted_destroy(&list);
}

static void every_picture_is_read_back(void **state)
{
    (void)state;
    static char printed[16384];
    char path[PATH_SIZE];
    char command[2 * PATH_SIZE];
    struct tn_minted_list list;
    assert_int_equal(tn_mint_badges(&mint, &list), TN_OK);
    path_in("pictures", path);
    const struct tn_badge_output output = output_to(path, &tn_paper_a4);
    assert_int_equal(tn_badges_write_pictures(&output, TN_PAPER_PNG, &list), TN_OK);
    (void)snprintf(command, sizeof(command),
                   "zbarimg --nodbus -q --raw -Sdisable -Sqrcode.enable '%s'/*.png 2>/dev/null",
                   path);
    run(command, printed, sizeof(printed));
    expect_all_read(printed, &list);
    char svg[2 * PATH_SIZE];
    struct stat stat_of;
    assert_int_equal(tn_badges_write_pictures(&output, TN_PAPER_SVG, &list), TN_OK);
    (void)snprintf(svg, sizeof(svg), "%s/%s.svg", path, list.items[0].code);
    assert_int_equal(stat(svg, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0777, 0600);
    assert_true(stat_of.st_size > 1000);
    tn_minted_destroy(&list);
}

struct read_back {
    const struct tn_minted_list *list;
    size_t at;
};

static enum tn_status compare_row(void *ctx, const struct tn_csv_row *row)
{
    struct read_back *back = ctx;
    const struct tn_minted *item = &back->list->items[back->at++];
    char text[TN_BADGE_TEXT_SIZE];
    char learner[TN_ID_HEX_SIZE];
    tn_badge_encode(&item->badge, text);
    tn_id_hex(&item->card.learner, learner);
    assert_string_equal(row->values[0], learner);
    assert_string_equal(row->values[1], item->card.display);
    assert_string_equal(row->values[2], item->code);
    assert_string_equal(row->values[3], text);
    return TN_OK;
}

static void the_table_is_private_and_reads_back(void **state)
{
    (void)state;
    static const struct tn_csv_column columns[] = {{"learner", true, 0, NULL},
                                                   {"display", false, 0, NULL},
                                                   {"code", true, 0, NULL},
                                                   {"badge", true, 0, NULL},
                                                   {NULL, false, 0, NULL}};
    char path[PATH_SIZE];
    struct tn_minted_list list;
    struct stat stat_of;
    assert_int_equal(tn_mint_badges(&mint, &list), TN_OK);
    path_in("badges.csv", path);
    const struct tn_badge_output output = output_to(path, &tn_paper_a4);
    assert_int_equal(tn_badges_write_csv(&output, &list), TN_OK);
    assert_int_equal(stat(path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0777, 0600);
    struct tn_problems problems = {.file = path};
    struct read_back back = {.list = &list};
    const struct tn_csv_reading reading = {
        .path = path, .columns = columns, .problems = &problems, .each = compare_row, .ctx = &back};
    assert_int_equal(tn_csv_read(&reading), TN_OK);
    assert_int_equal(back.at, list.count);
    tn_minted_destroy(&list);
}

/* Every place lies on its page, with room for the marks, and no two of them share any paper. */
static void places_lie_on_their_pages_and_touch(void **state)
{
    (void)state;
    static const char *const names[] = {"a4",      "letter",      "a4-10",
                                        "a4-fold", "letter-fold", "letter-10"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tn_paper_layout l;
        double x = 0;
        double y = 0;
        double next_x = 0;
        double next_y = 0;
        assert_true(tn_paper_layout_find(names[i], &l));
        const int places = l.columns * l.rows;
        tn_paper_place_at(&l, 0, &x, &y);
        assert_true(x > 4 && y > 4);
        tn_paper_place_at(&l, places - 1, &next_x, &next_y);
        assert_true(next_x + l.badge_w < l.page_w - 4);
        assert_true(next_y + tn_paper_place_h(&l) < l.page_h - 4);
        tn_paper_place_at(&l, 1, &next_x, &next_y);
        assert_true(next_x - x > l.badge_w - 0.001 && next_x - x < l.badge_w + 0.001);
        tn_paper_place_at(&l, l.columns, &next_x, &next_y);
        assert_true(next_y - y > tn_paper_place_h(&l) - 0.001);
        assert_int_equal(places, l.back != NULL ? 4 : strstr(names[i], "-10") != NULL ? 10 : 8);
    }
}

static void a_label_may_have_any_size_that_a_symbol_fits_on(void **state)
{
    (void)state;
    static const char *const good[] = {"label-57x28", "label-29x60", "label-210x297",
                                       "label-62x100"};
    static const char *const bad[] = {
        "label-56x28",  "label-57x27",  "label-28x100",  "label-29x59",  "label-211x30",
        "label-62x298", "label-62",     "label-62x",     "label-62x29x", "label-62x0029",
        "label--62x29", "label- 62x29", "label-1062x29", "a5",           "",
        "setup"};
    struct tn_paper_layout l;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(tn_paper_layout_find(good[i], &l));
        assert_true(l.page_w == l.badge_w && l.page_h == l.badge_h && l.columns * l.rows == 1);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(tn_paper_layout_find(bad[i], &l));
    }
}

static void the_symbol_is_version_two_and_takes_only_badge_text(void **state)
{
    (void)state;
    bool modules[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE];
    assert_int_equal(tn_paper_qr("100000000000000000000000000000000000000012345678", modules),
                     TN_OK);
    /* The three finders' corners are black, and the fourth corner's neighbour of version 2's
     * alignment pattern is where the standard has it. */
    assert_true(modules[0][0] && modules[0][24] && modules[24][0]);
    assert_true(modules[18][18] && !modules[17][18] && modules[16][18]);
    assert_int_equal(tn_paper_qr("12345", modules), TN_ERR_FORMAT);
    assert_int_equal(tn_paper_qr("10000000000000000000000000000000000000001234567x", modules),
                     TN_ERR_FORMAT);
}

static void a_sheet_that_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    struct tn_paper *paper = NULL;
    struct stat stat_of;
    char path[PATH_SIZE];
    char temp[PATH_SIZE];
    path_in("no/such/sheet.pdf", path);
    assert_int_not_equal(tn_paper_open(path, &tn_paper_a4, &paper), TN_OK);
    assert_null(paper);
    path_in("sheet.pdf", path);
    path_in("sheet.pdf.new", temp);
    assert_int_equal(tn_paper_open(path, &tn_paper_a4, &paper), TN_OK);
    tn_paper_drop(paper);
    assert_int_not_equal(stat(path, &stat_of), 0);
    assert_int_not_equal(stat(temp, &stat_of), 0);
}

/* What goes to PATH.new goes to a disk without room. */
static void fill_disk_of(const char *name, char path[PATH_SIZE])
{
    char temp[PATH_SIZE];
    char temp_name[64];
    (void)snprintf(temp_name, sizeof temp_name, "%s.new", name);
    path_in(name, path);
    path_in(temp_name, temp);
    assert_int_equal(symlink("/dev/full", temp), 0);
}

static void a_full_disk_is_noticed_in_every_format(void **state)
{
    (void)state;
    const struct tn_paper_badge badge = {.text = "100000000000000000000000000000000000000012345678",
                                         .code = "123456789",
                                         .display = "Maya R.",
                                         .title = "Fair",
                                         .host = "Test Ecosystem"};
    static const struct {
        const char *name;
        enum tn_paper_format format;
    } pictures[] = {{"one.svg", TN_PAPER_SVG}, {"one.png", TN_PAPER_PNG}};
    struct tn_paper *paper = NULL;
    struct stat stat_of;
    char path[PATH_SIZE];
    fill_disk_of("sheet.pdf", path);
    assert_int_equal(tn_paper_open(path, &tn_paper_a4, &paper), TN_OK);
    assert_int_equal(tn_paper_add(paper, &badge), TN_OK);
    assert_int_equal(tn_paper_finish(paper), TN_ERR_FULL);
    assert_int_not_equal(lstat(path, &stat_of), 0);
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
        fill_disk_of(pictures[i].name, path);
        assert_int_equal(tn_paper_picture(path, pictures[i].format, &tn_paper_a4, &badge),
                         TN_ERR_FULL);
        assert_int_not_equal(lstat(path, &stat_of), 0);
    }
    tn_paper_end();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_centre, drop_centre)
    const struct CMUnitTest tests[] = {
        TEST(each_learner_gets_one_badge_and_keeps_it),
        TEST(a_changed_name_renews_the_card_and_not_the_badge),
        TEST(opting_out_hides_the_name),
        TEST(every_badge_of_every_sheet_is_read_back),
        TEST(every_picture_is_read_back),
        TEST(places_lie_on_their_pages_and_touch),
        TEST(a_label_may_have_any_size_that_a_symbol_fits_on),
        TEST(the_table_is_private_and_reads_back),
        TEST(the_symbol_is_version_two_and_takes_only_badge_text),
        TEST(a_sheet_that_cannot_be_written_leaves_nothing),
        TEST(a_full_disk_is_noticed_in_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
