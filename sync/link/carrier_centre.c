/* Each question is a piece of a session of its own. Unlike a hub's (hub_answer.h) it is answered
 * for one person who waits: packs are made after all bundles were taken, and what a request says of
 * the time is days old. */
#include "sync/link/carrier_centre.h"

#include "sync/central/contact.h"
#include "sync/wire/request.h"

/* A station's last word may be days old, and its clock has not been compared with ours. */
static enum tn_status note_contact(struct tn_carrier_centre *near, const struct tn_hello *hello)
{
    const int64_t now_ms = near->link.now_ms;
    struct tn_contact contact = {.device_key = hello->device_key,
                                 .at_ms = hello->at_ms < now_ms ? hello->at_ms : now_ms,
                                 .program = hello->program,
                                 .epoch = hello->epoch,
                                 .pack_version = hello->pack_version,
                                 .forgot = hello->forgot,
                                 .waiting = tn_hello_waiting(hello)};
    return tn_contact_note(near->link.centre, &contact);
}

static enum tn_status answer_hello(struct tn_carrier_centre *near, struct tn_bytes request,
                                   struct tn_buf *answer)
{
    struct tn_bytes message;
    enum tn_status status = tn_request_read(request, &message, &near->session.hello);
    if (status == TN_OK) {
        status = tn_session_centre_step(&near->session, message, answer);
    }
    return status == TN_OK ? note_contact(near, &near->session.hello) : status;
}

static enum tn_status answer_pack(struct tn_carrier_centre *near, struct tn_bytes request,
                                  struct tn_buf *answer)
{
    struct tn_buf done;
    struct tn_bytes message;
    tn_buf_init(&done, 16);
    tn_session_put_done(&done);
    enum tn_status status = tn_request_read(request, &message, &near->session.hello);
    if (status == TN_OK) {
        status = tn_session_centre_resume(&near->session, message);
    }
    if (status == TN_OK) {
        status = tn_session_centre_step(&near->session, tn_buf_bytes(&done), answer);
    }
    tn_buf_destroy(&done);
    return status;
}

static enum tn_status answer_bundle(struct tn_carrier_centre *near, struct tn_bytes message,
                                    struct tn_buf *answer)
{
    static const struct tn_bytes none = {NULL, 0};
    enum tn_status status = tn_session_centre_resume(&near->session, none);
    return status == TN_OK ? tn_session_centre_step(&near->session, message, answer) : status;
}

static enum tn_status ask(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer)
{
    struct tn_carrier_centre *near = ctx;
    tn_session_centre_init(&near->session, &tn_centre_link_ops, &near->link);
    switch (what) {
    case TN_ASK_HELLO:
        return answer_hello(near, message, answer);
    case TN_ASK_BUNDLE:
        return answer_bundle(near, message, answer);
    case TN_ASK_PACK:
        return answer_pack(near, message, answer);
    default:
        return TN_ERR_NOT_FOUND; /* it keeps no bundles for siblings */
    }
}

void tn_carrier_centre_begin(struct tn_carrier_centre *near, struct tn_centre *centre,
                             const struct tn_keyring *keyring, int64_t now_ms, struct tn_far *far)
{
    near->link = (struct tn_centre_link){.centre = centre, .keyring = keyring, .now_ms = now_ms};
    centre->keyring = keyring;
    centre->is_outside = true;
    tn_packing_init(&near->packing, centre, keyring);
    near->link.packing = &near->packing;
    *far = (struct tn_far){.ask = ask, .ctx = near};
}

void tn_carrier_centre_end(struct tn_carrier_centre *near)
{
    near->link.centre->is_outside = false;
    tn_packing_destroy(&near->packing);
}
