/* The PostgreSQL driver of the central database, and the only file of sync that says PQ. The URI is
 * libpq's own, so connection service files, PGPASSFILE, sslmode and the rest hold as everywhere;
 * one word is ours and never reaches the server: ecosystem=CODE, where a database holds several.
 *
 * Inside a transaction a statement that gives no rows is only sent, and its result looked at before
 * the next question or the commit: on a network that is one wait instead of thousands. The cost is
 * that a failure may come out of a later call; nothing is kept of such a transaction anyway. */
#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/postgres_bulk.h"
#include "turnout/log.h"

#define PLACES_MAX 32     /* values of one statement */
#define QUEUED_MAX 256    /* statements sent before their results are looked at */
#define NAME_SIZE 32      /* of a prepared statement */
#define NUMBER_SIZE 24    /* an int64 as text */
#define WAIT_SECONDS "10" /* for a connection, as for another writer */
#define URI_SIZE 4096

/* Types of results, by their numbers in pg_type, which never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_NUMERIC = 1700
};

struct postgres_db {
    struct tn_db base;
    PGconn *conn;
    int prepared; /* statements so far, which names the next */
    int queued;   /* statements sent, their results not looked at */
    bool is_in_transaction;
    enum tn_status failed; /* of a statement in the queue */
    struct postgres_bulk bulk;
};

struct postgres_stmt {
    struct tn_stmt base;
    struct postgres_db *db;
    char name[NAME_SIZE];
    const char *values[PLACES_MAX];
    int lengths[PLACES_MAX];
    int formats[PLACES_MAX];
    char numbers[PLACES_MAX][NUMBER_SIZE];
    int places; /* how many the text has; one that nobody binds is NULL */
    bool is_past_places;
    PGresult *shape; /* what its places and columns are */
    PGresult *result;
    int row; /* -1 before the first */
};

static const struct tn_db_token tokens[] = {
    {"@blob@", "BYTEA"},
    {"@big@", "BIGINT"},
    {"@strict@", ""},
    {"@clustered@", ""},
    /* Text is ordered by its bytes, as SQLite does: the same answers in the same order. */
    {"TEXT", "TEXT COLLATE \"C\""},
    {NULL, NULL},
};

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

