/* What is wrong with a file somebody gave us, said row by row, so that they can mend all of it at
 * once. Each problem is one line on the terminal; past TN_PROBLEMS_SHOWN they are only counted.
 * A message never quotes a name: it names the row and the column, and what was expected there. */
#ifndef TURNOUT_EXCHANGE_PROBLEMS_H
#define TURNOUT_EXCHANGE_PROBLEMS_H

#include <stdint.h>

#define TN_PROBLEMS_SHOWN 20
#define TN_PROBLEMS_UNREAD_SIZE 512

/* Zero it to start; set file before the rows of each file are read. One thread. */
struct tn_problems {
    const char *file;                     /* borrowed */
    uint64_t count;                       /* in all files so far */
    char unread[TN_PROBLEMS_UNREAD_SIZE]; /* what was said of a file that could not be read */
};

/* Where in a file. row counts as a spreadsheet does, the header being 1; where it is 0 there are no
 * rows: line alone counts, and 0 there too means the whole file. line differs from row where a
 * field before it holds line breaks. column may be NULL. */
struct tn_place {
    uint64_t row;
    uint64_t line;
    const char *column;
};

/* Says one problem: "FILE: row 12, grade: expected ...". */
void tn_problem(struct tn_problems *problems, const struct tn_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says that a file cannot be read at all, and why (an errno); also kept in `unread`. */
void tn_problem_unread(struct tn_problems *problems, const char *path, int error);

/* Says how many were not shown, if any. */
void tn_problems_end(const struct tn_problems *problems);

#endif
