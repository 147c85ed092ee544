-- Version 3: what the touchscreen brings: badges handed out at a kiosk, walk-in forms, adults without
-- badges, groups with a card of their own, and stations that say they are done for the day.

-- The school or partner of a walk-in as it was typed, where it was none of the list.
ALTER TABLE learner ADD COLUMN partner_text TEXT;

-- 0: minted here. 1: minted here without a learner, and given to one at a kiosk. 2: made at a kiosk;
-- its secret is empty until the walk-in's form is opened, and stays so for a replacement.
ALTER TABLE badge ADD COLUMN handed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX badge_handed ON badge (ecosystem, handed) WHERE handed > 0;

-- Kiosks mint without asking anybody, so two badges may share a code.
DROP INDEX badge_code;
CREATE INDEX badge_code ON badge (ecosystem, code);

-- closed_at: the newest of the log's entries that say somebody was there, or that the day is over,
-- is the latter. active_at: the newest that say somebody was there.
ALTER TABLE kiosk ADD COLUMN closed_at @big@;
ALTER TABLE kiosk ADD COLUMN active_at @big@;

-- What `register` and `replace` entries say of a badge, each once, by a hash of what it says: the
-- rows of `badge` follow from all of them together, in whatever order they come.
CREATE TABLE handout (
    ecosystem INTEGER NOT NULL,
    badge @blob@ NOT NULL,
    hash @blob@ NOT NULL,
    kind TEXT NOT NULL,
    at_ms @big@ NOT NULL,
    event @blob@ NOT NULL,
    learner @blob@,
    old @blob@,
    why TEXT,
    card @blob@,
    PRIMARY KEY (ecosystem, badge, hash)
) @clustered@;
CREATE INDEX handout_old ON handout (ecosystem, old) WHERE old IS NOT NULL;

-- Walk-in forms, sealed to the vault. state: 0 not opened yet, 1 opened, 2 does not open.
CREATE TABLE sealed (
    ecosystem INTEGER NOT NULL,
    badge @blob@ NOT NULL,
    hash @blob@ NOT NULL,
    at_ms @big@ NOT NULL,
    form @blob@ NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ecosystem, badge, hash)
) @clustered@;

-- Adults without badges. Laid down beside sightings, and forgotten with them.
CREATE TABLE headcount (
    ecosystem INTEGER NOT NULL,
    log_no INTEGER NOT NULL,
    seq @big@ NOT NULL,
    event @blob@ NOT NULL,
    at_ms @big@ NOT NULL,
    adults INTEGER NOT NULL,
    is_undone INTEGER NOT NULL DEFAULT 0,
    from_log @blob@,
    from_seq @big@,
    PRIMARY KEY (ecosystem, log_no, seq)
) @clustered@;
CREATE INDEX headcount_event ON headcount (ecosystem, event);

CREATE INDEX learner_group_title ON learner_group (ecosystem, title);

-- A card for each class or bus of an event: its secret sealed to the vault, and its members as
-- ciphertext that only the card opens, made whenever the vault is at hand. A class is one of its
-- partner; partner is zero bytes long where its learners have none.
CREATE TABLE group_card (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    event @blob@ NOT NULL,
    partner @blob@ NOT NULL,
    title TEXT NOT NULL,
    issued @big@ NOT NULL,
    secret @blob@ NOT NULL,
    sealed @blob@,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX group_card_title ON group_card (ecosystem, event, partner, title);
