/* The same few words whatever lay between the station and the centre. */
#include "sync/cmd/reconcile_print.h"

#include <stdio.h>

#include <jansson.h>

#include "sync/cmd/common.h"

bool tn_reconcile_is_news(const struct tn_reconcile *r)
{
    return r->added + r->left > 0 || r->got_receipt || r->got_pack;
}

static void print_text(const struct tn_reconcile *r)
{
    uint64_t taken = r->added + r->left;
    uint64_t there = r->entries > taken ? r->entries - taken : 0;
    if (!tn_reconcile_is_news(r)) {
        printf("Nothing new: all is at the centre (%s).",
               tn_counted(r->entries, "entry", "entries").text);
    } else {
        printf("%s: %llu new, %llu there before.", tn_counted(r->entries, "entry", "entries").text,
               (unsigned long long)r->added, (unsigned long long)there);
    }
    if (r->left > 0) {
        printf(" NOT taken: %llu.", (unsigned long long)r->left);
    }
    if (r->receipt_seq > 0) {
        printf(" Receipt to %llu.", (unsigned long long)r->receipt_seq);
    } else {
        printf(" No receipt yet.");
    }
    printf(" Pack %llu%s.\n", (unsigned long long)r->pack_version, r->got_pack ? " delivered" : "");
}

void tn_reconcile_print(const struct tn_reconcile *r, bool json)
{
    if (!json) {
        print_text(r);
        return;
    }
    tn_common_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:b}", "entries",
                             (json_int_t)r->entries, "new", (json_int_t)r->added, "not_taken",
                             (json_int_t)r->left, "conflicts", (json_int_t)r->conflicts,
                             "receipt_seq", (json_int_t)r->receipt_seq, "got_receipt",
                             r->got_receipt, "got_pack", r->got_pack, "pack_version",
                             (json_int_t)r->pack_version, "needs_person", r->needs_person));
}
