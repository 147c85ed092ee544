/* The body of a salvaged entry, written and read. Anything else is quietly no such body: bodies of
 * other formats are none of this file's business. */
#include "turnout/salvaged.h"

#include <string.h>

#include "turnout/cbor.h"

#define SALVAGED_FORMAT 2
#define SALVAGED_WORD "salvaged"
#define SALVAGED_FRAME 48 /* bytes around the inner body, at most */

void tn_salvaged_write(struct tn_buf *out, const struct tn_salvaged *salvaged)
{
    tn_cbor_put_array(out, 5);
    tn_cbor_put_uint(out, SALVAGED_FORMAT);
    tn_cbor_put_text(out, SALVAGED_WORD);
    tn_cbor_put_id(out, &salvaged->log);
    tn_cbor_put_uint(out, salvaged->seq);
    if (salvaged->body.data == NULL || salvaged->body.len > TN_BODY_MAX - SALVAGED_FRAME) {
        tn_cbor_put_null(out);
    } else {
        tn_cbor_put_bytes(out, salvaged->body);
    }
}

bool tn_salvaged_read(struct tn_bytes body, struct tn_salvaged *out)
{
    struct tn_cbor cbor;
    char word[sizeof SALVAGED_WORD];
    *out = (struct tn_salvaged){0};
    /* An array of five whose first element is 2: nearly every other body ends here. */
    if (body.data == NULL || body.len < 2 || body.data[0] != 0x85 ||
        body.data[1] != SALVAGED_FORMAT) {
        return false;
    }
    tn_cbor_init(&cbor, body);
    (void)tn_cbor_get_array(&cbor, 5, 5);
    (void)tn_cbor_get_uint(&cbor);
    tn_cbor_get_text(&cbor, word, sizeof word);
    tn_cbor_get_id(&cbor, &out->log);
    out->seq = tn_cbor_get_uint(&cbor);
    if (cbor.status == TN_OK && cbor.at < cbor.end && *cbor.at == 0xf6) {
        tn_cbor_skip(&cbor);
    } else {
        out->body = tn_cbor_get_bytes(&cbor);
    }
    return tn_cbor_end(&cbor) == TN_OK && strcmp(word, SALVAGED_WORD) == 0 &&
           !tn_id_is_none(&out->log) && out->seq >= 1 && out->seq <= INT64_MAX;
}
