/* Text that must fit a field of a fixed size, and numbers in words of a report. */
#ifndef TURNOUT_CENTRAL_TEXT_H
#define TURNOUT_CENTRAL_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Copies as much of a UTF-8 text as fits with its NUL, cut between characters. */
void tn_text_cut(const char *text, char *out, size_t out_size);

/* A number as people read it: 1234567 as 1,234,567. */
#define TN_TEXT_NUMBER_SIZE 32
void tn_text_number(int64_t number, char out[TN_TEXT_NUMBER_SIZE]);

#endif
