/* Imports: files of one kind into the centre, all of them or nothing.
 *
 * A kind is a table of columns and a function that takes one row. Ids derive from the ecosystem,
 * the kind and the source's own id, so that the same file gives the same ids everywhere and a
 * second import is an update. A column that the file does not have leaves what is there alone; an
 * empty cell in a column that it has takes the value away. A kind of another form than tables reads
 * its files itself, under the same rules. */
#ifndef TURNOUT_EXCHANGE_IMPORT_H
#define TURNOUT_EXCHANGE_IMPORT_H

#include "sync/central/centre.h"
#include "sync/exchange/csv.h"
#include "sync/exchange/idset.h"
#include "sync/exchange/upsert.h"
#include "turnout/setup.h"

#define TN_IMPORT_FILES_MAX 1000
#define TN_IMPORT_TABLES_MAX 2000 /* tables in those files */
#define TN_IMPORT_PARTS_MAX 4
#define TN_IMPORT_REMARKS_MAX 8

/* What became of the rows. */
struct tn_import_counts {
    uint64_t rows; /* taken: added, changed or the same */
    uint64_t added;
    uint64_t changed;
    uint64_t same;
    uint64_t left_out; /* of learners who were erased */
    uint64_t removed;  /* rows that were there and that a newer file of the same thing lacks */
};

/* Rows of another thing than the kind's own that came with it. */
struct tn_import_part {
    const char *thing;
    const char *things;
    struct tn_import_counts counts;
};

/* What has to be said of an import and is no problem: "3 activities name a step ...". */
struct tn_import_remark {
    const char *key;  /* for --json */
    const char *one;  /* what follows the number 1 */
    const char *many; /* what follows another number */
    uint64_t count;
};

/* An import under way; rows are taken with it. */
struct tn_import {
    struct tn_centre *centre;
    const struct tn_import_kind *kind;
    int64_t now_ms;
    struct tn_problems problems;
    struct tn_idset seen; /* ids of these files, each with where it stands */
    size_t file_no;
    const char *const *files; /* or what messages call the tables in them */
    bool is_first_pass;       /* only the ids are gathered */
    struct tn_import_counts counts;
    struct tn_import_part parts[TN_IMPORT_PARTS_MAX];
    size_t part_count;
    struct tn_import_remark remarks[TN_IMPORT_REMARKS_MAX];
    size_t remark_count;
    bool is_repeated;    /* the row being taken stood in another file already */
    const char *setting; /* of events whose files do not say; NULL: nothing */
    int64_t until_ms;    /* how far events are followed that repeat; 0: as far as they say */
    void *ctx;           /* of a kind that reads its files itself */
    /* The partner found last by its code: rows of one school stand together. */
    struct tn_id partner;
    char partner_code[TN_TITLE_MAX + 1];
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
};

struct tn_import_kind {
    const char *name;   /* "roster" */
    const char *thing;  /* "learner" */
    const char *things; /* "learners" */
    const char *key;    /* in words, what tells two rows apart; NULL: the first column */
    const struct tn_csv_column *columns;
    /* The id of a row. */
    struct tn_id (*id)(const struct tn_import *import, const struct tn_csv_row *row);
    /* Writes a row. Problems are said through import->problems, with TN_OK. */
    enum tn_status (*take)(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change);
    bool refers_to_itself; /* rows may name later rows, so ids are gathered first */
    /* Looks at all that is there once every row is written; NULL: nothing to look for. Problems as
     * in take. */
    enum tn_status (*check)(struct tn_import *import);
    bool may_repeat; /* a row may stand in several files, the last of which counts */
    bool is_foreign; /* the table is of somebody else's form and has columns we pass over */
    /* Reads files that are no such table; NULL: they are. */
    enum tn_status (*read)(struct tn_import *import, size_t count);
};

