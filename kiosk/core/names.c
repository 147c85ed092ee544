/* Opens the directory and looks rows up by id. */
#include "kiosk/core/names.h"

#include <assert.h>

#include <sodium.h>

#include "turnout/cbor.h"

#include "kiosk/core/names_build.h"

#define AROUND_SIZE (TN_DIRECTORY_NONCE_SIZE + TN_DIRECTORY_TAG_SIZE)
/* What ICU and the sort may have left of names below this frame. */
#define STACK_WIPED 65536

_Static_assert(TN_DIRECTORY_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
                   TN_DIRECTORY_TAG_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "a sealed directory's layout");

static enum tn_status unseal(struct tn_names *names, struct tn_bytes sealed,
                             const struct tn_key *key, const struct tn_id *event)
{
    size_t at = 0;
    if (sealed.len < AROUND_SIZE) {
        return TN_ERR_FORGED;
    }
    if (sealed.len > UINT32_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_locked_take(&names->plain, sealed.len - AROUND_SIZE, &at);
    if (status != TN_OK) {
        return status;
    }
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(
        names->plain.data, NULL, NULL, sealed.data + TN_DIRECTORY_NONCE_SIZE,
        sealed.len - TN_DIRECTORY_NONCE_SIZE, event->b, sizeof event->b, sealed.data, key->b);
    return rc == 0 ? TN_OK : TN_ERR_FORGED;
}

enum tn_status tn_names_open(struct tn_names *names, struct tn_bytes sealed,
                             const struct tn_key *key, const struct tn_id *event)
{
    *names = (struct tn_names){0};
    enum tn_status status = unseal(names, sealed, key, event);
    if (status == TN_OK) {
        status = tn_names_build(names);
    }
    if (status != TN_OK) {
        tn_names_destroy(names);
    }
    sodium_stackzero(STACK_WIPED);
    return status;
}

void tn_names_destroy(struct tn_names *names)
{
    tn_locked_destroy(&names->plain);
    tn_locked_destroy(&names->rows);
    tn_locked_destroy(&names->text);
    tn_locked_destroy(&names->words);
    tn_locked_destroy(&names->learners);
    tn_locked_destroy(&names->badges);
    tn_locked_destroy(&names->sets);
    *names = (struct tn_names){0};
}

/* Every row was read once when the directory was opened, so it reads now. */
void tn_names_row(const struct tn_names *names, size_t row, struct tn_directory_row *out)
{
    assert(row < names->rows_count);
    uint32_t at = tn_name_rows(names)[row].at;
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, (struct tn_bytes){names->plain.data + at, names->plain.len - at});
    tn_directory_read_row(&cbor, out);
    assert(cbor.status == TN_OK);
}

static uint32_t prefix_of(const struct tn_id *id)
{
    return (uint32_t)id->b[0] << 24 | (uint32_t)id->b[1] << 16 | (uint32_t)id->b[2] << 8 | id->b[3];
}

/* The first of the pairs whose prefix is not less. */
static size_t first_of(const struct tn_name_id *ids, size_t count, uint32_t prefix)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle].prefix < prefix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool look_up(const struct tn_names *names, const struct tn_locked *where, size_t count,
                    const struct tn_id *id, struct tn_directory_row *out)
{
    const struct tn_name_id *ids = (const struct tn_name_id *)(const void *)where->data;
    uint32_t prefix = prefix_of(id);
    bool is_learner = where == &names->learners;
    for (size_t i = first_of(ids, count, prefix); i < count && ids[i].prefix == prefix; i++) {
        tn_names_row(names, ids[i].row, out);
        if (tn_id_equal(is_learner ? &out->learner : &out->badge, id)) {
            return true;
        }
    }
    sodium_memzero(out, sizeof *out);
    return false;
}

bool tn_names_by_learner(const struct tn_names *names, const struct tn_id *learner,
                         struct tn_directory_row *out)
{
    return look_up(names, &names->learners, names->learners_count, learner, out);
}

bool tn_names_by_badge(const struct tn_names *names, const struct tn_id *badge,
                       struct tn_directory_row *out)
{
    return look_up(names, &names->badges, names->badges_count, badge, out);
}