/* Says what the server said, without its details: those quote values, and a value may be a name. */
static enum tn_status complain(struct postgres_db *self, const PGresult *result)
{
    const char *text = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    char line[512];
    (void)snprintf(line, sizeof line, "%s", text != NULL ? text : PQerrorMessage(self->conn));
    line[strcspn(line, "\n")] = '\0';
    tn_log(TN_LOG_ERROR, "central database %s: %s%s", self->base.name, line,
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

static bool is_fine(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
           status == PGRES_PIPELINE_SYNC;
}

/* Looks at the results of all that was sent. The first failure counts; what the server then skips
 * (PGRES_PIPELINE_ABORTED) says nothing new. */
static enum tn_status settle(struct postgres_db *self)
{
    enum tn_status status = self->failed;
    self->failed = TN_OK;
    if (PQpipelineStatus(self->conn) == PQ_PIPELINE_OFF) {
        return status;
    }
    bool is_over = PQpipelineSync(self->conn) != 1;
    if (is_over && status == TN_OK) {
        status = complain(self, NULL);
    }
    for (int nulls = 0; !is_over;) {
        PGresult *result = PQgetResult(self->conn);
        /* One NULL parts two statements; two in a row are a connection that is gone. */
        nulls = result == NULL ? nulls + 1 : 0;
        is_over = nulls > 1 || PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result != NULL && status == TN_OK && !is_fine(result)) {
            status = complain(self, result);
        }
        PQclear(result);
    }
    self->queued = 0;
    (void)PQexitPipelineMode(self->conn);
    return status;
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
static void name_it(struct postgres_db *self)
{
    const char *host = PQhost(self->conn);
    const char *db = PQdb(self->conn);
    (void)snprintf(self->base.name, sizeof self->base.name, "postgresql://%s/%s",
                   host == NULL || host[0] == '/' ? "" : host, db == NULL ? "" : db);
}

static void ignore_notice(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

static enum tn_status postgres_exec(struct tn_db *db, const char *sql)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    if (status != TN_OK) {
        return status;
    }
    PGresult *result = PQexec(self->conn, sql);
    status = is_fine(result) ? TN_OK : complain(self, result);
    PQclear(result);
    self->is_in_transaction = PQtransactionStatus(self->conn) == PQTRANS_INTRANS;
    return status;
}

static void postgres_close(struct tn_db *db)
{
    struct postgres_db *self = (struct postgres_db *)db;
    PQfinish(self->conn);
    free(self);
}

/* A receipt is signed after the commit, so the commit must be on the server's disk, whatever the
 * server's own setting is. */
static enum tn_status configure(struct postgres_db *self)
{
    return postgres_exec(&self->base, "SELECT set_config('synchronous_commit', 'on', false) WHERE"
                                      " current_setting('synchronous_commit') = 'off';"
                                      "SET lock_timeout = '" WAIT_SECONDS
                                      "s'; SET jit = off; SET bytea_output = 'hex';"
                                      "SET timezone = 'UTC'");
}

static enum tn_status connect_to(struct postgres_db *self, const char *uri)
{
    char bare[URI_SIZE];
    if (!split_uri(uri, bare, self->base.ecosystem, sizeof self->base.ecosystem)) {
        tn_log(TN_LOG_ERROR, "the address of the central database is too long");
        return TN_ERR_LIMIT;
    }
    const char *const words[] = {"connect_timeout", "dbname", "fallback_application_name",
                                 "client_encoding", NULL};
    const char *const values[] = {WAIT_SECONDS, bare, "turnout-sync", "UTF8", NULL};
    self->conn = PQconnectdbParams(words, values, 1);
    if (self->conn == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    name_it(self);
    if (PQstatus(self->conn) != CONNECTION_OK) {
        char line[512];
        (void)snprintf(line, sizeof line, "%s", PQerrorMessage(self->conn));
        for (char *c = line; *c != '\0'; c++) {
            *c = *c == '\n' ? (c[1] == '\0' ? '\0' : ' ') : *c;
        }
        tn_log(TN_LOG_ERROR,
               "%s; see that the server runs and lets you in (`psql` with the same "
               "address tells more)",
               line);
        return TN_ERR_IO;
    }
    (void)PQsetNoticeProcessor(self->conn, ignore_notice, NULL);
    return configure(self);
}

/* Where the tables are made is decided by whether they are there, so `create` says nothing here:
 * one database may take another ecosystem. */
static enum tn_status postgres_open(const char *uri, bool create, struct tn_db **out)
{
    (void)create;
    struct postgres_db *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    self->base.driver = &tn_db_postgres;
    enum tn_status status = connect_to(self, uri);
    if (status != TN_OK) {
        postgres_close(&self->base);
        return status;
    }
    *out = &self->base;
    return TN_OK;
}

static enum tn_status postgres_enter(struct tn_db *db, int64_t ecosystem)
{
    static const char sql[] = "SELECT set_config('turnout.ecosystem', $1, false)";
    char number[NUMBER_SIZE];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(number, sizeof number, "%" PRId64, ecosystem);
    tn_bind_text(stmt, 1, number);
    status = tn_step(stmt, &has_row);
    tn_reset(stmt);
    return status;
}

/* VACUUM FULL writes a table and its indices anew; it takes one statement each, and the table
 * alone, for as long. Tables that are somebody else's are theirs to scrub. */
static enum tn_status postgres_scrub(struct tn_db *db)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    PGresult *names = status != TN_OK
                          ? NULL
                          : PQexec(self->conn, "SELECT format('VACUUM FULL %I.%I', n.nspname,"
                                               " c.relname) FROM pg_class c JOIN pg_namespace n ON"
                                               " n.oid = c.relnamespace WHERE c.relkind = 'r' AND"
                                               " n.nspname = current_schema() AND"
                                               " pg_has_role(c.relowner, 'USAGE') ORDER BY 1");
    if (status == TN_OK && !is_fine(names)) {
        status = complain(self, names);
    }
    const int count = status == TN_OK ? PQntuples(names) : 0;
    for (int i = 0; i < count && status == TN_OK; i++) {
        status = postgres_exec(db, PQgetvalue(names, i, 0));
    }
    PQclear(names);
    return status;
}

/* Whose table it is not is told so in a notice, and goes on with the plans there are. */
static enum tn_status postgres_grown(struct tn_db *db, const char *table)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "ANALYZE %s", table);
    return postgres_exec(db, sql);
}

