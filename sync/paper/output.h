/* Minted badges as files: one PDF of sheets, a table, or a folder of pictures. */
#ifndef TURNOUT_PAPER_OUTPUT_H
#define TURNOUT_PAPER_OUTPUT_H

#include "sync/paper/badges.h"
#include "sync/paper/mint.h"

struct tn_badge_output {
    const char *path; /* a file, or for pictures a folder, made where it is missing */
    const struct tn_paper_layout *layout; /* borrowed */
    const char *title;                    /* of the event */
    const char *host;                     /* the ecosystem's name */
    const char *label;  /* "Group card": what they are, where they are no badges; else NULL */
    const char *note;   /* see struct tn_paper_badge */
    uint64_t count_max; /* at most so many badges; 0 means all */
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_ctx;
};

/* Tells, before anything is minted, whether path can be written: a folder for pictures (made where
 * it is missing), else a file. What is wrong is said. */
enum tn_status tn_badges_try(const char *path, bool is_folder);

/* Sheets, or one label a page. */
enum tn_status tn_badges_write_pdf(const struct tn_badge_output *output,
                                   const struct tn_minted_list *list);

/* PATH/CODE.png or PATH/CODE.svg, mode 0600 in a folder of mode 0700. */
enum tn_status tn_badges_write_pictures(const struct tn_badge_output *output,
                                        enum tn_paper_format format,
                                        const struct tn_minted_list *list);

/* `learner,display,code,badge`, mode 0600, for reading back: the badge column holds secrets.
 * learner is the learner id in hexadecimal, empty for a blank badge. */
enum tn_status tn_badges_write_csv(const struct tn_badge_output *output,
                                   const struct tn_minted_list *list);

#endif
