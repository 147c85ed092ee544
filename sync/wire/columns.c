/* Entries to columns and back. A column of few values remembers where each of its values lies, and
 * tries the one that came last first: a station's entries mostly repeat it. Reading goes column by
 * column over all entries, so that no column has to be looked for. */
#include "sync/wire/columns.h"

#include <string.h>

#include "turnout/cbor.h"

#define PARTS 14
#define ENTRIES_MAX 65536
#define NUMBER_SIZE 8
#define VALUE_MAX 64 /* bytes of CBOR: an id or a kind's name */

static void init_column(struct tn_column *column, size_t size_max)
{
    *column = (struct tn_column){0};
    tn_buf_init(&column->values, size_max);
    tn_buf_init(&column->starts, size_max);
    tn_buf_init(&column->indexes, size_max);
}

static void destroy_column(struct tn_column *column)
{
    tn_buf_destroy(&column->values);
    tn_buf_destroy(&column->starts);
    tn_buf_destroy(&column->indexes);
}

void tn_columns_init(struct tn_columns *columns, size_t size_max)
{
    *columns = (struct tn_columns){0};
    for (int i = 0; i < TN_COLUMN_COUNT; i++) {
        init_column(&columns->few[i], size_max);
    }
    tn_buf_init(&columns->at, size_max);
    tn_buf_init(&columns->mono, size_max);
    tn_buf_init(&columns->badges, size_max);
    tn_buf_init(&columns->learners, size_max);
    tn_buf_init(&columns->salts, size_max);
    tn_buf_init(&columns->bodies, size_max);
    tn_buf_init(&columns->erased, size_max);
}

void tn_columns_destroy(struct tn_columns *columns)
{
    for (int i = 0; i < TN_COLUMN_COUNT; i++) {
        destroy_column(&columns->few[i]);
    }
    tn_buf_destroy(&columns->at);
    tn_buf_destroy(&columns->mono);
    tn_buf_destroy(&columns->badges);
    tn_buf_destroy(&columns->learners);
    tn_buf_destroy(&columns->salts);
    tn_buf_destroy(&columns->bodies);
    tn_buf_destroy(&columns->erased);
}

static bool is_value(const struct tn_column *column, uint64_t index, struct tn_bytes value)
{
    size_t range[2];
    if (index >= column->count) {
        return false;
    }
    memcpy(range, column->starts.data + index * sizeof range[0], sizeof range);
    return range[1] - range[0] == value.len &&
           memcmp(column->values.data + range[0], value.data, value.len) == 0;
}

static enum tn_status add_value(struct tn_column *column, struct tn_bytes value)
{
    static const size_t zero = 0;
    if (column->count == 0) {
        tn_buf_append(&column->starts, &zero, sizeof zero);
    }
    tn_buf_append(&column->values, value.data, value.len);
    const size_t end = column->values.len;
    tn_buf_append(&column->starts, &end, sizeof end);
    column->count += column->values.status == TN_OK && column->starts.status == TN_OK;
    return column->values.status != TN_OK ? column->values.status : column->starts.status;
}

/* Adds an index: of the value that came last, of an earlier one, or of a new one. */
static enum tn_status add_few(struct tn_column *column, const struct tn_buf *cbor)
{
    const struct tn_bytes value = tn_buf_bytes(cbor);
    uint64_t index = column->last;
    if (!is_value(column, index, value)) {
        for (index = 0; index < column->count && !is_value(column, index, value); index++) {
        }
    }
    enum tn_status status = index == column->count ? add_value(column, value) : TN_OK;
    column->last = index;
    tn_cbor_put_uint(&column->indexes, index);
    return status != TN_OK ? status : column->indexes.status;
}

static void put_value(struct tn_buf *out, int which, const struct tn_entry *entry)
{
    switch (which) {
    case TN_COLUMN_FORMAT:
        tn_cbor_put_uint(out, entry->format);
        break;
    case TN_COLUMN_KIND:
        tn_cbor_put_text(out, entry->kind);
        break;
    case TN_COLUMN_METHOD:
        tn_cbor_put_text(out, entry->method);
        break;
    case TN_COLUMN_BOOT:
        tn_cbor_put_id(out, &entry->boot);
        break;
    case TN_COLUMN_EVENT:
        tn_cbor_put_id(out, &entry->event);
        break;
    default:
        tn_cbor_put_id(out, &entry->activity);
        break;
    }
}