/* One writer an ecosystem at a time, as with SQLite: cursors and whatever follows from them are
 * read and moved under this lock. Readers never wait for it. Whoever writes runs the same few
 * statements for thousands of people, so one plan serves all: to plan one for each took longer than
 * to run it. */
static enum tn_status postgres_begin(struct tn_db *db)
{
    return postgres_exec(db, "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SELECT "
                             "pg_advisory_xact_lock(1416982094, coalesce(nullif("
                             "current_setting('turnout.ecosystem', true), ''), '0')::int)");
}

static enum tn_status postgres_begin_read(struct tn_db *db)
{
    return postgres_exec(db, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
}

/* COMMIT of a transaction in which something failed rolls back and calls that a success. */
static enum tn_status postgres_commit(struct tn_db *db)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    if (status == TN_OK && PQtransactionStatus(self->conn) != PQTRANS_INTRANS) {
        tn_log(TN_LOG_ERROR, "central database %s: nothing was kept, since a step before failed",
               db->name);
        status = TN_ERR_STATE;
    }
    return status == TN_OK ? postgres_exec(db, "COMMIT") : status;
}

static void postgres_rollback(struct tn_db *db)
{
    struct postgres_db *self = (struct postgres_db *)db;
    self->failed = TN_ERR_STATE; /* whatever went wrong was said */
    (void)settle(self);
    if (PQtransactionStatus(self->conn) != PQTRANS_IDLE) {
        (void)postgres_exec(db, "ROLLBACK");
    }
    self->is_in_transaction = false;
}

static void postgres_finalize(struct tn_stmt *stmt)
{
    PQclear(((struct postgres_stmt *)stmt)->result);
    PQclear(((struct postgres_stmt *)stmt)->shape);
    free(stmt); /* the server lets go of its part with the connection */
}

static enum tn_status check_places(const struct postgres_stmt *self)
{
    if (self->is_past_places || self->places > PLACES_MAX) {
        tn_log(TN_LOG_ERROR, "central database: a value past the last place, or one too long");
        return TN_ERR_LIMIT;
    }
    return TN_OK;
}

static enum tn_status postgres_prepare(struct tn_db *db, const char *sql, struct tn_stmt **out)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    if (status != TN_OK) {
        return status;
    }
    struct postgres_stmt *stmt = calloc(1, sizeof *stmt);
    if (stmt == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    stmt->base.driver = &tn_db_postgres;
    stmt->db = self;
    stmt->row = -1;
    (void)snprintf(stmt->name, sizeof stmt->name, "t%d", self->prepared++);
    PGresult *result = PQprepare(self->conn, stmt->name, sql, 0, NULL);
    status = is_fine(result) ? TN_OK : complain(self, result);
    PQclear(result);
    if (status == TN_OK) {
        stmt->shape = PQdescribePrepared(self->conn, stmt->name);
        stmt->places = PQnparams(stmt->shape);
        status = is_fine(stmt->shape) ? check_places(stmt) : complain(self, stmt->shape);
    }
    if (status !=
        TN_OK) { /* a fault of ours, or a schema that is not: whoever mends it wants this */
        tn_log(TN_LOG_ERROR, "the statement was: %s", sql);
        postgres_finalize(&stmt->base);
        return status;
    }
    *out = &stmt->base;
    return TN_OK;
}

static void bind_value(struct tn_stmt *stmt, int place, const char *value, size_t len, int format)
{
    struct postgres_stmt *self = (struct postgres_stmt *)stmt;
    if (place < 1 || place > self->places || len > INT32_MAX) {
        self->is_past_places = true;
        return;
    }
    self->values[place - 1] = value;
    self->lengths[place - 1] = (int)len;
    self->formats[place - 1] = format;
}

/* As text, which every number type of the server reads. */
static void postgres_bind_int(struct tn_stmt *stmt, int place, int64_t value)
{
    struct postgres_stmt *self = (struct postgres_stmt *)stmt;
    char *text = self->numbers[place >= 1 && place <= PLACES_MAX ? place - 1 : 0];
    int len = snprintf(text, NUMBER_SIZE, "%" PRId64, value);
    bind_value(stmt, place, text, (size_t)len, 0);
}

