-- Version 4: pathways, and the population that participation is measured against.

CREATE TABLE pathway (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX pathway_code ON pathway (ecosystem, code);

-- A step is taken by visits of needs_n different activities that activity.pathway and activity.step
-- name by the pathway's code and this number.
CREATE TABLE pathway_step (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    pathway @blob@ NOT NULL,
    step INTEGER NOT NULL,
    title TEXT NOT NULL,
    needs_n INTEGER,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX pathway_step_of ON pathway_step (ecosystem, pathway, step);

-- How many there are of whom, by somebody's count: grades grade_lo to grade_hi (PK is -1, K is 0) of
-- a place, of those the ones with a value of a dimension.
CREATE TABLE ref_population (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    geo TEXT NOT NULL,
    grade_band TEXT NOT NULL,
    grade_lo INTEGER NOT NULL,
    grade_hi INTEGER NOT NULL,
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    n @big@ NOT NULL,
    source TEXT,
    year INTEGER,
    PRIMARY KEY (ecosystem, id)
) @strict@;