static void add_who(struct tn_columns *columns, const struct tn_entry *entry)
{
    static const uint8_t zeros[TN_ID_SIZE] = {0};
    const bool is_erased = entry->is_erased;
    tn_buf_append(&columns->badges, is_erased ? zeros : entry->badge.b, TN_ID_SIZE);
    tn_buf_append(&columns->learners, is_erased ? zeros : entry->learner.b, TN_ID_SIZE);
    tn_buf_append(&columns->salts, is_erased ? zeros : entry->salt, TN_SALT_SIZE);
    if (is_erased || entry->body.data == NULL) {
        tn_cbor_put_null(&columns->bodies);
    } else {
        tn_cbor_put_bytes(&columns->bodies, entry->body);
    }
    if (is_erased) {
        tn_cbor_put_array(&columns->erased, 2);
        tn_cbor_put_uint(&columns->erased, columns->count);
        tn_cbor_put_bytes(&columns->erased, (struct tn_bytes){entry->who_hash.b, TN_HASH_SIZE});
        columns->erased_count++;
    }
}

static enum tn_status status_of(const struct tn_columns *columns)
{
    const struct tn_buf *const all[] = {&columns->at,       &columns->mono,  &columns->badges,
                                        &columns->learners, &columns->salts, &columns->bodies,
                                        &columns->erased};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->status != TN_OK) {
            return all[i]->status;
        }
    }
    return TN_OK;
}

/* Differences wrap: clocks may say anything. */
static int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* Small ones of either sign are small numbers then. */
static uint64_t folded(int64_t difference)
{
    return ((uint64_t)difference << 1) ^ (difference < 0 ? UINT64_MAX : 0);
}

static int64_t unfolded(uint64_t number)
{
    return (int64_t)((number >> 1) ^ (0 - (number & 1)));
}

static void add_difference(struct tn_buf *out, int64_t difference)
{
    const uint64_t number = folded(difference);
    tn_buf_append(out, &number, sizeof number);
}

enum tn_status tn_columns_add(struct tn_columns *columns, const struct tn_entry *entry)
{
    uint8_t memory[VALUE_MAX];
    enum tn_status status = columns->count < ENTRIES_MAX ? TN_OK : TN_ERR_LIMIT;
    for (int i = 0; i < TN_COLUMN_COUNT && status == TN_OK; i++) {
        struct tn_buf value = {.data = memory, .cap = sizeof memory, .size_max = sizeof memory};
        put_value(&value, i, entry);
        status = value.status != TN_OK ? value.status : add_few(&columns->few[i], &value);
    }
    if (status != TN_OK) {
        return status;
    }
    const int64_t grown = minus(entry->at_ms, columns->last_at);
    add_difference(&columns->at, grown);
    add_difference(&columns->mono, minus(minus(entry->mono_ms, columns->last_mono), grown));
    columns->last_at = entry->at_ms;
    columns->last_mono = entry->mono_ms;
    add_who(columns, entry);
    columns->count++;
    return status_of(columns);
}

size_t tn_columns_size(const struct tn_columns *columns)
{
    size_t size = columns->at.len + columns->mono.len + columns->badges.len +
                  columns->learners.len + columns->salts.len + columns->bodies.len +
                  columns->erased.len;
    for (int i = 0; i < TN_COLUMN_COUNT; i++) {
        size += columns->few[i].values.len + columns->few[i].indexes.len;
    }
    return size;
}

static void write_buf(struct tn_buf *out, const struct tn_buf *in)
{
    tn_buf_append(out, in->data, in->len);
}

static void write_array(struct tn_buf *out, uint64_t count, const struct tn_buf *in)
{
    tn_cbor_put_array(out, count);
    write_buf(out, in);
}

/* The highest bytes of all numbers, then the next: most of them are zero. */
static void write_planes(struct tn_buf *out, uint64_t count, const struct tn_buf *numbers)
{
    tn_cbor_put_bytes_head(out, numbers->len);
    uint8_t *to = tn_buf_room(out, numbers->len);
    for (unsigned plane = 0; to != NULL && plane < NUMBER_SIZE; plane++) {
        for (uint64_t i = 0; i < count; i++) {
            uint64_t number;
            memcpy(&number, numbers->data + i * NUMBER_SIZE, sizeof number);
            *to++ = (uint8_t)(number >> (56 - 8 * plane));
        }
    }
}

