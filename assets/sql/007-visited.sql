-- Version 7: what reports read. visited holds one learner's (or unknown badge's) visits in a few
-- bytes each, since a report that walked through `visit` would take minutes where there are
-- millions; their form stands in sync/central/visited.c. It follows from `visit` and is laid down
-- with it.

CREATE TABLE visited (
    ecosystem INTEGER NOT NULL,
    who @blob@ NOT NULL,
    visits @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, who)
) @clustered@;

-- Bands of contact time in minutes: from lo on, up to hi and not with it; without hi, no end.
CREATE TABLE dose_band (
    ecosystem INTEGER NOT NULL,
    scheme TEXT NOT NULL,
    lo INTEGER NOT NULL,
    hi INTEGER,
    label TEXT NOT NULL,
    PRIMARY KEY (ecosystem, scheme, lo)
) @strict@;

-- What an ecosystem begins with is what sync/central/dose.c says; those that are there get it here.
INSERT INTO dose_band (ecosystem, scheme, lo, hi, label)
    SELECT no, 'contact', 0, 60, 'under 1 hour' FROM ecosystem UNION ALL
    SELECT no, 'contact', 60, 120, '1 to 2 hours' FROM ecosystem UNION ALL
    SELECT no, 'contact', 120, 240, '2 to 4 hours' FROM ecosystem UNION ALL
    SELECT no, 'contact', 240, 480, '4 to 8 hours' FROM ecosystem UNION ALL
    SELECT no, 'contact', 480, 900, '8 to 15 hours' FROM ecosystem UNION ALL
    SELECT no, 'contact', 900, NULL, '15 hours and more' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 0, 900, 'under 15 hours' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 900, 2700, '15 to 44 hours' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 2700, 5400, '45 to 89 hours' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 5400, 10800, '90 to 179 hours' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 10800, 16200, '180 to 269 hours' FROM ecosystem UNION ALL
    SELECT no, '21cclc', 16200, NULL, '270 hours and more' FROM ecosystem;

-- Everything derived is derived anew by the next command that needs it.
DELETE FROM visit;
DELETE FROM sighting;
DELETE FROM headcount;
DELETE FROM undone;
DELETE FROM conflict WHERE type = 'unknown_badge' AND state = 'open';
UPDATE kiosk SET closed_at = NULL, active_at = NULL, derived_seq = coalesce((SELECT f.seq - 1 FROM
    fork f WHERE f.ecosystem = kiosk.ecosystem AND f.branch_id = kiosk.log_id), 0);
