/* Names are the centre's to give: whoever is at a hub sees the beginning of a station's key, as it
 * stands in the names of the carrier's files too. */
#include "sync/cmd/carrier_print.h"

#include <stdio.h>

#include <jansson.h>
#include <sodium.h>

#include "sync/cmd/common.h"

#define SHOWN_KEY 4 /* bytes of a device key that nobody has a name for */

void tn_carrier_station_name(struct tn_centre *centre, const struct tn_public_key *key, char *out)
{
    static const char sql[] = "SELECT station FROM kiosk WHERE ecosystem = $1 AND pubkey = $2"
                              " ORDER BY log_no LIMIT 1";
    char hex[2 * SHOWN_KEY + 1];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    (void)sodium_bin2hex(hex, sizeof hex, key->b, SHOWN_KEY);
    (void)snprintf(out, TN_CARRIER_STATION_SIZE, "%s %s",
                   centre == NULL ? "station" : "unknown station", hex);
    if (centre == NULL || tn_centre_prepare(centre, sql, &stmt) != TN_OK) {
        return;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    if (tn_step(stmt, &has_row) == TN_OK && has_row) {
        (void)snprintf(out, TN_CARRIER_STATION_SIZE, "%s", tn_col_text(stmt, 0));
    }
    tn_reset(stmt);
}

static struct tn_counted entries_of(uint64_t count)
{
    return tn_counted(count, "entry", "entries");
}

bool tn_carrier_is_news(const struct tn_carrier_brought *brought)
{
    bool is_news = brought->added > 0;
    for (size_t i = 0; i < brought->count; i++) {
        is_news = is_news || brought->stations[i].got_receipt || brought->stations[i].got_pack;
    }
    return is_news;
}

static void print_station(const struct tn_carrier_station *s, const char *name)
{
    printf("  %s: %s, %llu new", name, entries_of(s->entries).text, (unsigned long long)s->added);
    if (s->left > 0) {
        printf(", NOT taken: %llu", (unsigned long long)s->left);
    }
    if (s->kept > 0) {
        printf(", no receipt yet for %llu", (unsigned long long)s->kept);
    }
    printf("%s%s%s\n", s->is_refused ? ", refused" : "", s->got_receipt ? ", receipt" : "",
           s->got_pack ? ", new pack" : "");
}

static void print_text(const struct tn_carrier_brought *r, const struct tn_carrier_words *words)
{
    const uint64_t taken = r->added + r->left;
    const bool is_any = r->entries > 0 || tn_carrier_is_news(r);
    if (!is_any) {
        printf("Nothing new on the carrier.\n");
    } else {
        printf("%s of %s: %llu new, %llu there before.", entries_of(r->entries).text,
               tn_counted(r->count, "station", "stations").text, (unsigned long long)r->added,
               (unsigned long long)(r->entries > taken ? r->entries - taken : 0));
        if (r->left > 0) {
            printf(" NOT taken: %llu.", (unsigned long long)r->left);
        }
        printf("\n");
    }
    for (size_t i = 0; i < r->count && is_any; i++) {
        char name[TN_CARRIER_STATION_SIZE];
        tn_carrier_station_name(words->centre, &r->stations[i].device_key, name);
        print_station(&r->stations[i], name);
    }
    if (words->others > 0) {
        printf("%s of other ecosystems stay%s on the carrier.\n", entries_of(words->others).text,
               words->others == 1 ? "s" : "");
    }
}

static json_t *station_json(const struct tn_carrier_station *s, const char *name)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:b, s:b}", "station", name, "entries",
                     (json_int_t)s->entries, "new", (json_int_t)s->added, "not_taken",
                     (json_int_t)s->left, "without_receipt", (json_int_t)s->kept, "got_receipt",
                     s->got_receipt, "got_pack", s->got_pack);
}

static void print_json(const struct tn_carrier_brought *r, const struct tn_carrier_words *words)
{
    json_t *stations = json_array();
    for (size_t i = 0; i < r->count; i++) {
        char name[TN_CARRIER_STATION_SIZE];
        tn_carrier_station_name(words->centre, &r->stations[i].device_key, name);
        (void)json_array_append_new(stations, station_json(&r->stations[i], name));
    }
    tn_common_json(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "entries", (json_int_t)r->entries, "new",
        (json_int_t)r->added, "not_taken", (json_int_t)r->left, "without_receipt",
        (json_int_t)r->kept, "of_other_ecosystems", (json_int_t)words->others, "conflicts",
        (json_int_t)words->conflicts, "files_passed_over", (json_int_t)r->passed_over,
        "needs_person", words->needs_person, "stations", stations));
}

void tn_carrier_print(const struct tn_carrier_brought *brought,
                      const struct tn_carrier_words *words, bool json)
{
    if (json) {
        print_json(brought, words);
    } else {
        print_text(brought, words);
    }
}