void tn_columns_write(const struct tn_columns *columns, struct tn_buf *out, size_t *wide)
{
    const size_t start = out->len;
    tn_cbor_put_array(out, PARTS);
    tn_cbor_put_uint(out, columns->count);
    for (int i = 0; i < TN_COLUMN_COUNT; i++) {
        const struct tn_column *few = &columns->few[i];
        tn_cbor_put_array(out, 2);
        write_array(out, few->count, &few->values);
        write_array(out, columns->count, &few->indexes);
    }
    write_planes(out, columns->count, &columns->at);
    write_planes(out, columns->count, &columns->mono);
    *wide = out->len - start;
    write_array(out, columns->erased_count, &columns->erased);
    write_array(out, columns->count, &columns->bodies);
    tn_cbor_put_bytes(out, tn_buf_bytes(&columns->badges));
    tn_cbor_put_bytes(out, tn_buf_bytes(&columns->learners));
    tn_cbor_put_bytes(out, tn_buf_bytes(&columns->salts));
}

static void stick(struct tn_cbor *cbor, enum tn_status status)
{
    if (cbor->status == TN_OK) {
        cbor->status = status;
    }
}

static void get_value(struct tn_cbor *cbor, int which, struct tn_entry *out)
{
    uint64_t format = 1;
    switch (which) {
    case TN_COLUMN_FORMAT:
        format = tn_cbor_get_uint(cbor);
        out->format = (uint32_t)format;
        break;
    case TN_COLUMN_KIND:
        tn_cbor_get_text(cbor, out->kind, sizeof out->kind);
        break;
    case TN_COLUMN_METHOD:
        tn_cbor_get_text(cbor, out->method, sizeof out->method);
        break;
    case TN_COLUMN_BOOT:
        tn_cbor_get_id(cbor, &out->boot);
        break;
    case TN_COLUMN_EVENT:
        tn_cbor_get_id(cbor, &out->event);
        break;
    default:
        tn_cbor_get_id(cbor, &out->activity);
        break;
    }
    if (format > INT32_MAX || (which == TN_COLUMN_KIND && out->kind[0] == '\0')) {
        stick(cbor, TN_ERR_FORMAT);
    }
}

static void copy_value(const struct tn_entry *from, int which, struct tn_entry *to)
{
    switch (which) {
    case TN_COLUMN_FORMAT:
        to->format = from->format;
        break;
    case TN_COLUMN_KIND:
        memcpy(to->kind, from->kind, sizeof to->kind);
        break;
    case TN_COLUMN_METHOD:
        memcpy(to->method, from->method, sizeof to->method);
        break;
    case TN_COLUMN_BOOT:
        to->boot = from->boot;
        break;
    case TN_COLUMN_EVENT:
        to->event = from->event;
        break;
    default:
        to->activity = from->activity;
        break;
    }
}

/* One column of few values. The first entry with a new value has it read into its own place, and
 * the others copy it from there: values are numbered in the order in which they first come, so a
 * value needs no other memory than the entry that brought it. */
static void read_few(struct tn_cbor *cbor, int which, struct tn_entry *entries, size_t count,
                     uint32_t *firsts)
{
    tn_cbor_get_array(cbor, 2, 2);
    uint64_t values = tn_cbor_get_array(cbor, count > 0, count);
    struct tn_cbor value = *cbor;
    for (uint64_t i = 0; i < values; i++) {
        tn_cbor_skip(cbor);
    }
    tn_cbor_get_array(cbor, count, count);
    uint64_t seen = 0;
    for (size_t i = 0; i < count && cbor->status == TN_OK; i++) {
        uint64_t index = tn_cbor_get_uint(cbor);
        if (index == seen && seen < values) {
            get_value(&value, which, &entries[i]);
            stick(cbor, value.status);
            firsts[seen++] = (uint32_t)i;
        } else if (index < seen) {
            copy_value(&entries[firsts[index]], which, &entries[i]);
        } else {
            stick(cbor, TN_ERR_FORMAT);
        }
    }
    if (seen != values) {
        stick(cbor, TN_ERR_FORMAT);
    }
}

static uint64_t number_at(const uint8_t *planes, size_t count, size_t i)
{
    uint64_t number = 0;
    for (unsigned plane = 0; plane < NUMBER_SIZE; plane++) {
        number = number << 8 | planes[plane * count + i];
    }
    return number;
}

