-- Version 6: settling conflicts, learners who are one, and where each handout was said.

-- A conflict may be about three things, as one learner at two events is.
ALTER TABLE conflict ADD COLUMN c @blob@;

-- What people decided about a conflict, step after step; the last step is the one that holds.
CREATE TABLE settlement (
    ecosystem INTEGER NOT NULL,
    conflict @blob@ NOT NULL,
    step INTEGER NOT NULL,
    verb TEXT NOT NULL,
    how TEXT,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    at @big@ NOT NULL,
    PRIMARY KEY (ecosystem, conflict, step)
) @strict@;

-- What the settled conflicts say, in the form that deriving asks for it: does this to that.
CREATE TABLE ruling (
    ecosystem INTEGER NOT NULL,
    does TEXT NOT NULL,
    about @blob@ NOT NULL,
    conflict @blob@ NOT NULL,
    target @blob@,
    amount @big@,
    PRIMARY KEY (ecosystem, does, about)
) @clustered@;
CREATE INDEX ruling_target ON ruling (ecosystem, does, target);
CREATE INDEX ruling_conflict ON ruling (ecosystem, conflict);

-- Where the chain of learner.merged_into ends, of each learner who was merged.
CREATE TABLE merged (
    ecosystem INTEGER NOT NULL,
    learner @blob@ NOT NULL,
    root @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, learner)
) @clustered@;
CREATE INDEX merged_root ON merged (ecosystem, root);

-- Two learners who may be one, as the last look for them found it; a is the smaller id.
CREATE TABLE duplicate (
    ecosystem INTEGER NOT NULL,
    a @blob@ NOT NULL,
    b @blob@ NOT NULL,
    score INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (ecosystem, a, b)
) @clustered@;
CREATE INDEX duplicate_b ON duplicate (ecosystem, b);
