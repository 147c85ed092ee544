/* The PostgreSQL driver of the central database, of whose files alone sync says PQ.
 *
 * Inside a transaction a statement that gives no rows is only sent, and its result looked at before
 * the next question or the commit: on a network that is one wait instead of thousands. The cost is
 * that a failure may come out of a later call; nothing is kept of such a transaction anyway. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/postgres_bulk.h"
#include "sync/central/postgres_connect.h"
#include "sync/central/postgres_scrub.h"
#include "sync/central/postgres_value.h"
#include "turnout/log.h"

#define PLACES_MAX 32  /* values of one statement */
#define QUEUED_MAX 256 /* statements sent before their results are looked at */
#define NAME_SIZE 32   /* of a prepared statement */
#define NUMBER_SIZE 24 /* an int64 as text */

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

static enum tn_status complain(const struct postgres_db *self, const PGresult *result)
{
    return postgres_complain(self->base.name, self->conn, result);
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
        if (result != NULL && status == TN_OK && !postgres_is_fine(result)) {
            status = complain(self, result);
        }
        PQclear(result);
    }
    self->queued = 0;
    (void)PQexitPipelineMode(self->conn);
    return status;
}

static enum tn_status postgres_exec(struct tn_db *db, const char *sql)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    if (status != TN_OK) {
        return status;
    }
    PGresult *result = PQexec(self->conn, sql);
    status = postgres_is_fine(result) ? TN_OK : complain(self, result);
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
    enum tn_status status = postgres_connect(uri, &self->base, &self->conn);
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

static enum tn_status postgres_scrub(struct tn_db *db)
{
    struct postgres_db *self = (struct postgres_db *)db;
    enum tn_status status = settle(self);
    return status == TN_OK ? postgres_scrub_tables(db->name, self->conn) : status;
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
    status = postgres_is_fine(result) ? TN_OK : complain(self, result);
    PQclear(result);
    if (status == TN_OK) {
        stmt->shape = PQdescribePrepared(self->conn, stmt->name);
        stmt->places = PQnparams(stmt->shape);
        status = postgres_is_fine(stmt->shape) ? check_places(stmt) : complain(self, stmt->shape);
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
    return postgres_is_fine(self->result) ? TN_OK : complain(db, self->result);
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

static int64_t postgres_col_int(struct tn_stmt *stmt, int column)
{
    const struct postgres_stmt *self = (const struct postgres_stmt *)stmt;
    return postgres_value_int(self->result, self->row, column);
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
    return postgres_value_kind(self->result, self->row, column);
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

/* The next transaction's number: whoever writes takes one. */
static enum tn_status postgres_stamp(struct tn_db *db, int64_t *out)
{
    static const char sql[] = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    *out = has_row ? tn_col_int(stmt, 0) : 0;
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
    status = result != NULL && postgres_is_fine(result) ? TN_OK : complain(self, result);
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
    .stamp = postgres_stamp,
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
