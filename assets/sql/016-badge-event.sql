-- Version 16: the badges of an event in the order of their ids, as packs list them. Without it SQLite
-- walks through all badges of the ecosystem in that order rather than sort an event's.
CREATE INDEX badge_event ON badge (ecosystem, event, id);
