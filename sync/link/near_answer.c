/* hello and the question for a pack are the same request, answered by one message or the other. */
#include "sync/link/near_answer.h"

#include "sync/wire/request.h"

static enum tn_status answer_bundle(struct tn_session_centre *session, struct tn_bytes in,
                                    struct tn_buf *out)
{
    static const struct tn_bytes none = {NULL, 0};
    enum tn_status status = tn_session_centre_resume(session, none);
    return status == TN_OK ? tn_session_centre_step(session, in, out) : status;
}

static enum tn_status answer_pack(struct tn_session_centre *session, struct tn_bytes hello,
                                  struct tn_buf *out)
{
    struct tn_buf done;
    tn_buf_init(&done, 16);
    tn_session_put_done(&done);
    enum tn_status status = tn_session_centre_resume(session, hello);
    if (status == TN_OK) {
        status = tn_session_centre_step(session, tn_buf_bytes(&done), out);
    }
    tn_buf_destroy(&done);
    return status;
}

enum tn_status tn_near_answer(struct tn_session_centre *session, enum tn_ask what,
                              struct tn_bytes question, tn_near_admit admit, struct tn_buf *out)
{
    struct tn_bytes hello;
    if (what == TN_ASK_BUNDLE) {
        return answer_bundle(session, question, out);
    }
    enum tn_status status = tn_request_read(question, &hello, &session->hello);
    if (status == TN_OK) {
        status = admit(session->ctx, &session->hello);
    }
    if (status != TN_OK) {
        return status;
    }
    return what == TN_ASK_PACK ? answer_pack(session, hello, out)
                               : tn_session_centre_step(session, hello, out);
}
