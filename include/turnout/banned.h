/* Calls this project does not make, because each has hurt somebody: unbounded copies, parsers that
 * cannot say "no", and string functions that hide truncation. Included by every .c file through
 * the compiler's -include, so that using one is a compile error and not a matter of review. */
#ifndef TURNOUT_BANNED_H
#define TURNOUT_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* With clang, glibc's fortified sprintf is a macro, which may not be poisoned. */
#undef sprintf
#pragma GCC poison strcpy strcat strncat sprintf vsprintf gets atoi atol atoll atof
#pragma GCC poison strtok tmpnam mktemp gmtime localtime ctime asctime

#endif
