/* The filters of `report`: from the words of a call to what they mean at a centre, and back into a
 * sentence for whoever reads the report. */
#ifndef TURNOUT_CMD_REPORT_ASK_H
#define TURNOUT_CMD_REPORT_ASK_H

#include "sync/central/report.h"
#include "sync/cmd/cmd.h"

#define TN_REPORT_ABOUT_SIZE 640

/* As they were given; NULL where they were not. */
struct tn_report_words {
    const char *event;
    const char *partner;
    const char *from;
    const char *to;
    const char *grades;
};

struct tn_report_asked {
    const struct tn_report_words *words;
    struct tn_report_filter filter;
    char about[TN_REPORT_ABOUT_SIZE]; /* "City STEM Fair, grades K-2" */
};

/* What can be wrong with the words alone is said, and gives TN_EXIT_USAGE. */
enum tn_exit tn_report_words_check(const struct tn_cmd *cmd, const struct tn_report_words *words);

/* Looks the words, which were checked, up at the centre. TN_ERR_NOT_FOUND is said with the codes
 * there are. */
enum tn_status tn_report_ask(struct tn_centre *centre, const struct tn_report_words *words,
                             struct tn_report_asked *out);

#endif
