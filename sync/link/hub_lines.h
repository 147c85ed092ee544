/* The connections of a hub and until when each may take for what it does now. Both the network's
 * thread, which opens, closes and extends them, and whoever cuts off the late ones use this. */
#ifndef TURNOUT_LINK_HUB_LINES_H
#define TURNOUT_LINK_HUB_LINES_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct tn_hub_line {
    int fd;
    int64_t deadline_ms;
    struct tn_hub_line *before;
    struct tn_hub_line *after;
};

struct tn_hub_lines {
    pthread_mutex_t mutex;
    /* guarded by mutex, and so is what is in a line */
    struct tn_hub_line *first;
    size_t count;
};

void tn_hub_lines_init(struct tn_hub_lines *lines);
void tn_hub_lines_destroy(struct tn_hub_lines *lines);

/* NULL where there is no memory. fd must stay open until tn_hub_lines_close. */
struct tn_hub_line *tn_hub_lines_open(struct tn_hub_lines *lines, int fd, int64_t deadline_ms);

/* Accepts a line that is NULL. */
void tn_hub_lines_close(struct tn_hub_lines *lines, struct tn_hub_line *line);

/* INT64_MAX: as long as it takes. Accepts a line that is NULL. */
void tn_hub_lines_extend(struct tn_hub_lines *lines, struct tn_hub_line *line, int64_t deadline_ms);

/* Ends the traffic of all that are past their deadline, and gives how many. The network's thread
 * then finds them ended and closes them. */
size_t tn_hub_lines_cut(struct tn_hub_lines *lines, int64_t now_ms);

/* How many there are. */
size_t tn_hub_lines_count(struct tn_hub_lines *lines);

#endif
