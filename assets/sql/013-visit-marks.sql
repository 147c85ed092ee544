-- Version 13: rows of visited tell how the time of a visit is known and what corrections made of it
-- (sync/central/visited.c). Whose visits differ by that are derived again at the next update.
INSERT INTO stale (ecosystem, event, who)
    SELECT DISTINCT v.ecosystem, v.event, v.who FROM visit v WHERE v.clock <> 0 OR v.source <> 'scan'
        OR EXISTS (SELECT 1 FROM correction c WHERE c.ecosystem = v.ecosystem AND (c.event = v.event
        OR c.to_event = v.event))
    ON CONFLICT DO NOTHING;
INSERT INTO stale (ecosystem, event, who)
    SELECT DISTINCT c.ecosystem, c.event, coalesce(m.root, l.learner) FROM correction c
        JOIN correction_learner l ON l.ecosystem = c.ecosystem AND l.seq = c.seq
        LEFT JOIN merged m ON m.ecosystem = l.ecosystem AND m.learner = l.learner
        WHERE c.event IS NOT NULL
    ON CONFLICT DO NOTHING;
