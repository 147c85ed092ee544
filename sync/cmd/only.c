/* Words apart by commas or, from a file, one a line. A word that is nobody's stops the whole: a
 * sheet with one badge too few would be found out at the door. */
#include "sync/cmd/only.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "turnout/log.h"

/* The text of a file, ended by a NUL. The caller frees. */
static enum tn_status read_file(const char *path, char **out)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        tn_log(TN_LOG_ERROR, "--only @%s: %s", path, strerror(errno));
        return TN_ERR_IO;
    }
    char *text = calloc(1, TN_ONLY_FILE_MAX + 1);
    const size_t len = text == NULL ? 0 : fread(text, 1, TN_ONLY_FILE_MAX, file);
    const bool is_whole = text != NULL && feof(file) && strlen(text) == len;
    (void)fclose(file);
    if (!is_whole) {
        tn_log(TN_LOG_ERROR, "--only @%s: text of at most %d bytes is expected", path,
               TN_ONLY_FILE_MAX);
        free(text);
        return text == NULL ? TN_ERR_NO_MEMORY : TN_ERR_FORMAT;
    }
    *out = text;
    return TN_OK;
}

/* Takes spaces from both ends. */
static char *trim(char *word)
{
    word += strspn(word, " \t\r");
    size_t len = strlen(word);
    while (len > 0 && strchr(" \t\r", word[len - 1]) != NULL) {
        word[--len] = '\0';
    }
    return word;
}

static enum tn_status look_up(struct tn_centre *centre, const struct tn_central_event *event,
                              char *text, struct tn_badge_named *out, size_t *count)
{
    enum tn_status status = TN_OK;
    char *rest = text;
    for (char *word = NULL; status == TN_OK && (word = strsep(&rest, ",\n")) != NULL;) {
        word = trim(word);
        if (word[0] == '\0') {
            continue;
        }
        if (*count == TN_ONLY_MAX) {
            tn_log(TN_LOG_ERROR, "--only takes %d badges at most", TN_ONLY_MAX);
            return TN_ERR_LIMIT;
        }
        status = tn_badge_named(centre, event, word, &out[*count]);
        *count += status == TN_OK;
    }
    if (status == TN_OK && *count == 0) {
        tn_log(TN_LOG_ERROR, "--only names no badge; give codes or roster ids");
        status = TN_ERR_FORMAT;
    }
    return status;
}

enum tn_status tn_only_read(struct tn_centre *centre, const struct tn_central_event *event,
                            const char *words, struct tn_badge_named **out, size_t *count)
{
    char *text = NULL;
    *count = 0;
    enum tn_status status = TN_OK;
    if (words[0] == '@') {
        status = read_file(words + 1, &text);
    } else {
        text = strdup(words);
    }
    *out = calloc(TN_ONLY_MAX, sizeof **out);
    if (status == TN_OK && (text == NULL || *out == NULL)) {
        status = TN_ERR_NO_MEMORY;
    }
    if (status == TN_OK) {
        status = look_up(centre, event, text, *out, count);
    }
    free(text);
    return status;
}
