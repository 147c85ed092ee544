/* Writing HTML and SVG: texts of strangers are escaped here and nowhere else. */
#ifndef TURNOUT_EXCHANGE_HTML_H
#define TURNOUT_EXCHANGE_HTML_H

#include <stdio.h>

/* Writes a text so that it is only text, inside an element or a quoted attribute. Control
 * characters become spaces. */
void tn_html_text(FILE *file, const char *text);

/* The same, cut with an ellipsis where it takes more than so many columns (text_width.h). */
void tn_html_cut(FILE *file, const char *text, size_t columns);

/* Writes markup: %s is escaped, %d and %z take an int and a size_t, %p a percentage as a double,
 * %% is itself. */
void tn_html(FILE *file, const char *markup, ...);

#endif
