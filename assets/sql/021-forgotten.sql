-- How many ids had been erased when a station's newest pack was made, and since which version its
-- packs name them all: a station that has carried out that one has forgotten everybody.
ALTER TABLE pack_sent ADD COLUMN erasures @big@ NOT NULL DEFAULT 0;
ALTER TABLE pack_sent ADD COLUMN erasures_version @big@ NOT NULL DEFAULT 0;
