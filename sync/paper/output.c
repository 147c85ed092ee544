/* Writing minted badges. The digits of a badge are made one at a time, just before they are drawn,
 * and wiped right after. */
#include "sync/paper/output.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/exchange/csv.h"
#include "turnout/log.h"

static size_t count_of(const struct tn_badge_output *output, const struct tn_minted_list *list)
{
    const bool is_cut = output->count_max != 0 && output->count_max < list->count;
    return is_cut ? (size_t)output->count_max : list->count;
}

static void tell(const struct tn_badge_output *output, size_t done, size_t total)
{
    if (output->progress != NULL) {
        output->progress(output->progress_ctx, done, total);
    }
}

static struct tn_paper_badge paper_badge(const struct tn_badge_output *output,
                                         const struct tn_minted *item, const char *text)
{
    return (struct tn_paper_badge){.text = text,
                                   .code = item->code,
                                   .display = tn_minted_name(item),
                                   .title = output->title,
                                   .host = output->host,
                                   .label = output->label,
                                   .note = output->note};
}

enum tn_status tn_badges_write_pdf(const struct tn_badge_output *output,
                                   const struct tn_minted_list *list)
{
    struct tn_paper *paper = NULL;
    char text[TN_BADGE_TEXT_SIZE];
    const size_t count = count_of(output, list);
    enum tn_status status = tn_paper_open(output->path, output->layout, &paper);
    for (size_t i = 0; status == TN_OK && i < count; i++) {
        tn_badge_encode(&list->items[i].badge, text);
        const struct tn_paper_badge badge = paper_badge(output, &list->items[i], text);
        status = tn_paper_add(paper, &badge);
        tell(output, i + 1, count);
    }
    sodium_memzero(text, sizeof(text));
    if (status != TN_OK) {
        tn_paper_drop(paper);
        return status;
    }
    return tn_paper_finish(paper);
}

static bool is_folder_at(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum tn_status io_status(void)
{
    return errno == ENOSPC                     ? TN_ERR_FULL
           : errno == EROFS || errno == EACCES ? TN_ERR_READ_ONLY
                                               : TN_ERR_IO;
}

static enum tn_status make_folder(const char *path)
{
    if (mkdir(path, 0700) == 0 || (errno == EEXIST && is_folder_at(path))) {
        return TN_OK;
    }
    tn_log(TN_LOG_ERROR, "%s: the folder cannot be made: %s", path, strerror(errno));
    return io_status();
}

enum tn_status tn_badges_try(const char *path, bool is_folder)
{
    char probe[TN_PAPER_PATH_MAX];
    enum tn_status status = is_folder ? make_folder(path) : TN_OK;
    if (status != TN_OK) {
        return status;
    }
    if (!is_folder && is_folder_at(path)) {
        tn_log(TN_LOG_ERROR, "%s: is a folder; --out names a file of this format", path);
        return TN_ERR_IO;
    }
    const int len = snprintf(probe, sizeof(probe), "%s%s.new", path, is_folder ? "/" : "");
    if (len < 0 || len >= (int)sizeof(probe)) {
        return TN_ERR_LIMIT;
    }
    const int fd = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s; nothing was minted", path,
               strerror(errno));
        return io_status();
    }
    (void)close(fd);
    (void)unlink(probe);
    return TN_OK;
}

static enum tn_status write_picture(const struct tn_badge_output *output,
                                    enum tn_paper_format format, const struct tn_minted *item)
{
    char path[TN_PAPER_PATH_MAX];
    char text[TN_BADGE_TEXT_SIZE];
    const int len = snprintf(path, sizeof(path), "%s/%s.%s", output->path, item->code,
                             format == TN_PAPER_SVG ? "svg" : "png");
    if (len < 0 || len >= (int)sizeof(path)) {
        return TN_ERR_LIMIT;
    }
    tn_badge_encode(&item->badge, text);
    const struct tn_paper_badge badge = paper_badge(output, item, text);
    enum tn_status status = tn_paper_picture(path, format, output->layout, &badge);
    sodium_memzero(text, sizeof(text));
    return status;
}

enum tn_status tn_badges_write_pictures(const struct tn_badge_output *output,
                                        enum tn_paper_format format,
                                        const struct tn_minted_list *list)
{
    const size_t count = count_of(output, list);
    enum tn_status status = make_folder(output->path);
    for (size_t i = 0; status == TN_OK && i < count; i++) {
        status = write_picture(output, format, &list->items[i]);
        tell(output, i + 1, count);
    }
    return status;
}

static enum tn_status write_rows(FILE *file, const struct tn_badge_output *output,
                                 const struct tn_minted_list *list)
{
    static const char *const header[] = {"learner", "display", "code", "badge"};
    char text[TN_BADGE_TEXT_SIZE];
    char learner[TN_ID_HEX_SIZE];
    const size_t count = count_of(output, list);
    enum tn_status status = tn_csv_write_row(file, TN_CSV_FOR_READING_BACK, header, 4);
    for (size_t i = 0; status == TN_OK && i < count; i++) {
        const struct tn_minted *item = &list->items[i];
        tn_badge_encode(&item->badge, text);
        tn_id_hex(&item->card.learner, learner);
        const bool is_blank = tn_id_is_none(&item->card.learner);
        const char *const values[] = {is_blank ? "" : learner, tn_minted_name(item), item->code,
                                      text};
        status = tn_csv_write_row(file, TN_CSV_FOR_READING_BACK, values, 4);
        tell(output, i + 1, count);
    }
    sodium_memzero(text, sizeof(text));
    return status;
}

enum tn_status tn_badges_write_csv(const struct tn_badge_output *output,
                                   const struct tn_minted_list *list)
{
    char temp[TN_PAPER_PATH_MAX];
    const int len = snprintf(temp, sizeof(temp), "%s.new", output->path);
    if (len < 0 || len >= (int)sizeof(temp)) {
        return TN_ERR_LIMIT;
    }
    const int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", output->path, strerror(errno));
        return TN_ERR_IO;
    }
    enum tn_status status = write_rows(file, output, list);
    const bool is_safe = fflush(file) == 0 && fsync(fd) == 0;
    if (fclose(file) != 0 || !is_safe) {
        status = status == TN_OK ? (errno == ENOSPC ? TN_ERR_FULL : TN_ERR_IO) : status;
    }
    if (status == TN_OK && rename(temp, output->path) != 0) {
        status = TN_ERR_IO;
    }
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", output->path, strerror(errno));
        (void)unlink(temp);
    }
    return status;
}
