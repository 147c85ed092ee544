/* The carrier's folder: names, files put in place whole, sticks that are pulled out at any moment,
 * full or read-only, and what a stranger may have prepared on one. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/link/carrier.h"
#include "sync/link/carrier_fault.h"
#include "tests/unit/failing.h"
#include "turnout/log.h"

#define STICK "stick"
#define CALLS_MAX 200 /* more than the work below makes */

static const struct tn_id ecosystem = {{0xec, 1}};
static char log_text[16384];
static int reason; /* errno of the call that fails */

static void keep_log(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    size_t len = strlen(log_text);
    (void)snprintf(log_text + len, sizeof log_text - len, "%s\n", line);
}

static void shell(const char *line)
{
    assert_int_equal(system(line), 0);
}

/* Without a shell: this happens for every call that may fail. */
static int take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int is_finished(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    size_t len = strlen(path);
    return len > 4 && strcmp(path + len - 4, ".new") == 0;
}

static int fresh_folder(void **state)
{
    (void)state;
    (void)nftw(STICK, take_away, 16, FTW_DEPTH | FTW_PHYS);
    log_text[0] = '\0';
    fail_at(0);
    return 0;
}

static struct tn_carrier_name name_of(enum tn_carrier_kind kind, uint8_t n)
{
    return (struct tn_carrier_name){.kind = kind,
                                    .device = {{n, 0xde}},
                                    .log = {{n, 0xab}},
                                    .first = 1,
                                    .last = 100,
                                    .mark = {n, 2, 3, 0xff}};
}

static void a_name_says_what_a_file_is_and_reads_back(void **state)
{
    (void)state;
    const char *const expected[TN_CARRIER_KIND_COUNT] = {
        "07de000000000000000000000000000000000000000000000000000000000000.hello",
        "07ab0000000000000000000000000000-000000000001-000000000100-070203ff.bundle",
        "07ab0000000000000000000000000000-070203ff.receipt",
        "07de000000000000000000000000000000000000000000000000000000000000.pack",
    };
    for (int kind = 0; kind < TN_CARRIER_KIND_COUNT; kind++) {
        char text[TN_CARRIER_NAME_SIZE];
        struct tn_carrier_name read;
        const struct tn_carrier_name name = name_of((enum tn_carrier_kind)kind, 7);
        tn_carrier_name_write(&name, text);
        assert_string_equal(text, expected[kind]);
        assert_int_equal(tn_carrier_name_read(text, &read), TN_OK);
        assert_int_equal(read.kind, kind);
        tn_carrier_name_write(&read, text);
        assert_string_equal(text, expected[kind]);
    }
}

static void a_name_in_capitals_is_the_same_name(void **state)
{
    (void)state;
    struct tn_carrier_name read;
    assert_int_equal(
        tn_carrier_name_read("07AB0000000000000000000000000000-070203FF.RECEIPT", &read), TN_OK);
    assert_int_equal(read.mark[3], 0xff);
}

static void the_largest_seqs_fit_in_a_name(void **state)
{
    (void)state;
    char text[TN_CARRIER_NAME_SIZE];
    struct tn_carrier_name read;
    struct tn_carrier_name name = name_of(TN_CARRIER_BUNDLE, 1);
    name.first = INT64_MAX - 1;
    name.last = INT64_MAX;
    tn_carrier_name_write(&name, text);
    assert_int_equal(tn_carrier_name_read(text, &read), TN_OK);
    assert_int_equal(read.last, INT64_MAX);
    name.last = (uint64_t)INT64_MAX + 1;
    tn_carrier_name_write(&name, text);
    assert_int_equal(tn_carrier_name_read(text, &read), TN_ERR_FORMAT);
}

