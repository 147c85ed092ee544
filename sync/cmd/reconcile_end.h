/* What the words of a reconcile's line are: the two ends between which entries, receipts and packs
 * travel. */
#ifndef TURNOUT_CMD_RECONCILE_END_H
#define TURNOUT_CMD_RECONCILE_END_H

enum tn_end {
    TN_END_STATION, /* a station's folder, also one whose database is gone */
    TN_END_CARRIER, /* any other folder */
    TN_END_CENTRE,  /* a database, by its file or its address */
    TN_END_HUB,     /* https://... */
    TN_END_NOTHING  /* a path where nothing is, which may become a carrier */
};

/* What a word is, by its looks and by what is there now; NULL is a hub. */
enum tn_end tn_end_of(const char *word);

#endif
