/* A zip is made by libzip when it is closed, out of files that have no name: they lie beside it
 * until then, so that it need not fit into memory, and are gone whatever happens. */
#include "sync/exchange/package.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>

#include "turnout/log.h"

static enum tn_status complain(const char *path, int error)
{
    tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(error));
    return tn_outfile_status(error);
}

static bool is_zip(const char *path)
{
    const size_t len = strlen(path);
    return len > 4 && strcasecmp(path + len - 4, ".zip") == 0;
}

/* Takes a folder of ours away with the files in it. */
static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry = NULL;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    (void)rmdir(path);
}

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    size_t names = 0;
    while (folder != NULL && readdir(folder) != NULL) {
        names++;
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return folder != NULL && names <= 2; /* . and .. */
}

/* What is at a path already must be what a rename replaces: a file for a zip, an empty folder for a
 * folder. */
static enum tn_status check_place(const char *path)
{
    struct stat at;
    if (stat(path, &at) != 0) {
        return TN_OK;
    }
    if (is_zip(path) ? S_ISREG(at.st_mode) : is_empty(path)) {
        return TN_OK;
    }
    tn_log(TN_LOG_ERROR, "%s: is there already; --out names a new folder, or a .zip", path);
    return TN_ERR_EXISTS;
}

enum tn_status tn_package_begin(const char *path, int64_t now_ms, struct tn_package *out)
{
    *out = (struct tn_package){.path = path, .now_ms = now_ms};
    const int len = snprintf(out->temp, sizeof out->temp, "%s" TN_OUTFILE_TEMP, path);
    if (len < 0 || (size_t)len >= sizeof out->temp) {
        out->temp[0] = '\0';
        return complain(path, ENAMETOOLONG);
    }
    enum tn_status status = check_place(path);
    if (status != TN_OK) {
        return status;
    }
    if (!is_zip(path)) {
        remove_folder(out->temp);
        return mkdir(out->temp, 0700) == 0 ? TN_OK : complain(path, errno);
    }
    int code = 0;
    (void)unlink(out->temp);
    out->zip = zip_open(out->temp, ZIP_CREATE | ZIP_EXCL, &code);
    return out->zip != NULL ? TN_OK : complain(path, errno);
}

/* A file without a name in the folder where the zip will be. */
static int open_nameless(const char *path)
{
    char name[TN_OUTFILE_PATH_MAX + 8];
    (void)snprintf(name, sizeof name, "%s.XXXXXX", path);
    const int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0) {
        (void)unlink(name);
    }
    return fd;
}

enum tn_status tn_package_open(struct tn_package *package, const char *name)
{
    char path[TN_OUTFILE_PATH_MAX + 64];
    package->name = name;
    (void)snprintf(path, sizeof path, "%s/%s", package->temp, name);
    const int fd = package->zip != NULL ? open_nameless(package->temp)
                                        : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    package->file = fd < 0 ? NULL : fdopen(fd, package->zip != NULL ? "w+" : "w");
    return package->file != NULL ? TN_OK : complain(package->path, errno);
}

/* Hands the file to libzip, which reads and closes it at the end. */
static enum tn_status add_to_zip(struct tn_package *package)
{
    rewind(package->file);
    zip_source_t *source = zip_source_filep(package->zip, package->file, 0, -1);
    if (source == NULL) {
        (void)fclose(package->file);
        return TN_ERR_NO_MEMORY;
    }
    const zip_int64_t at = zip_file_add(package->zip, package->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return TN_ERR_NO_MEMORY;
    }
    (void)zip_file_set_mtime(package->zip, (zip_uint64_t)at, (time_t)(package->now_ms / 1000), 0);
    return TN_OK;
}

enum tn_status tn_package_close(struct tn_package *package, enum tn_status status)
{
    FILE *file = package->file;
    if (file == NULL) {
        return status;
    }
    const bool is_fine = ferror(file) == 0 && fflush(file) == 0 &&
                         (package->zip != NULL || fsync(fileno(file)) == 0);
    if (!is_fine && status == TN_OK) {
        status = complain(package->path, errno);
    }
    if (package->zip != NULL && status == TN_OK) {
        status = add_to_zip(package);
    } else {
        (void)fclose(file);
    }
    package->file = NULL;
    return status;
}

static enum tn_status close_zip(struct tn_package *package, enum tn_status status)
{
    if (status == TN_OK && zip_close(package->zip) != 0) {
        const int error = zip_error_code_system(zip_get_error(package->zip));
        status = complain(package->path, error == 0 ? EIO : error);
    }
    if (status != TN_OK) {
        zip_discard(package->zip);
        return status;
    }
    const int fd = open(package->temp, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fchmod(fd, 0600) != 0 || fsync(fd) != 0) {
        status = complain(package->path, errno);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

enum tn_status tn_package_end(struct tn_package *package, enum tn_status status)
{
    status = tn_package_close(package, status);
    if (package->zip != NULL) {
        status = close_zip(package, status);
    }
    if (status == TN_OK && rename(package->temp, package->path) != 0) {
        status = complain(package->path, errno);
    }
    if (status == TN_OK) {
        return tn_outfile_sync_folder(package->path);
    }
    if (package->temp[0] != '\0') {
        (void)unlink(package->temp);
        remove_folder(package->temp);
    }
    return status;
}
