-- Version 15: what a badge opens on a station once its learner was merged into another: the kept
-- learner's card, made whenever the vault is at hand. badge.card stays as it is, for when the merge
-- is taken back. A row counts as long as `learner` is whom the badge's own was merged into.
CREATE TABLE merged_card (
    ecosystem INTEGER NOT NULL,
    badge @blob@ NOT NULL,
    learner @blob@ NOT NULL,
    card @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, badge)
) @strict@;
