/* turnout-kiosk: reads its options, opens the station and runs the one loop they ask for. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "kiosk/sys/decode.h"
#include "kiosk/sys/decoder.h"
#include "kiosk/sys/decoder_wire.h"
#include "kiosk/sys/kiosk.h"
#include "kiosk/sys/locale.h"
#include "turnout/crypto.h"
#include "turnout/log.h"

static enum tn_exit run(struct tn_kiosk *kiosk, const struct tn_options *options)
{
    if (options->script != NULL) {
        return tn_headless_script(kiosk);
    }
    return options->is_headless ? tn_headless_scans(kiosk) : tn_window_run(kiosk);
}

/* Memory may hold a badge's secret for the moment of a scan; a core file would keep it. */
static void forbid_core_files(void)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        tn_log(TN_LOG_WARN, "core files cannot be switched off");
    }
}

int main(int argc, char **argv)
{
    static struct tn_kiosk kiosk;
    struct tn_options options;
    if (argc == 2 && strcmp(argv[1], TN_DECODER_ARG) == 0) {
        return tn_decoder_child();
    }
    tn_locale_start();
    tn_log_program("turnout-kiosk");
    forbid_core_files();
    if (tn_options_read(&options, argc, argv) != TN_OK) {
        return TN_EXIT_USAGE;
    }
    if (options.is_verbose) {
        tn_log_level_max(TN_LOG_INFO);
    }
    if (options.wants_help || options.wants_version) {
        int len = options.wants_help ? printf("%s", tn_options_help())
                                     : printf("turnout-kiosk %s\n", TN_VERSION);
        return len > 0 && fflush(stdout) == 0 ? TN_EXIT_DONE : TN_EXIT_WORLD;
    }
    if (options.is_decoding) {
        return (int)tn_decode_pictures(&options);
    }
    if (tn_crypto_init() != TN_OK) {
        tn_log(TN_LOG_ERROR, "the system gives no random numbers to start with");
        return TN_EXIT_WORLD;
    }
    enum tn_exit result = tn_kiosk_open(&kiosk, &options);
    if (result == TN_EXIT_DONE) {
        result = run(&kiosk, &options);
        tn_kiosk_close(&kiosk);
    }
    return result;
}