static void other_names_are_not_names(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        ".bundle",
        "holiday.jpg",
        "07ab0000000000000000000000000000-070203ff.bundle",
        "07ab0000000000000000000000000000-1-100-070203ff.bundle",
        "07ab0000000000000000000000000000-000000000000-000000000100-070203ff.bundle",
        "07ab0000000000000000000000000000-000000000101-000000000100-070203ff.bundle",
        "07ab0000000000000000000000000000-000000000001-000000000100-070203ff.bundle.new",
        "._07ab0000000000000000000000000000-000000000001-000000000100-070203ff.bundle",
        "07ab0000000000000000000000000000-000000000001-000000000100-070203f.bundle",
        "07ab0000000000000000000000000000-+00000000001-000000000100-070203ff.bundle",
        ("07ab0000000000000000000000000000-99999999999999999999-99999999999999999999-070203ff."
         "bundle"),
        "07ab0000000000000000000000000000-000000000001-000000000100-070203ff (1).bundle",
        "07ab.receipt",
        "07ab000000000000000000000000000g-070203ff.receipt",
        "07de.hello",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct tn_carrier_name read;
        assert_int_equal(tn_carrier_name_read(others[i], &read), TN_ERR_FORMAT);
    }
}

static void open_stick(struct tn_carrier *carrier, enum tn_carrier_use use)
{
    assert_int_equal(tn_carrier_open(carrier, STICK, use, NULL), TN_OK);
}

static enum tn_status put(struct tn_carrier *carrier, enum tn_carrier_kind kind, uint8_t n,
                          const char *text)
{
    const struct tn_carrier_name name = name_of(kind, n);
    return tn_carrier_put(carrier, &ecosystem, &name,
                          (struct tn_bytes){(const uint8_t *)text, strlen(text)});
}

static enum tn_status get(struct tn_carrier *carrier, enum tn_carrier_kind kind, uint8_t n,
                          char *out, size_t size)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_buf buf;
    const struct tn_carrier_name name = name_of(kind, n);
    tn_carrier_name_write(&name, file);
    tn_buf_init(&buf, size - 1);
    enum tn_status status = tn_carrier_get(carrier, &ecosystem, kind, file, &buf);
    (void)snprintf(out, size, "%.*s", (int)buf.len, buf.len > 0 ? (const char *)buf.data : "");
    tn_buf_destroy(&buf);
    return status;
}

static void assert_holds(struct tn_carrier *carrier, uint8_t n, const char *text)
{
    char found[64];
    assert_int_equal(get(carrier, TN_CARRIER_BUNDLE, n, found, sizeof found), TN_OK);
    assert_string_equal(found, text);
}

static size_t count_of(struct tn_carrier *carrier, enum tn_carrier_kind kind)
{
    struct tn_carrier_list list;
    assert_int_equal(tn_carrier_list(carrier, &ecosystem, kind, &list), TN_OK);
    size_t count = list.count;
    for (size_t i = 1; i < count; i++) {
        assert_true(strcmp(list.names[i - 1], list.names[i]) < 0);
    }
    tn_carrier_list_free(&list);
    return count;
}

static void what_is_put_on_a_stick_is_found_on_it_again(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    struct tn_carrier_ecosystems ecosystems;
    char text[64];
    open_stick(&carrier, TN_CARRIER_WRITE);
    for (uint8_t n = 9; n > 0; n--) {
        assert_int_equal(put(&carrier, TN_CARRIER_BUNDLE, n, "one"), TN_OK);
    }
    assert_int_equal(put(&carrier, TN_CARRIER_BUNDLE, 3, "two"), TN_OK);
    tn_carrier_close(&carrier);
    open_stick(&carrier, TN_CARRIER_READ);
    assert_int_equal(count_of(&carrier, TN_CARRIER_BUNDLE), 9);
    assert_int_equal(count_of(&carrier, TN_CARRIER_PACK), 0);
    assert_holds(&carrier, 3, "two");
    assert_holds(&carrier, 4, "one");
    assert_int_equal(get(&carrier, TN_CARRIER_BUNDLE, 10, text, sizeof text), TN_ERR_NOT_FOUND);
    assert_int_equal(tn_carrier_ecosystems(&carrier, &ecosystems), TN_OK);
    assert_int_equal(ecosystems.count, 1);
    assert_true(tn_id_equal(&ecosystems.ids[0], &ecosystem));
    assert_int_equal(access(STICK "/README.txt", R_OK), 0);
    tn_carrier_close(&carrier);
}

