-- Version 14: erasure and retention.

-- Who was erased: a keyed hash of each id that stood for them (learner, badge, and the id that every
-- id of another system would give), so that nobody comes back and the database alone cannot test a
-- guess. is_scrubbed: what the database's file kept of them in pages of no use is gone too.
CREATE TABLE erasure (
    ecosystem INTEGER NOT NULL,
    id_hash @blob@ NOT NULL,
    at @big@ NOT NULL,
    is_scrubbed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ecosystem, id_hash)
) @clustered@;

-- Badges that stations must not welcome any more: the bare id, which leads to nobody.
CREATE TABLE erased_badge (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    event @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @clustered@;
CREATE INDEX erased_badge_event ON erased_badge (ecosystem, event);

-- While an erasure is under way: what goes, and the ghost that stands in its place. Empty before and
-- after. what: learner, badge, or other.
CREATE TABLE erasing (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    ghost @blob@ NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @clustered@;

-- What a row of the audit log was about and why is hashed by itself, under a salt: an erasure takes
-- object, why and salt away, and the chain still holds. Rows of before have neither.
ALTER TABLE audit ADD COLUMN salt @blob@;
ALTER TABLE audit ADD COLUMN what_hash @blob@;

-- In an entry whose badge was taken away: the ghost that its visits follow from.
ALTER TABLE entry ADD COLUMN ghost @blob@;
