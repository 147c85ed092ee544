/* Bodies of the desk's entries. Every one is an array whose first element is its format, 1; a
 * reader takes only the form it knows. */
#include "kiosk/core/body.h"

#include <assert.h>

#include "turnout/cbor.h"
#include "turnout/salvaged.h"

#define BODY_FORMAT 1

static const char *const why_names[TN_WHY_COUNT] = {
    [TN_WHY_LOST] = "lost",
    [TN_WHY_DAMAGED] = "damaged",
    [TN_WHY_OTHER] = "other",
};

const char *tn_replace_why_name(enum tn_replace_why why)
{
    assert((unsigned)why < TN_WHY_COUNT);
    return why_names[why];
}

struct tn_bytes tn_body_of(const struct tn_entry *entry)
{
    struct tn_salvaged first;
    return tn_salvaged_read(entry->body, &first) ? first.body : entry->body;
}

static void begin(struct tn_buf *out, uint64_t parts)
{
    tn_cbor_put_array(out, parts);
    tn_cbor_put_uint(out, BODY_FORMAT);
}

/* Reads the array's head; the end and the failures are asked for with is_end. */
static bool open(struct tn_cbor *cbor, struct tn_bytes body, uint64_t parts)
{
    if (body.data == NULL) {
        return false;
    }
    tn_cbor_init(cbor, body);
    return tn_cbor_get_array(cbor, parts, parts) == parts && tn_cbor_get_uint(cbor) == BODY_FORMAT;
}

static bool is_end(const struct tn_cbor *cbor)
{
    return tn_cbor_end(cbor) == TN_OK;
}

void tn_body_write_word(struct tn_buf *out, const char *word)
{
    begin(out, 2);
    tn_cbor_put_text(out, word);
}

bool tn_body_read_word(struct tn_bytes body, char out[TN_BODY_WORD_MAX + 1])
{
    struct tn_cbor cbor;
    out[0] = '\0';
    if (!open(&cbor, body, 2)) {
        return false;
    }
    tn_cbor_get_text(&cbor, out, TN_BODY_WORD_MAX + 1);
    return is_end(&cbor);
}

void tn_body_write_number(struct tn_buf *out, uint64_t number)
{
    begin(out, 2);
    tn_cbor_put_uint(out, number);
}

bool tn_body_read_number(struct tn_bytes body, uint64_t *out)
{
    struct tn_cbor cbor;
    *out = 0;
    if (!open(&cbor, body, 2)) {
        return false;
    }
    *out = tn_cbor_get_uint(&cbor);
    return is_end(&cbor);
}

void tn_body_write_plain(struct tn_buf *out)
{
    begin(out, 1);
}

void tn_body_write_staff(struct tn_buf *out, const char *what, const char *detail)
{
    begin(out, 3);
    tn_cbor_put_text(out, what);
    tn_cbor_put_text(out, detail);
}

void tn_body_write_register(struct tn_buf *out, const uint8_t form[TN_WALKIN_SIZE],
                            const uint8_t card[TN_CARD_SIZE])
{
    begin(out, 3);
    tn_cbor_put_bytes(out, (struct tn_bytes){form, TN_WALKIN_SIZE});
    tn_cbor_put_bytes(out, (struct tn_bytes){card, TN_CARD_SIZE});
}

bool tn_body_read_register(struct tn_bytes body, struct tn_bytes *card)
{
    struct tn_cbor cbor;
    *card = (struct tn_bytes){0};
    if (!open(&cbor, body, 3)) {
        return false;
    }
    tn_cbor_skip(&cbor);
    *card = tn_cbor_get_bytes(&cbor);
    return is_end(&cbor) && card->len == TN_CARD_SIZE;
}

void tn_body_write_replace(struct tn_buf *out, const struct tn_id *old, enum tn_replace_why why,
                           const uint8_t *card)
{
    begin(out, card == NULL ? 3 : 4);
    tn_cbor_put_id(out, old);
    tn_cbor_put_text(out, tn_replace_why_name(why));
    if (card != NULL) {
        tn_cbor_put_bytes(out, (struct tn_bytes){card, TN_CARD_SIZE});
    }
}

bool tn_body_read_replace(struct tn_bytes body, struct tn_id *old, struct tn_bytes *card)
{
    struct tn_cbor cbor;
    *old = (struct tn_id){{0}};
    *card = (struct tn_bytes){0};
    const bool has_card = open(&cbor, body, 4);
    if (!has_card && !open(&cbor, body, 3)) {
        return false;
    }
    tn_cbor_get_id(&cbor, old);
    tn_cbor_skip(&cbor);
    if (has_card) {
        *card = tn_cbor_get_bytes(&cbor);
    }
    return is_end(&cbor) && (!has_card || card->len == TN_CARD_SIZE);
}
