/* What can go wrong, in one list for both programs.
 *
 * Every fallible function returns an enum tn_status and the caller checks it. A status tells the
 * caller what to do next; the words that explain one case (file, row, value) are logged once, where
 * it was detected, with tn_log() from log.h. */
#ifndef TURNOUT_STATUS_H
#define TURNOUT_STATUS_H

enum tn_status {
    TN_OK = 0,
    TN_ERR_FORMAT,    /* bytes or text that are not what they should be */
    TN_ERR_LIMIT,     /* well formed, but past a named maximum */
    TN_ERR_FORGED,    /* a signature, a tag or a seal does not verify */
    TN_ERR_NOT_FOUND, /* no such file, row or key */
    TN_ERR_EXISTS,    /* it is there already and would be overwritten */
    TN_ERR_STATE,     /* not now: the order of calls or of versions is wrong */
    TN_ERR_FULL,      /* the disk is full */
    TN_ERR_READ_ONLY, /* the disk or the file cannot be written */
    TN_ERR_IO,        /* any other failure of the disk */
    TN_ERR_DAMAGED,   /* the database or the chain is not as it was written */
    TN_ERR_BUSY,      /* another program holds a lock for too long */
    TN_ERR_NO_MEMORY, /* an allocation failed */
    TN_STATUS_COUNT
};

/* One lower-case English phrase for a status, for messages on a terminal ("the disk is full").
 * Never NULL, static storage, any thread. */
const char *tn_status_text(enum tn_status status);

/* Tells whether a status means the world failed (disk, lock, memory) and the same call may work
 * later, as against an input that stays wrong. Any thread. */
_Bool tn_status_is_world(enum tn_status status);

#endif
