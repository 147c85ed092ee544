/* The first row of a table. People send tables of other programs, with other separators, a title
 * above the header, or other words for the same columns; each is answered with one line that says
 * what to change. */
#include "sync/exchange/csv_header.h"

#include <glib.h>
#include <string.h>

#include "turnout/log.h"

#define LIST_SIZE 512

/* Names of columns compare without case, and a space or a hyphen is an underscore. */
static bool is_same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        const char c = *a == ' ' || *a == '-' ? '_' : (char)g_ascii_tolower(*a);
        if (c != g_ascii_tolower(*b)) {
            return false;
        }
    }
    return *a == *b;
}

static int find_column(const struct tn_csv_column *columns, const char *header)
{
    for (int i = 0; columns[i].name != NULL; i++) {
        if (is_same_name(header, columns[i].name)) {
            return i;
        }
    }
    return TN_CSV_NO_COLUMN;
}

static void list_columns(const struct tn_csv_column *columns, char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; columns[i].name != NULL && len < size; i++) {
        const int n = snprintf(out + len, size - len, "%s%s%s", i == 0 ? "" : ", ", columns[i].name,
                               columns[i].is_required ? " (needed)" : "");
        len += n > 0 ? (size_t)n : 0;
    }
}

/* Gives the header's place in the table and says what is wrong with it. */
static void map_header(struct tn_csv_header *header, size_t field)
{
    const char *name_there = header->headers[field];
    const int column = find_column(header->what->columns, name_there);
    header->map[field] = column;
    if (column == TN_CSV_NO_COLUMN) {
        return;
    }
    if (header->has[column]) {
        tn_problem(header->what->problems, &(struct tn_place){1, 1, name_there},
                   "this column is there twice");
        header->status = TN_ERR_FORMAT;
    } else {
        header->has[column] = true;
    }
}

/* What people call columns, and what we call them. */
static const char *near_name(const char *header)
{
    static const struct {
        const char *theirs;
        const char *ours;
    } names[] = {
        {"first_name", "given_name"},
        {"firstname", "given_name"},
        {"forename", "given_name"},
        {"name", "given_name"},
        {"last_name", "family_name"},
        {"lastname", "family_name"},
        {"surname", "family_name"},
        {"school", "partner"},
        {"organization", "partner"},
        {"dob", "birth_year"},
        {"birthdate", "birth_year"},
        {"date_of_birth", "birth_year"},
        {"year_of_birth", "birth_year"},
        {"nickname", "preferred_name"},
        {"class", "group"},
        {"student_id", "id"},
        {"learner_id", "id"},
        {"zip", "zip3"},
        {"start", "starts"},
        {"end", "ends"},
        {"timezone", "tz"},
        {"lang", "language"},
        {"type", "sector"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (is_same_name(header, names[i].theirs)) {
            return names[i].ours;
        }
    }
    return NULL;
}

/* The header as it stands, for a message: cut where it gets long. */
static void quote_header(const struct tn_csv_header *header, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < header->header_count && len < size; i++) {
        const int n =
            snprintf(out + len, size - len, "%s%.40s", i == 0 ? "" : ", ", header->headers[i]);
        len += n > 0 ? (size_t)n : 0;
    }
}

/* A file of another separator is one column of everything. */
static const char *other_separator(const struct tn_csv_header *header)
{
    const char *text = header->header_count == 1 ? header->headers[0] : "";
    return strchr(text, ';') != NULL    ? "semicolons"
           : strchr(text, '\t') != NULL ? "tabs"
           : strchr(text, '|') != NULL  ? "bars"
                                        : NULL;
}

static bool is_any_known(const struct tn_csv_header *header)
{
    for (size_t i = 0; i < header->header_count; i++) {
        if (header->map[i] != TN_CSV_NO_COLUMN || near_name(header->headers[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Row 1 as a whole is no header of ours: one line says so, and no more than one. */
static bool refuse_header(struct tn_csv_header *header)
{
    const struct tn_place place = {1, 1, NULL};
    const char *separator = other_separator(header);
    char list[LIST_SIZE];
    char says[LIST_SIZE];
    if (separator != NULL) {
        tn_problem(header->what->problems, &place,
                   "is separated by %s; fields must be separated by commas: save the file as CSV "
                   "with commas",
                   separator);
    } else if (!is_any_known(header)) {
        list_columns(header->what->columns, list, sizeof(list));
        quote_header(header, says, sizeof(says));
        tn_problem(header->what->problems, &place,
                   "must name the columns; it says \"%.120s\", and the columns may be: %s", says,
                   list);
    } else {
        return false;
    }
    header->status = TN_ERR_FORMAT;
    return true;
}

/* The header that people mean by a column of ours, if there is one. */
static const char *find_near(const struct tn_csv_header *header, const char *ours)
{
    for (size_t i = 0; i < header->header_count; i++) {
        const char *name =
            header->map[i] == TN_CSV_NO_COLUMN ? near_name(header->headers[i]) : NULL;
        if (name != NULL && strcmp(name, ours) == 0) {
            return header->headers[i];
        }
    }
    return NULL;
}

static void check_header(struct tn_csv_header *header)
{
    const struct tn_csv_column *columns = header->what->columns;
    char list[LIST_SIZE];
    if (refuse_header(header)) {
        return;
    }
    list_columns(columns, list, sizeof(list));
    for (size_t i = 0; columns[i].name != NULL; i++) {
        if (!columns[i].is_required || header->has[i]) {
            continue;
        }
        const char *near = find_near(header, columns[i].name);
        if (near != NULL) {
            tn_problem(header->what->problems, &(struct tn_place){0},
                       "column %s is missing; is it the one named %.64s? Rename that to %s",
                       columns[i].name, near, columns[i].name);
        } else {
            tn_problem(header->what->problems, &(struct tn_place){0},
                       "column %s is missing; the columns may be: %s", columns[i].name, list);
        }
        header->status = TN_ERR_FORMAT;
    }
}

/* A column of ours under another name is worth a hint; any other is only passed over. */
static void warn_ignored(const struct tn_csv_header *header)
{
    const struct tn_csv_column *columns = header->what->columns;
    const bool is_wanted = header->status == TN_OK && !header->what->is_foreign;
    for (size_t i = 0; is_wanted && i < header->header_count; i++) {
        const char *name_there = header->headers[i];
        const char *name = near_name(name_there);
        const int column = name == NULL ? TN_CSV_NO_COLUMN : find_column(columns, name);
        if (header->map[i] != TN_CSV_NO_COLUMN || name_there[0] == '\0') {
            continue;
        }
        if (column != TN_CSV_NO_COLUMN && !header->has[column]) {
            tn_log(TN_LOG_WARN,
                   "%s: column %.64s is not one of ours and is ignored; if it is %s, "
                   "rename it so",
                   header->what->path, name_there, name);
        } else {
            tn_log(TN_LOG_WARN, "%s: column %.64s is not one of ours and is ignored",
                   header->what->path, name_there);
        }
    }
}

enum tn_status tn_csv_header_take(struct tn_csv_header *header)
{
    header->status = TN_OK;
    for (size_t i = 0; i < header->header_count; i++) {
        map_header(header, i);
    }
    check_header(header);
    warn_ignored(header);
    return header->status;
}