static void a_file_taken_away_is_gone_and_may_be_taken_away_again(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    char file[TN_CARRIER_NAME_SIZE];
    const struct tn_carrier_name name = name_of(TN_CARRIER_BUNDLE, 1);
    tn_carrier_name_write(&name, file);
    open_stick(&carrier, TN_CARRIER_WRITE);
    assert_int_equal(tn_carrier_remove(&carrier, &ecosystem, TN_CARRIER_BUNDLE, file), TN_OK);
    assert_int_equal(put(&carrier, TN_CARRIER_BUNDLE, 1, "one"), TN_OK);
    assert_int_equal(tn_carrier_remove(&carrier, &ecosystem, TN_CARRIER_BUNDLE, file), TN_OK);
    assert_int_equal(tn_carrier_remove(&carrier, &ecosystem, TN_CARRIER_BUNDLE, file), TN_OK);
    assert_int_equal(count_of(&carrier, TN_CARRIER_BUNDLE), 0);
    tn_carrier_close(&carrier);
}

static void a_stick_that_is_not_there_is_no_new_folder_deep_in_nothing(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    assert_int_equal(tn_carrier_open(&carrier, STICK, TN_CARRIER_READ, NULL), TN_ERR_NOT_FOUND);
    assert_int_equal(tn_carrier_open(&carrier, STICK "/turnout", TN_CARRIER_WRITE, NULL),
                     TN_ERR_IO);
    assert_int_equal(access(STICK, F_OK), -1);
    assert_int_equal(carrier.fault, TN_SYNC_STICK_PULLED);
}

/* The calls of a stick that fails. */

static int failing_make_folder(int at, const char *name, mode_t mode)
{
    errno = reason;
    return must_fail() ? -1 : tn_carrier_calls.make_folder(at, name, mode);
}

static int failing_create(int at, const char *name, mode_t mode)
{
    errno = reason;
    return must_fail() ? -1 : tn_carrier_calls.create(at, name, mode);
}

/* What fails has written half of it. */
static ssize_t failing_write(int fd, const void *data, size_t len)
{
    if (must_fail()) {
        (void)!write(fd, data, len / 2);
        errno = reason;
        return -1;
    }
    return write(fd, data, len);
}

static int failing_sync(int fd)
{
    errno = reason;
    return must_fail() ? -1 : fsync(fd);
}

static int failing_rename(int at, const char *from, const char *to)
{
    errno = reason;
    return must_fail() ? -1 : tn_carrier_calls.rename(at, from, to);
}

static int failing_remove(int at, const char *name)
{
    errno = reason;
    return must_fail() ? -1 : tn_carrier_calls.remove(at, name);
}

static const struct tn_carrier_calls failing_calls = {
    failing_make_folder, failing_create, failing_write,
    failing_sync,        failing_rename, failing_remove,
};

/* A trip's work: two new files, and two written over. */
static enum tn_status work(const struct tn_carrier_calls *calls, enum tn_sync_fault *fault)
{
    struct tn_carrier carrier;
    enum tn_status status = tn_carrier_open(&carrier, STICK, TN_CARRIER_WRITE, calls);
    for (uint8_t n = 1; n <= 4 && status == TN_OK; n++) {
        status = put(&carrier, TN_CARRIER_BUNDLE, n, "the newer words");
    }
    *fault = carrier.fault;
    tn_carrier_close(&carrier);
    return status;
}

static void lay_older_files(void)
{
    struct tn_carrier carrier;
    open_stick(&carrier, TN_CARRIER_WRITE);
    assert_int_equal(put(&carrier, TN_CARRIER_BUNDLE, 1, "old"), TN_OK);
    assert_int_equal(put(&carrier, TN_CARRIER_BUNDLE, 2, "old"), TN_OK);
    tn_carrier_close(&carrier);
}

/* After any failure each file is whole, and the older ones are there. */
static void assert_nothing_is_half_there(void)
{
    struct tn_carrier carrier;
    open_stick(&carrier, TN_CARRIER_READ);
    for (uint8_t n = 1; n <= 4; n++) {
        char text[64];
        enum tn_status status = get(&carrier, TN_CARRIER_BUNDLE, n, text, sizeof text);
        bool is_new = status == TN_OK && strcmp(text, "the newer words") == 0;
        bool is_old =
            n <= 2 ? status == TN_OK && strcmp(text, "old") == 0 : status == TN_ERR_NOT_FOUND;
        assert_true(is_new || is_old);
    }
    tn_carrier_close(&carrier);
}

