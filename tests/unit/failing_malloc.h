/* Memory that runs out when a test says so. The plain build replaces malloc, calloc and realloc of
 * the whole process; under a sanitizer, which owns them, only SQLite's allocations fail. For one
 * test file of a program; it has to call fail_prepare before anything else. */
#ifndef TESTS_UNIT_FAILING_MALLOC_H
#define TESTS_UNIT_FAILING_MALLOC_H

#include <errno.h>
#include <stddef.h>

#include <sqlite3.h>

#include "tests/unit/failing.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

/* More allocations than any call in these tests makes. */
#define ALLOCATIONS_MAX 100000

static inline bool has_no_memory(void)
{
    if (!must_fail()) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

#ifndef HAS_SANITIZER
void *__libc_malloc(size_t len);
void *__libc_calloc(size_t count, size_t len);
void *__libc_realloc(void *old, size_t len);
void *malloc(size_t len);
void *calloc(size_t count, size_t len);
void *realloc(void *old, size_t len);

void *malloc(size_t len)
{
    return has_no_memory() ? NULL : __libc_malloc(len);
}

void *calloc(size_t count, size_t len)
{
    return has_no_memory() ? NULL : __libc_calloc(count, len);
}

void *realloc(void *old, size_t len)
{
    return has_no_memory() ? NULL : __libc_realloc(old, len);
}

static inline void fail_prepare(void)
{
}
#else
static sqlite3_mem_methods plain;

static inline void *sql_malloc(int len)
{
    return has_no_memory() ? NULL : plain.xMalloc(len);
}

static inline void *sql_realloc(void *old, int len)
{
    return has_no_memory() ? NULL : plain.xRealloc(old, len);
}

static inline void fail_prepare(void)
{
    sqlite3_mem_methods methods;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
    methods = plain;
    methods.xMalloc = sql_malloc;
    methods.xRealloc = sql_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
}
#endif

#endif
