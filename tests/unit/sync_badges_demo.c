/* The demo: whole or not at all, and the same for the same seed. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"
#include "sync/cmd/demo.h"
#include "turnout/log.h"
#include "turnout/station.h"

#define PATH_SIZE 200
#define FILE_MAX 524288

static char root[64];
static char logged[4096];

static void keep_log(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    const size_t len = strlen(logged);
    (void)snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

static int make_root(void **state)
{
    (void)state;
    assert_int_equal(tn_crypto_init(), TN_OK);
    (void)snprintf(root, sizeof(root), "/tmp/turnout-demo-XXXXXX");
    assert_non_null(mkdtemp(root));
    logged[0] = '\0';
    return 0;
}

static int drop_root(void **state)
{
    (void)state;
    tn_demo_remove(root);
    return 0;
}

static enum tn_exit run_demo(const char *name, const char *learners, const char *seed)
{
    char dir[PATH_SIZE];
    char word[] = "demo";
    char learners_word[32];
    char seed_word[32];
    (void)snprintf(dir, sizeof(dir), "%s/%s", root, name);
    (void)snprintf(learners_word, sizeof(learners_word), "--learners=%s", learners);
    (void)snprintf(seed_word, sizeof(seed_word), "--seed=%s", seed);
    char *argv[] = {word, dir, learners_word, seed_word, NULL};
    return tn_cmd_demo.run(4, argv);
}

static size_t read_file(const char *name, const char *file, char out[FILE_MAX])
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    const size_t len = fread(out, 1, FILE_MAX, in);
    assert_int_equal(fclose(in), 0);
    return len;
}

static int count_names(void)
{
    int count = 0;
    DIR *folder = opendir(root);
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    assert_int_equal(closedir(folder), 0);
    return count - 2;
}

static void the_same_seed_gives_the_same_badges(void **state)
{
    (void)state;
    static const char *const files[] = {"badges.csv", "roster.csv",      "keys",
                                        "cards.csv",  "gate/device.key", "setup-card",
                                        "cards.pdf",  "setup-card.pdf"};
    static char a[FILE_MAX];
    static char b[FILE_MAX];
    assert_int_equal(run_demo("a", "20", "5"), TN_EXIT_DONE);
    assert_int_equal(run_demo("b", "20", "5"), TN_EXIT_DONE);
    assert_int_equal(run_demo("c", "20", "6"), TN_EXIT_DONE);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const size_t len = read_file("a", files[i], a);
        assert_int_equal(len, read_file("b", files[i], b));
        assert_memory_equal(a, b, len);
    }
    const size_t len = read_file("a", "badges.csv", a);
    assert_false(len == read_file("c", "badges.csv", b) && memcmp(a, b, len) == 0);
    assert_int_equal(count_names(), 3);
}

static void it_holds_three_stations_ready_to_run_and_friendly_names_first(void **state)
{
    (void)state;
    static char csv[FILE_MAX];
    assert_int_equal(run_demo("d", "60", "1"), TN_EXIT_DONE);
    csv[read_file("d", "badges.csv", csv)] = '\0';
    const char *maya = strstr(csv, ",Maya R.,");
    assert_non_null(maya);
    assert_true(maya < strchr(strchr(csv, '\n') + 1, '\n'));
    static const struct {
        const char *folder, *title;
        enum tn_role role;
    } stations[] = {{"gate", "", TN_ROLE_GATE},
                    {"robotics", "Robotics", TN_ROLE_ACTIVITY},
                    {"desk", "", TN_ROLE_DESK}};
    for (size_t i = 0; i < 3; i++) {
        char path[PATH_SIZE];
        struct tn_station *station = NULL;
        struct tn_station_info info;
        (void)snprintf(path, sizeof(path), "%s/d/%s", root, stations[i].folder);
        assert_int_equal(tn_station_open_read(path, &station), TN_OK);
        assert_int_equal(tn_station_info(station, &info), TN_OK);
        assert_int_equal(info.role, stations[i].role);
        assert_string_equal(info.activity_title, stations[i].title);
        assert_string_equal(info.event_title, "City STEM Fair");
        assert_true(info.has_keys && info.has_pin && info.has_walk_in);
        tn_station_close(station);
    }
}

static void a_folder_that_is_not_empty_is_left_alone(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    struct stat stat_of;
    (void)snprintf(path, sizeof(path), "%s/full", root);
    assert_int_equal(mkdir(path, 0755), 0);
    (void)snprintf(path, sizeof(path), "%s/full/mine", root);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run_demo("full", "3", "1"), TN_EXIT_PERSON);
    assert_non_null(strstr(logged, "is there already and is not empty"));
    assert_int_equal(stat(path, &stat_of), 0);
    assert_int_equal(count_names(), 1);
}

static void an_empty_folder_is_taken_and_a_wrong_number_is_not(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/empty", root);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(run_demo("empty", "3", "1"), TN_EXIT_DONE);
    assert_int_equal(run_demo("none", "0", "1"), TN_EXIT_USAGE);
    assert_int_equal(run_demo("none", "3", "-1"), TN_EXIT_USAGE);
    assert_int_equal(count_names(), 1);
}

int main(void)
{
    tn_log_to(keep_log, NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, drop_root)
    const struct CMUnitTest tests[] = {
        TEST(the_same_seed_gives_the_same_badges),
        TEST(it_holds_three_stations_ready_to_run_and_friendly_names_first),
        TEST(a_folder_that_is_not_empty_is_left_alone),
        TEST(an_empty_folder_is_taken_and_a_wrong_number_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