static void a_stick_pulled_out_at_any_moment_holds_every_file_whole(void **state)
{
    (void)state;
    long n = 1;
    bool was_met = true;
    reason = EIO;
    for (; was_met && n < CALLS_MAX; n++) {
        enum tn_sync_fault fault = TN_SYNC_WELL;
        fresh_folder(NULL);
        lay_older_files();
        fail_at(n);
        enum tn_status status = work(&failing_calls, &fault);
        was_met = is_met;
        fail_at(0);
        if (status != TN_OK) {
            assert_true(was_met);
            assert_int_equal(fault, TN_SYNC_STICK_PULLED);
            assert_non_null(strstr(log_text, "put it back in"));
        }
        assert_nothing_is_half_there();
        assert_int_equal(work(NULL, &fault), TN_OK); /* and it goes on */
        struct tn_carrier carrier;
        open_stick(&carrier, TN_CARRIER_READ);
        for (uint8_t file = 1; file <= 4; file++) {
            assert_holds(&carrier, file, "the newer words");
        }
        tn_carrier_close(&carrier);
        assert_int_equal(nftw(STICK, is_finished, 16, FTW_PHYS), 0);
    }
    assert_in_range(n, 20, CALLS_MAX - 1); /* all calls had their turn */
}

static void what_went_wrong_is_said_for_whoever_holds_the_stick(void **state)
{
    (void)state;
    static const struct {
        int reason;
        enum tn_status status;
        enum tn_sync_fault fault;
        const char *words;
    } cases[] = {
        {ENOSPC, TN_ERR_FULL, TN_SYNC_STICK_FULL, "use another one"},
        {EROFS, TN_ERR_READ_ONLY, TN_SYNC_STICK_READ_ONLY, "little switch"},
        {ENODEV, TN_ERR_IO, TN_SYNC_STICK_PULLED, "put it back in"},
        {ELOOP, TN_ERR_IO, TN_SYNC_DISK, "try again"},
    };
    is_for_good = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum tn_sync_fault fault = TN_SYNC_WELL;
        fresh_folder(NULL);
        lay_older_files();
        reason = cases[i].reason;
        fail_at(1);
        assert_int_equal(work(&failing_calls, &fault), cases[i].status);
        fail_at(0);
        assert_int_equal(fault, cases[i].fault);
        assert_non_null(strstr(log_text, cases[i].words));
    }
    is_for_good = false;
}

static void a_strangers_links_pipes_and_huge_files_are_not_read(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    struct tn_carrier_list list;
    struct tn_buf buf;
    lay_older_files();
    open_stick(&carrier, TN_CARRIER_READ);
    shell("cd " STICK "/ec0100*/bundles && ln -s /etc/passwd a.bundle && mkfifo b.bundle && "
          "mkdir c.bundle && truncate -s 3G d.bundle && echo x >e.bundle.new && echo x >._f.bundle "
          "&& echo x >g.jpg");
    assert_int_equal(tn_carrier_list(&carrier, &ecosystem, TN_CARRIER_BUNDLE, &list), TN_OK);
    assert_int_equal(list.count, 6);
    tn_buf_init(&buf, 1u << 30);
    for (size_t i = 0; i < list.count; i++) {
        bool is_ours = list.names[i][1] != '.';
        enum tn_status status =
            tn_carrier_get(&carrier, &ecosystem, TN_CARRIER_BUNDLE, list.names[i], &buf);
        assert_int_equal(status, is_ours                   ? TN_OK
                                 : list.names[i][0] == 'd' ? TN_ERR_LIMIT
                                                           : TN_ERR_FORMAT);
    }
    tn_buf_destroy(&buf);
    tn_carrier_list_free(&list);
    tn_carrier_close(&carrier);
}

static void a_link_in_a_folders_place_leads_nowhere(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    enum tn_sync_fault fault;
    lay_older_files();
    shell("rm -rf elsewhere && mkdir elsewhere && cd " STICK "/ec0100* && rm -r bundles && "
          "ln -s ../../elsewhere bundles");
    assert_int_equal(work(NULL, &fault), TN_ERR_FORMAT);
    open_stick(&carrier, TN_CARRIER_READ);
    assert_int_equal(count_of(&carrier, TN_CARRIER_BUNDLE), 0);
    tn_carrier_close(&carrier);
    shell("rmdir elsewhere"); /* nothing was put there */
}