static void postgres_bind_text(struct tn_stmt *stmt, int place, const char *text)
{
    bind_value(stmt, place, text, text == NULL ? 0 : strlen(text), 0);
}

static void postgres_bind_bytes(struct tn_stmt *stmt, int place, struct tn_bytes bytes)
{
    bind_value(stmt, place, (const char *)bytes.data, bytes.len, 1);
}

/* Outside a transaction, or where rows are wanted, the answer is waited for. */
static enum tn_status execute(struct postgres_stmt *self)
{
    struct postgres_db *db = self->db;
    enum tn_status status = settle(db);
    if (status != TN_OK) {
        return status;
    }
    self->result = PQexecPrepared(db->conn, self->name, self->places, self->values, self->lengths,
                                  self->formats, 1);
    self->row = -1;
    return is_fine(self->result) ? TN_OK : complain(db, self->result);
}

static enum tn_status postgres_step(struct tn_stmt *stmt, bool *has_row)
{
    struct postgres_stmt *self = (struct postgres_stmt *)stmt;
    *has_row = false;
    enum tn_status status = check_places(self);
    if (status == TN_OK && self->result == NULL) {
        status = execute(self);
    }
    if (status != TN_OK) {
        return status;
    }
    *has_row = ++self->row < PQntuples(self->result);
    if (!*has_row) { /* as with SQLite, the next step would ask again */
        PQclear(self->result);
        self->result = NULL;
    }
    return TN_OK;
}

static enum tn_status postgres_run(struct tn_stmt *stmt)
{
    struct postgres_stmt *self = (struct postgres_stmt *)stmt;
    struct postgres_db *db = self->db;
    enum tn_status status = check_places(self);
    if (status != TN_OK) {
        return status;
    }
    if (!db->is_in_transaction) {
        return execute(self);
    }
    bool is_sent = PQpipelineStatus(db->conn) == PQ_PIPELINE_ON || PQenterPipelineMode(db->conn);
    is_sent = is_sent && PQsendQueryPrepared(db->conn, self->name, self->places, self->values,
                                             self->lengths, self->formats, 1);
    if (!is_sent) {
        return complain(db, NULL);
    }
    return ++db->queued < QUEUED_MAX ? TN_OK : settle(db);
}

static bool is_null(const struct postgres_stmt *self, int column)
{
    return PQgetisnull(self->result, self->row, column) != 0;
}

/* The server's numeric, which sums of 64-bit integers are: digits to the base of 10,000, the first
 * of them worth 10,000 to the power of weight. Ours are whole numbers. */
static int64_t read_numeric(const char *data, int len)
{
    int16_t head[4]; /* digits, weight, sign, scale */
    int64_t value = 0;
    memcpy(head, data, sizeof head);
    const int digits = ntohs((uint16_t)head[0]);
    const int weight = (int16_t)ntohs((uint16_t)head[1]);
    for (int i = 0; i <= weight; i++) {
        uint16_t digit = 0;
        if (i < digits && (size_t)len >= sizeof head + 2 * (size_t)(i + 1)) {
            memcpy(&digit, data + sizeof head + 2 * (size_t)i, sizeof digit);
        }
        value = value * 10000 + ntohs(digit);
    }
    return ntohs((uint16_t)head[2]) == 0x4000 ? -value : value;
}

static int64_t postgres_col_int(struct tn_stmt *stmt, int column)
{
    const struct postgres_stmt *self = (const struct postgres_stmt *)stmt;
    const char *data = PQgetvalue(self->result, self->row, column);
    uint64_t big = 0;
    uint32_t word = 0;
    uint16_t half = 0;
    if (is_null(self, column)) {
        return 0;
    }
    switch (PQftype(self->result, column)) {
    case OID_INT8:
        memcpy(&big, data, sizeof big);
        return (int64_t)be64toh(big);
    case OID_INT4:
        memcpy(&word, data, sizeof word);
        return (int32_t)ntohl(word);
    case OID_INT2:
        memcpy(&half, data, sizeof half);
        return (int16_t)ntohs(half);
    case OID_BOOL:
        return data[0] != 0;
    case OID_NUMERIC:
        return read_numeric(data, PQgetlength(self->result, self->row, column));
    default:
        return 0;
    }
}

