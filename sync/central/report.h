/* A report: what an organizer reads and publishes, as parts that every format prints alike. Whoever
 * makes one has withheld what must not be published before a number gets in here, so no format
 * has to know about it. The kinds of reports stand in one table; each is a file report_NAME.c. */
#ifndef TURNOUT_CENTRAL_REPORT_H
#define TURNOUT_CENTRAL_REPORT_H

#include "sync/central/centre.h"

#define TN_REPORT_PARTS_MAX 64
#define TN_REPORT_COLUMNS_MAX 12
#define TN_REPORT_ROWS_MAX 20000 /* of one part */
#define TN_REPORT_NOTES_MAX 64

/* What a report is about; all zero: everything. */
struct tn_report_filter {
    struct tn_id event;   /* none: all events */
    struct tn_id partner; /* that ran the activity, with those it is the parent of; none: all */
    int64_t from_ms;      /* visits that start in [from_ms, to_ms); 0: open */
    int64_t to_ms;
    bool has_grades; /* learners of grades grade_lo to grade_hi; PK is -1, K is 0 */
    int64_t grade_lo;
    int64_t grade_hi;
};

/* What the numbers of a column are, and so how they are written. */
enum tn_measure {
    TN_MEASURE_TEXT,
    TN_MEASURE_COUNT,
    TN_MEASURE_MINUTES, /* written as hours with one decimal; in JSON and CSV as minutes */
    TN_MEASURE_SHARE,   /* in hundredths of a percent: 10000 is all */
    TN_MEASURE_DATE,    /* Unix milliseconds; written as a day in the ecosystem's zone */
};

struct tn_report_value {
    const char *text; /* of a TEXT column; the report's own once it is added */
    int64_t number;   /* of the others; zero where withheld */
    bool is_none;     /* there is no such number (a share of nothing) */
    bool is_withheld;
    bool is_partial; /* a part of it is withheld and left out */
};

struct tn_report_column {
    const char *key;   /* snake_case, for CSV and JSON */
    const char *title; /* for people */
    enum tn_measure measure;
};

/* How a part may be drawn beside its table. */
enum tn_chart {
    TN_CHART_NONE,
    TN_CHART_BARS, /* a bar a row, of chart_column; the first column names it */
    TN_CHART_PATH, /* the rows are steps one after another, of chart_column learners each */
    TN_CHART_TIME, /* the rows are points in time, of chart_column each */
};

/* A list of headline figures (is_figures: columns are label and value, each row's value in the
 * measure of its own), or a table. */
struct tn_report_part {
    const char *key; /* snake_case */
    const char *title;
    bool is_figures;
    struct tn_report_column columns[TN_REPORT_COLUMNS_MAX];
    size_t column_count;
    struct tn_report_value *values; /* row after row, column_count each */
    enum tn_measure *measures;      /* of figures: a row's own; else NULL */
    const char **keys;              /* of figures: a row's own; else NULL */
    size_t row_count;
    enum tn_chart chart;
    size_t chart_column;
};

struct tn_report {
    const char *name;     /* "reach" */
    const char *title;    /* "Reach" */
    const char *subtitle; /* what it is about: the ecosystem, the filters, in words */
    const char *pillar;   /* of the five, for the page of all of them; NULL: none */
    struct tn_report_part parts[TN_REPORT_PARTS_MAX];
    size_t part_count;
    const char *notes[TN_REPORT_NOTES_MAX]; /* full sentences: what was counted how */
    size_t note_count;
    int64_t made_ms;
    int64_t min_cell;
    enum tn_status status; /* the first failure of a call below; they do nothing after it */
    void *texts;           /* its own memory */
};

/* Starts an empty report. All that follows copies what it is given; failures stay in
 * report->status, which is looked at once at the end. */
void tn_report_init(struct tn_report *report, const char *name, const char *title);
void tn_report_destroy(struct tn_report *report);

/* A text that lives as long as the report. "" where memory has run out. */
const char *tn_report_text(struct tn_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A new part, with the columns of a table. TN_ERR_LIMIT past TN_REPORT_PARTS_MAX. Never NULL. */
struct tn_report_part *tn_report_table(struct tn_report *report, const char *key, const char *title,
                                       const struct tn_report_column *columns, size_t count);

/* A new part that lists figures. */
struct tn_report_part *tn_report_figures(struct tn_report *report, const char *key,
                                         const char *title);

/* Adds a row: as many values as the part has columns. TN_ERR_LIMIT past TN_REPORT_ROWS_MAX. */
void tn_report_row(struct tn_report *report, struct tn_report_part *part,
                   const struct tn_report_value *values);

/* Adds one figure: a number, its measure is not TEXT. */
void tn_report_figure(struct tn_report *report, struct tn_report_part *part, const char *key,
                      const char *label, enum tn_measure measure,
                      const struct tn_report_value *value);

/* Adds a note. */
void tn_report_note(struct tn_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A kind of report. */
struct tn_report_kind {
    const char *name;    /* "reach" */
    const char *title;   /* "Reach" */
    const char *summary; /* half a sentence, for --help */
    const char *pillar;  /* Partnerships, Systems, Teaching & Learning, Measurement, Workforce */
    /* Fills a report that is begun. Visits are up to date. */
    enum tn_status (*make)(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out);
};

/* Every kind, in the order of --help; ends with NULL. */
extern const struct tn_report_kind *const tn_report_kinds[];

/* The kind of a name, or NULL. */
const struct tn_report_kind *tn_report_kind_find(const char *name);

#endif
