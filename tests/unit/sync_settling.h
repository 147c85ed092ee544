/* Settling conflicts by command and looking at what became of it: what tests of each type share. */
#ifndef TURNOUT_TESTS_SYNC_SETTLING_H
#define TURNOUT_TESTS_SYNC_SETTLING_H

#include "sync/central/centre.h"
#include "tests/unit/sync_world.h"

__attribute__((unused)) static struct tn_id one_id(struct tn_centre *centre, const char *sql,
                                                   const char *text)
{
    struct tn_stmt *stmt = NULL;
    struct tn_id id = {{0}};
    bool has_row = false;
    assert_int_equal(tn_centre_prepare(centre, sql, &stmt), TN_OK);
    if (text != NULL) {
        tn_bind_text(stmt, 2, text);
    }
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    tn_col_id(stmt, 0, &id);
    tn_reset(stmt);
    return id;
}

/* The dump without the history of decisions; the caller frees. */
__attribute__((unused)) static char *dump(const char *uri)
{
    gives(TN_EXIT_DONE, "dump --central %s", uri);
    char *text = strdup(said);
    assert_non_null(text);
    char *from = strstr(text, "== settlement");
    assert_non_null(from);
    char *to = strstr(from + 1, "== ");
    assert_non_null(to);
    memmove(from, to, strlen(to) + 1);
    return text;
}

__attribute__((unused)) static int64_t ask(const char *sql)
{
    return central_ask(central, sql);
}

/* The first digits of the id of the one conflict of a type. */
__attribute__((unused)) static void id_of(const char *type, char out[TN_ID_HEX_SIZE])
{
    struct tn_centre centre;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    const struct tn_id id =
        one_id(&centre, "SELECT id FROM conflict WHERE ecosystem = $1 AND type = $2", type);
    tn_centre_close(&centre);
    tn_id_hex(&id, out);
}

__attribute__((unused)) static void settle(const char *id, const char *how)
{
    gives(TN_EXIT_DONE, "conflicts settle %.8s %s --central central.db --by Ada --why because~so",
          id, how);
}

__attribute__((unused)) static void reopen(const char *id)
{
    gives(TN_EXIT_DONE, "conflicts reopen %.8s --central central.db --by Bo --why not~so", id);
}

/* Settles as how, which must leave so many visits; reopened, all is as before; settled again, all
 * is as it was settled. */
__attribute__((unused)) static void goes_there_and_back(const char *type, const char *how,
                                                        int64_t visits)
{
    char id[TN_ID_HEX_SIZE];
    id_of(type, id);
    char *before = dump(central);
    settle(id, how);
    const int64_t got = ask("SELECT count(*) FROM visit");
    if (got != visits) {
        fail_msg("%s %s: %lld visits, not %lld", type, how, (long long)got, (long long)visits);
    }
    char *settled = dump(central);
    assert_string_not_equal(settled, before);
    reopen(id);
    char *after = dump(central);
    assert_string_equal(after, before);
    settle(id, how);
    char *again = dump(central);
    assert_string_equal(again, settled);
    reopen(id);
    free(before);
    free(settled);
    free(after);
    free(again);
}

#endif
