-- Version 5: visits by corrected time, corrections, and attendance that was kept on paper.

-- sighting.at_ms is the corrected time from here on; the entry keeps the station's own. clock says how
-- it came about: 0 as the station's clock had it, 1 measured or confirmed in that boot, 2 settled by a
-- person as a conflict, 3 bounded by its neighbours in the log, 4 as it was, and somebody said the clock
-- was wrong.
ALTER TABLE sighting ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;

-- clock: the less certain of the visit's two ends. source: scan, paper (imported), or added (by a
-- correction).
ALTER TABLE visit ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN source TEXT NOT NULL DEFAULT 'scan';

-- Stretches of a log in which the wall clock and the clock of the boot go alike. told: as clock
-- above; where it is 1 or 3, the corrected time is mono_ms + base, within lo and hi, where 2 at_ms +
-- base.
CREATE TABLE clock_span (
    ecosystem INTEGER NOT NULL,
    log_no INTEGER NOT NULL,
    first_seq @big@ NOT NULL,
    last_seq @big@ NOT NULL,
    boot @blob@,
    is_salvaged INTEGER NOT NULL,
    first_at @big@ NOT NULL,
    first_mono @big@ NOT NULL,
    last_at @big@ NOT NULL,
    last_mono @big@ NOT NULL,
    told INTEGER NOT NULL,
    base @big@ NOT NULL,
    lo @big@ NOT NULL,
    hi @big@ NOT NULL,
    PRIMARY KEY (ecosystem, log_no, first_seq)
) @clustered@;
CREATE INDEX clock_span_boot ON clock_span (ecosystem, boot);

-- What `clock` entries say. at_ms: the right time at mono_ms; of the word `wrong`, the wrong one.
CREATE TABLE clock_anchor (
    ecosystem INTEGER NOT NULL,
    log_no INTEGER NOT NULL,
    seq @big@ NOT NULL,
    boot @blob@ NOT NULL,
    word TEXT NOT NULL,
    mono_ms @big@ NOT NULL,
    at_ms @big@ NOT NULL,
    PRIMARY KEY (ecosystem, log_no, seq)
) @clustered@;
CREATE INDEX clock_anchor_boot ON clock_anchor (ecosystem, boot);

-- People whose visits are to be derived again at the next update: whoever changes what visits follow
-- from puts a row here in the same transaction.
CREATE TABLE stale (
    ecosystem INTEGER NOT NULL,
    event @blob@ NOT NULL,
    who @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, event, who)
) @clustered@;

-- Attendance kept on paper: a fact beside the entries, which visits follow from as from those.
CREATE TABLE attendance (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    learner @blob@ NOT NULL,
    event @blob@ NOT NULL,
    activity @blob@,
    starts @big@ NOT NULL,
    ends @big@,
    source TEXT NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX attendance_who ON attendance (ecosystem, event, learner);

-- The centre's own log: what people corrected. Only ever appended; a row that reverts another ends
-- what that one does. Each is a rule that visits are derived by: which (event, station, from_ms up to
-- to_ms, activity, the learners of correction_learner where has_learners) and what (verb, to_event,
-- to_activity, by_ms, starts_ms, ends_ms, minutes). learners_hash is over salt and those learners;
-- hash is over all the other columns but salt and ecosystem.
CREATE TABLE correction (
    ecosystem INTEGER NOT NULL,
    seq @big@ NOT NULL,
    at_ms @big@ NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    verb TEXT NOT NULL,
    reverts @big@,
    event @blob@,
    station TEXT,
    from_ms @big@,
    to_ms @big@,
    activity @blob@,
    group_title TEXT,
    has_learners INTEGER NOT NULL,
    to_event @blob@,
    to_activity @blob@,
    by_ms @big@,
    starts_ms @big@,
    ends_ms @big@,
    minutes @big@,
    salt @blob@,
    learners_hash @blob@ NOT NULL,
    prev_hash @blob@ NOT NULL,
    hash @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, seq)
) @strict@;

CREATE TABLE correction_learner (
    ecosystem INTEGER NOT NULL,
    seq @big@ NOT NULL,
    learner @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, seq, learner)
) @clustered@;
CREATE INDEX correction_of_learner ON correction_learner (ecosystem, learner);

-- What was derived before knew no spans: the next update derives it anew.
DELETE FROM visit;
DELETE FROM sighting;
DELETE FROM headcount;
DELETE FROM undone;
UPDATE kiosk SET closed_at = NULL, active_at = NULL, derived_seq = coalesce((SELECT f.seq - 1 FROM
    fork f WHERE f.ecosystem = kiosk.ecosystem AND f.branch_id = kiosk.log_id), 0);