static void a_stick_takes_its_named_maximum_of_ecosystems_and_no_more(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    struct tn_carrier_ecosystems ecosystems;
    char path[256];
    lay_older_files();
    for (int i = 1; i < TN_CARRIER_ECOSYSTEMS_MAX; i++) {
        (void)snprintf(path, sizeof path, STICK "/%032x", i);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    open_stick(&carrier, TN_CARRIER_READ);
    assert_int_equal(tn_carrier_ecosystems(&carrier, &ecosystems), TN_OK);
    assert_int_equal(ecosystems.count, TN_CARRIER_ECOSYSTEMS_MAX);
    assert_int_equal(mkdir(STICK "/ffffffffffffffffffffffffffffffff", 0700), 0);
    assert_int_equal(tn_carrier_ecosystems(&carrier, &ecosystems), TN_ERR_LIMIT);
    tn_carrier_close(&carrier);
}

static void a_folder_takes_its_named_maximum_of_files_and_no_more(void **state)
{
    (void)state;
    struct tn_carrier carrier;
    struct tn_carrier_list list;
    char path[256];
    lay_older_files();
    for (int i = 2; i < TN_CARRIER_FILES_MAX; i++) {
        (void)snprintf(path, sizeof path,
                       STICK "/ec010000000000000000000000000000/bundles/%d.bundle", i);
        int fd = creat(path, 0600);
        assert_true(fd >= 0);
        close(fd);
    }
    open_stick(&carrier, TN_CARRIER_READ);
    assert_int_equal(count_of(&carrier, TN_CARRIER_BUNDLE), TN_CARRIER_FILES_MAX);
    assert_int_equal(rename(path, STICK "/ec010000000000000000000000000000/bundles/x.bundle"), 0);
    int fd = creat(path, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(tn_carrier_list(&carrier, &ecosystem, TN_CARRIER_BUNDLE, &list), TN_ERR_LIMIT);
    assert_non_null(strstr(log_text, "bring the stick to the centre"));
    tn_carrier_close(&carrier);
}

int main(void)
{
    /* In memory where that is to be had: a test of all the ways to fail syncs much. */
    char dir[] = "/dev/shm/turnout-carrier-XXXXXX";
    char on_disk[] = "/tmp/turnout-carrier-XXXXXX";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_says_what_a_file_is_and_reads_back),
        cmocka_unit_test(a_name_in_capitals_is_the_same_name),
        cmocka_unit_test(the_largest_seqs_fit_in_a_name),
        cmocka_unit_test(other_names_are_not_names),
        cmocka_unit_test_setup(what_is_put_on_a_stick_is_found_on_it_again, fresh_folder),
        cmocka_unit_test_setup(a_file_taken_away_is_gone_and_may_be_taken_away_again, fresh_folder),
        cmocka_unit_test_setup(a_stick_that_is_not_there_is_no_new_folder_deep_in_nothing,
                               fresh_folder),
        TWICE(a_stick_pulled_out_at_any_moment_holds_every_file_whole),
        cmocka_unit_test(what_went_wrong_is_said_for_whoever_holds_the_stick),
        cmocka_unit_test_setup(a_strangers_links_pipes_and_huge_files_are_not_read, fresh_folder),
        cmocka_unit_test_setup(a_link_in_a_folders_place_leads_nowhere, fresh_folder),
        cmocka_unit_test_setup(a_stick_takes_its_named_maximum_of_ecosystems_and_no_more,
                               fresh_folder),
        cmocka_unit_test_setup(a_folder_takes_its_named_maximum_of_files_and_no_more, fresh_folder),
    };
    const char *at = mkdtemp(dir) != NULL ? dir : mkdtemp(on_disk);
    if (tn_crypto_init() != TN_OK || at == NULL || chdir(at) != 0) {
        return 1;
    }
    tn_log_to(keep_log, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)fresh_folder(NULL);
    if (chdir("/") != 0 || rmdir(at) != 0) {
        return 1;
    }
    return failed;
}
