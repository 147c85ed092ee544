/* One row of the directory as CBOR, written and read. What lies around the rows (the outer arrays,
 * the seal) belongs to whoever has the whole: sync when it makes one, names.c when it opens one. */
#include "turnout/directory.h"

#include "turnout/cbor.h"

#define ROW_PARTS 5

void tn_directory_put_row(struct tn_buf *out, const struct tn_directory_row *row)
{
    tn_cbor_put_array(out, ROW_PARTS);
    tn_cbor_put_id(out, &row->learner);
    tn_cbor_put_text(out, row->display);
    tn_cbor_put_text(out, row->full);
    tn_cbor_put_text(out, row->lang);
    tn_cbor_put_id(out, &row->badge);
}

/* A later format may add parts at the end; they are passed over. */
void tn_directory_read_row(struct tn_cbor *cbor, struct tn_directory_row *out)
{
    uint64_t parts = tn_cbor_get_array(cbor, ROW_PARTS, UINT8_MAX);
    tn_cbor_get_id(cbor, &out->learner);
    tn_cbor_get_text(cbor, out->display, sizeof out->display);
    tn_cbor_get_text(cbor, out->full, sizeof out->full);
    tn_cbor_get_text(cbor, out->lang, sizeof out->lang);
    tn_cbor_get_id(cbor, &out->badge);
    for (uint64_t i = ROW_PARTS; i < parts && cbor->status == TN_OK; i++) {
        tn_cbor_skip(cbor);
    }
}
