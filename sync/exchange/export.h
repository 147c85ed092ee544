/* Exports: what the centre holds, as files that other systems take. A kind is a row of a table and
 * a function that writes; who may get what is part of the row, so that no command can forget to ask
 * for a recipient where learners go by pseudonym. */
#ifndef TURNOUT_EXCHANGE_EXPORT_H
#define TURNOUT_EXCHANGE_EXPORT_H

#include "sync/central/attended.h"
#include "sync/exchange/csv.h"
#include "sync/exchange/zone.h"

#define TN_EXPORT_NOTES_MAX 12
#define TN_EXPORT_RECIPIENT_MAX 120

/* What a file tells of learners. */
enum tn_export_holds {
    TN_EXPORT_NOBODY,     /* no learner at all */
    TN_EXPORT_PSEUDONYMS, /* learners as one recipient knows them */
    TN_EXPORT_IDS,        /* roster ids and where those learners were */
    TN_EXPORT_NAMES,      /* names */
};

/* Something that is counted besides the rows: what follows the number, of one and of more. */
struct tn_export_counted {
    const char *key; /* snake_case, for --json */
    const char *one; /* "visit of a badge that nobody knows was left out" */
    const char *many;
};

struct tn_export_note {
    const struct tn_export_counted *what;
    uint64_t count;
};

/* An export under way; the first members are set by the caller. */
struct tn_export {
    struct tn_centre *centre;
    const struct tn_export_kind *kind;
    struct tn_attended_filter filter;
    const char *path;      /* of the file, or of a package's folder or zip; NULL: standard output */
    const char *recipient; /* NULL: none was named */
    struct tn_key key;     /* of the recipient's pseudonyms, where one was named */
    const char *home;      /* xapi: an IRI that identifiers start with; NULL: the default */
    const char *source;    /* edfi: whose ids StudentUniqueId has; NULL: the roster's */
    const char *org;       /* edfi: EducationOrganizationId */
    const char *program;   /* edfi: ProgramName; NULL: each event is a program of its title */
    const char *program_type; /* edfi: a code value or a whole descriptor; NULL: Other */
    bool is_raw;              /* for reading back, not for a spreadsheet */
    int64_t now_ms;
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;

    FILE *file; /* of a kind that is no package */
    struct tn_zone zone;
    uint64_t done;
    uint64_t rows; /* written, header not counted */
    struct tn_export_note notes[TN_EXPORT_NOTES_MAX];
    size_t note_count;
};

struct tn_export_kind {
    const char *name;    /* "xapi" */
    const char *thing;   /* "statement" */
    const char *things;  /* "statements" */
    const char *summary; /* for --help */
    enum tn_export_holds holds;
    bool is_package; /* a folder or a zip; writes to path itself */
    bool is_open;    /* keeps no read transaction, since it also writes to the centre */
    enum tn_status (*write)(struct tn_export *export);
};

extern const struct tn_export_kind tn_export_attendance;
extern const struct tn_export_kind tn_export_visits;
extern const struct tn_export_kind tn_export_learners;
extern const struct tn_export_kind tn_export_xapi;
extern const struct tn_export_kind tn_export_edfi;
extern const struct tn_export_kind tn_export_oneroster;
extern const struct tn_export_kind tn_export_ical;

/* Every kind, in the order of --help; ends with NULL. */
extern const struct tn_export_kind *const tn_export_kinds[];

/* The kind of a name, or NULL. */
const struct tn_export_kind *tn_export_kind_find(const char *name);

/* Exports. Visits are up to date. What is at path stays as it was unless all went well. */
enum tn_status tn_export_run(struct tn_export *export);

/* For the kinds. */

/* Adds to a count besides the rows; nothing where n is 0. what is of static storage. */
void tn_export_note(struct tn_export *export, const struct tn_export_counted *what, uint64_t n);

/* Tells the progress bar that n more of total are done. */
void tn_export_tell(struct tn_export *export, uint64_t n, uint64_t total);

/* How the recipient knows a learner: 32 hexadecimal digits of a keyed hash. */
void tn_export_pseudonym(const struct tn_export *export, const struct tn_id *learner,
                         char out[TN_ID_HEX_SIZE]);

/* Writes one row of a CSV for whoever is going to open it. */
enum tn_status tn_export_row(struct tn_export *export, const char *const *values, size_t count);

/* Hands each visit that the filter takes to each, page by page. */
enum tn_status tn_export_visits_each(struct tn_export *export,
                                     enum tn_status (*each)(void *ctx,
                                                            const struct tn_attended_event *event,
                                                            const struct tn_attended *row),
                                     void *ctx);

/* What kinds say of visits that they leave out for one reason. */
extern const struct tn_export_counted tn_export_unknown;

#endif
