/* What a report is about, as numbers: the events, activities and partners of the ecosystem, which
 * of them the filter lets in, and how many learners were seen. Reports name them by their place in
 * these lists, so that counting a million learners compares no ids. */
#ifndef TURNOUT_CENTRAL_REPORT_SCOPE_H
#define TURNOUT_CENTRAL_REPORT_SCOPE_H

#include "sync/central/report.h"

#define TN_SCOPE_NONE UINT32_MAX

enum tn_setting { TN_SETTING_UNKNOWN, TN_SETTING_IN_SCHOOL, TN_SETTING_OUT_OF_SCHOOL };

struct tn_scope_event {
    uint64_t key; /* tn_visited_key */
    int64_t starts;
    int64_t ends;
    enum tn_setting setting;
    int64_t learners; /* seen at it, of those the filter lets in; filled by the survey */
    int64_t all;      /* seen at it, whatever days, partner and activity the filter asks for */
};

struct tn_scope_activity {
    uint64_t key;
    uint32_t partner; /* place in partners, or TN_SCOPE_NONE */
    uint32_t kind;    /* of workforce exposure: place in kinds, or TN_SCOPE_NONE */
    uint32_t step;    /* of a pathway: place in steps, or TN_SCOPE_NONE */
    enum tn_setting setting;
};

struct tn_scope_partner {
    struct tn_id id;
    struct tn_id parent;
    const char *name;
    const char *sector;
    bool has_agreement;
    int64_t agreement_expires; /* 0: no day */
    bool is_in;                /* the partner of the filter, or below it */
};

struct tn_scope_step {
    uint32_t pathway; /* place in pathways */
    int64_t number;
    int64_t needs; /* different activities */
    const char *title;
};

struct tn_scope_pathway {
    const char *code;
    const char *title;
};

struct tn_scope {
    struct tn_centre *centre;
    const struct tn_report_filter *filter;
    struct tn_report *report; /* keeps the texts */
    void *ctx;                /* the survey's */
    struct tn_scope_event
        *events; /* by key; those that visits name and nobody imported come last */
    size_t event_count;
    size_t event_known;                   /* how many are by key */
    struct tn_scope_activity *activities; /* by key */
    size_t activity_count;
    int place_bits;
    uint32_t *event_places; /* by the first place_bits of a key: where to begin to look */
    uint32_t *activity_places;
    bool has_event; /* the filter's, asked once for every visit */
    bool has_partner;
    struct tn_scope_partner *partners; /* by sector and name */
    size_t partner_count;
    uint32_t partner_last; /* where the last one looked for was: activities come by partner */
    struct tn_scope_pathway *pathways;
    size_t pathway_count;
    struct tn_scope_step *steps; /* by pathway and number */
    size_t step_count;
    const char **kinds;
    size_t kind_count;

    int64_t learners;     /* seen, each once; filled by the survey, as what follows */
    int64_t minutes;      /* of contact */
    int64_t most_minutes; /* of one learner */
    int64_t stayed;       /* learners with a stay at an event */
    int64_t voided;       /* visits that a correction says were none; they are in no other number */
    int64_t voided_learners;
    int64_t most_voided;  /* of one learner */
    bool is_small;        /* too few learners for any figure */
    bool is_cut;          /* a filter cuts through events */
    bool has_exact_total; /* see report_release.h */
    bool has_exact_parts;
    bool has_exact_contact;
};

/* Reads what there is. destroy frees it also after a failure. */
enum tn_status tn_scope_init(struct tn_scope *scope, struct tn_centre *centre,
                             const struct tn_report_filter *filter, struct tn_report *report);
void tn_scope_destroy(struct tn_scope *scope);

/* The place of an event or activity by its key. An event that nobody imported gets a place;
 * TN_SCOPE_NONE for such an activity, or where memory has run out. */
uint32_t tn_scope_event(struct tn_scope *scope, uint64_t key);
uint32_t tn_scope_activity(const struct tn_scope *scope, uint64_t key);

/* Whether a filter says anything but the event. */
bool tn_scope_is_filtered(const struct tn_report_filter *filter);

#endif
