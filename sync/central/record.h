/* The record of one learner: everything the centre holds of them, table by table, as it may be
 * handed to them or their parents. Secrets of badges and what is sealed are not in it: they are
 * keys, and tell nothing about anybody. */
#ifndef TURNOUT_CENTRAL_RECORD_H
#define TURNOUT_CENTRAL_RECORD_H

#include "sync/central/centre.h"

/* One kind of thing. Columns say by their names what they are: NAME_ms is a time, is_NAME yes or
 * no; bytes are ids. */
struct tn_record_section {
    const char *key;   /* snake_case */
    const char *title; /* for people */
    const char *sql;   /* $1 the ecosystem, $2 the learner's id, or (by_ref) a text */
    bool by_ref;       /* asked for each text that means the learner: ids of sources, badge codes */
};

/* All of them; ends with a row of key NULL. */
extern const struct tn_record_section tn_record_sections[];

#define TN_RECORD_IDS_MAX 256
#define TN_RECORD_REFS_MAX 1024
#define TN_RECORD_REF_SIZE 256

/* Who somebody is: the learner, and all who were merged into them; and every text that means one
 * of these. 270 KiB; zero it to start. */
struct tn_record_who {
    struct tn_id ids[TN_RECORD_IDS_MAX];
    size_t id_count;
    char refs[TN_RECORD_REFS_MAX][TN_RECORD_REF_SIZE];
    size_t ref_count;
};

/* Finds them; the learner is taken to where a merge took them. TN_ERR_LIMIT past a maximum. */
enum tn_status tn_record_find(struct tn_centre *centre, const struct tn_id *learner,
                              struct tn_record_who *out);

/* Hands every row of a section to each, which reads its columns. A status other than TN_OK ends
 * it. */
enum tn_status tn_record_each(struct tn_centre *centre, const struct tn_record_section *section,
                              const struct tn_record_who *who,
                              enum tn_status (*each)(void *ctx, struct tn_stmt *row), void *ctx);

#endif
