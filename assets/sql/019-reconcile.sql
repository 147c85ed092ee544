-- A kiosk that was set up with a card that another kiosk had used before. What it sends is held for a
-- person, and not refused like a stranger's.
CREATE TABLE guest (
    ecosystem INTEGER NOT NULL,
    device_key @blob@ NOT NULL,
    token_hash @blob@ NOT NULL,
    at @big@ NOT NULL,
    PRIMARY KEY (ecosystem, device_key)
) @strict@;

-- How many entries a station had that no receipt of the centre covered, when it was last heard.
ALTER TABLE kiosk ADD COLUMN waiting @big@ NOT NULL DEFAULT 0;

-- Which version of its pack a station has said it carried out to the end: whom the pack's marks name
-- is not in its log any more.
ALTER TABLE kiosk ADD COLUMN forgot @big@ NOT NULL DEFAULT 0;
