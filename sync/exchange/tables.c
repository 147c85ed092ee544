/* Folders and zips of tables. libzip reads; what it is asked to read is looked at first: how many
 * files, what they are called, how large they say they are. A size that a zip states is not
 * believed either: bytes are counted while they come. */
#include "sync/exchange/tables.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "turnout/log.h"

#define RATIO_FROM (UINT64_C(16) << 20) /* bytes; smaller tables may shrink as they like */

static const struct tn_place whole = {0};

static enum tn_status refuse(struct tn_tables *package, const char *format, const char *what)
{
    package->problems->file = package->path;
    tn_problem(package->problems, &whole, format, what);
    return TN_ERR_FORMAT;
}

/* What other programs leave in zips beside what was asked for. */
static bool is_litter(const char *name)
{
    return strncmp(name, "__MACOSX/", 9) == 0 || strcmp(name, ".DS_Store") == 0;
}

static enum tn_status check_entry(struct tn_tables *package, zip_uint64_t i)
{
    zip_stat_t about;
    if (zip_stat_index(package->zip, i, 0, &about) != 0 || (about.valid & ZIP_STAT_NAME) == 0) {
        return refuse(package, "is damaged: %s", zip_strerror(package->zip));
    }
    if (is_litter(about.name)) {
        return TN_OK;
    }
    if (strpbrk(about.name, "/\\") != NULL) {
        return refuse(package,
                      "holds a folder (%.100s); zip the tables themselves, not the folder they "
                      "are in",
                      about.name);
    }
    if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE) {
        return refuse(package, "%.100s in it is locked with a password; zip it without one",
                      about.name);
    }
    const bool has_sizes = (about.valid & ZIP_STAT_SIZE) != 0 && (about.valid & ZIP_STAT_COMP_SIZE);
    if (!has_sizes || about.size > TN_TABLES_TABLE_MAX ||
        (about.size > RATIO_FROM && about.size / TN_TABLES_RATIO_MAX > about.comp_size)) {
        return refuse(package, "%.100s in it is larger than any table, or made to look so",
                      about.name);
    }
    if (zip_name_locate(package->zip, about.name, 0) != (zip_int64_t)i) {
        return refuse(package, "holds %.100s twice", about.name);
    }
    return TN_OK;
}

static enum tn_status open_zip(struct tn_tables *package)
{
    int why = 0;
    package->zip = zip_open(package->path, ZIP_RDONLY, &why);
    if (package->zip == NULL) {
        zip_error_t error;
        zip_error_init_with_code(&error, why);
        enum tn_status status =
            refuse(package, "is no folder and no zip of OneRoster tables: %s",
                   why == ZIP_ER_NOZIP ? "it is something else" : zip_error_strerror(&error));
        zip_error_fini(&error);
        return status;
    }
    const zip_int64_t count = zip_get_num_entries(package->zip, 0);
    if (count > TN_TABLES_ENTRIES_MAX) {
        return refuse(package, "holds more than 1000 files; %s", "it is no package of tables");
    }
    enum tn_status status = TN_OK;
    for (zip_int64_t i = 0; i < count && status == TN_OK; i++) {
        status = check_entry(package, (zip_uint64_t)i);
    }
    return status;
}

enum tn_status tn_tables_open(const char *path, struct tn_problems *problems, struct tn_tables *out)
{
    struct stat stat_of;
    *out = (struct tn_tables){.path = path, .problems = problems};
    if (stat(path, &stat_of) != 0) {
        tn_problem_unread(problems, path, errno);
        return TN_ERR_IO;
    }
    enum tn_status status = S_ISDIR(stat_of.st_mode) ? TN_OK : open_zip(out);
    if (status != TN_OK) {
        tn_tables_close(out);
    }
    return status;
}

void tn_tables_close(struct tn_tables *package)
{
    tn_tables_close_table(package);
    if (package->zip != NULL) {
        zip_discard(package->zip);
        package->zip = NULL;
    }
}

/* False where the path would be too long to be one. */
static bool path_of(const struct tn_tables *package, const char *table, char out[PATH_MAX])
{
    return snprintf(out, PATH_MAX, "%s/%s", package->path, table) < PATH_MAX;
}

bool tn_tables_has(const struct tn_tables *package, const char *table)
{
    char path[PATH_MAX];
    struct stat stat_of;
    if (package->zip != NULL) {
        return zip_name_locate(package->zip, table, 0) >= 0;
    }
    return path_of(package, table, path) && stat(path, &stat_of) == 0 && S_ISREG(stat_of.st_mode);
}

void tn_tables_name(const struct tn_tables *package, const char *table,
                    char out[TN_TABLES_NAME_SIZE])
{
    (void)snprintf(out, TN_TABLES_NAME_SIZE, "%.450s%s%s", package->path,
                   package->zip != NULL ? "!" : "/", table);
}

static enum tn_status damaged(struct tn_tables *package, const char *why)
{
    tn_problem(package->problems, &whole, "is damaged in the zip: %s; make the zip again", why);
    return TN_ERR_FORMAT;
}

static enum tn_status read_entry(void *ctx, char *out, size_t size, size_t *len)
{
    struct tn_tables *package = ctx;
    const zip_int64_t got = zip_fread(package->entry, out, size);
    *len = got > 0 ? (size_t)got : 0;
    if (got < 0) {
        return damaged(package, zip_file_strerror(package->entry));
    }
    if (*len > package->left) {
        return damaged(package, "it is larger than it says");
    }
    package->left -= *len;
    return TN_OK;
}

static enum tn_status read_file(void *ctx, char *out, size_t size, size_t *len)
{
    struct tn_tables *package = ctx;
    *len = fread(out, 1, size, package->file);
    if (ferror(package->file) != 0) {
        tn_log(TN_LOG_ERROR, "%s: reading failed: %s", package->path, strerror(errno));
        return TN_ERR_IO;
    }
    return TN_OK;
}

static enum tn_status open_entry(struct tn_tables *package, const char *table,
                                 struct tn_csv_source *out)
{
    zip_stat_t about;
    const zip_int64_t i = zip_name_locate(package->zip, table, 0);
    if (i < 0 || zip_stat_index(package->zip, (zip_uint64_t)i, 0, &about) != 0) {
        return damaged(package, zip_strerror(package->zip));
    }
    package->entry = zip_fopen_index(package->zip, (zip_uint64_t)i, 0);
    if (package->entry == NULL) {
        return damaged(package, zip_strerror(package->zip));
    }
    package->left = about.size;
    *out = (struct tn_csv_source){read_entry, package, about.size};
    return TN_OK;
}

enum tn_status tn_tables_open_table(struct tn_tables *package, const char *table,
                                    struct tn_csv_source *out)
{
    char path[PATH_MAX];
    struct stat stat_of = {0};
    if (package->zip != NULL) {
        return open_entry(package, table, out);
    }
    package->file = path_of(package, table, path) ? fopen(path, "rbe") : NULL;
    if (package->file == NULL || fstat(fileno(package->file), &stat_of) != 0) {
        tn_problem_unread(package->problems, path, errno);
        return TN_ERR_IO;
    }
    *out = (struct tn_csv_source){read_file, package, (uint64_t)stat_of.st_size};
    return TN_OK;
}

void tn_tables_close_table(struct tn_tables *package)
{
    if (package->entry != NULL) {
        (void)zip_fclose(package->entry);
        package->entry = NULL;
    }
    if (package->file != NULL) {
        (void)fclose(package->file);
        package->file = NULL;
    }
}
