/* URIs are libpq's own, so connection service files, PGPASSFILE, sslmode and the rest hold as
 * everywhere; one word is ours and never reaches the server: ecosystem=CODE, where a database holds
 * several. */
#include "sync/central/postgres_connect.h"

#include <stdio.h>
#include <string.h>

#include "turnout/log.h"

#define URI_SIZE 4096

/* By the beginning of an SQLSTATE; the first that fits counts. */
static const struct {
    const char *state;
    enum tn_status status;
} states[] = {
    {"23", TN_ERR_EXISTS},       {"25006", TN_ERR_READ_ONLY}, {"42501", TN_ERR_READ_ONLY},
    {"40", TN_ERR_BUSY},         {"55P03", TN_ERR_BUSY},      {"53100", TN_ERR_FULL},
    {"53200", TN_ERR_NO_MEMORY}, {"XX001", TN_ERR_DAMAGED},   {"XX002", TN_ERR_DAMAGED},
    {"54", TN_ERR_LIMIT},        {"22", TN_ERR_FORMAT},
};

enum tn_status postgres_complain(const char *name, PGconn *conn, const PGresult *result)
{
    const char *text = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    char line[512];
    (void)snprintf(line, sizeof line, "%s", text != NULL ? text : PQerrorMessage(conn));
    line[strcspn(line, "\n")] = '\0';
    tn_log(TN_LOG_ERROR, "central database %s: %s%s", name, line,
           state != NULL && strcmp(state, "42501") == 0
               ? "; this role may not, the ecosystem's owner may"
               : "");
    for (size_t i = 0; state != NULL && i < sizeof states / sizeof states[0]; i++) {
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
            return states[i].status;
        }
    }
    return TN_ERR_IO;
}

bool postgres_is_fine(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
           status == PGRES_PIPELINE_SYNC;
}

/* Takes ecosystem=CODE out of a URI's query. False: something is too long. */
static bool split_uri(const char *uri, char out[URI_SIZE], char *ecosystem, size_t size)
{
    static const char word[] = "ecosystem=";
    const char *query = strchr(uri, '?');
    const char *at = query == NULL ? NULL : strstr(query, word);
    while (at != NULL && at[-1] != '?' && at[-1] != '&') {
        at = strstr(at + 1, word);
    }
    if (at == NULL) {
        ecosystem[0] = '\0';
        return (size_t)snprintf(out, URI_SIZE, "%s", uri) < URI_SIZE;
    }
    const size_t len = strcspn(at, "&");
    const int code = (int)(len - strlen(word));
    const char *rest = at[len] == '&' ? at + len + 1 : at + len;
    return (size_t)snprintf(ecosystem, size, "%.*s", code, at + strlen(word)) < size &&
           (size_t)snprintf(out, URI_SIZE, "%.*s%s", (int)(at - uri), uri, rest) < URI_SIZE;
}

/* What messages call it: never the URI, which may hold a password. */
static void name_it(struct tn_db *db, const PGconn *conn)
{
    const char *host = PQhost(conn);
    const char *base = PQdb(conn);
    (void)snprintf(db->name, sizeof db->name, "postgresql://%s/%s",
                   host == NULL || host[0] == '/' ? "" : host, base == NULL ? "" : base);
}

static void ignore_notice(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

/* A receipt is signed after the commit, so the commit must be on the server's disk, whatever the
 * server's own setting is. */
static enum tn_status configure(const struct tn_db *db, PGconn *conn)
{
    PGresult *result = PQexec(conn, "SELECT set_config('synchronous_commit', 'on', false) WHERE"
                                    " current_setting('synchronous_commit') = 'off';"
                                    "SET lock_timeout = '" POSTGRES_WAIT_SECONDS
                                    "s'; SET jit = off; SET bytea_output = 'hex';"
                                    "SET timezone = 'UTC'");
    enum tn_status status =
        postgres_is_fine(result) ? TN_OK : postgres_complain(db->name, conn, result);
    PQclear(result);
    return status;
}

enum tn_status postgres_connect(const char *uri, struct tn_db *db, PGconn **out)
{
    char bare[URI_SIZE];
    *out = NULL;
    if (!split_uri(uri, bare, db->ecosystem, sizeof db->ecosystem)) {
        tn_log(TN_LOG_ERROR, "the address of the central database is too long");
        return TN_ERR_LIMIT;
    }
    const char *const words[] = {"connect_timeout", "dbname", "fallback_application_name",
                                 "client_encoding", NULL};
    const char *const values[] = {POSTGRES_WAIT_SECONDS, bare, "turnout-sync", "UTF8", NULL};
    PGconn *conn = PQconnectdbParams(words, values, 1);
    *out = conn;
    if (conn == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    name_it(db, conn);
    if (PQstatus(conn) != CONNECTION_OK) {
        char line[512];
        (void)snprintf(line, sizeof line, "%s", PQerrorMessage(conn));
        for (char *c = line; *c != '\0'; c++) {
            *c = *c == '\n' ? (c[1] == '\0' ? '\0' : ' ') : *c;
        }
        tn_log(TN_LOG_ERROR,
               "%s; see that the server runs and lets you in (`psql` with the same "
               "address tells more)",
               line);
        return TN_ERR_IO;
    }
    (void)PQsetNoticeProcessor(conn, ignore_notice, NULL);
    return configure(db, conn);
}
