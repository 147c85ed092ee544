/* Decoding in a process of its own. What a camera or a file shows is anybody's, and libraries for
 * pictures have had their bugs: so they live where there are no files, no sockets and no secrets,
 * and if they die, the frame that killed them is dropped and another process takes over.
 *
 * One decoder is used by one thread at a time. Pictures lie in memory only, and are written over by
 * the next. */
#ifndef TURNOUT_SYS_DECODER_H
#define TURNOUT_SYS_DECODER_H

#include <sys/types.h>

#include "kiosk/sys/symbol.h"
#include "turnout/status.h"

struct tn_decoder;

/* Starts a decoding process. program: what is run with TN_DECODER_ARG; NULL for this very program.
 * The caller frees *out with tn_decoder_free. TN_ERR_NO_MEMORY, or TN_ERR_IO where the system
 * refuses a process, said in the log. SIGPIPE must be ignored. */
enum tn_status tn_decoder_create(const char *program, struct tn_decoder **out);

/* Ends the process. NULL is allowed. */
void tn_decoder_free(struct tn_decoder *decoder);

/* Reads one frame of a live camera. TN_OK: it was looked at, and *out holds what it says, often
 * nothing; TN_ERR_IO: it killed the process or held it for seconds: the frame is dropped, the death
 * counted, and a new process begun before this returns, or a little later where the ones
 * before ended without any answer; TN_ERR_LIMIT: a side over TN_GREY_SIDE_MAX. */
enum tn_status tn_decoder_frame(struct tn_decoder *decoder, const struct tn_grey *frame,
                                struct tn_symbols *out);

/* Reads a picture's file with every pass. The same, and TN_ERR_FORMAT: no PNG, JPEG or WebP, or a
 * broken one; TN_ERR_LIMIT: too large. */
enum tn_status tn_decoder_file(struct tn_decoder *decoder, const void *file, size_t len,
                               struct tn_symbols *out);

/* How often the process has died or been ended for taking too long. */
unsigned tn_decoder_deaths(const struct tn_decoder *decoder);

/* The process as it is now, for tests that kill it; -1: none. */
pid_t tn_decoder_pid(const struct tn_decoder *decoder);

/* The decoding process itself: main calls it before anything else when argv[1] is TN_DECODER_ARG.
 * Returns the exit code once nobody asks any more. */
int tn_decoder_child(void);

#endif
