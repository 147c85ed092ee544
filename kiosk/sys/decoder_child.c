/* The decoding process. It loads and warms up everything it will ever need, and then gives up every
 * right to open, connect, start or run anything (seccomp): a refused call answers EPERM, which
 * libraries live through, ZBar's iconv among them. It ends by itself when the kiosk has gone, when
 * one picture takes too long, and when memory runs out. */
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kiosk/sys/decoder.h"
#include "kiosk/sys/decoder_wire.h"
#include "kiosk/sys/reader.h"

#define PICTURE_S_MAX 30
#define MEMORY_MAX (1024ull << 20)

/* Sanitizers keep terabytes of shadow, and look at the system in ways a lone reader never does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

/* What decoding needs: its two pipes, memory, time, and to end. */
static const int needed[] = {
    SCMP_SYS(read),           SCMP_SYS(write),         SCMP_SYS(brk),
    SCMP_SYS(munmap),         SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(futex),          SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),  SCMP_SYS(alarm),
    SCMP_SYS(setitimer),      SCMP_SYS(getpid),        SCMP_SYS(gettid),
    SCMP_SYS(tgkill),         SCMP_SYS(sched_yield),   SCMP_SYS(restart_syscall),
    SCMP_SYS(getrandom),      SCMP_SYS(sigaltstack),
};

static bool confine(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(1 /* EPERM */));
    bool is_ok = filter != NULL;
    for (size_t i = 0; is_ok && i < sizeof needed / sizeof needed[0]; i++) {
        is_ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, needed[i], 0) == 0;
    }
    /* Memory, but none that could be run. */
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    is_ok = is_ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) == 0 &&
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0 &&
            seccomp_load(filter) == 0;
    seccomp_release(filter);
    return is_ok;
}

static void limit_resources(void)
{
    const struct rlimit none = {0, 0};
    const struct rlimit memory = {MEMORY_MAX, MEMORY_MAX};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_FSIZE, &none);
    if (!IS_SANITIZED) {
        (void)setrlimit(RLIMIT_AS, &memory);
    }
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(SIGINT, SIG_IGN); /* of the kiosk's terminal: the kiosk decides */
    (void)close_range(TN_DECODER_FD_MEMORY + 1, ~0u, 0);
}

/* Every pass once over nothing, so that whatever a library opens is open before it may no more. */
static void warm_up(struct tn_reader *reader)
{
    static uint8_t px[64 * 64];
    static struct tn_symbols symbols; /* 28 KB */
    const struct tn_grey grey = {.px = px, .w = 64, .h = 64, .stride = 64};
    (void)tn_reader_picture(reader, &grey, &symbols);
    tn_picture_warm();
}

static enum tn_status read_file(struct tn_reader *reader, const struct tn_decoder_memory *memory,
                                struct tn_symbols *out)
{
    uint8_t *px = NULL;
    struct tn_grey grey;
    enum tn_status status = tn_picture_grey(memory->data, memory->len, &px, &grey);
    if (status == TN_OK) {
        (void)tn_reader_picture(reader, &grey, out);
    }
    free(px);
    return status;
}

static void read_one(struct tn_reader *reader, struct tn_decoder_memory *memory)
{
    const struct tn_grey frame = {
        .px = memory->data, .w = memory->w, .h = memory->h, .stride = (size_t)memory->w};
    memory->symbols.count = 0;
    memory->reply = TN_OK;
    switch (memory->kind) {
    case TN_DECODE_FRAME:
        (void)tn_reader_frame(reader, &frame, memory->turn, &memory->symbols);
        break;
    case TN_DECODE_FILE:
        memory->reply = read_file(reader, memory, &memory->symbols);
        break;
    default:
        break;
    }
}

int tn_decoder_child(void)
{
    char byte = 0;
    void *at = mmap(NULL, sizeof(struct tn_decoder_memory), PROT_READ | PROT_WRITE, MAP_SHARED,
                    TN_DECODER_FD_MEMORY, 0);
    struct tn_reader *reader = tn_reader_create();
    limit_resources();
    if (at == MAP_FAILED || reader == NULL) {
        return 3;
    }
    warm_up(reader);
    if (!confine()) {
        return 3;
    }
    while (read(TN_DECODER_FD_ASK, &byte, 1) == 1) {
        (void)alarm(PICTURE_S_MAX);
        read_one(reader, at);
        (void)alarm(0);
        if (write(TN_DECODER_FD_ANSWER, &byte, 1) != 1) {
            break;
        }
    }
    _exit(0); /* what a library would tidy up may need a right that is gone */
}
