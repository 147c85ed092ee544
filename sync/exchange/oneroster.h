/* OneRoster packages under import: what the readers of their tables share (oneroster_*.c). Tables
 * are read in the order orgs, roles, users, classes, enrollments, so that each finds what it names.
 *
 * A source is the system a package comes from (its manifest's source.systemCode): ids derive from
 * it, and what of it is no longer in a bulk package is told apart from other sources' by it. */
#ifndef TURNOUT_EXCHANGE_ONEROSTER_H
#define TURNOUT_EXCHANGE_ONEROSTER_H

#include "sync/exchange/import.h"
#include "sync/exchange/tables.h"

#define TN_ONEROSTER_SOURCE_SIZE 64
#define TN_ONEROSTER_SOURCES_MAX 64

enum tn_oneroster_table {
    TN_ONEROSTER_ORGS,
    TN_ONEROSTER_ROLES, /* 1.2 only */
    TN_ONEROSTER_USERS,
    TN_ONEROSTER_CLASSES,
    TN_ONEROSTER_ENROLLMENTS,
    TN_ONEROSTER_TABLE_COUNT
};

#define TN_ONEROSTER_PACKAGES_MAX (TN_IMPORT_TABLES_MAX / (TN_ONEROSTER_TABLE_COUNT + 1))

enum tn_oneroster_mode { TN_ONEROSTER_ABSENT, TN_ONEROSTER_BULK, TN_ONEROSTER_DELTA };

/* What the packages of one source said, all of them together. */
struct tn_oneroster_source {
    char name[TN_ONEROSTER_SOURCE_SIZE];
    bool has_all_users;   /* some users.csv is bulk */
    bool has_all_members; /* some enrollments.csv is bulk */
    uint64_t learners;    /* taken from users.csv */
};

/* Parts of the import, besides its learners. */
enum { TN_ONEROSTER_PARTNERS, TN_ONEROSTER_GROUPS, TN_ONEROSTER_MEMBERS, TN_ONEROSTER_PARTS };

struct tn_oneroster {
    struct tn_import *import;
    struct tn_tables package; /* the one being read */
    int minor;                /* 1 or 2 */
    enum tn_oneroster_mode modes[TN_ONEROSTER_TABLE_COUNT];
    struct tn_oneroster_source *source; /* of that package */
    struct tn_oneroster_source sources[TN_ONEROSTER_SOURCES_MAX];
    size_t source_count;
    struct tn_idset fresh;       /* partners that this import made */
    struct tn_idset students;    /* 1.2: learners, each with 1 + the place of its partner */
    struct tn_idset role_places; /* partners, each with 1 + its place */
    struct tn_id *role_partners;
    size_t role_partner_count;
    char (*names)[TN_TABLES_NAME_SIZE]; /* of tables, for messages */
    const char **tables;                /* those, as struct tn_import wants them */
};

/* The import's reading state. */
static inline struct tn_oneroster *tn_oneroster_of(const struct tn_import *import)
{
    return import->ctx;
}

/* "", "active" or "inactive" is 0 and "tobedeleted" 1. A tn_csv_check. */
const char *tn_oneroster_status(const char *value, int64_t *number);

/* The id of a row of ours that comes from this source. */
struct tn_id tn_oneroster_id(const struct tn_import *import, const char *kind,
                             const char *source_id);

/* Reads the manifest: version, source, and how each table is meant. Without one, all that is there
 * is taken as bulk, and that is said. Problems are said. */
enum tn_status tn_oneroster_manifest(struct tn_oneroster *one);

/* The first partner of a list of orgs ("a,b") in a column; none where it is empty. An org that
 * nobody knows is a problem. */
enum tn_status tn_oneroster_partner(struct tn_import *import, const struct tn_csv_row *row,
                                    int column, struct tn_cell *out);

/* The kinds of their tables. orgs are read twice: first they become partners, then they get their
 * parents. */
extern const struct tn_import_kind tn_oneroster_new_orgs;
extern const struct tn_import_kind tn_oneroster_orgs;
extern const struct tn_import_kind tn_oneroster_roles;
extern const struct tn_import_kind tn_oneroster_users;
extern const struct tn_import_kind tn_oneroster_classes;
extern const struct tn_import_kind tn_oneroster_enrollments;

/* Once all packages are read: ends enrolments that a source's bulk tables lack, gives classes of
 * one partner names that differ, and makes the groups of the source's learners those classes. */
enum tn_status tn_oneroster_settle(struct tn_oneroster *one, struct tn_oneroster_source *source);

/* Ends what a learner who left the source had: classes, groups, registrations to come. *change is
 * set where there was something. */
enum tn_status tn_oneroster_end(struct tn_import *import, const struct tn_id *learner,
                                enum tn_change *change);

#endif
