/* Memory for names: locked, kept out of core dumps and children, moved without a copy, wiped; and
 * still there where the system refuses to lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "turnout/log.h"

#include "kiosk/core/locked.h"

#define MIB ((size_t)1 << 20)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

static void what_is_taken_is_zero_and_stays_as_it_grows(void **state)
{
    (void)state;
    struct tn_locked mem = {0};
    size_t at = 0;
    for (size_t i = 0; i < 3000; i++) {
        assert_int_equal(tn_locked_take(&mem, 1000, &at), TN_OK);
        assert_int_equal(at, i * 1000);
        for (size_t j = 0; j < 1000; j++) {
            assert_int_equal(mem.data[at + j], 0);
        }
        memset(mem.data + at, (int)(i % 251 + 1), 1000);
    }
    for (size_t i = 0; i < mem.len; i++) {
        assert_int_equal(mem.data[i], i / 1000 % 251 + 1);
    }
    tn_locked_destroy(&mem);
    assert_null(mem.data);
    tn_locked_destroy(&mem);
}

static void bytes_are_appended(void **state)
{
    (void)state;
    struct tn_locked mem = {0};
    assert_int_equal(tn_locked_append(&mem, "", 0), TN_OK);
    assert_int_equal(tn_locked_append(&mem, "Maya", 4), TN_OK);
    assert_int_equal(tn_locked_append(&mem, " R", 3), TN_OK);
    assert_string_equal((const char *)mem.data, "Maya R");
    tn_locked_destroy(&mem);
}

static void a_size_that_is_none_is_refused(void **state)
{
    (void)state;
    struct tn_locked mem = {0};
    size_t at = 0;
    assert_int_equal(tn_locked_append(&mem, "Maya", 5), TN_OK);
    assert_int_equal(tn_locked_take(&mem, SIZE_MAX, &at), TN_ERR_NO_MEMORY);
    assert_int_equal(tn_locked_take(&mem, SIZE_MAX / 2 - 4096, &at), TN_ERR_NO_MEMORY);
    assert_string_equal((const char *)mem.data, "Maya");
    assert_int_equal(mem.len, 5);
    tn_locked_destroy(&mem);
}

#ifndef HAS_SANITIZER
/* The flags the kernel keeps for the mapping that holds an address, "rd wr ... lo ...". */
static void read_flags(const void *address, char *out, size_t size)
{
    char line[512];
    bool is_here = false;
    FILE *file = fopen("/proc/self/smaps", "re");
    assert_non_null(file);
    out[0] = '\0';
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long from = 0;
        unsigned long to = 0;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            is_here = (unsigned long)address >= from && (unsigned long)address < to;
        } else if (is_here && strncmp(line, "VmFlags:", 8) == 0) {
            (void)snprintf(out, size, "%s", line + 8);
        }
    }
    (void)fclose(file);
}

static void pages_are_locked_and_kept_out_of_dumps_and_children(void **state)
{
    (void)state;
    struct tn_locked mem = {0};
    size_t at = 0;
    char flags[512];
    for (int i = 0; i < 3; i++) { /* also after it has grown */
        assert_int_equal(tn_locked_take(&mem, 100000, &at), TN_OK);
        read_flags(mem.data, flags, sizeof flags);
        assert_non_null(strstr(flags, " lo"));
        assert_non_null(strstr(flags, " dd"));
        assert_non_null(strstr(flags, " dc"));
        assert_false(mem.is_refused);
    }
    tn_locked_destroy(&mem);
}

static unsigned lines;

static void count_line(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)line;
    lines += level == TN_LOG_WARN ? 1 : 0;
}

/* Gives up the right to lock as much as one likes, and sets how much may be locked. */
static bool limit_locking(size_t bytes)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}};
    const struct rlimit limit = {bytes, bytes};
    return syscall(SYS_capset, &header, none) == 0 && setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
}

/* In a child, since the limit stays. Gives the number of the step that went wrong. */
static int serve_unlocked(size_t limit)
{
    struct tn_locked mem = {0};
    struct tn_locked other = {0};
    size_t at = 0;
    char flags[512];
    lines = 0;
    tn_log_to(count_line, NULL);
    if (!limit_locking(limit) || tn_locked_append(&mem, "Maya", 5) != TN_OK) {
        return 1;
    }
    if (tn_locked_take(&mem, 4 * MIB, &at) != TN_OK || tn_locked_append(&other, "Bo", 3) != TN_OK) {
        return 2;
    }
    read_flags(mem.data, flags, sizeof flags);
    if (!mem.is_refused || strstr(flags, " lo") != NULL || strstr(flags, " dd") == NULL) {
        return 3;
    }
    if (strcmp((const char *)mem.data, "Maya") != 0 || lines != 1) {
        return 4;
    }
    tn_locked_destroy(&mem);
    tn_locked_destroy(&other);
    return 0;
}

static void where_the_lock_is_refused_it_serves_unlocked_and_says_so_once(void **state)
{
    (void)state;
    static const size_t limits[] = {0, 65536}; /* at once, and when it grows */
    for (size_t i = 0; i < 2; i++) {
        int status = 0;
        (void)fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            _exit(serve_unlocked(limits[i]));
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_zero_and_stays_as_it_grows),
        cmocka_unit_test(bytes_are_appended),
        cmocka_unit_test(a_size_that_is_none_is_refused),
#ifndef HAS_SANITIZER /* which turns mlock into nothing */
        cmocka_unit_test(pages_are_locked_and_kept_out_of_dumps_and_children),
        cmocka_unit_test(where_the_lock_is_refused_it_serves_unlocked_and_says_so_once),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
