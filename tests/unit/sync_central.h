/* A central database for a test: an SQLite file in the test's folder; or, where $TURNOUT_POSTGRES
 * holds the address of a server with a %s for the name, a database there made for this test. So one
 * program tests both. */
#ifndef TURNOUT_TESTS_SYNC_CENTRAL_H
#define TURNOUT_TESTS_SYNC_CENTRAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/db.h"

#define CENTRAL_URI_SIZE 512

static inline bool central_is_server(void)
{
    return getenv("TURNOUT_POSTGRES") != NULL;
}

static inline void central_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void central_shell(const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert_true(n > 0 && (size_t)n < sizeof line);
    if (system(line) != 0) {
        fail_msg("%s", line);
    }
}

static inline void central_server_uri(const char *name, char out[CENTRAL_URI_SIZE])
{
    const char *form = getenv("TURNOUT_POSTGRES");
    const char *place = form == NULL ? NULL : strstr(form, "%s");
    assert_non_null(place);
    int len =
        snprintf(out, CENTRAL_URI_SIZE, "%.*s%s%s", (int)(place - form), form, name, place + 2);
    assert_in_range(len, 1, CENTRAL_URI_SIZE - 1);
}

/* Where a central database may be, which is not there yet. dir is the test's own folder, and which
 * tells several of one test apart. What is made on a server goes with the server. */
static inline void central_place(const char *dir, const char *which, char out[CENTRAL_URI_SIZE])
{
    char name[CENTRAL_URI_SIZE];
    if (!central_is_server()) {
        assert_true(snprintf(out, CENTRAL_URI_SIZE, "%s/%s.db", dir, which) < CENTRAL_URI_SIZE);
        return;
    }
    const char *slash = strrchr(dir, '/');
    int len = snprintf(name, sizeof name, "%s-%s", slash == NULL ? dir : slash + 1, which);
    assert_in_range(len, 1, 62); /* what the server takes for a name */
    central_server_uri(name, out);
}

/* The name of a database in its server's address. */
static inline void central_name(const char *uri, char out[CENTRAL_URI_SIZE])
{
    const char *form = getenv("TURNOUT_POSTGRES");
    const size_t before = (size_t)(strstr(form, "%s") - form);
    snprintf(out, CENTRAL_URI_SIZE, "%.*s", (int)(strlen(uri) - (strlen(form) - 2)), uri + before);
}

/* Has the server do something. */
static inline void central_order(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void central_order(const char *format, ...)
{
    char server[CENTRAL_URI_SIZE];
    char line[2048];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert_in_range(len, 1, (int)sizeof line - 1);
    central_server_uri("postgres", server);
    central_shell("PGOPTIONS='-c client_min_messages=error' psql -q '%s' -c '%s'", server, line);
}

/* A place where a central database can be made: a server wants an empty one there. */
static inline void central_new(const char *dir, const char *which, char out[CENTRAL_URI_SIZE])
{
    char name[CENTRAL_URI_SIZE];
    central_place(dir, which, out);
    if (central_is_server()) {
        central_name(out, name);
        central_order("CREATE DATABASE \"%s\"", name);
    }
}

/* Puts a copy of one database, which nobody has open, in the place of another. */
static inline void central_copy(const char *from, const char *to)
{
    char a[CENTRAL_URI_SIZE];
    char b[CENTRAL_URI_SIZE];
    if (!central_is_server()) {
        central_shell("rm -f '%s'-* && cp '%s' '%s'", to, from, to);
        return;
    }
    central_name(from, a);
    central_name(to, b);
    central_order("DROP DATABASE IF EXISTS \"%s\"", b);
    central_order("CREATE DATABASE \"%s\" TEMPLATE \"%s\"", b, a);
}

/* Changes the database behind Turnout's back. */
static inline void central_sql(const char *uri, const char *sql)
{
    struct tn_db *db = NULL;
    assert_int_equal(tn_db_open(uri, false, &db), TN_OK);
    assert_int_equal(tn_db_exec(db, sql), TN_OK);
    tn_db_close(db);
}

/* One number from the database, asked without the code under test. */
static inline int64_t central_ask(const char *uri, const char *sql)
{
    char line[4096];
    char text[64] = "";
    snprintf(line, sizeof line,
             central_is_server() ? "psql -q -A -t '%s' -c \"%s\"" : "sqlite3 -readonly '%s' \"%s\"",
             uri, sql);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    const char *got = fgets(text, sizeof text, pipe);
    assert_int_equal(pclose(pipe), 0);
    return got == NULL ? -1 : strtoll(text, NULL, 10);
}

#endif
