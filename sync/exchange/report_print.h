/* Reports in the forms people and machines read them. Each printer is pure: a book of reports in,
 * text out; what had to be withheld was withheld before. All write UTF-8 to a file that the caller
 * opened, and leave flushing and closing to the caller. */
#ifndef TURNOUT_EXCHANGE_REPORT_PRINT_H
#define TURNOUT_EXCHANGE_REPORT_PRINT_H

#include <stdio.h>

#include "sync/central/report.h"

/* What is printed at once: one report, or all of them as one publication. Texts are borrowed. */
struct tn_report_book {
    const struct tn_report *reports;
    size_t count;
    bool is_all;                /* `report all`: by pillar, even of one report */
    const char *ecosystem;      /* its code */
    const char *ecosystem_name; /* as people know it */
    const char *tz;             /* whose days dates are written in */
    const char *about;          /* the filters in words, "all events" */
    const char *event;          /* the filters as they were given; NULL: none */
    const char *partner;
    const char *from;
    const char *to;
    const char *grades;
    int64_t made_ms;
    int64_t min_cell;
};

/* How wide the text may be, and whether its reader's screen can draw bars. */
struct tn_report_look {
    size_t width;
    bool has_bars;
};

/* For reading on a terminal or in a mail. TN_ERR_FULL, TN_ERR_IO, TN_ERR_NO_MEMORY. */
enum tn_status tn_report_print_text(FILE *file, const struct tn_report_book *book,
                                    const struct tn_report_look *look);

/* For a spreadsheet: a row a number, in turnout-formats(5). TN_ERR_FULL, TN_ERR_IO. */
enum tn_status tn_report_print_csv(FILE *file, const struct tn_report_book *book);

/* For machines: one object, in turnout-formats(5). TN_ERR_FULL, TN_ERR_IO, TN_ERR_NO_MEMORY. */
enum tn_status tn_report_print_json(FILE *file, const struct tn_report_book *book);

/* To send and to print: one page that needs nothing else. TN_ERR_FULL, TN_ERR_IO. */
enum tn_status tn_report_print_html(FILE *file, const struct tn_report_book *book);

/* What a file of a printer ends with: whether all of it was taken. */
enum tn_status tn_report_printed(FILE *file);

/* The five pillars of an ecosystem, in the order of the page of all of them, and what each asks. */
struct tn_report_pillar {
    const char *name;
    const char *question;
};
#define TN_REPORT_PILLARS 5
extern const struct tn_report_pillar tn_report_pillars[TN_REPORT_PILLARS];

/* The pillar a report belongs to: its place in the list, or TN_REPORT_PILLARS. */
size_t tn_report_pillar_of(const struct tn_report *report);

/* Whether a figure of report `which` was said with the same number by one that is printed before
 * it: most reports begin with the learners they are of, which a publication of all says once. */
bool tn_report_is_repeated(const struct tn_report_book *book, size_t which,
                           const struct tn_report_part *part, size_t row);

/* Whether that holds for every row of a part that has any. */
bool tn_report_is_only_repeated(const struct tn_report_book *book, size_t which,
                                const struct tn_report_part *part);

/* The same of a note, and how many of a report's are not repeated. */
bool tn_report_is_note_repeated(const struct tn_report_book *book, size_t which, size_t note);
size_t tn_report_note_count(const struct tn_report_book *book, size_t which);

/* Which marks of what is printed of a report need an explanation. */
struct tn_report_marks {
    bool withheld;
    bool partial;
    bool none;
};
struct tn_report_marks tn_report_marks(const struct tn_report_book *book, size_t which);

#endif
