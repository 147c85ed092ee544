-- Version 2: salvaged entries. from_log and from_seq say where the row that a salvaged entry was
-- read from stood first, so that the two count once. `undone` keeps what a salvaged undo takes back,
-- by log id, since what it names may arrive after it.

ALTER TABLE sighting ADD COLUMN from_log @blob@;
ALTER TABLE sighting ADD COLUMN from_seq @big@;
CREATE INDEX sighting_from ON sighting (ecosystem, from_log, from_seq) WHERE from_log IS NOT NULL;

CREATE TABLE undone (
    ecosystem INTEGER NOT NULL,
    log_id @blob@ NOT NULL,
    seq @big@ NOT NULL,
    PRIMARY KEY (ecosystem, log_id, seq)
) @clustered@;
