/* A list under one mutex. A socket is only shut down here and never closed, and only while its line
 * is in the list, so that no number can be hit that means another socket by now. */
#include "sync/link/hub_lines.h"

#include <stdlib.h>
#include <sys/socket.h>

void tn_hub_lines_init(struct tn_hub_lines *lines)
{
    *lines = (struct tn_hub_lines){.count = 0};
    (void)pthread_mutex_init(&lines->mutex, NULL);
}

void tn_hub_lines_destroy(struct tn_hub_lines *lines)
{
    while (lines->first != NULL) {
        tn_hub_lines_close(lines, lines->first);
    }
    (void)pthread_mutex_destroy(&lines->mutex);
}

struct tn_hub_line *tn_hub_lines_open(struct tn_hub_lines *lines, int fd, int64_t deadline_ms)
{
    struct tn_hub_line *line = calloc(1, sizeof *line);
    if (line == NULL) {
        return NULL;
    }
    line->fd = fd;
    line->deadline_ms = deadline_ms;
    (void)pthread_mutex_lock(&lines->mutex);
    line->after = lines->first;
    if (line->after != NULL) {
        line->after->before = line;
    }
    lines->first = line;
    lines->count++;
    (void)pthread_mutex_unlock(&lines->mutex);
    return line;
}

void tn_hub_lines_close(struct tn_hub_lines *lines, struct tn_hub_line *line)
{
    if (line == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&lines->mutex);
    *(line->before == NULL ? &lines->first : &line->before->after) = line->after;
    if (line->after != NULL) {
        line->after->before = line->before;
    }
    lines->count--;
    (void)pthread_mutex_unlock(&lines->mutex);
    free(line);
}

void tn_hub_lines_extend(struct tn_hub_lines *lines, struct tn_hub_line *line, int64_t deadline_ms)
{
    if (line != NULL) {
        (void)pthread_mutex_lock(&lines->mutex);
        line->deadline_ms = deadline_ms;
        (void)pthread_mutex_unlock(&lines->mutex);
    }
}

size_t tn_hub_lines_cut(struct tn_hub_lines *lines, int64_t now_ms)
{
    size_t cut = 0;
    (void)pthread_mutex_lock(&lines->mutex);
    for (struct tn_hub_line *line = lines->first; line != NULL; line = line->after) {
        if (line->deadline_ms <= now_ms) {
            (void)shutdown(line->fd, SHUT_RDWR);
            line->deadline_ms = INT64_MAX; /* once */
            cut++;
        }
    }
    (void)pthread_mutex_unlock(&lines->mutex);
    return cut;
}

size_t tn_hub_lines_count(struct tn_hub_lines *lines)
{
    (void)pthread_mutex_lock(&lines->mutex);
    size_t count = lines->count;
    (void)pthread_mutex_unlock(&lines->mutex);
    return count;
}
