-- Version 9: what was sent out, so that it can be taken back there.

-- xAPI statements by recipient, a row a revision of a visit. Ids only: content is a keyed hash of what
-- the statement said, and tells nothing without the vault. voided_at: since when that statement is
-- taken back, by another one with this time.
CREATE TABLE export_sent (
    ecosystem INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    visit @blob@ NOT NULL,
    revision INTEGER NOT NULL,
    content @blob@ NOT NULL,
    voided_at @big@,
    PRIMARY KEY (ecosystem, recipient, visit, revision)
) @clustered@;

CREATE INDEX learner_alias_learner ON learner_alias (ecosystem, learner);
