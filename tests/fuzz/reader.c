/* Fuzz: the ladder of passes, one of them, or a live frame's two, or all. Every picture is read
 * within its bounds and within the reader's own planes, whatever sizes came before it. */
#include <assert.h>
#include <string.h>

#include "kiosk/sys/reader.h"
#include "tests/fuzz/greyfile.h"

#define ALL 255
#define LIVE 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_symbols found;
    static struct tn_reader *reader;
    struct tn_grey grey;
    if (reader == NULL) {
        reader = tn_reader_create();
    }
    if (reader == NULL || !greyfile_read(data, size, &grey)) {
        return 0;
    }
    bool is_read = false;
    if (data[1] == ALL) {
        is_read = tn_reader_picture(reader, &grey, &found);
    } else if (data[1] >= LIVE) {
        is_read = tn_reader_frame(reader, &grey, data[1], &found);
    } else {
        is_read = tn_reader_pass(reader, data[1] % tn_reader_pass_count(), &grey, &found);
    }
    assert(is_read == (found.count > 0) && greyfile_is_sound(&found));
    return 0;
}
