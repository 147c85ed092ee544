/* One table: what each trouble is called, what it means, and what a person does about it. Where the
 * same try may work later the status is BUSY, and a station that keeps reconciling keeps trying. */
#include "sync/link/https_trouble.h"

#include <assert.h>

static const struct row {
    const char *word;
    enum tn_status status;
    enum tn_sync_fault fault;
    const char *text;
} rows[TN_HTTPS_TROUBLE_COUNT] = {
    [TN_HTTPS_NONE] = {"none", TN_OK, TN_SYNC_WELL, "The hub answered."},
    [TN_HTTPS_NO_NETWORK] = {"no_network", TN_ERR_BUSY, TN_SYNC_NO_NETWORK,
                             "There is no network, or it does not know the hub's name. Look at "
                             "the Wi-Fi or the cable; check-in goes on, and nothing is lost."},
    [TN_HTTPS_NOT_REACHED] = {"not_reached", TN_ERR_BUSY, TN_SYNC_NO_NETWORK,
                              "The hub does not answer. It may be switched off, or this network "
                              "does not let us through; check-in goes on, and nothing is lost."},
    [TN_HTTPS_PORTAL] = {"portal", TN_ERR_BUSY, TN_SYNC_PORTAL,
                         "This network shows a sign-in page first. Open a web browser on this "
                         "computer, sign in there, and try again."},
    [TN_HTTPS_WRONG_CERTIFICATE] = {"wrong_certificate", TN_ERR_FORGED, TN_SYNC_WRONG_CERTIFICATE,
                                    "Somebody else answers in the hub's place, so nothing was "
                                    "sent. Try another network (a phone's, say); if it stays so, "
                                    "the hub has a new key and this station needs a new set-up "
                                    "card: ask the organizer."},
    [TN_HTTPS_CUT] = {"cut", TN_ERR_BUSY, TN_SYNC_NO_NETWORK,
                      "The connection broke in the middle. What the hub has not confirmed is sent "
                      "again; try again."},
    [TN_HTTPS_BUSY] = {"busy", TN_ERR_BUSY, TN_SYNC_HUB_BUSY,
                       "The hub is busy and asks us to come back later."},
    [TN_HTTPS_REFUSED] = {"refused", TN_ERR_STATE, TN_SYNC_REFUSED,
                          "The centre does not know this station, or does not take this from it "
                          "any more. Ask the organizer (`turnout-sync station list`)."},
    [TN_HTTPS_TOO_LARGE] = {"too_large", TN_ERR_LIMIT, TN_SYNC_REFUSED,
                            "What was to be sent or received is larger than the hub takes or we "
                            "do. Bring this station to the centre, or use a carrier."},
    [TN_HTTPS_NOT_UNDERSTOOD] = {"not_understood", TN_ERR_FORMAT, TN_SYNC_REFUSED,
                                 "The hub and this program do not understand each other. Is one of "
                                 "them of another version?"},
    [TN_HTTPS_HUB_TROUBLE] = {"hub_trouble", TN_ERR_BUSY, TN_SYNC_HUB_BUSY,
                              "The hub has trouble of its own; its log says which. Nothing is "
                              "lost; try again later."},
    [TN_HTTPS_STOPPED] = {"stopped", TN_ERR_BUSY, TN_SYNC_HUB_BUSY,
                          "It was ended before the hub answered."},
    [TN_HTTPS_OTHER] = {"other", TN_ERR_BUSY, TN_SYNC_NO_NETWORK,
                        "The hub could not be asked. Nothing is lost; try again later."},
};

static const struct row *row_of(enum tn_https_trouble trouble)
{
    assert(trouble < TN_HTTPS_TROUBLE_COUNT);
    return &rows[trouble];
}

const char *tn_https_trouble_word(enum tn_https_trouble trouble)
{
    return row_of(trouble)->word;
}

const char *tn_https_trouble_text(enum tn_https_trouble trouble)
{
    return row_of(trouble)->text;
}

enum tn_status tn_https_trouble_status(enum tn_https_trouble trouble)
{
    return row_of(trouble)->status;
}

enum tn_sync_fault tn_https_trouble_fault(enum tn_https_trouble trouble)
{
    return row_of(trouble)->fault;
}
