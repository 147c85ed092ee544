/* Sheets and single pictures: pages, files and their names. How a badge looks is draw.c's. A file
 * is written beside its place and renamed when it is whole, so that a full disk never leaves half a
 * sheet that looks finished. */
#include "sync/paper/badges.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <errno.h>
#include <fcntl.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/paper/draw.h"
#include "sync/paper/png.h"
#include "turnout/log.h"

#define POINTS_PER_MM (72.0 / 25.4)
#define PIXELS_PER_MM 10

/* A file being written, and what first went wrong with it: cairo forgets an error at its end. */
struct sink {
    FILE *file; /* at temp */
    int error;  /* errno, 0 for none */
    char temp[TN_PAPER_PATH_MAX];
};

struct tn_paper {
    struct tn_paper_layout layout;
    char path[TN_PAPER_PATH_MAX];
    struct sink sink;
    cairo_surface_t *surface;
    cairo_t *cr;
    int on_page;
};

static enum tn_status cairo_problem(cairo_status_t why, const char *path)
{
    if (why == CAIRO_STATUS_SUCCESS) {
        return TN_OK;
    }
    tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, cairo_status_to_string(why));
    return why == CAIRO_STATUS_NO_MEMORY ? TN_ERR_NO_MEMORY : TN_ERR_IO;
}

/* PATH.new, made empty and private before anything is drawn into it: it will hold secrets. */
static enum tn_status open_sink(const char *path, struct sink *sink)
{
    *sink = (struct sink){0};
    const int len = snprintf(sink->temp, sizeof(sink->temp), "%s.new", path);
    if (len < 0 || len >= (int)sizeof(sink->temp)) {
        return TN_ERR_LIMIT;
    }
    const int fd = open(sink->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    sink->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (sink->file == NULL) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
        return errno == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
    }
    return TN_OK;
}

/* Cairo writes through us: of a file that it opens itself it would not see the last block fail. */
static cairo_status_t write_some(void *ctx, const unsigned char *data, unsigned int len)
{
    struct sink *sink = ctx;
    if (fwrite(data, 1, len, sink->file) == len) {
        return CAIRO_STATUS_SUCCESS;
    }
    sink->error = sink->error == 0 ? errno : sink->error;
    return CAIRO_STATUS_WRITE_ERROR;
}

static void drop_sink(struct sink *sink)
{
    (void)fclose(sink->file);
    (void)unlink(sink->temp);
}

/* Makes the file durable and gives it its name; or takes it away, and says why. */
static enum tn_status settle(struct sink *sink, cairo_status_t drawn, const char *path)
{
    if (drawn != CAIRO_STATUS_SUCCESS && drawn != CAIRO_STATUS_WRITE_ERROR) {
        drop_sink(sink);
        return cairo_problem(drawn, path);
    }
    if (drawn == CAIRO_STATUS_WRITE_ERROR && sink->error == 0) {
        sink->error = EIO;
    }
    if (sink->error == 0 && (fflush(sink->file) != 0 || fsync(fileno(sink->file)) != 0)) {
        sink->error = errno;
    }
    if (fclose(sink->file) != 0 && sink->error == 0) {
        sink->error = errno;
    }
    if (sink->error == 0 && rename(sink->temp, path) == 0) {
        return TN_OK;
    }
    sink->error = sink->error == 0 ? errno : sink->error;
    (void)unlink(sink->temp);
    tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(sink->error));
    return sink->error == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

/* A card that lies there already is not written over. */
static enum tn_status is_free(const char *path)
{
    if (access(path, F_OK) != 0) {
        return TN_OK;
    }
    tn_log(TN_LOG_ERROR, "%s: File exists; give a file that is not there yet", path);
    return TN_ERR_EXISTS;
}

enum tn_status tn_paper_open(const char *path, const struct tn_paper_layout *layout,
                             struct tn_paper **out)
{
    *out = NULL;
    struct tn_paper *paper = calloc(1, sizeof(*paper));
    if (paper == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    paper->layout = *layout;
    (void)snprintf(paper->path, sizeof(paper->path), "%s", path);
    enum tn_status status = open_sink(path, &paper->sink);
    if (status != TN_OK) {
        free(paper);
        return status;
    }
    paper->surface = cairo_pdf_surface_create_for_stream(write_some, &paper->sink,
                                                         paper->layout.page_w * POINTS_PER_MM,
                                                         paper->layout.page_h * POINTS_PER_MM);
    /* The PDF says nothing of when it was made, so that a demo is the same every time. */
    cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_TITLE, "Badges");
    cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    paper->cr = cairo_create(paper->surface);
    status = cairo_problem(cairo_status(paper->cr), paper->path);
    if (status != TN_OK) {
        tn_paper_drop(paper);
        return status;
    }
    *out = paper;
    return TN_OK;
}

/* Draws one badge in its place on a page. */
static enum tn_status draw_at(cairo_t *cr, const struct tn_paper_layout *layout, int place,
                              const struct tn_paper_badge *badge)
{
    double x = 0;
    double y = 0;
    tn_paper_place_at(layout, place, &x, &y);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    enum tn_status status = tn_paper_draw_place(cr, layout, badge);
    cairo_restore(cr);
    return status;
}

