/* The table `erasing`: whom an erasure under way is about, each id with the ghost that takes its
 * place. An id may be longer than 16 bytes, as a hash is. For the files that erase. */
#ifndef TURNOUT_CENTRAL_ERASING_H
#define TURNOUT_CENTRAL_ERASING_H

#include "sync/central/tombstones.h"

/* For texts of statements: ids of one kind (learner, badge, other), of any, and of none. */
#define TN_ERASING_ARE(kind)                                                                       \
    " IN (SELECT id FROM erasing WHERE ecosystem = $1 AND what = '" kind "')"
#define TN_ERASING_ANY(column) column " IN (SELECT id FROM erasing WHERE ecosystem = $1)"
#define TN_ERASING_NOT_YET(column)                                                                 \
    " AND " column " NOT IN (SELECT id FROM erasing WHERE ecosystem = $1)"

/* Ids that a statement gave, in its order; it is read to its end before anything is written. */
struct tn_erasing_ids {
    uint8_t (*items)[TN_HASH_SIZE];
    size_t count;
    size_t cap;
    size_t len; /* of each */
};

/* Reads the first column of a statement whose $1 is the ecosystem. The caller forgets the list. */
enum tn_status tn_erasing_read(struct tn_centre *centre, const char *sql,
                               struct tn_erasing_ids *out);
void tn_erasing_forget(struct tn_erasing_ids *ids);

/* Puts an id down, once: with this ghost, or with the one that derives from it. */
enum tn_status tn_erasing_add(struct tn_centre *centre, struct tn_bytes id, struct tn_bytes ghost,
                              const char *what);
enum tn_status tn_erasing_add_ghosted(struct tn_centre *centre, struct tn_bytes id,
                                      const char *what);

/* Puts down what a statement gives; *added grows by how many those are. */
enum tn_status tn_erasing_add_found(struct tn_centre *centre, const char *sql, const char *what,
                                    size_t *added);

/* The ghost of an id that is put down; *is_there says whether it is. None is never there. */
enum tn_status tn_erasing_ghost(struct tn_centre *centre, const struct tn_id *id,
                                struct tn_id *ghost, bool *is_there);

#endif
