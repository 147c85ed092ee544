/* COPY in the server's binary format, which neither side has to parse: big-endian numbers of their
 * column's width, bytes and text as they are, each after its length. The widths are asked for once,
 * since the caller's values do not know whether a column is an INTEGER or a BIGINT. */
#include "sync/central/postgres_bulk.h"

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#define SQL_MAX 2048
#define CHUNK_SIZE (64 * 1024)
#define OID_INT8 20
#define OID_INT2 21

static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"; /* and no flags, no extension */
#define HEADER_SIZE 19

/* Bytes on their way, and whether the connection still takes them. */
struct out {
    PGconn *conn;
    char chunk[CHUNK_SIZE];
    size_t len;
    bool is_fine;
};

static void flush(struct out *out)
{
    if (out->len > 0 && out->is_fine) {
        out->is_fine = PQputCopyData(out->conn, out->chunk, (int)out->len) == 1;
    }
    out->len = 0;
}

static void put(struct out *out, const void *data, size_t len)
{
    if (len > sizeof out->chunk - out->len) {
        flush(out);
    }
    if (len > sizeof out->chunk) {
        out->is_fine = out->is_fine && PQputCopyData(out->conn, data, (int)len) == 1;
    } else if (len > 0) {
        memcpy(out->chunk + out->len, data, len);
        out->len += len;
    }
}

static void put_length(struct out *out, int32_t len)
{
    const uint32_t word = htonl((uint32_t)len);
    put(out, &word, sizeof word);
}

static void put_number(struct out *out, int64_t value, Oid type)
{
    const uint64_t big = htobe64((uint64_t)value);
    const size_t width = type == OID_INT8 ? 8 : type == OID_INT2 ? 2 : 4;
    put_length(out, (int32_t)width);
    put(out, (const char *)&big + sizeof big - width, width);
}

static void put_value(struct out *out, const struct tn_value *value, Oid type)
{
    switch (value->kind) {
    case TN_COL_NULL:
        put_length(out, -1);
        break;
    case TN_COL_INT:
        put_number(out, value->number, type);
        break;
    case TN_COL_TEXT:
    case TN_COL_BYTES:
        put_length(out, (int32_t)value->bytes.len);
        put(out, value->bytes.data, value->bytes.len);
        break;
    }
}

static void put_rows(struct out *out, const struct tn_bulk *what, const Oid *types)
{
    struct tn_value values[TN_BULK_COLUMNS_MAX];
    const uint16_t count = htons((uint16_t)what->count);
    const uint16_t end = htons(UINT16_MAX);
    put(out, header, HEADER_SIZE);
    while (out->is_fine && what->next(what->ctx, values)) {
        put(out, &count, sizeof count);
        for (int i = 0; i < what->count; i++) {
            put_value(out, &values[i], types[i]);
        }
    }
    put(out, &end, sizeof end);
    flush(out);
}

/* Finds out what the columns are; NULL where the question failed, and *result says why. */
static const Oid *types_of(PGconn *conn, struct postgres_bulk *state, const struct tn_bulk *what,
                           PGresult **result)
{
    char sql[SQL_MAX];
    size_t i = 0;
    while (i < TN_DB_BULKS_MAX && state->ready[i].columns != NULL &&
           state->ready[i].columns != what->columns) {
        i++;
    }
    assert(i < TN_DB_BULKS_MAX && what->count <= TN_BULK_COLUMNS_MAX);
    if (state->ready[i].columns == what->columns) {
        return state->ready[i].types;
    }
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE false", what->columns, what->table);
    *result = PQexec(conn, sql);
    if (PQresultStatus(*result) != PGRES_TUPLES_OK || PQnfields(*result) != what->count) {
        return NULL;
    }
    for (int c = 0; c < what->count; c++) {
        state->ready[i].types[c] = PQftype(*result, c);
    }
    PQclear(*result);
    *result = NULL;
    state->ready[i].columns = what->columns;
    return state->ready[i].types;
}

/* The last result of what was sent; the ones before say nothing more. */
static PGresult *last_result(PGconn *conn)
{
    PGresult *last = NULL;
    for (PGresult *next = PQgetResult(conn); next != NULL; next = PQgetResult(conn)) {
        PQclear(last);
        last = next;
    }
    return last;
}

void postgres_bulk_run(PGconn *conn, struct postgres_bulk *state, const struct tn_bulk *what,
                       PGresult **result)
{
    char sql[SQL_MAX];
    *result = NULL;
    const Oid *types = types_of(conn, state, what, result);
    if (types == NULL) {
        return;
    }
    int len = snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary)", what->table,
                       what->columns);
    assert(len > 0 && (size_t)len < sizeof sql); /* the texts are ours */
    *result = PQexec(conn, sql);
    if (PQresultStatus(*result) != PGRES_COPY_IN) {
        return;
    }
    PQclear(*result);
    *result = NULL;
    struct out out = {.conn = conn, .is_fine = true};
    put_rows(&out, what, types);
    if (PQputCopyEnd(conn, out.is_fine ? NULL : "the rows did not get through") == 1) {
        *result = last_result(conn);
    }
}
