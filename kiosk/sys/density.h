/* What to believe of a display that says how large it is. Pure. */
#ifndef TURNOUT_SYS_DENSITY_H
#define TURNOUT_SYS_DENSITY_H

/* What a display says of itself, as SDL gives it. */
struct tn_density_claim {
    float h_dpi; /* dots an inch across and down; 0: it does not say */
    float v_dpi;
    int w_px;
    int h_px;
};

/* Pixels a millimetre, from 2 to 20, or 0 where the claim cannot be believed: not said, out of
 * those bounds, pixels that would not be square, or a size in millimetres that is known to be a
 * shape (16:9) written into the size's place, as televisions and projectors do. */
float tn_density_of(const struct tn_density_claim *claim);

#endif
