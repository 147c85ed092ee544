/* The reader of QR symbols: a ladder of passes, each followed by libzxing, and ZBar as a rare
 * second opinion. It runs in a process of its own (decoder.h), since what it is shown is anybody's.
 *
 * A picture goes up the whole ladder, until a pass finds something. A frame of a live camera gets
 * the first pass and one other, another with each frame: the next frame is there in 33 ms. */
#ifndef TURNOUT_SYS_READER_H
#define TURNOUT_SYS_READER_H

#include <stdbool.h>

#include "kiosk/sys/symbol.h"

struct tn_reader;

/* The reader, or NULL where there is no memory. Free it with tn_reader_free; NULL is allowed. */
struct tn_reader *tn_reader_create(void);
void tn_reader_free(struct tn_reader *reader);

/* Reads a picture with every pass; *out gets what the first pass that found any has found. True
 * where there is a symbol. Sides are 1 to TN_GREY_SIDE_MAX; else, or without memory, false. */
bool tn_reader_picture(struct tn_reader *reader, const struct tn_grey *grey,
                       struct tn_symbols *out);

/* The same for a frame of a camera, with the first pass and one other: which, says turn, which
 * whoever has the camera counts up with each frame. */
bool tn_reader_frame(struct tn_reader *reader, const struct tn_grey *grey, unsigned turn,
                     struct tn_symbols *out);

/* How many passes a picture gets, and the name of each, for tests and benchmarks. */
int tn_reader_pass_count(void);
const char *tn_reader_pass_name(int pass);

/* Reads with one pass alone. */
bool tn_reader_pass(struct tn_reader *reader, int pass, const struct tn_grey *grey,
                    struct tn_symbols *out);

#endif
