/* The server's binary format: big-endian numbers of their type's width. */
#include "sync/central/postgres_value.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

/* Types of results, by their numbers in pg_type, which never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_NUMERIC = 1700
};

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

int64_t postgres_value_int(const PGresult *result, int row, int column)
{
    const char *data = PQgetvalue(result, row, column);
    uint64_t big = 0;
    uint32_t word = 0;
    uint16_t half = 0;
    if (PQgetisnull(result, row, column) != 0) {
        return 0;
    }
    switch (PQftype(result, column)) {
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
        return read_numeric(data, PQgetlength(result, row, column));
    default:
        return 0;
    }
}

enum tn_col_kind postgres_value_kind(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column) != 0) {
        return TN_COL_NULL;
    }
    switch (PQftype(result, column)) {
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
