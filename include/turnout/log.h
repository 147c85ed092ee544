/* Messages for the person at the terminal or in the journal.
 *
 * One line a message, on standard error, with the program's name before it. No message ever holds
 * a name, a badge secret or the text of a scan. */
#ifndef TURNOUT_LOG_H
#define TURNOUT_LOG_H

enum tn_log_level {
    TN_LOG_ERROR, /* it failed; what to do next is in the message */
    TN_LOG_WARN,  /* it went on, but a person should know */
    TN_LOG_INFO,  /* what was done, for -v and the journal */
    TN_LOG_COUNT
};

/* Where messages go; ctx is handed back as it was given. */
typedef void (*tn_log_sink)(void *ctx, enum tn_log_level level, const char *line);

/* Sets the name before each line ("turnout-sync"). The string is borrowed for the program's life.
 * Main thread, before others start. */
void tn_log_program(const char *name);

/* Sends messages to sink instead of standard error (tests); NULL restores standard error.
 * Main thread, before others start. */
void tn_log_to(tn_log_sink sink, void *ctx);

/* Messages above max are dropped; the default keeps errors and warnings. */
void tn_log_level_max(enum tn_log_level max);

/* Formats one message of at most 1,000 bytes; longer ones are cut. On standard error a message that
 * repeats the one before is only counted. Any thread. */
void tn_log(enum tn_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
