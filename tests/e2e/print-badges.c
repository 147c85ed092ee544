/* Drives the kiosk's printer by lines on standard input, and answers each with one line:
 *     submit DIGITS NAME   `STATUS`
 *     health               `STATE WAITING PRINTED FAILED REASON`, with - for none
 * At the end of input it frees the printer and prints `end`. The queue is the first
 * argument (`-`: the default), a job's patience in milliseconds the second. */
#include <sodium.h>

#include "kiosk/sys/printer.h"

static void submit(struct tn_printer *printer, const char *digits, const char *name)
{
    struct tn_label label = {.kind = TN_LABEL_62X29};
    struct tn_badge badge;
    (void)snprintf(label.digits, sizeof label.digits, "%.48s", digits);
    (void)snprintf(label.name, sizeof label.name, "%s", name);
    (void)snprintf(label.event_title, sizeof label.event_title, "STEM Night");
    if (tn_badge_decode(digits, strlen(digits), &badge) == TN_OK) {
        const struct tn_id id = tn_badge_id(&badge);
        tn_badge_code(&id, label.code);
    }
    const enum tn_status status = tn_printer_submit(printer, &label);
    printf("%s\n", status == TN_OK ? "ok" : tn_status_text(status));
    tn_label_wipe(&label);
}

static void health(struct tn_printer *printer)
{
    static const char *const states[] = {"none", "ready", "busy", "trouble"};
    struct tn_printer_health now;
    tn_printer_health(printer, &now);
    printf("%s %u %u %u %s\n", states[now.state], now.waiting, now.printed, now.failed,
           now.reason[0] == '\0' ? "-" : now.reason);
}

int main(int argc, char **argv)
{
    if (argc != 3 || tn_crypto_init() != TN_OK) {
        fprintf(stderr, "print-badges QUEUE|- STALL_MS\n");
        return 2;
    }
    struct tn_printer *printer = NULL;
    const struct tn_printer_options options = {
        .queue = strcmp(argv[1], "-") == 0 ? NULL : argv[1],
        .stall_ms = (int)strtol(argv[2], NULL, 10),
    };
    if (tn_printer_create(&options, &printer) != TN_OK) {
        return 3;
    }
    char line[300];
    char digits[64];
    char name[128];
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (sscanf(line, "submit %63s %127[^\n]", digits, name) == 2) {
            submit(printer, digits, name);
        } else {
            health(printer);
        }
    }
    tn_printer_free(printer);
    printf("end\n");
    return 0;
}
