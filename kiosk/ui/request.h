/* What a screen asks of the store beside recording a scan, and what it gets back: one request, one
 * reply, within the same event. One row a request in app/store_ask.c. */
#ifndef TURNOUT_UI_REQUEST_H
#define TURNOUT_UI_REQUEST_H

#include "turnout/desk.h"

enum tn_request_type {
    TN_ASK_LOCK,          /* wipe the directory */
    TN_ASK_SEARCH,        /* text -> found */
    TN_ASK_CODE,          /* text -> found */
    TN_ASK_ADMIT,         /* who, method -> record */
    TN_ASK_ADMIT_REFUSED, /* seq -> record */
    TN_ASK_GROUP_CONFIRM, /* count: adults -> record */
    TN_ASK_GROUP_DROP,
    TN_ASK_HEADCOUNT,  /* count -> seq */
    TN_ASK_PAST,       /* first: window in ms -> past */
    TN_ASK_UNDO,       /* seq -> seq */
    TN_ASK_REGISTER,   /* form, text: blank badge or empty -> handed */
    TN_ASK_REPLACE,    /* who, why, text: blank badge or empty -> handed */
    TN_ASK_TALLY,      /* -> tally */
    TN_ASK_ROLL,       /* first, count -> roll */
    TN_ASK_PASSPORT,   /* who.learner or who.badge as `id` -> passport */
    TN_ASK_ACTIVITIES, /* first -> activities */
    TN_ASK_SWITCH,     /* role, id: activity */
    TN_ASK_PARTNERS,   /* text, first -> partners */
    TN_ASK_CLOCK,      /* is_right */
    TN_ASK_CLOSE,      /* -> seq */
    TN_ASK_PIN,        /* text */
    TN_ASK_SETTING,    /* name, text: sets it */
    TN_ASK_SETTINGS,   /* -> settings: all of them, read */
    TN_ASK_SET_UP,     /* text: digits of a set-up card, or path: a file; makes the station where
                          there is none, else set_up_again */
    TN_ASK_COUNT
};

#define TN_REQUEST_TEXT_MAX 2600 /* a set-up card's digits */

struct tn_request {
    enum tn_request_type type;
    char text[TN_REQUEST_TEXT_MAX + 1]; /* may hold a secret: wiped by the runner */
    char path[1024];                    /* SET_UP from a file */
    struct tn_found who;
    const char *method; /* static */
    uint64_t seq;
    unsigned count;
    uint64_t first;
    struct tn_id id;
    struct tn_walkin form;
    enum tn_replace_why why;
    enum tn_role role;
    bool is_right;
    const char *name; /* of a setting; static */
};

struct tn_settings {
    char walk_in[TN_SETTING_MAX + 1];
    char lang[TN_SETTING_MAX + 1];
    char theme[TN_SETTING_MAX + 1];
    char volume[TN_SETTING_MAX + 1];
    char lower[TN_SETTING_MAX + 1];
    char larger[TN_SETTING_MAX + 1];
    char still[TN_SETTING_MAX + 1];
    char speech[TN_SETTING_MAX + 1];
};

struct tn_found_list {
    size_t count;
    struct tn_found items[TN_FOUND_MAX];
};

struct tn_past_list {
    size_t count;
    struct tn_past items[TN_PAST_MAX];
};

/* Wiped by the runner once the screens have seen it. */
struct tn_reply {
    enum tn_request_type type;
    enum tn_status status; /* the store's own failures (disk, damage) never get here: they are the
                              fault screen's */
    union {
        struct tn_found_list found;
        struct tn_past_list past;
        struct tn_record record;
        struct tn_handed handed;
        struct tn_tally tally;
        struct tn_roll roll;
        struct tn_passport passport;
        struct tn_activity_list activities;
        struct tn_partner_list partners;
        struct tn_settings settings;
        uint64_t seq;
    };
};

#endif