/* Bytes of a column with as many for each entry. */
static const uint8_t *get_wide(struct tn_cbor *cbor, size_t count, size_t each)
{
    struct tn_bytes bytes = tn_cbor_get_bytes(cbor);
    if (cbor->status == TN_OK && bytes.len != count * each) {
        stick(cbor, TN_ERR_FORMAT);
    }
    return cbor->status == TN_OK ? bytes.data : NULL;
}

static void read_times(struct tn_cbor *cbor, struct tn_entry *entries, size_t count)
{
    const uint8_t *ats = get_wide(cbor, count, NUMBER_SIZE);
    const uint8_t *monos = get_wide(cbor, count, NUMBER_SIZE);
    int64_t at = 0;
    int64_t mono = 0;
    for (size_t i = 0; i < count && cbor->status == TN_OK; i++) {
        const int64_t grown = unfolded(number_at(ats, count, i));
        at = plus(at, grown);
        mono = plus(mono, plus(grown, unfolded(number_at(monos, count, i))));
        entries[i].at_ms = at;
        entries[i].mono_ms = mono;
    }
}

/* Which entries are erased, and the hash each has in place of what it lost. */
static void read_erased(struct tn_cbor *cbor, struct tn_entry *entries, size_t count)
{
    uint64_t erased = tn_cbor_get_array(cbor, 0, count);
    uint64_t next = 0;
    for (uint64_t i = 0; i < erased && cbor->status == TN_OK; i++) {
        tn_cbor_get_array(cbor, 2, 2);
        uint64_t index = tn_cbor_get_uint(cbor);
        if (cbor->status != TN_OK || index < next || index >= count) {
            stick(cbor, TN_ERR_FORMAT);
            return;
        }
        next = index + 1;
        entries[index].is_erased = true;
        tn_cbor_get_fixed(cbor, entries[index].who_hash.b, TN_HASH_SIZE);
    }
}

static void read_bodies(struct tn_cbor *cbor, struct tn_entry *entries, size_t count)
{
    tn_cbor_get_array(cbor, count, count);
    for (size_t i = 0; i < count && cbor->status == TN_OK; i++) {
        if (cbor->at < cbor->end && *cbor->at == 0xf6) {
            tn_cbor_skip(cbor);
            continue;
        }
        entries[i].body = tn_cbor_get_bytes(cbor);
        if (entries[i].body.len > TN_BODY_MAX) {
            stick(cbor, TN_ERR_LIMIT);
        }
    }
}

static void read_who(struct tn_cbor *cbor, struct tn_entry *entries, size_t count)
{
    const uint8_t *badges = get_wide(cbor, count, TN_ID_SIZE);
    const uint8_t *learners = get_wide(cbor, count, TN_ID_SIZE);
    const uint8_t *salts = get_wide(cbor, count, TN_ID_SIZE);
    if (cbor->status != TN_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(entries[i].badge.b, badges + i * TN_ID_SIZE, TN_ID_SIZE);
        memcpy(entries[i].learner.b, learners + i * TN_ID_SIZE, TN_ID_SIZE);
        memcpy(entries[i].salt, salts + i * TN_SALT_SIZE, TN_SALT_SIZE);
    }
}

/* An erased entry has nothing of what it lost. */
static void check_erased(struct tn_cbor *cbor, const struct tn_entry *entries, size_t count)
{
    static const uint8_t zeros[TN_SALT_SIZE] = {0};
    for (size_t i = 0; i < count; i++) {
        const struct tn_entry *entry = &entries[i];
        if (entry->is_erased &&
            (!tn_id_is_none(&entry->badge) || !tn_id_is_none(&entry->learner) ||
             entry->body.data != NULL || memcmp(entry->salt, zeros, sizeof zeros) != 0)) {
            stick(cbor, TN_ERR_FORMAT);
        }
    }
}

enum tn_status tn_columns_read(struct tn_bytes bytes, struct tn_entry *entries, size_t count,
                               uint32_t *scratch)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, bytes);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    if (tn_cbor_get_uint(&cbor) != count) {
        stick(&cbor, TN_ERR_FORMAT);
    }
    for (int i = 0; i < TN_COLUMN_COUNT; i++) {
        read_few(&cbor, i, entries, count, scratch);
    }
    read_times(&cbor, entries, count);
    read_erased(&cbor, entries, count);
    read_bodies(&cbor, entries, count);
    read_who(&cbor, entries, count);
    check_erased(&cbor, entries, count);
    return tn_cbor_end(&cbor);
}