enum tn_status tn_paper_add(struct tn_paper *paper, const struct tn_paper_badge *badge)
{
    const struct tn_paper_layout *layout = &paper->layout;
    if (paper->on_page == layout->columns * layout->rows) {
        cairo_show_page(paper->cr);
        paper->on_page = 0;
    }
    cairo_save(paper->cr);
    cairo_scale(paper->cr, POINTS_PER_MM, POINTS_PER_MM);
    if (paper->on_page == 0 && layout->columns > 1) {
        tn_paper_cut_marks(paper->cr, layout);
    }
    enum tn_status status = draw_at(paper->cr, layout, paper->on_page, badge);
    cairo_restore(paper->cr);
    paper->on_page++;
    return status == TN_OK ? cairo_problem(cairo_status(paper->cr), paper->path) : status;
}

static void free_paper(struct tn_paper *paper)
{
    cairo_destroy(paper->cr);
    cairo_surface_destroy(paper->surface);
    free(paper);
}

enum tn_status tn_paper_finish(struct tn_paper *paper)
{
    cairo_show_page(paper->cr);
    cairo_surface_finish(paper->surface);
    enum tn_status status = settle(&paper->sink, cairo_surface_status(paper->surface), paper->path);
    free_paper(paper);
    return status;
}

void tn_paper_drop(struct tn_paper *paper)
{
    if (paper != NULL) {
        cairo_surface_finish(paper->surface);
        drop_sink(&paper->sink);
        free_paper(paper);
    }
}

static cairo_surface_t *picture_surface(struct sink *sink, enum tn_paper_format format,
                                        const struct tn_paper_layout *layout)
{
    if (format == TN_PAPER_SVG) {
        return cairo_svg_surface_create_for_stream(write_some, sink,
                                                   layout->badge_w * POINTS_PER_MM,
                                                   tn_paper_place_h(layout) * POINTS_PER_MM);
    }
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(layout->badge_w * PIXELS_PER_MM),
                                      (int)(tn_paper_place_h(layout) * PIXELS_PER_MM));
}

enum tn_status tn_paper_picture(const char *path, enum tn_paper_format format,
                                const struct tn_paper_layout *layout,
                                const struct tn_paper_badge *badge)
{
    const double scale = format == TN_PAPER_SVG ? POINTS_PER_MM : PIXELS_PER_MM;
    struct sink sink;
    enum tn_status status = open_sink(path, &sink);
    if (status != TN_OK) {
        return status;
    }
    cairo_surface_t *surface = picture_surface(&sink, format, layout);
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, scale, scale);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    status = tn_paper_draw_place(cr, layout, badge);
    cairo_destroy(cr);
    cairo_status_t why = cairo_surface_status(surface);
    if (format == TN_PAPER_PNG && status == TN_OK && why == CAIRO_STATUS_SUCCESS) {
        why = tn_paper_png(surface, sink.file);
        sink.error = why == CAIRO_STATUS_WRITE_ERROR ? errno : 0;
    }
    cairo_surface_finish(surface);
    why = why == CAIRO_STATUS_SUCCESS ? cairo_surface_status(surface) : why;
    cairo_surface_destroy(surface);
    if (status != TN_OK) {
        drop_sink(&sink);
        return status;
    }
    return settle(&sink, why, path);
}

/* Pango keeps its fonts for each thread. The caches of cairo and fontconfig are left to the end of
 * the process: cairo asserts where one it frees is still in use. */
void tn_paper_end(void)
{
    pango_cairo_font_map_set_default(NULL);
}

bool tn_paper_format_of(const char *path, enum tn_paper_format *out)
{
    static const char *const ends[] = {
        [TN_PAPER_PDF] = ".pdf", [TN_PAPER_PNG] = ".png", [TN_PAPER_SVG] = ".svg"};
    const size_t len = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (len > strlen(ends[i]) && strcmp(path + len - strlen(ends[i]), ends[i]) == 0) {
            *out = (enum tn_paper_format)i;
            return true;
        }
    }
    return false;
}

static enum tn_status write_sheet(const char *path, const struct tn_paper_layout *layout,
                                  const struct tn_paper_badge *card)
{
    struct tn_paper *paper = NULL;
    enum tn_status status = tn_paper_open(path, layout, &paper);
    if (status != TN_OK) {
        return status;
    }
    status = tn_paper_add(paper, card);
    if (status == TN_OK) {
        return tn_paper_finish(paper);
    }
    tn_paper_drop(paper);
    return status;
}

enum tn_status tn_paper_card(const char *path, const struct tn_paper_layout *layout,
                             const struct tn_paper_badge *card)
{
    enum tn_paper_format format = TN_PAPER_PDF;
    if (!tn_paper_format_of(path, &format)) {
        tn_log(TN_LOG_ERROR, "%s: a file .pdf, .png or .svg is expected", path);
        return TN_ERR_FORMAT;
    }
    enum tn_status status = is_free(path);
    if (status != TN_OK) {
        return status;
    }
    status = format == TN_PAPER_PDF ? write_sheet(path, layout, card)
                                    : tn_paper_picture(path, format, layout, card);
    tn_paper_end();
    return status;
}