static const char *postgres_col_text(struct tn_stmt *stmt, int column)
{
    const struct postgres_stmt *self = (const struct postgres_stmt *)stmt;
    return is_null(self, column) ? NULL : PQgetvalue(self->result, self->row, column);
}

static struct tn_bytes postgres_col_bytes(struct tn_stmt *stmt, int column)
{
    const struct postgres_stmt *self = (const struct postgres_stmt *)stmt;
    if (is_null(self, column)) {
        return (struct tn_bytes){NULL, 0};
    }
    return (struct tn_bytes){(const uint8_t *)PQgetvalue(self->result, self->row, column),
                             (size_t)PQgetlength(self->result, self->row, column)};
}

static enum tn_col_kind postgres_col_kind(struct tn_stmt *stmt, int column)
{
    const struct postgres_stmt *self = (const struct postgres_stmt *)stmt;
    if (is_null(self, column)) {
        return TN_COL_NULL;
    }
    switch (PQftype(self->result, column)) {
    case OID_BYTEA:
        return TN_COL_BYTES;
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_BOOL:
    case OID_NUMERIC:
        return TN_COL_INT;
    default:
        return TN_COL_TEXT;
    }
}

static int postgres_col_count(struct tn_stmt *stmt)
{
    return PQnfields(((struct postgres_stmt *)stmt)->shape);
}

static const char *postgres_col_name(struct tn_stmt *stmt, int column)
{
    return PQfname(((struct postgres_stmt *)stmt)->shape, column);
}

static void postgres_reset(struct tn_stmt *stmt)
{
    struct postgres_stmt *self = (struct postgres_stmt *)stmt;
    PQclear(self->result);
    self->result = NULL;
    self->row = -1;
    self->is_past_places = false;
    memset(self->values, 0, sizeof self->values);
}

/* Whether a question about one table is answered with a row. */
static enum tn_status ask_of(struct tn_db *db, const char *sql, const char *table, bool *is_so)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, table);
    status = tn_step(stmt, is_so);
    tn_reset(stmt);
    return status;
}

static enum tn_status postgres_may_insert(struct tn_db *db, const char *table, bool *may)
{
    static const char sql[] = "SELECT 1 WHERE has_table_privilege($1, 'INSERT')";
    return ask_of(db, sql, table, may);
}

static enum tn_status postgres_has_table(struct tn_db *db, const char *name, bool *has)
{
    static const char sql[] = "SELECT 1 WHERE to_regclass($1) IS NOT NULL";
    return ask_of(db, sql, name, has);
}

/* COPY passes by the rules that guard rows, so the server lets only the tables' owner use it. */
static enum tn_status postgres_bulk(struct tn_db *db, const struct tn_bulk *what)
{
    static const char sql[] = "SELECT 1 WHERE row_security_active($1)";
    struct postgres_db *self = (struct postgres_db *)db;
    PGresult *result = NULL;
    bool is_guarded = false;
    enum tn_status status = ask_of(db, sql, what->table, &is_guarded);
    if (status != TN_OK || is_guarded) {
        return status == TN_OK ? tn_db_bulk_plainly(db, what) : status;
    }
    postgres_bulk_run(self->conn, &self->bulk, what, &result);
    status = result != NULL && is_fine(result) ? TN_OK : complain(self, result);
    PQclear(result);
    return status;
}

const struct tn_db_driver tn_db_postgres = {
    .name = "postgresql",
    .tokens = tokens,
    .after = "sql/postgres-roles.sql",
    .open = postgres_open,
    .close = postgres_close,
    .exec = postgres_exec,
    .begin = postgres_begin,
    .begin_read = postgres_begin_read,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .enter = postgres_enter,
    .scrub = postgres_scrub,
    .grown = postgres_grown,
    .may_insert = postgres_may_insert,
    .has_table = postgres_has_table,
    .prepare = postgres_prepare,
    .finalize = postgres_finalize,
    .bind_int = postgres_bind_int,
    .bind_text = postgres_bind_text,
    .bind_bytes = postgres_bind_bytes,
    .step = postgres_step,
    .run = postgres_run,
    .bulk = postgres_bulk,
    .col_int = postgres_col_int,
    .col_text = postgres_col_text,
    .col_bytes = postgres_col_bytes,
    .col_kind = postgres_col_kind,
    .col_count = postgres_col_count,
    .col_name = postgres_col_name,
    .reset = postgres_reset,
};
