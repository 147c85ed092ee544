/* UTF-8 text on a terminal: how many columns it takes, and fitting it into so many. Control
 * characters count as one column and are printed as U+FFFD, so that no name moves a cursor. */
#ifndef TURNOUT_EXCHANGE_TEXT_WIDTH_H
#define TURNOUT_EXCHANGE_TEXT_WIDTH_H

#include <stddef.h>
#include <stdio.h>

/* Columns of a text: two for wide characters, none for marks that combine. */
size_t tn_text_width(const char *text);

/* Columns of the longest word between spaces. */
size_t tn_text_word_width(const char *text);

/* How many bytes of a text fit into so many columns; at least one character, where there is one. */
size_t tn_text_fitting(const char *text, size_t columns);

/* One line of a text that is broken at spaces. */
struct tn_text_line {
    const char *text;
    size_t len; /* in bytes, without the spaces at its end */
};

/* Takes the next line of at most so many columns off *rest, or one character more than fits where
 * not even one does. False at the end of the text. */
_Bool tn_text_take_line(const char **rest, size_t columns, struct tn_text_line *out);

/* Columns of a line. */
size_t tn_text_line_width(const struct tn_text_line *line);

/* Prints a line, without an end to it; text that runs from right to left is isolated, so that it
 * moves nothing beside it. Gives the columns used. */
size_t tn_text_put_line(FILE *file, const struct tn_text_line *line);

/* Prints a text broken into lines, each begun with indent spaces except the first. */
void tn_text_put_wrapped(FILE *file, const char *text, size_t columns, size_t indent);

#endif
