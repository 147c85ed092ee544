/* Text that must fit a field of a fixed size. */
#ifndef TURNOUT_CENTRAL_TEXT_H
#define TURNOUT_CENTRAL_TEXT_H

#include <stddef.h>

/* Copies as much of a UTF-8 text as fits with its NUL, cut between characters. */
void tn_text_cut(const char *text, char *out, size_t out_size);

#endif