extern const struct tn_import_kind tn_import_roster;
extern const struct tn_import_kind tn_import_partners;
extern const struct tn_import_kind tn_import_events;
extern const struct tn_import_kind tn_import_activities;
extern const struct tn_import_kind tn_import_pathways;
extern const struct tn_import_kind tn_import_population;
extern const struct tn_import_kind tn_import_attendance;
extern const struct tn_import_kind tn_import_event_partners;
extern const struct tn_import_kind tn_import_registrations;
extern const struct tn_import_kind tn_import_consents;
extern const struct tn_import_kind tn_import_demographics;
extern const struct tn_import_kind tn_import_oneroster;
extern const struct tn_import_kind tn_import_ical;

/* Every kind, in the order of --help; ends with NULL. */
extern const struct tn_import_kind *const tn_import_kinds[];

/* The kind of a name, or NULL. */
const struct tn_import_kind *tn_import_kind_find(const char *name);

/* Imports files in one transaction; with is_dry everything is tried and nothing kept. centre, kind,
 * now_ms and, if wanted, progress are set by the caller; counts are filled. TN_ERR_FORMAT: the
 * files have problems, all said, and nothing was imported. */
enum tn_status tn_import_run(struct tn_import *import, const char *const *files, size_t count,
                             bool is_dry);

/* For the kinds. */

/* Reads the table that import->files[file_no] names, as import->kind has it; source as in csv.h. */
enum tn_status tn_import_table(struct tn_import *import, size_t file_no,
                               const struct tn_csv_source *source);

/* Notes that an id stands in a row of the table being read. TN_ERR_EXISTS: it came before, at
 * *where. */
enum tn_status tn_import_note(struct tn_import *import, const struct tn_id *id, uint64_t row,
                              uint32_t *where);

/* Counts what became of one row. */
void tn_import_count(struct tn_import_counts *counts, enum tn_change change);

/* Remarks on activities that name a step of a pathway which is not there. A tn_import_kind check.
 */
enum tn_status tn_import_check_steps(struct tn_import *import);

/* Sees that no partner is above itself; says so at a column of the rows of those that are. */
enum tn_status tn_import_check_circles(struct tn_import *import, int column);

/* Adds a remark, or its count where one of its key is there; none where the count is 0. */
void tn_import_remark(struct tn_import *import, const struct tn_import_remark *remark);

/* A cell from a column: text, number or id; NULL where empty, kept where the file lacks it. */
struct tn_cell tn_cell_text(const struct tn_csv_row *row, int column);
struct tn_cell tn_cell_int(const struct tn_csv_row *row, int column);

/* The id of the row that has a code, whichever source brought it; *id is left alone where there is
 * none. sql asks for it, with the ecosystem as $1 and the code as $2. */
enum tn_status tn_import_by_code(struct tn_import *import, const char *sql, const char *code,
                                 struct tn_id *id);

/* The partner that a column names by its code, as a cell. An unknown code is a problem. */
enum tn_status tn_import_partner(struct tn_import *import, const struct tn_csv_row *row, int column,
                                 struct tn_cell *out);

/* The same for an event by its code, and for a learner: by the roster's id, or by another source
 * and its id with a colon between them. */
enum tn_status tn_import_event(struct tn_import *import, const struct tn_csv_row *row, int column,
                               struct tn_cell *out);
enum tn_status tn_import_learner(struct tn_import *import, const struct tn_csv_row *row, int column,
                                 struct tn_cell *out);

/* The activity of an event by its code. */
enum tn_status tn_import_activity(struct tn_import *import, const struct tn_csv_row *row,
                                  int column, const struct tn_id *event, struct tn_cell *out);

/* Says a problem with one column of the row that an id came with; nothing where it is in no row. */
void tn_import_problem_of(struct tn_import *import, const struct tn_id *id, int column,
                          const char *what);

/* Says a problem with one column of a row. */
void tn_import_problem(struct tn_import *import, const struct tn_csv_row *row, int column,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A partner's row, from a table of ours or a school system's: code, name, sector and parent. */
extern const struct tn_upsert tn_import_partner_row;

#endif
