/* A disk that fails: the n-th write or fsync of what a desk does gives an I/O error, once or from
 * then on. Nothing of it is there, the next try works, and the chain holds. SQLite's own way to the
 * disk is wrapped, so that every write of a transaction has its turn. */
#include "tests/unit/core_tasks.h"
#include "tests/unit/failing.h"

#include <sqlite3.h>

/* More writes than any transaction here makes. */
#define WRITES_MAX 1000
#define METHODS_MAX 8

/* SQLite's methods as they were, and with ours in them. */
static const sqlite3_io_methods *plain[METHODS_MAX];
static sqlite3_io_methods wrapped[METHODS_MAX];
static size_t methods_count;
static int (*plain_open)(sqlite3_vfs *, sqlite3_filename, sqlite3_file *, int, int *);

static const sqlite3_io_methods *plain_of(const sqlite3_file *file)
{
    return plain[file->pMethods - wrapped];
}

static int write_or_fail(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    return must_fail() ? SQLITE_IOERR_WRITE : plain_of(file)->xWrite(file, data, len, at);
}

static int sync_or_fail(sqlite3_file *file, int flags)
{
    return must_fail() ? SQLITE_IOERR_FSYNC : plain_of(file)->xSync(file, flags);
}

static const sqlite3_io_methods *wrap(const sqlite3_io_methods *methods)
{
    size_t i = 0;
    while (i < methods_count && plain[i] != methods) {
        i++;
    }
    if (i == methods_count) {
        assert_true(methods_count < METHODS_MAX);
        plain[i] = methods;
        wrapped[i] = *methods;
        wrapped[i].xWrite = write_or_fail;
        wrapped[i].xSync = sync_or_fail;
        methods_count++;
    }
    return &wrapped[i];
}

static int open_wrapped(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                        int *out_flags)
{
    int rc = plain_open(vfs, name, file, flags, out_flags);
    if (rc == SQLITE_OK && file->pMethods != NULL) {
        file->pMethods = wrap(file->pMethods);
    }
    return rc;
}

static uint64_t entries_of(struct desk *d)
{
    return desk_info(d).entries;
}

/* One task with its n-th write failing; gives whether there was an n-th. */
static bool try_task(struct desk *d, const struct desk_task *task, long n)
{
    desk_ready_for_tasks(d);
    uint64_t before = entries_of(d);
    uint64_t present = desk_info(d).present;
    fail_at(n);
    enum tn_status status = task->run(d);
    bool was_met = is_met;
    fail_at(0);
    assert_int_equal(status, was_met ? TN_ERR_IO : TN_OK);
    if (was_met) {
        assert_int_equal(entries_of(d), before);
        assert_int_equal(desk_info(d).present, present);
        assert_int_equal(task->run(d), TN_OK);
    }
    assert_int_equal(entries_of(d), before + task->entries);
    return was_met;
}

static void a_write_that_fails_leaves_nothing_of_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < DESK_TASKS; i++) {
        struct desk d;
        long n = 1;
        desk_init(&d, TN_ROLE_GATE);
        while (n < WRITES_MAX && try_task(&d, &desk_tasks[i], n)) {
            n++;
        }
        assert_in_range(n, 3, WRITES_MAX - 1); /* it does write, and was tried to its end */
        desk_reopen(&d);
        assert_int_equal(fixture_verify(d.station), entries_of(&d));
        assert_false(desk_info(&d).was_salvaged);
        desk_destroy(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWICE(a_write_that_fails_leaves_nothing_of_it),
    };
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    plain_open = vfs->xOpen;
    vfs->xOpen = open_wrapped;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
