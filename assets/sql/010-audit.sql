-- Version 10: the audit log: who did what to the centre, when and why. Rows are only ever appended;
-- each holds the hash of the one before (turnout-formats(5) says of what), so that a row that was
-- changed, taken away or exchanged is found. object is a code, a roster id or an id in hexadecimal,
-- never a learner's name.
CREATE TABLE audit (
    ecosystem INTEGER NOT NULL,
    seq @big@ NOT NULL,
    at_ms @big@ NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    why TEXT NOT NULL,
    prev_hash @blob@ NOT NULL,
    hash @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, seq)
) @strict@;
